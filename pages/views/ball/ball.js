/** @import { Component } from "../../components/shared/component" */
/** @import { Data, Stop } from "./rates.js" */
/** @import { Drawn } from "./valley.js" */
import { createElement, part } from "../../components/shared/dom.js";
import { decades, firstStop, shareOf, toneOf, updateWords } from "./rates.js";
import { drawRuns } from "./runs.js";
import { drawSteps, drawValley, moveBall } from "./valley.js";

const HOP_MILLISECONDS = 150; // the duration of a step
const REST_MILLISECONDS = 180; // the time after which a moved slider counts as resting

/**
 * @typedef {object} View
 * @property {HTMLElement} root
 * @property {SVGElement} plane
 * @property {HTMLInputElement} slider
 * @property {Component<Data>["setTriggerValue"]} tell
 * @property {Data} data
 * @property {Drawn | null} drawn
 * @property {number} index of the stop
 * @property {number} frame of the animation
 * @property {number} rest the timer of the slider
 * @property {string} told the last rate that was reported to Python
 */

/** @type {WeakMap<ShadowRoot, View>} */
const views = new WeakMap();

/**
 * Show a ball on the loss, and the slider with its learning rate.
 * @param {Component<Data>} component the values from Streamlit
 */
export default function ball({ data, parentElement, setTriggerValue }) {
  const view = views.get(parentElement) ?? newView(parentElement, data);
  const isNew = view.data.losses.join() !== data.losses.join() || view.data.stops.length !== data.stops.length;
  Object.assign(view, { data, tell: setTriggerValue });
  if (!view.drawn || isNew) {
    view.slider.max = String(data.stops.length - 1);
    view.index = firstStop(data);
    view.slider.value = String(view.index);
    drawTicks(view);
    draw(view);
  }
  drawFlags(view);
  drawRuns(view.root, view.data);
}

/** @param {ShadowRoot} parent @param {Data} data @returns {View} */
function newView(parent, data) {
  const root = part(parent, ".ball");
  const slider = /** @type {HTMLInputElement} */ (part(root, ".slider"));
  const plane = /** @type {SVGElement} */ (/** @type {unknown} */ (part(root, ".valley")));
  /** @type {View} */
  const view = { root, plane, slider, tell: () => {}, data, drawn: null, index: 0, frame: 0, rest: 0, told: "" };
  views.set(parent, view);
  slider.oninput = () => moveTo(view, Number(slider.value));
  new ResizeObserver(() => draw(view)).observe(plane);
  return view;
}

// While the slider moves, the whole path is shown at once. Once the slider rests, the ball rolls along the path.
/** @param {View} view @param {number} index */
function moveTo(view, index) {
  view.index = index;
  cancelAnimationFrame(view.frame);
  show(view);
  clearTimeout(view.rest);
  view.rest = setTimeout(() => {
    roll(view);
    tell(view);
  }, REST_MILLISECONDS);
}

/** @param {View} view */
function draw(view) {
  if (!view.plane.clientWidth) return;
  view.drawn = drawValley(view.plane, view.data);
  drawRuns(view.root, view.data);
  show(view);
}

/** @param {View} view */
function show(view) {
  if (!view.drawn) return;
  const stop = view.data.stops[view.index];
  view.root.dataset.tone = toneOf(stop);
  drawSteps(view.drawn, stop);
  moveBall(view.drawn, stop.positions.length - 1);
  updateWords(view.root, view.slider, view.data, view.index);
}

/** @param {View} view */
function roll(view) {
  if (matchMedia("(prefers-reduced-motion: reduce)").matches) return;
  const last = view.data.stops[view.index].positions.length - 1;
  /** @type {number | null} */
  let began = null;
  const step = (/** @type {number} */ now) => {
    began ??= now;
    const done = Math.min((now - began) / HOP_MILLISECONDS, last);
    if (view.drawn) moveBall(view.drawn, done);
    if (done < last && view.root.isConnected) view.frame = requestAnimationFrame(step);
  };
  view.frame = requestAnimationFrame(step);
}

// The server checks the rate again. It is asked only if the rate may reach a further goal.
/** @param {View} view */
function tell(view) {
  const { goals, reached, stops } = view.data;
  const stop = stops[view.index];
  const isWanted = goals.some(({ name }) => stop.goals.includes(name) && !(name in reached));
  if (isWanted && view.told !== stop.text) {
    view.told = stop.text;
    view.tell("moved", stop.rate);
  }
}

/** @param {View} view */
function drawTicks({ root, data }) {
  const marks = decades(data.stops).map(({ text, rate }) => {
    const mark = createElement("span", {}, text);
    mark.style.left = `${100 * shareOf(data.stops, rate)}%`;
    return mark;
  });
  part(root, ".ticks").replaceChildren(...marks);
}

// The rates that reached a goal stay marked on the slider.
/** @param {View} view */
function drawFlags({ root, data }) {
  const flags = data.goals.filter(({ name }) => name in data.reached).map(({ name, words }) => {
    const flag = createElement("div", { className: "flag" }, createElement("span", {}, words));
    flag.dataset.goal = name;
    flag.style.left = `${100 * shareOf(data.stops, data.reached[name])}%`;
    return flag;
  });
  part(root, ".flags").replaceChildren(...flags);
}
