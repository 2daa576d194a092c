/** @import { Component } from "../../components/shared/component" */
/** @import { Room, Tile } from "./layout.js" */
import { createElement, part, setText } from "../../components/shared/dom.js";
import { positions, tileSize } from "./layout.js";

const PLAY_MILLISECONDS = 420; // the duration of an epoch
const ABOVE = 0.36; // the share of the field above its axis
const BAR = 0.82; // the height of the highest bar, as a share of the room above the axis

/**
 * @typedef {object} Data
 * The data from Python; see sure_and_wrong.py.
 * @property {number[]} epochs from the lowest loss to the end
 * @property {string[]} columns
 * @property {number} sureFrom the first column of sure answers
 * @property {[string, string, string][]} figures the numbers of each epoch: wrong, sure and wrong, loss
 * @property {number[][]} right the number of right images in each column, for each epoch
 * @property {string} sheet all tiles below each other, as a data: URI
 * @property {Tile[]} tiles
 * @property {number} images
 * @property {{name: string, words: string}[]} goals
 * @property {Object<string, unknown>} reached
 * @property {string[]} absent the goals that no image of the run reaches
 * @property {number} atTheEnd the value that reports, in place of an image, that the visitor saw the last epoch
 */

/**
 * @typedef {object} View
 * @property {HTMLElement} root
 * @property {Data} data
 * @property {Component<Data>["setTriggerValue"]} tell
 * @property {string} drawn the data of the drawn tiles, as text
 * @property {HTMLButtonElement[]} buttons one for each tile
 * @property {number} epoch its index
 * @property {number} chosen the index of a tile; -1 for none
 * @property {number} timer of the play
 * @property {boolean} isTold whether the server knows that the visitor saw the end
 */

/** @type {WeakMap<ShadowRoot, View>} */
const views = new WeakMap();

/**
 * Show images in columns, by the confidence of the network in its answers.
 * @param {Component<Data>} component the values from Streamlit
 */
export default function sureAndWrong({ data, parentElement, setTriggerValue }) {
  const view = views.get(parentElement) ?? newView(parentElement, data);
  Object.assign(view, { data, tell: setTriggerValue });
  const wanted = JSON.stringify([data.epochs, data.figures, data.tiles]);
  if (view.drawn !== wanted) build(view, wanted);
  show(view);
}

/** @param {ShadowRoot} parent @param {Data} data @returns {View} */
function newView(parent, data) {
  const root = part(parent, ".answers");
  /** @type {View} */
  const view = { root, data, tell: () => {}, drawn: "", buttons: [], epoch: 0, chosen: -1, timer: 0, isTold: false };
  views.set(parent, view);
  const slider = sliderOf(view);
  slider.oninput = () => {
    clearInterval(view.timer);
    view.epoch = Number(slider.value);
    show(view);
  };
  part(root, ".play").onclick = () => play(view);
  new ResizeObserver(() => show(view)).observe(part(root, ".field"));
  return view;
}

/** @param {View} view @returns {HTMLInputElement} */
function sliderOf({ root }) {
  return part(root, ".slider");
}

/** @param {View} view @param {string} wanted */
function build(view, wanted) {
  const { root, data } = view;
  view.drawn = wanted;
  view.epoch = 0;
  view.chosen = -1;
  view.isTold = false;
  sliderOf(view).max = String(data.epochs.length - 1);
  root.style.setProperty("--sheet", data.sheet ? `url("${data.sheet}")` : "none");
  root.style.setProperty("--sheet-tiles", String(data.tiles.length));
  setText(part(root, "h2"), `${data.images} validation images, by how sure the network is of its answer`);
  part(root, ".axis").replaceChildren(...data.columns.map((name) => createElement("span", {}, name)));
  part(root, ".bars").replaceChildren(...data.columns.map((_, index) => createElement("span", { className: index < data.sureFrom ? "" : "sure" }, createElement("b"), createElement("i"))));
  view.buttons = data.tiles.map((_, index) => {
    const button = createElement("button", { className: "tile", type: "button", onclick: () => choose(view, index), onmouseenter: () => describe(view, index), onfocus: () => describe(view, index) });
    button.style.setProperty("--place", String(index));
    button.dataset.goal = data.tiles[index].goals.join(" ");
    return button;
  });
  part(root, ".tiles").replaceChildren(...view.buttons);
}

/** @param {View} view */
function show(view) {
  const { root, data, epoch } = view;
  const field = part(root, ".field");
  const room = { width: field.clientWidth, above: field.clientHeight * ABOVE, below: field.clientHeight * (1 - ABOVE) - 34 };
  if (!room.width) return;
  const slider = sliderOf(view);
  slider.value = String(epoch);
  setText(part(root, ".epoch"), epochWords(view));
  setText(part(root, ".play"), epoch === data.epochs.length - 1 ? "Play again" : "Play to the end");
  slider.setAttribute("aria-valuetext", `${epochWords(view)}: ${data.figures[epoch][0]} wrong, ${data.figures[epoch][1]} sure and wrong, loss ${data.figures[epoch][2]}`);
  drawFigures(view);
  drawBars(view, room);
  placeTiles(view, room);
  if (view.chosen >= 0) describe(view, view.chosen);
  showAbsent(view);
}

/**
 * Name at the end the goals that no image of this run reaches. The server counts these goals as reached.
 * @param {View} view
 */
function showAbsent(view) {
  const { root, data } = view;
  const isEnd = view.epoch === data.epochs.length - 1;
  const words = absentWords(data);
  part(root, ".absent").hidden = !isEnd || !words;
  setText(part(root, ".absent"), words);
  if (!isEnd || view.isTold || !data.absent.some((goal) => !(goal in data.reached))) return;
  view.isTold = true;
  view.tell("moved", data.atTheEnd);
}

/**
 * The words for goals that no image reaches; "" for none.
 * @param {Pick<Data, "epochs" | "goals" | "absent">} data
 */
export function absentWords({ epochs, goals, absent }) {
  const missing = goals.filter(({ name }) => absent.includes(name)).map(({ words }) => `No image of this run ${words}.`);
  if (!missing.length) return "";
  const why = epochs.length === 1 ? ["The validation loss of this run is lowest at its end: overfitting has not begun."] : [];
  return [...why, ...missing, "That counts as reached."].join(" ");
}

/** @param {View} view */
function epochWords({ data, epoch }) {
  const where = epoch === 0 ? ", near the lowest validation loss" : epoch === data.epochs.length - 1 ? ", the end" : "";
  return `After epoch ${data.epochs[epoch]}${where}`;
}

/** @param {View} view */
function drawFigures({ root, data, epoch }) {
  root.querySelectorAll(".figures div").forEach((figure, index) => {
    const [now, was] = figure.querySelectorAll("dd");
    setText(now, data.figures[epoch][index]);
    setText(was, epoch ? `was ${data.figures[0][index]} after epoch ${data.epochs[0]}` : "");
  });
}

/** @param {View} view @param {Room} room */
function drawBars({ root, data, epoch }, room) {
  const most = Math.max(...data.right.flat(), 1);
  [...part(root, ".bars").children].forEach((bar, index) => {
    const count = data.right[epoch][index];
    part(bar, "b").textContent = String(count);
    part(bar, "i").style.height = `${(BAR * room.above * count) / most}px`;
  });
  root.style.setProperty("--above", `${room.above}px`);
}

/** @param {View} view @param {Room} room */
function placeTiles({ root, data, epoch, buttons, chosen }, room) {
  const size = tileSize(data.tiles, data.columns.length, room);
  root.style.setProperty("--tile", `${size}px`);
  positions(data.tiles, data.columns.length, epoch, room, size).forEach(([left, top], index) => {
    const button = buttons[index];
    const answer = data.tiles[index].answers[epoch];
    button.style.transform = `translate(${left}px, ${top}px)`;
    button.className = `tile${answer.isWrong ? " wrong" : ""}${index === chosen ? " chosen" : ""}`;
    button.setAttribute("aria-label", `${data.tiles[index].label}, ${answer.isWrong ? "wrong" : "right"}: ${answer.name}, ${answer.sure}`);
  });
}

/** @param {View} view @param {number} index of a tile */
function describe({ root, data, epoch, chosen }, index) {
  const { label, answers } = data.tiles[index];
  const [first, now] = [answers[0], answers[epoch]];
  const says = (/** @type {typeof now} */ one) => `${one.name}, ${one.sure}${one.isWrong ? " (wrong)" : ""}, loss ${one.loss}`;
  root.style.setProperty("--large", String(index));
  part(root, ".large").classList.add("filled");
  part(root, ".image-words").replaceChildren(
    createElement("strong", {}, `Its label: ${label}`),
    createElement("span", {}, `After epoch ${data.epochs[0]}: ${says(first)}`),
    createElement("span", {}, epoch ? `After epoch ${data.epochs[epoch]}: ${says(now)}` : "Play to the end to see what becomes of it."),
    createElement("span", {}, index === chosen ? choiceWords(data, index, epoch) : ""),
  );
}

/**
 * A sentence on the goal that a pressed image reaches.
 * @param {Pick<Data, "epochs" | "goals" | "tiles">} data
 * @param {number} index of its tile
 * @param {number} epoch its index
 */
export function choiceWords({ epochs, goals, tiles }, index, epoch) {
  if (!goals.length) return "";
  if (epoch < epochs.length - 1) return "A press counts at the end.";
  const found = goals.filter(({ name }) => tiles[index].goals.includes(name)).map(({ words }) => words);
  return found.length ? `This image ${found.join(", ")}.` : `This image does not count. Asked for: an image that ${goals.map(({ words }) => words).join(", or ")}.`;
}

// The server checks the image. It is asked only if the image may reach a further goal.
/** @param {View} view @param {number} index of a tile */
function choose(view, index) {
  view.chosen = index;
  show(view);
  const { image, goals } = view.data.tiles[index];
  const isEnd = view.epoch === view.data.epochs.length - 1;
  const isWanted = view.data.goals.some(({ name }) => goals.includes(name) && !(name in view.data.reached));
  if (isEnd && isWanted) view.tell("moved", image);
}

/** @param {View} view */
function play(view) {
  clearInterval(view.timer);
  const last = view.data.epochs.length - 1;
  if (matchMedia("(prefers-reduced-motion: reduce)").matches) view.epoch = last - 1;
  else if (view.epoch === last) view.epoch = 0;
  show(view);
  view.timer = setInterval(() => {
    view.epoch += 1;
    show(view);
    if (view.epoch >= last || !view.root.isConnected) clearInterval(view.timer);
  }, PLAY_MILLISECONDS);
}
