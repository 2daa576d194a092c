const OUT_OF_SIGHT_MILLISECONDS = 5000; // between two drawings for screen readers, and for people who scroll there

/**
 * Draws an element when its data has changed: in an animation frame, no faster than people can read, and rarely while the
 * element is out of sight. In a hidden tab a browser has no frames, so nothing is drawn.
 */
export class Drawer {
  /**
   * @param {Element} element that is drawn
   * @param {() => void} draw draws the element
   * @param {number} [pause] milliseconds from one drawing to the next
   */
  constructor(element, draw, pause = 0) {
    this.draw = draw;
    this.pause = pause;
    this.isInSight = true;
    this.isAsked = false;
    this.isStopped = false;
    this.drawnAt = -Infinity;
    /** @type {ReturnType<typeof setTimeout> | undefined} */
    this.timer = undefined;
    this.frame = 0;
    this.sight = new IntersectionObserver((entries) => this.#see(entries[entries.length - 1].isIntersecting));
    this.sight.observe(element);
  }

  /** Draw soon. Several calls before the drawing draw only once. */
  ask() {
    if (this.isAsked || this.isStopped) return;
    this.isAsked = true;
    this.#plan();
  }

  /** Draw no more. */
  stop() {
    this.isStopped = true;
    clearTimeout(this.timer);
    cancelAnimationFrame(this.frame);
    this.sight.disconnect();
  }

  /** @param {boolean} isInSight */
  #see(isInSight) {
    this.isInSight = isInSight;
    if (this.isAsked) this.#plan();
  }

  #plan() {
    clearTimeout(this.timer);
    const wait = this.drawnAt + (this.isInSight ? this.pause : OUT_OF_SIGHT_MILLISECONDS) - performance.now();
    if (wait > 0) this.timer = setTimeout(() => this.#drawInFrame(), wait);
    else this.#drawInFrame();
  }

  #drawInFrame() {
    cancelAnimationFrame(this.frame);
    this.frame = requestAnimationFrame(() => {
      this.isAsked = false;
      this.drawnAt = performance.now();
      this.draw();
    });
  }
}
