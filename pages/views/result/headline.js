/** @import { Component } from "../../components/shared/component" */
/** @import { Check } from "./score.js" */
import { createElement, createSvg, part, setText } from "../../components/shared/dom.js";
import { liveWords } from "./score.js";
import { showScore } from "./score_view.js";

const LONG_REASON = 46; // characters; a longer reason takes more than one line at the usual size
const ARROWS = { up: "M8 1L15 13H1Z", down: "M1 1H15L8 13Z" };

/** @typedef {{size: string, than: string, cause: string, rest: string, direction: number}} Verdict */
/** @typedef {{title: string, note: string, verdict: ?Verdict, url: string, of: number, epochs: number, state: string}} Data what Python passes */

/**
 * Write a result in large letters, or that of a run that is on as far as it is known.
 * @param {Component<Data>} component what Streamlit passes
 * @returns {() => void} cleanup
 */
export default function headline(component) {
  const root = part(component.parentElement, ".headline");
  return showScore(component, root, (check) => draw(root, component.data, check));
}

/** @param {HTMLElement} root @param {Data} data @param {?Check} check */
function draw(root, data, check) {
  const { title, note } = data.url ? liveWords(check, data) : data;
  setText(part(root, ".title"), title);
  setText(part(root, ".note"), note);
  const verdict = part(root, ".verdict");
  verdict.replaceChildren(...(data.verdict ? verdictWords(data.verdict) : []));
  verdict.classList.toggle("is-long", data.verdict !== null && (data.verdict.cause + data.verdict.rest).length > LONG_REASON);
}

/** @param {Verdict} verdict */
function verdictWords({ size, than, cause, rest, direction }) {
  const first = createElement("span", {}, createElement("b", {}, size), ` ${than}${cause || rest ? "," : ""}`);
  if (direction) first.prepend(arrow(direction > 0));
  const second = cause ? createElement("span", {}, "because ", createElement("b", {}, cause), rest) : createElement("span", {}, rest);
  return [first, " ", second];
}

/** @param {boolean} isMore */
function arrow(isMore) {
  const path = createSvg("path", { class: isMore ? "more" : "fewer", d: isMore ? ARROWS.up : ARROWS.down });
  return createSvg("svg", { viewBox: "0 0 16 14", "aria-hidden": "true" }, path);
}
