/** @import { Cell, Drawing, Node } from "../../views/network/columns.js" */
/** @import { Layout, Place, Point } from "../../views/network/geometry.js" */
/** @import { Part } from "../../views/network/picture.js" */
/** @import { Palette } from "../../views/shared/network_palette.js" */
/** @import { Layer, Look, Row, View } from "./view" */
/** @import { NetworkLinks } from "../shared/run_events.js" */
import { bytesOf } from "../../views/shared/network_bytes.js";
import { depthsOf, layoutColumns } from "../../views/network/columns.js";
import { pixelEnds } from "../../views/network/paint.js";
import { paletteOf } from "../../views/shared/network_palette.js";
import { part } from "../shared/dom.js";
import { drawSliders, gridsOf, inOrder } from "./all_maps.js";
import { edgesOf } from "./lanes.js";
import { drawNames, haveLongNames } from "./class_names.js";
import { drawPlusses } from "./inserting.js";
import { PICTURE } from "./rows.js";
import { drawWindows, windowBetween } from "./windows.js";
import { drawWires, roomBelow } from "./wires.js";

const NARROW = 640; // below this width, in pixels, the network is drawn from top to bottom
const MARGIN = 10; // pixels around the network, for the frame of a selected layer
const ABOVE = 24; // pixels for the titles of named blocks
const BELOW_PROBLEM = 10; // pixels
const MOST_NAMES = 12; // a data set with more classes has no names beside its dots
const PLAIN = 640; // the number of plain links that are drawn while their values are unknown
const NO_PIXELS = { height: 28, width: 28 };

/**
 * Draw the network: place its layers, and paint the links and the outputs of the layers for the image.
 * @param {View} view of the builder
 */
export function drawNetwork(view) {
  const { root } = view;
  const drawn = part(root, ".drawn");
  const isDown = root.clientWidth < NARROW;
  root.classList.toggle("down", isDown);
  const palette = paletteOf(root); // before anything is placed, since the styles are known at this moment
  const above = view.rows.some(({ kind }) => kind === "head") ? ABOVE : 0;
  view.inView = { scrollLeft: drawn.scrollLeft, clientWidth: drawn.clientWidth }; // read before the layout changes
  const size = { width: view.inView.clientWidth - 2 * MARGIN, height: drawn.clientHeight - 2 * MARGIN - above };
  if (size.width <= 0) return;
  const nodes = nodesOf(view);
  const edges = edgesOf(view.rows, view.data.blocks);
  const depths = new Map(nodes.map(({ row, depth }) => [row, depth]));
  const ways = edges.map((edge) => ({ ...edge, isPlain: (depths.get(edge.to) ?? 0) - (depths.get(edge.from) ?? 0) === 1 }));
  const look = lookOf(view, nodes);
  const image = look?.image ?? view.data.image ?? NO_PIXELS;
  const drawing = layoutColumns(nodes, size, image, { isDown, below: isDown ? 0 : roomBelow(ways) });
  Object.assign(view, { drawing, ways, nodes });
  part(root, ".sheet").style.marginTop = `${above}px`;
  placeRows(view, drawing);
  if (measureProblems(view)) return drawNetwork(view); // each problem has its room at the second drawing
  drawNames(view, nodes, look);
  drawWires(view);
  drawPlusses(view, nodes);
  drawWindows(view, nodes);
  paint(view, nodes, look, palette);
}

/** @typedef {Node & {row: number, layer: ?Layer}} LayerNode */

/** @param {View} view @returns {LayerNode[]} */
function nodesOf({ rows, data, problemHeights }) {
  const edges = edgesOf(rows, data.blocks);
  const indexes = rows.flatMap((row, index) => (row.kind === "head" ? [] : [index]));
  const order = new Map(indexes.map((row, index) => [row, index]));
  const depths = depthsOf(indexes.length, edges.map(({ from, to }) => ({ from: order.get(from) ?? 0, to: order.get(to) ?? 0 })));
  const output = data.blocks.findLast(({ role }) => role === "output layer")?.id;
  const nodes = indexes.map((row, index) => ({ ...nodeOf(rows[row], data, output), row, depth: depths[index] }));
  return nodes.map((node) => ({ ...node, problem: problemHeights.get(node.id) ?? 0 }));
}

/** @param {Row} row @param {View["data"]} data @param {string | undefined} output the id of the layer that should answer */
function nodeOf(row, { classes, pictureShape, data }, output) {
  /** @type {{id: string, kind: Node["kind"], count: number, drawn: number, problem: number, scale: number, maps: number, hasNames: boolean, hasLongNames?: boolean, layer: ?Layer}} */
  const node = { id: row.ids[0], kind: "card", count: 0, drawn: 0, problem: 0, scale: 1, maps: 0, hasNames: false, layer: null };
  if (row.kind === "picture") return { ...node, kind: /** @type {const} */ ("image") };
  if (row.kind !== "layer") return node;
  const { id, column, dims } = row.layer;
  const hasNames = id === output && column.kind === "dots" && classes.length <= MOST_NAMES;
  const kind = hasNames && column.count === classes.length ? /** @type {const} */ ("answers") : column.kind;
  const maps = data && kind === "sheets" ? data.look?.maps[id]?.length ?? column.drawn : 0;
  return { ...node, ...column, kind, hasNames, hasLongNames: hasNames && haveLongNames(classes), maps, scale: (dims[0] ?? 1) / pictureShape[0], layer: row.layer };
}

/**
 * The outputs of the network for the image. Until Python has sent the outputs, the earlier outputs of unchanged layers.
 * @param {View} view
 * @param {LayerNode[]} nodes
 * @returns {?Look}
 */
function lookOf(view, nodes) {
  const now = view.data.data?.look;
  const sizes = new Map(nodes.map(({ id, kind, count }) => [id, `${kind} ${count}`]));
  if (now) Object.assign(view, { look: now, lookSizes: sizes });
  if (!view.data.data || !view.look) return null;
  const isSame = (/** @type {string} */ id) => id === PICTURE || (sizes.has(id) && view.lookSizes.get(id) === sizes.get(id));
  const { links, weights, columns, answers, ...look } = view.look;
  const kept = (/** @type {NetworkLinks[]} */ all) => all.filter(({ source, target }) => isSame(source) && isSame(target));
  const hasAnswers = nodes.some(({ kind, id }) => kind === "answers" && isSame(id));
  return { ...look, links: kept(links), weights: kept(weights), columns: columns.filter(({ id }) => isSame(id)), answers: hasAnswers ? answers : [] };
}

/** @param {View} view @returns {boolean} whether a problem has another height, so that its layer needs another room */
function measureProblems(view) {
  const heights = new Map();
  for (const problem of /** @type {NodeListOf<HTMLElement>} */ (view.root.querySelectorAll(".problem"))) {
    const id = problem.closest("li")?.dataset.id ?? "";
    heights.set(id, (heights.get(id) ?? 0) + problem.offsetHeight + BELOW_PROBLEM);
  }
  const isSame = heights.size === view.problemHeights.size && [...heights].every(([id, height]) => view.problemHeights.get(id) === height);
  view.problemHeights = heights;
  return !isSame;
}

/**
 * Whether the network is too long for its place, so that it scrolls.
 * @param {View} view of the builder
 */
export function isLong({ inView, drawing }) {
  return drawing !== null && !drawing.layout.isDown && drawing.width > inView.clientWidth;
}

/** @param {View} view @param {Drawing} drawing */
function placeRows(view, { layout, cells, width, height, isCrowded }) {
  const sheet = part(view.root, ".sheet");
  Object.assign(sheet.style, { width: `${width}px`, height: `${height}px` });
  sheet.classList.toggle("crowded", isCrowded);
  part(view.root, ".drawn").classList.toggle("long", isLong(view));
  for (const row of /** @type {HTMLElement[]} */ ([...part(view.root, ".blocks").children])) {
    const cell = cells.get(row.dataset.first ?? row.dataset.id ?? "");
    if (!cell) continue;
    const { x, y, width: wide, height: high } = cell.box;
    const isHead = row.matches(".head");
    Object.assign(row.style, { left: `${x}px`, top: `${isHead ? y - ABOVE : y}px`, width: isHead ? "" : `${wide}px`, height: isHead ? "" : `${high}px` });
    row.style.setProperty("--head", `${cell.area.y - y - (view.problemHeights.get(row.dataset.id ?? "") ?? 0)}px`);
    row.style.setProperty("--start", `${cell.area.y - y}px`);
    row.style.setProperty("--area", `${cell.area.height}px`);
    if (row.dataset.id === PICTURE) row.style.setProperty("--below", `${layout.image.y + layout.image.height - y}px`);
  }
}

/** @param {View} view @param {LayerNode[]} nodes @param {?Look} look @param {Palette} palette */
function paint(view, nodes, look, palette) {
  const { data, picture } = view;
  const { layout, cells, width, height } = /** @type {Drawing} */ (view.drawing);
  const pixels = look?.image ?? data.image;
  const isOfWeights = view.mode === "weights" && !data.data?.isTraining;
  const columns = look?.columns.map((column) => inOrder(column, look.maps[column.id])) ?? [];
  const state = look && { ...look, columns, links: isOfWeights ? look.weights : look.links };
  const joined = coveredWays(view, nodes, state?.links ?? []);
  const [bundles, arrows] = plainLinks(view, nodes, joined);
  const grids = gridsOf(view, look);
  drawSliders(view, nodes, grids);
  const covered = coveredPart(view);
  const shown = JSON.stringify([nodes.map(({ id, kind, count }) => [id, kind, count]), [...cells], width, height, palette.isDark, devicePixelRatio, state, pixels, bundles, arrows, grids, isOfWeights, data.data?.isTrained, covered]);
  if (view.painted === shown) return;
  view.painted = shown;
  picture.show({
    layout, palette, state, bundles, arrows, grids, isOfWeights, hasArrows: false, trained: look?.trained ?? [],
    pixels: pixels && { ...pixels, bytes: bytesOf(pixels.pixels) }, labels: layout.answers.map((_, index) => index),
    isTrained: Boolean(data.data?.isTrained),
  }, { width, height }, covered);
}

/**
 * The painted part of a long network: the part in view and as much beside it, so that scrolling rarely needs new painting.
 * @param {View} view of the builder
 * @returns {?Part} null if the whole network is painted
 */
export function coveredPart(view) {
  if (!isLong(view)) return null;
  const { width } = /** @type {Drawing} */ (view.drawing);
  const { clientWidth } = view.inView;
  const scrollLeft = Math.min(view.inView.scrollLeft, width - clientWidth);
  const size = Math.min(width, 2 * clientWidth);
  const before = view.picture.part;
  const isKept = before && before.width === size && before.left + size <= width && isWithin(scrollLeft, clientWidth, before);
  return isKept ? before : { left: Math.round(Math.max(0, Math.min(width - size, scrollLeft - clientWidth / 2))), width: size };
}

/**
 * Paint the part of a long network that has come into view.
 * @param {View} view of the builder
 */
export function paintScrolled(view) {
  const painted = view.picture.part;
  if (!painted || !isLong(view)) return;
  const { scrollLeft, clientWidth } = part(view.root, ".drawn");
  const last = /** @type {Drawing} */ (view.drawing).width - clientWidth;
  if (!isWithin(Math.min(scrollLeft, last), clientWidth, painted)) view.repaint();
}

/** @param {number} start @param {number} length @param {Part} part @returns {boolean} */
function isWithin(start, length, { left, width }) {
  return start >= left && start + length <= left + width;
}

// The edges that are already drawn as links, including edges to and from a card that links pass below.
/** @param {View} view @param {LayerNode[]} nodes @param {NetworkLinks[]} links @returns {Set<string>} */
function coveredWays({ ways, rows }, nodes, links) {
  const covered = new Set();
  const rowOf = new Map(nodes.map(({ id, row }) => [id, row]));
  for (const { source, target } of links) {
    let at = rowOf.get(target);
    while (at !== undefined && rows[at].ids[0] !== source) {
      const way = ways.find(({ to }) => to === at);
      if (!way) break;
      covered.add(`${way.from}-${way.to}`);
      at = way.from;
    }
  }
  return covered;
}

/** @param {View} view @param {LayerNode[]} nodes @param {Set<string>} covered @returns {[{from: Point[], to: Point[]}[], [Point, Point][]]} */
function plainLinks(view, nodes, covered) {
  const { layout, cells } = /** @type {Drawing} */ (view.drawing);
  const byRow = new Map(nodes.map((node) => [node.row, node]));
  /** @type {{from: Point[], to: Point[]}[]} */
  const bundles = [];
  /** @type {[Point, Point][]} */
  const arrows = [];
  for (const way of view.ways) {
    const [source, target] = [byRow.get(way.from), byRow.get(way.to)];
    if (!source || !target || !way.isPlain || covered.has(`${way.from}-${way.to}`)) continue;
    const [outs, ins] = [outsOf(layout, source), insOf(layout, target)];
    if (windowBetween(view, source, target)) continue;
    if (target.kind === "strip" && outs.length) bundles.push(spread(outs, ins, ins.length));
    else if (isDense(target) && outs.length && source.kind !== "image" && source.kind !== "sheets") bundles.push(spread(outs, ins, PLAIN));
    else arrows.push(arrowBetween(layout, edgeOf(layout, cells, source, true), edgeOf(layout, cells, target, false)));
  }
  return [bundles, arrows];
}

/** @param {LayerNode} node */
function isDense({ kind }) {
  return kind === "dots" || kind === "answers";
}

/** @param {Layout} layout @param {LayerNode} node @returns {Point[]} */
function outsOf(layout, node) {
  if (node.kind === "image") return edgePoints(layout);
  return node.kind === "answers" ? layout.answers : placeIn(layout, node)?.dots ?? [];
}

/** @param {Layout} layout @param {LayerNode} node @returns {Point[]} */
function insOf(layout, node) {
  if (node.kind === "answers") return layout.answers;
  const place = placeIn(layout, node);
  return place?.begins ?? place?.dots ?? [];
}

/** @param {Layout} layout @param {LayerNode} node @returns {Place | undefined} */
function placeIn(layout, { id }) {
  return layout.places.find(({ column }) => column.id === id);
}

/** @param {Layout} layout a point at the edge of the image for each of its rows, or of its columns in a drawing downwards */
function edgePoints(layout) {
  const all = pixelEnds(layout, { height: 28, width: 28 });
  return layout.isDown ? all.slice(0, 28) : all.filter((_, index) => index % 28 === 0);
}

/** @param {Point[]} from @param {Point[]} to @param {number} most */
function spread(from, to, most) {
  const count = to.length === most ? most : Math.min(most, from.length * to.length);
  const step = (from.length * to.length) / count;
  const pairs = Array.from({ length: count }, (_, index) => Math.floor(index * step));
  const isOneToOne = to.length === most;
  return {
    from: pairs.map((pair, index) => from[isOneToOne ? Math.floor((index * from.length) / count) : pair % from.length]),
    to: pairs.map((pair, index) => to[isOneToOne ? index : Math.floor(pair / from.length)]),
  };
}

/** @param {Layout} layout @param {Map<string, Cell>} cells @param {LayerNode} node @param {boolean} isOut @returns {Point} */
function edgeOf(layout, cells, node, isOut) {
  const { area } = /** @type {Cell} */ (cells.get(node.id));
  const place = placeIn(layout, node);
  const { isDown, image } = layout;
  if (node.kind === "image") return isDown ? { x: image.x + image.width / 2, y: image.y + image.height } : { x: image.x + image.width, y: image.y + image.height / 2 };
  if (node.kind === "answers") return isDown ? { x: area.x + area.width / 2, y: area.y } : { x: area.x, y: area.y + area.height / 2 };
  const centre = place?.centre ?? { x: area.x + area.width / 2, y: area.y + area.height / 2 };
  const reach = (place && node.kind !== "card" ? place.reach : Math.min(48, (isDown ? area.height : area.width) / 2)) * (isOut ? 1 : -1);
  return isDown ? { x: centre.x, y: centre.y + reach } : { x: centre.x + reach, y: centre.y };
}

/** @param {Layout} layout @param {Point} from @param {Point} to @returns {[Point, Point]} */
function arrowBetween({ isDown }, from, to) {
  const gap = 5;
  return isDown ? [{ ...from, y: from.y + gap }, { ...to, y: to.y - gap }] : [{ ...from, x: from.x + gap }, { ...to, x: to.x - gap }];
}
