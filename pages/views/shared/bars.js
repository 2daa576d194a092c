import { createElement, part } from "../../components/shared/dom.js";

/**
 * @typedef {object} Row
 * An answer; see the function rows_of in class_bars.py.
 * @property {string} name
 * @property {number} share
 * @property {string} text
 * @property {string} exact
 * @property {?number} before
 * @property {boolean} isTarget
 * @property {?boolean} isTruth whether it is the label of the picture; null for a picture without a label
 */

/**
 * The bars of an answer, without movement.
 * @param {Row[]} rows
 * @param {string} best the name of the likeliest class
 */
export function barsOf(rows, best) {
  const list = createElement("span", { className: "bars" }, headOf("span", rows));
  for (const row of rows) {
    const element = emptyRow("span");
    fillRow(element, row, best);
    list.append(element, " ");
  }
  return list;
}

/** The title of the percents, and the meaning of the mark. @param {"li" | "span"} tag @param {Row[]} rows */
export function headOf(tag, rows) {
  const mark = rows.some(({ isTruth }) => isTruth) ? "✓ the label" : "";
  return createElement(tag, { className: "head" }, createElement("span", {}, mark), createElement("span", {}, "probability"));
}

/** @param {"li" | "span"} tag */
export function emptyRow(tag) {
  const fill = createElement("span", { className: "fill" });
  const bar = createElement("span", { className: "bar", ariaHidden: "true" }, fill);
  return createElement(tag, {}, createElement("span", { className: "name" }), bar, createElement("span", { className: "text" }));
}

/** @param {HTMLElement} element @param {Row} row @param {string} best */
export function fillRow(element, row, best) {
  const isBest = row.name === best;
  const isWrong = isBest && row.isTruth === false;
  element.className = [isBest && "best", row.isTarget && "target", row.isTruth && "truth", isWrong && "wrong"].filter(Boolean).join(" ");
  element.title = row.exact;
  const sign = row.isTruth ? "✓" : isWrong ? "✕" : "";
  part(element, ".name").replaceChildren(row.name, ...(sign ? [" ", createElement("span", { className: "sign" }, sign)] : []));
  part(element, ".text").textContent = row.text;
  const fill = part(element, ".fill");
  fill.hidden = !row.text; // an answer that is still missing is not 0 %
  fill.style.transform = `scaleX(${Math.max(row.share, 0.004)})`;
  element.querySelector(".before")?.remove();
  if (row.before === null) return;
  const mark = document.createElement("span");
  mark.className = "before";
  mark.style.left = `${100 * row.before}%`;
  part(element, ".bar").append(mark);
}
