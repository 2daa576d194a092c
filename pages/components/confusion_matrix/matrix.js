/** @import { Shade } from "../shared/colour_scale.js" */
import { themeOf, shadesOf } from "../shared/colour_scale.js";
import { createElement } from "../shared/dom.js";
import { capitalize, formatCount } from "../shared/text_format.js";

const UPRIGHT_UP_TO = 2; // the letters of a name that fits above its column without rotation
const NUMBERS_UP_TO = 20; // classes; with more classes the cells are too small for numbers
/** @type {Object<string, (cell: Cell) => Cell>} */
const MOVES = {
  ArrowUp: ([row, column]) => [row - 1, column], ArrowDown: ([row, column]) => [row + 1, column],
  ArrowLeft: ([row, column]) => [row, column - 1], ArrowRight: ([row, column]) => [row, column + 1],
  Home: ([row]) => [row, 0], End: ([row]) => [row, Infinity],
};

/** @typedef {[number, number]} Cell Its row and column. */
/** @typedef {"counts" | "actual" | "predicted"} Mode What the cells show: counts, or percent of their actual or predicted class. */
/** @typedef {{light: [number, string][], dark: [number, string][]}} Colours Scales from few to many, by theme. */

/**
 * @typedef {object} Listener
 * @property {(cell: Cell) => void} pick called with a cell that was clicked
 * @property {(sentence: string) => void} read called with the words for the cell under the pointer, or "" for no cell
 */

/** The confusion matrix as a table, whose cells are drawn once and then changed. */
export class Matrix {
  /**
   * @param {HTMLTableElement} table an empty table
   * @param {string[]} classes their names, in the order of the rows
   * @param {Colours} colours of each theme
   * @param {Listener} listener the callbacks
   */
  constructor(table, classes, colours, listener) {
    this.table = table;
    this.classes = classes;
    this.colours = colours;
    this.listener = listener;
    this.scale = themeOf(table, colours);
    /** @type {Shade[]} */
    this.shades = shadesOf(this.scale);
    this.totals = countsOf([], classes.length);
    /** @type {Mode} */
    this.mode = "counts";
    this.pointed = -1; // index of the cell under the pointer
    table.replaceChildren(...rowsOf(classes));
    table.style.setProperty("--look-classes", String(classes.length));
    const longest = Math.max(...classes.map((name) => name.length));
    table.style.setProperty("--look-longest", String(longest));
    table.classList.toggle("upright", longest <= UPRIGHT_UP_TO);
    table.classList.toggle("dense", classes.length > NUMBERS_UP_TO);
    this.cells = [...table.querySelectorAll("td")];
    this.cells[0].tabIndex = 0;
    this.#listen();
  }

  /**
   * Show the numbers of cells. All other cells are empty.
   * @param {[number, number, number, ...any[]][]} cells actual class, predicted class, and number of images
   * @param {Mode} mode whether the cells show counts or percent
   */
  show(cells, mode = "counts") {
    const before = this.totals;
    const isAsBefore = mode === this.mode && mode !== "predicted";
    this.totals = countsOf(cells, this.classes.length);
    this.mode = mode;
    const { counts, actual } = this.totals;
    for (const [index, cell] of this.cells.entries()) {
      const row = Math.floor(index / this.classes.length);
      if (isAsBefore && cell.ariaLabel && counts[index] === before.counts[index] && actual[row] === before.actual[row]) continue;
      this.#paint(index);
      cell.textContent = this.#text(index);
      cell.ariaDisabled = String(counts[index] === 0);
      cell.ariaLabel = this.#label(index);
    }
    const longest = Math.max(2, ...this.cells.map((cell) => cell.textContent.length));
    this.table.style.setProperty("--look-digits", String(longest));
    if (this.pointed >= 0) this.#read(); // the cell under the pointer has new numbers
  }

  /**
   * Mark a single cell.
   * @param {?Cell} cell null for none
   * @returns {?HTMLTableCellElement} the cell that was marked before
   */
  select(cell) {
    const selected = cell ? cell[0] * this.classes.length + cell[1] : -1;
    const before = this.cells.find((each) => each.ariaSelected) ?? null;
    for (const [index, each] of this.cells.entries()) {
      if (index === selected) each.ariaSelected = "true";
      else if (each.ariaSelected) each.ariaSelected = null;
    }
    return before;
  }

  /** Draw the cells in the colours of the theme, if it has changed. */
  paint() {
    const scale = themeOf(this.table, this.colours);
    if (scale === this.scale) return;
    this.scale = scale;
    this.shades = shadesOf(scale);
    for (const index of this.cells.keys()) this.#paint(index);
  }

  /** @param {number} index of a cell */
  #paint(index) {
    const { background, text } = this.shades[Math.round(this.#percent(index))];
    const isEmpty = this.totals.counts[index] === 0; // an empty cell looks like the page, so that mistakes stand out
    this.cells[index].style.backgroundColor = isEmpty ? "" : background;
    this.cells[index].style.color = isEmpty ? "" : text;
  }

  /** @param {number} index of a cell */
  #percent(index) {
    const [actual, predicted] = this.#cellAt(index);
    const { counts, ...totals } = this.totals;
    const whole = this.mode === "predicted" ? totals.predicted[predicted] : totals.actual[actual];
    return whole ? (100 * counts[index]) / whole : 0;
  }

  /** @param {number} index of a cell */
  #text(index) {
    const count = this.totals.counts[index];
    if (count === 0) return "";
    if (this.mode === "counts") return formatCount(count);
    const percent = this.#percent(index);
    return percent < 0.5 ? "<1" : String(Math.round(percent));
  }

  /** @param {number} index of a cell */
  #label(index) {
    const [actual, predicted] = this.#cellAt(index);
    const count = this.totals.counts[index];
    const images = count === 0 ? "no images" : `${formatCount(count)} image${count === 1 ? "" : "s"}`;
    return `actual ${this.classes[actual]}, predicted ${this.classes[predicted]}: ${images}`;
  }

  /** @param {number} index of a cell */
  #sentence(index) {
    const words = this.mode === "predicted" ? "of all that were called so" : "of this class";
    const share = this.totals.counts[index] ? `, ${this.#percent(index).toFixed(1)}\u00a0% ${words}` : ", so nothing to show";
    return `${capitalize(this.#label(index))}${share}.`;
  }

  #read() {
    this.listener.read(this.pointed < 0 ? "" : this.#sentence(this.pointed));
  }

  /** @param {number} index of a cell @returns {Cell} */
  #cellAt(index) {
    return [Math.floor(index / this.classes.length), index % this.classes.length];
  }

  /** @param {Event} event on the table @returns {number} index of a cell, or -1 */
  #indexOf(event) {
    return this.cells.indexOf(/** @type {HTMLTableCellElement} */ (/** @type {Element} */ (event.target).closest("td")));
  }

  /** @param {number} index of a cell, or -1 */
  #point(index) {
    if (index === this.pointed) return;
    this.cells[this.pointed]?.classList.remove("pointed");
    this.cells[index]?.classList.add("pointed");
    this.pointed = index;
    this.#read();
  }

  /** @param {number} index of a cell, or -1 */
  #pick(index) {
    if (index >= 0 && this.totals.counts[index] > 0) this.listener.pick(this.#cellAt(index));
  }

  #listen() {
    const { table, cells } = this;
    table.onclick = (event) => this.#pick(this.#indexOf(event));
    // Not pointerover, which also fires when the page moves below a pointer at rest.
    table.onpointermove = (event) => this.#point(this.#indexOf(event));
    table.onpointerleave = () => this.#point(cells.findIndex((cell) => cell.matches(":focus")));
    table.addEventListener("focusin", (event) => {
      const index = this.#indexOf(event);
      this.#point(index);
      for (const cell of cells) if (cell.tabIndex === 0) cell.tabIndex = -1; // Tab leads to one cell, arrow keys to the others
      if (index >= 0) cells[index].tabIndex = 0;
    });
    table.onkeydown = (event) => {
      const index = this.#indexOf(event);
      if (index < 0) return;
      if (event.key === "Enter" || event.key === " ") this.#pick(index);
      else if (event.key in MOVES) this.#focus(MOVES[event.key](this.#cellAt(index)));
      else return;
      event.preventDefault(); // the page must not scroll
    };
  }

  /** @param {Cell} cell which may lie outside */
  #focus(cell) {
    const last = this.classes.length - 1;
    const [row, column] = cell.map((position) => Math.min(last, Math.max(0, position)));
    this.cells[row * this.classes.length + column].focus();
  }
}

/**
 * The numbers of all cells, and their sums.
 * @param {[number, number, number, ...any[]][]} cells actual class, predicted class, and number of images
 * @param {number} size the number of classes
 * @returns {{counts: Int32Array, actual: number[], predicted: number[]}} counts row by row; sums by actual class, and by
 *   predicted class
 */
export function countsOf(cells, size) {
  const counts = new Int32Array(size ** 2);
  const [actual, predicted] = [new Array(size).fill(0), new Array(size).fill(0)];
  for (const [row, column, count] of cells) {
    counts[row * size + column] = count;
    actual[row] += count;
    predicted[column] += count;
  }
  return { counts, actual, predicted };
}

/** @param {string[]} classes */
function rowsOf(classes) {
  const columns = createElement("colgroup", {}, createElement("col", { className: "name" }), ...classes.map(() => createElement("col")));
  const headers = classes.map((name) => headerOf(name, "column"));
  const head = createElement("tr", { role: "row" }, headerOf("actual ↓ predicted →", "corner"), ...headers);
  const rows = classes.map((name) => {
    const cells = classes.map(() => createElement("td", { role: "gridcell", tabIndex: -1 }));
    return createElement("tr", { role: "row" }, headerOf(name, "row"), ...cells);
  });
  return [columns, createElement("thead", {}, head), createElement("tbody", {}, ...rows)];
}

/** @param {string} name @param {"corner" | "column" | "row"} kind */
function headerOf(name, kind) {
  const [title, role] = [kind === "corner" ? "" : name, kind === "row" ? "rowheader" : "columnheader"];
  return createElement("th", { className: kind, title, role }, createElement("span", {}, name));
}
