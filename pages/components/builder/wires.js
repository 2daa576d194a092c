/** @import { Edge } from "./lanes.js" */
/** @import { View } from "./view" */
import { createSvg, part } from "../shared/dom.js";
import { edgesOf, lanesOf } from "./lanes.js";

const LANE = 12; // pixels between two wires at the side
const SIDE = 18; // pixels beside the rows, without any wire

/** @typedef {{top: number, height: number, left: number}} Box Of a row, in pixels. */

/**
 * Draw the wires: a short arrow from a row to the next, others around the side, each in a lane of its own.
 * @param {View} view the builder's
 */
export function drawWires(view) {
  const edges = edgesOf(view.rows, view.data.blocks);
  const lanes = lanesOf(edges);
  const count = Math.max(0, ...[...lanes.values()].map((lane) => lane + 1));
  const side = `${SIDE + count * LANE}px`;
  if (view.root.style.getPropertyValue("--side") !== side) view.root.style.setProperty("--side", side);
  const boxes = boxesOf(view);
  const state = JSON.stringify([edges, boxes]);
  if (view.wiresDrawn === state) return;
  view.wiresDrawn = state;
  const wires = edges.map((edge) => wireOf(edge, boxes[edge.from], boxes[edge.to], SIDE + (count - 1 - (lanes.get(edge) ?? 0)) * LANE - 4));
  view.root.querySelector(".wires")?.replaceChildren(...wires);
}

/** @param {View} view @returns {Box[]} */
function boxesOf(view) {
  const rows = /** @type {HTMLElement[]} */ ([...part(view.root, ".blocks").children]);
  return rows.map((row) => ({ top: row.offsetTop, height: row.offsetHeight, left: row.offsetLeft }));
}

/** @param {Edge} edge @param {Box} from @param {Box} to @param {number} x where its lane lies */
function wireOf(edge, from, to, x) {
  const [line, tip] = edge.isPlain ? plainPaths(from, to) : lanePaths(edge, from, to, x);
  return createSvg("g", { class: edge.isPlain ? "plain" : "skip" }, createSvg("path", { d: line, class: "line" }), createSvg("path", { d: tip }));
}

/** @param {Box} from @param {Box} to */
function plainPaths(from, to) {
  const x = to.left + 30;
  return [`M${x} ${from.top + from.height}V${to.top - 4}`, `M${x - 4} ${to.top - 6}H${x + 4}L${x} ${to.top}Z`];
}

/** @param {Edge} edge @param {Box} from @param {Box} to @param {number} x */
function lanePaths({ order }, from, to, x) {
  const start = from.top + Math.min(from.height - 10, 34);
  const end = to.top + 12 + 8 * order;
  return [
    `M${from.left} ${start}H${x + 7}Q${x} ${start} ${x} ${start + 7}V${end - 7}Q${x} ${end} ${x + 7} ${end}H${to.left - 6}`,
    `M${to.left - 7} ${end - 4}V${end + 4}L${to.left} ${end}Z`,
  ];
}
