// A small drawing of a network: its layers from left to right, with branches above each other. Independent of the page.

/** @typedef {{id: string, drawing: string, inputs: string[], dims: (number | null)[]}} Layer */
/**
 * @typedef {{id: string, drawing: string, x: number, y: number, width: number, height: number}} Node The middle and the size
 * of a drawn layer.
 */

export const ROOM = { width: 236, height: 88 }; // pixels
const PICTURE = "input"; // the id of the input picture
const MARGIN = 12; // pixels at the left and right
const BRANCH = 21; // pixels from a branch to the next
const UNKNOWN = { width: 6, height: 26 }; // of a layer whose shape is not known yet
const TALLEST = 44; // pixels of a layer whose data has the side of the picture
const BULGE = 26; // the pixels by which a line around layers bends aside

/**
 * The column of each layer, to the right of all its inputs.
 * @param {Layer[]} layers of the network, in order
 * @returns {Map<string, number>} column by id; 0 is the picture
 */
export function columnsOf(layers) {
  const columns = new Map([[PICTURE, 0]]);
  for (const { id, inputs } of layers) columns.set(id, 1 + Math.max(0, ...inputs.map((input) => columns.get(input) ?? 0)));
  return columns;
}

/**
 * The position and the size of each layer. The height follows the height and width of the layer's data, and the width
 * follows the channels.
 * @param {Layer[]} layers of the network, in order
 * @param {number[]} picture the shape of the input picture
 * @returns {Node[]} the picture, then the layers
 */
export function nodesOf(layers, picture) {
  const all = [{ id: PICTURE, drawing: "", inputs: [], dims: picture }, ...layers];
  const columns = columnsOf(layers);
  const last = Math.max(...columns.values());
  const step = (ROOM.width - 2 * MARGIN) / Math.max(1, last);
  const side = Math.max(...picture.slice(0, 2));
  /** @type {Map<string, number>} */
  const heights = new Map();
  return all.map((layer) => {
    const column = columns.get(layer.id) ?? 0;
    const members = all.filter(({ id }) => columns.get(id) === column);
    const branch = members.indexOf(layer) - (members.length - 1) / 2;
    const size = sizeOf(layer.dims, side);
    const isBranch = members.length > 1;
    const inherited = heights.get(layer.inputs[0] ?? "");
    const y = isBranch ? ROOM.height / 2 + branch * BRANCH : layer.inputs.length === 1 && isWithin(layer, all, columns) ? inherited ?? ROOM.height / 2 : ROOM.height / 2;
    heights.set(layer.id, y);
    const room = isBranch ? BRANCH - 5 : ROOM.height;
    return { id: layer.id, drawing: layer.drawing, x: MARGIN + column * step, y, width: Math.min(size.width, Math.max(3, step - 3)), height: Math.min(size.height, room) };
  });
}

// Whether a layer is alone in its column only because the other branches are shorter.
/** @param {Layer} layer @param {Layer[]} all @param {Map<string, number>} columns */
function isWithin(layer, all, columns) {
  const column = columns.get(layer.id) ?? 0;
  return all.some(({ id, inputs }) => (columns.get(id) ?? 0) > column && inputs.some((input) => (columns.get(input) ?? 0) < column));
}

/** @param {(number | null)[]} dims @param {number} side of the picture */
function sizeOf(dims, side) {
  const lengths = dims.map((length) => Math.max(1, length ?? 1));
  if (!lengths.length) return UNKNOWN;
  if (lengths.length === 1) return { width: 5, height: Math.min(TALLEST, 8 + 9 * Math.log10(lengths[0])) };
  const height = Math.max(7, Math.min(TALLEST, (TALLEST * lengths[0]) / side));
  return { width: 3 + 1.6 * Math.log2(lengths[lengths.length - 1]), height };
}

/**
 * The lines from each layer to the layers that take its output. Lines that pass layers go around them.
 * @param {Layer[]} layers of the network
 * @param {Node[]} nodes from nodesOf
 * @returns {string[]} SVG paths
 */
export function linesOf(layers, nodes) {
  const at = new Map(nodes.map((node) => [node.id, node]));
  return layers.flatMap(({ id, inputs }) => inputs.flatMap((input) => {
    const [from, to] = [at.get(input), at.get(id)];
    return from && to ? [lineOf(from, to, nodes)] : [];
  }));
}

/** @param {Node} from @param {Node} to @param {Node[]} nodes */
function lineOf(from, to, nodes) {
  const [x, end] = [from.x + from.width / 2, to.x - to.width / 2];
  const isPast = nodes.some((node) => node.x > from.x && node.x < to.x && Math.abs(node.y - from.y) < 1 && Math.abs(to.y - from.y) < 1);
  if (!isPast) {
    const turn = Math.min(20, (end - x) / 2);
    return `M${fixed(x)} ${fixed(from.y)}H${fixed(end - 2 * turn)}C${fixed(end - turn)} ${fixed(from.y)} ${fixed(end - turn)} ${fixed(to.y)} ${fixed(end)} ${fixed(to.y)}`;
  }
  const top = Math.max(3, Math.min(from.y, to.y) - TALLEST / 2 - BULGE / 2);
  return `M${fixed(from.x)} ${fixed(from.y - from.height / 2)}C${fixed(from.x)} ${fixed(top)} ${fixed(to.x)} ${fixed(top)} ${fixed(to.x)} ${fixed(to.y - to.height / 2)}`;
}

/** @param {number} value */
function fixed(value) {
  return Math.round(10 * value) / 10;
}
