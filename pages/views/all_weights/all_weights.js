/** @import { Component } from "../../components/shared/component" */
import { createSvg, part, setText } from "../../components/shared/dom.js";
import { bytesOf } from "../shared/network_bytes.js";
import { paletteOf } from "../shared/network_palette.js";
import { cellAfter, contextOf, gridOf } from "../shared/weight_cells.js";
import { precise } from "../shared/signed_numbers.js";
import { drawSteps } from "./step_chart.js";

const ZERO = 128; // the byte that stands for a gradient of 0
const FURTHEST = 127;
const MARGIN = 24; // pixels
const RADIUS = 6;

/**
 * The data from Python; see the function draw in all_weights.py.
 * @typedef {object} Data
 * @property {number[]} shape of the inputs as a picture: rows and columns
 * @property {string} gradients a byte for each weight of each drawn unit, unit by unit, in base64
 * @property {number} drawn the number of drawn units
 * @property {number} units the number of the layer's units
 * @property {number} largest the largest gradient, without its sign
 * @property {number} input of the weight that is shown for each image
 * @property {number} unit
 * @property {number[]} each the gradient of the weight for each image
 * @property {number} mean
 * @property {number} count of all weights
 * @property {number} before the loss
 * @property {[number, number, number][]} steps for each learning rate, the loss after the step and the change that the
 *     slope predicted
 * @property {number} difference from the gradients of TensorFlow
 * @property {string} words whose weights these are
 */

/** @typedef {{root: HTMLElement, data: Data, unit: number, step: number, tell: Component<Data>["setTriggerValue"]}} View */

/** @type {WeakMap<ShadowRoot, View>} */
const views = new WeakMap();

/**
 * Show the gradients of all weights of a layer for a batch, and the change of the loss by a step.
 * @param {Component<Data>} component the values from Streamlit
 */
export default function allWeights({ data, parentElement, setTriggerValue }) {
  const view = views.get(parentElement) ?? newView(parentElement, data);
  if (view.data.gradients !== data.gradients) view.unit = data.unit;
  Object.assign(view, { data, tell: setTriggerValue });
  draw(view);
}

/** @param {ShadowRoot} parent @param {Data} data @returns {View} */
function newView(parent, data) {
  const root = part(parent, ".all");
  /** @type {View} */
  const view = { root, data, unit: data.unit, step: 0, tell: () => {} };
  views.set(parent, view);
  const canvas = /** @type {HTMLCanvasElement} */ (part(root, "canvas"));
  canvas.onkeydown = (event) => {
    const unit = cellAfter(event.key, view.unit, gridOf({ count: view.data.drawn }, canvas));
    if (unit === null) return;
    event.preventDefault();
    view.unit = unit;
    draw(view);
  };
  canvas.onclick = (event) => {
    const { columns, pitch } = tiles(view.data, canvas);
    const unit = Math.floor(event.offsetY / pitch) * columns + Math.floor(event.offsetX / pitch);
    if (unit < view.data.drawn && event.offsetX < columns * pitch) view.unit = unit;
    draw(view);
  };
  const slider = /** @type {HTMLInputElement} */ (part(root, ".rate"));
  Object.assign(slider, { min: "0", max: String(data.steps.length - 1), step: "1", value: "0" });
  slider.oninput = () => {
    view.step = Number(slider.value);
    draw(view);
  };
  slider.onchange = () => view.tell("moved", view.data.steps[view.step][0]);
  new ResizeObserver(() => draw(view)).observe(root);
  return view;
}

/** @param {View} view */
function draw(view) {
  const { root, data, unit } = view;
  const canvas = /** @type {HTMLCanvasElement} */ (part(root, "canvas"));
  const shown = data.drawn < data.units ? `the first ${data.drawn} of ${data.units} units` : `${data.units} units`;
  setText(part(root, ".maps small"), `${shown}; blue: a larger weight raises the loss; orange: it lowers it; white: gradient 0`);
  canvas.setAttribute("aria-valuemax", String(data.drawn));
  canvas.setAttribute("aria-valuenow", String(unit + 1));
  canvas.setAttribute("aria-valuetext", unitWords(data, unit));
  paintTiles(canvas, view);
  setText(part(root, ".batch small"), `unit ${data.unit + 1}, input ${data.input + 1}: the mean of ${data.each.length} gradients is ${precise(data.mean)}`);
  drawStrip(/** @type {SVGElement} */ (/** @type {unknown} */ (part(root, ".strip"))), data);
  showStep(view);
}

/** @param {Data} data @param {number} unit */
function unitWords({ gradients, largest, shape }, unit) {
  const size = shape[0] * shape[1];
  const bytes = bytesOf(gradients).subarray(unit * size, (unit + 1) * size);
  const strongest = bytes.reduce((best, byte) => (Math.abs(byte - ZERO) > Math.abs(best - ZERO) ? byte : best), ZERO);
  return `unit ${unit + 1}: its largest gradient is about ${precise(((strongest - ZERO) / FURTHEST) * largest)}`;
}

/** @param {Data} data @param {HTMLCanvasElement} canvas */
function tiles({ drawn }, canvas) {
  const [width, height] = [canvas.clientWidth, canvas.clientHeight];
  const all = Array.from({ length: drawn }, (_, index) => ({ columns: index + 1, rows: Math.ceil(drawn / (index + 1)) }));
  const pitchOf = (/** @type {{columns: number, rows: number}} */ one) => Math.min(width / one.columns, height / one.rows);
  const best = all.reduce((one, other) => (pitchOf(other) > pitchOf(one) ? other : one));
  return { ...best, pitch: pitchOf(best) };
}

/** @param {HTMLCanvasElement} canvas @param {View} view */
function paintTiles(canvas, { data, unit, root }) {
  const context = contextOf(canvas);
  if (!context) return;
  const palette = paletteOf(root);
  const { columns, pitch } = tiles(data, canvas);
  const [rows, across] = data.shape;
  const cell = (pitch - 6) / Math.max(rows, across);
  bytesOf(data.gradients).forEach((byte, index) => {
    const [tile, place] = [Math.floor(index / (rows * across)), index % (rows * across)];
    const x = (tile % columns) * pitch + (place % across) * cell;
    const y = Math.floor(tile / columns) * pitch + Math.floor(place / across) * cell;
    context.globalAlpha = 1;
    context.fillStyle = palette.page;
    context.fillRect(x, y, cell + 0.3, cell + 0.3);
    context.globalAlpha = Math.abs(byte - ZERO) / FURTHEST;
    context.fillStyle = byte > ZERO ? palette.plus : palette.minus;
    context.fillRect(x, y, cell + 0.3, cell + 0.3);
  });
  context.globalAlpha = 1;
  context.strokeStyle = palette.dot;
  for (let tile = 0; tile < data.drawn; tile += 1) {
    context.lineWidth = tile === unit ? 3 : 1;
    context.strokeStyle = tile === unit ? palette.plus : palette.dot;
    context.strokeRect((tile % columns) * pitch + 1, Math.floor(tile / columns) * pitch + 1, cell * across, cell * rows);
  }
}

/** @param {SVGElement} plane @param {Data} data */
function drawStrip(plane, { each, mean }) {
  const [width, height] = [plane.clientWidth, plane.clientHeight];
  if (!width) return;
  const reach = Math.max(...each.map(Math.abs), 1e-12);
  const x = (/** @type {number} */ value) => width / 2 + (value / reach) * (width / 2 - MARGIN);
  const up = each.filter((value) => value > 0).length;
  const down = each.filter((value) => value < 0).length;
  plane.setAttribute("aria-label", `${up} images push the weight down, ${down} push it up, ${each.length - up - down} leave it. Mean ${precise(mean)}.`);
  const lanes = laneOf(each.map(x));
  plane.replaceChildren(
    createSvg("line", { class: "axis", x1: MARGIN, x2: width - MARGIN, y1: height - 44, y2: height - 44 }),
    createSvg("line", { class: "axis", x1: x(0), x2: x(0), y1: 8, y2: height - 38 }),
    ...each.map((value, index) => createSvg("circle", {
      class: value > 0 ? "plus" : value < 0 ? "minus" : "zero", cx: x(value), cy: height - 54 - lanes[index] * (2 * RADIUS + 1), r: RADIUS,
    })),
    createSvg("line", { class: "mean", x1: x(mean), x2: x(mean), y1: 8, y2: height - 44 }),
    ...[[0, "0", height - 24], [mean, "mean", height - 6]].map(([value, words, y]) =>
      createSvg("text", { x: x(Number(value)), y, "text-anchor": "middle" }, document.createTextNode(String(words)))),
  );
}

// Overlapping dots are stacked.
/** @param {number[]} places in pixels @returns {number[]} the height of each dot, in dots */
export function laneOf(places) {
  /** @type {number[][]} */
  const taken = [];
  return places.map((place) => {
    const lane = taken.findIndex((others) => others.every((other) => Math.abs(other - place) >= 2 * RADIUS));
    if (lane < 0) return taken.push([place]) - 1;
    taken[lane].push(place);
    return lane;
  });
}

/** @param {HTMLElement} root @param {Data} data @param {number} step */
function drawChart(root, { steps, before }, step) {
  const chart = /** @type {SVGElement} */ (/** @type {unknown} */ (part(root, ".chart")));
  const [rate, after, promised] = steps[step];
  chart.setAttribute("aria-label",
    `The loss after one step over the learning rate. At ${rate}: ${after.toFixed(4)}; promised ${(before + promised).toFixed(4)}.`);
  drawSteps(chart, steps.map(([, loss, change]) => ({ loss, promised: before + change })), before, step);
}

/** @param {View} view */
function showStep({ root, data, step }) {
  const { count, before, difference, words } = data;
  const [rate, after, promised] = data.steps[step];
  part(root, ".rate").setAttribute("aria-valuetext", String(rate));
  setText(part(root, ".rate-now"), String(rate));
  const loss = part(root, ".loss");
  loss.className = `loss ${after < before ? "falls" : "rises"}`;
  setText(loss, `loss ${before.toFixed(4)} → ${after.toFixed(4)} ${after < before ? "↓" : "↑"}`);
  drawChart(root, data, step);
  const impossible = before + promised < 0 ? " A loss cannot be below 0, so for so long a step the slope is no guide." : "";
  setText(part(root, ".promised"), `Changed by ${precise(after - before)}; the slope alone promised ${precise(promised)}.${impossible}`);
  setText(part(root, ".step small"), `One step moves ${count.toLocaleString("en-US")} numbers by −rate × gradient. Largest difference from the gradients of TensorFlow: ${precise(difference)}. ${words}`);
}
