/** @import { Component } from "../../components/shared/component" */
/** @import { StreamEvent } from "../../components/shared/event_stream.js" */
/** @import { Points, Value } from "./accuracy_points.js" */
import { createSvg, part } from "../../components/shared/dom.js";
import { Drawer } from "../../components/shared/drawer.js";
import { followRun } from "../../components/shared/event_stream.js";
import { accuracyPoints, addPoint, curveWords, namesApart } from "./accuracy_points.js";

const DRAW_EVERY_MILLISECONDS = 250; // nobody could read faster changes of the words
const [TOP, FOOT, NAMES] = [8, 20, 124]; // room above the curve, for the axis, and for the names at the line ends
const NAMES_APART = 20;
const MOST_TICKS = 10;

/** @typedef {{url: string, epochs: number}} Data what Python passes */

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
 * Draw the accuracy of a run as a small curve that grows during the run.
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
  const size = { width: root.clientWidth - NAMES, height: root.clientHeight - TOP - FOOT };
  if (size.width <= 0) return;
  const at = (/** @type {Value} */ { x, y }) => ({ x: (x / data.epochs) * size.width, y: TOP + (1 - y) * size.height });
  root.setAttribute("aria-label", curveWords(points));
  svg.replaceChildren(...axis(data.epochs, size), ...lines(points, at), ...names(points, at));
}

/** @param {number} epochs @param {{width: number, height: number}} size */
function axis(epochs, size) {
  const step = Math.ceil(epochs / MOST_TICKS);
  const ticks = Array.from({ length: epochs + 1 }, (_, epoch) => epoch).filter((epoch) => epoch % step === 0 || epoch === epochs);
  return ticks.flatMap((epoch) => {
    const x = (epoch / epochs) * size.width;
    const word = createSvg("text", { x, y: TOP + size.height + 16, "text-anchor": "middle" });
    word.textContent = epoch === epochs ? `epoch ${epoch}` : String(epoch || "");
    return [createSvg("path", { class: "rule", d: `M${x} ${TOP - 6}V${TOP + size.height}` }), word];
  });
}

/** @param {Points} points @param {(value: Value) => Value} at */
function lines({ training, validation }, at) {
  const path = (/** @type {Value[]} */ list) => list.map(at).map(({ x, y }, index) => `${index ? "L" : "M"}${x.toFixed(1)} ${y.toFixed(1)}`).join("");
  const dots = validation.map(at).map(({ x, y }) => createSvg("circle", { cx: x, cy: y, r: 4 }));
  return [createSvg("path", { class: "training", d: path(training) }), createSvg("path", { class: "validation", d: path(validation) }), ...dots];
}

/** @param {Points} points @param {(value: Value) => Value} at */
function names(points, at) {
  const ends = /** @type {["training" | "validation", Value[]][]} */ (Object.entries(points)).filter(([, list]) => list.length > 0);
  const heights = namesApart(ends.map(([, list]) => at(list[list.length - 1]).y), NAMES_APART);
  return ends.map(([name, list], index) => {
    const end = list[list.length - 1];
    const text = createSvg("text", { class: `name of-${name}`, x: at(end).x + 12, y: heights[index] + 5 });
    text.textContent = `${name} ${Math.round(100 * end.y)} %`;
    return text;
  });
}
