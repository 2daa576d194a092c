/** @import { Component } from "../shared/component" */
/** @import { Cell, Colours } from "../confusion_matrix/matrix.js" */
/** @import { StreamEvent } from "../shared/event_stream.js" */
/** @import { ConfusionEvent, WatchedEvent } from "../shared/run_events.js" */
import { Matrix } from "../confusion_matrix/matrix.js";
import { part, setText } from "../shared/dom.js";
import { Drawer } from "../shared/drawer.js";
import { followRun } from "../shared/event_stream.js";
import { formatCount } from "../shared/text_format.js";
import { WatchedImages } from "./images.js";

const DRAW_EVERY_MILLISECONDS = 250; // with little data, epochs end many times per second, too fast to read
const CALM_MILLISECONDS = 1500; // evaluations this far apart fade into each other; quicker ones would fade all the time
const SOON = "The first look at the validation set comes soon …";
const ENDED = "This run ended before its first look at the validation set.";
const HINT = "Press a cell to see the images behind it.";

/**
 * @typedef {object} Data
 * The data from Python; see the function validation_view in validation_view.py.
 * @property {"matrix" | "images"} shows
 * @property {string} url
 * @property {string[]} classes
 * @property {Colours} colours
 * @property {number} validation
 * @property {?[number, number]} selected
 * @property {boolean} compact
 */

/**
 * @typedef {object} View
 * @property {HTMLElement} root
 * @property {Data} data
 * @property {(name: string, value: unknown) => void} setTriggerValue
 * @property {?WatchedEvent} watched the event that names the watched images
 * @property {?ConfusionEvent} now the last evaluation
 * @property {?ConfusionEvent} before the evaluation before
 * @property {boolean} over whether the run has ended
 * @property {?ConfusionEvent} drawn the evaluation on the screen
 * @property {?WatchedImages} images
 * @property {Matrix} [matrix]
 * @property {Drawer} drawer
 * @property {number} lookedAt the time when the last evaluation was drawn, in milliseconds
 * @property {?string} [followed]
 * @property {?() => void} [unsubscribe]
 */

/** @type {WeakMap<ShadowRoot, View>} */
const views = new WeakMap();

/**
 * Show a network's predictions for the validation set during training: the confusion matrix, or the watched images.
 * @param {Component<Data>} component the values from Streamlit
 * @returns {() => void} cleanup
 */
export default function validationView({ data, parentElement, setTriggerValue }) {
  /** @type {View} */
  const view = views.get(parentElement) ?? newView(parentElement, data, setTriggerValue);
  Object.assign(view, { data, setTriggerValue });
  view.root.classList.toggle("compact", data.compact);
  if (view.followed !== data.url) {
    Object.assign(view, newState());
    draw(view);
    followRun(view, data.url, receive);
  }
  view.matrix?.select(data.selected);
  view.matrix?.paint(); // the theme may have changed
  return () => {
    // Streamlit also cleans up after a superseded call, before or after the next call, while the component stays in use.
    if (!parentElement.isConnected) close(view);
  };
}

/** @param {ShadowRoot} parent @param {Data} data @param {View["setTriggerValue"]} setTriggerValue @returns {View} */
function newView(parent, data, setTriggerValue) {
  const root = part(parent, ".look");
  const drawer = new Drawer(root, () => draw(view), DRAW_EVERY_MILLISECONDS);
  /** @type {View} */
  const view = { root, data, setTriggerValue, drawer, lookedAt: -Infinity, ...newState() };
  views.set(parent, view);
  return view;
}

function newState() {
  return { watched: null, now: null, before: null, over: false, images: null, drawn: null };
}

/** @param {View} view @param {StreamEvent} event */
function receive(view, event) {
  if (event.kind === "history") {
    Object.assign(view, { now: null, before: null });
    for (const past of event.events) read(view, past);
  } else {
    read(view, event);
  }
  if (["history", "watched", "look", "state"].includes(event.kind)) {
    view.drawer.ask();
  }
}

/** @param {View} view @param {StreamEvent} event */
function read(view, event) {
  if (event.kind === "state") view.over = event.over;
  if (event.kind === "watched" && JSON.stringify(event) !== JSON.stringify(view.watched)) {
    Object.assign(view, { watched: event, images: null, drawn: null });
  }
  if (event.kind === "look") Object.assign(view, { before: view.now, now: event });
}

/** @param {View} view */
function draw(view) {
  if (view.data.shows === "matrix") drawMatrix(view);
  else drawImages(view);
}

/** @param {View} view */
function drawMatrix(view) {
  const { root, data, now } = view;
  showWaiting(view, now === null);
  for (const name of [".matrix", ".over", ".readout"]) part(root, name).hidden = now === null;
  if (now === null || now === view.drawn) return;
  noteLook(view, now);
  view.matrix ??= new Matrix(/** @type {HTMLTableElement} */ (part(root, ".matrix")), data.classes, data.colours, {
    pick: (cell) => view.now && view.setTriggerValue("cell", reportOf(view.now, cell)),
    read: (sentence) => setText(part(root, ".readout"), sentence || HINT),
  });
  view.matrix.show(/** @type {[number, number, number][]} */ (now.cells));
  view.matrix.select(view.data.selected);
  setText(part(root, ".over"), captionOf(now, data));
  if (!part(root, ".readout").textContent) setText(part(root, ".readout"), HINT);
}

/** @param {View} view */
function drawImages(view) {
  const { root, data, now, before, watched } = view;
  showWaiting(view, watched === null);
  const list = part(root, ".images");
  list.hidden = watched === null;
  if (watched === null) return;
  view.images ??= new WatchedImages(list, watched, data.classes, data.compact);
  if (now === null || now === view.drawn) return;
  noteLook(view, now);
  view.images.show(now.probabilities, before?.probabilities);
}

/** @param {View} view @param {ConfusionEvent} look that is drawn now */
function noteLook(view, look) {
  const now = performance.now();
  view.root.classList.toggle("calm", now - view.lookedAt > CALM_MILLISECONDS);
  Object.assign(view, { drawn: look, lookedAt: now });
}

/** @param {View} view @param {boolean} isWaiting */
function showWaiting({ root, over }, isWaiting) {
  part(root, ".waiting").hidden = !isWaiting;
  setText(part(root, ".waiting"), over ? ENDED : SOON);
}

// The report includes the indexes of the images, since the matrix may change before Python receives the click.
/** @param {ConfusionEvent} look @param {Cell} cell */
function reportOf({ cells, epoch }, [actual, predicted]) {
  const [, , count, indexes] = cells.find(([row, column]) => row === actual && column === predicted) ?? [0, 0, 0, []];
  return { actual, predicted, count, epoch, indexes };
}

/** @param {ConfusionEvent} look @param {Data} data */
function captionOf({ images, whole, epoch }, { validation, compact }) {
  const count = whole ? `All ${formatCount(images)}` : `${formatCount(images)} of ${formatCount(validation)}`;
  const words = compact ? whole ? "validation" : count : `${count} validation images`;
  return `${words}, epoch ${Number(epoch.toFixed(1))}`;
}

/** @param {View} view */
function close(view) {
  view.drawer.stop();
  view.unsubscribe?.();
}
