/** @import { View } from "./view" */
import { readStored, writeStored } from "../shared/browser_storage.js";
import { createElement, part, setText } from "../shared/dom.js";

const MODE_KEY = "layers.links"; // in this browser's storage
/** @type {Record<View["mode"], string>} */
const MODES = { weights: "weights", image: "what this image sends" };

/**
 * The mode of the links that this browser has stored.
 * @returns {View["mode"]} "weights" if no mode is stored
 */
export function storedMode() {
  return readStored(MODE_KEY) === "image" ? "image" : "weights";
}

/**
 * Let the links show the weights, or the product of weight and input for this image.
 * @param {View} view of the builder
 * @param {View["mode"]} mode
 */
export function showMode(view, mode) {
  view.mode = mode;
  writeStored(MODE_KEY, mode);
  view.redraw();
}

/** Draw the legend of the links. @param {View} view the builder's */
export function drawLegend(view) {
  const { data } = view.data;
  const modes = part(view.root, ".modes");
  modes.hidden = !data || Boolean(data.isTraining); // during a run, the links always show their values for the image
  if (!modes.children.length) {
    modes.append(...Object.entries(MODES).map(([mode, words]) => {
      const button = createElement("button", { type: "button", role: "radio" }, words);
      button.dataset.mode = mode;
      return button;
    }));
    listenToModes(view, modes);
  }
  for (const button of /** @type {HTMLElement[]} */ ([...modes.children])) {
    const isChosen = button.dataset.mode === view.mode;
    button.ariaChecked = String(isChosen);
    button.tabIndex = isChosen ? 0 : -1; // a single stop for the Tab key
  }
  const legend = part(view.root, ".legend");
  const keys = keysOf(view.data, view.mode);
  if (legend.dataset.keys !== String(keys)) {
    legend.dataset.keys = String(keys);
    legend.replaceChildren(...keys.map(([name, words]) => createElement("span", { className: `key ${name}` }, words)),
      createElement("span", { className: "thicker" }, "thicker = larger"), createElement("span", { className: "note" }));
  }
  legend.title = data?.note ?? "";
  setText(part(legend, ".note"), data && (data.isTrained || !data.look) ? data.note : "");
}

/**
 * The class and the words of each sign. A positive weight of a dark pixel adds nothing, so that weights have words of their own.
 * @param {View["data"]} data
 * @param {View["mode"]} mode
 * @returns {[string, string][]}
 */
function keysOf({ data, blocks }, mode) {
  const trained = data?.isTrained ? data.look?.trained : [];
  const isNew = data?.look?.weights.some(({ target }) => !trained?.includes(target)) ?? !data?.isTrained;
  /** @type {[string, string][]} */
  const keys = !data?.isTrained ? [] : mode === "weights" && !data.isTraining
    ? [["adds", "positive weight"], ["less", "negative weight"]] : [["adds", "adds"], ["less", "takes away"]];
  if (isNew) keys.push(["plain", "not trained yet"]);
  if (data) keys.push(["unit pixel", "a pixel, from dark to bright"], ["unit", "a unit, from 0 to strong"]);
  if (blocks.some(({ column }) => column.window.length)) keys.push(["window", "what a pixel looks at"]);
  return keys;
}

/** @param {View} view @param {HTMLElement} modes */
function listenToModes(view, modes) {
  modes.addEventListener("click", ({ target }) => {
    const mode = /** @type {HTMLElement} */ (target).dataset.mode;
    if (mode) showMode(view, /** @type {View["mode"]} */ (mode));
  });
  modes.addEventListener("keydown", (event) => {
    if (!event.key.startsWith("Arrow")) return;
    event.preventDefault();
    event.stopPropagation();
    showMode(view, view.mode === "weights" ? "image" : "weights");
    /** @type {?HTMLElement} */ (modes.querySelector('[aria-checked="true"]'))?.focus();
  });
}
