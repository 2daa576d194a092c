const LOOK_EVERY_MILLISECONDS = 100;
const LONGEST_MILLISECONDS = 8000; // without a change; a worker may still read images of the answer or above
const DRAWN_MILLISECONDS = 30_000; // a busy machine may need this time to draw the answer
const MARGIN = 12; // pixels around the answer
const ENOUGH = 340; // the pixels of a long answer that must be visible
const SEEN = 160; // the pixels of an answer beside a pressed element that are enough: the page stays at rest under the pointer
const OWN_WILL = ["wheel", "touchmove", "keydown", "pointerdown"]; // events of a person who moves on

/** @typedef {{top: number, bottom: number}} Range Distances from the top of the window, in pixels. */

/**
 * The distance that a page must scroll so that an answer (or the beginning of a long answer) is visible, while the pressed
 * element stays in sight.
 * @param {Range} answer the answer to show
 * @param {?Range} pressed the element that must stay in sight, or null
 * @param {Range} screen the visible part of the page
 * @param {number} enough the pixels of a long answer that must be visible
 * @returns {number} pixels; negative for
 *     upwards, 0 for no scrolling
 */
export function scrollDistance(answer, pressed, screen, enough = ENOUGH) {
  const seen = Math.min(answer.bottom, screen.bottom) - Math.max(answer.top, screen.top);
  if (pressed && seen >= Math.min(answer.bottom - answer.top, SEEN)) return 0;
  if (answer.top < screen.top) return Math.min(0, answer.top - screen.top - MARGIN);
  const bottom = Math.min(answer.bottom, answer.top + enough);
  const wanted = Math.min(bottom - screen.bottom + MARGIN, answer.top - screen.top - MARGIN);
  const most = pressed ? pressed.top - screen.top - MARGIN : Infinity;
  return Math.max(0, Math.min(wanted, Math.max(0, most)));
}

/**
 * The top of the visible part of the page, below an element that may stick to the top. A guide beside the answer covers none
 * of the answer.
 * @param {number} above the top of the visible part without this element
 * @param {{top: number, bottom: number, left: number, right: number, height: number}} bar the element that may stick to
 *     the top
 * @param {{left: number, right: number}} answer
 * @returns {number} pixels from the top of the window
 */
export function bottomOfStuck(above, bar, answer) {
  const isBeside = bar.right <= answer.left || bar.left >= answer.right;
  const isStuck = bar.height > 0 && Math.abs(bar.top - above) < bar.height;
  return isStuck && !isBeside ? Math.max(above, bar.bottom) : above;
}

/** @type {?() => void} */
let stopBefore = null;

/** Whether the page still scrolls to an answer. */
export const isRevealing = () => stopBefore !== null;

/**
 * Scroll the page until an answer is visible, and again while the answer grows, until a person does something, or moves the
 * pointer over the answer: nothing may move away from under a pointer that is about to press.
 * @param {string} selector of the element that shows the answer
 * @param {?Element} pressed the pressed element, which stays in sight
 * @param {number} enough how many pixels of a long answer are to be seen
 */
export function reveal(selector, pressed, enough = ENOUGH) {
  stopBefore?.();
  let end = performance.now() + DRAWN_MILLISECONDS;
  let before = "";
  const timer = setInterval(() => {
    if (performance.now() > end) return stop();
    const answer = document.querySelector(selector)?.getBoundingClientRect();
    const main = document.querySelector('[data-testid="stMain"]');
    if (!answer || !main) return;
    const now = `${answer.top} ${answer.bottom}`;
    const isAtRest = now === before;
    before = now;
    if (!isAtRest) {
      end = performance.now() + LONGEST_MILLISECONDS;
      return;
    }
    const distance = scrollDistance(answer, pressed?.isConnected ? pressed.getBoundingClientRect() : null, screen(main, answer), enough);
    if (Math.abs(distance) < 1) return;
    const isInstant = matchMedia("(prefers-reduced-motion: reduce)").matches;
    main.scrollBy({ top: distance, behavior: isInstant ? "instant" : "smooth" });
  }, LOOK_EVERY_MILLISECONDS);
  const stop = () => {
    clearInterval(timer);
    stopBefore = null;
    for (const kind of OWN_WILL) window.removeEventListener(kind, stop, true);
    window.removeEventListener("pointermove", stopAtAnswer, true);
  };
  const stopAtAnswer = (/** @type {PointerEvent} */ event) => {
    const isMoved = event.movementX !== 0 || event.movementY !== 0; // else the page has moved, not the pointer
    if (isMoved && event.composedPath().some((one) => one instanceof Element && one.matches(selector))) stop();
  };
  for (const kind of OWN_WILL) window.addEventListener(kind, stop, { capture: true, passive: true });
  window.addEventListener("pointermove", stopAtAnswer, { capture: true, passive: true });
  stopBefore = stop;
}

// The visible part of the page, between the bar and the guide, if they stick to the top, and the bar at the foot.
/** @param {Element} main @param {DOMRect} answer @returns {Range} */
function screen(main, answer) {
  const { top, bottom } = main.getBoundingClientRect();
  const foot = document.querySelector('[data-testid="stBottom"]')?.getBoundingClientRect();
  const stuck = (/** @type {number} */ above, /** @type {string} */ selector) => {
    const bar = document.querySelector(selector)?.getBoundingClientRect();
    return bar ? bottomOfStuck(above, bar, answer) : above;
  };
  return { top: [".st-key-bar", ".st-key-guide"].reduce(stuck, top), bottom: foot?.height ? Math.min(bottom, foot.top) : bottom };
}
