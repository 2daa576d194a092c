/** @import { Component } from "../../components/shared/component" */
/** @import { Point } from "../shared/slope_curve.js" */
/** @import { Unit } from "./unit.js" */
import { part, setText } from "../../components/shared/dom.js";
import { drawSlope } from "../shared/slope_curve.js";
import { drawSum } from "./sum.js";
import { signed } from "../shared/signed_numbers.js";
import { lookAt, lossPoints, step, weightAfter } from "./unit.js";

const MOST_STEPS = 50; // as in core.analysis.one_weight
const DRAWN = 12; // the number of last steps that are drawn
const REST = 400; // milliseconds after which a key is no longer repeated

/**
 * The data from Python; see the function draw in weight.py.
 * @typedef {Unit & {start: number, rate: number, low: number, high: number, highest: number, rates: number[]}} Data
 */

/**
 * @typedef {object} View
 * @property {HTMLElement} root
 * @property {SVGElement} plane
 * @property {Data} data
 * @property {number} weight
 * @property {number} from where the steps begin
 * @property {number} rate
 * @property {Point[]} trail
 * @property {number} steps
 * @property {Component<Data>["setTriggerValue"]} tell
 * @property {?ReturnType<typeof drawSlope>} scales
 * @property {number} frame
 * @property {number} timer
 */

/** @type {WeakMap<ShadowRoot, View>} */
const views = new WeakMap();

/**
 * Show a unit with its loss and its slope. A person drags the weight, or takes steps of gradient descent.
 * @param {Component<Data>} component the values from Streamlit
 */
export default function weightView({ data, parentElement, setTriggerValue }) {
  const view = views.get(parentElement) ?? newView(parentElement, data);
  view.tell = setTriggerValue;
  if (JSON.stringify(unitOf(view.data)) !== JSON.stringify(unitOf(data))) Object.assign(view, beginning(data));
  draw(view);
}

/** @param {Data} data */
function unitOf({ input, target, start, rate }) {
  return [input, target, start, rate];
}

/** @param {Data} data */
function beginning(data) {
  return { data, weight: data.start, from: data.start, rate: data.rate, trail: [], steps: 0 };
}

/** @param {ShadowRoot} parent @param {Data} data @returns {View} */
function newView(parent, data) {
  const root = part(parent, ".weight");
  const plane = /** @type {SVGElement} */ (/** @type {unknown} */ (part(root, ".plane")));
  /** @type {View} */
  const view = { root, plane, ...beginning(data), tell: () => {}, scales: null, frame: 0, timer: 0 };
  views.set(parent, view);
  listen(view);
  new ResizeObserver(() => draw(view)).observe(plane);
  return view;
}

/** @param {View} view */
function listen(view) {
  const { root, plane } = view;
  const slider = /** @type {HTMLInputElement} */ (part(root, ".rate"));
  Object.assign(slider, { min: "0", max: String(view.data.rates.length - 1), step: "1" });
  slider.oninput = () => {
    // The server computes steps with a single rate, so a new rate restarts the count of steps.
    Object.assign(view, { rate: view.data.rates[Number(slider.value)], from: view.weight, trail: [], steps: 0 });
    draw(view);
  };
  part(root, ".step").onclick = () => takeStep(view);
  part(root, ".again").onclick = () => {
    Object.assign(view, { ...beginning(view.data), rate: view.rate });
    draw(view);
  };
  plane.onpointerdown = (event) => {
    plane.setPointerCapture(event.pointerId);
    drag(view, event);
  };
  plane.onpointermove = (event) => plane.hasPointerCapture(event.pointerId) && drag(view, event);
  plane.onpointerup = () => say(view);
  plane.onkeydown = (event) => {
    const weight = weightAfter(event.key, view.weight, [view.data.low, view.data.high]);
    if (weight === null) return;
    event.preventDefault();
    moveTo(view, weight);
    clearTimeout(view.timer);
    view.timer = window.setTimeout(() => say(view), REST);
  };
}

/** @param {View} view @param {PointerEvent} event */
function drag(view, event) {
  if (view.scales) moveTo(view, view.scales.weightAt(event.clientX - view.plane.getBoundingClientRect().left));
}

/** @param {View} view @param {number} weight */
function moveTo(view, weight) {
  const shown = Math.round(100 * weight) / 100; // rounded as on the screen, so that the numbers add up
  Object.assign(view, { weight: shown, from: shown, trail: [], steps: 0 });
  cancelAnimationFrame(view.frame);
  view.frame = requestAnimationFrame(() => draw(view));
}

/** @param {View} view */
function takeStep(view) {
  if (view.steps >= MOST_STEPS) return;
  view.trail = [...view.trail, /** @type {Point} */ ([view.weight, lookAt(view.data, view.weight).loss])].slice(-DRAWN);
  view.weight = step(view.data, view.weight, view.rate);
  view.steps += 1;
  draw(view);
  say(view);
}

// The server computes the loss itself from the reported values.
/** @param {View} view */
function say({ tell, from, rate, steps }) {
  tell("moved", [from, rate, steps]);
}

/** @param {View} view */
function draw(view) {
  const { root, plane, data, weight, rate, steps } = view;
  const now = lookAt(data, weight);
  const range = /** @type {[number, number]} */ ([data.low, data.high]);
  const points = lossPoints(data, range);
  view.scales = drawSlope(plane, { points, losses: [0, data.highest], at: [weight, now.loss], slope: now.slope, trail: view.trail, isNamed: true });
  drawSum(/** @type {SVGElement} */ (/** @type {unknown} */ (part(root, ".sum"))), data, weight, now);
  const words = `Input ${signed(data.input)} times weight ${signed(weight)} is ${signed(now.output)}; the label is ${signed(data.target)}. Loss ${signed(now.loss)}.`;
  setText(part(root, ".words"), words);
  for (const [name, value] of Object.entries({ min: data.low, max: data.high, now: weight.toFixed(3) })) plane.setAttribute(`aria-value${name}`, String(value));
  plane.setAttribute("aria-valuetext", `${signed(weight)}: the loss is ${signed(now.loss)}, its slope ${signed(now.slope)}`);
  const next = weight - rate * now.slope;
  setText(part(root, ".update"), `new weight = ${signed(weight)} − ${rate} × ${now.slope < 0 ? `(${signed(now.slope)})` : signed(now.slope)} = ${signed(next)}`);
  const slider = /** @type {HTMLInputElement} */ (part(root, ".rate"));
  slider.value = String(Math.max(0, data.rates.indexOf(rate)));
  slider.setAttribute("aria-valuetext", String(rate));
  setText(part(root, ".rate-now"), String(rate));
  setText(part(root, ".count"), steps ? `${steps} step${steps === 1 ? "" : "s"}, loss ${signed(now.loss)}` : "");
}
