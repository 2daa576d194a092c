/** @import { Component } from "../../components/shared/component" */
/** @import { Image } from "../shared/window_paint.js" */
/** @import { Bounds } from "./sums.js" */
import { part, setText } from "../../components/shared/dom.js";
import { SIDE, drawCells, drawImage, drawMap, drawRays, makeCells, putBox, short } from "../shared/window_paint.js";
import { allSums, asDigits, goalsAt, pixelsBelow, termsOf, windowSum, withTouch } from "./sums.js";

const SHEET = "Window on the image. The arrow keys move it.";
const SHEET_WITH_PEN = "Drawing sheet. The arrow keys move, the space bar draws.";
const REST_MILLISECONDS = 250; // the time after which a moved window counts as resting
/** @type {Record<string, [number, number]>} */
const ARROWS = { ArrowUp: [-1, 0], ArrowDown: [1, 0], ArrowLeft: [0, -1], ArrowRight: [0, 1] };

/**
 * @typedef {object} Data
 * The data from Python; see the function draw in kernel.py.
 * @property {number[]} pixels
 * @property {number} side
 * @property {string} name
 * @property {number[]} kernel
 * @property {Record<string, Bounds>} bounds
 * @property {number} bound
 * @property {{above: string, below: string}} meanings
 * @property {{name: string, words: string}[]} goals
 * @property {Record<string, unknown>} reached
 */

/**
 * @typedef {object} View
 * @property {HTMLElement} root
 * @property {Data} data
 * @property {Image} image below the window
 * @property {boolean} isDrawing whether the image is a drawing
 * @property {boolean} hasPen whether the pointer draws
 * @property {[number, number]} place row and column of the window
 * @property {boolean} hasMoved whether a person moved the window, since its first position reaches no goal
 * @property {Component<Data>["setTriggerValue"]} tell
 * @property {number} rest
 * @property {string} told
 * @property {string} drawn the image and the kernel that are drawn
 */

/** @type {WeakMap<ShadowRoot, View>} */
const views = new WeakMap();

/**
 * Show a kernel on an image: a window that a person drags, its products, and the map of all sums.
 * @param {Component<Data>} component the values from Streamlit
 */
export default function kernel({ data, parentElement, setTriggerValue }) {
  const view = views.get(parentElement) ?? newView(parentElement, data);
  const drawn = JSON.stringify([data.pixels, data.kernel]);
  Object.assign(view, { data, tell: setTriggerValue });
  if (view.drawn === drawn) return;
  view.drawn = drawn;
  if (!view.isDrawing) view.image = { pixels: data.pixels, side: data.side };
  view.place = [Math.floor(data.side / 2) - 1, Math.floor(data.side / 2) - 1];
  drawCells(part(view.root, ".weights"), data.kernel, "sign");
  drawAll(view);
}

/** @param {ShadowRoot} parent @param {Data} data @returns {View} */
function newView(parent, data) {
  const root = part(parent, ".kernel");
  /** @type {View} */
  const view = {
    root, data, image: data, isDrawing: false, hasPen: false, place: [0, 0], hasMoved: false, tell: () => {}, rest: 0, told: "", drawn: "",
  };
  views.set(parent, view);
  for (const name of [".pixels", ".weights", ".products"]) makeCells(part(root, name));
  const sheet = part(root, ".sheet");
  sheet.setAttribute("aria-label", SHEET);
  sheet.onpointerdown = (event) => {
    sheet.setPointerCapture(event.pointerId);
    pointAt(view, event);
  };
  sheet.onpointermove = (event) => {
    if (sheet.hasPointerCapture(event.pointerId)) pointAt(view, event);
  };
  sheet.onkeydown = (event) => {
    if (event.key === " " && view.hasPen) {
      event.preventDefault();
      touch(view, view.place[1] + SIDE / 2, view.place[0] + SIDE / 2);
    } else if (ARROWS[event.key]) {
      event.preventDefault();
      moveTo(view, view.place[0] + ARROWS[event.key][0], view.place[1] + ARROWS[event.key][1]);
    }
  };
  part(root, ".pen").onclick = () => takePen(view, !view.hasPen);
  part(root, ".clear").onclick = () => clear(view);
  new ResizeObserver(() => update(view)).observe(root);
  return view;
}

/** @param {View} view @param {PointerEvent} event */
function pointAt(view, event) {
  const box = part(view.root, ".sheet").getBoundingClientRect();
  const [x, y] = [event.clientX - box.left, event.clientY - box.top].map((at) => (at / box.width) * view.image.side);
  if (view.hasPen) touch(view, x, y);
  else moveTo(view, Math.floor(y - 1), Math.floor(x - 1));
}

/** @param {View} view @param {number} row @param {number} column */
function moveTo(view, row, column) {
  const last = view.image.side - SIDE;
  view.hasMoved = true;
  view.place = [Math.min(Math.max(row, 0), last), Math.min(Math.max(column, 0), last)];
  update(view);
}

/** @param {View} view @param {number} x @param {number} y */
function touch(view, x, y) {
  view.image = { side: view.image.side, pixels: withTouch(view.image, x, y) };
  drawAll(view);
}

/** @param {View} view @param {boolean} takes */
function takePen(view, takes) {
  const { root, image, isDrawing } = view;
  view.hasPen = takes;
  if (takes && !isDrawing) clear(view);
  else if (!takes && view.isDrawing && image.pixels.every((pixel) => pixel === 0)) {
    view.isDrawing = false;
    view.image = { pixels: view.data.pixels, side: view.data.side };
  }
  part(root, ".sheet").toggleAttribute("data-pen", takes);
  part(root, ".sheet").setAttribute("aria-label", takes ? SHEET_WITH_PEN : SHEET);
  part(root, ".pen").setAttribute("aria-pressed", String(takes));
  setText(part(root, ".pen"), takes ? "Done: move the window" : view.isDrawing ? "Draw on" : "Draw your own");
  part(root, ".clear").hidden = !takes;
  drawAll(view);
}

/** @param {View} view */
function clear(view) {
  view.isDrawing = true;
  view.image = { side: view.data.side, pixels: Array(view.data.side ** 2).fill(0) };
  drawAll(view);
}

/** @param {View} view */
function drawAll(view) {
  const { root, image, data, isDrawing } = view;
  const places = image.side - SIDE + 1;
  setText(part(root, ".source-name"), isDrawing ? "Your drawing" : data.name);
  setText(part(root, ".source-size"), `${image.side} × ${image.side} numbers from 0 to 1`);
  setText(part(root, ".sums-size"), `${places} × ${places} sums`);
  drawImage(/** @type {HTMLCanvasElement} */ (part(root, ".image")), image);
  drawMap(/** @type {HTMLCanvasElement} */ (part(root, ".map")), allSums(image, data.kernel), places);
  update(view);
}

// Draw the parts that follow the window: cells, sum, boxes and rays. The image and the map stay unchanged.
/** @param {View} view */
function update(view) {
  const { root, image, data, place: [row, column] } = view;
  const [pixels, sum] = [pixelsBelow(image, row, column), windowSum(image, data.kernel, row, column)];
  const products = pixels.map((pixel, index) => pixel * data.kernel[index]);
  drawCells(part(root, ".pixels"), pixels, "grey");
  drawCells(part(root, ".products"), products, "sign");
  setText(part(root, ".sum"), short(sum, 2));
  setText(part(root, ".terms"), termsOf(products, sum));
  const sign = sum >= data.bound ? "above" : sum <= -data.bound ? "below" : "none";
  root.dataset.sign = sign;
  const meaning = sign === "none" ? (Math.abs(sum) < 0.05 ? "no edge" : "") : data.meanings[sign];
  setText(part(root, ".meaning"), meaning);
  putBox(part(root, ".window"), part(root, ".sheet"), image.side, row, column, SIDE);
  putBox(part(root, ".pixel"), part(root, ".map-sheet"), image.side - SIDE + 1, row, column, 1);
  drawRays(root);
  clearTimeout(view.rest);
  view.rest = setTimeout(() => rest(view, `Row ${row}, column ${column}, counted from 0: the sum is ${short(sum, 2)}. ${meaning}`), REST_MILLISECONDS);
}

// The server checks the place again. It is asked only if the place may reach a further goal.
/** @param {View} view @param {string} words */
function rest(view, words) {
  const { root, image, data, place, hasPen, hasMoved } = view;
  setText(part(root, ".place"), words);
  const reaches = goalsAt(image, data.kernel, data.bounds, place);
  const value = [...place, view.isDrawing ? asDigits(image.pixels) : ""];
  if (hasPen || !hasMoved || view.told === JSON.stringify(value)) return;
  if (!data.goals.some(({ name }) => reaches.includes(name) && !(name in data.reached))) return;
  view.told = JSON.stringify(value);
  view.tell("moved", value);
}
