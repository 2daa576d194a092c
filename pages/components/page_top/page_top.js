/** @import { Component } from "../shared/component" */
import { reveal } from "../shared/reveal.js";
import { markStates, watchStates } from "./control_states.js";
import { reloadWhenBroken } from "./reload.js";
import { focusHeading, followFields, keepFocus, skipToHeading } from "./focus.js";
import { markGuide, watchGuide } from "./guide_body.js";
import { nameCodeButton, watchCodeKey } from "./code_key.js";
import { watchTurnKeys } from "./turn_keys.js";
import { leaveOutNoise, letKeysScroll, markLandmarks, nameMenu, showOpenTab } from "./landmarks.js";

const shown = { page: "", part: "", step: "", done: /** @type {string[]} */ ([]), opened_tab: "", isFollowed: false };
const GUIDE_SCROLLS = "(width <= 900px), (height <= 560px)"; // small windows, where the guide scrolls with the page: guide.css
const CHART = ".js-plotly-plot, .run-curves";
const TAB_ENOUGH = 460; // pixels of a tab that a scene opens: a confusion matrix of ten classes is seen, and what comes below moves nothing
const ARRIVED = 400; // milliseconds in which the heading of another page is drawn

/**
 * Begin each page at its top, since Streamlit would keep the scroll position of the previous page. Mark the whole document
 * as dark or light, since popovers are outside of the app, where Streamlit does not set the theme.
 * @param {Component<{page: string, part: string, step: string, done: string[], opened_tab: string}>} component
 *   the values from Streamlit: the name of the page on the screen, the content that replaces its usual content, its step,
 * the finished steps, and the tab that a scene opens
 */
export default function pageTop({ data }) {
  const isOther = shown.page !== "" && (shown.page !== data.page || shown.part !== data.part);
  const isTabOpened = data.opened_tab !== "" && shown.opened_tab !== data.opened_tab;
  Object.assign(shown, data);
  if (isOther) {
    document.querySelector('[data-testid="stMain"]')?.scrollTo({ top: 0, behavior: "instant" });
    window.setTimeout(() => document.activeElement === document.body && focusHeading(document), ARRIVED);
  }
  if (isTabOpened && !matchMedia(GUIDE_SCROLLS).matches) reveal('[data-testid="stTabs"]', null, TAB_ENOUGH);
  const app = document.querySelector('[data-testid="stApp"]');
  if (app) document.documentElement.style.colorScheme = getComputedStyle(app).colorScheme;
  follow();
}

/** Mark and name all elements that Streamlit leaves without a name, or names badly. */
function mark() {
  markLandmarks(document, shown);
  showOpenTab(document, shown.page);
  letKeysScroll(document);
  leaveOutNoise(document);
  markGuide(document);
  markStates(document);
  nameCodeButton(document);
  nameMenu(document);
}

/** Repeat the marks while Streamlit draws, since Streamlit makes elements again without the marks. */
function follow() {
  mark();
  if (shown.isFollowed) return;
  shown.isFollowed = true;
  let isDue = false;
  const main = document.querySelector('[data-testid="stApp"]') ?? document.body;
  new MutationObserver((changes) => {
    if (isDue || changes.every(({ target }) => isInChart(target))) return;
    isDue = true;
    requestAnimationFrame(() => {
      isDue = false;
      mark();
    });
  }).observe(main, { childList: true, subtree: true, attributes: true, attributeFilter: ["class"] });
  skipToHeading(document);
  keepFocus(document);
  followFields(document);
  watchGuide(document);
  watchStates(document);
  reloadWhenBroken(window);
  watchTurnKeys(window);
  watchCodeKey(window);
}

/**
 * @param {Node} node
 * @returns {boolean} whether the node belongs to a chart, which changes many times per second and needs
 * no marks
 */
function isInChart(node) {
  return node instanceof Element && node.closest(CHART) !== null;
}
