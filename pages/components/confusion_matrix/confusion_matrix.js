/** @import { Component } from "../shared/component" */
/** @import { Cell, Colours, Mode } from "./matrix.js" */
import { part } from "../shared/dom.js";
import { Matrix } from "./matrix.js";

const HINT = "Press a cell to see the images behind it; arrow keys go from cell to cell, Enter presses.";

/**
 * @typedef {object} Data
 * What Python passes; see the function confusion_matrix in confusion_matrix.py.
 * @property {[number, number, number][]} cells
 * @property {string[]} classes
 * @property {number[]} order
 * @property {Mode} shows
 * @property {string} label
 * @property {Colours} colours
 * @property {?[number, number]} selected
 */

/** @typedef {{order: string, matrix: Matrix, report: (cell: Cell) => void}} View */

/** @type {WeakMap<Element, View>} */
const views = new WeakMap();

/**
 * Show the confusion matrix of an evaluated set, and report a cell to Python that a person picks.
 * @param {Component<Data>} component what Streamlit passes
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
  view.matrix.select(data.selected && [rowOf(data.selected[0]), rowOf(data.selected[1])]);
  view.matrix.paint(); // the theme may have changed
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
  const view = { order: JSON.stringify(order), matrix, report: () => {} };
  return view;
}
