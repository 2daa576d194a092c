/** @import { Component } from "../shared/component" */
import { createElement, part } from "../shared/dom.js";

const CELL = 14; // the least device pixels of a picture's pixel, so that the mark around a pixel is thin
const SHARP = 400; // the least device pixels along a side of the picture
/** @type {Object<string, [number, number]>} */
const STEPS = { ArrowUp: [-1, 0], ArrowDown: [1, 0], ArrowLeft: [0, -1], ArrowRight: [0, 1] };
const BRIGHT = 117; // on brighter pixels, black letters have more contrast than white letters
const NARROWEST = 2; // the width of a cell of the table, in heights of its letters, in which 255 fits
const WIDEST = 2.625;
const HIGH = 1.75;
const FEWEST_ROWS = 8; // of the table
const MOST_BELOW = 12; // the rows of the table below a larger image
const SMALL = 10; // pixels along a side: all numbers of such a small image are shown
const USED_HEIGHT = 240; // the height that the bar, the run bar and the words above the table take, in pixels

/** @typedef {number[]} Pixel A grey value, or red, green and blue, from 0 to 255. */

/**
 * @typedef {object} Data
 * The data from Python; see the function pixel_inspector in pixel_inspector.py.
 * @property {Pixel[][]} values
 * @property {string[]} channels
 * @property {string} label
 * @property {?number} around
 */

/**
 * @typedef {object} View
 * @property {HTMLElement} root
 * @property {HTMLCanvasElement} canvas
 * @property {HTMLTableSectionElement} body of the table
 * @property {Data} data
 * @property {number} height of the picture, in its pixels
 * @property {number} width
 * @property {[number, number]} position row and column of the marked pixel
 * @property {number} shownWidth the width of the element at the last fit of the table
 * @property {number} rows of the table
 * @property {number} columns
 * @property {number} top row of the picture where the table begins
 * @property {number} left
 */

/** @type {WeakMap<HTMLElement, View>} */
const views = new WeakMap();

/**
 * Show an enlarged picture, and as many numbers around the pixel under the pointer as there is room for.
 * @param {Component<Data>} component the values from Streamlit
 * @returns {() => void} cleanup
 */
export default function pixelInspector({ data, parentElement }) {
  const root = part(parentElement, ".pixels");
  const view = views.get(root) ?? newView(root, data);
  const { canvas } = view;
  const [height, width] = [data.values.length, data.values[0].length];
  Object.assign(view, { data, height, width });
  root.classList.toggle("large", data.around !== null);
  const cell = Math.max(CELL, Math.ceil(SHARP / width));
  canvas.width = width * cell;
  canvas.height = height * cell;
  canvas.style.aspectRatio = `${width} / ${height}`;
  canvas.setAttribute("aria-label", data.label);
  canvas.onpointermove = canvas.onpointerdown = ({ clientX, clientY }) => {
    const box = canvas.getBoundingClientRect();
    moveTo(view, Math.floor(((clientY - box.top) / box.height) * height), Math.floor(((clientX - box.left) / box.width) * width));
  };
  canvas.onkeydown = (event) => {
    const step = STEPS[event.key];
    if (!step) return;
    event.preventDefault();
    moveTo(view, view.position[0] + step[0], view.position[1] + step[1]);
  };
  view.body.onpointermove = ({ target }) => { // only the mark moves, since a scrolling table would move away from the pointer
    const cell = /** @type {Element} */ (target).closest("td");
    if (!cell) return;
    view.position = [view.top + /** @type {HTMLTableRowElement} */ (cell.parentElement).rowIndex, view.left + cell.cellIndex];
    showMarks(view);
  };
  fit(view);
  return () => {};
}

/** @param {HTMLElement} root @param {Data} data */
function newView(root, data) {
  const [height, width] = [data.values.length, data.values[0].length];
  /** @type {View} */
  const view = {
    root, canvas: /** @type {HTMLCanvasElement} */ (part(root, "canvas")), data, height, width,
    body: /** @type {HTMLTableSectionElement} */ (part(root, "tbody")),
    position: [height >> 1, width >> 1], shownWidth: 0, rows: 0, columns: 0, top: 0, left: 0,
  };
  views.set(root, view);
  new ResizeObserver(() => { // the table itself causes changes of the height
    if (root.clientWidth !== view.shownWidth) fit(view);
  }).observe(root);
  return view;
}

// Choose the number of rows and columns that the table shows.
/** @param {View} view */
function fit(view) {
  const { root, body, data: { around }, height, width } = view;
  view.shownWidth = root.clientWidth;
  if (!view.shownWidth) return; // the component is not on the page
  const table = /** @type {HTMLElement} */ (body.parentElement);
  const letters = parseFloat(getComputedStyle(table).fontSize);
  const room = part(root, ".side").clientWidth - 1;
  const most = around === null || Math.max(height, width) <= SMALL ? Infinity : 2 * around + 1;
  view.columns = Math.max(1, Math.min(width, most, Math.floor(room / (NARROWEST * letters))));
  const [picture, side] = [part(root, ".picture"), part(root, ".side")];
  const above = side.offsetTop > picture.offsetTop ? picture.offsetHeight : 0; // the table stands below the picture
  const down = Math.max(FEWEST_ROWS, Math.floor((window.innerHeight - USED_HEIGHT - above) / (HIGH * letters)));
  const beside = Math.max(FEWEST_ROWS, Math.floor(view.canvas.offsetHeight / (HIGH * letters)));
  view.rows = Math.min(height, most, around !== null ? down : above ? Math.min(down, MOST_BELOW) : beside);
  const high = above ? 0 : view.canvas.clientHeight / view.rows; // the table is as tall as the image beside it
  table.style.setProperty("--high", `${Math.max(HIGH * letters, high)}px`);
  table.style.setProperty("--cell", `${Math.min(Math.max(WIDEST * letters, high), Math.floor(room / view.columns))}px`);
  const isWhole = view.rows === height && view.columns === width;
  part(root, ".hint").textContent = (isWhole ? "" : "The frame in the image is what the numbers show. ")
    + (matchMedia("(pointer: coarse)").matches ? "Tap a pixel." : "Point at a pixel, or use the arrow keys.") + " Rows and columns count from 0, as in Python.";
  moveTo(view, ...view.position);
}

/** @param {View} view @param {number} row which may lie outside @param {number} column */
function moveTo(view, row, column) {
  const within = (/** @type {number} */ value, /** @type {number} */ most) => Math.min(Math.max(value, 0), most);
  view.position = [within(row, view.height - 1), within(column, view.width - 1)];
  view.top = within(view.position[0] - (view.rows >> 1), view.height - view.rows);
  view.left = within(view.position[1] - (view.columns >> 1), view.width - view.columns);
  const rows = view.data.values.slice(view.top, view.top + view.rows);
  view.body.replaceChildren(...rows.map((values) =>
    createElement("tr", {}, ...values.slice(view.left, view.left + view.columns).map(cellOf))));
  showMarks(view);
}

/** @param {Pixel} value */
function colourOf(value) {
  const [red, green, blue] = value.length === 1 ? [value[0], value[0], value[0]] : value;
  return `rgb(${red} ${green} ${blue})`;
}

// Mark the pixel in the picture and in the table, and describe the pixel in words.
/** @param {View} view */
function showMarks(view) {
  const { root, body, data, position: [row, column] } = view;
  paint(view);
  const value = data.values[row][column];
  part(root, ".where").textContent = `Row ${row}, column ${column}:`;
  part(root, ".values").textContent = data.channels.map((name, index) => (name ? `${name} ${value[index]}` : value[index])).join(" · ");
  body.querySelector(".here")?.classList.remove("here");
  body.rows[row - view.top].cells[column - view.left].classList.add("here");
}

/** @param {View} view */
function paint({ canvas, data, position: [row, column], top, left, rows, columns, height, width }) {
  const context = /** @type {CanvasRenderingContext2D} */ (canvas.getContext("2d"));
  const cell = canvas.width / width;
  data.values.forEach((line, y) => line.forEach((value, x) => {
    context.fillStyle = colourOf(value);
    context.fillRect(x * cell, y * cell, cell, cell);
  }));
  const scale = Math.max(1, canvas.width / (canvas.clientWidth || canvas.width)); // the lines are as thick on every size
  const frame = (/** @type {number} */ x, /** @type {number} */ y, /** @type {number} */ across, /** @type {number} */ down) => {
    for (const { colour, inset } of [{ colour: "#FFFFFF", inset: 3 * scale }, { colour: "#D55E00", inset: scale }]) { // visible on any colour
      context.lineWidth = 2 * scale;
      context.strokeStyle = colour;
      context.strokeRect(x * cell + inset, y * cell + inset, across * cell - 2 * inset, down * cell - 2 * inset);
    }
  };
  if (rows < height || columns < width) frame(left, top, columns, rows);
  frame(column, row, 1, 1);
}

/** @param {Pixel} value */
function cellOf(value) {
  const mean = Math.round(value.reduce((sum, channel) => sum + channel, 0) / value.length);
  const cell = createElement("td", {}, String(mean));
  cell.style.background = colourOf(value);
  cell.style.color = mean > BRIGHT ? "#000000" : "#FFFFFF";
  return cell;
}
