/** @import { Component } from "../../components/shared/component" */
import { createElement, part } from "../../components/shared/dom.js";

/**
 * @typedef {object} Row
 * An answer; see the function answer_rows in predictions.py.
 * @property {string} name
 * @property {number} share
 * @property {string} text
 * @property {string} exact
 * @property {?number} before
 * @property {boolean} isTarget
 */

/**
 * Show the answers of a network. Rows stay where they are and take other words, so that a bar moves from length to length.
 * @param {Component<{rows: Row[], inSight: number, words: string, best: string, reached: string}>} component what Streamlit passes
 * @returns {() => void} cleanup
 */
export default function answer({ data, parentElement, setTriggerValue }) {
  const root = part(parentElement, ".answer");
  show(part(root, ".rows"), data.rows.slice(0, data.inSight), data.best);
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
  while (list.children.length < rows.length) list.append(emptyRow());
  rows.forEach((row, index) => fill(/** @type {HTMLElement} */ (list.children[index]), row, best));
}

function emptyRow() {
  const bar = createElement("div", { className: "bar", ariaHidden: "true" }, createElement("div", { className: "fill" }));
  return createElement("li", {}, createElement("span", { className: "name" }), createElement("span", { className: "text" }), bar);
}

/** @param {HTMLElement} element @param {Row} row @param {string} best */
function fill(element, row, best) {
  element.className = `${row.name === best ? "best" : ""} ${row.isTarget ? "target" : ""}`.trim();
  element.title = row.exact;
  part(element, ".name").textContent = row.name;
  part(element, ".text").textContent = row.text;
  part(element, ".fill").style.transform = `scaleX(${Math.max(row.share, 0.004)})`;
  element.querySelector(".before")?.remove();
  if (row.before === null) return;
  const mark = document.createElement("span");
  mark.className = "before";
  mark.style.left = `${100 * row.before}%`;
  part(element, ".bar").append(mark);
}
