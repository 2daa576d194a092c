/** @import { Component } from "../../components/shared/component" */
/** @import { Ground, Path } from "./map.js" */
import { createElement, part, setText } from "../../components/shared/dom.js";
import { drawPaths, paintGround } from "./map.js";

const PLAY_MILLISECONDS = 2400; // the duration of a path with many steps
const STEP_MILLISECONDS = 260; // the duration of a step of a path with few steps
const REST_MILLISECONDS = 180; // the time after which a moved slider counts as resting

/** @typedef {Ground & {images: number, shown: number[], lowest: string, goals: {name: string, words: string}[], reached: Object<string, unknown>}} Data see path.py */

/**
 * @typedef {object} View
 * @property {HTMLElement} root
 * @property {SVGElement} plane
 * @property {Data} data
 * @property {Component<Data>["setTriggerValue"]} tell
 * @property {string} painted the colour of the ground that was painted
 * @property {number} index of the path in view; -1 before the first path
 * @property {Set<number>} seen indexes of the paths that were played
 * @property {number} done steps on the screen
 * @property {number} frame of the animation
 * @property {number} rest the timer of the slider
 */

/** @type {WeakMap<ShadowRoot, View>} */
const views = new WeakMap();

/**
 * Show the path of an epoch for a batch size.
 * @param {Component<Data>} component the values from Streamlit
 */
export default function path({ data, parentElement, setTriggerValue }) {
  const view = views.get(parentElement) ?? newView(parentElement, data);
  Object.assign(view, { data, tell: setTriggerValue });
  paint(view);
  if (view.index < 0) {
    sliderOf(view).max = String(data.paths.length - 1);
    setText(part(view.root, ".lowest"), `The lowest loss is ${data.lowest}.`);
    const first = data.shown.map((size) => Math.max(0, data.paths.findIndex(({ batchSize }) => batchSize === size)));
    view.seen = new Set(first);
    moveTo(view, first[first.length - 1]);
  }
}

/** @param {ShadowRoot} parent @param {Data} data @returns {View} */
function newView(parent, data) {
  const root = part(parent, ".path");
  const plane = /** @type {SVGElement} */ (/** @type {unknown} */ (part(root, "svg")));
  /** @type {View} */
  const view = { root, plane, data, tell: () => {}, painted: "", index: -1, seen: new Set(), done: 0, frame: 0, rest: 0 };
  views.set(parent, view);
  const slider = sliderOf(view);
  slider.oninput = () => moveTo(view, Number(slider.value));
  new ResizeObserver(() => draw(view)).observe(plane);
  return view;
}

/** @param {View} view @returns {HTMLInputElement} */
function sliderOf({ root }) {
  return part(root, ".slider");
}

/** @param {View} view @returns {Path} */
function pathOf({ data, index }) {
  return data.paths[index];
}

/** @param {View} view */
function paint(view) {
  const colour = getComputedStyle(view.root).color;
  if (view.painted === colour) return;
  view.painted = colour;
  paintGround(part(view.root, "canvas"), view.data.losses);
}

/** @param {View} view @param {number} index */
function moveTo(view, index) {
  view.index = index;
  sliderOf(view).value = String(index);
  const { batchSize, points, loss } = pathOf(view);
  const steps = `${points.length - 1} ${points.length === 2 ? "step" : "steps"}`;
  const images = sizeWords(batchSize, view.data.images);
  setText(part(view.root, ".size"), images);
  setText(part(view.root, ".steps"), `${steps}; loss at the end ${loss}`);
  sliderOf(view).setAttribute("aria-valuetext", `${images} in a batch, ${steps}`);
  clearTimeout(view.rest);
  view.rest = setTimeout(() => play(view), REST_MILLISECONDS);
}

/**
 * @param {number} batchSize
 * @param {number} images of the data
 * @returns {string} such as "8 images"
 */
export function sizeWords(batchSize, images) {
  if (batchSize === images) return `all ${images} images`;
  return batchSize === 1 ? "1 image" : `${batchSize} images`;
}

/** @param {View} view */
function play(view) {
  cancelAnimationFrame(view.frame);
  view.seen.add(view.index);
  showRows(view);
  const steps = pathOf(view).points.length - 1;
  const milliseconds = Math.min(PLAY_MILLISECONDS, steps * STEP_MILLISECONDS);
  const isStill = matchMedia("(prefers-reduced-motion: reduce)").matches;
  /** @type {number | null} */
  let began = null;
  const step = (/** @type {number} */ now) => {
    began ??= now;
    view.done = isStill ? steps : Math.min(steps, (steps * (now - began)) / milliseconds);
    draw(view);
    if (view.done < steps && view.root.isConnected) view.frame = requestAnimationFrame(step);
    else arrive(view);
  };
  view.frame = requestAnimationFrame(step);
}

/** @param {View} view */
function showRows(view) {
  const { data } = view;
  const rows = [...view.seen].sort((one, other) => one - other).map((index) => {
    const { batchSize, points, loss } = data.paths[index];
    const cells = [String(batchSize), String(points.length - 1), loss].map((text) => createElement("td", {}, text));
    return createElement("tr", { className: index === view.index ? "now" : "" }, ...cells);
  });
  part(view.root, "tbody").replaceChildren(...rows);
}

// The server checks the batch size again. It is asked only if the batch size may reach a further goal.
/** @param {View} view */
function arrive(view) {
  const { data } = view;
  const now = pathOf(view);
  if (data.goals.some(({ name }) => now.goals.includes(name) && !(name in data.reached))) view.tell("moved", now.batchSize);
}

/** @param {View} view */
function draw(view) {
  if (!view.plane.clientWidth || view.index < 0) return;
  const seen = [...view.seen].map((index) => view.data.paths[index]);
  drawPaths(view.plane, view.data, { now: pathOf(view), seen, done: view.done });
}
