// The selected, marked, folded and joined layers of the drawing.

/** @import { View } from "./view" */
import { readStored, writeStored } from "../shared/browser_storage.js";
import { part } from "../shared/dom.js";
import { PICTURE, rangeBetween, withoutLayer } from "./rows.js";

/** The card beside the network with the settings of the selected layer, as pages/builder/layer_settings.py names it. */
export const SETTINGS = '[class*="st-key-card-layer-"]';
const FOLDED_KEY = "layers.folded"; // the key of the names of folded blocks in this browser's storage

/**
 * The folded blocks that this browser has stored.
 * @returns {string[]} their names
 */
export function storedFolds() {
  return [readStored(FOLDED_KEY)].flat().filter((name) => typeof name === "string");
}

/**
 * Fold a block, or unfold it.
 * @param {View} view of the builder
 * @param {string} name of the block
 */
export function toggleFold(view, name) {
  view.folded = view.folded.includes(name) ? view.folded.filter((folded) => folded !== name) : [...view.folded, name];
  writeStored(FOLDED_KEY, view.folded);
  view.redraw();
  part(view.root, `[data-block="${CSS.escape(name)}"] .fold`).focus();
}

/**
 * The ids of all layers.
 * @param {View} view of the builder
 * @returns {string[]} the first layer's first
 */
export function layerIds(view) {
  return view.data.blocks.map(({ id }) => id);
}

/**
 * Show the settings of a layer.
 * @param {View} view of the builder
 * @param {string} id of the layer
 */
export function selectLayer(view, id) {
  view.anchor = id;
  view.send({ do: "select", layer: id });
}

/**
 * Remove a layer. The layer below gets the focus, or else the layer above. The drawing does not wait for Python.
 * @param {View} view of the builder
 * @param {string} id of the layer
 */
export function removeLayer(view, id) {
  const ids = layerIds(view);
  const index = ids.indexOf(id);
  view.focusNext = ids[index + 1] ?? ids[index - 1] ?? null;
  view.send({ do: "remove", layer: id });
  if (view.data.locked) return;
  view.data = { ...view.data, blocks: withoutLayer(view.data.blocks, id) };
  view.redraw();
}

/**
 * Mark the layers from the anchor to a layer; the anchor is the last layer that was selected.
 * @param {View} view of the builder
 * @param {string} id of the layer
 */
export function markTo(view, id) {
  mark(view, rangeBetween(layerIds(view), view.anchor ?? view.data.selected ?? id, id));
}

/**
 * Mark layers, so that they can become a block.
 * @param {View} view of the builder
 * @param {string[]} ids of the layers; an empty list removes the marks
 */
export function mark(view, ids) {
  view.range = ids;
  const form = part(view.root, ".range");
  form.hidden = !ids.length;
  part(form, "span").textContent = `${ids.length} layer${ids.length === 1 ? "" : "s"} marked`;
  for (const row of /** @type {NodeListOf<HTMLElement>} */ (view.root.querySelectorAll(".block"))) {
    row.classList.toggle("marked", ids.includes(row.dataset.id ?? ""));
  }
}

/**
 * Begin to join a layer with another layer, or cancel the join.
 * @param {View} view of the builder
 * @param {string} id of the layer
 */
export function toggleJoining(view, id) {
  view.joining = view.joining === id ? null : id;
  view.redraw();
  part(view.root, `[data-id="${CSS.escape(id)}"] .port`).focus();
}

/** Cancel the join of a layer. @param {View} view */
export function endJoining(view) {
  if (!view.joining) return;
  view.joining = null;
  view.redraw();
}

/**
 * Let a layer take the output of the layer that is being joined.
 * @param {View} view of the builder
 * @param {string} id of the layer
 */
export function joinTo(view, id) {
  const from = view.joining;
  if (from && id !== PICTURE && id !== from) view.send({ do: "join", layer: id, from });
  endJoining(view);
}
