/** @import { PaletteEntry, View } from "./view" */
import { readStored, writeStored } from "../shared/browser_storage.js";
import { createElement, part } from "../shared/dom.js";
import { drawingOf } from "./icons.js";
import { nameOf } from "./rows.js";
import { endJoining } from "./selection.js";
import { breakable } from "./words.js";

const SIZE_KEY = "layers.palette"; // the key of the palette's size in this browser's storage

/** Draw the palette: the layers of the chosen size by group, or the results of a search in all layers. @param {View} view */
export function drawPalette(view) {
  const { root, data } = view;
  const words = searchField(view).value.toLowerCase().split(/\s+/).filter(Boolean);
  const sizes = Object.keys(data.sizes).filter((size) => data.palette.some((entry) => entry.size === size));
  if (!sizes.includes(view.paletteSize)) view.paletteSize = sizes.includes(readStored(SIZE_KEY)) ? readStored(SIZE_KEY) : sizes[0];
  part(root, ".place").textContent = insertWords(view);
  const state = JSON.stringify([data.palette, words, view.paletteSize]);
  if (view.paletteDrawn === state) return;
  view.paletteDrawn = state;
  drawSizes(view, sizes);
  const upTo = (/** @type {PaletteEntry} */ { size }) => sizes.indexOf(size) <= sizes.indexOf(view.paletteSize);
  const entries = words.length ? search(data.palette, words) : data.palette.filter(upTo);
  /** @type {Map<string, PaletteEntry[]>} */
  const groups = new Map();
  for (const entry of entries) groups.set(entry.group, [...(groups.get(entry.group) ?? []), entry]);
  const tiles = part(root, ".tiles");
  const isShort = [...groups.values()].every((members) => members.length === 1); // titles would repeat the names
  tiles.classList.toggle("short", isShort);
  tiles.replaceChildren(...[...groups].map(([group, members]) => groupOf(isShort ? "" : group, members)));
  stopAt(view, /** @type {?HTMLElement} */ (tiles.querySelector(".tile")));
  if (!entries.length) tiles.append(createElement("p", {}, "No layer has these words. Try a shorter one, such as “conv” or “pool”."));
}

/** @param {View} view */
function searchField(view) {
  return /** @type {HTMLInputElement} */ (part(view.root, ".find input"));
}

/**
 * The entries that contain all words. A word in the name counts more than a word in the sentence.
 * @param {PaletteEntry[]} palette all entries
 * @param {string[]} words in lower case
 * @returns {PaletteEntry[]} the best entry first
 */
export function search(palette, words) {
  const score = (/** @type {PaletteEntry} */ entry) => {
    const [name, group, sentence] = [entry.name, entry.group, entry.sentence].map((text) => text.toLowerCase());
    /** @type {number[]} */
    const points = words.map((word) =>
      name.startsWith(word) ? 4 : name.includes(word) ? 3 : group.includes(word) ? 2 : sentence.includes(word) ? 1 : 0);
    return points.every(Boolean) ? points.reduce((sum, point) => sum + point, 0) : 0;
  };
  const scored = palette.map((entry) => ({ entry, points: score(entry) })).filter(({ points }) => points > 0);
  return scored.sort((a, b) => b.points - a.points).map(({ entry }) => entry);
}

/** @param {View} view @param {string[]} sizes the smallest first */
function drawSizes(view, sizes) {
  const bar = part(view.root, ".sizes");
  bar.hidden = sizes.length < 2;
  bar.replaceChildren(...sizes.map((size, index) => {
    const count = view.data.palette.filter((entry) => sizes.indexOf(entry.size) <= index).length;
    const isPressed = String(size === view.paletteSize);
    const button = createElement("button", { type: "button", ariaPressed: isPressed }, `${view.data.sizes[size]} (${count})`);
    button.dataset.size = size;
    return button;
  }));
}

/** @param {string} group its title, or "" @param {PaletteEntry[]} entries */
function groupOf(group, entries) {
  const title = group ? [createElement("h2", {}, group)] : [];
  return createElement("div", { className: "group" }, ...title, ...entries.map(({ name, sentence, short, drawing }) => {
    const add = createElement("span", { className: "unseen" }, "Add ");
    const text = createElement("span", { className: "text" }, add, createElement("b", {}, ...breakable(name)), createElement("small", {}, short || sentence));
    const tile = createElement("button", { type: "button", className: "tile", title: sentence, tabIndex: -1 }, drawingOf(drawing), text);
    tile.dataset.name = name;
    return tile;
  }));
}

// The Tab key stops at a single tile. Arrow keys go to the other tiles.
/** @param {View} view @param {?HTMLElement} tile */
function stopAt(view, tile) {
  for (const other of /** @type {NodeListOf<HTMLElement>} */ (view.root.querySelectorAll('.tile[tabindex="0"]'))) other.tabIndex = -1;
  if (tile) tile.tabIndex = 0;
}

/** @param {View} view */
function insertWords({ data, joining, insertBefore }) {
  if (data.locked) return data.locked;
  if (insertBefore) return `A click adds it before ${nameOf(data, insertBefore)}. Esc ends this.`;
  if (!joining) return `A click adds it ${data.insert_label}; or drag it to its place.`;
  return `Joining ${nameOf(data, joining)}: choose a layer here for a branch, or a layer of the network that shall take it too. Esc ends this.`;
}

/** Let a person search the palette, choose its size, and add a layer. @param {View} view */
export function listenToPalette(view) {
  const { root } = view;
  const field = searchField(view);
  field.addEventListener("input", () => drawPalette(view));
  field.addEventListener("keydown", (event) => {
    if (event.key !== "Escape" || field.value || view.insertBefore) event.stopPropagation(); // typed letters are no shortcuts
    const first = /** @type {?HTMLElement} */ (root.querySelector(".tile"));
    if (event.key === "Enter") first?.dataset.name && field.value.trim() && addEntry(view, first.dataset.name);
    else if (event.key === "ArrowDown" && first) first.focus();
    else if (event.key === "Escape" && field.value) field.value = "", drawPalette(view);
    else if (event.key === "Escape" && view.insertBefore) view.insertBefore = null, view.redraw();
    else return;
    event.preventDefault();
  });
  const unfold = part(root, ".unfold");
  unfold.addEventListener("click", () => {
    unfold.ariaExpanded = String(part(root, ".palette").classList.toggle("unfolded"));
  });
  part(root, ".tiles").addEventListener("focusin", ({ target }) => {
    stopAt(view, /** @type {?HTMLElement} */ (/** @type {Element} */ (target).closest(".tile")));
  });
  part(root, ".palette").addEventListener("click", ({ target }) => {
    const closest = (/** @type {string} */ selector) => /** @type {?HTMLElement} */ (/** @type {Element} */ (target).closest(selector));
    const size = closest("[data-size]")?.dataset.size;
    if (size) {
      view.paletteSize = size;
      writeStored(SIZE_KEY, size);
      drawPalette(view);
      part(root, `[data-size="${size}"]`).focus();
    }
    const tile = closest(".tile");
    if (tile?.dataset.name && !view.wasDragged) addEntry(view, tile.dataset.name);
  });
}

/** @param {View} view @param {string} name */
function addEntry(view, name) {
  const isBlock = view.data.palette.some((entry) => entry.name === name && entry.block);
  const place = view.insertBefore ? { before: view.insertBefore } : {};
  view.insertBefore = null;
  view.send(view.joining && !isBlock ? { do: "branch", layer: view.joining, name } : { do: "add", name, ...place });
  endJoining(view);
}
