/** @import { Component } from "../shared/component" */
import { copyText, showMessage } from "../shared/clipboard.js";
import { createElement, part } from "../shared/dom.js";

const FLASH_MILLISECONDS = 5000; // the time for which the changed line is visible while the drawer is closed
const DOWNLOAD_MILLISECONDS = 2000; // the time after which the browser no longer needs the address of a download

/**
 * @typedef {object} Data
 * The data from Python; see the function code_view in code_view.py.
 * @property {string} script
 * @property {string[]} lines as HTML
 * @property {number[]} marked
 * @property {string} file_name
 * @property {string} title
 * @property {?number} height
 * @property {?number} focus
 * @property {boolean} one_line
 * @property {boolean} changed
 */

/** @type {WeakMap<ShadowRoot, string>} The lines that each component shows. */
const drawn = new WeakMap();
/** @type {WeakMap<Element, string>} The content of each line. */
const contents = new WeakMap();

/**
 * Show a script with line numbers, and mark the lines that the last click changed.
 * @param {Component<Data>} component the values from Streamlit
 * @returns {() => void} cleanup
 */
export default function codeView({ data, parentElement }) {
  const root = part(parentElement, ".script");
  const box = part(root, ".box");
  root.dataset.theme = getComputedStyle(root).colorScheme === "dark" ? "dark" : "light";
  root.classList.toggle("one-line", data.one_line);
  box.style.height = data.height === null ? "" : `${data.height}px`;
  box.setAttribute("aria-label", data.title);
  box.tabIndex = data.one_line ? -1 : 0; // the line that is shown for a moment is no stop for the Tab key
  part(root, ".name").textContent = data.title;
  part(root, ".copy").onclick = () => copy(root, data.script);
  part(root, ".download").onclick = () => download(root, data);
  const lines = JSON.stringify([data.lines, data.marked]);
  const before = drawn.get(parentElement);
  if (lines !== before) {
    drawn.set(parentElement, lines);
    drawLines(root, data);
    const isFresh = before === undefined;
    const all = /** @type {NodeListOf<HTMLElement>} */ (box.querySelectorAll(".line"));
    const line = isFresh && data.focus !== null ? all[data.focus] : [...all].find((each) => each.matches(".marked"));
    requestAnimationFrame(() => line && scrollToLine(box, line, isFresh)); // when the browser lays out the page in any case
    if (data.one_line && data.changed && !isFresh) flash(root);
  }
  return () => {};
}

/** Show the changed line for some seconds. @param {HTMLElement} root */
function flash(root) {
  const from = matchMedia("(prefers-reduced-motion: reduce)").matches ? "none" : "translateY(-8px)";
  const seen = { visibility: "visible", opacity: 1, transform: "none" };
  const unseen = { visibility: "visible", opacity: 0, transform: from };
  root.getAnimations().forEach((animation) => animation.cancel());
  root.animate([unseen, { ...seen, offset: 0.04 }, { ...seen, offset: 0.92 }, unseen], FLASH_MILLISECONDS);
}

// Unchanged lines stay in place, since the layout of hundreds of lines takes longer than the rest of the page.
/** @param {HTMLElement} root @param {Data} data */
function drawLines(root, { lines, marked }) {
  const isMarked = new Set(marked);
  const list = part(root, ".lines");
  list.style.setProperty("--digits", String(String(lines.length).length));
  const before = [...list.children];
  const after = lines.map((html, index) => `${isMarked.has(index)} ${html}`);
  const [above, below] = commonEnds(before.map((line) => contents.get(line) ?? ""), after);
  const next = before[before.length - below] ?? null;
  before.slice(above, before.length - below).forEach((line) => line.remove());
  for (let index = above; index < lines.length - below; index += 1) {
    const line = lineOf(lines[index], isMarked.has(index));
    contents.set(line, after[index]);
    list.insertBefore(line, next);
  }
}

/**
 * The number of equal lines at the beginnings and at the ends of two texts.
 * @param {string[]} before the lines of the first text
 * @param {string[]} after the lines of the second text
 * @returns {[number, number]} numbers of lines, which do not overlap
 */
export function commonEnds(before, after) {
  const least = Math.min(before.length, after.length);
  let [above, below] = [0, 0];
  while (above < least && before[above] === after[above]) above += 1;
  while (below < least - above && before.at(-1 - below) === after.at(-1 - below)) below += 1;
  return [above, below];
}

/** @param {string} html @param {boolean} isMarked */
function lineOf(html, isMarked) {
  const line = createElement("div", { className: isMarked ? "line marked" : "line" });
  line.innerHTML = html; // Pygments has escaped the script
  line.style.setProperty("--indent", String(Math.max(0, (line.textContent ?? "").search(/\S/))));
  if (isMarked) line.prepend(createElement("span", { className: "unseen" }, "changed: "));
  return line;
}

/** @param {HTMLElement} box @param {HTMLElement} line @param {boolean} isFresh whether the box was empty before */
function scrollToLine(box, line, isFresh) {
  const isInstant = matchMedia("(prefers-reduced-motion: reduce)").matches || isFresh;
  const bottom = line.offsetTop + line.offsetHeight;
  const isSeen = line.offsetTop >= box.scrollTop && bottom <= box.scrollTop + box.clientHeight;
  const above = isFresh ? 8 : box.clientHeight / 3; // a new page begins with the lines of its own step
  // scrollIntoView would scroll the page too
  if (!isSeen || isFresh) box.scrollTo({ top: line.offsetTop - above, behavior: isInstant ? "instant" : "smooth" });
}

/** @param {HTMLElement} root @param {string} script */
async function copy(root, script) {
  showMessage(root, (await copyText(script)) ? "Copied" : "The browser does not allow copying");
}

/** @param {HTMLElement} root @param {Data} data */
function download(root, { script, file_name: name }) {
  const href = URL.createObjectURL(new Blob([script], { type: "text/x-python" }));
  createElement("a", { href, download: name }).click();
  setTimeout(() => URL.revokeObjectURL(href), DOWNLOAD_MILLISECONDS);
  showMessage(root, "Downloaded");
}
