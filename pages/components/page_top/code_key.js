/** The key C opens and closes the drawer of code; Streamlit keeps this key for itself, so that no button may have it. */
import { isTyping } from "../shared/dom.js";

/**
 * Whether a key press opens or closes the drawer.
 * @param {{key: string, altKey: boolean, ctrlKey: boolean, metaKey: boolean, repeat: boolean}} event
 */
export function isCodeKey({ key, altKey, ctrlKey, metaKey, repeat }) {
  return key.toLowerCase() === "c" && !(altKey || ctrlKey || metaKey || repeat);
}

/**
 * Let the key press the button of the bar, wherever the focus is but in a field.
 * @param {Window} view
 */
export function watchCodeKey(view) {
  const press = (/** @type {KeyboardEvent} */ event) => {
    if (!isCodeKey(event) || isTyping(event)) return;
    event.stopImmediatePropagation();
    const button = view.document.querySelector(".st-key-fold-code button");
    if (button instanceof HTMLButtonElement && !view.document.querySelector('[data-testid="stDialog"]')) button.click();
  };
  view.addEventListener("keydown", press, true);
}

/**
 * Tell screen readers the key of the button, and whether the drawer is open.
 * @param {Document} page
 */
export function nameCodeButton(page) {
  const isOpen = page.querySelector(".st-key-code-script") !== null;
  for (const button of page.querySelectorAll(".st-key-fold-code button")) {
    if (button.getAttribute("aria-expanded") === String(isOpen)) continue;
    button.setAttribute("aria-expanded", String(isOpen));
    button.setAttribute("aria-keyshortcuts", "C");
  }
}
