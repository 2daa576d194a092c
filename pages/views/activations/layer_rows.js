/** @import { Component } from "../../components/shared/component" */
import { createElement, part } from "../../components/shared/dom.js";

/** @typedef {{src: string, alt: string, channel: number, silent: boolean}} Picture */
/** @typedef {{name: string, share: number, words: string}} Answer A class and its probability. */
/** @typedef {{name: string, details: string[], pictures: Picture[], note: string, answers?: Answer[]}} Side A layer at a moment. */
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
  const isWide = layer.sides.length > 1 || layer.sides.some(({ pictures, answers }) => pictures.length > 1 || answers?.length);
  return createElement("li", { className: isWide ? "wide" : "" }, row);
}

/** @param {Side} side */
function sideOf(side) {
  const maps = createElement("span", { className: "maps" }, ...side.pictures.map(pictureOf));
  if (side.note) maps.append(detailOf(side.note));
  const heading = side.name ? [textOf("name", side.name), ...side.details.map(detailOf)] : [];
  const answers = side.answers?.length ? [answersOf(side.answers)] : [maps];
  return createElement("span", { className: "side" }, ...heading, ...answers);
}

/** @param {Answer[]} answers @returns {HTMLElement} a bar for each class, with its name below */
function answersOf(answers) {
  const best = Math.max(...answers.map(({ share }) => share));
  return createElement("span", { className: "answers" }, ...answers.map(({ name, share, words }) => {
    const bar = createElement("span", { className: "bar" });
    bar.style.setProperty("--share", String(share));
    const label = [createElement("span", { className: "class" }, name), " ", createElement("span", { className: "share" }, words), " "];
    return createElement("span", { className: share === best ? "answer best" : "answer" }, bar, ...label);
  }));
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
