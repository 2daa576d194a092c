/** @import { Preview, View } from "./view" */
import { createElement } from "../shared/dom.js";
import { PICTURE } from "./rows.js";

/**
 * What the data is after a layer; until Python has sent it, what it was before the last change.
 * @param {View} view the builder's
 * @param {string} id of the layer
 * @returns {?Preview} null where no data is shown
 */
export function previewAt(view, id) {
  const { data } = view.data;
  if (!data) return null;
  const now = data.after[id];
  if (now) view.previews[id] = now;
  return now ?? (view.previews[id] ? { ...view.previews[id], isStale: true } : { pictures: [], words: "" });
}

/**
 * The data of one picture after a layer. Its room is kept until Python has sent it, so that nothing jumps.
 * @param {View} view the builder's
 * @param {string} id of the layer
 * @param {HTMLElement | ""} before stands in front
 * @returns {HTMLElement | ""} "" where no data is shown
 */
export function previewOf(view, id, before = "") {
  const preview = previewAt(view, id);
  if (!preview) return "";
  const images = preview.pictures.map((src) => createElement("img", { src, alt: "", draggable: false, onload: stretch }));
  const words = id === PICTURE ? view.data.data?.note ?? "" : preview.words;
  const title = id === PICTURE ? "The picture that goes in" : "The data after this layer: black is its smallest number, white its largest";
  const className = `glimpse${preview.isStale ? " old" : ""}`;
  return createElement("span", { className, title }, before, ...images, createElement("small", {}, words));
}

// A single row of numbers is drawn as a strip.
/** @param {Event} event */
function stretch({ target }) {
  const image = /** @type {HTMLImageElement} */ (target);
  image.classList.toggle("strip", image.naturalWidth > 4 * image.naturalHeight);
}

/**
 * The buttons that show another picture.
 * @param {View} view the builder's
 * @returns {HTMLElement | ""} "" where no data is shown
 */
export function pictureButtons(view) {
  if (!view.data.data) return "";
  const button = (/** @type {string} */ sign, /** @type {string} */ label, /** @type {number} */ step) => {
    const element = createElement("button", { type: "button", className: "icon turn", title: label, ariaLabel: label }, sign);
    element.dataset.step = String(step);
    return element;
  };
  return createElement("span", { className: "turns" }, button("‹", "The picture before", -1), button("›", "The next picture", 1));
}
