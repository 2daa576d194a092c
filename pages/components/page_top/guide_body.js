/**
 * The guide of a deck. It scrolls within itself: a sign says where more stands below, and what is new in it comes into sight.
 * The curves of a run, of which scenes speak, come into sight below it.
 */
import { reveal } from "../shared/reveal.js";

const BODY = '[class*="st-key-guide-body"]';
const GUIDE = ".st-key-guide";
const HEAD = ".st-key-guide-head";
const CURVES = ".run-curves";
const ANSWER = '[data-testid="stAlert"]'; // a hint, a reply, what came of a guess, and that a task is done
const SLACK = 8; // pixels that hide no words
const SIGN = 44; // pixels: the height of the sign, and a gap
const TASK = '[class*="st-key-task-"]';
const ARRIVED = 700; // milliseconds: by then the words of a scene are drawn
const DRAWN = 1500; // milliseconds: by then a scene is drawn, with the answers that were given before

/** @type {{scene: ?string, since: number, seen: WeakSet<Element>, curves: ?Element}} */
const shown = { scene: null, since: 0, seen: new WeakSet(), curves: null };

/**
 * Whether more words stand below the lower edge of what scrolls.
 * @param {{scrollHeight: number, clientHeight: number, scrollTop: number}} body
 */
export function hasMore({ scrollHeight, clientHeight, scrollTop }) {
  return scrollHeight - clientHeight - scrollTop > SLACK;
}

/**
 * Keep the guide true while Streamlit draws: a scene begins at its top, and an answer that comes later is scrolled to.
 * @param {Document} page
 */
export function markGuide(page) {
  const body = page.querySelector(BODY);
  if (!(body instanceof HTMLElement)) return;
  const scene = page.querySelector(HEAD)?.querySelector("p")?.textContent ?? "";
  if (scene !== shown.scene) {
    Object.assign(shown, { scene, since: performance.now() });
    body.scrollTop = 0;
    setTimeout(() => showSubject(page, scene), ARRIVED);
  }
  for (const answer of body.querySelectorAll(ANSWER)) {
    if (!shown.seen.has(answer) && performance.now() - shown.since > DRAWN) bringIntoSight(body, answer);
    shown.seen.add(answer);
  }
  const curves = page.querySelector(CURVES);
  const hasBegun = performance.now() - shown.since > DRAWN || !page.querySelector(`${BODY} ${TASK}`);
  if (curves && curves !== shown.curves && hasBegun && staysInSight(page)) reveal(CURVES, null); // a run begins
  shown.curves = curves;
  body.toggleAttribute("data-more", hasMore(body));
  if (body.scrollHeight > body.clientHeight + SLACK) body.tabIndex = 0; // the arrow keys scroll it
  else body.removeAttribute("tabindex");
}

/**
 * Look at the guide again when it is scrolled, or the window has another size.
 * @param {Document} page
 */
export function watchGuide(page) {
  page.addEventListener("scroll", ({ target }) => target instanceof Element && target.matches(BODY) && markGuide(page), { capture: true, passive: true });
  page.defaultView?.addEventListener("resize", () => markGuide(page));
}

/**
 * Bring into sight what a new scene speaks of: for a task the settings at the top of the page, else the curves of the run.
 * @param {Document} page
 * @param {string} scene that was begun
 */
function showSubject(page, scene) {
  const focused = page.activeElement;
  const hasMovedOn = focused !== null && focused !== page.body && !focused.closest(GUIDE); // what has the focus stays in sight
  if (scene !== shown.scene || hasMovedOn || !staysInSight(page)) return;
  if (page.querySelector(`${BODY} ${TASK}`)) page.querySelector('[data-testid="stMain"]')?.scrollTo({ top: 0, behavior: "instant" });
  else if (page.querySelector(CURVES)) reveal(CURVES, null);
}

/** @param {Document} page @returns {boolean} whether the guide does not scroll away with the page, as it does on a phone */
function staysInSight(page) {
  const holder = page.querySelector(GUIDE)?.parentElement;
  return Boolean(holder) && getComputedStyle(/** @type {Element} */ (holder)).position === "sticky";
}

/** @param {HTMLElement} body @param {Element} answer whose end comes into sight, or of a long one its beginning */
function bringIntoSight(body, answer) {
  const [edges, words] = [body.getBoundingClientRect(), answer.getBoundingClientRect()];
  body.scrollTop += Math.max(0, Math.min(words.bottom - edges.bottom + SIGN, words.top - edges.top));
}
