/** The keys of a lecture, which turn its scenes, independent of the focus, and make the projector black. */

import { black } from "../lecture_windows/channel.js";
import { isTyping } from "../shared/dom.js";

// Streamlit ignores shortcuts while a field has the focus, such as the option that was clicked to answer a question.
const NEXT = ".st-key-guide-next button", BACK = ".st-key-guide-back button";
const ALWAYS = /** @type {Object<string, string>} */ ({ PageDown: NEXT, PageUp: BACK }); // the keys of a remote control
const WHERE_SAFE = /** @type {Object<string, string>} */ ({ ArrowRight: NEXT, ArrowLeft: BACK });
const USES_ARROWS = 'input, [role="slider"], [role="radio"], [role="tab"], [role="menuitem"], [role="option"], canvas, iframe, .js-plotly-plot, svg[tabindex], [role="application"], [aria-roledescription]';
export const BLACK = "black", WINDOW = "window";

/**
 * The action of a key in a lecture.
 * @param {{key: string, altKey: boolean, ctrlKey: boolean, metaKey: boolean, shiftKey: boolean}} event
 * @param {{isTyping: boolean, usesArrows: boolean}} focus whether the focused element uses keys itself
 * @returns {string} the selector of the button that the key presses, BLACK, or WINDOW; "" for no action
 */
export function turnedBy({ key, altKey, ctrlKey, metaKey, shiftKey }, focus) {
  if (altKey || ctrlKey || metaKey || shiftKey) return "";
  if (key in ALWAYS) return ALWAYS[key];
  if (focus.isTyping) return "";
  if (key.toLowerCase() === "b" || key === ".") return BLACK; // remote controls send one of these keys
  if (key.toLowerCase() === "n") return WINDOW;
  return key in WHERE_SAFE && !focus.usesArrows ? WHERE_SAFE[key] : "";
}

/** @param {KeyboardEvent} event @returns {boolean} whether the focused element uses arrow keys itself */
function usesArrows(event) {
  return event.composedPath().some((each) => each instanceof Element && each.matches(USES_ARROWS));
}

/**
 * Let the keys turn the scenes while a lecture is open, as pages/teaching/guide_lecture.css says.
 * @param {Window} view
 */
export function watchTurnKeys(view) {
  const page = view.document;
  const press = (/** @type {KeyboardEvent} */ event) => {
    const does = turnedBy(event, { isTyping: isTyping(event), usesArrows: usesArrows(event) });
    if (!does || getComputedStyle(page.documentElement).getPropertyValue("--turned-by-keys").trim() !== "1") return;
    if (does === BLACK) black.toggle();
    else if (!click(page, does === WINDOW ? WINDOW : does, event.repeat)) return;
    event.preventDefault();
    event.stopImmediatePropagation(); // otherwise Streamlit would press the button again
    if (does !== BLACK) black.set(false);
  };
  view.addEventListener("keydown", press, true);
}

/**
 * Press the button of a key.
 * @param {Document} page
 * @param {string} does a selector, or WINDOW
 * @param {boolean} isRepeated whether the key is held down, which turns no further scene
 * @returns {boolean} whether the page has the button
 */
function click(page, does, isRepeated) {
  const root = does === WINDOW ? page.querySelector(".st-key-lecture-windows .stBidiComponent, .st-key-lecture-windows") : page;
  const button = does === WINDOW ? inShadow(root)?.querySelector(".open") : page.querySelector(does);
  if (!(button instanceof HTMLButtonElement)) return false;
  if (!isRepeated) button.click();
  return true;
}

/** @param {ParentNode | null} root @returns {ParentNode | null} the tree of the component that stands there */
function inShadow(root) {
  for (const element of root instanceof Element ? [root, ...root.querySelectorAll("*")] : []) {
    if (element.shadowRoot) return element.shadowRoot;
  }
  return root;
}
