/** @import { Component } from "../../components/shared/component" */
/** @import { Room, Tile } from "./layout.js" */
import { createElement, part, setText } from "../../components/shared/dom.js";
import { positions, tileSize } from "./layout.js";

const PLAY_MILLISECONDS = 420; // the duration of an epoch
const ABOVE = 0.36; // the share of the field above its axis
const MOST_TELLS = 3; // of a value
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
 * @property {number} opened when the scene was opened, or begun anew
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
 * @property {Set<number>} pressed the indexes of the tiles whose images count once their epoch is the last
 * @property {number[]} told the values that were sent since the visitor last acted
 */

/** @type {WeakMap<ShadowRoot, View>} */
const views = new WeakMap();

/**
 * Show images in columns, by the confidence of the network in its answers.
 * @param {Component<Data>} component the values from Streamlit
 */
export default function sureAndWrong({ data, parentElement, setTriggerValue }) {
  const view = views.get(parentElement) ?? newView(parentElement, data);
  const isBegunAnew = view.data.opened !== data.opened;
  Object.assign(view, { data, tell: setTriggerValue });
  const wanted = JSON.stringify([data.epochs, data.figures, data.tiles]);
  if (view.drawn !== wanted || isBegunAnew) build(view, wanted);
  show(view);
  report(view);
}

/** @param {ShadowRoot} parent @param {Data} data @returns {View} */
function newView(parent, data) {
  const root = part(parent, ".answers");
  /** @type {View} */
  const view = { root, data, tell: () => {}, drawn: "", buttons: [], epoch: 0, chosen: -1, timer: 0, pressed: new Set(), told: [] };
  views.set(parent, view);
  const slider = sliderOf(view);
  slider.oninput = () => {
    clearInterval(view.timer);
    goTo(view, Number(slider.value));
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
  clearInterval(view.timer);
  view.drawn = wanted;
  view.epoch = 0;
  view.chosen = -1;
  view.pressed.clear();
  view.told = [];
  sliderOf(view).max = String(data.epochs.length - 1);
  root.style.setProperty("--sheet", data.sheet ? `url("${data.sheet}")` : "none");
  root.style.setProperty("--sheet-tiles", String(data.tiles.length));
  setText(part(root, "h2"), `${data.images} validation images, by how sure the network is of its answer`);
  part(root, ".axis").replaceChildren(...data.columns.map((name) => createElement("span", {}, name)));
  part(root, ".bars").replaceChildren(...data.columns.map((_, index) => createElement("span", { className: index < data.sureFrom ? "" : "sure" }, createElement("b"), createElement("i"))));
  view.buttons = data.tiles.map((_, index) => {
    const button = createElement("button", { className: "tile", type: "button", onclick: () => choose(view, index) });
    button.style.setProperty("--place", String(index));
    button.dataset.goal = data.tiles[index].goals.join(" ");
    return button;
  });
  part(root, ".tiles").replaceChildren(...view.buttons);
  part(root, ".large").classList.remove("filled");
  part(root, ".image-words").replaceChildren("Press an image to see what the network says of it.");
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
  if (view.chosen >= 0) describe(view);
  const words = isAtEnd(view) ? absentWords(data) : "";
  part(root, ".absent").hidden = !words;
  setText(part(root, ".absent"), words);
}

/** @param {Pick<View, "data" | "epoch">} view */
function isAtEnd({ data, epoch }) {
  return epoch === data.epochs.length - 1;
}

/**
 * The value that the server has to judge next: a pressed image, or that the visitor saw the end. Neither counts before the end.
 * Null if no open goal is reached.
 *
 * A slow server gets only the last of several values. So a value is sent again until its goals are reached, a few times at most,
 * and the next value follows then.
 * @param {Pick<View, "data" | "epoch" | "pressed" | "told">} view
 */
export function valueToTell({ data, epoch, pressed, told }) {
  if (!isAtEnd({ data, epoch })) return null;
  const values = [...[...pressed].map((index) => data.tiles[index]), { image: data.atTheEnd, goals: data.absent }];
  const isOpen = (/** @type {string} */ goal) => data.goals.some(({ name }) => name === goal) && !(goal in data.reached);
  const isTold = (/** @type {number} */ value) => told.filter((each) => each === value).length >= MOST_TELLS;
  return values.find(({ image, goals }) => goals.some(isOpen) && !isTold(image))?.image ?? null;
}

/** @param {View} view */
function report(view) {
  const value = valueToTell(view);
  if (value === null) return;
  view.told.push(value);
  view.tell("moved", value);
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
    button.setAttribute("aria-label", `image ${data.tiles[index].image + 1}, label ${data.tiles[index].label}, ${answer.isWrong ? "wrong" : "right"}: ${answer.name}, ${answer.sure}`);
  });
}

/** @param {View} view */
function describe({ root, data, epoch, chosen }) {
  const { image, label, answers } = data.tiles[chosen];
  const [first, now] = [answers[0], answers[epoch]];
  const says = (/** @type {typeof now} */ one) => `${one.name}, ${one.sure}${one.isWrong ? " (wrong)" : ""}, loss ${one.loss}`;
  root.style.setProperty("--large", String(chosen));
  part(root, ".large").classList.add("filled");
  part(root, ".image-words").replaceChildren(
    createElement("strong", {}, `Image ${image + 1}, label ${label}`),
    createElement("span", {}, `After epoch ${data.epochs[0]}: ${says(first)}`),
    createElement("span", {}, epoch ? `After epoch ${data.epochs[epoch]}: ${says(now)}` : ""),
    createElement("span", {}, choiceWords(data, chosen, epoch)),
  );
}

/**
 * A sentence on the goal that the chosen image reaches.
 * @param {Pick<Data, "epochs" | "goals" | "tiles">} data
 * @param {number} index of its tile
 * @param {number} epoch its index
 */
export function choiceWords({ epochs, goals, tiles }, index, epoch) {
  if (epoch < epochs.length - 1) return "Play to the end to see what becomes of it.";
  if (!goals.length) return "";
  const found = goals.filter(({ name }) => tiles[index].goals.includes(name)).map(({ words }) => words);
  return found.length ? `This image ${found.join(", ")}.` : "This image does not count: the guide asks for others.";
}

/** @param {View} view @param {number} index of a tile */
function choose(view, index) {
  view.chosen = index;
  goTo(view, view.epoch);
}

/**
 * Show an epoch. At the end, the image that was chosen before counts as well.
 * @param {View} view @param {number} epoch its index
 */
function goTo(view, epoch) {
  view.epoch = epoch;
  view.told = [];
  if (!isAtEnd(view)) view.pressed.clear();
  if (view.chosen >= 0) view.pressed.add(view.chosen);
  show(view);
  report(view);
}

/** @param {View} view */
function play(view) {
  clearInterval(view.timer);
  const last = view.data.epochs.length - 1;
  if (matchMedia("(prefers-reduced-motion: reduce)").matches) view.epoch = last - 1;
  else if (view.epoch === last) view.epoch = 0;
  show(view);
  view.timer = setInterval(() => {
    goTo(view, Math.min(view.epoch + 1, last));
    if (view.epoch >= last || !view.root.isConnected) clearInterval(view.timer);
  }, PLAY_MILLISECONDS);
}
