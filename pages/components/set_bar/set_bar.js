/** @import { Component } from "../shared/component" */
import { createElement, part } from "../shared/dom.js";
import { formatCount } from "../shared/text_format.js";

/** @typedef {{title: string, images: number, colour: string, pattern: string}} SetShare A part of the bar; see set_bar.py. */

/**
 * Draw one bar that is cut into sets, each as long as it is large.
 * @param {Component<{sets: SetShare[], words: string}>} component what Streamlit passes
 */
export default function setBar({ data, parentElement }) {
  part(parentElement, ".sets").setAttribute("aria-label", data.words);
  part(parentElement, ".bar").replaceChildren(...data.sets.map((share) => {
    const cut = createElement("span", { className: share.pattern, title: `${share.title}: ${formatCount(share.images)} images` });
    cut.style.flexGrow = String(share.images);
    return coloured(cut, share);
  }));
  part(parentElement, "ul").replaceChildren(...data.sets.map((share) => (
    createElement("li", {}, coloured(createElement("span", { className: share.pattern }), share), share.title)
  )));
}

/** @param {HTMLElement} element @param {SetShare} share whose colour it gets */
function coloured(element, { colour }) {
  element.style.setProperty("--colour", colour);
  return element;
}
