/**
 * The guide of a deck, which scrolls within itself. A sign shows that more words follow below, and a new answer is scrolled
 * into sight. A scene opens at the top of its page. If the scene is about curves, or if a run begins, the page scrolls to
 * the curves. In a narrow window the guide scrolls away with the page, and a button shows the state of the checks and
 * leads back to the guide. On a phone the guide is a sheet, whose height the page leaves free.
 */
import { createElement, setText } from "../shared/dom.js";
import { isRevealing, reveal } from "../shared/reveal.js";

const BODY = '[class*="st-key-guide-body"]';
const GUIDE = ".st-key-guide";
const HEAD = ".st-key-guide-head";
const CURVES = ".run-curves";
const PROGRESS = ".st-key-line-progress"; // the progress of an active run
const SPEAKS_OF_CURVES = /\bcurves?\b/i;
const ANSWER = '[data-testid="stAlert"]'; // a hint, a reply, the result of a guess, or the message that a task is done
const SLACK = 8; // pixels that hide no words
const GAP = 12; // pixels between the button that leads back and the element below it
const SIGN = 44; // pixels: the height of the sign, and a gap
const TASK = '[class*="st-key-task-"]';
const CHECKS = '[class*="st-key-checks-"]'; // the list of a task's checks
const COUNTS = /st-key-checks-(\d+)-of-(\d+)-/; // in its class: the number of passed checks, and of all checks
const MAIN = '[data-testid="stMain"]';
const FOOT = '[data-testid="stBottom"]';
const WAY_BACK = "way-to-guide";
const ARRIVED = 700; // milliseconds in which the words of a scene are drawn
const DRAWN = 1500; // milliseconds in which a scene is drawn with its earlier answers

/** @type {{scene: ?string, subject: string, since: number, seen: WeakSet<Element>, curves: ?Element, isAnswered: boolean}} */
const shown = { scene: null, subject: "", since: 0, seen: new WeakSet(), curves: null, isAnswered: false };

/**
 * Whether more words follow below the lower edge of the scrolling element.
 * @param {{scrollHeight: number, clientHeight: number, scrollTop: number}} body
 */
export function hasMore({ scrollHeight, clientHeight, scrollTop }) {
  return scrollHeight - clientHeight - scrollTop > SLACK;
}

/**
 * The number of passed checks of the scene's tasks, and the number of all checks.
 * @param {string[]} classes of the containers that show the checks
 */
export function countChecks(classes) {
  const counts = classes.map((names) => COUNTS.exec(names) ?? []);
  const sum = (/** @type {number} */ place) => counts.reduce((total, found) => total + Number(found[place] ?? 0), 0);
  return { passed: sum(1), all: sum(2) };
}

/**
 * The label of the button that leads back to the guide.
 * @param {{passed: number, all: number}} checks of the scene's tasks, as `countChecks` returns them
 * @param {boolean} isAnswered whether a new answer was not in sight yet
 */
export function wayBackLabel({ passed, all }, isAnswered) {
  if (all > 0 && passed === all) return "Guide ↑ done";
  if (all > 0) return `Guide ↑ ${passed} of ${all} done`;
  return isAnswered ? "Guide ↑ new answer" : "Guide ↑";
}

/**
 * Update the guide while Streamlit draws: begin a scene at its top, and scroll to an answer that comes later.
 * @param {Document} page
 */
export function markGuide(page) {
  const body = page.querySelector(BODY);
  if (body instanceof HTMLElement) markBody(page, body);
  markWayBack(page);
  measureSheet(page);
}

/** @param {Document} page @param {HTMLElement} body the scrolling element of its guide */
function markBody(page, body) {
  const scene = page.querySelector(HEAD)?.querySelector("p")?.textContent ?? "";
  const subject = subjectOf(body.textContent ?? "", body.querySelector(TASK) !== null);
  if (scene !== shown.scene) {
    Object.assign(shown, { scene, since: performance.now() });
    body.scrollTop = 0;
    setTimeout(() => showSubject(page, scene), ARRIVED);
  } else if (subject !== shown.subject) {
    setTimeout(() => showSubject(page, scene), ARRIVED); // on a busy machine, the words appear long after the title
  }
  shown.subject = subject;
  for (const answer of body.querySelectorAll(ANSWER)) {
    if (!shown.seen.has(answer) && performance.now() - shown.since > DRAWN) {
      bringIntoSight(body, answer);
      shown.isAnswered = true;
    }
    shown.seen.add(answer);
  }
  const curves = page.querySelector(PROGRESS) && page.querySelector(CURVES);
  if (curves && curves !== shown.curves && staysInSight(page)) reveal(CURVES, null); // a run begins
  shown.curves = curves;
  body.toggleAttribute("data-more", hasMore(body));
  if (body.scrollHeight > body.clientHeight + SLACK) body.tabIndex = 0; // so that the arrow keys scroll the guide
  else body.removeAttribute("tabindex");
}

/**
 * Update the guide when it is scrolled, or when the size of the window changes.
 * @param {Document} page
 */
export function watchGuide(page) {
  const follow = (/** @type {Event} */ { target }) => target instanceof Element && target.matches(`${BODY}, ${MAIN}`) && markGuide(page);
  page.addEventListener("scroll", follow, { capture: true, passive: true });
  page.defaultView?.addEventListener("resize", () => markGuide(page));
}

/**
 * The element of the page that a scene is about. A task begins with the settings, at the top of the page.
 * @param {string} words of the scene
 * @param {boolean} hasTask whether the scene has a task
 * @returns {string} a selector, or "" for the top of the page
 */
export function subjectOf(words, hasTask) {
  return !hasTask && SPEAKS_OF_CURVES.test(words) ? CURVES : "";
}

/**
 * Scroll to the element that a new scene is about, or else to the top of its page. Do nothing while the page already
 * scrolls, for example to a tab that the scene opens.
 * @param {Document} page
 * @param {string} scene that was begun
 */
function showSubject(page, scene) {
  const focused = page.activeElement;
  const hasMovedOn = focused !== null && focused !== page.body && !focused.closest(GUIDE); // a focused element stays in sight
  if (scene !== shown.scene || hasMovedOn || !staysInSight(page) || isRevealing()) return;
  if (shown.subject) reveal(shown.subject, null);
  else page.querySelector(MAIN)?.scrollTo({ top: 0, behavior: "instant" });
}

/**
 * Show the button that leads back to the guide if the guide has scrolled away, and remove the button if the guide is in
 * sight.
 * @param {Document} page
 */
function markWayBack(page) {
  const guide = page.querySelector(GUIDE);
  const isAway = guide !== null && guide.getBoundingClientRect().bottom < SIGN;
  let button = page.querySelector(`.${WAY_BACK}`);
  if (guide === null || !isAway) {
    button?.remove();
    if (guide !== null) shown.isAnswered = false; // the guide is in sight
    return;
  }
  if (!(button instanceof HTMLElement)) {
    button = createElement("button", { type: "button", className: WAY_BACK, onclick: () => leadBack(page) });
    guide.parentElement?.append(button);
  }
  const checks = countChecks([...page.querySelectorAll(CHECKS)].map((container) => container.className));
  setText(button, wayBackLabel(checks, shown.isAnswered));
  const foot = page.querySelector(FOOT)?.getBoundingClientRect();
  const above = foot?.height ? Math.max(0, innerHeight - foot.top) : 0; // a foot that does not float may lie below the window
  /** @type {HTMLElement} */ (button).style.bottom = `${Math.round(above) + GAP}px`;
}

/** @param {Document} page that leaves the height of its guide free where the guide is a sheet; see guide_sheet.css */
function measureSheet(page) {
  const height = Math.round(page.querySelector(GUIDE)?.getBoundingClientRect().height ?? 0);
  const { style } = page.documentElement;
  if (style.getPropertyValue("--sheet") !== `${height}px`) style.setProperty("--sheet", `${height}px`);
}

/** @param {Document} page whose guide comes into sight, with the focus on it */
function leadBack(page) {
  const head = page.querySelector(HEAD);
  if (!(head instanceof HTMLElement)) return;
  head.tabIndex = -1;
  head.focus({ preventScroll: true });
  head.scrollIntoView({ block: "start", behavior: matchMedia("(prefers-reduced-motion: reduce)").matches ? "instant" : "smooth" });
}

/** @param {Document} page @returns {boolean} whether the guide does not scroll away with the page, as it does in a narrow window */
function staysInSight(page) {
  const holder = page.querySelector(GUIDE)?.parentElement;
  return Boolean(holder) && getComputedStyle(/** @type {Element} */ (holder)).position === "fixed";
}

/**
 * @param {HTMLElement} body
 * @param {Element} answer whose end is scrolled into sight, or its beginning if the answer is long
 */
function bringIntoSight(body, answer) {
  const [edges, words] = [body.getBoundingClientRect(), answer.getBoundingClientRect()];
  body.scrollTop += Math.max(0, Math.min(words.bottom - edges.bottom + SIGN, words.top - edges.top));
}
