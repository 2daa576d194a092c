/** @import { Component } from "../../components/shared/component" */
/** @import { Side } from "./sides.js" */
import { createElement, part, setText } from "../../components/shared/dom.js";
import { newSide, showStep } from "./sides.js";

const REST_MILLISECONDS = 180; // the time after which a moved slider counts as resting
const FIRST_RATE = 0.01; // the first learning rate, which reaches no goal

/**
 * @typedef {object} Data
 * The data from Python; see scaling.py.
 * @property {number[]} rates
 * @property {string[]} rateTexts
 * @property {string[][]} reaches the goals of each rate
 * @property {Side[]} sides
 * @property {string} picture
 * @property {number[][]} pixels
 * @property {string} name of the image's class
 * @property {{name: string, words: string}[]} goals
 * @property {Object<string, number>} reached
 */

/**
 * @typedef {object} View
 * @property {HTMLElement} root
 * @property {Data} data
 * @property {Component<Data>["setTriggerValue"]} tell
 * @property {string} drawn the data of the drawn cards, as text
 * @property {number} index of the rate
 * @property {number} rest the timer of the slider
 */

/** @type {WeakMap<ShadowRoot, View>} */
const views = new WeakMap();

/**
 * Show an image before and after scaling, and a training step with each version.
 * @param {Component<Data>} component the values from Streamlit
 */
export default function scaling({ data, parentElement, setTriggerValue }) {
  const view = views.get(parentElement) ?? newView(parentElement, data);
  Object.assign(view, { data, tell: setTriggerValue });
  const wanted = JSON.stringify([data.sides, data.picture]);
  if (view.drawn !== wanted) {
    view.drawn = wanted;
    part(view.root, ".sides").replaceChildren(...data.sides.map((side) => newSide(side, data)));
    sliderOf(view).max = String(data.rates.length - 1);
    drawTicks(view);
    if (view.index < 0) view.index = nearest(data.rates, FIRST_RATE);
    show(view);
  }
  drawFlags(view);
}

/** @param {ShadowRoot} parent @param {Data} data @returns {View} */
function newView(parent, data) {
  const root = part(parent, ".scaling");
  /** @type {View} */
  const view = { root, data, tell: () => {}, drawn: "", index: -1, rest: 0 };
  views.set(parent, view);
  const slider = sliderOf(view);
  slider.oninput = () => {
    view.index = Number(slider.value);
    show(view);
    clearTimeout(view.rest);
    view.rest = setTimeout(() => tell(view), REST_MILLISECONDS);
  };
  return view;
}

/** @param {View} view @returns {HTMLInputElement} */
function sliderOf({ root }) {
  return part(root, ".slider");
}

/** @param {number[]} rates @param {number} wanted */
function nearest(rates, wanted) {
  const gaps = rates.map((rate) => Math.abs(Math.log(rate / wanted)));
  return gaps.indexOf(Math.min(...gaps));
}

/** @param {View} view */
function show({ root, data, index }) {
  const slider = part(root, ".slider");
  /** @type {HTMLInputElement} */ (slider).value = String(index);
  setText(part(root, ".rate"), data.rateTexts[index]);
  const words = data.sides.map(({ pixels, afterTexts, beforeText }) => `pixels ${pixels.replace("-", " to ")}: loss ${beforeText}, then ${afterTexts[index]}`);
  slider.setAttribute("aria-valuetext", `${data.rateTexts[index]}; ${words.join("; ")}`);
  slider.style.setProperty("--share", `${(100 * index) / (data.rates.length - 1)}%`);
  [...part(root, ".sides").children].forEach((card, place) => showStep(card, data.sides[place], index));
}

// The server checks the rate again. It is asked only if the rate may reach a further goal.
/** @param {View} view */
function tell({ data, index, tell: trigger }) {
  if (data.goals.some(({ name }) => data.reaches[index].includes(name) && !(name in data.reached))) trigger("moved", data.rates[index]);
}

/** @param {View} view */
function drawTicks({ root, data }) {
  const ticks = data.rates.flatMap((rate, index) => (index % 4 ? [] : [mark("span", data.rateTexts[index], index, data)]));
  part(root, ".ticks").replaceChildren(...ticks);
}

// The rates that reached a goal stay marked on the slider.
/** @param {View} view */
function drawFlags({ root, data }) {
  const flags = data.goals.filter(({ name }) => name in data.reached).map(({ name }) =>
    mark("div", name === "helps-small-pixels" ? "0 to 1" : "0 to 255", nearest(data.rates, data.reached[name]), data));
  part(root, ".flags").replaceChildren(...flags);
}

/** @param {"span" | "div"} tag @param {string} words @param {number} index @param {Data} data */
function mark(tag, words, index, { rates }) {
  const element = createElement(tag, {}, createElement("span", {}, words));
  element.style.left = `${(100 * index) / (rates.length - 1)}%`;
  return element;
}
