/** @import { Component } from "../../components/shared/component" */
import { createSvg, part, setText } from "../../components/shared/dom.js";
import { axisEnds, guessingWords, percentAfter, wordsAt } from "./loss_scale.js";

const MARGIN = { left: 46, right: 16, top: 34, bottom: 56 }; // pixels
const BAR_WIDTH = 22;
const HANDLE = 9; // pixels: radius
const LETTER = 8.5; // pixels: the average width of a wide letter
const LINE = 20; // pixels
const FIRST_PERCENT = 30; // the first position of the bar

/**
 * @typedef {object} Data
 * The data from Python; see the function _data in loss_bar.py.
 * @property {number[]} losses for 0 to 100 percent
 * @property {number} guessing
 * @property {number} classes
 * @property {string} name
 * @property {boolean} isLogarithm
 */

/** @typedef {{root: HTMLElement, plane: SVGElement, data: Data, percent: number}} View */

/** @type {WeakMap<ShadowRoot, View>} */
const views = new WeakMap();

/**
 * Show the loss of an image as a curve, and as a bar that a person moves along the probability of the right class.
 * @param {Component<Data>} component the values from Streamlit
 */
export default function lossBar({ data, parentElement }) {
  const view = views.get(parentElement) ?? newView(parentElement, data);
  view.data = data;
  draw(view);
}

/** @param {ShadowRoot} parent @param {Data} data */
function newView(parent, data) {
  const root = part(parent, ".loss-bar");
  const plane = /** @type {SVGElement} */ (/** @type {unknown} */ (part(root, ".plane")));
  /** @type {View} */
  const view = { root, plane, data, percent: FIRST_PERCENT };
  views.set(parent, view);
  plane.onpointerdown = (event) => {
    plane.setPointerCapture(event.pointerId);
    moveTo(view, event);
  };
  plane.onpointermove = (event) => {
    if (plane.hasPointerCapture(event.pointerId)) moveTo(view, event);
  };
  plane.onkeydown = (event) => {
    const percent = percentAfter(event.key, view.percent);
    if (percent === null) return;
    event.preventDefault();
    view.percent = percent;
    draw(view);
  };
  new ResizeObserver(() => draw(view)).observe(plane);
  return view;
}

/** @param {View} view @param {PointerEvent} event */
function moveTo(view, event) {
  const box = view.plane.getBoundingClientRect();
  const share = (event.clientX - box.left - MARGIN.left) / (box.width - MARGIN.left - MARGIN.right);
  view.percent = Math.round(100 * Math.min(1, Math.max(0, share)));
  draw(view);
}

/** @param {View} view */
function draw(view) {
  const { root, plane, data, percent } = view;
  const { sum, loss, note } = wordsAt(data, percent);
  plane.setAttribute("aria-valuenow", String(percent));
  plane.setAttribute("aria-valuetext", `${percent} percent: the loss is ${loss}. ${note}`.trim());
  setText(part(root, ".percent"), `${percent}\u00A0%`);
  setText(part(root, ".sum"), sum);
  setText(part(root, ".readout strong"), loss);
  setText(part(root, ".cut"), note && `. ${note}`);
  const [width, height] = [plane.clientWidth, plane.clientHeight];
  if (!width) return;
  const [low, high] = axisEnds(data.losses);
  const floor = height - MARGIN.bottom;
  const x = (/** @type {number} */ at) => MARGIN.left + (at / 100) * (width - MARGIN.left - MARGIN.right);
  const y = (/** @type {number} */ of) => floor - ((of - low) / (high - low)) * (floor - MARGIN.top);
  const [top, base] = [Math.max(MARGIN.top - 8, y(data.losses[percent])), y(Math.max(low, 0))];
  const points = data.losses.map((one, at) => `${x(at).toFixed(1)} ${y(one).toFixed(1)}`);
  const line = points.slice(data.losses[0] > high ? 1 : 0).join("L"); // the loss at 0 % may be far above the axis
  const guess = 100 / data.classes;
  plane.replaceChildren(
    createSvg("rect", { class: "bar", x: x(percent) - BAR_WIDTH / 2, width: BAR_WIDTH, y: Math.min(top, base), height: Math.abs(base - top) }),
    createSvg("line", { class: "axis", x1: MARGIN.left, x2: width - MARGIN.right, y1: base, y2: base }),
    createSvg("line", { class: "axis", x1: MARGIN.left, x2: MARGIN.left, y1: MARGIN.top, y2: floor }),
    createSvg("line", { class: "guess", x1: x(guess), x2: x(guess), y1: y(data.guessing), y2: base }),
    createSvg("path", { class: "curve", d: `M${line}` }),
    createSvg("circle", { class: "guess-dot", cx: x(guess), cy: y(data.guessing), r: 5 }),
    ...landmark(guessingWords(data), x(guess) + 14, y(data.guessing) - 4, width),
    createSvg("path", { class: "grip", d: grip(x(percent), base) }),
    createSvg("circle", { class: "handle", cx: x(percent), cy: base, r: HANDLE }),
    text("loss", { x: MARGIN.left - BAR_WIDTH / 2 - 4, y: 16, "text-anchor": "end" }),
    text("probability of the right class", { x: (MARGIN.left + width - MARGIN.right) / 2, y: height - 6, "text-anchor": "middle" }),
    ...[0, 50, 100].map((at) => text(`${at} %`, { x: x(at), y: height - 28, "text-anchor": at === 100 ? "end" : "middle" })),
    ...ticks(low, high).map((at) => text(String(at).replace("-", "−"), { x: MARGIN.left - BAR_WIDTH / 2 - 4, y: y(at) + 5, "text-anchor": "end" })),
  );
}

/** @param {number} x @param {number} y @returns {string} an arrow to the left and an arrow to the right of the handle */
function grip(x, y) {
  return [-1, 1].map((side) => `M${x + side * 15} ${y - 5}l${side * 5} 5l${side * -5} 5`).join("");
}

// On a narrow screen, the number has a line of its own.
/** @param {string} words @param {number} x @param {number} y @param {number} width */
function landmark(words, x, y, width) {
  const isLong = x + words.length * LETTER > width;
  const lines = isLong ? words.split(/(?<=:) /) : [words];
  return lines.map((line, index) => text(line, { x, y: y + index * LINE - (lines.length - 1) * LINE / 2, class: "halo" }));
}

/** @param {number} low @param {number} high */
function ticks(low, high) {
  const spacing = [0.02, 0.05, 0.1, 0.2, 0.5, 1, 2, 5, 10].find((size) => (high - low) / size <= 5) ?? 20;
  const first = Math.ceil(low / spacing - 1e-9);
  const count = Math.floor(high / spacing) - first + 1;
  return Array.from({ length: count }, (_, index) => Number(((first + index) * spacing).toFixed(2)));
}

/** @param {string} words @param {Object<string, string | number>} attributes */
function text(words, attributes) {
  return createSvg("text", attributes, document.createTextNode(words));
}
