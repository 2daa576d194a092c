/** @import { Component } from "../shared/component" */
/** @import { StreamEvent } from "../shared/event_stream.js" */
import { createElement, part, setText } from "../shared/dom.js";
import { followRun } from "../shared/run_subscription.js";
import { formatCount } from "../shared/text_format.js";
import { boxesOf, countOf, cutsOf, standingOf, wordsOf } from "./cuts.js";

const CELL_PIXELS = 5; // at least
const SHOW_EVERY_MILLISECONDS = 100;

/**
 * @typedef {object} Data
 * What Python passes; see the function epoch_strip in epoch_strip.py.
 * @property {number} images
 * @property {number} batchSize
 * @property {number} epochs
 * @property {string} url "" before a run
 */

/**
 * @typedef {object} View
 * @property {HTMLElement} root
 * @property {Data} data
 * @property {number} step how many steps are done
 * @property {?ReturnType<typeof setTimeout>} [showing]
 * @property {?string} [followed]
 * @property {?() => void} [unsubscribe]
 */

/** @type {WeakMap<ShadowRoot, View>} */
const views = new WeakMap();

/**
 * Show the epochs of a run, and one of them cut into batches; both fill while the run goes on.
 * @param {Component<Data>} component what Streamlit passes
 * @returns {() => void} cleanup
 */
export default function epochStrip({ data, parentElement }) {
  const view = views.get(parentElement) ?? newView(parentElement, data);
  view.data = data;
  if (view.followed !== data.url) {
    view.step = 0;
    if (data.url) followRun(view, data.url, receive);
    else {
      view.unsubscribe?.();
      view.followed = data.url;
    }
  }
  show(view);
  return () => {
    // Streamlit cleans up after a superseded call too, before or after the next call: the component lives on.
    if (!parentElement.isConnected) view.unsubscribe?.();
  };
}

// Before a run the words are read; beside its curves they are folded.
/** @param {ShadowRoot} parent @param {Data} data */
function newView(parent, data) {
  /** @type {View} */
  const view = { root: part(parent, ".strip"), data, step: 0 };
  views.set(parent, view);
  /** @type {HTMLDetailsElement} */ (part(view.root, "details")).open = !data.url;
  new ResizeObserver(() => show(view)).observe(part(view.root, ".batches"));
  return view;
}

/** @param {View} view @param {StreamEvent} event */
function receive(view, event) {
  if (event.kind === "history") view.step = 0;
  for (const one of event.kind === "history" ? event.events : [event]) {
    if (one.kind === "batch" || one.kind === "epoch" || one.kind === "resumed") view.step = one.step;
  }
  view.showing ??= setTimeout(() => show(view), SHOW_EVERY_MILLISECONDS);
}

/** @param {View} view */
function show(view) {
  clearTimeout(view.showing ?? undefined);
  view.showing = null;
  const { root, data, step } = view;
  const strip = part(root, ".batches");
  const room = Math.max(1, Math.floor(strip.clientWidth / CELL_PIXELS));
  const { batches, cell } = cutsOf(data, room);
  const { epoch, batch } = standingOf(step, data);
  const boxes = boxesOf(step / batches, data.epochs);
  const drawn = part(root, ".epochs");
  if (drawn.children.length !== boxes.length) {
    drawn.replaceChildren(...boxes.map(() => createElement("span", {}, createElement("span", { className: "filled" }))));
  }
  boxes.forEach((share, index) => fill(drawn.children[index], share));
  strip.style.setProperty("--cell", `${100 * cell}%`);
  fill(strip, batch / batches);
  const started = step > 0;
  setText(part(root, ".epoch-name"), started ? `Epoch ${formatCount(epoch)} of ${formatCount(data.epochs)}` : countOf(data.epochs, "epoch", "epochs"));
  setText(part(root, ".batch-name"), started ? `Batch ${formatCount(batch)} of ${formatCount(batches)}` : `1 epoch: ${countOf(batches, "batch", "batches")}`);
  setText(part(root, ".words"), wordsOf(data, room));
}

/** @param {Element} box @param {number} share from 0 to 1 */
function fill(box, share) {
  part(box, ".filled").style.width = `${100 * share}%`;
}
