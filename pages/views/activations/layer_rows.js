/** @import { Component } from "../../components/shared/component" */
import { createElement, part } from "../../components/shared/dom.js";
import { barsOf } from "../shared/bars.js";

/** @typedef {{src: string, alt: string, channel: number, silent: boolean}} Picture */
/** @typedef {{rows: import("../shared/bars.js").Row[], best: string}} Answers The probabilities of the classes. */
/** @typedef {{name: string, pictures: Picture[], note: string, scale: string[], answers?: Answers}} Side A layer at a moment. */
/** @typedef {{id: string, title: string, details: string[], sides: Side[], opens: boolean}} Layer */

/** @type {WeakMap<Element, string>} */
const drawn = new WeakMap();

/**
 * Show the layers of a network as rows of small pictures, and report the opened layer to Python.
 * @param {Component<{layers: Layer[], size: number}>} component the values from Streamlit; see layer_rows.py
 */
export default function layerRows({ data, parentElement, setTriggerValue }) {
  const list = part(parentElement, ".layers");
  list.onclick = ({ target }) => {
    const element = /** @type {HTMLElement} */ (target);
    const button = element.closest("button");
    if (button) setTriggerValue("opened", { layer: button.dataset.id, channel: Number(element.dataset.channel ?? 0) });
  };
  const content = JSON.stringify(data);
  if (drawn.get(list) === content) return;
  drawn.set(list, content);
  const focused = /** @type {?HTMLElement} */ (parentElement.activeElement)?.dataset.id;
  list.style.setProperty("--size", `${data.size}px`);
  list.style.setProperty("--sides", String(Math.max(1, ...data.layers.map((layer) => layer.sides.length))));
  list.replaceChildren(...data.layers.map(rowOf));
  if (focused !== undefined) /** @type {?HTMLElement} */ (list.querySelector(`[data-id="${CSS.escape(focused)}"]`))?.focus({ preventScroll: true });
}

/** @param {Layer} layer */
function rowOf(layer) {
  const about = createElement("span", { className: "about" }, textOf("title", layer.title), ...layer.details.map(detailOf));
  const row = layer.opens ? createElement("button", { type: "button" }) : createElement("div");
  row.className = "row";
  row.dataset.id = layer.id;
  row.append(about, ...layer.sides.map(sideOf));
  const isWide = layer.sides.length > 1 || layer.sides.some(({ pictures }) => pictures.length > 1);
  const kinds = [isWide && "wide", layer.sides.some(({ answers }) => answers) && "last"];
  return createElement("li", { className: kinds.filter(Boolean).join(" ") }, row);
}

/** @param {Side} side */
function sideOf(side) {
  const name = side.name ? [textOf("moment", side.name)] : [];
  if (side.answers) return createElement("span", { className: "side" }, ...name, barsOf(side.answers.rows, side.answers.best));
  const maps = createElement("span", { className: "maps" }, ...side.pictures.map(pictureOf));
  if (side.note) maps.append(detailOf(side.note));
  return createElement("span", { className: "side" }, ...name, maps, ...scaleOf(side.scale));
}

/** The numbers that black and white stand for. @param {string[]} ends the number of black and the number of white, or none */
function scaleOf(ends) {
  if (ends.length === 0) return [];
  const scale = createElement("span", { className: "scale", role: "img" }, ends[0], textOf("ramp", ""), ends[1]);
  scale.ariaLabel = `from ${ends[0]} (black) to ${ends[1]} (white)`;
  return [scale];
}

/** @param {Picture} picture */
function pictureOf({ src, alt, channel, silent }) {
  const image = createElement("img", { alt, title: alt, className: silent ? "silent" : "" });
  image.onload = () => image.style.setProperty("--ratio", String(image.naturalWidth / image.naturalHeight));
  image.src = src;
  image.dataset.channel = String(channel);
  return image;
}

/** @param {string} text */
function detailOf(text) {
  return textOf("detail", text);
}

/** @param {string} className @param {string} text */
function textOf(className, text) {
  return createElement("span", { className }, text);
}
