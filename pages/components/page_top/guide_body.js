/**
 * The guide of a deck. It scrolls within itself: a sign says where more stands below, and what is new in it comes into sight.
 * The curves of a run, of which scenes speak, come into sight below it. Where it scrolls away with the page, as on a phone, a
 * button says what the checks see, and leads back to it.
 */
import { createElement, setText } from "../shared/dom.js";
import { reveal } from "../shared/reveal.js";

const BODY = '[class*="st-key-guide-body"]';
const GUIDE = ".st-key-guide";
const HEAD = ".st-key-guide-head";
const CURVES = ".run-curves";
const ANSWER = '[data-testid="stAlert"]'; // a hint, a reply, what came of a guess, and that a task is done
const SLACK = 8; // pixels that hide no words
const GAP = 12; // pixels between the way back and what stands below it
const SIGN = 44; // pixels: the height of the sign, and a gap
const TASK = '[class*="st-key-task-"]';
const CHECK = /^\s*(check_circle|radio_button_unchecked)/; // the icon before what a check sees, as text
const MAIN = '[data-testid="stMain"]';
const FOOT = '[data-testid="stBottom"]';
const WAY_BACK = "way-to-guide";
const ARRIVED = 700; // milliseconds: by then the words of a scene are drawn
const DRAWN = 1500; // milliseconds: by then a scene is drawn, with the answers that were given before

/** @type {{scene: ?string, since: number, seen: WeakSet<Element>, curves: ?Element, isAnswered: boolean}} */
const shown = { scene: null, since: 0, seen: new WeakSet(), curves: null, isAnswered: false };

/**
 * Whether more words stand below the lower edge of what scrolls.
 * @param {{scrollHeight: number, clientHeight: number, scrollTop: number}} body
 */
export function hasMore({ scrollHeight, clientHeight, scrollTop }) {
  return scrollHeight - clientHeight - scrollTop > SLACK;
}

/**
 * What the button says that leads back to the guide.
 * @param {boolean[]} checks of the scene's tasks: whether each has what it asks for
 * @param {boolean} isAnswered whether an answer came that was not in sight yet
 */
export function wayBackLabel(checks, isAnswered) {
  const passed = checks.filter(Boolean).length;
  if (checks.length > 0 && passed === checks.length) return "Guide ↑ done";
  if (checks.length > 0) return `Guide ↑ ${passed} of ${checks.length} as asked`;
  return isAnswered ? "Guide ↑ new answer" : "Guide ↑";
}

/**
 * Keep the guide true while Streamlit draws: a scene begins at its top, and an answer that comes later is scrolled to.
 * @param {Document} page
 */
export function markGuide(page) {
  const body = page.querySelector(BODY);
  if (body instanceof HTMLElement) markBody(page, body);
  markWayBack(page);
}

/** @param {Document} page @param {HTMLElement} body of its guide */
function markBody(page, body) {
  const scene = page.querySelector(HEAD)?.querySelector("p")?.textContent ?? "";
  if (scene !== shown.scene) {
    Object.assign(shown, { scene, since: performance.now() });
    body.scrollTop = 0;
    setTimeout(() => showSubject(page, scene), ARRIVED);
  }
  for (const answer of body.querySelectorAll(ANSWER)) {
    if (!shown.seen.has(answer) && performance.now() - shown.since > DRAWN) {
      bringIntoSight(body, answer);
      shown.isAnswered = true;
    }
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
  const follow = (/** @type {Event} */ { target }) => target instanceof Element && target.matches(`${BODY}, ${MAIN}`) && markGuide(page);
  page.addEventListener("scroll", follow, { capture: true, passive: true });
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
  if (page.querySelector(`${BODY} ${TASK}`)) page.querySelector(MAIN)?.scrollTo({ top: 0, behavior: "instant" });
  else if (page.querySelector(CURVES)) reveal(CURVES, null);
}

/**
 * Show the button that leads back to the guide where the guide has scrolled away; take it away where it is in sight.
 * @param {Document} page
 */
function markWayBack(page) {
  const guide = page.querySelector(GUIDE);
  const isAway = guide !== null && guide.getBoundingClientRect().bottom < SIGN;
  let button = page.querySelector(`.${WAY_BACK}`);
  if (guide === null || !isAway) {
    button?.remove();
    if (guide !== null) shown.isAnswered = false; // it is in sight
    return;
  }
  if (!(button instanceof HTMLElement)) {
    button = createElement("button", { type: "button", className: WAY_BACK, onclick: () => leadBack(page) });
    guide.parentElement?.append(button);
  }
  const seen = [...page.querySelectorAll(`${TASK} li`)].map((item) => CHECK.exec(item.textContent)?.[1]);
  setText(button, wayBackLabel(seen.filter(Boolean).map((icon) => icon === "check_circle"), shown.isAnswered));
  const foot = page.querySelector(FOOT)?.getBoundingClientRect();
  /** @type {HTMLElement} */ (button).style.bottom = `${Math.round(foot?.height ? innerHeight - foot.top : 0) + GAP}px`;
}

/** @param {Document} page whose guide comes into sight, with the focus on it */
function leadBack(page) {
  const head = page.querySelector(HEAD);
  if (!(head instanceof HTMLElement)) return;
  head.tabIndex = -1;
  head.focus({ preventScroll: true });
  head.scrollIntoView({ block: "start", behavior: matchMedia("(prefers-reduced-motion: reduce)").matches ? "instant" : "smooth" });
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
