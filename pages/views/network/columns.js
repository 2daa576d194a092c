// The positions of a network's layers in a drawing. Each layer stands in a column to the right of its inputs, or on a narrow
// screen in a row below its inputs. Layers at the same depth share a column. Lengths are in CSS pixels.

/** @import { Box, Column, Layout, Place, Point } from "./geometry.js" */
/** @import { MapGrid } from "./maps.js" */
import { placeOf } from "./geometry.js";

/** @typedef {"image" | "dots" | "sheets" | "strip" | "card" | "answers"} NodeKind */

/**
 * A drawn layer, or the image.
 * @typedef {object} Node
 * @property {string} id
 * @property {NodeKind} kind
 * @property {number} count units, maps or numbers
 * @property {number} drawn
 * @property {number} depth the number of layers on the longest path from the image
 * @property {number} problem the room above its drawing for its problems
 * @property {number} scale of its maps: 1 if the maps are as large as the image
 * @property {number} maps the number of maps that are drawn below the layer, as small pictures
 * @property {boolean} hasNames whether the names of the classes stand at its right, or below it
 * @property {boolean} [hasLongNames] whether a name is wider than its column below the layer
 */

/**
 * The room of a layer.
 * @typedef {object} Cell
 * @property {Box} box with its heading
 * @property {Box} area of its drawing
 * @property {number} bottom the lower end of its drawing
 * @property {MapGrid} [grid] the grid of all its maps
 */

/** @typedef {{ layout: Layout, cells: Map<string, Cell>, width: number, height: number, isCrowded: boolean }} Drawing */

/** @type {Record<NodeKind, {least: number, most: number, down: number}>} */
const SIZES = {
  image: { least: 104, most: 176, down: 252 }, strip: { least: 72, most: 104, down: 104 }, dots: { least: 84, most: 140, down: 164 },
  sheets: { least: 92, most: 200, down: 190 }, card: { least: 76, most: 132, down: 124 }, answers: { least: 160, most: 216, down: 134 },
};
const GAP = { least: 20, most: 62 }; // between two columns: a round plus stands there
const NAMES = 96; // the room beside the dots of a layer that should be the output layer and is not
const PROBLEM = 176; // the width of a problem's text, which covers no other layer and no other problem
const HEAD = { right: 74, crowded: 108, down: 46 };
const LONG_NAMES = 42; // more height for names that run downwards
const DOWN_GAP = 34;
const SIDE = { image: 176, strip: 20 };
const ANSWER_RADIUS = { most: 15, share: 0.34 };
const GRID = { height: 132, above: 16, pitch: 33, least: 380 }; // of all maps; lower drawings have no room for them
const CARD = 100; // the height of a card
const CONTROLS = 74; // below the image
const ACTIONS = 28; // below the answers, so that the buttons of the layer cover no name

/**
 * The depth of each layer: one more than the largest depth of its inputs.
 * @param {number} count of layers, the image first
 * @param {{from: number, to: number}[]} edges by their indexes; each leads to a later layer
 * @returns {number[]} the image's first
 */
export function depthsOf(count, edges) {
  /** @type {number[]} */
  const depths = [];
  for (let index = 0; index < count; index += 1) {
    const sources = edges.filter(({ to }) => to === index).map(({ from }) => depths[from]);
    const alone = index === 0 ? -1 : depths[index - 1]; // a layer without inputs stands behind the layer before
    depths.push(1 + Math.max(...(sources.length ? sources : [alone])));
  }
  return depths;
}

/**
 * The position of each layer.
 * @param {Node[]} nodes the image first
 * @param {{width: number, height: number}} size of the visible part, which a long network exceeds
 * @param {{height: number, width: number}} image its pixels
 * @param {{isDown: boolean, below: number}} way whether it runs downwards, and the room below for links that pass layers
 * @returns {Drawing} the places
 */
export function layoutColumns(nodes, size, image, { isDown, below }) {
  const columns = columnsOf(nodes);
  const cells = isDown ? cellsDown(columns, size.width) : cellsRight(columns, size, below);
  const ends = [...cells.cells.values()].map(({ box }) => (isDown ? box.y + box.height : box.x + box.width));
  const length = Math.max(...ends, 0);
  const layout = layoutOf(nodes, cells.cells, image, isDown);
  return { layout, ...cells, width: isDown ? size.width : Math.max(size.width, length), height: isDown ? length : size.height };
}

/** @param {Node[]} nodes @returns {Node[][]} */
function columnsOf(nodes) {
  /** @type {Node[][]} */
  const columns = [];
  for (const node of nodes) (columns[node.depth] ??= []).push(node);
  return columns;
}

/** @param {Node} node @param {"least" | "most"} which */
function widthOf({ kind, hasNames, problem }, which) {
  const width = SIZES[kind][which] + (hasNames && kind !== "answers" ? NAMES : 0);
  return problem ? Math.max(width, PROBLEM) : width;
}

/** @param {Node[][]} columns @param {{width: number, height: number}} size @param {number} below */
function cellsRight(columns, size, below) {
  const sum = (/** @type {"least" | "most"} */ which) =>
    columns.reduce((all, column) => all + Math.max(...column.map((node) => widthOf(node, which))), (columns.length - 1) * GAP[which]);
  const [least, most] = [sum("least"), sum("most")];
  const share = Math.max(0, Math.min(1, (size.width - least) / (most - least)));
  const isCrowded = share < 0.45;
  const between = (/** @type {number} */ low, /** @type {number} */ high) => low + share * (high - low);
  const shares = columns.map((column) => (column.some(({ kind }) => kind === "dots" || kind === "answers") ? 3 : 1));
  const allShares = shares.slice(1).reduce((all, one) => all + one, 0);
  const rest = Math.max(0, size.width - most);
  const hasGrids = hasRoomForMaps(columns, size.height - below);
  /** @type {Map<string, Cell>} */
  const cells = new Map();
  let x = 0;
  columns.forEach((column, index) => {
    const width = Math.max(...column.map((node) => between(widthOf(node, "least"), widthOf(node, "most"))));
    if (index) x += between(GAP.least, GAP.most) + (rest * shares[index]) / allShares;
    const height = (size.height - below) / column.length;
    column.forEach((node, lane) => {
      const box = { x, y: lane * height, width, height };
      const head = Math.min(isCrowded ? HEAD.crowded : HEAD.right, height * 0.5);
      const foot = node.kind === "answers" ? ACTIONS : 8;
      const area = { x, y: box.y + head + node.problem, width, height: Math.max(24, height - head - node.problem - foot) };
      cells.set(node.id, { box, bottom: area.y + area.height, ...(hasGrids ? withGrid(node, area) : { area }) });
    });
    x += width;
  });
  return { cells, isCrowded };
}

/**
 * @param {Node[][]} columns
 * @param {number} height
 * @returns {boolean} whether there are maps, and room below the layers for
 * all maps
 */
function hasRoomForMaps(columns, height) {
  const isMany = columns.some(([{ maps }]) => maps > 1);
  return isMany && height >= GRID.least && columns.every(({ length }) => length === 1);
}

/** @param {Node} node @param {Box} area @returns {{area: Box, grid?: MapGrid}} */
function withGrid({ id, kind, maps }, area) {
  if (kind !== "image" && kind !== "sheets") return { area };
  const above = { ...area, height: area.height - GRID.height - GRID.above };
  if (maps < 2) return { area: above };
  const columns = Math.ceil(Math.sqrt(maps));
  const pitch = Math.floor(Math.min(GRID.pitch, area.width / columns, GRID.height / Math.ceil(maps / columns)));
  const [x, y] = [Math.round(area.x + (area.width - columns * pitch) / 2), Math.round(area.y + area.height - GRID.height)];
  return { area: above, grid: { id, x, y, pitch, columns } };
}

/** @param {Node[][]} columns @param {number} width */
function cellsDown(columns, width) {
  /** @type {Map<string, Cell>} */
  const cells = new Map();
  let y = 0;
  columns.forEach((column, index) => {
    if (index) y += DOWN_GAP;
    const height = Math.max(...column.map(({ kind, problem, hasLongNames }) => SIZES[kind].down + problem + (hasLongNames ? LONG_NAMES : 0)));
    column.forEach((node, lane) => {
      const box = { x: (lane * width) / column.length, y, width: width / column.length, height };
      cells.set(node.id, { box, area: { ...box, y: y + HEAD.down + node.problem, height: height - HEAD.down - node.problem }, bottom: y + height });
    });
    y += height;
  });
  return { cells, isCrowded: true };
}

/** @param {Node[]} nodes @param {Map<string, Cell>} cells @param {{height: number, width: number}} image @param {boolean} isDown @returns {Layout} */
function layoutOf(nodes, cells, image, isDown) {
  const areaOf = (/** @type {Node} */ node) => /** @type {Cell} */ (cells.get(node.id)).area;
  const answers = nodes.find(({ kind }) => kind === "answers");
  const places = nodes.filter(({ kind }) => kind !== "image" && kind !== "answers").map((node) => nodePlace(node, areaOf(node), isDown));
  for (const place of places) setBottom(/** @type {Cell} */ (cells.get(place.column.id)), place);
  const row = answers ? answerDots(answers.count, areaOf(answers), isDown) : { dots: [], radius: 0 };
  return { isDown, image: imageBox(areaOf(nodes[0]), image, isDown), places, answers: row.dots, answerRadius: row.radius, answersId: answers?.id ?? "" };
}

/** @param {Cell} cell @param {Place} place */
function setBottom(cell, { column, sheets, centre }) {
  const front = sheets.at(-1);
  if (column.kind === "sheets" && front) cell.bottom = front.y + front.height;
  if (column.kind === "card") cell.bottom = Math.min(cell.bottom, centre.y + CARD / 2);
}

/** @param {Box} area @param {{height: number, width: number}} image @param {boolean} isDown @returns {Box} */
function imageBox(area, image, isDown) {
  const room = { width: Math.min(area.width, SIDE.image), height: Math.min(area.height - CONTROLS, SIDE.image) };
  const scale = Math.max(0.1, Math.min(room.width / image.width, room.height / image.height));
  const [width, height] = [image.width * scale, image.height * scale];
  const y = isDown ? area.y : area.y + (area.height - CONTROLS - height) / 2;
  return { x: area.x + (isDown ? (area.width - width) / 2 : 0), y, width, height };
}

/** @param {Node} node @param {Box} area @param {boolean} isDown @returns {Place} */
function nodePlace(node, area, isDown) {
  const names = node.hasNames && !isDown ? NAMES : 0;
  const [x, y] = [area.x + (area.width - names) / 2, area.y + area.height / 2];
  const column = /** @type {Column} */ (/** @type {unknown} */ (node));
  if (node.kind === "strip") return stripOf(column, area, isDown);
  const [along, across] = isDown ? [y, x] : [x, y];
  const width = node.kind === "sheets" ? area.width * 1.4 * mapShare(node) : (area.width - names) * 1.5;
  const room = isDown ? { along: area.height, across: area.width - 24 } : { along: width, across: area.height };
  return placeOf(column, { along, across }, room, isDown);
}

/** @param {Node} node @returns {number} the drawn size of its maps, at which small maps are still visible */
function mapShare({ scale }) {
  return 0.7 + 0.3 * Math.min(1, scale);
}

/** @param {Column} column @param {Box} area @param {boolean} isDown @returns {Place} */
function stripOf(column, area, isDown) {
  const box = isDown
    ? { x: area.x + 8, y: area.y + 8, width: area.width - 16, height: SIDE.strip }
    : { x: area.x + (area.width - SIDE.strip) / 2, y: area.y, width: SIDE.strip, height: area.height };
  const share = (/** @type {number} */ index) => (index + 0.5) / column.drawn;
  const end = (/** @type {boolean} */ isOut) => Array.from({ length: column.drawn }, (_, index) => (isDown
    ? { x: box.x + box.width * share(index), y: box.y + (isOut ? box.height : 0) }
    : { x: box.x + (isOut ? box.width : 0), y: box.y + box.height * share(index) }));
  const centre = { x: box.x + box.width / 2, y: box.y + box.height / 2 };
  return { column, centre, reach: SIDE.strip / 2, dots: end(true), begins: end(false), radius: 0, sheets: [box] };
}

/** @param {number} count @param {Box} area @param {boolean} isDown @returns {{dots: Point[], radius: number}} */
function answerDots(count, area, isDown) {
  const step = (isDown ? area.width : area.height) / count;
  const radius = Math.min(ANSWER_RADIUS.most, step * ANSWER_RADIUS.share);
  const at = (/** @type {number} */ index) => step * (index + 0.5);
  const dots = Array.from({ length: count }, (_, index) => (isDown
    ? { x: area.x + at(index), y: area.y + radius + 4 }
    : { x: area.x + radius + 2, y: area.y + at(index) }));
  return { dots, radius };
}
