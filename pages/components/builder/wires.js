/** @import { Edge } from "./lanes.js" */
/** @import { Layer, View } from "./view" */
import { createSvg, part } from "../shared/dom.js";
import { arrowWidth, countOf } from "./figures.js";
import { edgesOf, laneMiddles, lanesOf } from "./lanes.js";
import { PICTURE } from "./rows.js";

const SIDE = 18; // pixels beside the rows, without any wire
const HEAD = { length: 9, wider: 4 }; // pixels of an arrow's head: how long, and how much wider than its shaft on each side
/** The middle of the signs of the layers, and so of the arrows from row to row: pixels from the left edge of a row. */
export const SPINE = 38;

/** @typedef {{top: number, height: number, left: number}} Box Of a row, in pixels. */

/**
 * Draw the wires: a short arrow from a row to the next, others around the side, each in a lane of its own.
 * @param {View} view the builder's
 */
export function drawWires(view) {
  const edges = edgesOf(view.rows, view.data.blocks);
  const widths = edges.map(({ source }) => arrowWidth(numbersAfter(view, source)));
  const lanes = lanesOf(edges);
  const { middles, room } = laneMiddles(edges, lanes, widths);
  const side = `${SIDE + room}px`;
  if (view.root.style.getPropertyValue("--side") !== side) view.root.style.setProperty("--side", side);
  const boxes = boxesOf(view);
  const state = JSON.stringify([edges, widths, boxes]);
  if (view.wiresDrawn === state) return;
  view.wiresDrawn = state;
  const wires = edges.map((edge, index) => {
    const [from, to] = [boxes[edge.from], boxes[edge.to]];
    return wireOf(edge, from, to, widths[index], room - (middles[index] ?? 0));
  });
  view.root.querySelector(".wires")?.replaceChildren(...wires);
}

/**
 * How many numbers a layer gives; while Keras has not answered, how many it gave before.
 * @param {View} view the builder's
 * @param {string} id of the layer or the picture
 * @returns {number} 0 where it is not known
 */
export function numbersAfter(view, id) {
  const shape = id === PICTURE ? view.data.pictureShape : view.data.blocks.find((layer) => layer.id === id)?.dims ?? [];
  if (shape.length) view.numbers.set(id, countOf(shape));
  return view.numbers.get(id) ?? 0;
}

/** @param {View} view @returns {Box[]} */
function boxesOf(view) {
  const rows = /** @type {HTMLElement[]} */ ([...part(view.root, ".blocks").children]);
  return rows.map((row) => ({ top: row.offsetTop, height: row.offsetHeight, left: row.offsetLeft }));
}

/** @param {Edge} edge @param {Box} from @param {Box} to @param {number} width @param {number} x where its lane lies */
function wireOf(edge, from, to, width, x) {
  const [line, tip] = edge.isPlain ? plainPaths(from, to, width) : lanePaths(edge, from, to, width, x);
  return createSvg("g", { class: edge.isPlain ? "plain" : "skip", "data-wire": `${edge.from}-${edge.to}-${edge.order}` },
    createSvg("path", { d: line, class: "line", "stroke-width": width }), createSvg("path", { d: tip }));
}

/** @param {Box} from @param {Box} to @param {number} width */
function plainPaths(from, to, width) {
  const x = to.left + SPINE;
  const half = width / 2 + HEAD.wider;
  return [`M${x} ${from.top + from.height}V${to.top - HEAD.length + 1}`, `M${x - half} ${to.top - HEAD.length}H${x + half}L${x} ${to.top}Z`];
}

/** @param {Edge} edge @param {Box} from @param {Box} to @param {number} width @param {number} x */
function lanePaths({ order }, from, to, width, x) {
  const start = from.top + Math.min(from.height - 10, 34);
  const end = to.top + 16 + 20 * order;
  const half = width / 2 + HEAD.wider;
  return [
    `M${from.left} ${start}H${x + 7}Q${x} ${start} ${x} ${start + 7}V${end - 7}Q${x} ${end} ${x + 7} ${end}H${to.left - HEAD.length + 1}`,
    `M${to.left - HEAD.length} ${end - half}V${end + half}L${to.left} ${end}Z`,
  ];
}
