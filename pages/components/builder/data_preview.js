/** @import { Preview, View } from "./view" */
import { createElement } from "../shared/dom.js";
import { PICTURE } from "./rows.js";

/** The labels of the button that sends the picture through the network, or stops the picture. */
export const [SEND_WORDS, STOP_WORDS] = ["▶ Send it through", "■ Stop"];

/**
 * The data after a layer. Until Python has sent the data, the data before the last change.
 * @param {View} view of the builder
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
 * The data of a picture after a layer. An empty space is kept until Python has sent the data, so that nothing jumps.
 * @param {View} view of the builder
 * @param {string} id of the layer or the picture
 * @param {string} shape of the data in words, which already stands beside the picture
 * @returns {HTMLElement | ""} "" where no data is shown
 */
export function previewOf(view, id, shape = "") {
  const preview = previewAt(view, id);
  if (!preview) return "";
  const images = preview.pictures.map((src) => createElement("img", { src, alt: "", draggable: false, onload: stretch }));
  const words = id === PICTURE || preview.words === shape ? "" : createElement("small", { className: preview.isAnswer ? "said" : "" }, preview.words);
  const title = id === PICTURE ? "The image that goes in" : "The data after this layer: black is its smallest number, white its largest";
  const className = `glimpse${preview.isStale ? " old" : ""}`;
  return createElement("span", { className, title }, ...images, words);
}

/** Draw a single row of numbers as a strip. @param {Event} event once the picture is there */
export function stretch({ target }) {
  const image = /** @type {HTMLImageElement} */ (target);
  image.classList.toggle("strip", image.naturalWidth > 4 * image.naturalHeight);
}

/**
 * The buttons that show another picture.
 * @param {View} view of the builder
 * @returns {HTMLElement | ""} "" where no data is shown
 */
export function pictureButtons(view) {
  if (!view.data.data) return "";
  const button = (/** @type {string} */ sign, /** @type {string} */ label, /** @type {number} */ step) => {
    const element = createElement("button", { type: "button", className: "icon turn", title: label, ariaLabel: label }, sign);
    element.dataset.step = String(step);
    return element;
  };
  const send = createElement("button", { type: "button", className: "send" }, view.flow ? STOP_WORDS : SEND_WORDS);
  send.dataset.does = "send";
  const turns = createElement("span", { className: "turns" }, button("‹", "The image before", -1), "image", button("›", "The next image", 1));
  return createElement("span", { className: "controls" }, turns, Object.keys(view.data.data.after).length ? send : "");
}
