// The network as rows from top to bottom, without any drawing.

/** @import { Data, Layer, Row } from "./view" */

/** The id of the picture that goes into the network. */
export const PICTURE = "input";

/**
 * The rows of the drawing: the picture and each layer. A folded block has one row in place of its layers.
 * @param {Layer[]} layers the first layer on top
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
 * The layers from one layer to another, both included.
 * @param {string[]} ids of all layers
 * @param {string} from id of one end; if that layer was removed, the range is only the other end
 * @param {string} to id of the other end
 * @returns {string[]} ids
 */
export function rangeBetween(ids, from, to) {
  const [start, end] = [ids.indexOf(from), ids.indexOf(to)];
  return ids.slice(Math.min(start < 0 ? end : start, end), Math.max(start, end) + 1);
}

/**
 * The layers that have another name because a single layer came or went. In another network, no layer has an earlier name.
 * @param {Layer[]} before the layers as they were
 * @param {Layer[]} after the layers as they are
 * @returns {Map<string, string>} the earlier names, by the ids of the layers
 */
export function renamed(before, after) {
  const [earlier, now] = [before, after].map((layers) => new Set(layers.map(({ id }) => id)));
  const differing = [...earlier, ...now].filter((id) => !earlier.has(id) || !now.has(id));
  if (differing.length > 1) return new Map();
  const names = new Map(before.map(({ id, called }) => [id, called]));
  const changed = after.filter(({ id, called }) => (names.get(id) ?? called) !== called);
  return new Map(changed.map(({ id }) => [id, names.get(id) ?? ""]));
}

/**
 * Whether two networks have the same layers, in any order.
 * @param {Layer[]} before the layers of the first network
 * @param {Layer[]} after the layers of the second network
 * @returns {boolean} whether no layer was added or removed
 */
export function hasSameLayers(before, after) {
  const ids = new Set(before.map(({ id }) => id));
  return before.length === after.length && after.every(({ id }) => ids.has(id));
}

/**
 * The network that Python is expected to return once a layer is removed: the layers that took its output take its inputs,
 * as remove_layer in core/experiment/edits.py says. The costs wait for Keras.
 * @param {Layer[]} blocks all layers
 * @param {string} id of the layer
 * @returns {Layer[]} the other layers
 */
export function withoutLayer(blocks, id) {
  const inputs = blocks.find((layer) => layer.id === id)?.inputs ?? [];
  const taken = (/** @type {Layer} */ layer) => [...new Set(layer.inputs.flatMap((source) => (source === id ? inputs : [source])))];
  return blocks.filter((layer) => layer.id !== id).map((layer) => ({ ...layer, inputs: taken(layer), shape: "checking", dims: [], parameters: null }));
}

/**
 * Keep the drawings of unchanged layers while Keras checks the shapes: a drawing would come back a moment later.
 * @param {Layer[]} blocks all layers, perhaps without shapes
 * @param {Layer[]} before the layers as they were drawn last
 * @returns {Layer[]} all layers
 */
export function withFormerDrawings(blocks, before) {
  const drawn = new Map(before.map((layer) => [layer.id, layer]));
  return blocks.map((layer) => {
    const former = drawn.get(layer.id);
    return layer.shape === "checking" && former?.phrase === layer.phrase ? { ...layer, column: former.column } : layer;
  });
}

/**
 * The name of a layer in words.
 * @param {Data} data of the component
 * @param {string} id of the layer or the picture
 * @returns {string} for example "Dense (hidden)"
 */
export function nameOf({ blocks }, id) {
  const layer = blocks.find((each) => each.id === id);
  return layer ? `${layer.name} (${layer.called})` : "the image";
}
