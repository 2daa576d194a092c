/** @import { Component } from "../shared/component" */
/** @import { Layer } from "./structure.js" */
import { createElement, createSvg, part } from "../shared/dom.js";
import { linesOf, nodesOf, ROOM } from "./structure.js";

/**
 * @typedef {object} Net
 * @property {string} name
 * @property {string} title
 * @property {string} sentence
 * @property {string} count its layers and parameters, in words
 * @property {boolean} isChosen whether the draft is this very net
 * @property {Layer[]} layers
 */
/** @typedef {{nets: Net[], picture: number[]}} Data As Python passes it: the ready nets, and the shape of what goes in. */

/** @type {WeakMap<ShadowRoot, string>} */
const drawn = new WeakMap();

/**
 * Show the ready nets as cards, and report the one that a person chooses.
 * @param {Component<Data>} component what Streamlit passes
 */
export default function readyNets({ data, parentElement, setTriggerValue }) {
  const state = JSON.stringify(data);
  if (drawn.get(parentElement) === state) return;
  drawn.set(parentElement, state);
  const list = part(parentElement, ".nets");
  const focused = /** @type {?HTMLElement} */ (parentElement.activeElement)?.dataset.name;
  list.replaceChildren(...data.nets.map((net) => cardOf(net, data.picture)));
  list.onclick = ({ target }) => {
    const card = /** @type {?HTMLElement} */ (/** @type {Element} */ (target).closest(".net"));
    if (card) setTriggerValue("chosen", card.dataset.name);
  };
  if (focused) /** @type {?HTMLElement} */ (list.querySelector(`[data-name="${CSS.escape(focused)}"]`))?.focus();
}

/** @param {Net} net @param {number[]} picture */
function cardOf({ name, title, sentence, count, isChosen, layers }, picture) {
  const card = createElement("button", { type: "button", className: "net", ariaCurrent: String(isChosen) });
  card.append(structureOf(layers, picture), createElement("b", {}, title), createElement("span", {}, sentence),
    createElement("span", { className: "count" }, isChosen ? `${count} · your network now` : count));
  card.dataset.name = name;
  return createElement("li", {}, card);
}

/** @param {Layer[]} layers @param {number[]} picture */
function structureOf(layers, picture) {
  const nodes = nodesOf(layers, picture);
  const lines = linesOf(layers, nodes).map((d) => createSvg("path", { d }));
  const boxes = nodes.map(({ drawing, x, y, width, height }) =>
    createSvg("rect", { x: x - width / 2, y: y - height / 2, width, height, rx: 1.5, class: drawing ? `tone-${drawing}` : "picture" }));
  return createSvg("svg", { viewBox: `0 0 ${ROOM.width} ${ROOM.height}`, class: "structure", "aria-hidden": "true" }, ...lines, ...boxes);
}
