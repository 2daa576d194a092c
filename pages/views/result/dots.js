/** @import { Component } from "../../components/shared/component" */
/** @import { Check } from "./score.js" */
import { createSvg } from "../../components/shared/dom.js";
import { rightOf } from "./score.js";
import { showScore } from "./score_view.js";

const COLUMNS = 10;
const [FILLED, RING] = [0.38, 0.32]; // radii, where dots lie 1 apart; the ring's line lies outside of its radius too

/** @typedef {{right: number, of: number, url: string}} Data what Python passes */

/**
 * Draw a field of dots: a filled one for each right answer, a ring for each wrong one.
 * @param {Component<Data>} component what Streamlit passes
 * @returns {() => void} cleanup
 */
export default function dots(component) {
  const svg = /** @type {SVGSVGElement} */ (component.parentElement.querySelector("svg"));
  return showScore(component, svg, (check) => draw(svg, component.data, check));
}

/** @param {SVGSVGElement} svg @param {Data} data @param {?Check} check */
function draw(svg, data, check) {
  const isOpen = data.url !== "" && check === null;
  const right = data.url && check ? rightOf(check.right, data.of) : data.right;
  const rows = Math.ceil(data.of / COLUMNS);
  svg.setAttribute("viewBox", `0 0 ${COLUMNS} ${rows}`);
  svg.setAttribute("aria-label", isOpen ? `${data.of} dots: nothing was checked yet.` : fieldWords(right, data.of));
  svg.replaceChildren(...Array.from({ length: data.of }, (_, index) => dot(index, isOpen ? "open" : index < right ? "right" : "wrong")));
}

/** @param {number} index @param {string} kind */
function dot(index, kind) {
  const [cx, cy] = [(index % COLUMNS) + 0.5, Math.floor(index / COLUMNS) + 0.5];
  return createSvg("circle", { class: kind, cx, cy, r: kind === "right" ? FILLED : RING });
}

/**
 * The field in words.
 * @param {number} right how many dots are filled
 * @param {number} of how many there are
 */
export function fieldWords(right, of) {
  return `A field of ${of} dots: ${right} filled for right answers, ${of - right} as rings for wrong ones.`;
}
