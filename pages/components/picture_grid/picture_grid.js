/** @import { Component } from "../shared/component" */
import { createElement, createSvg, part } from "../shared/dom.js";
import { reveal } from "../shared/reveal.js";
import { withNoBreakHyphens } from "../shared/text_format.js";

/** @type {Object<string, {path: string, colour: string}>} */
const SIGNS = {
  wrong: { path: "M6 6L14 14M14 6L6 14", colour: "#D55E00" },
  right: { path: "M5 10.5L9 14L15 6.5", colour: "currentColor" },
};
/** @type {Object<string, (columns: number) => number>} */
const STEPS = { ArrowRight: () => 1, ArrowLeft: () => -1, ArrowDown: (columns) => columns, ArrowUp: (columns) => -columns };

/** @typedef {{id: string, src: string, alt: string, caption: string, detail: string, tone: string}} Item */

/**
 * @typedef {object} Data
 * The data from Python; see the function picture_grid in picture_grid.py.
 * @property {Item[]} items
 * @property {number} size
 * @property {?number} columns
 * @property {boolean} selectable
 * @property {boolean} rows
 * @property {?string} selected the id of the marked picture
 * @property {string} answer the key of the container that shows more of the marked picture
 * @property {string} label a text alternative of the pictures, or ""
 */

/** @type {WeakMap<Element, string>} */
const drawn = new WeakMap();
/** @type {WeakMap<Element, ?string>} */
const marked = new WeakMap();

/**
 * Show a grid of small pictures with captions, and report the picked picture to Python.
 * @param {Component<Data>} component the values from Streamlit
 */
export default function pictureGrid({ data, parentElement, setTriggerValue }) {
  const list = part(parentElement, ".pictures");
  list.onclick = ({ target }) => {
    const button = /** @type {Element} */ (target).closest("button");
    if (button) setTriggerValue("picked", button.dataset.id);
  };
  list.onkeydown = (event) => moveFocus(list, event);
  if (!drawn.has(list)) list.addEventListener("focusin", ({ target }) => setTabStop(list, /** @type {Element} */ (target)));
  draw(list, data, parentElement);
  mark(list, data);
}

/** @param {HTMLElement} list @param {Data} data @param {ShadowRoot} parentElement */
function draw(list, data, parentElement) {
  const content = JSON.stringify({ ...data, selected: null });
  if (drawn.get(list) === content) return;
  drawn.set(list, content);
  const focused = /** @type {?HTMLElement} */ (parentElement.activeElement)?.dataset.id;
  const columns = data.columns ?? 1;
  list.classList.toggle("rows", Boolean(data.rows));
  list.classList.toggle("grid", Boolean(data.columns));
  list.classList.toggle("single", data.columns === 1);
  if (data.label) list.ariaLabel = data.label;
  list.style.setProperty("--size", `${data.size}px`);
  list.style.setProperty("--columns", String(columns));
  list.style.setProperty("--few", String(fewColumns(columns)));
  list.replaceChildren(...data.items.flatMap((item) => {
    if (!data.rows) return [entryOf(item, data.selectable)];
    const name = item.caption ? [createElement("li", { className: "name" }, item.caption)] : [];
    return [...name, entryOf({ ...item, caption: "" }, data.selectable)];
  }));
  const buttons = [...list.querySelectorAll("button")];
  const again = buttons.find((button) => button.dataset.id === focused);
  setTabStop(list, again ?? buttons[0]);
  again?.focus({ preventScroll: true });
}

// Mark the selected picture. If the selection has changed, scroll to the container that shows more of the picture.
/** @param {HTMLElement} list @param {Data} data */
function mark(list, { selected, answer }) {
  const before = marked.get(list);
  marked.set(list, selected);
  let pressed = null;
  for (const button of list.querySelectorAll("button")) {
    const isSelected = button.dataset.id === selected;
    if (selected !== null) button.ariaPressed = String(isSelected);
    if (isSelected) pressed = button;
  }
  if (answer && before !== undefined && selected !== null && selected !== before) reveal(`.st-key-${answer}`, pressed);
}

/**
 * The number of columns on a phone: a divisor of the columns, so that pictures of a row stay together.
 * @param {number} columns at least 1
 * @returns {number} at most 5, or all columns if they have no such divisor
 */
export function fewColumns(columns) {
  return [5, 4, 3, 2].find((number) => columns % number === 0) ?? columns;
}

// The Tab key stops once at a grid, not at each of its eighty pictures. Arrow keys go from a picture to the next.
/** @param {HTMLElement} list @param {Element | undefined} stop the button where Tab stops */
function setTabStop(list, stop) {
  for (const button of list.querySelectorAll("button")) button.tabIndex = button === stop ? 0 : -1;
}

/** @param {HTMLElement} list @param {KeyboardEvent} event */
function moveFocus(list, event) {
  const buttons = [...list.querySelectorAll("button")];
  const index = buttons.findIndex((button) => button === event.target);
  const names = list.matches(".rows") && list.querySelector(".name") ? getComputedStyle(list).getPropertyValue("--names") : "0";
  const columns = getComputedStyle(list).gridTemplateColumns.split(" ").length - Number(names);
  const ends = { Home: 0, End: buttons.length - 1 };
  const next = ends[/** @type {"Home" | "End"} */ (event.key)] ?? index + (STEPS[event.key]?.(columns) ?? NaN);
  if (index < 0 || !buttons[next]) return;
  event.preventDefault();
  buttons[next].focus();
}

/** @param {Item} item @param {boolean} isSelectable */
function entryOf(item, isSelectable) {
  const box = isSelectable ? createElement("button", { type: "button" }) : createElement("div");
  box.className = `item ${item.tone in SIGNS ? item.tone : ""}`;
  box.dataset.id = item.id;
  box.append(frameOf(item));
  const [caption, detail] = [item.caption, item.detail].map(withNoBreakHyphens);
  const texts = { unseen: item.tone in SIGNS ? item.tone : "", caption, detail };
  for (const [className, text] of Object.entries(texts)) if (text) box.append(createElement("span", { className }, text));
  return createElement("li", {}, box);
}

/** @param {Item} item */
function frameOf({ src, alt, caption, tone }) {
  const image = createElement("img", { src, alt: alt === caption ? "" : alt }); // else it would be read twice
  const frame = createElement("span", { className: "frame" }, image);
  if (!(tone in SIGNS)) return frame;
  const { path, colour } = SIGNS[tone];
  const line = createSvg("path", { d: path, stroke: colour, "stroke-width": 3, fill: "none" });
  frame.append(createSvg("svg", { viewBox: "0 0 20 20", "aria-hidden": "true" }, line));
  return frame;
}
