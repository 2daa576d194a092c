/** @import { Component } from "../shared/component" */
/** @import { StreamEvent } from "../shared/event_stream.js" */
import { createElement, part, setText } from "../shared/dom.js";
import { Drawer } from "../shared/drawer.js";
import { followRun } from "../shared/event_stream.js";
import { formatCount } from "../shared/text_format.js";
import { boxesOf, countOf, cutsOf, standingOf, wordsOf } from "./cuts.js";

const CELL_PIXELS = 5; // at least
const SHOW_EVERY_MILLISECONDS = 100;

/**
 * @typedef {object} Data
 * The data from Python; see the function epoch_strip in epoch_strip.py.
 * @property {number} images
 * @property {number} batchSize
 * @property {number} epochs
 * @property {string} url "" before a run
 */

/**
 * @typedef {object} View
 * @property {HTMLElement} root
 * @property {Data} data
 * @property {number} step the number of finished steps
 * @property {number} width of the strip of batches, in pixels
 * @property {Drawer} drawer
 * @property {?string} [followed]
 * @property {?() => void} [unsubscribe]
 */

/** @type {WeakMap<ShadowRoot, View>} */
const views = new WeakMap();

/**
 * Show the epochs of a run, and one epoch divided into batches. Both fill during the run.
 * @param {Component<Data>} component the values from Streamlit
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
    // Streamlit also cleans up after a superseded call, before or after the next call, while the component stays in use.
    if (!parentElement.isConnected) close(view);
  };
}

// The words are unfolded before a run, and folded beside its curves.
/** @param {ShadowRoot} parent @param {Data} data */
function newView(parent, data) {
  const root = part(parent, ".strip");
  /** @type {View} */
  const view = { root, data, step: 0, width: 0, drawer: new Drawer(root, () => show(view), SHOW_EVERY_MILLISECONDS) };
  views.set(parent, view);
  /** @type {HTMLDetailsElement} */ (part(view.root, "details")).open = !data.url;
  const sizes = new ResizeObserver(([{ contentRect }]) => { // a read of the width during the drawing would lay out the page
    view.width = contentRect.width;
    show(view);
  });
  sizes.observe(part(view.root, ".batches"));
  return view;
}

/** @param {View} view @param {StreamEvent} event */
function receive(view, event) {
  if (event.kind === "history") view.step = 0;
  for (const one of event.kind === "history" ? event.events : [event]) {
    if (one.kind === "batch" || one.kind === "epoch" || one.kind === "resumed") view.step = one.step;
  }
  view.drawer.ask();
}

/** @param {View} view */
function close(view) {
  view.drawer.stop();
  view.unsubscribe?.();
}

/** @param {View} view */
function show(view) {
  const { root, data, step } = view;
  const strip = part(root, ".batches");
  const room = Math.max(1, Math.floor(view.width / CELL_PIXELS));
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
  part(box, ".filled").style.transform = `scaleX(${share})`;
}
