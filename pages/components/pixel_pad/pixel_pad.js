/** @import { Component } from "../shared/component" */
/** @import { Point, Stroke } from "./strokes.js" */
import { readStored, writeStored } from "../shared/browser_storage.js";
import { part } from "../shared/dom.js";
import { drawGhost } from "./ghost.js";
import { movePen, paintStrokes, SIDE } from "./strokes.js";

const STEP = 10; // the pixels by which a key moves the pen
const SEND_EVERY_MILLISECONDS = 150; // the time between two messages while a line is drawn
/** @type {Object<string, Point>} */
const MOVES = { ArrowUp: [0, -STEP], ArrowDown: [0, STEP], ArrowLeft: [-STEP, 0], ArrowRight: [STEP, 0] };

/**
 * @typedef {object} Data
 * The data from Python; see the function pixel_pad in pixel_pad.py.
 * @property {string} paper
 * @property {string} ink
 * @property {number} width
 * @property {boolean} colour
 * @property {string} drawing
 * @property {string} label
 * @property {number} cells of the grid, along a side; 0 for none
 * @property {string} ghost a picture whose outline can be traced, as a data: URI; "" for none
 * @property {string} line a line to follow, as a path of SVG on a square of 100; "" for none
 * @property {string} trace the words on the empty sheet
 * @property {string} keep the name under which this tab stores the drawing; "" to store no drawing
 */

/**
 * @typedef {object} View
 * @property {HTMLElement} root
 * @property {HTMLCanvasElement} canvas
 * @property {string} paper
 * @property {(Stroke | HTMLImageElement)[]} strokes an image is a drawing from before the page was left
 * @property {?Stroke} line the stroke that is being drawn
 * @property {Point} pen the position of the pen that keys move
 * @property {boolean} isDown whether the pen of the keys draws
 * @property {ReturnType<typeof setTimeout> | 0} sending
 * @property {number} sentAt
 * @property {boolean} hasSent whether Streamlit's state has a drawing of this sheet
 * @property {(drawing: string) => void} send sends the drawing to Python
 */

/** @type {WeakMap<Element, View>} */
const views = new WeakMap();

/**
 * Show a sheet to draw on, by pointer, finger or keys. Python gets the drawing as the state "drawing", a data: URI of a PNG.
 * @param {Component<Data>} component the values from Streamlit
 * @returns {() => void} cleanup
 */
export default function pixelPad({ data, parentElement, setStateValue, setTriggerValue }) {
  const root = part(parentElement, ".pad");
  const known = views.get(root);
  const view = known?.paper === data.paper ? known : newView(root, data);
  views.set(root, view);
  view.send = (drawing) => {
    if (data.keep) writeStored(data.keep, drawing, "sessionStorage");
    // For an earlier drawing, Streamlit's state is empty, so that emptying the state again would have no effect.
    if (data.keep && !drawing && !view.hasSent) setTriggerValue("restored", "");
    else setStateValue("drawing", drawing);
    view.hasSent ||= drawing !== "";
  };
  const kept = view === known || data.drawing || !data.keep ? "" : readStored(data.keep, "sessionStorage");
  if (kept) { // the page was reloaded: Python has no drawing
    restore(view, kept);
    setTriggerValue("restored", kept);
  }
  view.canvas.setAttribute("aria-label", data.label);
  part(root, ".ink").hidden = !data.colour;
  showGuides(root, data);
  showTrace(view);
  const pen = field(root, ".width");
  pen.oninput = () => showPenWidth(root, data.cells);
  showPenWidth(root, data.cells);
  return () => {
    if (!parentElement.isConnected) clearTimeout(view.sending || undefined); // else, a superseded call is cleaned up
  };
}

/**
 * Show the grid of the network's pixels and the ghost. Both lie above the sheet and are never sent.
 * @param {HTMLElement}
 * root
 * @param {Data} data
 */
function showGuides(root, { cells, ghost, line, paper, trace }) {
  const grid = part(root, ".grid");
  grid.hidden = !cells;
  grid.style.setProperty("--cells", String(cells || 1));
  root.classList.toggle("bright", parseInt(paper.slice(1, 3), 16) > 127);
  part(root, ".trace").textContent = trace;
  if (root.dataset.ghost === ghost + line + paper) return;
  root.dataset.ghost = ghost + line + paper;
  const canvas = /** @type {HTMLCanvasElement} */ (part(root, ".ghost"));
  if (canvas.width !== SIDE) Object.assign(canvas, { width: SIDE, height: SIDE });
  drawGhost(canvas, ghost, line, paper);
}

/** Show the width of the pen in pixels of the network's image. @param {HTMLElement} root @param {number} cells */
function showPenWidth(root, cells) {
  const pen = field(root, ".width");
  const share = (Number(pen.value) - Number(pen.min)) / (Number(pen.max) - Number(pen.min));
  pen.style.setProperty("--share", `${100 * share}%`);
  const text = cells ? `${((Number(pen.value) * cells) / SIDE).toFixed(1)} pixels` : "";
  part(root, ".wide").textContent = text;
  pen.ariaValueText = text || null;
}

/** Show the words on the sheet while the sheet is empty. @param {View} view */
function showTrace({ root, strokes }) {
  part(root, ".trace").hidden = strokes.length > 0;
}

/** @param {HTMLElement} root @param {Data} data */
function newView(root, data) {
  const canvas = /** @type {HTMLCanvasElement} */ (part(root, ".drawing"));
  Object.assign(canvas, { width: SIDE, height: SIDE });
  /** @type {View} */
  const view = {
    root, canvas, paper: data.paper, strokes: [], line: null, pen: [SIDE / 2, SIDE / 2], isDown: false, sending: 0, sentAt: 0,
    hasSent: false,
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
  event.stopPropagation(); // the page also has shortcuts, such as S for Stop
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
function paint(view) {
  const { canvas, paper, strokes } = view;
  showTrace(view);
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
