/** @import { Row, View } from "./view" */
/** @import { Box } from "./map_geometry.js" */
import { createSvg, part } from "../shared/dom.js";
import { arrowWidth } from "./figures.js";
import { mapScale, MOST_WITHOUT_MAP, rowForKey, rowsInView, viewWords } from "./map_geometry.js";
import { numbersAfter } from "./wires.js";

const WIDTH = 48; // pixels, as in the style sheet
const ROOM = 300; // pixels of a window's height that are not for the map: the rail, the foot and a margin

/** Draw the map of a long network, and mark what is in view. A short network has none. @param {View} view the builder's */
export function drawMap(view) {
  const map = part(view.root, ".map");
  const isLong = view.data.blocks.length > MOST_WITHOUT_MAP;
  map.hidden = !isLong;
  part(view.root, ".net").classList.toggle("mapped", isLong);
  if (!isLong) return;
  const { boxes, total } = boxesOf(view);
  const scale = mapScale(total, Math.max(160, window.innerHeight - ROOM));
  const bars = view.rows.flatMap((row, index) => barOf(view, row, boxes[index], scale));
  const frame = createSvg("rect", { class: "frame", x: 1, width: WIDTH - 2, rx: 4 });
  const svg = createSvg("svg", { width: WIDTH, height: total * scale + 2, "aria-hidden": "true" }, ...bars, frame);
  map.replaceChildren(svg);
  map.setAttribute("aria-valuemax", String(boxes.length));
  map.dataset.scale = String(scale);
  markView(view);
}

/** @param {View} view @returns {{boxes: Box[], total: number}} */
function boxesOf(view) {
  const list = part(view.root, ".blocks");
  const rows = /** @type {HTMLElement[]} */ ([...list.children]);
  return { boxes: rows.map(({ offsetTop, offsetHeight }) => ({ top: offsetTop, height: offsetHeight })), total: list.offsetHeight };
}

/** @param {View} view @param {Row} row @param {Box} box @param {number} scale */
function barOf(view, row, box, scale) {
  if (row.kind === "head") return [];
  const layers = row.kind === "folded" ? row.layers : row.kind === "layer" ? [row.layer] : [];
  const width = 6 + 1.5 * arrowWidth(numbersAfter(view, row.ids[row.ids.length - 1]));
  const [y, height] = [box.top * scale + 1, Math.max(3, box.height * scale - 1)];
  const isSelected = view.data.selected !== null && row.ids.includes(view.data.selected);
  const kind = layers.length ? `tone-${layers[0].drawing}` : "picture";
  const bar = createSvg("rect", { x: (WIDTH - width) / 2, y, width, height, rx: 2, class: `bar ${kind}${isSelected ? " selected" : ""}` });
  if (!layers.some(({ problems }) => problems.length)) return [bar];
  const middle = y + height / 2;
  return [bar, createSvg("path", { d: `M${WIDTH - 10} ${middle + 5}H${WIDTH - 1}L${WIDTH - 5.5} ${middle - 5}Z`, class: "fault" })];
}

/** Mark on the map what is in view of the network. @param {View} view the builder's */
export function markView(view) {
  const map = part(view.root, ".map");
  const frame = map.querySelector(".frame");
  if (map.hidden || !frame) return;
  const { boxes, total } = boxesOf(view);
  const { top, bottom } = sightOf(view);
  const [scale, start] = [Number(map.dataset.scale), Math.min(total, Math.max(0, top))];
  frame.setAttribute("y", String(start * scale + 1));
  frame.setAttribute("height", String(Math.max(4, (Math.min(total, Math.max(0, bottom)) - start) * scale)));
  const rows = rowsInView(boxes, top, bottom);
  map.setAttribute("aria-valuenow", String(rows.first + 1));
  map.setAttribute("aria-valuetext", viewWords(view.rows.map(wordOf), rows));
}

/** @param {Row} row */
function wordOf(row) {
  if (row.kind === "layer") return row.layer.called;
  return row.kind === "picture" ? "the image" : row.block;
}

// What is in view, from the top of the network: neither below the rail nor behind the foot.
/** @param {View} view */
function sightOf(view) {
  const origin = part(view.root, ".blocks").getBoundingClientRect().top;
  const edge = (/** @type {string} */ selector) => document.querySelector(selector)?.getBoundingClientRect();
  const top = Math.max(0, edge(".st-key-rail")?.bottom ?? 0);
  const bottom = Math.min(window.innerHeight, edge(".st-key-line")?.top ?? window.innerHeight);
  return { top: top - origin, bottom: bottom - origin };
}

/** @param {View} view @param {number} y in pixels of the network that comes into the middle or, `atTop`, to the top @param {boolean} atTop */
function scrollTo(view, y, atTop = false) {
  const { top, bottom } = sightOf(view);
  document.querySelector('[data-testid="stMain"]')?.scrollBy(0, y - (atTop ? top + 12 : (top + bottom) / 2));
}

/** Let pointer and keys move what is in view of the network. @param {View} view the builder's */
export function listenToMap(view) {
  const map = part(view.root, ".map");
  const goTo = (/** @type {PointerEvent} */ { clientY }) =>
    scrollTo(view, (clientY - map.getBoundingClientRect().top) / Number(map.dataset.scale));
  map.addEventListener("pointerdown", (event) => {
    map.setPointerCapture(event.pointerId);
    goTo(event);
  });
  map.addEventListener("pointermove", (event) => {
    if (map.hasPointerCapture(event.pointerId)) goTo(event);
  });
  map.addEventListener("keydown", (event) => {
    const { boxes } = boxesOf(view);
    const { top, bottom } = sightOf(view);
    const rows = rowsInView(boxes, top, bottom);
    const index = rowForKey(event.key, rows, boxes.length);
    if (event.key === "Enter") /** @type {?HTMLElement} */ (part(view.root, ".blocks").children[rows.first].querySelector(".name, .fold"))?.focus();
    else if (index !== undefined) scrollTo(view, boxes[index].top, true);
    else return;
    event.preventDefault();
    event.stopPropagation();
  });
  document.addEventListener("scroll", view.onScroll, { capture: true, passive: true });
}

