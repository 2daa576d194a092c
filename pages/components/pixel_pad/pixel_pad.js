/** @import { Component } from "../shared/component" */
/** @import { Point, Stroke } from "./strokes.js" */
import { part } from "../shared/dom.js";
import { movePen, paintStrokes, SIDE } from "./strokes.js";

const STEP = 10; // pixels that a key moves the pen
const SEND_EVERY_MILLISECONDS = 250; // while a line is drawn
/** @type {Object<string, Point>} */
const MOVES = { ArrowUp: [0, -STEP], ArrowDown: [0, STEP], ArrowLeft: [-STEP, 0], ArrowRight: [STEP, 0] };

/**
 * @typedef {object} Data
 * What Python passes; see the function pixel_pad in pixel_pad.py.
 * @property {string} paper
 * @property {string} ink
 * @property {number} width
 * @property {boolean} colour
 * @property {string} drawing
 * @property {string} label
 */

/**
 * @typedef {object} View
 * @property {HTMLElement} root
 * @property {HTMLCanvasElement} canvas
 * @property {string} paper
 * @property {(Stroke | HTMLImageElement)[]} strokes an image is a drawing that was made before the page was left
 * @property {?Stroke} line the stroke that is being drawn
 * @property {Point} pen where the keys have moved it
 * @property {boolean} isDown whether the pen of the keys draws
 * @property {ReturnType<typeof setTimeout> | 0} sending
 * @property {number} sentAt
 * @property {(drawing: string) => void} send gives the drawing to Python
 */

/** @type {WeakMap<Element, View>} */
const views = new WeakMap();

/**
 * Show a sheet to draw on, by pointer, finger or keys. Python gets the drawing as the state "drawing", a data: URI of a PNG.
 * @param {Component<Data>} component what Streamlit passes
 * @returns {() => void} cleanup
 */
export default function pixelPad({ data, parentElement, setStateValue }) {
  const root = part(parentElement, ".pad");
  const known = views.get(root);
  const view = known?.paper === data.paper ? known : newView(root, data);
  views.set(root, view);
  view.send = (drawing) => setStateValue("drawing", drawing);
  view.canvas.setAttribute("aria-label", data.label);
  part(root, ".ink").hidden = !data.colour;
  return () => {
    if (!parentElement.isConnected) clearTimeout(view.sending || undefined); // else a superseded call is cleaned up
  };
}

/** @param {HTMLElement} root @param {Data} data */
function newView(root, data) {
  const canvas = /** @type {HTMLCanvasElement} */ (part(root, "canvas"));
  Object.assign(canvas, { width: SIDE, height: SIDE });
  /** @type {View} */
  const view = {
    root, canvas, paper: data.paper, strokes: [], line: null, pen: [SIDE / 2, SIDE / 2], isDown: false, sending: 0, sentAt: 0,
    send: () => {},
  };
  field(root, ".width").value = String(data.width);
  field(root, ".colour").value = data.ink;
  canvas.onpointerdown = (event) => beginLine(view, event);
  canvas.onpointermove = (event) => extendLine(view, pointOf(canvas, event));
  canvas.onpointerup = canvas.onpointercancel = () => endLine(view);
  canvas.onkeydown = (event) => onKey(view, event);
  canvas.onblur = () => liftPen(view);
  part(root, ".undo").onclick = () => undo(view);
  part(root, ".clear").onclick = () => clear(view);
  paint(view);
  if (data.drawing) restore(view, data.drawing);
  return view;
}

/** @param {HTMLElement} root @param {string} selector */
function field(root, selector) {
  return /** @type {HTMLInputElement} */ (part(root, selector));
}

/** @param {View} view @param {string} drawing from before the page was left */
function restore(view, drawing) {
  const image = new Image();
  image.onload = () => {
    view.strokes.unshift(image);
    paint(view);
  };
  image.src = drawing;
}

/** @param {HTMLCanvasElement} canvas @param {PointerEvent} event @returns {Point} */
function pointOf(canvas, { clientX, clientY }) {
  const box = canvas.getBoundingClientRect();
  return [((clientX - box.left) / box.width) * SIDE, ((clientY - box.top) / box.height) * SIDE];
}

/** @param {View} view @param {Point} point */
function startStroke(view, point) {
  view.line = { points: [point], width: Number(field(view.root, ".width").value), colour: field(view.root, ".colour").value };
  view.strokes.push(view.line);
  paint(view);
}

/** @param {View} view @param {PointerEvent} event */
function beginLine(view, event) {
  view.canvas.setPointerCapture(event.pointerId);
  liftPen(view);
  startStroke(view, pointOf(view.canvas, event));
}

/** @param {View} view @param {Point} point */
function extendLine(view, point) {
  if (!view.line) return;
  view.line.points.push(point);
  paint(view);
  sendSoon(view);
}

/** @param {View} view */
function endLine(view) {
  if (!view.line) return;
  view.line = null;
  sendNow(view);
}

/** @param {View} view @param {KeyboardEvent} event */
function onKey(view, event) {
  const move = MOVES[event.key];
  /** @type {Object<string, () => void>} */
  const actions = { " ": () => togglePen(view), Backspace: () => undo(view), Delete: () => clear(view) };
  const action = actions[event.key];
  if (!move && !action) return;
  event.preventDefault();
  event.stopPropagation(); // the page has shortcuts too, such as S for stop
  if (!move) {
    action();
    return;
  }
  view.pen = movePen(view.pen, move);
  showPen(view);
  if (view.isDown) extendLine(view, view.pen);
}

/** @param {View} view */
function togglePen(view) {
  if (view.isDown) {
    liftPen(view);
    sendNow(view);
    return;
  }
  view.isDown = true;
  startStroke(view, view.pen);
  showPen(view);
  sendSoon(view);
}

/** @param {View} view */
function liftPen(view) {
  if (view.isDown) view.line = null;
  view.isDown = false;
  part(view.root, ".pen").hidden = true;
}

/** @param {View} view */
function showPen({ root, isDown, pen: [x, y] }) {
  const mark = part(root, ".pen");
  mark.hidden = false;
  mark.classList.toggle("down", isDown);
  mark.style.left = `${(x / SIDE) * 100}%`;
  mark.style.top = `${(y / SIDE) * 100}%`;
  announce(root, `Pen ${isDown ? "down" : "up"}, column ${Math.round(x / STEP)}, row ${Math.round(y / STEP)}`);
}

/** @param {View} view */
function undo(view) {
  if (!view.strokes.pop()) return;
  announce(view.root, "The last line is gone.");
  paint(view);
  sendNow(view);
}

/** @param {View} view */
function clear(view) {
  view.strokes = [];
  announce(view.root, "The sheet is empty.");
  paint(view);
  sendNow(view);
}

/** @param {HTMLElement} root @param {string} text for screen readers */
function announce(root, text) {
  part(root, ".said").textContent = text;
}

/** @param {View} view */
function paint({ canvas, paper, strokes }) {
  paintStrokes(/** @type {CanvasRenderingContext2D} */ (canvas.getContext("2d")), paper, strokes);
}

/** @param {View} view */
function sendSoon(view) {
  const wait = view.sentAt + SEND_EVERY_MILLISECONDS - performance.now();
  if (wait <= 0) sendNow(view);
  else if (!view.sending) view.sending = setTimeout(() => sendNow(view), wait);
}

/** @param {View} view */
function sendNow(view) {
  clearTimeout(view.sending || undefined);
  Object.assign(view, { sending: 0, sentAt: performance.now() });
  view.send(view.strokes.length > 0 ? view.canvas.toDataURL("image/png") : "");
}
