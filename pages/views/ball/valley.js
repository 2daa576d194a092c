/** @import { Curve } from "../../components/shared/smooth_curve.js" */
import { createSvg } from "../../components/shared/dom.js";
import { smoothCurve } from "../../components/shared/smooth_curve.js";

const MARGIN = { left: 8, right: 8, top: 26, bottom: 58 }; // pixels
const LINE_POINTS = 200;
const ABOVE = 1.1; // the height of the picture above the start, as a multiple of the valley's depth
const BELOW = 0.18; // the same below the lowest loss
const RADIUS = { step: 15, ball: 20 }; // pixels
const APART = 30; // pixels between two numbered steps
const HIGHEST_HOP = 90; // pixels
const SLOPE_LINE = 60; // pixels from the ball to each end of the line of its slope

/** @typedef {{left: number, top: number, angle: number}} Slope the middle of a line in pixels, and its angle in radians */

/**
 * @typedef {object} Drawn
 * The valley as it is drawn.
 * @property {SVGElement} plane
 * @property {SVGElement} steps the group of the steps
 * @property {SVGElement} ball
 * @property {(position: number) => [number, number]} at the position of the ball, in pixels
 * @property {SVGElement} slope the line of the slope where the ball lies
 * @property {(position: number) => Slope | null} slopeAt that line at a position, null outside the valley
 * @property {(Slope | null)[]} slopes the same at each stop
 * @property {[number, number][]} stops of the ball, in pixels
 */

/**
 * Draw the loss as a valley.
 * @param {SVGElement} plane to draw on
 * @param {{positions: number[], losses: number[]}} data of the component
 * @returns {Drawn} the valley without steps
 */
export function drawValley(plane, { positions, losses }) {
  const curve = smoothCurve(positions, losses);
  const [width, height] = [plane.clientWidth, plane.clientHeight];
  const floor = height - MARGIN.bottom;
  const { x, y } = scales(curve, Math.min(...losses), width, floor);
  const line = Array.from({ length: LINE_POINTS + 1 }, (_, index) => curve.from + ((curve.to - curve.from) * index) / LINE_POINTS)
    .map((position) => `${x(position).toFixed(1)} ${y(curve.at(position)).toFixed(1)}`).join("L");
  const lowest = positions[losses.indexOf(Math.min(...losses))];
  const [steps, ball] = [createSvg("g"), createSvg("circle", { class: "rolling", r: RADIUS.ball })];
  const slope = createSvg("g", { class: "slope" },
    createSvg("line", { x1: -SLOPE_LINE, x2: SLOPE_LINE }), text("slope", {}));
  plane.replaceChildren(
    createSvg("path", { class: "ground", d: `M${line}L${x(curve.to)} ${floor + 4}L${x(curve.from)} ${floor + 4}Z` }),
    createSvg("path", { class: "curve", d: `M${line}` }),
    text("loss ↑", { x: MARGIN.left + 6, y: floor - 10 }),
    text("the valley", { x: x(lowest), y: floor + 26, "text-anchor": "middle" }),
    text("start", { x: x(0), y: floor + 26, "text-anchor": "middle" }),
    text("the weights, moved against the slope →", { x: width / 2, y: height - 6, "text-anchor": "middle" }),
    steps, slope, ball,
  );
  const at = (/** @type {number} */ position) => place(position, curve, x, y);
  const slopeAt = (/** @type {number} */ position) => slopeLine(position, curve, x, y);
  return { plane, steps, ball, at, slope, slopeAt, slopes: [], stops: [] };
}

/** @param {number} position @param {Curve} curve @param {(one: number) => number} x @param {(one: number) => number} y @returns {Slope | null} */
function slopeLine(position, curve, x, y) {
  if (position < curve.from || position > curve.to) return null;
  const [left, top] = [x(position), y(curve.at(position))];
  const [right, down] = [x(position + 1) - left, y(curve.at(position) + curve.slope(position)) - top]; // one unit further
  return { left, top, angle: Math.atan2(down, right) };
}

// The word stands beyond the upper end of the line, where no step follows.
/** @param {SVGElement} drawn @param {Slope | null} slope */
function placeSlope(drawn, slope) {
  drawn.style.display = slope ? "" : "none";
  if (!slope) return;
  const [line, word] = drawn.children;
  const side = slope.angle >= 0 ? -1 : 1;
  drawn.setAttribute("transform", `translate(${slope.left} ${slope.top})`);
  line.setAttribute("transform", `rotate(${(slope.angle * 180) / Math.PI})`);
  word.setAttribute("x", String(side * (SLOPE_LINE * Math.cos(slope.angle) + 8)));
  word.setAttribute("y", String(side * SLOPE_LINE * Math.sin(slope.angle) + 5));
  word.setAttribute("text-anchor", side < 0 ? "end" : "start");
}

/** @param {Curve} curve @param {number} bottom @param {number} width @param {number} floor */
function scales(curve, bottom, width, floor) {
  const depth = Math.max(curve.at(0) - bottom, 1e-6);
  const [low, high] = [bottom - BELOW * depth, curve.at(0) + ABOVE * depth];
  return {
    x: (/** @type {number} */ position) =>
      MARGIN.left + ((position - curve.from) / (curve.to - curve.from)) * (width - MARGIN.left - MARGIN.right),
    y: (/** @type {number} */ loss) => floor - ((loss - low) / (high - low)) * (floor - MARGIN.top),
  };
}

// A ball that has left the valley is drawn at the edge of the picture.
/** @param {number} position @param {Curve} curve @param {(one: number) => number} x @param {(one: number) => number} y @returns {[number, number]} */
function place(position, curve, x, y) {
  const inside = Math.min(Math.max(position, curve.from), curve.to);
  const lifted = Math.max(y(curve.at(inside)), MARGIN.top) - RADIUS.ball * 0.7;
  const [first, last] = [x(curve.from) + RADIUS.ball, x(curve.to) - RADIUS.ball];
  return [Math.min(Math.max(x(inside), first), last), Math.max(lifted, RADIUS.ball + 2)];
}

/**
 * Draw the steps of the ball.
 * @param {Drawn} drawn the valley
 * @param {{positions: number[]}} stop of the slider
 */
export function drawSteps(drawn, { positions }) {
  drawn.stops = positions.map(drawn.at);
  drawn.slopes = positions.map(drawn.slopeAt);
  const hops = drawn.stops.slice(1).map((to, index) => createSvg("path", { class: "hop", d: hop(drawn.stops[index], to) }));
  /** @type {[number, number][]} */
  const numbered = [];
  const marks = drawn.stops.slice(0, -1).flatMap((point, index) => {
    if (numbered.some((other) => Math.hypot(other[0] - point[0], other[1] - point[1]) < APART)) return [];
    numbered.push(point);
    const opacity = 0.65 + (0.35 * index) / drawn.stops.length;
    return [createSvg("g", { class: "step", opacity, transform: `translate(${point[0]} ${point[1]})` },
      createSvg("circle", { r: RADIUS.step }),
      text(String(index), { y: 5, "text-anchor": "middle" }))];
  });
  drawn.steps.replaceChildren(...hops, ...marks);
}

/** @param {[number, number]} from @param {[number, number]} to */
function hop([left, up], [right, down]) {
  return `M${left} ${up}Q${(left + right) / 2} ${top(up, down, right - left)} ${right} ${down}`;
}

// A small step is a small hop, and no hop leaves the picture.
/** @param {number} up @param {number} down @param {number} distance @returns {number} pixels */
function top(up, down, distance) {
  return Math.max(Math.min(up, down) - Math.min(HIGHEST_HOP, Math.abs(distance) / 2), RADIUS.ball);
}

/**
 * Move the ball along its path. Between two steps it flies along the drawn arc.
 * @param {Drawn} drawn the valley with its steps
 * @param {number} done the number of finished steps
 */
export function moveBall({ ball, slope, slopes, stops }, done) {
  const index = Math.min(Math.floor(done), stops.length - 1);
  const [[left, up], [right, down]] = [stops[index], stops[Math.min(index + 1, stops.length - 1)]];
  const share = done - index;
  const arc = (1 - share) ** 2 * up + 2 * share * (1 - share) * top(up, down, right - left) + share ** 2 * down;
  ball.setAttribute("cx", String((1 - share) ** 2 * left + share * (1 - share) * (left + right) + share ** 2 * right));
  ball.setAttribute("cy", String(arc));
  placeSlope(slope, slopes[index]);
}

/** @param {string} words @param {Object<string, string | number>} attributes */
function text(words, attributes) {
  return createSvg("text", attributes, document.createTextNode(words));
}
