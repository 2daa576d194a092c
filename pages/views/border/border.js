/** @import { Component } from "../../components/shared/component" */
/** @import { Activation, Layer } from "./net.js" */
/** @import { EpochScores } from "./loss.js" */
import { part, setText } from "../../components/shared/dom.js";
import { showChoices } from "./choices.js";
import { drawLinks, fullNotes, placesOf, showHeads, showUnits } from "./drawing.js";
import { drawLoss, measuredAt } from "./loss.js";
import { answerStrength, coloursOf, paintLarge, paintMap, unitStrength, weightWords } from "./maps.js";
import { answerFor, gridOf, isSame, unitMaps, unitSums, unpack } from "./net.js";
import { linesIn, noteOf, overfittingWords, scoreWords, whatWords } from "./words.js";

const PLAY_MILLISECONDS = 900; // from the first weights to the last
const MOVING = { unit: 20, answer: 60 }; // cells along a side of a map, while the border moves
const STILL = { unit: 40, answer: 160 };

/**
 * The settings of a network. See BorderNetSettings in core/views/border.py.
 * @typedef {object} Net
 * @property {string} points
 * @property {number} noise
 * @property {number[]} units
 * @property {Activation} activation
 * @property {string} penalty
 * @property {number} strength
 * @property {number} rate
 * @property {number} seed
 */

/**
 * The result of a training. See _answer in border.py.
 * @typedef {object} Answer
 * @property {number[]} inputs x and y of each point
 * @property {number[]} labels
 * @property {number} trainingPoints
 * @property {number[]} epochs those whose weights are kept
 * @property {string} weights
 * @property {EpochScores[]} curve
 */

/**
 * The data from Python; see the function border in border.py.
 * @typedef {object} Data
 * @property {Net} net
 * @property {unknown[]} value the network as the visitor's move, once all other networks for the check are trained; else
 *     empty
 * @property {Answer[]} answers at most one result
 * @property {string[]} controls the settings that can be changed besides the units
 * @property {boolean} isWhole whether the answer belongs to the whole training, not to its first epochs
 * @property {string} problem
 * @property {string} otherStarts the scores of the same network with other seeds, in words
 * @property {{name: string, title: string, sentence: string, inputs: number[], labels: number[]}[]} sets
 * @property {{activation: string[], penalty: string[], strength: number[], rate: number[], noise: number[]}} choices
 * @property {{layers: number, units: number, seed: number}} most
 */

/**
 * @typedef {object} View
 * @property {HTMLElement} root
 * @property {Data} data
 * @property {Net} net the network that a person has chosen, which Python may not know yet
 * @property {?Answer} answer
 * @property {Net} trained the network of that answer
 * @property {Layer[][]} layersByEpoch
 * @property {number} epochIndex the index of the epoch whose weights are on the screen
 * @property {boolean} isMoving
 * @property {?[number, number]} shown column and unit of the large map in place of the border; null for the border
 * @property {number} frame
 * @property {(net: Net) => void} send
 * @property {string} told the last network that was reported as a move
 * @property {ResizeObserver} resizing
 */

/** @type {WeakMap<ShadowRoot, View>} */
const views = new WeakMap();

/**
 * Show a network on points, with its maps and its border. Python gets a changed network as the trigger "net".
 * @param {Component<Data>} component the values from Streamlit
 * @returns {() => void} cleanup
 */
export default function border({ data, parentElement, setTriggerValue }) {
  const view = views.get(parentElement) ?? newView(parentElement, data);
  view.data = data;
  view.send = (net) => setTriggerValue("net", net);
  if (answerFor(view.net, data)) take(view);
  draw(view);
  const value = JSON.stringify(data.value);
  if (data.value.length && value !== view.told) {
    view.told = value;
    setTriggerValue("moved", data.value);
  }
  return () => {
    if (parentElement.isConnected) return; // a superseded call is cleaned up
    cancelAnimationFrame(view.frame);
    view.resizing.disconnect();
  };
}

/** @param {ShadowRoot} parent @param {Data} data @returns {View} */
function newView(parent, data) {
  const root = part(parent, ".border");
  /** @type {View} */
  const view = {
    root, data, net: data.net, answer: null, trained: data.net, layersByEpoch: [], epochIndex: 0, isMoving: false, shown: null, frame: 0, told: "",
    send: () => {}, resizing: new ResizeObserver(() => draw(view)),
  };
  const time = /** @type {HTMLInputElement} */ (part(root, ".time input"));
  time.oninput = () => stopAt(view, Number(time.value));
  part(root, ".play").onclick = () => {
    if (!view.answer) return;
    cancelAnimationFrame(view.frame);
    view.epochIndex = 0;
    play(view);
  };
  view.resizing.observe(part(root, ".net"));
  views.set(parent, view);
  return view;
}

/** Take Python's answer, and move the border to its final position. @param {View} view */
function take(view) {
  const answer = answerFor(view.net, view.data);
  const isOfTrained = view.answer !== null && isSame(view.net, view.trained);
  if (!answer || (isOfTrained && answer.weights === view.answer?.weights)) return;
  const epochIndex = isOfTrained ? view.epochIndex : 0; // the whole training goes on after its first epochs
  Object.assign(view, { answer, trained: view.net, layersByEpoch: unpack(answer.weights, view.net.units), epochIndex });
  cancelAnimationFrame(view.frame);
  if (matchMedia("(prefers-reduced-motion: reduce)").matches) view.epochIndex = view.layersByEpoch.length - 1;
  else play(view);
}

/** @param {View} view */
function play(view) {
  const began = performance.now();
  const [first, last] = [view.epochIndex, view.layersByEpoch.length - 1];
  view.isMoving = true;
  const step = () => {
    const share = (performance.now() - began) / PLAY_MILLISECONDS;
    view.isMoving = share < 1;
    view.epochIndex = Math.min(last, first + Math.floor(share * (last - first)));
    draw(view);
    if (view.isMoving) view.frame = requestAnimationFrame(step);
  };
  view.frame = requestAnimationFrame(step);
}

/** @param {View} view @param {number} epochIndex */
function stopAt(view, epochIndex) {
  cancelAnimationFrame(view.frame);
  Object.assign(view, { epochIndex, isMoving: false });
  draw(view);
}

/** @param {View} view @param {Partial<Net>} changes */
function change(view, changes) {
  view.net = { ...view.net, ...changes };
  cancelAnimationFrame(view.frame);
  Object.assign(view, { isMoving: false, shown: null });
  draw(view);
  view.send(view.net);
}

/** Whether the answer belongs to the network on the screen. @param {View} view */
function isTrained({ answer, trained, net }) {
  return answer !== null && isSame(trained, net);
}

/** @param {View} view */
function draw(view) {
  const { root, data, net } = view;
  root.classList.toggle("waiting", !isTrained(view) && !data.problem);
  showChoices(root, data, net, (changes) => change(view, changes));
  const layers = isTrained(view) ? view.layersByEpoch[view.epochIndex] : null;
  const maps = layers ? mapsOf(view, layers) : null;
  drawNet(view, layers, maps);
  drawResult(view, layers, maps);
  drawCurve(view);
  const words = view.isMoving || !isTrained(view) || !data.isWhole ? null : scoreWords(net, measuredAt(/** @type {Answer} */ (view.answer).curve, Infinity));
  if (data.problem) setText(part(root, ".said"), data.problem);
  else if (words) setText(part(root, ".said"), words);
}

/** The maps of all columns, the inputs first and the answer last. @param {View} view @param {Layer[]} layers */
function mapsOf({ net, isMoving }, layers) {
  const side = (isMoving ? MOVING : STILL).unit;
  return [[gridOf(side, (x) => x), gridOf(side, (_, y) => y)], ...unitMaps(layers, net.activation, side)];
}

/** @param {View} view @param {?Layer[]} layers @param {?Float32Array[][]} maps */
function drawNet(view, layers, maps) {
  const { root, data, net } = view;
  const area = part(root, ".net");
  const size = { width: area.clientWidth, height: area.clientHeight };
  if (!size.width) return;
  area.style.setProperty("--rows", String(Math.max(...net.units)));
  const colours = coloursOf(root);
  const { columns, side, spare } = placesOf(size, net.units, net.units.length < data.most.layers);
  const chosen = view.shown && view.shown[0] > 0 ? /** @type {[number, number]} */ ([view.shown[0] - 1, view.shown[1]]) : null;
  drawLinks(/** @type {HTMLCanvasElement} */ (part(area, ".links")), size, columns, side, layers, colours, chosen);
  showHeads(part(area, ".heads"), { columns, spare, units: net.units, most: data.most }, (units) => change(view, { units }));
  const show = (/** @type {?[number, number]} */ shown) => {
    view.shown = shown;
    draw(view);
  };
  const canvases = showUnits(part(area, ".units"), columns, side, (layer, unit) => show([layer, unit]), () => show(null));
  canvases.forEach((units, column) => units.forEach((canvas, unit) => {
    const map = maps?.[column][unit];
    if (map) paintMap(canvas, map, colours, column > net.units.length ? answerStrength : unitStrength(map));
    const button = /** @type {HTMLElement} */ (canvas.parentElement);
    button.classList.toggle("empty", !map);
    const name = column > net.units.length ? "The output unit" : `Unit ${unit + 1} of layer ${column}`;
    button.ariaLabel = column === 0 ? `Input x${unit + 1}` : `${name}${layers ? `: ${weightWords(layers[column - 1], unit)}` : ""}`;
  }));
  showNotes(part(area, ".notes"), columns, side, spare, view, layers);
}

/**
 * @param {HTMLElement} root
 * @param {{x: number, y: number}[][]} columns
 * @param {number} side of a unit
 * @param {number} spare where a layer can be added
 * @param {View} view
 * @param {?Layer[]} layers
 */
function showNotes(root, columns, side, spare, { net, data, isMoving }, layers) {
  const last = (/** @type {{y: number}[]} */ units) => units[units.length - 1].y + side / 2 + 6;
  const below = Math.max(...columns.slice(1, -1).map(last), 0);
  /** @type {{x: number, y: number, text: string, isFull?: boolean}[]} */
  const notes = [
    ...columns[0].map(({ x, y }, index) => ({ x, y: y + side / 2 + 2, text: index ? "x₂" : "x₁" })),
    ...net.units.map((_, layer) => ({ x: columns[layer + 1][0].x, y: below, text: noteOf(layers && !isMoving ? linesIn(unitSums(layers, net.activation, STILL.unit, layer)) : null) })),
    ...fullNotes(net.units, data.most, columns, spare),
  ];
  root.replaceChildren(...notes.map(({ x, y, text, isFull }) => {
    const element = document.createElement("span");
    element.classList.toggle("full", Boolean(isFull));
    element.style.cssText = `left:${x}px;top:${y}px;width:max-content;max-width:${columns[1][0].x - columns[0][0].x - 8}px`;
    element.textContent = text;
    return element;
  }));
}

/** @param {View} view @param {?Layer[]} layers @param {?Float32Array[][]} maps */
function drawResult(view, layers, maps) {
  const { root, net, answer, shown } = view;
  const canvas = /** @type {HTMLCanvasElement} */ (part(root, ".map"));
  const unit = shown && maps ? maps[shown[0]]?.[shown[1]] : undefined;
  setText(part(root, ".title"), unit && shown ? titleOf(net, shown) : "The decision boundary");
  setText(part(root, ".what"), unit && shown && layers ? whatWords(shown, layers) : isTrained(view) ? "On the line the network cannot decide." : "Training this network …");
  if (!layers || !answer || !canvas.clientWidth) return;
  const side = (view.isMoving ? MOVING : STILL).answer;
  const [column, index] = unit && shown ? shown : [layers.length, 0];
  const map = column === 0 && unit ? unit : unitMaps(layers, net.activation, side)[column - 1][index];
  const sums = column === 0 ? map : unitSums(layers, net.activation, side, column - 1)[index];
  const strength = unit && column < layers.length ? unitStrength(map) : answerStrength;
  paintLarge(canvas, map, sums, { colours: coloursOf(root), strength, points: answer, size: canvas.clientWidth });
  canvas.ariaLabel = unit ? `Map of ${part(root, ".title").textContent}` : `The plane with ${answer.labels.length} points and the decision boundary. ${scoreWords(net, measuredAt(answer.curve, answer.epochs[view.epochIndex]))}`;
}

/** @param {Net} net @param {[number, number]} shown */
function titleOf(net, [column, unit]) {
  if (column === 0) return `Input x${unit ? "₂" : "₁"}`;
  return column > net.units.length ? "The output unit" : `Unit ${unit + 1} of Dense ${net.units[column - 1]}`;
}

/** @param {View} view */
function drawCurve({ root, data, answer, trained, epochIndex }) {
  if (!answer) return;
  const epoch = answer.epochs[epochIndex];
  drawLoss(/** @type {SVGElement} */ (/** @type {unknown} */ (part(root, ".curve"))), answer.curve, epoch);
  setText(part(root, ".score"), [scoreWords(trained, measuredAt(answer.curve, epoch)), overfittingWords(answer.curve, epoch), data.otherStarts].filter(Boolean).join(" "));
  const time = /** @type {HTMLInputElement} */ (part(root, ".time input"));
  Object.assign(time, { max: String(answer.epochs.length - 1), value: String(epochIndex), ariaValueText: `after ${epoch} epochs` });
  setText(part(root, ".time span"), `After ${epoch.toLocaleString("en-US")} epochs`);
}
