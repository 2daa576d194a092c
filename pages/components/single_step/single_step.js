/** @import { Component } from "../shared/component" */
/** @import { StreamEvent } from "../shared/event_stream.js" */
/** @import { LayerStep, SingleStepEvent } from "../shared/run_events.js" */
import { createElement, part } from "../shared/dom.js";
import { followRun } from "../shared/event_stream.js";
import { formatCount, formatMeasurement } from "../shared/text_format.js";

const DIGITS = 4; // the decimal places of a loss: a small step changes the fourth
const WHY = ". The weights were changed once, by what these images alone asked for.";

/**
 * @typedef {object} Data
 * The data from Python; see the function single_step in single_step.py.
 * @property {string} url
 * @property {string[]} classes
 * @property {Object<string, string>} titles
 * @property {boolean} compact
 */

/** @typedef {{root: HTMLElement, data: Data, followed?: ?string, unsubscribe?: ?() => void}} View */

/** @type {WeakMap<ShadowRoot, View>} */
const views = new WeakMap();

/**
 * Show the last single step: its loss before and after, its change of each layer, and its images.
 * @param {Component<Data>} component the values from Streamlit
 * @returns {() => void} cleanup
 */
export default function singleStep({ data, parentElement }) {
  const view = views.get(parentElement) ?? { root: part(parentElement, ".stepped"), data };
  views.set(parentElement, view);
  view.data = data;
  view.root.classList.toggle("compact", data.compact);
  if (view.followed !== data.url) {
    view.root.hidden = true;
    followRun(view, data.url, receive);
  }
  return () => {
    // Streamlit also cleans up after a superseded call, before or after the next call, while the component stays in use.
    if (!parentElement.isConnected) view.unsubscribe?.();
  };
}

/** @param {View} view @param {StreamEvent} event */
function receive(view, event) {
  const last = event.kind === "history" ? event.events.findLast((past) => past.kind === "stepped") : event;
  if (event.kind === "history") view.root.hidden = true;
  if (last?.kind === "stepped") show(view, last);
}

/** @param {View} view @param {SingleStepEvent} event */
function show({ root, data }, event) {
  root.hidden = false;
  const inEpoch = event.epoch % 1;
  const where = inEpoch ? `epoch ${Math.floor(event.epoch) + 1}` : `the end of epoch ${event.epoch}`;
  part(root, "h2").textContent = `One batch: step ${formatCount(event.step)}, ${where}`;
  part(root, ".sum").replaceChildren(...lossParts(event), data.compact ? "." : WHY);
  part(root, "tbody").replaceChildren(...rowsOf(event.layers, data.titles));
  part(root, "ul").replaceChildren(...event.pictures.map((source, index) => imageOf(event, data.classes, source, index)));
  const [size, shown] = [event.batch_size, event.pictures.length];
  part(root, ".batch .note").textContent =
    `${size > shown ? `The first ${shown} of its ${formatCount(size)} images` : "Its images"}, ` +
    "and the probability of the right class before and after.";
}

// The change is the difference of the rounded losses, so that the shown numbers add up.
/** @param {SingleStepEvent} event */
function lossParts({ before, after, batch_size: size }) {
  if (!Number.isFinite(before) || !Number.isFinite(after)) return [`The loss of these ${formatCount(size)} images is not a number`];
  const [shownBefore, shownAfter] = [before.toFixed(DIGITS), after.toFixed(DIGITS)];
  const change = (Number(shownAfter) - Number(shownBefore)).toFixed(DIGITS);
  const sign = change.startsWith("-") ? "−" : "+";
  const verb = Number(change) < 0 ? "fell" : Number(change) > 0 ? "rose" : "stayed as it was";
  const sum = createElement("strong", {}, `${shownBefore} ${sign} ${change.replace("-", "")} = ${shownAfter}`);
  return [`The loss of its ${formatCount(size)} images ${verb}: `, sum];
}

/** @param {LayerStep[]} layers @param {Object<string, string>} titles */
function rowsOf(layers, titles) {
  const shares = layers.map(({ change, weights }) => (weights > 0 ? (100 * change) / weights : NaN));
  const largest = Math.max(...shares.filter(Number.isFinite), Number.MIN_VALUE);
  return layers.map((layer, index) => {
    const title = titles[layer.id] ?? layer.id;
    const numbers = [layer.gradient, layer.change, layer.weights].map((value) =>
      createElement("td", { className: "number" }, formatSmall(value)));
    return createElement("tr", {}, createElement("th", { title, scope: "row" }, title), ...numbers, shareOf(shares[index], largest));
  });
}

/** @param {number} share in percent @param {number} largest of all layers */
function shareOf(share, largest) {
  const isNumber = Number.isFinite(share);
  const bar = createElement("span");
  bar.style.width = `${isNumber ? (100 * share) / largest : 0}%`;
  const track = createElement("span", { className: "track", ariaHidden: "true" }, bar);
  return createElement("td", {}, createElement("div", { className: "share" }, track, isNumber ? `${formatSmall(share)}\u00a0%` : "–"));
}

/** @param {number} value */
function formatSmall(value) {
  if (!Number.isFinite(value)) return "not a number";
  return value !== 0 && Math.abs(value) < 0.001 ? value.toExponential(1).replace("e-", "e−") : formatMeasurement(value);
}

/** @param {SingleStepEvent} event @param {string[]} classes @param {string} source @param {number} index of the image */
function imageOf(event, classes, source, index) {
  const name = classes[event.labels[index]];
  const [before, after] = [event.right_before[index], event.right_after[index]].map((value) => `${Math.round(100 * (value || 0))}\u00a0%`);
  const answers = [before, `→ ${after}`].map((text) => createElement("span", { className: "answer" }, text));
  return createElement("li", {}, createElement("img", { src: source, alt: name, title: name }), ...answers);
}
