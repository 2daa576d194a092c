/** @import { Component } from "../../components/shared/component" */
/** @import { StreamEvent } from "../../components/shared/event_stream.js" */
/** @import { Points, Value } from "./accuracy_points.js" */
import { createSvg, part } from "../../components/shared/dom.js";
import { Drawer } from "../../components/shared/drawer.js";
import { followRun } from "../../components/shared/event_stream.js";
import { accuracyPoints, addPoint, curveWords, lastTraining, namesApart, percentOf, stepsOf } from "./accuracy_points.js";

const DRAW_EVERY_MILLISECONDS = 250; // nobody could read faster changes of the words
const [TITLE, TOP, FOOT] = [12, 26, 20]; // pixels: the title's line, and the room above and below the curve
const [LEVELS, NAMES] = [48, 124]; // room for the levels at the left, and for the names at the line ends
const NAMES_APART = 17;
const MOST_TICKS = 10;
const LAST_TICK = 24; // pixels: no tick stands so near to the last epoch
const HIGH = 100; // pixels, from which a level in the middle helps

/** @typedef {{url: string, epochs: number, chance: number}} Data from Python; see the function accuracy_curve */
/** @typedef {(value: Value) => Value} At from a value to a place in the drawing */

/**
 * @typedef {object} View
 * @property {HTMLElement} root
 * @property {Data} data
 * @property {Points} points
 * @property {Drawer} drawer
 * @property {ResizeObserver} resizing
 * @property {?string} [followed]
 * @property {?() => void} [unsubscribe]
 */

/** @type {WeakMap<ShadowRoot, View>} */
const views = new WeakMap();

/**
 * Draw the accuracy of a run as a curve that grows during the run.
 * @param {Component<Data>} component the values from Streamlit
 * @returns {() => void} cleanup
 */
export default function accuracyCurve({ data, parentElement }) {
  const view = views.get(parentElement) ?? newView(parentElement, data);
  view.data = data;
  if (view.followed !== data.url) followRun(view, data.url, receive);
  view.drawer.ask();
  return () => {
    if (parentElement.isConnected) return;
    view.drawer.stop();
    view.resizing.disconnect();
    view.unsubscribe?.();
  };
}

/** @param {ShadowRoot} parent @param {Data} data @returns {View} */
function newView(parent, data) {
  const root = part(parent, ".accuracy");
  /** @type {View} */
  const view = {
    root, data, points: accuracyPoints([]), drawer: new Drawer(root, () => draw(view), DRAW_EVERY_MILLISECONDS),
    resizing: new ResizeObserver(() => view.drawer.ask()),
  };
  view.resizing.observe(root);
  views.set(parent, view);
  return view;
}

/** @param {View} view @param {StreamEvent} event */
function receive(view, event) {
  if (event.kind === "connection") return;
  if (event.kind === "history") view.points = accuracyPoints(event.events);
  else addPoint(view.points, event);
  view.drawer.ask();
}

/** @param {View} view */
function draw({ root, data, points }) {
  const svg = /** @type {SVGSVGElement} */ (/** @type {unknown} */ (root.querySelector("svg")));
  const size = { width: root.clientWidth - LEVELS - NAMES, height: root.clientHeight - TOP - FOOT };
  if (size.width <= 0) return;
  /** @type {At} */
  const at = ({ x, y }) => ({ x: LEVELS + (x / data.epochs) * size.width, y: TOP + (1 - y) * size.height });
  root.setAttribute("aria-label", curveWords(points));
  svg.replaceChildren(...axes(data, at), ...lines(points, at), ...names(points, data, at));
}

/** @param {Data} data @param {At} at */
function axes({ epochs, chance }, at) {
  const step = Math.ceil(epochs / MOST_TICKS);
  const high = at({ x: 0, y: 0 }).y - at({ x: 0, y: 1 }).y;
  const left = (/** @type {number} */ epoch) => at({ x: epochs, y: 0 }).x - at({ x: epoch, y: 0 }).x; // pixels to the last epoch
  const ticks = Array.from({ length: epochs + 1 }, (_, epoch) => epoch).filter((epoch) => epoch === epochs || (epoch % step === 0 && left(epoch) >= LAST_TICK));
  const foot = at({ x: 0, y: 0 }).y + 16;
  const epochWords = ticks.filter(Boolean).map((epoch) => word({ x: at({ x: epoch, y: 0 }).x, y: foot, "text-anchor": "middle" }, String(epoch)));
  epochWords.push(word({ x: LEVELS - 8, y: foot, "text-anchor": "end" }, "epoch"));
  const levels = (high >= HIGH ? [0, 0.5, 1] : [0, 1]).flatMap((y) => [
    line("rule", [{ x: 0, y }, { x: epochs, y }], at), word({ x: LEVELS - 8, y: at({ x: 0, y }).y + 4, "text-anchor": "end" }, percentOf({ x: 0, y })),
  ]);
  const guessing = line("chance", [{ x: 0, y: chance }, { x: epochs, y: chance }], at);
  return [word({ class: "title", x: 0, y: TITLE }, "Accuracy"), ...levels, ...epochWords, guessing];
}

/**
 * The curves, with the training accuracy only where no validation accuracy tells more: during an epoch, or without such images.
 * @param {Points} points
 * @param {At} at
 */
function lines({ training, running, validation }, at) {
  const dots = validation.map(at).map(({ x, y }) => createSvg("circle", { cx: x, cy: y, r: 4 }));
  const means = validation.length ? [] : stepsOf(training);
  return [line("training", means, at), line("training", running, at), line("validation", validation, at), ...dots];
}

/** @param {string} name @param {Value[]} values @param {At} at */
function line(name, values, at) {
  const d = values.map(at).map(({ x, y }, index) => `${index ? "L" : "M"}${x.toFixed(1)} ${y.toFixed(1)}`).join("");
  return createSvg("path", { class: name, d });
}

/** @param {Object<string, string | number>} attributes @param {string} text */
function word(attributes, text) {
  const element = createSvg("text", attributes);
  element.textContent = text;
  return element;
}

/** @param {Points} points @param {Data} data @param {At} at */
function names(points, { epochs, chance }, at) {
  const [training, validation] = [lastTraining(points), points.validation.at(-1)];
  const ends = [{ name: "chance", text: "guessing", end: { x: epochs, y: chance } }];
  if (training) ends.push({ name: "training", text: "training", end: training });
  if (validation) ends.push({ name: "validation", text: "validation", end: validation });
  const heights = namesApart(ends.map(({ end }) => at(end).y), NAMES_APART, at({ x: 0, y: 0 }).y);
  const right = Math.max(training?.x ?? 0, validation?.x ?? 0); // so that no name lies on the longer line
  return ends.map(({ name, text, end }, index) => word(
    { class: `name of-${name}`, x: at({ x: name === "chance" ? epochs : right, y: 0 }).x + 12, y: heights[index] + 5 }, `${text} ${percentOf(end)}`));
}
