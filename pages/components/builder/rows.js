// The network as rows from top to bottom, without any drawing.

/** @import { Data, Layer, Row } from "./view" */

/** The id of the picture that goes into the network. */
export const PICTURE = "input";

/**
 * The rows: the picture, each layer, and for a folded block one row in place of its layers.
 * @param {Layer[]} layers the first one on top
 * @param {string[]} folded names of the blocks that are folded
 * @returns {Row[]} from top to bottom
 */
export function rowsOf(layers, folded) {
  /** @type {Row[]} */
  const rows = [{ kind: "picture", ids: [PICTURE] }];
  for (const layer of layers) {
    const { id, block } = layer;
    const above = rows[rows.length - 1];
    const isContinued = Boolean(block) && above.block === block;
    if (block && folded.includes(block)) {
      if (isContinued && above.kind === "folded") above.ids.push(id), above.layers.push(layer);
      else rows.push({ kind: "folded", block, ids: [id], layers: [layer] });
      continue;
    }
    if (block && !isContinued) rows.push({ kind: "head", block, ids: [], first: id, count: idsIn(layers, block).length });
    rows.push({ kind: "layer", block, ids: [id], layer });
  }
  return rows;
}

/**
 * The layers of a block.
 * @param {Layer[]} layers of the network
 * @param {string} block its name
 * @returns {string[]} ids
 */
export function idsIn(layers, block) {
  return layers.filter((layer) => layer.block === block).map(({ id }) => id);
}

/**
 * The layers between two, both included.
 * @param {string[]} ids of all layers
 * @param {string} from id of one end; where it is gone, the range is the other end alone
 * @param {string} to id of the other end
 * @returns {string[]} ids
 */
export function rangeBetween(ids, from, to) {
  const [start, end] = [ids.indexOf(from), ids.indexOf(to)];
  return ids.slice(Math.min(start < 0 ? end : start, end), Math.max(start, end) + 1);
}

/**
 * The layers that another name stands on because layers came or went.
 * @param {Layer[]} before the layers as they were
 * @param {Layer[]} after the layers as they are
 * @returns {Map<string, string>} what they were called, by their ids
 */
export function renamed(before, after) {
  const names = new Map(before.map(({ id, called }) => [id, called]));
  const changed = after.filter(({ id, called }) => (names.get(id) ?? called) !== called);
  return new Map(changed.map(({ id }) => [id, names.get(id) ?? ""]));
}

/**
 * Whether two networks have the same layers, whatever their order.
 * @param {Layer[]} before the layers of one
 * @param {Layer[]} after the layers of the other
 * @returns {boolean} whether none came and none went
 */
export function hasSameLayers(before, after) {
  const ids = new Set(before.map(({ id }) => id));
  return before.length === after.length && after.every(({ id }) => ids.has(id));
}

/**
 * A layer in words.
 * @param {Data} data of the component
 * @param {string} id of the layer or the picture
 * @returns {string} for example "Dense (hidden)"
 */
export function nameOf({ blocks }, id) {
  const layer = blocks.find((each) => each.id === id);
  return layer ? `${layer.name} (${layer.called})` : "the image";
}
