// The terms of a sum: the largest products, and the inputs, weights and products of each channel.

/** @import { Side, Term, View } from "./side" */
import { textColourOn } from "../../components/shared/contrast.js";
import { createElement, part } from "../../components/shared/dom.js";
import { formatCount } from "../../components/shared/text_format.js";
import { formatShort, formatSum, limitsOf, sumOf, sumsByChannel } from "./arithmetic.js";

const MOST_CELLS = 7; // a window with a longer side is drawn as a picture, not as numbers
const DRAWN = 150; // pixels of a window that is drawn
const MOST_CHANNELS = 3; // the channels that are shown one by one
const MOST_PRODUCTS = 8; // the products that are listed
const POSITIVE = [0, 114, 178];
const NEGATIVE = [213, 94, 0];

/**
 * List the largest products.
 * @param {HTMLElement} box which is hidden without products
 * @param {Side} side a layer at one moment
 */
export function listLargest(box, { terms, weights, channels }) {
  box.hidden = !weights || terms.length < 2;
  if (box.hidden) return;
  const sorted = [...terms].sort((a, b) => Math.abs(b.product) - Math.abs(a.product));
  const rest = sorted.slice(MOST_PRODUCTS);
  part(box, "h3").textContent = "Largest products first: input × weight";
  const lines = sorted.slice(0, MOST_PRODUCTS).map(({ row, column, channel, input, weight, product }) => {
    const where = `row ${row + 1}, column ${column + 1}${channels[channel] ? `, ${channels[channel]}` : ""}`;
    return `${where}: ${formatShort(input)} × ${formatShort(weight)} = ${formatShort(product)}`;
  });
  if (rest.length) lines.push(`the other ${formatCount(rest.length)} together: ${formatShort(sumOf(rest))}`);
  part(box, "ol").replaceChildren(...lines.map((line) => createElement("li", {}, line)));
}

/**
 * The channels, the most important first. All moments count together, so that the same channels stand side by side.
 * @param {Pick<Side, "terms">[]} sides a layer at some moments
 * @returns {number[]} their indexes
 */
export function rankChannels(sides) {
  const sums = new Map();
  for (const { terms } of sides) {
    for (const [channel, sum] of sumsByChannel(terms)) sums.set(channel, (sums.get(channel) ?? 0) + Math.abs(sum));
  }
  return [...sums].sort((a, b) => b[1] - a[1]).map(([channel]) => channel);
}

/**
 * The first channels, each with its inputs, weights and products, and the sum of the other channels.
 * @param {View} view of the component
 * @param {Side} side a layer at one moment
 * @param {number[]} order from rankChannels
 * @returns {HTMLElement[]} the elements to show
 */
export function channelsOf(view, side, order) {
  const sums = sumsByChannel(side.terms);
  const sum = (/** @type {number} */ channel) => sums.get(channel) ?? 0;
  const parts = order.slice(0, MOST_CHANNELS).map((channel) => channelOf(view, side, channel, sum(channel)));
  const rest = order.slice(MOST_CHANNELS);
  if (!rest.length || !side.weights) return parts;
  const together = rest.reduce((all, channel) => all + sum(channel), 0);
  const words = `The other ${rest.length} channels together: ${formatSum(together)}`;
  return [...parts, createElement("p", { className: "part" }, words)];
}

/** @param {View} view @param {Side} side @param {number} channel @param {number} sum */
function channelOf(view, side, channel, sum) {
  const element = createElement("div", { className: "part" });
  const { inputs, weights, shape, weightShape, low, high, bound } = side;
  const [rows, columns] = [side.rows[view.position[0]], side.columns[view.position[1]]];
  const span = (/** @type {string} */ className, /** @type {string} */ text) => createElement("span", { className }, text);
  const grid = (/** @type {string} */ label, /** @type {Values} */ valueAt, /** @type {(value: number) => string} */ colourOf) =>
    gridOf({ rows, columns, label, valueAt, colourOf, marksLargest: side.kind === "largest" });
  /** @type {Values} */
  const inputAt = (row, column) => inputs[(row[0] * shape[1] + column[0]) * shape[2] + channel];
  if (side.channels[channel]) element.append(span("name", side.channels[channel]));
  element.append(grid("input", inputAt, (value) => greyOf(value, low, high)));
  if (!weights) return element;
  /** @type {Values} */
  const weightAt = (row, column) => weights[(row[1] * weightShape[1] + column[1]) * shape[2] + channel];
  /** @type {Values} */
  const productAt = (row, column) => inputAt(row, column) * weightAt(row, column);
  const most = largestProduct(view.common ? view.sides : [side], channel);
  element.append(
    span("sign", "×"), grid("weights", weightAt, (value) => signedOf(value, bound)),
    span("sign", "="), grid("products", productAt, (value) => signedOf(value, most)), span("value", `together ${formatSum(sum)}`));
  return element;
}

/** @param {Side[]} sides @param {number} channel */
function largestProduct(sides, channel) {
  const ofChannel = (/** @type {Term} */ term) => term.channel === channel;
  return limitsOf(sides.flatMap(({ terms }) => terms.filter(ofChannel).map(({ product }) => Math.abs(product))))[1];
}

/** @typedef {[number, number]} Tap Position in the input, or below 0 outside of it, and position in the weights. */
/** @typedef {(row: Tap, column: Tap) => number} Values */

/**
 * @typedef {object} Grid
 * @property {Tap[]} rows
 * @property {Tap[]} columns
 * @property {string} label
 * @property {Values} valueAt
 * @property {(value: number) => string} colourOf
 * @property {boolean} marksLargest
 */

const isOutside = (/** @type {Tap} */ row, /** @type {Tap} */ column) => row[0] < 0 || column[0] < 0;

/** @param {Grid} grid */
function gridOf(grid) {
  const element = Math.max(grid.rows.length, grid.columns.length) > MOST_CELLS ? pictureOf(grid) : tableOf(grid);
  element.setAttribute("aria-label", grid.label);
  element.title = grid.label;
  return element;
}

/** @param {Grid} grid */
function pictureOf({ rows, columns, valueAt, colourOf }) {
  const canvas = createElement("canvas", { width: columns.length, height: rows.length, role: "img" });
  const scale = DRAWN / Math.max(rows.length, columns.length);
  Object.assign(canvas.style, { width: `${columns.length * scale}px`, height: `${rows.length * scale}px` });
  const context = /** @type {CanvasRenderingContext2D} */ (canvas.getContext("2d"));
  rows.forEach((row, y) => columns.forEach((column, x) => {
    context.fillStyle = isOutside(row, column) ? "rgb(128 128 128 / 30%)" : colourOf(valueAt(row, column));
    context.fillRect(x, y, 1, 1);
  }));
  return canvas;
}

/** @param {Grid} grid */
function tableOf({ rows, columns, valueAt, colourOf, marksLargest }) {
  const inside = rows.flatMap((row) => columns.filter((column) => !isOutside(row, column)).map((column) => valueAt(row, column)));
  const largest = marksLargest ? Math.max(...inside) : NaN;
  const table = createElement("table");
  for (const row of rows) {
    const line = table.insertRow();
    for (const column of columns) {
      const cell = line.insertCell();
      if (isOutside(row, column)) {
        Object.assign(cell, { className: "outside", title: "outside: 0" });
        continue;
      }
      const value = valueAt(row, column);
      cell.textContent = formatShort(value);
      cell.style.background = colourOf(value);
      cell.style.color = textColourOn((cell.style.background.match(/\d+/g) ?? []).map(Number));
      if (value === largest) cell.className = "won";
    }
  }
  return table;
}

/**
 * A grey: black for the lowest value, white for the highest.
 * @param {number} value between low and high
 * @param {number} low the lowest value
 * @param {number} high the highest value
 * @returns {string} a CSS colour
 */
export function greyOf(value, low, high) {
  const share = Math.round(high > low ? ((value - low) / (high - low)) * 255 : 0);
  return `rgb(${share}, ${share}, ${share})`;
}

/** @param {number} value @param {number} bound the value with the full colour: blue above 0, orange below, white at 0 */
function signedOf(value, bound) {
  const share = bound > 0 ? Math.min(1, Math.abs(value) / bound) : 0;
  const [red, green, blue] = (value >= 0 ? POSITIVE : NEGATIVE).map((full) => Math.round(255 + share * (full - 255)));
  return `rgb(${red}, ${green}, ${blue})`;
}
