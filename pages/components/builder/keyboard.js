/** @import { View } from "./view" */
import { part } from "../shared/dom.js";
import { focusBlock, focusedId } from "./blocks.js";
import { insertBefore } from "./inserting.js";
import { PICTURE } from "./rows.js";
import { endJoining, mark, markTo, removeLayer, SETTINGS, toggleJoining } from "./selection.js";

/** @type {Object<string, 1 | -1>} */
const STEPS = { ArrowDown: 1, ArrowRight: 1, ArrowUp: -1, ArrowLeft: -1 };

/** Let keys change the network, on a layer and in the palette. @param {View} view */
export function listenToKeys(view) {
  view.root.addEventListener("keydown", (event) => {
    const target = /** @type {Element} */ (event.target);
    const [tile, block] = /** @type {(?HTMLElement)[]} */ ([target.closest(".tile"), target.closest(".block")]);
    if (event.key === "Escape" && view.insertBefore) {
      endInserting(view);
    } else if (event.key === "Escape" && (view.joining || view.range.length)) {
      endJoining(view);
      mark(view, []);
    } else if (event.key === "/" && !target.closest("input")) {
      part(view.root, ".find input").focus();
    } else if (tile) {
      if (!onTile(view, tile, event.key)) return;
    } else if (!block || !onBlock(view, block.dataset.id ?? "", event)) {
      return;
    }
    event.preventDefault();
    event.stopPropagation();
  });
}

/**
 * Let Ctrl+Z and Ctrl+Y undo and redo, wherever the focus is, and Escape close the settings of a layer. A field where text is
 * typed has its own undo; an open list or popover closes first.
 * @param {View} view of the builder
 */
export function listenToPageKeys(view) {
  view.onPageKey = (event) => {
    if (event.key === "Escape") closeSettings(view, event);
    /** @type {Object<string, "undo" | "redo">} */
    const commands = { z: event.shiftKey ? "redo" : "undo", y: "redo" };
    const command = commands[event.key.toLowerCase()];
    if (!command || !(event.ctrlKey || event.metaKey) || event.altKey) return;
    const origin = event.composedPath()[0];
    if (origin instanceof Element && origin.matches("input, textarea, select, [contenteditable]")) return;
    event.preventDefault();
    view.send({ do: command });
  };
  document.addEventListener("keydown", view.onPageKey);
}

// Forget the chosen position of the next new layer, and give the layer behind that position the focus again.
/** @param {View} view */
function endInserting(view) {
  const id = view.insertBefore;
  view.insertBefore = null;
  view.redraw();
  focusBlock(view, id);
}

/** @param {View} view @param {KeyboardEvent} event */
function closeSettings(view, event) {
  const origin = /** @type {Element} */ (event.composedPath()[0]);
  const selected = view.data.selected ?? focusedId(view); // the settings may appear a moment before the layer is marked
  const isBusy = event.defaultPrevented || view.root.matches(".dragging") || !document.querySelector(SETTINGS);
  const isInPalette = origin.closest(".palette") !== null;
  if (isBusy || (!origin.closest(SETTINGS) && !origin.closest(".block") && !isInPalette)) return;
  if (origin.closest(SETTINGS) && origin.closest('[aria-expanded="true"]')) return;
  view.focusNext = isInPalette ? null : selected;
  view.send({ do: "select", layer: null });
}

/** @param {View} view @param {HTMLElement} tile @param {string} key @returns {boolean} whether the key means something */
function onTile(view, tile, key) {
  const step = STEPS[key];
  if (!step) return false;
  const tiles = /** @type {HTMLElement[]} */ ([...view.root.querySelectorAll(".tile")]);
  const next = tiles.indexOf(tile) + step;
  (tiles[next] ?? (next < 0 ? part(view.root, ".find input") : tile)).focus();
  return true;
}

/** @param {View} view @param {string} id @param {KeyboardEvent} event @returns {boolean} whether the key means something */
function onBlock(view, id, event) {
  const step = STEPS[event.key];
  const key = event.key.toLowerCase();
  const isCtrl = event.ctrlKey || event.metaKey;
  if (step && event.altKey) shiftLayer(view, id, step);
  else if (step) moveFocus(view, id, step, event.shiftKey);
  else if (id === PICTURE && key !== "j") return false; // the picture is neither moved nor removed
  else if (event.key === "Delete" || event.key === "Backspace") removeLayer(view, id);
  else if (event.key === "d" && isCtrl) view.send({ do: "duplicate", layer: id });
  else if (key === "j" && !isCtrl) toggleJoining(view, id);
  else if (key === "+") insertBefore(view, id);
  else return false;
  return true;
}

/** @param {View} view @param {string} id @param {1 | -1} step */
function shiftLayer(view, id, step) {
  view.focusNext = id;
  if (id !== PICTURE) view.send({ do: "shift", layer: id, places: step });
}

/** @param {View} view @param {string} id @param {number} step @param {boolean} marks whether the layers on the way are marked */
function moveFocus(view, id, step, marks) {
  const rows = /** @type {HTMLElement[]} */ ([...view.root.querySelectorAll(".block")]);
  const row = rows[rows.findIndex(({ dataset }) => dataset.id === id) + step];
  const next = row?.dataset.id;
  if (!next) return;
  if (marks && next !== PICTURE && id !== PICTURE) {
    if (!view.range.length) view.anchor = id;
    markTo(view, next);
  }
  part(row, row.querySelector(".name") ? ".name" : ".port").focus();
}
