/** @import { Component } from "../../components/shared/component" */
import { axisEnds, guessingWords, wordsAt } from "./loss_scale.js";
import { createElement, createSvg, part, setText } from "../../components/shared/dom.js";

const MARGIN = { left: 72, right: 26, top: 30, bottom: 14 }; // pixels; the slider below has the same ends
const BAR_WIDTH = 44; // pixels: at both ends of the slider, the bar does not touch the numbers or the edge
const HIGHEST = 16; // pixels from the top, so that the knob of a loss above the picture is completely visible
const REST_MILLISECONDS = 180; // the time after which a moved slider counts as resting
const LETTER = 8.5; // pixels: the average width of a wide letter

/**
 * @typedef {object} Data
 * The data from Python; see the function draw in loss_bar.py.
 * @property {number[]} losses for 0 to 100 percent
 * @property {number} guessing
 * @property {number} classes
 * @property {string} name
 * @property {boolean} isLogarithm
 * @property {string[][]} reaches the goals that each percentage reaches
 * @property {{name: string, words: string}[]} goals
 * @property {Record<string, number>} reached
 */

/** @typedef {{root: HTMLElement, plane: SVGElement, slider: HTMLInputElement, data: Data, tell: Component<Data>["setTriggerValue"], rest: number, told: number}} View */

/** @type {WeakMap<ShadowRoot, View>} */
const views = new WeakMap();

/**
 * Show the loss of one image as a large bar that follows the probability of its right class.
 * @param {Component<Data>} component the values from Streamlit
 */
export default function largeLossBar({ data, parentElement, setTriggerValue }) {
  const view = views.get(parentElement) ?? newView(parentElement, data);
  Object.assign(view, { data, tell: setTriggerValue });
  draw(view);
}

/** @param {ShadowRoot} parent @param {Data} data @returns {View} */
function newView(parent, data) {
  const root = part(parent, ".loss-bar");
  const slider = /** @type {HTMLInputElement} */ (part(root, ".slider"));
  const plane = /** @type {SVGElement} */ (/** @type {unknown} */ (part(root, ".plane")));
  /** @type {View} */
  const view = { root, plane, slider, data, tell: () => {}, rest: 0, told: -1 };
  views.set(parent, view);
  slider.oninput = () => moved(view);
  plane.onpointerdown = (event) => {
    plane.setPointerCapture(event.pointerId);
    moveTo(view, event);
  };
  plane.onpointermove = (event) => {
    if (plane.hasPointerCapture(event.pointerId)) moveTo(view, event);
  };
  part(root, ".ticks").replaceChildren(...[0, 0.25, 0.5, 0.75, 1].map((at) => {
    const mark = createElement("span", {}, at.toFixed(2).replace(/0$/, "").replace(/\.0$/, ""));
    mark.style.left = `${100 * at}%`;
    return mark;
  }));
  new ResizeObserver(() => draw(view)).observe(plane);
  return view;
}

/** @param {View} view @param {PointerEvent} event */
function moveTo(view, event) {
  const box = view.plane.getBoundingClientRect();
  const share = (event.clientX - box.left - MARGIN.left) / (box.width - MARGIN.left - MARGIN.right);
  view.slider.value = String(Math.round(100 * Math.min(1, Math.max(0, share))));
  moved(view);
}

/** @param {View} view */
function moved(view) {
  draw(view);
  clearTimeout(view.rest);
  view.rest = setTimeout(() => tell(view), REST_MILLISECONDS);
}

// The server checks the percentage again. It is asked only if the percentage may reach a further goal.
/** @param {View} view */
function tell(view) {
  const { goals, reached, reaches } = view.data;
  const percent = Number(view.slider.value);
  if (percent === view.told || !goals.some(({ name }) => reaches[percent].includes(name) && !(name in reached))) return;
  view.told = percent;
  view.tell("moved", percent);
}

/** @param {View} view */
function draw(view) {
  const { root, plane, slider, data } = view;
  const percent = Number(slider.value);
  const { sum, loss, note } = wordsAt(data, percent);
  slider.setAttribute("aria-valuetext", `${percent} percent: the loss is ${loss}. ${note}`.trim());
  slider.style.setProperty("--share", `${percent}%`);
  setText(part(root, ".probability"), (percent / 100).toFixed(2));
  setText(part(root, ".sum"), `${sum} =`);
  setText(part(root, ".loss"), loss);
  setText(part(root, ".note"), note);
  const [width, height] = [plane.clientWidth, plane.clientHeight];
  if (!width) return;
  const [low, high] = axisEnds(data.losses);
  const floor = height - MARGIN.bottom;
  const x = (/** @type {number} */ at) => MARGIN.left + (at / 100) * (width - MARGIN.left - MARGIN.right);
  const y = (/** @type {number} */ of) => Math.max(floor - ((of - low) / (high - low)) * (floor - MARGIN.top), HIGHEST);
  const base = y(Math.max(low, 0));
  const line = data.losses.map((one, at) => `${x(at).toFixed(1)} ${y(one).toFixed(1)}`).join("L");
  const guess = Math.round(100 / data.classes);
  plane.replaceChildren(
    ...ticks(high).flatMap((at) => [
      createSvg("line", { class: "axis", x1: MARGIN.left, x2: width, y1: y(at), y2: y(at) }),
      text(String(at), { x: MARGIN.left - BAR_WIDTH / 2 - 10, y: y(at) + 5, "text-anchor": "end" }),
    ]),
    createSvg("rect", { class: "bar", x: x(percent) - BAR_WIDTH / 2, width: BAR_WIDTH, y: y(data.losses[percent]), height: Math.abs(base - y(data.losses[percent])) }),
    createSvg("path", { class: "curve", d: `M${line}` }),
    text("loss", { x: 0, y: 18 }),
    ..."guessing" in data.reached ? [
      createSvg("circle", { class: "guess-dot", cx: x(guess), cy: y(data.guessing), r: 7 }),
      ...beside(guessingWords(data), x(guess), y(data.guessing) - 8, width, "guess"),
    ] : [],
    ...flags(view, x, y),
    createSvg("circle", { class: "knob", cx: x(percent), cy: y(data.losses[percent]), r: 11 }),
  );
}

// The percentages that reached a goal stay marked on the curve.
/** @param {View} view @param {(one: number) => number} x @param {(one: number) => number} y */
function flags({ data, plane }, x, y) {
  return data.goals.filter(({ name }) => name in data.reached && name !== "guessing").flatMap(({ name, words }) => {
    const at = data.reached[name];
    const mark = createSvg("circle", { class: "flag-dot", cx: x(at), cy: y(data.losses[at]), r: 8 });
    return [mark, ...beside(`✓ ${words}`, x(at), y(data.losses[at]) - 18, plane.clientWidth, "flag")];
  });
}

/** @param {string} words @param {number} x @param {number} y @param {number} width @param {string} name */
function beside(words, x, y, width, name) {
  const place = placeBeside(words, x, width);
  return [text(words, { x: place.x, y, class: name, "text-anchor": place.anchor })];
}

/**
 * The position of words about a point: on its right, on its left, or if both sides lack the room, at the right end.
 * @param {string} words
 * @param {number} x of the point
 * @param {number} width of the drawing
 */
export function placeBeside(words, x, width) {
  const room = words.length * LETTER;
  if (x + 16 + room <= width) return { x: x + 16, anchor: "start" };
  return x - 16 >= room ? { x: x - 16, anchor: "end" } : { x: Math.max(0, width - room), anchor: "start" };
}

/** @param {number} high */
function ticks(high) {
  const spacing = [0.02, 0.05, 0.1, 0.2, 0.5, 1, 2, 5, 10].find((size) => high / size <= 6) ?? 20;
  return Array.from({ length: Math.floor(high / spacing) + 1 }, (_, index) => Number((index * spacing).toFixed(2)));
}

/** @param {string} words @param {Object<string, string | number>} attributes */
function text(words, attributes) {
  return createSvg("text", attributes, document.createTextNode(words));
}
