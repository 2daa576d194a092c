/** A page that Streamlit cannot draw any more is loaded anew; the visitor's work is on the server. */

import { readStored, writeStored } from "../shared/browser_storage.js";

// Streamlit's browser part throws this, and takes the whole page away, where the numbers of a page that was left arrive
// after those of the next page began: see https://github.com/streamlit/streamlit/issues/15084 for the same end of it.
const BROKEN = /delta path/i;
const RELOADED = "layer-by-layer reloaded";
const SECONDS_APART = 10; // a page that breaks again at once is left as it is: loading it anew does not help

/**
 * Whether an error took the page away, and loading it anew may help.
 * @param {string} message of the error
 * @param {number} now seconds since 1970
 * @param {unknown} last when the page was loaded anew for such an error, in seconds since 1970; undefined for never
 */
export function needsReload(message, now, last) {
  return BROKEN.test(message) && !(typeof last === "number" && now - last < SECONDS_APART);
}

/**
 * Load the page anew once Streamlit's browser part has broken.
 * @param {Window} page
 */
export function reloadWhenBroken(page) {
  page.addEventListener("error", (event) => {
    const now = Date.now() / 1000;
    if (!needsReload(event.message, now, readStored(RELOADED))) return;
    writeStored(RELOADED, now);
    page.location.reload();
  });
}
