/** @import { Component } from "../shared/component" */
import { copyText, showMessage } from "../shared/clipboard.js";
import { part } from "../shared/dom.js";

/**
 * Show a link to the experiment, and a button that copies it.
 * @param {Component<{path: string}>} component what Streamlit passes; `path` is the whole address, or the address below this server's own
 * @returns {() => void} cleanup
 */
export default function shareLink({ data, parentElement }) {
  const root = part(parentElement, ".link");
  const address = new URL(data.path, location.origin).href;
  const field = /** @type {HTMLInputElement} */ (part(root, "input"));
  field.value = address;
  field.onfocus = () => field.select();
  part(root, "button").onclick = async () =>
    showMessage(root, (await copyText(address)) ? "Copied" : "Select it and copy it by hand");
  return () => {};
}
