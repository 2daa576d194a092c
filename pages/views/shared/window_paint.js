import { createElement, part, setText } from "../../components/shared/dom.js";

export const SIDE = 3; // the side of the window, in pixels
const STRONGEST = 3; // the smallest sum with the full colour
const MIDDLE_GREY = 116; // the grey on which black and white letters have the same contrast
const [FAINT, STRONG] = [0.05, 0.6]; // limits of the three strengths of a product's colour, each with contrast to its number
const PLUS = [88, 180, 245]; // for the dark background of pixels, in both themes
const MINUS = [255, 166, 61];
const NOTHING = [30, 37, 48];

/** @typedef {{pixels: number[], side: number}} Image Pixels from 0 to 1, row by row. */

/** @param {HTMLElement} cells */
export function makeCells(cells) {
  cells.replaceChildren(...Array.from({ length: SIDE * SIDE }, () => createElement("span")));
}

/**
 * Write nine numbers, each on a background in its colour.
 * @param {HTMLElement} cells the parent of the cells
 * @param {number[]} values nine
 * @param {"grey" | "sign"} colours greys of pixels, or blue above 0 and orange below
 */
export function drawCells(cells, values, colours) {
  values.forEach((value, index) => {
    const cell = /** @type {HTMLElement} */ (cells.children[index]);
    setText(cell, short(value, 1));
    if (colours === "grey") {
      const grey = Math.round(255 * value);
      cell.style.background = `rgb(${grey} ${grey} ${grey})`;
      cell.style.color = grey > MIDDLE_GREY ? "#000" : "#fff";
      cell.style.boxShadow = "inset 0 0 0 1px var(--rule)";
    } else {
      const strength = Math.abs(value) >= STRONG ? 100 : Math.abs(value) >= FAINT ? 35 : 0;
      cell.style.background = `color-mix(in srgb, var(--${value < 0 ? "minus" : "plus"}) ${strength}%, var(--sunken))`;
      cell.style.color = strength === 100 ? "#000" : "var(--ink)";
    }
  });
}

/**
 * Draw an image, with a canvas pixel for each of its pixels.
 * @param {HTMLCanvasElement} canvas to draw on
 * @param {Image} image
 */
export function drawImage(canvas, { pixels, side }) {
  paint(canvas, side, (index) => {
    const grey = Math.round(255 * pixels[index]);
    return [grey, grey, grey];
  });
}

/**
 * Draw the sums at all places of the window.
 * @param {HTMLCanvasElement} canvas to draw on
 * @param {number[]} sums row by row
 * @param {number} side of the map
 */
export function drawMap(canvas, sums, side) {
  paint(canvas, side, (index) => {
    const strength = Math.min(1, Math.abs(sums[index]) / STRONGEST);
    const colour = sums[index] < 0 ? MINUS : PLUS;
    return NOTHING.map((dark, channel) => Math.round(dark + strength * (colour[channel] - dark)));
  });
}

/** @param {HTMLCanvasElement} canvas @param {number} side @param {(index: number) => number[]} colourOf */
function paint(canvas, side, colourOf) {
  if (canvas.width !== side) [canvas.width, canvas.height] = [side, side];
  const context = canvas.getContext("2d");
  if (!context) return;
  const content = context.createImageData(side, side);
  for (let index = 0; index < side * side; index += 1) content.data.set([...colourOf(index), 255], 4 * index);
  context.putImageData(content, 0, 0);
}

/**
 * Put a box around pixels of a sheet.
 * @param {HTMLElement} box to put
 * @param {HTMLElement} sheet the sheet below the box
 * @param {number} side of the sheet, in pixels of the image
 * @param {number} row
 * @param {number} column
 * @param {number} size of the box, in pixels of the image
 */
export function putBox(box, sheet, side, row, column, size) {
  const cell = sheet.clientWidth / side;
  box.style.width = box.style.height = `${Math.max(size * cell, 9)}px`;
  box.style.transform = `translate(${column * cell}px, ${row * cell}px)`;
}

/**
 * Draw the lines from the window to its sum on the map.
 * @param {HTMLElement} root of the component
 */
export function drawRays(root) {
  const origin = root.getBoundingClientRect();
  const [from, to] = [part(root, ".window"), part(root, ".pixel")].map((box) => box.getBoundingClientRect());
  const ends = /** @type {("top" | "bottom")[]} */ (["top", "bottom"]);
  root.querySelectorAll(".rays line").forEach((line, index) => {
    const side = ends[index];
    line.setAttribute("x1", String(from.right - origin.left));
    line.setAttribute("y1", String(from[side] - origin.top));
    line.setAttribute("x2", String(to.left - origin.left));
    line.setAttribute("y2", String(to[side] - origin.top));
  });
}

/**
 * A number with as few decimal places as it needs.
 * @param {number} value
 * @param {number} [digits] at most
 * @returns {string} such as "0.9", "−1" or "0"
 */
export function short(value, digits = 1) {
  const text = value.toFixed(digits).replace(/\.0+$/, "");
  return text === "-0" ? "0" : text.replace("-", "−");
}
