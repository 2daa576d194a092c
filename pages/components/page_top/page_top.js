/** @import { Component } from "../shared/component" */
import { readStored, writeStored } from "../shared/browser_storage.js";
import { reveal } from "../shared/reveal.js";
import { reloadWhenBroken } from "./reload.js";
import { focusHeading, followFields, keepFocus, skipToHeading } from "./focus.js";
import { markGuide, watchGuide } from "./guide_body.js";
import { leaveOutNoise, letKeysScroll, markLandmarks, nameCardButtons } from "./landmarks.js";

const shown = { page: "", part: "", step: "", opened_tab: "", isFollowed: false };
const CODE_CHOSEN = "layer-by-layer code chosen";
const GUIDE_SCROLLS = "(width <= 900px), (height <= 560px)"; // in a small window the guide scrolls with the page: see guide.css
const CHART = ".js-plotly-plot";
const ARRIVED = 400; // milliseconds: by then the heading of another page is drawn

/**
 * Begin each page at its top; Streamlit would keep the scroll position of the page before. Tell the whole document whether
 * the theme is dark: popovers hang beside the app, where Streamlit does not tell it.
 * Remember that a person folded or unfolded the code: until then small screens show it folded (pages/shell/frame.css).
 * @param {Component<{page: string, part: string, step: string, opened_tab: string, code_chosen: boolean}>} component what
 *   Streamlit passes: the name of the page on the screen, what fills it in place of its usual content, its step, and the tab
 *   that a scene opens
 */
export default function pageTop({ data }) {
  const isOther = shown.page !== "" && (shown.page !== data.page || shown.part !== data.part);
  const isTabOpened = data.opened_tab !== "" && shown.opened_tab !== data.opened_tab;
  Object.assign(shown, data);
  if (isOther) {
    document.querySelector('[data-testid="stMain"]')?.scrollTo({ top: 0, behavior: "instant" });
    window.setTimeout(() => document.activeElement === document.body && focusHeading(document), ARRIVED);
  }
  if (isTabOpened && !matchMedia(GUIDE_SCROLLS).matches) reveal('[data-testid="stTabs"]', null);
  if (data.code_chosen) writeStored(CODE_CHOSEN, true);
  document.documentElement.classList.toggle("code-chosen", readStored(CODE_CHOSEN) === true);
  const app = document.querySelector('[data-testid="stApp"]');
  if (app) document.documentElement.style.colorScheme = getComputedStyle(app).colorScheme;
  follow();
}

/** Mark and name all that Streamlit leaves without a name, or names badly. */
function mark() {
  markLandmarks(document, shown);
  letKeysScroll(document);
  leaveOutNoise(document);
  nameCardButtons(document);
  markGuide(document);
}

/** Keep the marks true while Streamlit draws: it makes elements anew, and forgets what it does not know. */
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
  document.addEventListener("click", revealCode);
  skipToHeading(document);
  keepFocus(document);
  followFields(document);
  watchGuide(document);
  reloadWhenBroken(window);
}

/** @param {Node} node @returns {boolean} whether it is a part of a chart, which changes many times a second and needs no marks */
function isInChart(node) {
  return node instanceof Element && node.closest(CHART) !== null;
}

/**
 * Bring the code into sight that a button unfolds: on a phone it stands below the page's own part.
 * @param {MouseEvent} event
 */
function revealCode({ target }) {
  const isButton = target instanceof Element && target.closest(".st-key-fold-code, .st-key-show-code");
  if (isButton && !document.querySelector(".st-key-code-script")?.checkVisibility()) reveal(".st-key-code-script", null);
}
