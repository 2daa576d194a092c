/** @import { Image } from "../shared/window_paint.js" */
import { short, SIDE } from "../shared/window_paint.js";

const GREYS = 15; // the largest grey of a drawing, whose pixels are hexadecimal digits

/**
 * @typedef {{least: number, most: number, brightness: number}} Bounds The conditions of a goal. See Bounds in
 * core/teaching/shows/kernel.py.
 */

/**
 * The pixels below a window.
 * @param {Image} image
 * @param {number} row of its upper left corner
 * @param {number} column
 * @returns {number[]} nine pixels
 */
export function pixelsBelow({ pixels, side }, row, column) {
  return Array.from({ length: SIDE * SIDE }, (_, index) => pixels[(row + Math.floor(index / SIDE)) * side + column + (index % SIDE)]);
}

/**
 * The sum of a window: nine pixels times nine weights.
 * @param {Image} image
 * @param {number[]} kernel nine weights
 * @param {number} row of its upper left corner
 * @param {number} column
 * @returns {number} the sum
 */
export function windowSum({ pixels, side }, kernel, row, column) {
  let sum = 0;
  for (let index = 0; index < kernel.length; index += 1) {
    sum += kernel[index] * pixels[(row + Math.floor(index / SIDE)) * side + column + (index % SIDE)];
  }
  return sum;
}

/**
 * The sums at all places of the window.
 * @param {Image} image
 * @param {number[]} kernel nine weights
 * @returns {number[]} row by row
 */
export function allSums(image, kernel) {
  const places = image.side - SIDE + 1;
  return Array.from({ length: places * places }, (_, index) => windowSum(image, kernel, Math.floor(index / places), index % places));
}

/**
 * The goals that a place of the window reaches. The server checks the place again.
 * @param {Image} image
 * @param {number[]} kernel nine weights
 * @param {Record<string, Bounds>} bounds of each goal
 * @param {[number, number]} place row and column
 * @returns {string[]} names
 */
export function goalsAt(image, kernel, bounds, [row, column]) {
  const [sum, middle] = [windowSum(image, kernel, row, column), image.pixels[(row + 1) * image.side + column + 1]];
  return Object.keys(bounds).filter((name) => sum >= bounds[name].least && sum <= bounds[name].most && middle >= bounds[name].brightness);
}

/**
 * A drawing in the form that the server reads.
 * @param {number[]} pixels from 0 to 1
 * @returns {string} a hexadecimal digit for each pixel
 */
export function asDigits(pixels) {
  return pixels.map((pixel) => Math.round(pixel * GREYS).toString(16)).join("");
}

/**
 * A drawing after a touch of a pen that is about two pixels wide.
 * @param {Image} image
 * @param {number} x in pixels of the image
 * @param {number} y
 * @returns {number[]} the new pixels
 */
export function withTouch({ pixels, side }, x, y) {
  return pixels.map((pixel, index) => {
    const distance = Math.hypot((index % side) + 0.5 - x, Math.floor(index / side) + 0.5 - y);
    const ink = Math.min(1, Math.max(0, 1.7 - distance));
    return Math.max(pixel, Math.round(ink * GREYS) / GREYS);
  });
}

/**
 * The products of a window as a sum.
 * @param {number[]} products
 * @param {number} sum
 * @returns {string} such as "0.90 + 0.85 = 1.75", with ≈ if the rounded numbers add up to another number
 */
export function termsOf(products, sum) {
  const terms = products.filter((product) => Math.abs(product) >= 0.005);
  if (!terms.length) return "nothing but zeros";
  const cents = (/** @type {number} */ value) => Math.round(100 * value);
  const isExact = terms.reduce((total, product) => total + cents(product), 0) === cents(sum);
  const words = terms.map((product) => short(product, 2)).join(" + ").replaceAll("+ −", "− ");
  return `${words} ${isExact ? "=" : "≈"} ${short(sum, 2)}`;
}
