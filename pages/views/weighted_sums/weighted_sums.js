/** @import { Component } from "../../components/shared/component" */
/** @import { Data, Plane, Side, SideData, View, Windows } from "./side" */
import { readStored, writeStored } from "../../components/shared/browser_storage.js";
import { part } from "../../components/shared/dom.js";
import { describeChange, describeSum, limitsOf, termsAt, unpackFloats } from "./arithmetic.js";
import { channelsOf, greyOf, listLargest, rankChannels } from "./terms.js";

const LONGEST_SIDE = 240; // pixels of a plane
const MOST_SCALE = 30; // pixels of one number
/** @type {Object<string, [number, number]>} */
const STEPS = { ArrowUp: [-1, 0], ArrowDown: [1, 0], ArrowLeft: [0, -1], ArrowRight: [0, 1] };
const SCALES = { low: Math.min, high: Math.max, least: Math.min, most: Math.max, bound: Math.max }; // of all moments together
const POSITIONS_KEY = "window.places"; // in the tab's storage: positions by the id of the layer

/** @type {WeakMap<HTMLElement, View>} */
const views = new WeakMap();

/**
 * Show an output number of a layer, chosen by pointer or arrow keys: its window in the input, the weights, the products and
 * the sum. Two moments stand side by side and always show the same position.
 * @param {Component<Data>} component the values from Streamlit
 * @returns {() => void} cleanup
 */
export default function weightedSums({ data, parentElement, setTriggerValue }) {
  const root = part(parentElement, ".window");
  tellChosen(root, data, setTriggerValue);
  if (views.get(root)?.content !== data.content) {
    const { layer, common, content } = data;
    const sides = sidesOf(root, data);
    const { height, width } = sides[0];
    const view = { root, content, layer, common, sides, position: storedPosition(layer) ?? [height >> 1, width >> 1] };
    views.set(root, /** @type {View} */ (view));
    show(/** @type {View} */ (view));
  }
  root.hidden = false; // shown only now, since a click before this module is loaded would be lost
  return () => {};
}

/**
 * Tell Python that a person chose a number of a layer, by a click or, the first time, by the arrow keys.
 * @param {HTMLElement} root
 * @param {Data} data
 * @param {Component<Data>["setTriggerValue"]} setTriggerValue
 */
function tellChosen(root, data, setTriggerValue) {
  const tell = (/** @type {Event} */ { target }) => {
    if (!data.isNoted || !(target instanceof HTMLCanvasElement)) return;
    root.dataset.chosen = data.layer;
    setTriggerValue("chosen", data.layer);
  };
  root.onclick = tell; // at each click, since a message may be lost
  root.onkeyup = (event) => event.key in STEPS && root.dataset.chosen !== data.layer && tell(event);
}

// The last position in this layer, stored since the page has no component while Python waits for an answer.
/** @param {string} layer its id @returns {?number[]} */
function storedPosition(layer) {
  const position = readStored(POSITIONS_KEY, "sessionStorage")?.[layer];
  return Array.isArray(position) && position.length === 2 && position.every(Number.isInteger) ? position : null;
}

// The moments with their elements. The first element is in the HTML, and is copied for another moment.
/** @param {HTMLElement} root @param {Data} data @returns {Side[]} */
function sidesOf(root, data) {
  const boxes = /** @type {HTMLElement[]} */ ([...root.querySelectorAll(".side")]);
  const focused = /** @type {ShadowRoot} */ (root.getRootNode()).activeElement;
  while (boxes.length < data.sides.length) {
    const box = /** @type {HTMLElement} */ (boxes[0].cloneNode(true));
    boxes[0].parentNode?.append(box);
    boxes.push(box);
  }
  for (const box of boxes.splice(data.sides.length)) {
    if (box.contains(focused)) part(boxes[0], ".out").focus({ preventScroll: true });
    box.remove();
  }
  const sides = data.sides.map((side, index) => newSide(side, boxes[index], data));
  if (data.common) {
    for (const name of /** @type {(keyof typeof SCALES)[]} */ (Object.keys(SCALES))) {
      const value = SCALES[name](...sides.map((side) => side[name]));
      sides.forEach((side) => { side[name] = value; });
    }
  }
  sides.forEach((side) => addPlanes(side, strongestChannel(sides)));
  return sides;
}

/** @param {SideData} side @param {HTMLElement} box @param {Data} data @returns {Side} */
function newSide(side, box, { takes, gives }) {
  const floats = (/** @type {string} */ text) => unpackFloats(text) ?? new Float32Array();
  const [inputs, weights, outputs] = [floats(side.inputs), unpackFloats(side.weights), floats(side.outputs)];
  const [low, high] = limitsOf(inputs);
  const [least, most] = limitsOf(outputs);
  const bound = weights ? Math.max(...limitsOf(weights).map(Math.abs)) : 0;
  const [height, width] = [side.rows.length, side.columns.length];
  const scales = { low, high, least, most, bound, terms: [] };
  return /** @type {Side} */ (/** @type {unknown} */ (
    { ...side, takes, gives, box, inputs, weights, before: floats(side.before), outputs, height, width, ...scales }));
}

/** @param {Side} side @param {number} channel the drawn channel of the input */
function addPlanes(side, channel) {
  const { box, shape, inputs, outputs } = side;
  side.inputPlane = planeOf(/** @type {HTMLCanvasElement} */ (part(box, ".in")), shape[0], shape[1], (row, column) =>
    greyOf(inputs[(row * shape[1] + column) * shape[2] + channel], side.low, side.high));
  side.outputPlane = planeOf(/** @type {HTMLCanvasElement} */ (part(box, ".out")), side.height, side.width, (row, column) =>
    greyOf(outputs[row * side.width + column], side.least, side.most));
  const name = side.channels[channel];
  box.setAttribute("aria-label", side.name || "One number");
  part(box, ".moment").textContent = side.name;
  part(box, ".takes").textContent = `Takes ${side.takes}${name ? `: ${name}` : ""}`;
  part(box, ".gives").textContent = `Gives ${side.gives}`;
  part(box, ".note").textContent = side.note;
  const which = [side.name, side.gives].filter(Boolean).join(", ");
  side.outputPlane.canvas.setAttribute("aria-label", `${which}: arrow keys go from number to number`);
}

// The channel of the input with the largest weights, which stays the same while a person moves through the numbers.
/** @param {Side[]} sides */
function strongestChannel(sides) {
  const count = sides[0].shape[2];
  const sums = new Float64Array(count);
  sides.forEach(({ weights }) => weights?.forEach((weight, index) => { sums[index % count] += weight * weight; }));
  return Math.max(0, sums.indexOf(limitsOf(sums)[1]));
}

/** @param {HTMLCanvasElement} canvas @param {number} rows @param {number} columns @param {Plane["colourAt"]} colourAt @returns {Plane} */
function planeOf(canvas, rows, columns, colourAt) {
  const scale = Math.max(1, Math.min(MOST_SCALE, Math.floor(LONGEST_SIDE / Math.max(rows, columns))));
  const ratio = window.devicePixelRatio || 1;
  Object.assign(canvas, { width: columns * scale * ratio, height: rows * scale * ratio });
  Object.assign(canvas.style, { width: `${columns * scale}px`, height: `${rows * scale}px` });
  return { canvas, rows, columns, cell: scale * ratio, colourAt };
}

/** @param {View} view */
function show(view) {
  view.sides.forEach((side) => listen(view, side));
  moveTo(view, ...view.position);
}

/** @param {View} view @param {Side} side */
function listen(view, { inputPlane, outputPlane, rows, columns }) {
  outputPlane.canvas.onpointermove = (event) => moveTo(view, ...numberAt(outputPlane, event));
  inputPlane.canvas.onpointermove = (event) => {
    const [row, column] = numberAt(inputPlane, event);
    moveTo(view, nearestWindow(rows, row), nearestWindow(columns, column));
  };
  outputPlane.canvas.onkeydown = (event) => {
    const step = STEPS[event.key];
    if (!step) return;
    event.preventDefault();
    moveTo(view, view.position[0] + step[0], view.position[1] + step[1]);
  };
}

/** @param {Plane} plane @param {PointerEvent} event @returns {[number, number]} row and column */
function numberAt({ canvas, rows, columns }, event) {
  const box = canvas.getBoundingClientRect();
  return [Math.floor(((event.clientY - box.top) / box.height) * rows), Math.floor(((event.clientX - box.left) / box.width) * columns)];
}

/**
 * The window whose middle is nearest to a position of the input, along an axis.
 * @param {Windows} windows of all numbers along the axis
 * @param {number} wanted the position
 * @returns {number} the index of the window
 */
export function nearestWindow(windows, wanted) {
  let [best, least] = [0, Infinity];
  windows.forEach((window, index) => {
    const [low, high] = limitsOf(insideOf(window));
    const distance = Math.abs((low + high) / 2 - wanted); // NaN for a window outside of the picture
    if (distance < least) [best, least] = [index, distance];
  });
  return best;
}

/** @param {[number, number][]} window @returns {number[]} its positions within the input */
function insideOf(window) {
  return window.map(([position]) => position).filter((position) => position >= 0);
}

/** @param {View} view @param {number} row which may lie outside @param {number} column */
function moveTo(view, row, column) {
  const { sides, root } = view;
  const { height, width } = sides[0];
  view.position = [Math.min(Math.max(row, 0), height - 1), Math.min(Math.max(column, 0), width - 1)];
  const stored = readStored(POSITIONS_KEY, "sessionStorage");
  writeStored(POSITIONS_KEY, { ...stored, [view.layer]: view.position }, "sessionStorage");
  sides.forEach((side) => showSum(side, view.position));
  const order = rankChannels(sides);
  sides.forEach((side) => part(side.box, ".parts").replaceChildren(...channelsOf(view, side, order)));
  part(root, ".change").textContent = sides.length > 1 ? describeChange(sides, view.position) : "";
}

/** @param {Side} side @param {[number, number]} position */
function showSum(side, [row, column]) {
  side.terms = termsAt(side, [row, column]);
  paint(side.inputPlane, insideOf(side.rows[row]), insideOf(side.columns[column]));
  paint(side.outputPlane, [row], [column]);
  part(side.box, ".sum").textContent = (side.name ? `${side.name}. ` : "") + describeSum(side, [row, column], side.terms);
  listLargest(part(side.box, ".largest"), side);
}

/** @param {Plane} plane @param {number[]} markedRows @param {number[]} markedColumns */
function paint({ canvas, rows, columns, cell, colourAt }, markedRows, markedColumns) {
  const context = /** @type {CanvasRenderingContext2D} */ (canvas.getContext("2d"));
  for (let row = 0; row < rows; row += 1) {
    for (let column = 0; column < columns; column += 1) {
      context.fillStyle = colourAt(row, column);
      context.fillRect(column * cell, row * cell, cell, cell);
    }
  }
  if (!markedRows.length || !markedColumns.length) return;
  const [[top, bottom], [left, right]] = [limitsOf(markedRows), limitsOf(markedColumns)];
  for (const { colour, width } of [{ colour: "#FFFFFF", width: 5 }, { colour: "#D55E00", width: 3 }]) { // visible on any colour
    context.strokeStyle = colour;
    context.lineWidth = width;
    context.strokeRect(left * cell, top * cell, (right - left + 1) * cell, (bottom - top + 1) * cell);
  }
}
