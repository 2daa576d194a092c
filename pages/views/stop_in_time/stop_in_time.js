/** @import { Component } from "../../components/shared/component" */
/** @import { Run } from "./losses_chart.js" */
import { createElement, part, setText } from "../../components/shared/dom.js";
import { drawLosses } from "./losses_chart.js";

const EPOCH_MILLISECONDS = 480;

/**
 * @typedef {object} Data
 * The data from Python; see stop_in_time.py.
 * @property {Run[]} runs
 * @property {number} within the epochs by which a stop may be off
 * @property {{name: string, words: string}[]} goals
 * @property {Object<string, unknown>} reached
 */

/**
 * @typedef {object} View
 * @property {HTMLElement} root
 * @property {SVGElement} plane
 * @property {Data} data
 * @property {Component<Data>["setTriggerValue"]} tell
 * @property {number} number of the run, from 0
 * @property {number} shown epochs on the screen
 * @property {number} stopped the epoch of the stop; 0 for none
 * @property {number} frame of the animation; 0 while nothing grows
 * @property {{number: number, epoch: number}[]} stops that were made
 */

/** @type {WeakMap<ShadowRoot, View>} */
const views = new WeakMap();

/**
 * Play recorded runs, which the visitor stops.
 * @param {Component<Data>} component the values from Streamlit
 */
export default function stopInTime({ data, parentElement, setTriggerValue }) {
  const view = views.get(parentElement) ?? newView(parentElement, data);
  Object.assign(view, { data, tell: setTriggerValue });
  show(view);
}

/** @param {ShadowRoot} parent @param {Data} data @returns {View} */
function newView(parent, data) {
  const root = part(parent, ".stop");
  const plane = /** @type {SVGElement} */ (/** @type {unknown} */ (part(root, ".chart")));
  /** @type {View} */
  const view = { root, plane, data, tell: () => {}, number: 0, shown: 1, stopped: 0, frame: 0, stops: [] };
  views.set(parent, view);
  part(root, ".press").onclick = () => press(view);
  new ResizeObserver(() => show(view)).observe(plane);
  return view;
}

/** @param {View} view */
function runOf({ data, number }) {
  return data.runs[number];
}

/** @param {View} view */
function press(view) {
  if (view.frame) stop(view);
  else if (view.stopped) next(view);
  else grow(view);
}

/** @param {View} view */
function grow(view) {
  const last = runOf(view).loss.length;
  const isStill = matchMedia("(prefers-reduced-motion: reduce)").matches;
  /** @type {number | null} */
  let began = null;
  const step = (/** @type {number} */ now) => {
    began ??= now;
    const done = Math.min(last, 1 + (now - began) / EPOCH_MILLISECONDS);
    view.shown = isStill ? Math.floor(done) : done;
    view.frame = view.root.isConnected ? requestAnimationFrame(step) : 0;
    if (done >= last) stop(view);
    else show(view);
  };
  view.frame = requestAnimationFrame(step);
}

/** @param {View} view */
function stop(view) {
  cancelAnimationFrame(view.frame);
  view.frame = 0;
  view.stopped = Math.floor(view.shown);
  view.stops.push({ number: view.number, epoch: view.stopped });
  show(view);
  const isClose = Math.abs(view.stopped - runOf(view).lowest) <= view.data.within;
  if (isClose && view.data.goals.some(({ name }) => !(name in view.data.reached))) view.tell("moved", [view.number, view.stopped]);
}

/** @param {View} view */
function next(view) {
  Object.assign(view, { number: (view.number + 1) % view.data.runs.length, shown: 1, stopped: 0 });
  show(view);
  grow(view);
}

/** @param {View} view */
function show(view) {
  const { root, plane, data, number, shown, stopped, frame } = view;
  if (!plane.clientWidth) return;
  const run = runOf(view);
  const epoch = stopped || Math.floor(shown);
  drawLosses(plane, run, { shown, stopped });
  root.dataset.state = frame ? "growing" : stopped ? "stopped" : "waiting";
  setText(part(root, "h2"), `Run ${number + 1} of ${data.runs.length}: stop it where the validation loss is lowest`);
  setText(part(root, ".epoch"), `Epoch ${epoch}: training ${run.loss[epoch - 1].toFixed(2)}, validation ${run.valLoss[epoch - 1].toFixed(2)}`);
  setText(part(root, ".press"), frame ? "Stop" : stopped ? "Next run" : "Start");
  setText(part(root, ".verdict"), stopped ? run.words[stopped - 1] : frame ? "" : "Each run has another seed.");
  const words = view.stops.map(({ number: of, epoch: at }) => scoreOf(at - data.runs[of].lowest));
  const list = part(root, ".scores");
  if (list.children.length !== words.length) list.replaceChildren(...words.map((score) => createElement("li", {}, score)));
}

/** @param {number} off epochs after the lowest loss */
function scoreOf(off) {
  if (!off) return "exact";
  return `${Math.abs(off)} ${off > 0 ? "late" : "early"}`;
}
