/** @import { Component } from "../shared/component" */
import { part } from "../shared/dom.js";

/**
 * Show a drawing.
 * @param {Component<{svg: string}>} component what Streamlit passes
 */
export default function drawing({ data, parentElement }) {
  const shown = new DOMParser().parseFromString(data.svg, "image/svg+xml").documentElement;
  part(parentElement, ".drawing").replaceChildren(document.importNode(shown, true));
}
