/** @import { Component } from "../../components/shared/component" */
/** @import { Curve } from "../../components/shared/smooth_curve.js" */
/** @import { Roll } from "./roll.js" */
import { createSvg, part, setText } from "../../components/shared/dom.js";
import { smoothCurve } from "../../components/shared/smooth_curve.js";
import { describeRoll, rollBall } from "./roll.js";

const HOP_MILLISECONDS = 180; // the duration of a step
const MARGIN = { left: 44, right: 10, top: 14, bottom: 30 }; // pixels
const RADIUS = { ball: 10, step: 4, start: 6 }; // pixels
const ROOM_FOR_WORDS = 210; // pixels
const LINE_POINTS = 160;
const ABOVE = 1.2; // the height of the picture above the start, as a multiple of the valley's depth
const BELOW = 0.25; // the same below its bottom

/**
 * @typedef {object} Data
 * The data from Python; see the function draw_draft in loss_surface.py.
 * @property {number[]} positions
 * @property {(number | null)[]} losses null for a loss that is not a number
 * @property {number[]} rates
 * @property {number} factor
 * @property {string} label
 */

/**
 * @typedef {object} View
 * @property {HTMLElement} root
 * @property {SVGElement} plane
 * @property {string} drawn the drawn data as text, so that the animation begins again only after a change
 * @property {Curve} curve
 * @property {number} lowest the position of the lowest loss
 * @property {Roll} roll
 * @property {SVGElement} ball
 * @property {[number, number][]} stops of the ball, in pixels
 * @property {number} frame of the animation
 */

/** @type {WeakMap<ShadowRoot, View>} */
const views = new WeakMap();

/**
 * Show how a ball rolls down the loss in steps of the learning rate.
 * @param {Component<Data>} component the values from Streamlit
 */
export default function learningRateBall({ data, parentElement }) {
  const view = views.get(parentElement) ?? newView(parentElement);
  const wanted = JSON.stringify(data);
  if (view.drawn === wanted) return;
  view.drawn = wanted;
  const known = data.losses.flatMap((loss, index) => (loss === null ? [] : [index]));
  const usable = wholeStretch(known, data.positions);
  const losses = usable.map((index) => Number(data.losses[index]));
  view.curve = smoothCurve(usable.map((index) => data.positions[index]), losses);
  view.lowest = data.positions[usable[losses.indexOf(Math.min(...losses))]];
  view.roll = rollBall(view.curve, data.rates, data.factor);
  const { title, sentence } = describeRoll(view.curve, view.roll, view.lowest);
  setText(part(view.root, ".title"), title);
  setText(part(view.root, ".sentence"), sentence);
  view.plane.setAttribute("aria-label", data.label); // the words around the drawing name the result
  draw(view);
  play(view);
}

/** @param {ShadowRoot} parent */
function newView(parent) {
  const root = part(parent, ".ball");
  const plane = /** @type {SVGElement} */ (/** @type {unknown} */ (part(root, ".valley")));
  /** @type {View} */
  const view = {
    root, plane, drawn: "", curve: smoothCurve([0, 1], [0, 0]), lowest: 0, roll: { positions: [0], hasLeft: false },
    ball: createSvg("circle"), stops: [], frame: 0,
  };
  views.set(parent, view);
  part(root, ".again").onclick = () => play(view);
  new ResizeObserver(() => draw(view)).observe(plane);
  return view;
}

// The points around 0 up to the first gap, at which the loss is not a number.
/** @param {number[]} known indexes of finite losses @param {number[]} positions */
function wholeStretch(known, positions) {
  const origin = known.findIndex((index) => positions[index] >= 0);
  let [first, last] = [origin, origin];
  while (first > 0 && known[first - 1] === known[first] - 1) first -= 1;
  while (last < known.length - 1 && known[last + 1] === known[last] + 1) last += 1;
  return known.slice(first, last + 1);
}

/** @param {View} view */
function draw(view) {
  const { plane, curve, lowest, roll } = view;
  const [width, height] = [plane.clientWidth, plane.clientHeight];
  if (!width || !view.drawn) return;
  const [start, bottom] = [curve.at(0), curve.at(lowest)];
  const depth = Math.max(start - bottom, 1e-6);
  const [low, high] = [bottom - BELOW * depth, start + ABOVE * depth];
  const x = (/** @type {number} */ position) =>
    MARGIN.left + ((position - curve.from) / (curve.to - curve.from)) * (width - MARGIN.left - MARGIN.right);
  const y = (/** @type {number} */ loss) => height - MARGIN.bottom - ((loss - low) / (high - low)) * (height - MARGIN.bottom - MARGIN.top);
  const line = Array.from({ length: LINE_POINTS + 1 }, (_, index) => curve.from + ((curve.to - curve.from) * index) / LINE_POINTS)
    .map((position) => [x(position), y(curve.at(position))]);
  const path = `M${line.map((point) => point.map((value) => value.toFixed(1)).join(" ")).join("L")}`;
  const floor = height - MARGIN.bottom;
  view.stops = roll.positions.map((position) => {
    const inside = Math.min(Math.max(position, curve.from), curve.to);
    return [x(position), position === inside ? y(curve.at(position)) : y(curve.at(inside)) - RADIUS.ball];
  });
  view.ball = createSvg("circle", { class: "rolling", r: RADIUS.ball });
  const hops = view.stops.slice(1).map(([right, down], index) => {
    const [left, up] = view.stops[index];
    return createSvg("path", { class: "hop", d: `M${left} ${up}Q${(left + right) / 2} ${Math.min(up, down) - hopHeight(right - left)} ${right} ${down}` });
  });
  plane.replaceChildren(
    createSvg("path", { class: "ground", d: `${path}L${line[LINE_POINTS][0]} ${floor}L${line[0][0]} ${floor}Z` }),
    createSvg("path", { class: "curve", d: path }),
    ...[start, bottom].map((loss) => label(loss.toFixed(2), { x: MARGIN.left - 6, y: y(loss) + 5, "text-anchor": "end" })),
    createSvg("line", { class: "axis", x1: MARGIN.left, x2: MARGIN.left, y1: MARGIN.top, y2: floor }),
    createSvg("line", { class: "axis", x1: MARGIN.left, x2: width - MARGIN.right, y1: floor, y2: floor }),
    ...(width - x(0) > ROOM_FOR_WORDS ? [label("along the slope at the start →", { x: width - MARGIN.right, y: height - 8, "text-anchor": "end" })] : []),
    label("loss", { x: MARGIN.left - 6, y: MARGIN.top + 8, "text-anchor": "end" }),
    label("start", { x: x(0), y: height - 8, "text-anchor": "middle" }),
    createSvg("line", { class: "axis", x1: x(0), x2: x(0), y1: floor - 5, y2: floor + 5 }),
    ...hops,
    ...view.stops.slice(1).map(([cx, cy]) => createSvg("circle", { class: "step", cx, cy, r: RADIUS.step })),
    createSvg("circle", { class: "start", cx: x(0), cy: y(start), r: RADIUS.start }),
    view.ball,
  );
  place(view, view.stops.length - 1);
}

/** @param {number} distance @returns {number} pixels: a small step is a small hop */
function hopHeight(distance) {
  return Math.min(30, Math.abs(distance));
}

/** @param {string} text @param {Object<string, string | number>} attributes */
function label(text, attributes) {
  return createSvg("text", attributes, document.createTextNode(text));
}

/** @param {View} view */
function play(view) {
  cancelAnimationFrame(view.frame);
  if (!view.stops.length || matchMedia("(prefers-reduced-motion: reduce)").matches) return;
  /** @type {?number} */
  let began = null;
  const show = (/** @type {number} */ now) => {
    began ??= now;
    const done = Math.min((now - began) / HOP_MILLISECONDS, view.stops.length - 1);
    place(view, done);
    if (done < view.stops.length - 1 && view.root.isConnected) view.frame = requestAnimationFrame(show);
  };
  view.frame = requestAnimationFrame(show);
}

// Between two stops, the ball flies along the drawn arc.
/** @param {View} view @param {number} done the number of finished steps */
function place({ ball, stops }, done) {
  const index = Math.min(Math.floor(done), stops.length - 1);
  const [[left, up], [right, down]] = [stops[index], stops[Math.min(index + 1, stops.length - 1)]];
  const share = done - index;
  const top = Math.min(up, down) - hopHeight(right - left);
  const arc = (1 - share) ** 2 * up + 2 * share * (1 - share) * top + share ** 2 * down;
  ball.setAttribute("cx", String(left + share * (right - left)));
  ball.setAttribute("cy", String(stops.length > 1 && index < stops.length - 1 ? arc : up));
}
