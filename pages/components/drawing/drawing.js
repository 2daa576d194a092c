/** @import { Component } from "../shared/component" */
import { part } from "../shared/dom.js";

/**
 * Show a drawing.
 * @param {Component<{svg: string, large: boolean}>} component what Streamlit passes
 */
export default function drawing({ data, parentElement }) {
  const shown = new DOMParser().parseFromString(data.svg, "image/svg+xml").documentElement;
  const place = part(parentElement, ".drawing");
  place.classList.toggle("large", data.large);
  place.replaceChildren(document.importNode(shown, true));
}
