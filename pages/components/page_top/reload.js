/** A page that Streamlit cannot draw any more is loaded anew; the visitor's work is on the server. */

import { readStored, writeStored } from "../shared/browser_storage.js";

// Streamlit's browser part throws this, and takes the whole page away, where the numbers of a page that was left arrive
// after those of the next page began: see https://github.com/streamlit/streamlit/issues/15084 for the same end of it.
const BROKEN = /delta path/i;
const RELOADED = "layer-by-layer reloaded";
const MOST = 3; // times within SECONDS: loading a page anew that breaks again and again does not help
const SECONDS = 60;

/**
 * When the page was loaded anew within the last SECONDS, in seconds since 1970.
 * @param {unknown} stored
 * @param {number} now
 * @returns {number[]}
 */
export function recentReloads(stored, now) {
  return (Array.isArray(stored) ? stored : []).filter((when) => typeof when === "number" && now - when < SECONDS);
}

/**
 * Whether an error took the page away, and loading it anew may help.
 * @param {string} message of the error
 * @param {number[]} recent as `recentReloads` gives them
 */
export function needsReload(message, recent) {
  return BROKEN.test(message) && recent.length < MOST;
}

/**
 * Load the page anew once Streamlit's browser part has broken.
 * @param {Window} page
 */
export function reloadWhenBroken(page) {
  page.addEventListener("error", (event) => {
    const now = Date.now() / 1000;
    const recent = recentReloads(readStored(RELOADED), now);
    if (!needsReload(event.message, recent)) return;
    writeStored(RELOADED, [...recent, now]);
    page.location.reload();
  });
}
