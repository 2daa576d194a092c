/** @import { View } from "./view" */
/** @import { LayerNode } from "./network_drawing.js" */
import { createElement, part } from "../shared/dom.js";

const TOP = { free: 26, crowded: 94 }; // pixels below the top of a column: beside its name, or below its heading
const DOWN = 17; // pixels above a row, in a drawing downwards

/**
 * Draw a round plus before each layer: it chooses the place of the next new layer.
 * @param {View} view the builder's
 * @param {LayerNode[]} nodes the layers as they are drawn
 */
export function drawPlusses(view, nodes) {
  const all = part(view.root, ".plusses");
  const { drawing } = view;
  if (!drawing) return;
  const shown = nodes.filter(({ layer }) => layer);
  while (all.children.length > shown.length) all.lastElementChild?.remove();
  while (all.children.length < shown.length) all.append(createElement("button", { type: "button", className: "plus", tabIndex: -1 }, "+"));
  const ends = endsOf(nodes, view);
  shown.forEach(({ id, layer, depth }, index) => {
    const plus = /** @type {HTMLElement} */ (all.children[index]);
    const { box } = /** @type {import("../../views/network/columns.js").Cell} */ (drawing.cells.get(id));
    const isDown = drawing.layout.isDown;
    const x = isDown ? box.x + box.width / 2 : (ends[depth - 1] + box.x) / 2;
    plus.style.translate = `${x}px ${isDown ? box.y - DOWN : box.y + TOP[drawing.isCrowded ? "crowded" : "free"]}px`;
    plus.dataset.before = id;
    const label = `Insert a layer before ${layer?.title}`;
    if (plus.title !== label) Object.assign(plus, { title: label, ariaLabel: label });
    plus.ariaPressed = String(id === view.insertBefore);
  });
}

/** @param {LayerNode[]} nodes @param {View} view @returns {number[]} where the columns end, by their depth */
function endsOf(nodes, { drawing }) {
  /** @type {number[]} */
  const ends = [];
  for (const { id, depth } of nodes) {
    const box = drawing?.cells.get(id)?.box;
    if (box) ends[depth] = Math.max(ends[depth] ?? 0, box.x + box.width);
  }
  return ends;
}

/**
 * Choose the place of the next new layer, and go to the palette; or give the place up.
 * @param {View} view the builder's
 * @param {?string} id of the layer before which it comes
 */
export function insertBefore(view, id) {
  view.insertBefore = view.insertBefore === id ? null : id;
  if (!view.insertBefore) return view.redraw();
  if (view.data.selected) view.send({ do: "select", layer: null }); // its settings may stand in the place of the palette
  part(view.root, ".palette").classList.add("unfolded");
  view.focusNext = null;
  view.redraw();
  part(view.root, ".find input").focus();
}
