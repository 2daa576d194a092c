/** @import { Component } from "../../components/shared/component" */
import { createElement, createSvg, part } from "../../components/shared/dom.js";

const [WIDTH, HEIGHT, MARGIN] = [132, 44, 4]; // pixels of a curve

/**
 * @typedef {object} Row
 * A run; see the function run_rows in run_rows.py.
 * @property {string} id
 * @property {string} title
 * @property {string} name
 * @property {number} colour the number of its token
 * @property {(number | null)[]} curve accuracy after each epoch, from 0 to 1
 * @property {string} result
 * @property {boolean} isBest
 * @property {string} size how many more or fewer images are right than in the previous run; "" if the runs are not compared
 * @property {string} than
 * @property {string} reason
 * @property {number} direction 1 for more right images, -1 for fewer, else 0
 * @property {string} change the difference from the previous run, unless the reason names the difference
 * @property {string} note
 * @property {boolean} isChosen
 */

/** @type {WeakMap<Element, string>} */
const drawn = new WeakMap();

/**
 * Show runs as rows. A press on a row chooses only its run. The row's box adds the run to the compared runs, or removes the
 * run.
 * @param {Component<{rows: Row[], label: string}>} component the values from Streamlit
 * @returns {() => void} cleanup
 */
export default function runRows({ data, parentElement, setTriggerValue }) {
  const list = part(parentElement, ".runs");
  list.ariaLabel = data.label;
  list.onclick = ({ target }) => {
    const button = /** @type {Element} */ (target).closest("button");
    if (button) setTriggerValue("chosen", [button.dataset.id]);
  };
  list.onchange = () => setTriggerValue("chosen", ticked(list));
  const content = JSON.stringify(data.rows);
  if (drawn.get(list) === content) return () => {};
  drawn.set(list, content);
  const focused = focusOf(parentElement);
  const limits = limitsOf(data.rows.map(({ curve }) => curve));
  list.replaceChildren(...data.rows.map((row) => rowOf(row, limits)));
  if (focused) /** @type {?HTMLElement} */ (list.querySelector(focused))?.focus({ preventScroll: true });
  return () => {};
}

/** @param {HTMLElement} list */
function ticked(list) {
  return [...list.querySelectorAll("input")].filter((box) => box.checked).map((box) => box.dataset.id);
}

/**
 * A selector of the focused element, or "". The selector finds the element again after the rows were drawn again.
 * @param {ShadowRoot} root
 */
function focusOf(root) {
  const element = /** @type {?HTMLElement} */ (root.activeElement);
  return element ? `${element.localName}[data-id="${element.dataset.id}"]` : "";
}

/** @param {Row} row @param {[number, number]} limits of all curves */
function rowOf(row, limits) {
  const box = createElement("input", { type: "checkbox", checked: row.isChosen, ariaLabel: `Compare ${row.title}` });
  const button = createElement("button", { type: "button", ariaPressed: String(row.isChosen) },
    createElement("span", { className: "square" }), nameOf(row), curveOf(row, limits), resultOf(row), verdictOf(row));
  box.dataset.id = button.dataset.id = row.id;
  const item = createElement("li", { className: row.isChosen ? "chosen" : "" }, box, button);
  item.style.setProperty("--run", `var(--run-${row.colour})`);
  return item;
}

/** @param {Row} row */
function nameOf({ title, name }) {
  return createElement("span", { className: "name" }, createElement("b", {}, title), name && createElement("span", {}, name));
}

/** @param {Row} row */
function resultOf({ result, isBest }) {
  const best = isBest ? createElement("span", { className: "best" }, "Best") : "";
  return createElement("span", { className: "result" }, createElement("b", {}, result), best);
}

/** @param {Row} row */
function verdictOf({ size, than, reason, direction, change, note }) {
  const words = createElement("span", { className: "verdict" });
  if (size) {
    const sign = direction ? createElement("span", { className: direction > 0 ? "more" : "fewer", ariaHidden: "true" }, direction > 0 ? "▲ " : "▼ ") : "";
    words.append(createElement("span", {}, sign, `${size} ${than}`));
    if (reason) words.append(createElement("span", { className: "reason" }, reason));
  }
  if (change) words.append(createElement("span", { className: "change", title: change }, change));
  if (note) words.append(createElement("span", { className: "reason" }, note));
  return words;
}

/** @param {Row} row @param {[number, number]} limits */
function curveOf({ curve }, limits) {
  const drawing = createSvg("svg", { class: "curve", viewBox: `0 0 ${WIDTH} ${HEIGHT}`, "aria-hidden": "true" });
  const points = curvePoints(curve, limits);
  if (points.length > 1) drawing.append(createSvg("polyline", { points: points.map((point) => point.join(",")).join(" ") }));
  const end = points.at(-1);
  if (end) drawing.append(createSvg("circle", { cx: end[0], cy: end[1], r: 3.5 }));
  return drawing;
}

/**
 * The limits of the heights of all curves, so that the rows can be compared.
 * @param {(number | null)[][]} curves
 * @returns {[number, number]} the lowest and the highest value; 0 and 1 if there are fewer than two values
 */
export function limitsOf(curves) {
  let [low, high] = [Infinity, -Infinity]; // in a loop, since a call cannot have 500,000 arguments
  for (const value of curves.flat()) {
    if (value !== null) [low, high] = [Math.min(low, value), Math.max(high, value)];
  }
  return low < high ? [low, high] : [0, 1];
}

/**
 * The points of a small curve.
 * @param {(number | null)[]} curve accuracy after each epoch
 * @param {[number, number]} limits the values at the lower and the upper edge
 * @returns {[number, number][]} positions in pixels; epochs without a number are left out
 */
export function curvePoints(curve, [low, high]) {
  const across = (WIDTH - 2 * MARGIN) / Math.max(1, curve.length - 1);
  const up = (HEIGHT - 2 * MARGIN) / (high - low);
  return curve.flatMap((value, index) =>
    value === null ? [] : [/** @type {[number, number]} */ ([MARGIN + index * across, HEIGHT - MARGIN - (value - low) * up])]);
}
