/** @import { Component } from "../../components/shared/component" */
/** @import { Position } from "./geometry.js" */
import { createElement, createSvg, part } from "../../components/shared/dom.js";
import { formatCount } from "../../components/shared/text_format.js";
import { nearestDot, nextDot, spreadOver } from "./geometry.js";

const MARGIN = 24; // pixels around the dots
const FARTHEST = 24; // pixels: the largest distance from the pointer to the selected dot
const RING = 9; // pixels: the radius of the ring around the dot under the pointer
const COLOURS = ["#0072B2", "#B36B00", "#009E73", "#CC79A7", "#2E8FCF", "#8A6D00", "#7D8790"]; // at least 3:1 on white, and on the dark card
const MARKERS = [ // around (0, 0); "open" markers are lines
  { path: "M-4.5 0A4.5 4.5 0 1 0 4.5 0A4.5 4.5 0 1 0 -4.5 0Z" },
  { path: "M-4 -4H4V4H-4Z" },
  { path: "M0 -5.5L5 4H-5Z" },
  { path: "M-4.5 -4.5L4.5 4.5M-4.5 4.5L4.5 -4.5", open: true },
  { path: "M0 -6L4.5 0L0 6L-4.5 0Z" },
  { path: "M-5.5 0H5.5M0 -5.5V5.5", open: true },
  { path: "M0 5.5L5 -4H-5Z" },
  { path: "M-4.5 0A4.5 4.5 0 1 0 4.5 0A4.5 4.5 0 1 0 -4.5 0Z", open: true },
  { path: "M-4 -4H4V4H-4Z", open: true },
  { path: "M0 -6L1.5 -1.9L5.7 -1.9L2.3 0.8L3.5 4.9L0 2.4L-3.5 4.9L-2.3 0.8L-5.7 -1.9L-1.5 -1.9Z" },
];
const SHORT_NAME = 2; // letters of a class name that can stand in place of its dots
const MOST_NAMED = 20; // classes whose names can stand among the dots
/** @type {Object<string, [number, number]>} */
const DIRECTIONS = { ArrowUp: [0, -1], ArrowDown: [0, 1], ArrowLeft: [-1, 0], ArrowRight: [1, 0] };

/**
 * @typedef {object} Data
 * The data from Python; see the function draw in feature_map.py.
 * @property {[number, number, number, number, number][]} dots index of an image, x, y, its label, the predicted label
 * @property {string} sheet data: URI of all images
 * @property {number} columns of the sheet
 * @property {number} rows of the sheet
 * @property {string[]} classes
 * @property {string[]} axes the words along the horizontal and the vertical axis
 * @property {number} picked
 * @property {string} label
 */

/**
 * @typedef {object} View
 * @property {HTMLElement} root
 * @property {SVGElement} plane
 * @property {Data} data
 * @property {HTMLImageElement} sheet
 * @property {?number} pointed the index of the dot under the pointer
 * @property {Position[]} positions of the dots
 * @property {SVGElement} rings around the pointed and the picked dot
 * @property {() => void} pick reports the dot under the pointer
 */

/** @type {WeakMap<ShadowRoot, View>} */
const views = new WeakMap();

/**
 * Show images as dots on a plane: short class names are the dots, and longer ones stand among the dots of their class.
 * The image under the pointer is shown beside, and a click picks the image.
 * @param {Component<Data>} component the values from Streamlit
 * @returns {() => void} cleanup
 */
export default function featureMap({ data, parentElement, setTriggerValue }) {
  const view = views.get(parentElement) ?? newView(parentElement, data);
  if (view.sheet.src !== data.sheet) {
    view.sheet = new Image();
    view.sheet.onload = () => describe(view);
    view.sheet.src = data.sheet;
    view.pointed = null;
  }
  view.data = data;
  view.pointed ??= Math.max(0, data.dots.findIndex(([index]) => index === data.picked));
  view.pick = () => setTriggerValue("picked", data.dots[view.pointed ?? 0][0]);
  view.plane.setAttribute("aria-label", data.label);
  listen(view);
  const isDigits = data.classes.every((name) => /^\d$/.test(name));
  part(view.root, ".help").textContent = `Press a ${isDigits ? "digit" : "mark"} for its image.`;
  const legend = part(view.root, ".legend"); // only where names among the dots would cover one another
  legend.hidden = data.classes.length <= MOST_NAMED;
  legend.replaceChildren(...(legend.hidden ? [] : data.classes.map(legendOf)));
  draw(view);
  return () => {};
}

/** @param {ShadowRoot} parent @param {Data} data */
function newView(parent, data) {
  const root = part(parent, ".cloud");
  const plane = /** @type {SVGElement} */ (/** @type {unknown} */ (part(root, ".plane")));
  /** @type {View} */
  const view = { root, plane, data, sheet: new Image(), pointed: null, positions: [], rings: createSvg("g"), pick: () => {} };
  views.set(parent, view);
  new ResizeObserver(() => draw(view)).observe(plane);
  return view;
}

/** @param {View} view */
function listen(view) {
  const { plane } = view;
  const dotAt = (/** @type {MouseEvent} */ event) => {
    const box = plane.getBoundingClientRect();
    return nearestDot(view.positions, [event.clientX - box.left, event.clientY - box.top], FARTHEST);
  };
  plane.onpointermove = (event) => {
    const dot = dotAt(event);
    if (dot !== null && dot !== view.pointed) pointAt(view, dot);
  };
  plane.onclick = (event) => {
    const dot = dotAt(event);
    if (dot === null) return;
    pointAt(view, dot);
    view.pick();
  };
  plane.onkeydown = (event) => {
    const direction = DIRECTIONS[event.key];
    if (direction) pointAt(view, nextDot(view.positions, view.pointed ?? 0, direction));
    else if (event.key === "Enter" || event.key === " ") view.pick();
    else return;
    event.preventDefault();
  };
}

/** @param {View} view @param {number} dot */
function pointAt(view, dot) {
  view.pointed = dot;
  drawRings(view);
  describe(view);
}

/** @param {View} view */
function draw(view) {
  const { plane, data: { dots, classes, axes } } = view;
  const [width, height] = [plane.clientWidth, plane.clientHeight];
  if (!width || !dots.length) return;
  const across = spreadOver(dots.map(([, x]) => x), width, MARGIN);
  const up = spreadOver(dots.map(([, , y]) => y), height, MARGIN);
  view.positions = across.map((x, index) => [x, height - up[index]]);
  view.rings = createSvg("g");
  const areShort = classes.every((name) => name.length <= SHORT_NAME);
  const shapes = dots.flatMap(([, , , label, predicted], index) => {
    const dot = areShort ? nameOf("digit", classes[label], [0, 0]) : markerOf(label);
    dot.classList.toggle("is-wrong", label !== predicted);
    dot.setAttribute("transform", `translate(${view.positions[index].join(" ")})`);
    return label === predicted ? [dot] : [dot, ringOf("wrong-ring", view.positions[index], RING)];
  });
  const names = areShort || classes.length > MOST_NAMED ? [] : classNames(view);
  const words = [nameOf("axis", `${axes[0]} →`, [width - 8, height - 8]), nameOf("axis", `↑ ${axes[1]}`, [8, 16])];
  words[1].classList.add("up");
  plane.replaceChildren(...words, ...shapes, ...names, view.rings);
  drawRings(view);
  describe(view);
}

/** @param {View} view */
function drawRings({ data, positions, rings, pointed }) {
  const picked = data.dots.findIndex(([index]) => index === data.picked);
  const around = picked >= 0 ? [ringOf("picked-ring", positions[picked], RING + 3)] : [];
  rings.replaceChildren(...around, ringOf("here-ring", positions[pointed ?? 0], RING));
}

// The name of each class, in the middle of its dots.
/** @param {View} view */
function classNames({ data: { dots, classes }, positions }) {
  return classes.flatMap((name, label) => {
    const own = positions.filter((_, index) => dots[index][3] === label);
    return own.length ? [nameOf("class-name", name, [median(own.map(([x]) => x)), median(own.map(([, y]) => y))])] : [];
  });
}

/** @param {number[]} values at least one */
function median(values) {
  return values.toSorted((a, b) => a - b)[Math.floor(values.length / 2)];
}

/** @param {string} className @param {string} words @param {Position} position */
function nameOf(className, words, [x, y]) {
  const text = createSvg("text", { class: className, x, y });
  text.textContent = words;
  return text;
}

// Describe and show the image under the pointer.
/** @param {View} view */
function describe({ root, data, sheet, pointed }) {
  const dot = data.dots[pointed ?? 0];
  if (!dot) return;
  const [index, , , label, predicted] = dot;
  const { classes, columns, rows } = data;
  part(root, ".which").textContent =
    `A ${classes[label]}, called ${classes[predicted]}: image ${formatCount(index + 1)}.`;
  if (!sheet.complete || !sheet.naturalWidth) return;
  const [width, height] = [sheet.naturalWidth / columns, sheet.naturalHeight / rows];
  const [left, top] = [((pointed ?? 0) % columns) * width, Math.floor((pointed ?? 0) / columns) * height];
  const canvas = /** @type {HTMLCanvasElement} */ (part(root, ".image"));
  Object.assign(canvas, { width, height });
  canvas.getContext("2d")?.drawImage(sheet, left, top, width, height, 0, 0, width, height);
}

/** @param {string} name of a class @param {number} label */
function legendOf(name, label) {
  return createElement("li", {}, createSvg("svg", { viewBox: "-8 -8 16 16", "aria-hidden": "true" }, markerOf(label)), name);
}

/** @param {number} label */
function markerOf(label) {
  const { path, open } = MARKERS[label % MARKERS.length];
  const colour = COLOURS[label % COLOURS.length];
  return createSvg("path", { class: "dot", d: path, stroke: colour, fill: open ? "none" : colour });
}

/** @param {string} className @param {Position} centre @param {number} radius */
function ringOf(className, [x, y], radius) {
  return createSvg("circle", { class: className, cx: x, cy: y, r: radius });
}
