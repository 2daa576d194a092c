/** @import { Component } from "../shared/component" */
/** @import { Cell, Colours, Mode } from "./matrix.js" */
import { part } from "../shared/dom.js";
import { reveal } from "../shared/reveal.js";
import { Matrix } from "./matrix.js";

const HINT = "Rows are what it is, columns what the network said; the diagonal is right. Press a cell to see its images.";

/**
 * @typedef {object} Data
 * The data from Python; see the function confusion_matrix in confusion_matrix.py.
 * @property {[number, number, number][]} cells
 * @property {string[]} classes
 * @property {number[]} order
 * @property {Mode} shows
 * @property {string} label
 * @property {Colours} colours
 * @property {?[number, number]} selected
 * @property {string} answer the key of the container with the images of the selected cell
 */

/** @typedef {{order: string, matrix: Matrix, report: (cell: Cell) => void, selected: ?string}} View */

/** @type {WeakMap<Element, View>} */
const views = new WeakMap();

/**
 * Show the confusion matrix of an evaluated set, and report the picked cell to Python.
 * @param {Component<Data>} component the values from Streamlit
 */
export default function confusionMatrix({ data, parentElement, setTriggerValue }) {
  const table = /** @type {HTMLTableElement} */ (part(parentElement, "table"));
  const order = JSON.stringify(data.order);
  let view = views.get(table);
  if (view?.order !== order) {
    view = newView(table, part(parentElement, ".readout"), data);
    views.set(table, view);
  }
  view.report = ([row, column]) => setTriggerValue("cell", { actual: data.order[row], predicted: data.order[column] });
  const rowOf = (/** @type {number} */ label) => data.order.indexOf(label);
  view.matrix.show(data.cells.map(([actual, predicted, count]) => [rowOf(actual), rowOf(predicted), count]), data.shows);
  const before = view.matrix.select(data.selected && [rowOf(data.selected[0]), rowOf(data.selected[1])]);
  showSelection(view, data, before, /** @type {ShadowRoot} */ (parentElement).activeElement);
  view.matrix.paint(); // the theme may have changed
}

// Scroll to the images of a newly selected cell. When the images are closed, move the focus from the lost button to their
// cell.
/** @param {View} view @param {Data} data @param {?HTMLElement} before the cell that was selected until now @param {?Element} focused */
function showSelection(view, { selected, answer }, before, focused) {
  const now = JSON.stringify(selected);
  const isNew = view.selected !== null && view.selected !== now;
  view.selected = now;
  if (!isNew) return;
  if (selected) return reveal(`.st-key-${answer}`, focused ?? document.activeElement);
  const active = document.activeElement;
  if (!active || active === document.body || active.closest(`.st-key-${answer}`)) before?.focus({ preventScroll: true });
}

/** @param {HTMLTableElement} table @param {HTMLElement} readout @param {Data} data @returns {View} */
function newView(table, readout, { order, classes, colours, label }) {
  table.ariaLabel = label;
  readout.textContent = HINT;
  const matrix = new Matrix(table, order.map((index) => classes[index]), colours, {
    pick: (cell) => view.report(cell),
    read: (sentence) => { readout.textContent = sentence || HINT; },
  });
  /** @type {View} */
  const view = { order: JSON.stringify(order), matrix, report: () => {}, selected: null };
  return view;
}
