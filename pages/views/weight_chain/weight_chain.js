/** @import { Component } from "../../components/shared/component" */
/** @import { Point } from "../shared/slope_curve.js" */
import { part, setText } from "../../components/shared/dom.js";
import { bytesOf } from "../shared/network_bytes.js";
import { paletteOf } from "../shared/network_palette.js";
import { cellAt, cellAfter, gridOf, paintCells, pickedAfter } from "../shared/weight_cells.js";
import { showFactors, showResult, showWays } from "./factors.js";
import { drawLines } from "./lines.js";
import { drawSlope } from "../shared/slope_curve.js";
import { precise, signed } from "../shared/signed_numbers.js";

const REST = 120; // milliseconds after which a key is no longer repeated

/** @typedef {{name: string, value: number, formula: string, meaning: string}} Factor */
/** @typedef {{name: string, share: ?number, product: number, factors: Factor[]}} Way */

/**
 * The data from Python; see the function draw in weight_chain.py.
 * @typedef {object} Data
 * @property {string} key of the weight, the image and the network
 * @property {number} input
 * @property {number} unit
 * @property {number[]} shape of the inputs as a picture: rows and columns
 * @property {string} pixels a byte for each input, base64
 * @property {number[]} inputs
 * @property {string} lights a byte for each unit, base64
 * @property {number[]} units
 * @property {string} label
 * @property {number} loss
 * @property {Way[]} ways
 * @property {number} others
 * @property {number} gradient
 * @property {number} automatic
 * @property {number} difference the largest of the layer
 * @property {Point[]} curve
 * @property {string} words whose weights these are
 */

/**
 * @typedef {object} View
 * @property {HTMLElement} root
 * @property {Data} data
 * @property {number} way the index of the shown path
 * @property {boolean} isAll whether all paths are drawn, and added up
 * @property {?number} factor the index of the factor that is explained; null for none
 * @property {{input: number, unit: number}} picked the cells that were pressed last, until Python answers
 * @property {Component<Data>["setTriggerValue"]} tell
 * @property {number} timer
 */

/** @type {WeakMap<ShadowRoot, View>} */
const views = new WeakMap();

/**
 * Show how the loss of an image depends on a weight of a network, as a chain of numbers.
 * @param {Component<Data>} component the values from Streamlit
 */
export default function weightChain({ data, parentElement, setTriggerValue }) {
  const view = views.get(parentElement) ?? newView(parentElement, data);
  const isNew = view.data.key !== data.key;
  Object.assign(view, { data, tell: setTriggerValue, way: isNew ? 0 : view.way, picked: pickedAfter(view, data) });
  draw(view);
}

/** @param {ShadowRoot} parent @param {Data} data @returns {View} */
function newView(parent, data) {
  const root = part(parent, ".chain");
  /** @type {View} */
  const view = { root, data, way: 0, isAll: false, factor: null, picked: { input: data.input, unit: data.unit }, tell: () => {}, timer: 0 };
  views.set(parent, view);
  for (const name of /** @type {const} */ (["input", "unit"])) listen(view, name);
  root.querySelectorAll(".modes button").forEach((button, index) => {
    /** @type {HTMLElement} */ (button).onclick = () => {
      view.isAll = index === 1;
      draw(view);
    };
  });
  new ResizeObserver(() => draw(view)).observe(part(root, ".parts"));
  return view;
}

/** @param {View} view @param {"input" | "unit"} name */
function canvasOf({ root }, name) {
  return /** @type {HTMLCanvasElement} */ (part(root, name === "input" ? ".image canvas" : ".units canvas"));
}

/** @param {View} view @param {"input" | "unit"} name */
function gridIn(view, name) {
  const { data } = view;
  return gridOf(name === "input" ? { rows: data.shape[0], columns: data.shape[1] } : { count: data.units.length }, canvasOf(view, name));
}

/** @param {View} view @param {"input" | "unit"} name */
function listen(view, name) {
  const canvas = canvasOf(view, name);
  canvas.onclick = (event) => {
    const index = cellAt(gridIn(view, name), event.offsetX, event.offsetY);
    if (index !== null) pick(view, name, index);
  };
  canvas.onkeydown = (event) => {
    const index = cellAfter(event.key, view.picked[name], gridIn(view, name));
    if (index === null) return;
    event.preventDefault();
    pick(view, name, index);
  };
}

/** @param {View} view @param {"input" | "unit"} name @param {number} index */
function pick(view, name, index) {
  view.picked = { ...view.picked, [name]: index };
  draw(view);
  clearTimeout(view.timer);
  view.timer = window.setTimeout(() => view.tell("moved", [view.picked.input, view.picked.unit]), REST);
}

/** @param {View} view */
function draw(view) {
  const { root, data, picked } = view;
  const isAll = view.isAll || data.ways.length === 1;
  root.classList.toggle("all", isAll);
  root.classList.toggle("single", data.ways.length === 1);
  root.querySelectorAll(".modes button").forEach((button, index) => button.setAttribute("aria-pressed", String(isAll === (index === 1))));
  describe(view, "input", `${placeWords(picked.input, data.shape)}: ${signed(data.inputs[picked.input])}`, data.inputs.length);
  const unit = `${picked.unit + 1} of ${data.units.length}, gives ${signed(data.units[picked.unit])}`;
  describe(view, "unit", unit, data.units.length);
  const way = Math.min(view.way, data.ways.length - 1);
  showWays(root, data, way, isAll, (index) => {
    view.way = index;
    draw(view);
  });
  showFactors(root, data, way, (factor) => {
    view.factor = factor;
    explain(view, way, isAll);
  });
  showResult(root, data, isAll);
  // The canvases are painted last: the words below them decide how high they are.
  const palette = paletteOf(root);
  paintCells(canvasOf(view, "input"), gridIn(view, "input"), { bytes: bytesOf(data.pixels), picked: picked.input, palette, isRound: false });
  paintCells(canvasOf(view, "unit"), gridIn(view, "unit"), { bytes: bytesOf(data.lights), picked: picked.unit, palette, isRound: true });
  explain(view, way, isAll);
  part(root, ".result").ariaBusy = String(picked.input !== data.input || picked.unit !== data.unit);
  setText(part(root, ".of"), data.words);
  const middle = data.curve[Math.floor(data.curve.length / 2)];
  const plane = /** @type {SVGElement} */ (/** @type {unknown} */ (part(root, ".plane")));
  setText(part(root, ".curve-of-weight small"), `slope ${precise(data.gradient)}`);
  plane.setAttribute("aria-label", `The loss is ${signed(middle[1])} at the weight ${signed(middle[0])}, and its slope is ${precise(data.gradient)}.`);
  drawSlope(plane, { points: data.curve, at: middle, slope: data.gradient });
}

/** Explain the factor that a person points at, and draw its place in the net. @param {View} view @param {number} way @param {boolean} isAll */
function explain({ root, data, factor }, way, isAll) {
  const chosen = factor === null ? undefined : data.ways[way].factors[factor];
  setText(part(root, ".meaning"), chosen ? `${chosen.name}: ${chosen.meaning}` : "Point at a factor, or press it: what it is.");
  drawLines(root, data, { way, isAll, factor: chosen ? factor : null });
}

/** @param {View} view @param {"input" | "unit"} name @param {string} words @param {number} count */
function describe(view, name, words, count) {
  const canvas = canvasOf(view, name);
  setText(part(view.root, name === "input" ? ".image small" : ".units small"), words);
  canvas.setAttribute("aria-valuemax", String(count));
  canvas.setAttribute("aria-valuenow", String(view.picked[name] + 1));
  canvas.setAttribute("aria-valuetext", words);
}

/** @param {number} index @param {number[]} shape */
function placeWords(index, [rows, columns]) {
  return rows > 1 ? `row ${Math.floor(index / columns) + 1}, column ${(index % columns) + 1}` : `number ${index + 1}`;
}
