/** @import { Component } from "../../components/shared/component" */
import { part, setText } from "../../components/shared/dom.js";
import { formatCount } from "../../components/shared/text_format.js";

const REST_MILLISECONDS = 180; // the time after which a moved slider counts as resting
const GAP = 1; // pixels between pictures
const LARGEST = 30; // pixels of a picture
const SETS = /** @type {const} */ (["train", "validation", "test"]);

/** @typedef {{share: number, text: string, train: number, validation: number}} Split see three_sets.py */

/**
 * @typedef {object} Data
 * The data from Python; see three_sets.py.
 * @property {string} sheet small pictures of images in rows, the pictures of the test set last, as a data: URI
 * @property {number} columns pictures in a row of the sheet
 * @property {number} pictures the number of pictures
 * @property {number} testPictures the number of pictures of the test set
 * @property {number} each the number of images that a picture stands for
 * @property {string[]} held of each split: a digit for each picture of the training files, 1 in the validation set, else 0
 * @property {string} scale the same in words; "" if it is one
 * @property {Split[]} splits
 * @property {string[][]} goalsOf of each split
 * @property {number} first the index of the slider's first split
 * @property {number} test images
 * @property {boolean} opens whether the seal can be broken
 * @property {number} seal the value that reports a broken seal
 * @property {{name: string}[]} goals
 * @property {Object<string, unknown>} reached
 */

/**
 * @typedef {object} View
 * @property {HTMLElement} root
 * @property {Data} data
 * @property {Component<Data>["setTriggerValue"]} tell
 * @property {HTMLImageElement} sheet
 * @property {number} index of the split
 * @property {number} rest the timer of the slider
 */

/** @type {WeakMap<ShadowRoot, View>} */
const views = new WeakMap();

/**
 * Show the three sets.
 * @param {Component<Data>} component the values from Streamlit
 */
export default function threeSets({ data, parentElement, setTriggerValue }) {
  const view = views.get(parentElement) ?? newView(parentElement, data);
  Object.assign(view, { data, tell: setTriggerValue });
  if (view.sheet.src !== data.sheet) {
    view.sheet.onload = () => show(view);
    view.sheet.src = data.sheet;
    slider(view).max = String(data.splits.length - 1);
    slider(view).value = String(view.index);
  }
  show(view);
}

/** @param {ShadowRoot} parent @param {Data} data @returns {View} */
function newView(parent, data) {
  /** @type {View} */
  const view = { root: part(parent, ".sets"), data, tell: () => {}, sheet: new Image(), index: data.first, rest: 0 };
  views.set(parent, view);
  slider(view).oninput = () => moveTo(view, Number(slider(view).value));
  part(view.root, ".open").onclick = () => view.tell("moved", view.data.seal);
  new ResizeObserver(() => show(view)).observe(part(view.root, ".trays"));
  return view;
}

/** @param {View} view @returns {HTMLInputElement} */
function slider({ root }) {
  return part(root, ".slider");
}

/** @param {View} view @param {number} index */
function moveTo(view, index) {
  view.index = index;
  show(view);
  clearTimeout(view.rest);
  view.rest = setTimeout(() => {
    const { data } = view;
    const isWanted = data.goals.some(({ name }) => data.goalsOf[index].includes(name) && !(name in data.reached));
    if (isWanted) view.tell("moved", data.splits[index].share);
  }, REST_MILLISECONDS);
}

/** @param {View} view */
function show(view) {
  const { root, data, index } = view;
  const { text, train, validation } = data.splits[index];
  const isOpen = "unsealed" in data.reached;
  const counts = { train, validation, test: data.test };
  setText(part(root, ".share"), text);
  slider(view).setAttribute("aria-valuetext", `${text}: ${train} to learn from, ${validation} to check with`);
  const points = (100 / validation).toFixed(2);
  setText(part(root, ".worth"), `One mistake on the validation set costs ${points} points of accuracy. ${data.scale}`);
  part(root, ".open").hidden = !data.opens;
  part(root, ".seal").hidden = isOpen;
  setText(part(root, ".use"), isOpen ? "opened once" : "for one judgement at the end");
  const side = sideOfAll(view);
  for (const name of SETS) {
    setText(part(root, `.${name} .count`), `${formatCount(counts[name])} images`);
    const isSealed = name === "test" && !isOpen;
    fill(view, canvasOf(view, name), isSealed ? [] : picturesOf(data, name, index), side);
  }
}

/**
 * The pictures of a set, which show only images of the set, each at most once.
 * @param {Pick<Data, "splits" | "held" | "each" | "pictures" | "testPictures">} data of the component
 * @param {"train" | "validation" | "test"} name of the set
 * @param {number} index of the split
 * @returns {number[]} their places on the sheet
 */
export function picturesOf({ splits, held, each, pictures, testPictures }, name, index) {
  if (name === "test") return Array.from({ length: testPictures }, (_, place) => pictures - testPictures + place);
  const digit = name === "validation" ? "1" : "0";
  const own = [...held[index]].flatMap((one, place) => (one === digit ? [place] : []));
  return own.slice(0, Math.ceil(splits[index][name] / each));
}

/**
 * The side of the pictures at which all pictures fit into a tray.
 * @param {number} width of the tray
 * @param {number} height of the tray
 * @param {number} count pictures
 * @returns {number} pixels
 */
export function sideOf(width, height, count) {
  let side = LARGEST;
  while (side > 2 && Math.floor(width / (side + GAP)) * Math.floor(height / (side + GAP)) < count) side -= 0.5;
  return side;
}

/**
 * The side of every picture: a common size that fits every tray at every split, so that few images fill only a part of a
 * tray.
 * @param {View} view
 * @returns {number} pixels
 */
function sideOfAll(view) {
  const { splits, each, test } = view.data;
  const most = {
    train: Math.max(...splits.map((split) => split.train)),
    validation: Math.max(...splits.map((split) => split.validation)),
    test,
  };
  return Math.min(...SETS.map((name) => {
    const { clientWidth, clientHeight } = canvasOf(view, name);
    return sideOf(clientWidth, clientHeight, Math.ceil(most[name] / each));
  }));
}

/** @param {View} view @param {string} name of the set @returns {HTMLCanvasElement} */
function canvasOf({ root }, name) {
  return part(root, `.${name} canvas`);
}

/** @param {View} view @param {HTMLCanvasElement} canvas @param {number[]} pictures @param {number} side */
function fill({ sheet, data }, canvas, pictures, side) {
  const [width, height] = [canvas.clientWidth, canvas.clientHeight];
  const context = canvas.getContext("2d");
  if (!width || !height || !context || !sheet.naturalWidth) return;
  const ratio = devicePixelRatio || 1;
  Object.assign(canvas, { width: width * ratio, height: height * ratio });
  context.scale(ratio, ratio);
  context.imageSmoothingEnabled = false;
  const across = Math.max(1, Math.floor(width / (side + GAP)));
  const [wide, tall] = [sheet.naturalWidth / data.columns, sheet.naturalHeight / Math.ceil(data.pictures / data.columns)];
  pictures.forEach((picture, place) => {
    const [left, top] = [(picture % data.columns) * wide, Math.floor(picture / data.columns) * tall];
    context.drawImage(sheet, left, top, wide, tall, (place % across) * (side + GAP), Math.floor(place / across) * (side + GAP), side, side);
  });
}
