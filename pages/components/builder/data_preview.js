/** @import { Preview, View } from "./view" */
import { createElement } from "../shared/dom.js";
import { PICTURE } from "./rows.js";

/** What the button says that sends the picture through the network, and that ends it. */
export const [SEND_WORDS, STOP_WORDS] = ["▶ Send it through", "■ Stop"];

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
 * @param {string} id of the layer or the picture
 * @param {string} shape of the data in words, which stand beside it already
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
  const send = createElement("button", { type: "button", className: "send" }, view.flow ? STOP_WORDS : SEND_WORDS);
  send.dataset.does = "send";
  const turns = createElement("span", { className: "turns" }, button("‹", "The image before", -1), "image", button("›", "The next image", 1));
  return createElement("span", { className: "controls" }, turns, Object.keys(view.data.data.after).length ? send : "");
}
