/** @import { Component } from "../../components/shared/component" */
import { part } from "../../components/shared/dom.js";
import { emptyRow, fillRow, headOf } from "../shared/bars.js";

/** @import { Row } from "../shared/bars.js" */

/**
 * Show the answers of a network. Rows stay where they are and take other words, so that a bar moves from length to length.
 * @param {Component<{rows: Row[], inSight: number, words: string, best: string, reached: string}>} component what Streamlit passes
 * @returns {() => void} cleanup
 */
export default function answer({ data, parentElement, setTriggerValue }) {
  const root = part(parentElement, ".answer");
  const rows = part(root, ".rows");
  rows.querySelector(".head")?.remove();
  show(rows, data.rows.slice(0, data.inSight), data.best);
  rows.prepend(headOf("li", data.rows));
  const others = data.rows.slice(data.inSight);
  part(root, "details").hidden = others.length === 0;
  part(root, "summary").textContent = `${others.length} other answers`;
  show(part(root, ".others"), others, data.best);
  if (root.dataset.best !== data.best) part(root, ".said").textContent = data.words; // not at each percent
  root.dataset.best = data.best;
  if (data.reached && root.dataset.reached !== data.reached) setTriggerValue("reached", data.reached);
  root.dataset.reached = data.reached;
  return () => {};
}

/** @param {HTMLElement} list @param {Row[]} rows @param {string} best */
function show(list, rows, best) {
  while (list.children.length > rows.length) list.lastElementChild?.remove();
  while (list.children.length < rows.length) list.append(emptyRow("li"));
  rows.forEach((row, index) => fillRow(/** @type {HTMLElement} */ (list.children[index]), row, best));
}
