/** @import { Component } from "../../components/shared/component" */
import { createElement, createSvg, part, setText } from "../../components/shared/dom.js";
import { bandOf, filled, pointsUntil, refine } from "../shared/height_map.js";

const SIZE = 480; // pixels of the map's picture, which the browser shrinks: its lines are smooth
const BANDS = 10;
const LINE = 2; // pixels of the picture
const PLAY_MILLISECONDS = 3000; // the duration of the longest path
const LABELLED = [1, 3, 6]; // the bands whose upper contour line has its loss beside it
const LABEL_DISTANCE = 40; // pixels between two labels, or between a label and the start
const RADIUS = { start: 7, end: 11 }; // pixels

/** @typedef {{name: string, points: [number, number, number | null][], hasLeft: boolean}} Way across, up and loss after each step */

/**
 * @typedef {object} Data
 * The data from Python; see the function _data in optimizer_paths.py.
 * @property {[number, number]} across the ends of the map
 * @property {[number, number]} up
 * @property {(number | null)[][]} losses null for a loss that is not a number
 * @property {Way[]} paths
 * @property {string} chosen
 * @property {string} label
 */

/**
 * @typedef {object} View
 * @property {HTMLElement} root
 * @property {HTMLCanvasElement} canvas
 * @property {SVGElement} plane
 * @property {Data} data
 * @property {string} drawn the drawn data as text, so that the animation begins again only after a change
 * @property {string} ground the content of the canvas as text, with its colours
 * @property {{loss: number, across: number, up: number}[]} contours the labelled contour lines: shares of the map
 * @property {number} done the number of shown steps
 * @property {number} frame of the animation
 */

/** @type {WeakMap<ShadowRoot, View>} */
const views = new WeakMap();

/**
 * Show the paths of optimizers over the loss, from the initial weights.
 * @param {Component<Data>} component the values from Streamlit
 */
export default function optimizerPaths({ data, parentElement }) {
  const view = views.get(parentElement) ?? newView(parentElement, data);
  view.data = data;
  paintGround(view);
  const wanted = JSON.stringify(data);
  if (view.drawn === wanted) return;
  view.drawn = wanted;
  setText(part(view.root, ".title"), data.paths.length > 1 ? "From above: the paths of optimizers" : `From above: the path of ${data.chosen}`);
  part(view.root, ".legend").replaceChildren(...data.paths.map((way, index) => legendOf(way, data.paths.length > 1 ? `${index + 1} ` : "", data.chosen)));
  view.plane.setAttribute("aria-label", data.label); // the list below names the end of each path
  play(view);
}

/** @param {ShadowRoot} parent @param {Data} data */
function newView(parent, data) {
  const root = part(parent, ".paths");
  /** @type {View} */
  const view = {
    root, canvas: part(root, "canvas"), plane: /** @type {SVGElement} */ (/** @type {unknown} */ (part(root, "svg"))),
    data, drawn: "", ground: "", contours: [], done: 0, frame: 0,
  };
  views.set(parent, view);
  part(root, ".again").onclick = () => play(view);
  new ResizeObserver(() => draw(view)).observe(view.plane);
  return view;
}

/** @param {Way} way @param {string} number "" for the only path @param {string} chosen */
function legendOf(way, number, chosen) {
  const words = `${number}${way.name}: ${outcome(way)}`;
  return createElement("li", {}, way.name === chosen ? createElement("strong", {}, words) : words);
}

/** @param {Way} way */
function outcome({ points, hasLeft }) {
  const steps = points.length - 1;
  return hasLeft ? `leaves the map at step ${steps}` : `loss ${Number(points[steps][2]).toFixed(2)} after ${steps} steps`;
}

// Paint the loss in shades of the text's colour, the lower the stronger, with a line at the end of each band.
/** @param {View} view */
function paintGround(view) {
  const { canvas, data } = view;
  const style = getComputedStyle(view.root);
  const ground = JSON.stringify([data.losses, style.color, style.colorScheme]);
  if (view.ground === ground) return;
  view.ground = ground;
  const heights = refine(filled(data.losses), SIZE);
  const valley = { bottom: Math.min(...heights.map((row) => Math.min(...row))), start: data.paths[0]?.points[0][2] ?? heights[0][0], bands: BANDS };
  const bands = heights.map((row) => row.map((height) => bandOf(height, valley)));
  view.contours = contoursOf(heights, bands);
  Object.assign(canvas, { width: SIZE, height: SIZE });
  const context = canvas.getContext("2d");
  if (!context) return;
  context.clearRect(0, 0, SIZE, SIZE);
  context.fillStyle = style.color;
  bands.forEach((row, up) => row.forEach((band, across) => {
    const isLine = band !== (row[across + LINE] ?? band) || band !== (bands[up + LINE]?.[across] ?? band);
    context.globalAlpha = isLine ? 0.34 : 0.22 * (1 - band / (BANDS - 1));
    context.fillRect(across, SIZE - 1 - up, 1, 1); // rows count upwards, lines of a picture downwards
  }));
}

/**
 * The losses of some contour lines, each at the lowest point of its line, where a label has most room.
 * @param {number[][]} heights rows from the lowest on
 * @param {number[][]} bands of the same size
 */
function contoursOf(heights, bands) {
  return LABELLED.flatMap((band) => {
    const row = bands.findIndex((line) => line.some((inside) => inside <= band));
    if (row <= 0) return []; // the line leaves the map
    const columns = bands[row].flatMap((inside, column) => (inside <= band ? [column] : []));
    const column = columns[Math.floor(columns.length / 2)];
    return [{ loss: heights[row][column], across: column / SIZE, up: row / SIZE }];
  });
}

/** @param {View} view */
function play(view) {
  cancelAnimationFrame(view.frame);
  const steps = Math.max(...view.data.paths.map(({ points }) => points.length - 1), 0);
  view.done = steps;
  if (!matchMedia("(prefers-reduced-motion: reduce)").matches) {
    /** @type {?number} */
    let began = null;
    const show = (/** @type {number} */ now) => {
      began ??= now;
      view.done = Math.min(steps, (steps * (now - began)) / PLAY_MILLISECONDS);
      draw(view);
      if (view.done < steps && view.root.isConnected) view.frame = requestAnimationFrame(show);
    };
    view.frame = requestAnimationFrame(show);
  }
  draw(view);
}

/** @param {View} view */
function draw({ plane, data, contours, done }) {
  const [width, height] = [plane.clientWidth, plane.clientHeight];
  if (!width) return;
  const place = (/** @type {number} */ value, /** @type {[number, number]} */ [from, to], /** @type {number} */ length) =>
    ((value - from) / (to - from)) * length;
  const at = (/** @type {[number, number, number | null]} */ [across, up]) =>
    /** @type {[number, number]} */ ([place(across, data.across, width), height - place(up, data.up, height)]);
  const ways = data.paths.map((way, index) => ({ name: way.name, index, points: pointsUntil(way.points.map(at), done) }));
  ways.sort((one, other) => Number(one.name === data.chosen) - Number(other.name === data.chosen)); // the chosen path on top
  const [x, y] = at([0, 0, null]);
  plane.replaceChildren(
    ...contourLabels(contours, width, height, [x, y + 24]),
    ...ways.flatMap(({ name, points }) => {
      const d = `M${points.map((point) => point.map((value) => value.toFixed(1)).join(" ")).join("L")}`;
      const look = name === data.chosen ? " chosen" : "";
      return [createSvg("path", { class: "halo", d }), createSvg("path", { class: `way${look}`, d })];
    }),
    createSvg("circle", { class: "way-start", cx: x, cy: y, r: RADIUS.start }),
    textAt("start", x, y + 24),
    ...ways.flatMap(({ name, index, points }) => {
      const [endX, endY] = inside(points[points.length - 1], width, height);
      const look = name === data.chosen ? " chosen" : "";
      const end = createSvg("circle", { class: `way-end${look}`, cx: endX, cy: endY, r: RADIUS.end });
      return ways.length > 1 ? [end, numberAt(index + 1, endX, endY, look !== "")] : [end];
    }),
  );
}

/**
 * The labels of contour lines, without those that would lie on another label or on the start.
 * @param {View["contours"]} contours @param {number} width @param {number} height @param {[number, number]} start
 */
function contourLabels(contours, width, height, start) {
  const taken = [start];
  return contours.flatMap(({ loss, across, up }) => {
    const [x, y] = [across * width, (1 - up) * height + 4];
    if (taken.some(([other, down]) => Math.abs(other - x) < LABEL_DISTANCE && Math.abs(down - y) < LABEL_DISTANCE / 2)) return [];
    taken.push([x, y]);
    return [createSvg("text", { class: "contour", x, y, "text-anchor": "middle" }, document.createTextNode(loss.toFixed(2)))];
  });
}

/** @param {[number, number]} point @param {number} width @param {number} height @returns {[number, number]} on the map */
function inside([x, y], width, height) {
  return [Math.min(Math.max(x, RADIUS.end), width - RADIUS.end), Math.min(Math.max(y, RADIUS.end), height - RADIUS.end)];
}

/** @param {string} words @param {number} x @param {number} y */
function textAt(words, x, y) {
  return createSvg("text", { x, y, "text-anchor": "middle" }, document.createTextNode(words));
}

/** @param {number} number @param {number} x @param {number} y @param {boolean} isChosen */
function numberAt(number, x, y, isChosen) {
  const style = isChosen ? "stroke: none; fill: #fff" : "stroke: none";
  return createSvg("text", { x, y: y + 5.5, "text-anchor": "middle", style }, document.createTextNode(String(number)));
}
