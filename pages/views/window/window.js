/** @import { Component } from "../../components/shared/component" */
/** @import { Output } from "./output.js" */
import { part, setText } from "../../components/shared/dom.js";
import { drawImage, drawRays, putBox } from "../shared/window_paint.js";
import { aroundImage, means, paddedSide, sourceText, sumText } from "./output.js";

const REST_MILLISECONDS = 250; // the time after which changed settings count as final
/** @type {Record<string, [number, number]>} */
const ARROWS = { ArrowUp: [-1, 0], ArrowDown: [1, 0], ArrowLeft: [0, -1], ArrowRight: [0, 1] };

/**
 * @typedef {object} Data
 * The data from Python; see the function draw in window.py.
 * @property {number[]} pixels
 * @property {number} side
 * @property {Output[]} outputs
 * @property {{name: string, words: string}[]} goals
 * @property {Record<string, unknown>} reached
 */

/** @typedef {{root: HTMLElement, data: Data, place: [number, number], tell: Component<Data>["setTriggerValue"], rest: number, told: string}} View */

/** @type {WeakMap<ShadowRoot, View>} */
const views = new WeakMap();

/**
 * Show a window on an image, and the output that its size, stride and padding give.
 * @param {Component<Data>} component the values from Streamlit
 */
export default function windowView({ data, parentElement, setTriggerValue }) {
  const view = views.get(parentElement) ?? newView(parentElement, data);
  Object.assign(view, { data, tell: setTriggerValue });
  draw(view);
}

/** @param {ShadowRoot} parent @param {Data} data @returns {View} */
function newView(parent, data) {
  const root = part(parent, ".window-view");
  /** @type {View} */
  const view = { root, data, place: [1, 1], tell: () => {}, rest: 0, told: "" };
  views.set(parent, view);
  const sheet = part(root, ".sheet");
  sheet.onpointerdown = (event) => {
    sheet.setPointerCapture(event.pointerId);
    pointAt(view, event);
  };
  sheet.onpointermove = (event) => {
    if (sheet.hasPointerCapture(event.pointerId)) pointAt(view, event);
  };
  sheet.onkeydown = (event) => {
    if (!ARROWS[event.key]) return;
    event.preventDefault();
    view.place = [view.place[0] + ARROWS[event.key][0], view.place[1] + ARROWS[event.key][1]];
    draw(view);
  };
  for (const input of root.querySelectorAll("input")) input.oninput = () => changed(view);
  new ResizeObserver(() => draw(view)).observe(root);
  return view;
}

/** @param {View} view @returns {Output} the output for the current settings */
function outputOf({ root, data }) {
  const [size, stride] = [".size", ".stride"].map((name) => Number(/** @type {HTMLInputElement} */ (part(root, name)).value));
  const padding = /** @type {HTMLInputElement} */ (part(root, "input[name=padding]:checked")).value;
  return data.outputs.find((one) => one.size === size && one.stride === stride && one.padding === padding) ?? data.outputs[0];
}

/** @param {View} view @param {PointerEvent} event */
function pointAt(view, event) {
  const output = outputOf(view);
  const box = part(view.root, ".sheet").getBoundingClientRect();
  const whole = paddedSide(view.data.side, output);
  const [row, column] = [event.clientY - box.top, event.clientX - box.left]
    .map((at) => Math.round(((at / box.width) * whole - output.size / 2) / output.stride));
  view.place = [row, column];
  draw(view);
}

/** @param {View} view */
function changed(view) {
  draw(view);
  clearTimeout(view.rest);
  view.rest = setTimeout(() => tell(view), REST_MILLISECONDS);
}

// The server checks the settings again. It is asked only if the settings may reach a further goal.
/** @param {View} view */
function tell(view) {
  const { size, stride, padding, goals } = outputOf(view);
  const value = [size, stride, padding];
  if (view.told === value.join() || !view.data.goals.some(({ name }) => goals.includes(name) && !(name in view.data.reached))) return;
  view.told = value.join();
  view.tell("moved", value);
}

/** @param {View} view */
function draw(view) {
  const { root, data } = view;
  const output = outputOf(view);
  const whole = paddedSide(data.side, output);
  view.place = /** @type {[number, number]} */ (view.place.map((at) => Math.min(Math.max(at, 0), output.side - 1)));
  const [row, column] = view.place;
  setText(part(root, ".size-text"), `${output.size} × ${output.size}`);
  setText(part(root, ".stride-text"), String(output.stride));
  setText(part(root, ".result"), `${output.side} × ${output.side}`);
  setText(part(root, ".sum"), sumText(data.side, output));
  setText(part(root, ".source-size"), sourceText(data.side, output));
  setText(part(root, ".output-size"), `${output.side} × ${output.side}`);
  setText(part(root, ".place"), `Row ${row}, column ${column}, counted from 0.`);
  drawImage(/** @type {HTMLCanvasElement} */ (part(root, ".image")), { side: whole, pixels: padded(data, whole, output.before) });
  part(root, ".zeros").hidden = whole === data.side;
  part(root, ".zeros").style.clipPath = aroundImage(data.side, whole, output.before);
  drawImage(/** @type {HTMLCanvasElement} */ (part(root, ".map")), { side: output.side, pixels: means(data.pixels, data.side, output) });
  part(root, ".map").style.setProperty("--share", `${(100 * output.side) / whole}%`);
  putBox(part(root, ".window"), part(root, ".sheet"), whole, row * output.stride, column * output.stride, output.size);
  putBox(part(root, ".pixel"), part(root, ".map-sheet"), whole, row, column, 1);
  drawRays(root);
}

/** @param {Data} data @param {number} whole @param {number} before @returns {number[]} */
function padded({ pixels, side }, whole, before) {
  return Array.from({ length: whole * whole }, (_, index) => {
    const [row, column] = [Math.floor(index / whole) - before, (index % whole) - before];
    const isInside = row >= 0 && row < side && column >= 0 && column < side;
    return isInside ? pixels[row * side + column] : 0;
  });
}
