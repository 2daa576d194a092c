// How wide, how large and how deep the parts of the network are drawn. Knows nothing of the page.

/** @typedef {{x: number, y: number, width: number, height: number}} Rectangle In pixels. */
/** @typedef {(number | null)[]} Shape Of one picture's data, without the batch, as Keras says it; null is any length. */

export const FIGURE = { width: 64, height: 46 }; // pixels
const THINNEST = 2; // pixels: an arrow of one number, or of a number that is not known
const PER_FACTOR_10 = 3.2; // pixels that an arrow grows where ten times as many numbers go along it
const WIDEST = 22; // pixels
const ICON = { least: 20, perFactor10: 4, most: 46 }; // pixels of the sign of a layer
const SHEET = { largest: 38, smallest: 4, offset: 3, most: 8 }; // pixels of a sheet's side; how many are drawn
const CELLS = { few: 12, size: 5, height: 10 }; // a row of so many numbers is drawn with a cell for each

/**
 * How many numbers a shape has.
 * @param {Shape} shape of the data
 * @returns {number} at least 1
 */
export function countOf(shape) {
  return shape.reduce((/** @type {number} */ all, length) => all * Math.max(1, length ?? 1), 1);
}

/**
 * How wide an arrow is: the same steps for 10, 100, 1,000 ... numbers.
 * @param {number} count of the numbers that go along it; 0 where it is not known
 * @returns {number} pixels
 */
export function arrowWidth(count) {
  return Math.min(WIDEST, THINNEST + PER_FACTOR_10 * Math.log10(Math.max(1, count)));
}

/**
 * How large the sign of a layer is: the same steps for 10, 100, 1,000 ... parameters.
 * @param {?number} parameters of the layer; null where they are not known
 * @returns {number} pixels
 */
export function iconSide(parameters) {
  return Math.min(ICON.most, ICON.least + ICON.perFactor10 * Math.log10(1 + (parameters ?? 0)));
}

/**
 * The figure of a shape: sheets one behind the other for maps, a table for a sequence, a row of cells for numbers.
 * @param {Shape} shape of the data
 * @param {number} side of the picture that goes in, in pixels of the picture: what has this side is drawn largest
 * @returns {Rectangle[]} the last one in front; none for an unknown shape
 */
export function sheetsOf(shape, side) {
  const lengths = shape.map((length) => Math.max(1, length ?? 1));
  if (!lengths.length) return [];
  if (lengths.length === 1) return rowOfCells(lengths[0]);
  const [height, width] = lengths.slice(-3).map((length) => scaled(length, side));
  return lengths.length === 2 ? [{ x: 0, y: middle(height), width, height }] : stackOf(width, height, sheetCount(lengths[lengths.length - 1]));
}

/** @param {number} length @param {number} side */
function scaled(length, side) {
  return Math.round(Math.min(SHEET.largest, Math.max(SHEET.smallest, (SHEET.largest * length) / Math.max(1, side))));
}

/** @param {number} height */
function middle(height) {
  return Math.round((FIGURE.height - height) / 2);
}

/** @param {number} channels @returns {number} of sheets: all of a few channels, and one more for each doubling */
function sheetCount(channels) {
  return channels <= 3 ? channels : Math.min(SHEET.most, 1 + Math.floor(Math.log2(channels)));
}

/** @param {number} width @param {number} height @param {number} count */
function stackOf(width, height, count) {
  const room = Math.min(FIGURE.width - width, FIGURE.height - height) - 2;
  const step = count > 1 ? Math.min(SHEET.offset, room / (count - 1)) : 0;
  const top = (FIGURE.height - height - step * (count - 1)) / 2;
  return Array.from({ length: count }, (_, index) => {
    const behind = count - 1 - index;
    return { x: 1 + step * behind, y: top + step * index, width, height };
  }).map(({ x, y, ...size }) => ({ x: round(x), y: round(y), ...size }));
}

/** @param {number} value */
function round(value) {
  return Math.round(10 * value) / 10;
}

/** @param {number} count */
function rowOfCells(count) {
  const few = count <= CELLS.few;
  const width = few ? CELLS.size * count : Math.min(FIGURE.width - 2, CELLS.size * CELLS.few * (Math.log10(count) / 4 + 0.25));
  const [y, height] = [middle(CELLS.height), CELLS.height];
  const cells = few ? count : Math.round(width / CELLS.size);
  return Array.from({ length: cells }, (_, index) => ({ x: 1 + round((index * width) / cells), y, width: round(width / cells), height }));
}
