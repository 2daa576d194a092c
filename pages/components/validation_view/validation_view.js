/** @import { Component } from "../shared/component" */
/** @import { Cell, Colours } from "../confusion_matrix/matrix.js" */
/** @import { StreamEvent } from "../shared/event_stream.js" */
/** @import { ConfusionEvent, WatchedEvent } from "../shared/run_events.js" */
import { Matrix } from "../confusion_matrix/matrix.js";
import { part, setText } from "../shared/dom.js";
import { followRun } from "../shared/run_subscription.js";
import { formatCount } from "../shared/text_format.js";
import { WatchedImages } from "./images.js";

const DRAW_EVERY_MILLISECONDS = 250; // epochs of little data end many times a second: nobody can read that
const SOON = "The first look at the validation set comes soon …";
const ENDED = "This run ended before its first look at the validation set.";
const HINT = "Press a cell to see the images behind it.";

/**
 * @typedef {object} Data
 * What Python passes; see the function validation_view in validation_view.py.
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
 * @property {?ConfusionEvent} now the last look
 * @property {?ConfusionEvent} before the look before it
 * @property {boolean} over whether the run has ended
 * @property {?ConfusionEvent} drawn the look on the screen
 * @property {?WatchedImages} images
 * @property {Matrix} [matrix]
 * @property {?ReturnType<typeof setTimeout>} timer
 * @property {boolean} [closed]
 * @property {?string} [followed]
 * @property {?() => void} [unsubscribe]
 */

/** @type {WeakMap<ShadowRoot, View>} */
const views = new WeakMap();

/**
 * Show what a network says of the validation set while it learns: the confusion matrix, or the watched images.
 * @param {Component<Data>} component what Streamlit passes
 * @returns {() => void} cleanup
 */
export default function validationView({ data, parentElement, setTriggerValue }) {
  /** @type {View} */
  const view = views.get(parentElement) ?? { root: part(parentElement, ".look"), data, setTriggerValue, timer: null, ...newState() };
  views.set(parentElement, view);
  Object.assign(view, { data, setTriggerValue });
  view.root.classList.toggle("compact", data.compact);
  if (view.followed !== data.url) {
    clearTimeout(view.timer ?? undefined);
    Object.assign(view, newState());
    draw(view);
    followRun(view, data.url, receive);
  }
  view.matrix?.select(data.selected);
  view.matrix?.paint(); // the theme may have changed
  return () => {
    // Streamlit cleans up after a superseded call too, before or after the next call: the component lives on.
    if (!parentElement.isConnected) close(view);
  };
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
    view.timer ??= setTimeout(() => draw(view), event.kind === "look" ? DRAW_EVERY_MILLISECONDS : 0);
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
  view.timer = null;
  if (view.closed) return;
  if (view.data.shows === "matrix") drawMatrix(view);
  else drawImages(view);
}

/** @param {View} view */
function drawMatrix(view) {
  const { root, data, now } = view;
  showWaiting(view, now === null);
  for (const name of [".matrix", ".over", ".readout"]) part(root, name).hidden = now === null;
  if (now === null || now === view.drawn) return;
  view.drawn = now;
  view.matrix ??= new Matrix(/** @type {HTMLTableElement} */ (part(root, ".matrix")), data.classes, data.colours, {
    pick: (cell) => view.now && view.setTriggerValue("cell", reportOf(view.now, cell)),
    read: (sentence) => setText(part(root, ".readout"), sentence || HINT),
  });
  view.matrix.show(/** @type {[number, number, number][]} */ (now.cells));
  view.matrix.select(view.data.selected);
  setText(part(root, ".over"), captionOf(now, data.validation));
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
  view.drawn = now;
  view.images.show(now.probabilities, before?.probabilities);
}

/** @param {View} view @param {boolean} isWaiting */
function showWaiting({ root, over }, isWaiting) {
  part(root, ".waiting").hidden = !isWaiting;
  setText(part(root, ".waiting"), over ? ENDED : SOON);
}

// The indexes of the images go along: the matrix may have changed before Python receives the click.
/** @param {ConfusionEvent} look @param {Cell} cell */
function reportOf({ cells, epoch }, [actual, predicted]) {
  const [, , count, indexes] = cells.find(([row, column]) => row === actual && column === predicted) ?? [0, 0, 0, []];
  return { actual, predicted, count, epoch, indexes };
}

/** @param {ConfusionEvent} look @param {number} validation how many images the validation set has */
function captionOf({ images, whole, epoch }, validation) {
  const count = whole ? `All ${formatCount(images)}` : `${formatCount(images)} of ${formatCount(validation)}`;
  return `${count} validation images, epoch ${Number(epoch.toFixed(1))}`;
}

/** @param {View} view */
function close(view) {
  view.closed = true;
  clearTimeout(view.timer ?? undefined);
  view.unsubscribe?.();
}
