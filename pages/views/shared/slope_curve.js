import { createSvg } from "../../components/shared/dom.js";
import { signed } from "./signed_numbers.js";

const MARGIN = { left: 52, right: 18, top: 18, bottom: 40 }; // pixels
const TANGENT = 0.24; // the length of the tangent to both sides of the point, as a share of the width
const WIDE = 320; // pixels: in a smaller picture, the labels of the axis would cover the weight
const ROOM = 0.08; // the room above and below the curve, as a share of the height

/** @typedef {[number, number]} Point a weight and its loss */

/**
 * The content of the drawing.
 * @typedef {object} Scene
 * @property {Point[]} points of the curve, by rising weight
 * @property {Point} at the current weight and its loss
 * @property {number} slope of the curve there
 * @property {Point[]} [trail] the earlier weights with their losses, the first weight first
 * @property {boolean} [isNamed] whether the slope stands beside the tangent
 * @property {Point} [losses] the smallest and the largest loss in the drawing, by default those of the curve
 */

/**
 * The scales of a picture.
 * @param {Scene} scene
 * @param {{width: number, height: number}} size in pixels
 */
export function scalesOf({ points, losses: ends }, { width, height }) {
  const losses = points.map(([, loss]) => loss).filter(Number.isFinite);
  const [lowest, highest] = ends ?? [Math.min(...losses), Math.max(...losses)];
  const room = Math.max(highest - lowest, 1e-9) * ROOM;
  const [low, high] = [lowest >= 0 ? Math.max(0, lowest - room) : lowest - room, highest + room];
  const [first, last] = [points[0][0], points[points.length - 1][0]];
  const across = width - MARGIN.left - MARGIN.right;
  const floor = height - MARGIN.bottom;
  return {
    floor, low, high, first, last,
    x: (/** @type {number} */ weight) => MARGIN.left + ((weight - first) / (last - first)) * across,
    y: (/** @type {number} */ loss) => floor - ((loss - low) / (high - low)) * (floor - MARGIN.top),
    weightAt: (/** @type {number} */ x) => Math.min(last, Math.max(first, first + ((x - MARGIN.left) / across) * (last - first))),
  };
}

/**
 * Draw the loss by a weight, the point of the current weight, and the tangent at the point.
 * @param {SVGElement} plane
 * @param {Scene} scene
 * @returns {?ReturnType<typeof scalesOf>} the scales; null while the picture has no size
 */
export function drawSlope(plane, scene) {
  const size = { width: plane.clientWidth, height: plane.clientHeight };
  if (!size.width || !size.height) return null;
  const scales = scalesOf(scene, size);
  const { x, y, floor } = scales;
  // A point outside of the picture is drawn at its edge.
  const inside = (/** @type {Point} */ [weight, loss]) =>
    [Math.min(size.width - MARGIN.right, Math.max(MARGIN.left, x(weight))), Math.max(MARGIN.top - 6, y(loss))];
  const [cx, cy] = inside(scene.at);
  const side = sideOf(scales, scene.at[0]);
  const line = scene.points.map(([weight, loss]) => `${x(weight).toFixed(1)} ${y(loss).toFixed(1)}`).join("L");
  const stops = [...(scene.trail ?? []), scene.at].map(inside);
  const clip = createSvg("clipPath", { id: "room" }, createSvg("rect", { x: MARGIN.left, y: 0, width: size.width - MARGIN.left, height: floor }));
  plane.replaceChildren(
    clip,
    createSvg("line", { class: "axis", x1: MARGIN.left, x2: MARGIN.left, y1: MARGIN.top, y2: floor }),
    createSvg("line", { class: "axis", x1: MARGIN.left, x2: size.width - MARGIN.right, y1: floor, y2: floor }),
    createSvg("g", { "clip-path": "url(#room)" },
      createSvg("path", { class: "curve", d: `M${line}` }),
      ...(side ? [] : [tangent(scene, scales, [cx, cy], size.width)])),
    ...stops.slice(1).map(([right, down], index) => createSvg("path", { class: "hop", d: hop(stops[index], [right, down]) })),
    ...stops.slice(0, -1).map(([left, top]) => createSvg("circle", { class: "before", cx: left, cy: top, r: 5 })),
    ...(side ? [] : [createSvg("line", { class: "drop", x1: cx, x2: cx, y1: cy, y2: floor })]),
    createSvg("circle", { class: "point", cx, cy, r: 12 }),
    ...(side ? [outsideLabel(side, scene.at, [cx, cy])] : []),
    ...(scene.isNamed && !side ? [slopeLabel(scene.slope, [cx, cy], size.width)] : []),
    text("loss", { x: MARGIN.left - 8, y: MARGIN.top + 6, "text-anchor": "end" }),
    text(signed(scales.low, 1), { x: MARGIN.left - 8, y: floor + 4, "text-anchor": "end" }),
    ...(size.width >= WIDE ? endLabels(scales, size) : []),
    ...(side ? [] : [weightLabel(cx, size, signed(scene.at[0]))]),
  );
  return scales;
}

/**
 * On which side of the picture a weight lies: −1 for the left, 1 for the right, and 0 inside.
 * @param {{first: number, last: number}} scales
 * @param {number} weight
 */
export function sideOf({ first, last }, weight) {
  const room = 1e-9 * (last - first);
  return weight < first - room ? -1 : weight > last + room ? 1 : 0;
}

/** @param {number} side @param {Point} at @param {number[]} point in pixels */
function outsideLabel(side, [weight, loss], [cx, cy]) {
  const where = `weight ${signed(weight)}, loss ${signed(loss)}: outside this picture`;
  return text(side < 0 ? `← ${where}` : `${where} →`, { x: cx - side * 22, y: Math.max(34, cy + 5), "text-anchor": side < 0 ? "start" : "end", class: "now" });
}

// The number of the weight stands below its point, and moves aside at the ends of the axis.
/** @param {number} x @param {{width: number, height: number}} size @param {string} value */
function weightLabel(x, { width, height }, value) {
  const aside = width >= WIDE ? 110 : 48;
  const at = Math.min(width - MARGIN.right - aside, Math.max(MARGIN.left + aside, x));
  return text(`weight ${value}`, { x: at, y: height - 12, "text-anchor": "middle", class: "now" });
}

/** @param {ReturnType<typeof scalesOf>} scales @param {{width: number, height: number}} size */
function endLabels({ first, last }, { width, height }) {
  return [
    text(signed(first, 1), { x: MARGIN.left, y: height - 12, "text-anchor": "start" }),
    text(signed(last, 1), { x: width - MARGIN.right, y: height - 12, "text-anchor": "end" }),
  ];
}

// The slope stands beside the point, on the side to which the tangent falls, where there is room above the tangent.
/** @param {number} slope @param {number[]} point in pixels @param {number} width */
function slopeLabel(slope, [cx, cy], width) {
  const isRight = slope <= 0 ? cx < width - 190 : cx < 190;
  return text(`slope ${signed(slope)}`, { class: "steep", x: cx + (isRight ? 22 : -22), y: Math.max(34, cy - 10), "text-anchor": isRight ? "start" : "end" });
}

/** @param {Scene} scene @param {ReturnType<typeof scalesOf>} scales @param {number[]} at in pixels @param {number} width */
function tangent({ slope }, { x, y }, [cx, cy], width) {
  const rise = (slope * (y(1) - y(0))) / (x(1) - x(0)); // pixels down for each pixel to the right
  const reach = (TANGENT * width) / Math.hypot(1, rise);
  return createSvg("line", { class: "tangent", x1: cx - reach, x2: cx + reach, y1: cy - reach * rise, y2: cy + reach * rise });
}

/** @param {number[]} from @param {number[]} to */
function hop([left, up], [right, down]) {
  const height = Math.min(36, Math.abs(right - left) / 2);
  return `M${left} ${up}Q${(left + right) / 2} ${Math.min(up, down) - height} ${right} ${down}`;
}

/** @param {string} words @param {Object<string, string | number>} attributes */
function text(words, attributes) {
  return createSvg("text", attributes, document.createTextNode(words));
}
