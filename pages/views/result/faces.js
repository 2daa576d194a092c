/** @import { Component } from "../../components/shared/component" */
import { createElement, part, setText } from "../../components/shared/dom.js";
import { withNoBreakHyphens } from "../../components/shared/text_format.js";

/** @typedef {{src: string, label: string, said: string, sure: string}} Face an image that the network got wrong */

/**
 * Draw images that the network got wrong, with their class and the answer.
 * @param {Component<{faces: Face[]}>} component what Streamlit passes
 */
export default function faces({ data, parentElement }) {
  const isOneAClass = new Set(data.faces.map(({ label }) => label)).size === data.faces.length;
  setText(part(parentElement, "p"), isOneAClass ? "Its worst mistakes, one a class, the largest loss first" : "Some of its worst mistakes");
  part(parentElement, ".faces").replaceChildren(...data.faces.map(item));
}

/** @param {Face} face */
function item({ src, label, said, sure }) {
  const image = createElement("img", { src, alt: "" }); // the words below say all of it
  const [name, answer] = [label, said].map(withNoBreakHyphens);
  return createElement("li", {}, image, createElement("b", {}, name), createElement("span", {}, `said ${answer}`), createElement("small", {}, sure));
}
