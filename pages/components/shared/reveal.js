const LOOK_EVERY_MILLISECONDS = 100;
const LONGEST_MILLISECONDS = 5000; // a worker may read the images that an answer shows
const MARGIN = 12; // pixels around what is revealed
const ENOUGH = 340; // pixels of a long answer: more of them would move the page for no need
const OWN_WILL = ["wheel", "touchmove", "keydown", "pointerdown"]; // a person who moves on is not moved

/** @typedef {{top: number, bottom: number}} Range From the top of the window, in pixels. */

/**
 * How far a page must scroll so that an answer is seen, of a long one its beginning, while what was pressed stays in sight.
 * @param {Range} answer what is to be seen
 * @param {?Range} pressed what must stay in sight; null for nothing
 * @param {Range} screen what can be seen of the page
 * @returns {number} pixels; negative for upwards, 0 for not at all
 */
export function scrollDistance(answer, pressed, screen) {
  if (answer.top < screen.top) return Math.min(0, answer.top - screen.top - MARGIN);
  const bottom = Math.min(answer.bottom, answer.top + ENOUGH);
  const wanted = Math.min(bottom - screen.bottom, answer.top - screen.top) + MARGIN;
  const most = pressed ? pressed.top - screen.top - MARGIN : Infinity;
  return Math.max(0, Math.min(wanted, Math.max(0, most)));
}

/** @type {() => void} */
let stopBefore = () => {};

/**
 * Scroll the page until an answer is seen, again as it grows, until a person does something.
 * @param {string} selector of the element that shows the answer
 * @param {?Element} pressed what was pressed, which stays in sight
 */
export function reveal(selector, pressed) {
  stopBefore();
  const end = performance.now() + LONGEST_MILLISECONDS;
  let before = "";
  const timer = setInterval(() => {
    if (performance.now() > end) return stop();
    const answer = document.querySelector(selector)?.getBoundingClientRect();
    const main = document.querySelector('[data-testid="stMain"]');
    if (!answer || !main) return;
    const now = `${answer.top} ${answer.bottom}`;
    const isAtRest = now === before;
    before = now;
    const distance = isAtRest ? scrollDistance(answer, pressed?.isConnected ? pressed.getBoundingClientRect() : null, screen(main)) : 0;
    if (Math.abs(distance) < 1) return;
    const isInstant = matchMedia("(prefers-reduced-motion: reduce)").matches;
    main.scrollBy({ top: distance, behavior: isInstant ? "instant" : "smooth" });
  }, LOOK_EVERY_MILLISECONDS);
  const stop = () => {
    clearInterval(timer);
    for (const kind of OWN_WILL) window.removeEventListener(kind, stop, true);
  };
  for (const kind of OWN_WILL) window.addEventListener(kind, stop, { capture: true, passive: true });
  stopBefore = stop;
}

// What can be seen of the page between the rail, the tabs and the guide, where they stick to the top, and the bar at the foot.
/** @param {Element} main @returns {Range} */
function screen(main) {
  const { top, bottom } = main.getBoundingClientRect();
  const foot = document.querySelector('[data-testid="stBottom"]')?.getBoundingClientRect();
  const stuck = (/** @type {number} */ above, /** @type {string} */ selector) => {
    const bar = document.querySelector(selector)?.getBoundingClientRect();
    return bar && bar.height > 0 && Math.abs(bar.top - above) < bar.height ? Math.max(above, bar.bottom) : above;
  };
  return { top: [".st-key-rail", ".st-key-tabs", ".st-key-guide"].reduce(stuck, top), bottom: foot?.height ? Math.min(bottom, foot.top) : bottom };
}
