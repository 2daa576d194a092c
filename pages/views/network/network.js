/** @import { Component } from "../../components/shared/component" */
/** @import { StreamEvent } from "../../components/shared/event_stream.js" */
/** @import { PixelImage } from "../../components/shared/run_events.js" */
/** @import { NetworkState } from "../shared/network_bytes.js" */
/** @import { Column } from "./geometry.js" */
import { part, setText } from "../../components/shared/dom.js";
import { followRun } from "../../components/shared/event_stream.js";
import { Answers, namedClasses } from "./answers.js";
import { bytesOf } from "../shared/network_bytes.js";
import { layoutDown, layoutRight, runsDown } from "./geometry.js";
import { showHeads, showKeys } from "./heads.js";
import { paletteOf } from "../shared/network_palette.js";
import { NetworkPicture } from "./picture.js";
import { pictureWords } from "./words.js";

/**
 * The data from Python; see the function network in network.py.
 * @typedef {object} Data
 * @property {string} line the network in a few words
 * @property {string} pixels the heading of the image
 * @property {Column[]} columns the last one gives the answers
 * @property {boolean} is_chain whether the input of each column is the output of the column before
 * @property {number} answers
 * @property {string[]} classes
 * @property {string[]} pictures a data: URI for each class; may be empty
 * @property {PixelImage[]} images at most one: the image that is shown until the network has answered
 * @property {number} label the class of that image
 * @property {NetworkState[]} states at most one: the outputs of the network for the image
 * @property {boolean} is_trained whether the state belongs to a trained network
 * @property {string} url the event stream of the run that is drawn; "" for none
 */

/**
 * @typedef {object} View
 * @property {HTMLElement} root
 * @property {Data} data
 * @property {Answers} answers
 * @property {NetworkPicture} picture
 * @property {?NetworkState} live the last state that the run has reported
 * @property {boolean} isOver whether the run has ended
 * @property {ResizeObserver} resizing
 * @property {?string} [followed]
 * @property {?() => void} [unsubscribe]
 */

/** @type {WeakMap<ShadowRoot, View>} */
const views = new WeakMap();

/**
 * Draw a network with its outputs for an image, and follow a run that trains the network.
 * @param {Component<Data>} component the values from Streamlit
 * @returns {() => void} cleanup
 */
export default function networkView({ data, parentElement }) {
  const view = views.get(parentElement) ?? newView(parentElement, data);
  if (data.url !== (view.followed ?? "")) {
    Object.assign(view, { live: null, isOver: false });
    view.unsubscribe?.();
    Object.assign(view, { followed: data.url, unsubscribe: null });
    view.data = data;
    if (data.url) followRun(view, data.url, receive);
  }
  view.data = data;
  draw(view); // the theme may have changed too
  return () => {
    // Streamlit also cleans up after a superseded call, before or after the next call, while the component stays in use.
    if (!parentElement.isConnected) close(view);
  };
}

/** @param {ShadowRoot} parent @param {Data} data @returns {View} */
function newView(parent, data) {
  const root = part(parent, ".network");
  /** @type {View} */
  const view = {
    root, data, live: null, isOver: false,
    answers: new Answers(part(root, ".answers")),
    picture: new NetworkPicture(/** @type {HTMLCanvasElement} */ (part(root, "canvas"))),
    resizing: new ResizeObserver(() => draw(view)),
  };
  view.resizing.observe(root);
  views.set(parent, view);
  return view;
}

/** @param {View} view @param {StreamEvent} event */
function receive(view, event) {
  for (const one of event.kind === "history" ? event.events : [event]) {
    if (one.kind === "network") view.live = one;
    if (one.kind === "resumed") view.live = null;
    if (one.kind === "state") view.isOver = one.over;
  }
  if (["history", "network", "state"].includes(event.kind)) draw(view);
}

/** @param {View} view */
function draw(view) {
  const { data, root } = view;
  const known = data.states[0] ?? null;
  const state = (data.is_trained ? known : view.live) ?? view.live ?? known;
  const isTrained = data.is_trained || view.live !== null;
  const isSettled = data.is_trained && state !== null;
  const labels = namedClasses(data.answers === data.classes.length ? data.classes.length : 0, state?.answers ?? []);
  const names = labels.length ? labels : Array.from({ length: Math.min(10, data.answers) }, (_, index) => index);
  view.answers.name(names, labels.length ? data.classes : [], labels.length ? data.pictures : []);
  view.answers.show(state, isSettled);
  root.setAttribute("aria-label", "The network");
  setText(part(root, ".words"), pictureWords(state, data.line, data.classes, isTrained));
  drawPicture(view, { state, isTrained, names });
}

/** @param {View} view @param {{state: ?NetworkState, isTrained: boolean, names: number[]}} now */
function drawPicture({ root, data, picture }, { state, isTrained, names }) {
  const isDown = runsDown(root.clientWidth);
  root.classList.toggle("down", isDown);
  const canvas = part(root, "canvas");
  if (isDown) canvas.style.setProperty("--canvas", `${270 + 110 * Math.max(1, data.columns.length - 1)}px`);
  const size = { width: canvas.clientWidth, height: canvas.clientHeight };
  const image = state?.image ?? data.images[0];
  if (!size.width || !size.height) return;
  const pixels = image && { ...image, bytes: bytesOf(image.pixels) };
  const columns = data.columns.slice(0, -1);
  const answers = { count: Math.max(1, names.length), width: part(root, ".answers").clientWidth };
  const drawn = (isDown ? layoutDown : layoutRight)(size, image ?? { height: 1, width: 1 }, columns, answers);
  const layout = names.length ? drawn : { ...drawn, answers: [] };
  part(root, ".stage").style.setProperty("--picture", `${Math.min(36, (isDown ? size.width : size.height) / answers.count - 8)}px`);
  const label = data.classes[state ? state.label : data.label];
  const words = { image: label ? `one image: ${label}` : "", answers: isTrained ? "" : state ? "now: only a guess" : "", isTrained };
  showHeads(part(root, ".heads"), layout, data, words);
  showKeys(part(root, ".keys"), layout, isTrained);
  picture.show({ layout, palette: paletteOf(root), pixels, state, labels: names, isTrained, hasArrows: data.is_chain }, size);
}

/** @param {View} view */
function close(view) {
  view.picture.stop();
  view.resizing.disconnect();
  view.unsubscribe?.();
}
