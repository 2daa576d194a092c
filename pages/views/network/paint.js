/** @import { Box, Layout, Place, Point } from "./geometry.js" */
/** @import { Link } from "../shared/network_bytes.js" */
/** @import { Palette } from "../shared/network_palette.js" */
import { dotColour } from "../shared/network_palette.js";

const DIMMEST = 16; // a darker pixel looks like the screen behind it
const ROUND = Math.PI * 2;
const SHADES = 32; // the shades of dots, whose differences nobody sees

/** @typedef {{height: number, width: number, channels: number, bytes: Uint8Array}} Pixels */

/**
 * A link as a curve of the drawing.
 * @typedef {object} Curve
 * @property {Point} from
 * @property {Point} to
 * @property {number} amount from -1 to 1
 * @property {boolean} isBest whether it leads to the network's answer
 * @property {boolean} isTrained
 */

/**
 * Draw an image as pixels: squares with round corners, and a small dot for a dark pixel.
 * @param {CanvasRenderingContext2D} context
 * @param {Box} box
 * @param {Pixels} pixels
 * @param {Palette} palette
 */
export function paintImage(context, box, { height, width, channels, bytes }, palette) {
  context.fillStyle = palette.screen;
  context.strokeStyle = palette.frame;
  context.lineWidth = 1;
  context.beginPath();
  context.roundRect(box.x + 0.5, box.y + 0.5, box.width - 1, box.height - 1, 14);
  context.fill();
  context.stroke();
  const { x: left, y: top, cell } = pixelGrid(box, { height, width });
  const gap = Math.min(2, cell * 0.12);
  for (let index = 0; index < height * width; index += 1) {
    const x = left + (index % width) * cell;
    const y = top + Math.floor(index / width) * cell;
    paintPixel(context, { x, y, side: cell, gap }, bytes.subarray(index * channels, (index + 1) * channels));
  }
}

/** @param {CanvasRenderingContext2D} context @param {{x: number, y: number, side: number, gap: number}} cell @param {Uint8Array} values */
function paintPixel(context, { x, y, side, gap }, values) {
  const isEmpty = values.length === 1 && values[0] < DIMMEST;
  const colour = values.length >= 3 ? values.subarray(0, 3) : [values[0], values[0], values[0]];
  context.fillStyle = isEmpty ? "#ffffff22" : `rgb(${colour.join(" ")})`;
  context.beginPath();
  if (isEmpty) context.arc(x + side / 2, y + side / 2, Math.min(1, side / 10), 0, ROUND);
  else context.roundRect(x + gap / 2, y + gap / 2, side - gap, side - gap, side * 0.22);
  context.fill();
}

/**
 * The curves of the links between two columns.
 * @param {Link[]} links
 * @param {Point[]} from the starts of the links
 * @param {Point[]} to the ends of the links
 * @param {{best: number, isTrained: boolean}} state the unit that stands for the answer, -1 for none; whether the weights are trained
 * @returns {Curve[]} the curves
 */
export function curvesOf(links, from, to, { best, isTrained }) {
  return links
    .filter((link) => link.amount !== 0 && from[link.from] && to[link.to])
    .map((link) => ({ from: from[link.from], to: to[link.to], amount: link.amount, isBest: link.to === best, isTrained }));
}

/**
 * Draw a link: grey before training, and later blue if the link adds to the unit, or orange if it subtracts.
 * @param {CanvasRenderingContext2D} context
 * @param {Curve} curve
 * @param {{palette: Palette, isDown: boolean, isBold?: boolean, isFaint?: boolean}} look `isFaint` for an untrained link
 *     beside trained links
 */
export function paintCurve(context, { from, to, amount, isBest, isTrained }, { palette, isDown, isBold = false, isFaint = false }) {
  const size = Math.abs(amount);
  const colour = amount > 0 ? palette.plus : palette.minus;
  context.strokeStyle = isTrained ? colour : palette.link;
  context.globalAlpha = isTrained ? Math.min(1, (isBest ? 0.3 : 0.1) + (isBest ? 0.7 : 0.5) * size) : (isFaint ? 0.5 : 1) * (0.04 + 0.2 * size);
  const wider = isBold ? 3.4 * size : 1.2;
  context.lineWidth = isTrained && isBest ? 0.8 + 4 * size : 0.6 + (isTrained ? wider : 0.6) * size;
  context.shadowBlur = isTrained && isBest && palette.isDark && size > 0.3 ? 9 : 0;
  context.shadowColor = colour;
  context.beginPath();
  context.moveTo(from.x, from.y);
  if (isDown) context.bezierCurveTo(from.x, (from.y + to.y) / 2, to.x, (from.y + to.y) / 2, to.x, to.y);
  else context.bezierCurveTo((from.x + to.x) / 2, from.y, (from.x + to.x) / 2, to.y, to.x, to.y);
  context.stroke();
  context.shadowBlur = 0;
  context.globalAlpha = 1;
}

/**
 * Draw plain links, whose values are unknown.
 * @param {CanvasRenderingContext2D} context
 * @param {{from: Point[], to: Point[]}} bundle
 * @param {Palette} palette
 * @param {boolean} isDown
 */
export function paintBundle(context, { from, to }, palette, isDown) {
  context.strokeStyle = palette.link;
  context.globalAlpha = from.length > 60 ? 0.16 : 0.5;
  context.lineWidth = 0.9;
  context.beginPath();
  from.forEach((begin, index) => {
    const end = to[index];
    context.moveTo(begin.x, begin.y);
    if (isDown) context.bezierCurveTo(begin.x, (begin.y + end.y) / 2, end.x, (begin.y + end.y) / 2, end.x, end.y);
    else context.bezierCurveTo((begin.x + end.x) / 2, begin.y, (begin.x + end.x) / 2, end.y, end.x, end.y);
  });
  context.stroke();
  context.globalAlpha = 1;
}

/**
 * Draw the numbers of a layer as a strip: a bar for each number, and a thin line between two parts.
 * @param {CanvasRenderingContext2D} context
 * @param {Place} place
 * @param {Uint8Array} values of the numbers
 * @param {Palette} palette
 */
export function paintStrip(context, { sheets: [box], column }, values, palette) {
  const isDown = box.width > box.height;
  const length = isDown ? box.width : box.height;
  const bar = (/** @type {number} */ start, /** @type {number} */ size) =>
    (isDown ? context.fillRect(box.x + start, box.y, size, box.height) : context.fillRect(box.x, box.y + start, box.width, size));
  context.fillStyle = palette.screen;
  bar(0, length);
  const step = length / Math.max(1, values.length);
  values.forEach((value, index) => {
    context.fillStyle = `rgb(${value} ${value} ${value})`;
    bar(step * index, step + 0.3);
  });
  context.fillStyle = palette.dot;
  context.globalAlpha = 0.8;
  for (let part = 1; part < column.drawn; part += 1) bar((length * part) / column.drawn - 0.3, 0.6);
  context.globalAlpha = 1;
}

/**
 * Draw the dots of a column: a path for each shade, and a path for all rings, since thousands of paths take a frame.
 * @param {CanvasRenderingContext2D} context
 * @param {Point[]} dots
 * @param {number} radius
 * @param {(index: number) => number} valueOf from 0 to 1
 * @param {Palette} palette
 */
export function paintDots(context, dots, radius, valueOf, palette) {
  /** @type {Map<number, Point[]>} */
  const byShade = new Map();
  dots.forEach((dot, index) => {
    const shade = Math.round(valueOf(index) * SHADES);
    const alike = byShade.get(shade);
    if (alike) alike.push(dot);
    else byShade.set(shade, [dot]);
  });
  for (const [shade, alike] of byShade) {
    context.fillStyle = dotColour(palette, shade / SHADES);
    addCircles(context, alike, radius);
    context.fill();
  }
  context.strokeStyle = palette.dot;
  context.lineWidth = 1.1;
  addCircles(context, dots, radius);
  context.stroke();
}

/** @param {CanvasRenderingContext2D} context @param {Point[]} centres @param {number} radius */
function addCircles(context, centres, radius) {
  context.beginPath();
  for (const { x, y } of centres) {
    context.moveTo(x + radius, y);
    context.arc(x, y, radius, 0, ROUND);
  }
}

/**
 * Draw an arrow from a column to the next, in place of unknown links.
 * @param {CanvasRenderingContext2D} context
 * @param {Point} from
 * @param {Point} to
 * @param {Palette} palette
 */
export function paintArrow(context, from, to, palette) {
  const angle = Math.atan2(to.y - from.y, to.x - from.x);
  context.strokeStyle = palette.dot;
  context.lineWidth = 1.5;
  context.beginPath();
  context.moveTo(from.x, from.y);
  context.lineTo(to.x, to.y);
  for (const turn of [2.6, -2.6]) {
    context.moveTo(to.x, to.y);
    context.lineTo(to.x + 7 * Math.cos(angle + turn), to.y + 7 * Math.sin(angle + turn));
  }
  context.stroke();
}

/**
 * Draw an arrow that leaves and arrives along the drawing.
 * @param {CanvasRenderingContext2D} context
 * @param {Point} from
 * @param {Point} to
 * @param {{palette: Palette, isDown: boolean}} look
 */
export function paintCurvedArrow(context, from, to, { palette, isDown }) {
  const [tip, half] = [7, 4];
  const bend = Math.max(12, (isDown ? to.y - from.y : to.x - from.x) / 2);
  context.strokeStyle = palette.dot;
  context.fillStyle = palette.dot;
  context.lineWidth = 1.5;
  context.beginPath();
  context.moveTo(from.x, from.y);
  if (isDown) context.bezierCurveTo(from.x, from.y + bend, to.x, to.y - bend, to.x, to.y - tip);
  else context.bezierCurveTo(from.x + bend, from.y, to.x - bend, to.y, to.x - tip, to.y);
  context.stroke();
  context.beginPath();
  context.moveTo(to.x, to.y);
  context.lineTo(isDown ? to.x - half : to.x - tip, isDown ? to.y - tip : to.y - half);
  context.lineTo(isDown ? to.x + half : to.x - tip, isDown ? to.y - tip : to.y + half);
  context.fill();
}

/**
 * The position of an image's pixels on the canvas.
 * @param {Box} box of the image
 * @param {{height: number, width: number}} size in pixels
 * @returns {{x: number, y: number, cell: number}} the position of the first pixel, and the side of each pixel
 */
export function pixelGrid(box, { height, width }) {
  const margin = Math.min(10, box.width * 0.04);
  return { x: box.x + margin, y: box.y + margin, cell: Math.min((box.width - 2 * margin) / width, (box.height - 2 * margin) / height) };
}

/**
 * The starts of the links of each pixel: at the edge of the image, in the pixel's row, or in a drawing downwards in its
 * column.
 * @param {Layout} layout
 * @param {{height: number, width: number}} pixels
 * @returns {Point[]} a point for each pixel, row by row
 */
export function pixelEnds({ image, isDown }, { height, width }) {
  return Array.from({ length: height * width }, (_, index) => {
    if (isDown) return { x: image.x + (image.width * ((index % width) + 0.5)) / width, y: image.y + image.height };
    return { x: image.x + image.width, y: image.y + (image.height * (Math.floor(index / width) + 0.5)) / height };
  });
}
