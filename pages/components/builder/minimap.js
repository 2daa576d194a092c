/** @import { Row, View } from "./view" */
/** @import { Box } from "./map_geometry.js" */
import { createSvg, part } from "../shared/dom.js";
import { isLong } from "./network_drawing.js";
import { mapScale, rowForKey, rowsInView, viewWords } from "./map_geometry.js";

const HEIGHT = 40; // pixels, as in the style sheet

/**
 * Draw a small map of a network that is too long for its place, and mark the part in view.
 * @param {View} view the builder's
 */
export function drawMap(view) {
  const map = part(view.root, ".map");
  const drawn = part(view.root, ".drawn");
  map.hidden = !isLong(view);
  if (map.hidden) return;
  const { boxes, total } = boxesOf(view);
  const scale = mapScale(total, drawn.clientWidth);
  const bars = view.rows.filter(({ kind }) => kind !== "head").flatMap((row, index) => barOf(view, row, boxes[index], scale));
  const frame = createSvg("rect", { class: "frame", y: 1, height: HEIGHT - 2, rx: 4 });
  map.replaceChildren(createSvg("svg", { width: total * scale + 2, height: HEIGHT, "aria-hidden": "true" }, ...bars, frame));
  map.setAttribute("aria-valuemax", String(boxes.length));
  map.dataset.scale = String(scale);
  markView(view);
}

// Taken from the drawing, since reading the places from the elements would lay out the page once more.
/** @param {View} view @returns {{boxes: Box[], total: number}} */
function boxesOf({ rows, drawing }) {
  const boxes = rows.filter(({ kind }) => kind !== "head").map(({ ids }) => drawing?.cells.get(ids[0])?.box);
  return { boxes: boxes.map((box) => ({ start: box?.x ?? 0, length: box?.width ?? 0 })), total: drawing?.width ?? 0 };
}

/** @param {View} view @param {Row} row @param {Box} box @param {number} scale */
function barOf(view, row, box, scale) {
  if (row.kind === "head" || !box) return [];
  const layers = row.kind === "folded" ? row.layers : row.kind === "layer" ? [row.layer] : [];
  const [x, width] = [box.start * scale + 1, Math.max(3, box.length * scale - 1)];
  const isSelected = view.data.selected !== null && row.ids.includes(view.data.selected);
  const kind = layers.length ? `tone-${layers[0].drawing}` : "picture";
  const bar = createSvg("rect", { x, y: 8, width, height: HEIGHT - 16, rx: 2, class: `bar ${kind}${isSelected ? " selected" : ""}` });
  if (!layers.some(({ problems }) => problems.length)) return [bar];
  const middle = x + width / 2;
  return [bar, createSvg("path", { d: `M${middle - 5} 9H${middle + 5}L${middle} 0Z`, class: "fault" })];
}

/** Mark the part of the network in view on the map. @param {View} view the builder's */
export function markView(view) {
  const map = part(view.root, ".map");
  const frame = map.querySelector(".frame");
  if (map.hidden || !frame) return;
  const { boxes } = boxesOf(view);
  const { scrollLeft, clientWidth } = part(view.root, ".drawn");
  const scale = Number(map.dataset.scale);
  frame.setAttribute("x", String(scrollLeft * scale + 1));
  frame.setAttribute("width", String(Math.max(4, clientWidth * scale)));
  const rows = rowsInView(boxes, scrollLeft, scrollLeft + clientWidth);
  map.setAttribute("aria-valuenow", String(rows.first + 1));
  map.setAttribute("aria-valuetext", viewWords(view.rows.filter(({ kind }) => kind !== "head").map(wordOf), rows));
}

/** @param {Row} row */
function wordOf(row) {
  if (row.kind === "layer") return row.layer.called;
  return row.kind === "picture" ? "the image" : row.block ?? "";
}

/** Let pointer and keys on the map scroll the network. @param {View} view the builder's */
export function listenToMap(view) {
  const map = part(view.root, ".map");
  const drawn = part(view.root, ".drawn");
  const goTo = (/** @type {PointerEvent} */ { clientX }) => {
    drawn.scrollLeft = (clientX - map.getBoundingClientRect().left) / Number(map.dataset.scale) - drawn.clientWidth / 2;
  };
  map.addEventListener("pointerdown", (event) => {
    map.setPointerCapture(event.pointerId);
    goTo(event);
  });
  map.addEventListener("pointermove", (event) => {
    if (map.hasPointerCapture(event.pointerId)) goTo(event);
  });
  map.addEventListener("keydown", (event) => {
    const { boxes } = boxesOf(view);
    const rows = rowsInView(boxes, drawn.scrollLeft, drawn.scrollLeft + drawn.clientWidth);
    const index = rowForKey(event.key, rows, boxes.length);
    if (event.key === "Enter") /** @type {?HTMLElement} */ (view.root.querySelectorAll(".block")[rows.first].querySelector(".name, .fold"))?.focus();
    else if (index !== undefined) drawn.scrollLeft = Math.max(0, boxes[index].start - 12);
    else return;
    event.preventDefault();
    event.stopPropagation();
  });
  drawn.addEventListener("scroll", view.onScroll, { passive: true });
}
