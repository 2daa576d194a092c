/** @import { MapGrid } from "../../views/network/maps.js" */
/** @import { NetworkColumn } from "../shared/run_events.js" */
/** @import { LayerNode } from "./network_drawing.js" */
/** @import { Look, View } from "./view" */
import { mapUnder } from "../../views/network/maps.js";
import { createElement, part, setText } from "../shared/dom.js";

/** @typedef {MapGrid & {numbers: number[], front: number}} ShownGrid `numbers` are the maps in their order; `front` is an index of them */

/**
 * The grids of the layers that have room for all their maps.
 * @param {View} view of the builder
 * @param {?Look} look the outputs of the network for the image
 * @returns {ShownGrid[]}
 */
export function gridsOf({ drawing, fronts }, look) {
  return [...(drawing?.cells ?? [])].flatMap(([id, { grid }]) => {
    const told = look?.maps[id];
    if (!grid || !told) return [];
    const numbers = told.toSorted((one, other) => one - other);
    const wanted = numbers.indexOf(fronts.get(id) ?? told[0]);
    return [{ ...grid, numbers, front: wanted < 0 ? numbers.indexOf(told[0]) : wanted }];
  });
}

/**
 * The maps of a column in the order of their numbers. Python sends the strongest maps first.
 * @param {NetworkColumn} column
 * @param {number[] | undefined} told the number of each map
 * @returns {NetworkColumn}
 */
export function inOrder(column, told) {
  if (!told) return column;
  const maps = told.map((number, index) => ({ number, map: column.maps[index] })).toSorted((one, other) => one.number - other.number);
  return { ...column, maps: maps.map(({ map }) => map) };
}

/**
 * Lay a slider over each grid of maps: it says which map stands in front, and changes it by pointer and keys.
 * @param {View} view of the builder
 * @param {LayerNode[]} nodes the layers as they are drawn
 * @param {ShownGrid[]} grids
 */
export function drawSliders(view, nodes, grids) {
  const all = part(view.root, ".all-maps");
  const note = part(all, "p");
  note.hidden = !grids.length;
  const image = view.drawing?.layout.image;
  if (grids.length && image) note.style.translate = `${image.x}px ${grids[0].y}px`;
  const sliders = /** @type {HTMLElement[]} */ ([...all.querySelectorAll(".maps")]);
  for (const slider of sliders) if (!grids.some(({ id }) => id === slider.dataset.maps)) slider.remove();
  const stop = grids.find(({ id }) => id === view.data.selected) ?? grids[0]; // a single stop for the Tab key
  for (const grid of grids) {
    const slider = sliders.find(({ dataset }) => dataset.maps === grid.id) ?? all.appendChild(newSlider(grid.id));
    const title = nodes.find(({ id }) => id === grid.id)?.layer?.title ?? "";
    drawSlider(slider, grid, title);
    slider.tabIndex = grid === stop ? 0 : -1;
  }
}

/** @param {string} id */
function newSlider(id) {
  const slider = createElement("div", { className: "maps", role: "slider", ariaValueMin: "1" });
  slider.dataset.maps = id;
  return slider;
}

/** @param {HTMLElement} slider @param {ShownGrid} grid @param {string} title of the layer */
function drawSlider(slider, { x, y, pitch, columns, numbers, front }, title) {
  const rows = Math.ceil(numbers.length / columns);
  Object.assign(slider.style, { translate: `${x}px ${y}px`, width: `${columns * pitch}px`, height: `${rows * pitch}px` });
  Object.assign(slider, {
    ariaLabel: `Map in front of ${title}`, ariaValueMax: String(numbers.length), ariaValueNow: String(front + 1),
    ariaValueText: `map ${numbers[front] + 1}, ${front + 1} of ${numbers.length} that are shown`,
  });
}

/** Let pointer and keys bring a map to the front. @param {View} view the builder's */
export function listenToMaps(view) {
  const all = part(view.root, ".all-maps");
  const gridAt = (/** @type {EventTarget | null} */ target) => {
    const id = /** @type {?HTMLElement} */ (/** @type {Element} */ (target).closest(".maps"))?.dataset.maps;
    return gridsOf(view, view.look).find((grid) => grid.id === id);
  };
  all.addEventListener("click", ({ target, offsetX, offsetY }) => {
    const grid = gridAt(target);
    const index = grid ? mapUnder(grid, grid.numbers.length, { x: offsetX, y: offsetY }) : -1;
    if (grid && index >= 0) bringToFront(view, grid, index);
  });
  all.addEventListener("keydown", (event) => {
    const grid = gridAt(event.target);
    const index = grid && mapForKey(event.key, grid);
    if (grid === undefined || index === undefined) return;
    bringToFront(view, grid, index);
    event.preventDefault();
    event.stopPropagation();
  });
}

/**
 * The map that a key leads to.
 * @param {string} key of the keyboard
 * @param {ShownGrid} grid
 * @returns {number | undefined} its index; undefined for a key that means nothing
 */
export function mapForKey(key, { columns, numbers, front }) {
  const last = numbers.length - 1;
  /** @type {Object<string, number>} */
  const steps = { ArrowLeft: front - 1, ArrowRight: front + 1, ArrowUp: front - columns, ArrowDown: front + columns, Home: 0, End: last };
  return key in steps ? Math.min(last, Math.max(0, steps[key])) : undefined;
}

/** @param {View} view @param {ShownGrid} grid @param {number} index */
function bringToFront(view, grid, index) {
  view.fronts.set(grid.id, grid.numbers[index]);
  view.repaint();
  setText(part(view.root, "p.unseen"), `Map ${grid.numbers[index] + 1} is in front.`);
}
