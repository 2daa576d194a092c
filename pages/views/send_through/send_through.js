/** @import { Component } from "../../components/shared/component" */
import { createElement, part, setText } from "../../components/shared/dom.js";

const STEP_MILLISECONDS = 900; // the time from a layer to the next
const LONGEST_MILLISECONDS = 8000; // the longest time through a whole network
const NO_MOTION_MILLISECONDS = 350;

/** @typedef {{name: string, kind: string, shape: string, pictures: string[], answers: [string, string][], count: string}} Layer see send_through.py */
/** @typedef {{image: string[], imageShape: string, layers: Layer[], largest: number, goals: {name: string}[], reached: Object<string, unknown>}} Data see send_through.py */

/**
 * @typedef {object} View
 * @property {HTMLElement} root
 * @property {Data} data
 * @property {Component<Data>["setTriggerValue"]} tell
 * @property {string} drawn the data of the drawn cards, as text
 * @property {number} reached the number of the last layer that the image has reached
 * @property {number} timer of the way
 */

/** @type {WeakMap<ShadowRoot, View>} */
const views = new WeakMap();

/**
 * Show one image on its way through a network.
 * @param {Component<Data>} component the values from Streamlit
 */
export default function sendThrough({ data, parentElement, setTriggerValue }) {
  const view = views.get(parentElement) ?? newView(parentElement, data);
  Object.assign(view, { data, tell: setTriggerValue });
  const wanted = JSON.stringify([data.image, data.layers]);
  if (view.drawn === wanted) return;
  view.drawn = wanted;
  view.reached = "sent" in data.reached ? data.layers.length : 0;
  part(view.root, ".layers").replaceChildren(imageCard(data), ...data.layers.map((layer, index) => layerCard(view, layer, index + 1)));
  show(view);
}

/** @param {ShadowRoot} parent @param {Data} data @returns {View} */
function newView(parent, data) {
  /** @type {View} */
  const view = { root: part(parent, ".way"), data, tell: () => {}, drawn: "", reached: 0, timer: 0 };
  views.set(parent, view);
  part(view.root, ".send").onclick = () => send(view);
  return view;
}

/** @param {Data} data */
function imageCard({ image, imageShape }) {
  return createElement("li", { className: "here" }, createElement("div", { className: "box" }, createElement("strong", {}, "Image"), picturesOf(image), createElement("span", { className: "shape" }, imageShape)));
}

/** @param {View} view @param {Layer} layer @param {number} number from 1 */
function layerCard(view, layer, number) {
  const box = createElement(
    "button",
    { className: "box", type: "button", onclick: () => press(view, number) },
    createElement("strong", {}, layer.name),
    contentOf(layer),
    createElement("span", { className: "shape" }, layer.shape),
    createElement("span", { className: "count" }),
  );
  return createElement("li", {}, box);
}

/** @param {Layer} layer */
function contentOf({ kind, answers, pictures }) {
  if (answers.length) return answersOf(answers);
  return kind === "Flatten" && pictures.length === 1 ? listOf(pictures[0]) : picturesOf(pictures);
}

// Flatten puts the rows of the image one behind the other: a single column of pixels.
/** @param {string} source */
function listOf(source) {
  const image = new Image();
  const canvas = createElement("canvas", {});
  image.onload = () => {
    const { naturalWidth: width, naturalHeight: height } = image;
    Object.assign(canvas, { width: 1, height: width * height });
    const context = /** @type {CanvasRenderingContext2D} */ (canvas.getContext("2d"));
    for (let pixel = 0; pixel < width * height; pixel += 1) {
      context.drawImage(image, pixel % width, Math.floor(pixel / width), 1, 1, 0, pixel, 1, 1);
    }
  };
  image.src = source;
  return createElement("span", { className: "pictures list" }, canvas);
}

/** @param {string[]} sources */
function picturesOf(sources) {
  return createElement("span", { className: `pictures${sources.length > 1 ? " many" : ""}` }, ...sources.map((src) => createElement("img", { src, alt: "" })));
}

/** @param {[string, string][]} answers */
function answersOf(answers) {
  return createElement("span", { className: "answers" }, ...answers.map(([name, share]) => createElement("span", {}, `${name} ${share}`)));
}

/** @param {View} view @param {number} number */
function press(view, number) {
  const { data, root } = view;
  const box = part(root, ".layers").children[number];
  setText(part(box, ".count"), data.layers[number - 1].count);
  box.classList.add("counted");
  setText(part(root, ".said"), `${data.layers[number - 1].name}: ${data.layers[number - 1].count}.`);
  if (number === data.largest && !("most-parameters" in data.reached)) view.tell("moved", number);
}

/** @param {View} view */
function send(view) {
  clearInterval(view.timer);
  view.reached = 0;
  show(view);
  const last = view.data.layers.length;
  const isStill = matchMedia("(prefers-reduced-motion: reduce)").matches;
  view.timer = setInterval(() => {
    view.reached += 1;
    show(view);
    if (view.reached < last && view.root.isConnected) return;
    clearInterval(view.timer);
    arrive(view);
  }, isStill ? NO_MOTION_MILLISECONDS : Math.min(STEP_MILLISECONDS, LONGEST_MILLISECONDS / Math.max(1, last)));
}

/** @param {View} view */
function arrive({ root, data, tell }) {
  const steps = data.layers.map(({ name, shape }) => `${name} gives ${shape}`);
  setText(part(root, ".said"), `The image went through: ${steps.join(", ")}. Click a layer to count its parameters.`);
  if (!("sent" in data.reached)) tell("moved", 0);
}

/** @param {View} view */
function show({ root, reached }) {
  [...part(root, ".layers").children].forEach((item, index) => {
    item.classList.toggle("here", index <= reached);
    item.classList.toggle("now", index === reached);
  });
}
