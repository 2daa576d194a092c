/** @import { Component } from "../shared/component" */
import { createElement, part } from "../shared/dom.js";
import { formatCount } from "../shared/text_format.js";

/** @typedef {{title: string, images: number, colour: string, pattern: string, note: string}} SetShare A part of the bar; see set_bar.py. */

/**
 * Draw one bar that is cut into sets, each as long as it is large, and below it the name, size and purpose of each set.
 * @param {Component<{sets: SetShare[], words: string}>} component what Streamlit passes
 */
export default function setBar({ data, parentElement }) {
  const bar = part(parentElement, ".bar");
  bar.setAttribute("aria-label", data.words);
  bar.replaceChildren(...data.sets.filter(({ images }) => images).map((share) => {
    const cut = createElement("span", { className: share.pattern, title: `${share.title}: ${formatCount(share.images)} images` });
    cut.style.flexGrow = String(share.images);
    return coloured(cut, share);
  }));
  part(parentElement, "ul").replaceChildren(...data.sets.map((share) => {
    const title = createElement("span", { className: "title" }, coloured(createElement("span", { className: share.pattern }), share), share.title);
    return createElement("li", {}, title, createElement("strong", {}, formatCount(share.images)), createElement("small", {}, share.note));
  }));
}

/** @param {HTMLElement} element @param {SetShare} share whose colour it gets */
function coloured(element, { colour }) {
  element.style.setProperty("--colour", colour);
  return element;
}
