/** @import { Box, Layout } from "../../views/network/geometry.js" */
/** @import { LayerNode } from "./network_drawing.js" */
/** @import { View } from "./view" */
import { pixelGrid } from "../../views/network/paint.js";
import { createSvg, part } from "../shared/dom.js";

const AT = 0.58; // the position of the pixel whose window is shown first, as a share of the map's side

/** @typedef {{x: number, y: number, cell: number, rows: number, columns: number}} Grid the pixels of an image or of a map in front */

/**
 * Draw a frame around the input pixels from which a pixel of each layer's maps is computed.
 * @param {View} view of the builder
 * @param {LayerNode[]} nodes the layers as they are drawn
 */
export function drawWindows(view, nodes) {
  const byRow = new Map(nodes.map((node) => [node.row, node]));
  const shapes = view.ways.flatMap(({ from, to }) => {
    const [source, target] = [byRow.get(from), byRow.get(to)];
    const seen = source && target && windowBetween(view, source, target);
    return seen ? [shapeOf(seen)] : [];
  });
  part(view.root, ".windows").replaceChildren(...shapes);
}

/** @param {{from: Box, to: Box}} window */
function shapeOf({ from, to }) {
  const right = from.x + from.width;
  const lines = `M${right} ${from.y}L${to.x} ${to.y}M${right} ${from.y + from.height}L${to.x} ${to.y + to.height}`;
  return createSvg("g", {}, createSvg("rect", { class: "looked", ...from }), createSvg("rect", { class: "made", ...to }), createSvg("path", { d: lines }));
}

/**
 * The input pixels from which a pixel of a layer's maps is computed.
 * @param {View} view of the builder
 * @param {LayerNode} source the layer, or the image, whose output is the input
 * @param {LayerNode} target the layer with a window
 * @returns {?{from: Box, to: Box}} null if the layer has no window, or its shapes are unknown
 */
export function windowBetween(view, source, target) {
  const { window = [] } = target.layer?.column ?? {};
  const [from, to] = [gridOf(view, source), gridOf(view, target)];
  if (view.drawing?.layout.isDown || !from || !to || window.length !== 2) return null;
  const { row = undefined, column = undefined } = view.pixels.get(target.id) ?? {};
  const [down, across] = [pixelsOf(from.rows, to.rows, window[0], row), pixelsOf(from.columns, to.columns, window[1], column)];
  return {
    from: { x: from.x + across.start * from.cell, y: from.y + down.start * from.cell, width: window[1] * from.cell, height: window[0] * from.cell },
    to: { x: to.x + across.at * to.cell, y: to.y + down.at * to.cell, width: to.cell, height: to.cell },
  };
}

/**
 * The first pixel of a window along one side.
 * @param {number} given the number of input pixels along the side
 * @param {number} made the number of pixels of the map along the side
 * @param {number} size of the window
 * @param {number} [wanted] the pixel of the map
 * @returns {{at: number, start: number}} the pixel of the map, and the first pixel of its window
 */
export function pixelsOf(given, made, size, wanted = Math.floor(made * AT)) {
  const step = Math.max(1, Math.round(given / made));
  const padding = Math.max(0, (made - 1) * step + size - given);
  const at = Math.min(made - 1, wanted);
  return { at, start: Math.max(0, Math.min(given - size, at * step - Math.floor(padding / 2))) };
}

/** @param {View} view @param {LayerNode} node @returns {?Grid} */
function gridOf({ drawing, data }, { id, kind, layer }) {
  const [rows, columns] = (kind === "image" ? data.pictureShape : layer?.dims ?? []).map(Number);
  const layout = /** @type {Layout} */ (drawing?.layout);
  if (!rows || !columns) return null;
  if (kind === "image") return { ...pixelGrid(layout.image, { height: rows, width: columns }), rows, columns };
  const front = kind === "sheets" ? layout.places.find(({ column }) => column.id === id)?.sheets.at(-1) : undefined;
  return front ? { x: front.x, y: front.y, cell: front.width / columns, rows, columns } : null;
}

/**
 * Let the window of a layer follow the pointer over the map in front.
 * @param {View} view of the builder
 */
export function listenToWindows(view) {
  part(view.root, ".blocks").addEventListener("pointermove", ({ target, clientX, clientY }) => {
    const id = /** @type {?HTMLElement} */ (/** @type {Element} */ (target).closest(".block.is-sheets"))?.dataset.id;
    const node = view.nodes.find((each) => each.id === id);
    const grid = node && gridOf(view, node);
    if (!id || !grid) return;
    const { left, top } = part(view.root, ".sheet").getBoundingClientRect();
    const [column, row] = [Math.floor((clientX - left - grid.x) / grid.cell), Math.floor((clientY - top - grid.y) / grid.cell)];
    const before = view.pixels.get(id);
    if (column < 0 || row < 0 || column >= grid.columns || row >= grid.rows || (before?.row === row && before.column === column)) return;
    view.pixels.set(id, { row, column });
    drawWindows(view, view.nodes);
  });
}
