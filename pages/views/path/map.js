import { bandOf, pointsUntil, refine } from "../shared/height_map.js";
import { createSvg } from "../../components/shared/dom.js";

const SIZE = 560; // pixels of the map's picture, which the browser stretches
const BANDS = 16;
const MOST_DOTS = 80; // up to so many steps of a path are drawn as dots

/**
 * @typedef {{batchSize: number, points: [number, number][], loss: string, goals: string[]}} Path The path of an epoch, with
 * the weights after each step
 */
/** @typedef {{ends: [number, number][], losses: number[][], valley: [number, number], paths: Path[]}} Ground the loss and its paths */

/**
 * Paint the loss, the lower the darker, with a line at the end of each band.
 * @param {HTMLCanvasElement} canvas
 * @param {number[][]} losses rows from the lowest second weight on
 */
export function paintGround(canvas, losses) {
  const heights = refine(losses, SIZE);
  const valley = { bottom: Math.min(...heights.map((row) => Math.min(...row))), start: losses[Math.floor(losses.length / 2)][0], bands: BANDS };
  const bands = heights.map((row) => row.map((height) => bandOf(height, valley)));
  Object.assign(canvas, { width: SIZE, height: SIZE });
  const context = canvas.getContext("2d");
  if (!context) return;
  context.fillStyle = getComputedStyle(canvas).color;
  bands.forEach((row, up) => row.forEach((band, across) => {
    const isLine = band !== row[across + 1] && across + 1 < SIZE || band !== bands[up + 1]?.[across] && up + 1 < SIZE;
    context.globalAlpha = isLine ? 0.3 : 0.24 * (1 - band / (BANDS - 1));
    context.fillRect(across, SIZE - 1 - up, 1, 1); // rows count upwards, lines of a picture downwards
  }));
}

/**
 * The position of weights on the map.
 * @param {[number, number]} weights
 * @param {[number, number][]} ends of the map
 * @param {{width: number, height: number}} size in pixels
 * @returns {[number, number]} pixels from the left and from the top
 */
export function placeOf([first, second], [across, up], { width, height }) {
  return [(width * (first - across[0])) / (across[1] - across[0]), height * (1 - (second - up[0]) / (up[1] - up[0]))];
}

/**
 * Draw paths. The paths that were shown before are faint.
 * @param {SVGElement} plane
 * @param {Ground} ground
 * @param {{now: Path, seen: Path[], done: number}} shown the path in view, the number of its shown steps, and earlier paths
 */
export function drawPaths(plane, ground, { now, seen, done }) {
  const size = { width: plane.clientWidth, height: plane.clientHeight };
  const at = (/** @type {[number, number]} */ point) => placeOf(point, ground.ends, size);
  const points = pointsUntil(now.points.map(at), done);
  const [startX, startY] = at([0, 0]);
  const [valleyX, valleyY] = at(ground.valley);
  const [endX, endY] = points[points.length - 1];
  const dots = now.points.length <= MOST_DOTS ? now.points.slice(1, Math.floor(done) + 1).map(at) : [];
  plane.replaceChildren(
    ...seen.filter((path) => path !== now).map((path) => createSvg("path", { class: "way seen", d: lineOf(path.points.map(at)) })),
    createSvg("path", { class: "cross", d: `M${valleyX - 9} ${valleyY - 9}l18 18m0 -18l-18 18` }),
    textAt("weight 1 →", size.width / 2, size.height - 10),
    createSvg("text", { x: 10, y: 22 }, document.createTextNode("weight 2 ↑")),
    textAt("lowest loss", valleyX, valleyY + 30),
    createSvg("path", { class: "halo", d: lineOf(points) }),
    createSvg("path", { class: "way", d: lineOf(points) }),
    ...dots.map(([cx, cy]) => createSvg("circle", { class: "step", cx, cy, r: 5 })),
    createSvg("circle", { class: "start", cx: startX, cy: startY, r: 8 }),
    textAt("start", startX, startY - 14),
    createSvg("circle", { class: "end", cx: endX, cy: endY, r: 9 }),
  );
}

/** @param {[number, number][]} points */
function lineOf(points) {
  return `M${points.map((point) => point.map((value) => value.toFixed(1)).join(" ")).join("L")}`;
}

/** @param {string} words @param {number} x @param {number} y */
function textAt(words, x, y) {
  return createSvg("text", { x, y, "text-anchor": "middle" }, document.createTextNode(words));
}
