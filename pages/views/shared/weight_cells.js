/** @import { Palette } from "./network_palette.js" */
import { dotColour } from "./network_palette.js";

const LARGEST = 44; // pixels: the largest pitch, with few units
const ROUND = 2 * Math.PI;

/**
 * The positions of the cells of a picture or of a layer.
 * @typedef {object} Grid
 * @property {number} rows
 * @property {number} columns
 * @property {number} count
 * @property {number} pitch in pixels
 * @property {number} left
 * @property {number} top
 */

/**
 * The grid of a picture's pixels or of a layer's units, as large as the canvas allows.
 * @param {{rows?: number, columns?: number, count?: number}} cells a picture has rows and columns, a layer a count
 * @param {{clientWidth: number, clientHeight: number}} canvas
 * @returns {Grid} the grid, in the middle
 */
export function gridOf({ rows, columns, count }, { clientWidth: width, clientHeight: height }) {
  const number = count ?? (rows ?? 1) * (columns ?? 1);
  const shape = rows && columns ? { rows, columns } : bestShape(number, width, height);
  const pitch = Math.max(1, Math.min(width / shape.columns, height / shape.rows, rows ? Infinity : LARGEST));
  return { ...shape, count: number, pitch, left: (width - pitch * shape.columns) / 2, top: (height - pitch * shape.rows) / 2 };
}

/** @param {number} count @param {number} width @param {number} height */
function bestShape(count, width, height) {
  const shapes = Array.from({ length: count }, (_, index) => ({ columns: index + 1, rows: Math.ceil(count / (index + 1)) }));
  const pitch = (/** @type {{columns: number, rows: number}} */ shape) => Math.min(LARGEST, width / shape.columns, height / shape.rows);
  return shapes.reduce((best, shape) => (pitch(shape) > pitch(best) ? shape : best));
}

/**
 * The cell below a point.
 * @param {Grid} grid
 * @param {number} x in pixels
 * @param {number} y
 * @returns {?number} its index; null beside the cells
 */
export function cellAt({ rows, columns, count, pitch, left, top }, x, y) {
  const [column, row] = [Math.floor((x - left) / pitch), Math.floor((y - top) / pitch)];
  const index = row * columns + column;
  return column >= 0 && column < columns && row >= 0 && row < rows && index < count ? index : null;
}

/**
 * The cell after a key was pressed.
 * @param {string} key of a keyboard event
 * @param {number} index before
 * @param {Grid} grid
 * @returns {?number} its index; null for a key that moves nothing
 */
export function cellAfter(key, index, { columns, count }) {
  /** @type {Object<string, number>} */
  const moves = { ArrowRight: 1, ArrowLeft: -1, ArrowDown: columns, ArrowUp: -columns, Home: -index, End: count - 1 - index };
  return key in moves ? Math.min(count - 1, Math.max(0, index + moves[key])) : null;
}

/**
 * Paint cells by their bytes, and a frame around the picked cell.
 * @param {HTMLCanvasElement} canvas
 * @param {Grid} grid
 * @param {{bytes: Uint8Array, picked: number, palette: Palette, isRound: boolean}} content
 */
export function paintCells(canvas, grid, { bytes, picked, palette, isRound }) {
  const context = contextOf(canvas);
  if (!context) return;
  const { pitch } = grid;
  for (let index = 0; index < grid.count; index += 1) {
    const [x, y] = corner(grid, index);
    const value = bytes[index] ?? 0;
    context.beginPath();
    if (isRound) {
      context.fillStyle = dotColour(palette, value / 255);
      context.strokeStyle = palette.dot;
      context.arc(x + pitch / 2, y + pitch / 2, pitch * 0.36, 0, ROUND);
      context.fill();
      context.stroke();
    } else {
      context.fillStyle = `rgb(${value} ${value} ${value})`;
      context.rect(x, y, pitch + 0.3, pitch + 0.3);
      context.fill();
    }
  }
  frame(context, corner(grid, picked), pitch, palette, isRound);
}

/** @param {CanvasRenderingContext2D} context @param {number[]} corner @param {number} pitch @param {Palette} palette @param {boolean} isRound */
function frame(context, [x, y], pitch, palette, isRound) {
  for (const [colour, width] of /** @type {[string, number][]} */ ([[isRound ? palette.page : palette.screen, 5], [palette.plus, 3]])) {
    context.strokeStyle = colour;
    context.lineWidth = width;
    context.beginPath();
    if (isRound) context.arc(x + pitch / 2, y + pitch / 2, pitch * 0.36 + 2, 0, ROUND);
    else context.rect(x, y, pitch, pitch);
    context.stroke();
  }
}

/** @param {Grid} grid @param {number} index */
function corner({ columns, pitch, left, top }, index) {
  return [left + (index % columns) * pitch, top + Math.floor(index / columns) * pitch];
}

/**
 * The context of a canvas, as sharp as the screen, and empty.
 * @param {HTMLCanvasElement} canvas
 * @returns {?CanvasRenderingContext2D} null while the canvas has no size
 */
export function contextOf(canvas) {
  const [width, height, ratio] = [canvas.clientWidth, canvas.clientHeight, window.devicePixelRatio || 1];
  const context = canvas.getContext("2d");
  if (!width || !height || !context) return null;
  Object.assign(canvas, { width: Math.round(width * ratio), height: Math.round(height * ratio) });
  context.setTransform(ratio, 0, 0, ratio, 0, 0);
  return context;
}

/**
 * The picked cells after new data from Python. A pick without an answer from Python stays, since Python may send the answer
 * to an earlier pick, or the same data again, while a person goes on by keys.
 * @param {{data: {input: number, unit: number}, picked: {input: number, unit: number}}} before
 * @param {{input: number, unit: number}} data the new data
 * @returns {{input: number, unit: number}} the picked cells
 */
export function pickedAfter({ data: { input, unit }, picked }, data) {
  const isAnswered = picked.input === input && picked.unit === unit;
  return isAnswered ? { input: data.input, unit: data.unit } : picked;
}
