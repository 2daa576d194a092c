/** @import { Cell } from "../../views/network/columns.js" */
/** @import { Edge } from "./lanes.js" */
/** @import { View } from "./view" */
import { createSvg, part } from "../shared/dom.js";
import { lanesOf } from "./lanes.js";

const LANE = 16; // pixels between two lanes below the layers
const EDGE = 10; // pixels below the lowest lane
const BEND = 10; // pixels: the radius of a corner
const TIP = { length: 8, half: 4.5 };

/**
 * The height that is needed for links which pass layers, and so run below the columns.
 * @param {Edge[]} ways from edgesOf; plain edges lead to the next column
 * @returns {number} pixels
 */
export function roomBelow(ways) {
  const lanes = [...lanesOf(ways).values()];
  return lanes.length ? LANE * (Math.max(...lanes) + 1) + EDGE : 0;
}

/**
 * Draw the links that pass layers, each in a lane of its own. The other links are painted with the network. Their invisible
 * paths only guide the moving image.
 * @param {View} view of the builder
 */
export function drawWires(view) {
  const { ways, rows, drawing } = view;
  if (!drawing) return;
  const lanes = lanesOf(ways);
  const state = JSON.stringify([ways, [...drawing.cells.values()]]);
  if (view.wiresDrawn === state) return;
  view.wiresDrawn = state;
  const cellOf = (/** @type {number} */ row) => /** @type {Cell} */ (drawing.cells.get(rows[row].ids[0]));
  const wires = ways.map((way) => {
    const [from, to] = [cellOf(way.from), cellOf(way.to)];
    const lane = lanes.get(way);
    const paths = lane === undefined ? [straight(from, to)] : around(from, to, { lane, order: way.order, drawing });
    return createSvg("g", { class: way.isPlain ? "plain" : "skip", "data-wire": `${way.from}-${way.to}-${way.order}` },
      createSvg("path", { d: paths[0], class: "line" }), ...paths.slice(1).map((d) => createSvg("path", { d })));
  });
  part(view.root, ".wires").replaceChildren(...wires);
}

/** @param {Cell} cell */
function middleOf({ area }) {
  return `${area.x + area.width / 2} ${area.y + area.height / 2}`;
}

/** @param {Cell} from @param {Cell} to */
function straight(from, to) {
  return `M${middleOf(from)}L${middleOf(to)}`;
}

/** @param {Cell} from @param {Cell} to @param {{lane: number, order: number, drawing: NonNullable<View["drawing"]>}} way */
function around(from, to, { lane, order, drawing }) {
  const { isDown } = drawing.layout;
  const shift = 14 * order;
  if (isDown) {
    const x = drawing.width - EDGE - 8 * lane;
    const [start, end] = [from.area.y + from.area.height / 2, to.area.y + to.area.height / 2 + shift];
    const edge = Math.min(x - BEND - TIP.length, to.area.x + to.area.width / 2 + 60);
    return [
      `M${edge} ${start}H${x - BEND}Q${x} ${start} ${x} ${start + BEND}V${end - BEND}Q${x} ${end} ${x - BEND} ${end}H${edge + TIP.length}`,
      `M${edge + TIP.length} ${end - TIP.half}V${end + TIP.half}L${edge} ${end}Z`,
    ];
  }
  const y = drawing.height - EDGE - LANE * lane;
  const [start, end] = [from.box.x + from.box.width / 2, to.box.x + to.box.width / 2 - shift];
  const [top, tip] = [from.bottom + 4, to.bottom + 4];
  return [
    `M${start} ${top}V${y - BEND}Q${start} ${y} ${start + BEND} ${y}H${end - BEND}Q${end} ${y} ${end} ${y - BEND}V${tip + TIP.length}`,
    `M${end - TIP.half} ${tip + TIP.length}H${end + TIP.half}L${end} ${tip}Z`,
  ];
}
