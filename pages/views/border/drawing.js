// The drawing of the network: the positions of its units, its links, its buttons, and the headings of its columns.
/** @import { Layer } from "./net.js" */
/** @import { Colours } from "./maps.js" */
import { createElement, setText } from "../../components/shared/dom.js";
import { rgb } from "./maps.js";
import { fullWords } from "./words.js";

const MOST_PITCH = 60; // between two units of a column
const WIDEST_LINK = 6;
const HEAD = 76; // above the units
const BELOW_BUTTONS = 60;
const FOOT = 62; // below the units: three lines of words
const [NARROW, TO_MAP] = [420, 44]; // a width without room for large units; the line from the output to the map beside it
const FEWEST = 4; // units of a column that the room is divided by

/** @typedef {{x: number, y: number}} Place */

/**
 * The position of each unit. The first column is the input, and the last column is the single unit of the output.
 * @param {{width: number, height: number}} size
 * @param {number[]} units of the hidden layers
 * @param {boolean} hasSpare whether to leave room for another layer
 * @returns {{columns: Place[][], side: number, spare: number}} the middles of the units, their side, and the position at
 *     which a layer can be added
 */
export function placesOf({ width, height }, units, hasSpare) {
  const side = width < NARROW ? 32 : 42;
  const counts = [2, ...units];
  const room = height - HEAD - FOOT;
  const pitch = Math.min(MOST_PITCH, room / Math.max(FEWEST, ...units));
  const first = side / 2 + 8;
  const slots = counts.length + (hasSpare ? 1 : 0);
  const output = width - side / 2 - (width < NARROW ? 1 : TO_MAP);
  const step = (output - first) / slots;
  const middle = HEAD + room / 2;
  const columns = counts.map((count, column) => {
    const between = column === 0 ? Math.max(pitch, 2.2 * side) : pitch;
    return Array.from({ length: count }, (_, index) => ({
      x: first + column * step, y: middle + (index - (count - 1) / 2) * between,
    }));
  });
  columns.push([{ x: output, y: middle }]);
  return { columns, side: Math.min(side, pitch - 4), spare: first + counts.length * step };
}

/**
 * Draw the links, the strong links on top. Without weights, links are grey.
 * @param {HTMLCanvasElement} canvas
 * @param {{width: number, height: number}} size
 * @param {Place[][]} columns
 * @param {number} side of a unit
 * @param {?Layer[]} layers
 * @param {Colours} colours
 * @param {?[number, number]} chosen layer and unit whose links stand out; null for none
 */
export function drawLinks(canvas, size, columns, side, layers, colours, chosen) {
  const scale = window.devicePixelRatio || 1;
  Object.assign(canvas, { width: Math.round(size.width * scale), height: Math.round(size.height * scale) });
  const context = /** @type {CanvasRenderingContext2D} */ (canvas.getContext("2d"));
  context.scale(scale, scale);
  for (const link of linksOf(columns, layers)) {
    const [from, to] = [columns[link.layer][link.from], columns[link.layer + 1][link.to]];
    const start = from.x + side / 2;
    const end = to.x - side / 2;
    const bend = (end - start) * 0.45;
    context.beginPath();
    context.moveTo(start, from.y);
    context.bezierCurveTo(start + bend, from.y, end - bend, to.y, end, to.y);
    const isFaded = chosen !== null && !(link.layer === chosen[0] && link.to === chosen[1]) && !(link.layer === chosen[0] + 1 && link.from === chosen[1]);
    const colour = link.weight === null ? colours.link : rgb(link.weight > 0 ? colours.plus : colours.minus, isFaded ? 0.12 : 0.35 + 0.6 * link.share);
    Object.assign(context, { strokeStyle: colour, lineWidth: link.weight === null ? 1 : 0.6 + (WIDEST_LINK - 0.6) * link.share });
    context.stroke();
  }
  const [output] = columns[columns.length - 1];
  if (size.width < NARROW) return; // the map lies below
  context.beginPath();
  context.moveTo(output.x + side / 2, output.y);
  context.lineTo(size.width, output.y);
  Object.assign(context, { strokeStyle: colours.link, lineWidth: 2 });
  context.stroke();
}

/** @typedef {{layer: number, from: number, to: number, weight: ?number, share: number}} Link */

/**
 * All links with their weights, the weakest first. `share` is a weight as a share of the largest weight of its layer.
 * @param {Place[][]} columns
 * @param {?Layer[]} layers null without weights
 * @returns {Link[]} the links
 */
export function linksOf(columns, layers) {
  const links = columns.slice(1).flatMap((units, layer) => {
    const kernel = layers ? layers[layer].kernel : null;
    const largest = kernel ? kernel.reduce((most, weight) => Math.max(most, Math.abs(weight)), 1e-9) : 1;
    return columns[layer].flatMap((_, from) => units.map((__, to) => {
      const weight = kernel ? kernel[from * units.length + to] : null;
      return { layer, from, to, weight, share: weight === null ? 0 : Math.abs(weight) / largest };
    }));
  });
  return links.sort((first, second) => first.share - second.share);
}

/**
 * Show a button for each unit, with a canvas for its map.
 * @param {HTMLElement} root
 * @param {Place[][]} columns
 * @param {number} side
 * @param {(layer: number, unit: number) => void} onShown for a unit under the pointer or with the focus
 * @param {() => void} onLeft
 * @returns {HTMLCanvasElement[][]} the canvases
 */
export function showUnits(root, columns, side, onShown, onLeft) {
  const count = columns.reduce((sum, units) => sum + units.length, 0);
  while (root.children.length > count) root.lastElementChild?.remove();
  while (root.children.length < count) {
    root.append(createElement("button", { type: "button", className: "unit" }, createElement("canvas", { ariaHidden: "true" })));
  }
  let index = 0;
  return columns.map((units, layer) => units.map((place, unit) => {
    const button = /** @type {HTMLButtonElement} */ (root.children[index]);
    index += 1;
    button.style.cssText = `left:${place.x - side / 2}px;top:${place.y - side / 2}px;width:${side}px;height:${side}px`;
    button.onpointerenter = button.onfocus = () => onShown(layer, unit);
    button.onpointerleave = button.onblur = onLeft;
    return /** @type {HTMLCanvasElement} */ (button.firstElementChild);
  }));
}

/**
 * Show the headings of the columns with name, minus and plus, and at the end a plus for another layer.
 * @param {HTMLElement} root
 * @param {object} options
 * @param {Place[][]} options.columns
 * @param {number} options.spare
 * @param {number[]} options.units
 * @param {{layers: number, units: number}} options.most
 * @param {(units: number[]) => void} onUnits called with changed numbers of units
 */
export function showHeads(root, { columns, spare, units, most }, onUnits) {
  const wanted = units.length + 2 + (units.length < most.layers ? 1 : 0);
  while (root.children.length > wanted) root.lastElementChild?.remove();
  while (root.children.length < wanted) root.append(createElement("div", { className: "head" }, createElement("strong"), createElement("span")));
  const head = (/** @type {number} */ index, /** @type {number} */ x) => {
    const element = /** @type {HTMLElement} */ (root.children[index]);
    element.style.left = `${x}px`;
    return /** @type {[HTMLElement, HTMLElement]} */ ([element.children[0], element.children[1]]);
  };
  const named = (/** @type {number} */ index, /** @type {number} */ x, /** @type {string} */ title, /** @type {string} */ note) => {
    const [name, under] = head(index, x);
    setText(name, title);
    if (under.className !== "small") under.replaceChildren();
    setText(under, note);
    under.className = "small";
  };
  named(0, columns[0][0].x, "Input", "2 numbers");
  const changed = (/** @type {number} */ layer, /** @type {number} */ count) => units.map((old, index) => (index === layer ? count : old)).filter((each) => each > 0);
  units.forEach((count, layer) => {
    const [title, buttons] = head(layer + 1, columns[layer + 1][0].x);
    setText(title, `Dense ${count}`);
    const where = `layer ${layer + 1}`;
    twoButtons(buttons, [
      { sign: "−", label: count > 1 ? `One unit fewer in ${where}` : `Remove ${where}`, press: () => onUnits(changed(layer, count - 1)) },
      { sign: "+", label: `One unit more in ${where}`, isOff: count >= most.units, why: fullWords(units, most), press: () => onUnits(changed(layer, count + 1)) },
    ]);
  });
  named(units.length + 1, columns[units.length + 1][0].x, "Dense 1", "sigmoid");
  if (units.length < most.layers) {
    const [title, buttons] = head(units.length + 2, spare);
    setText(title, "");
    twoButtons(buttons, [{ sign: "+", text: "layer", label: "Add a layer", press: () => onUnits([...units, units.length ? 2 : 1]) }]);
  }
}

/**
 * The reason why plus is disabled at layers with the most units. It stands below the button for another layer, or else below
 * each plus.
 * @param {number[]} units of the hidden layers
 * @param {{layers: number, units: number}} most
 * @param {Place[][]} columns
 * @param {number} spare
 * @returns {{x: number, y: number, text: string, isFull: boolean}[]} words with their places
 */
export function fullNotes(units, most, columns, spare) {
  const full = units.flatMap((count, layer) => (count === most.units ? [columns[layer + 1][0].x] : []));
  const places = units.length < most.layers ? full.slice(0, 1).map(() => spare) : full;
  return places.map((x) => ({ x, y: BELOW_BUTTONS, text: fullWords(units, most), isFull: true }));
}

/**
 * @param {HTMLElement} root
 * @param {{sign: string, label: string, text?: string, isOff?: boolean, why?: string, press: () => void}[]} wanted
 */
function twoButtons(root, wanted) {
  root.className = "steps";
  if (root.firstElementChild?.tagName !== "BUTTON") root.replaceChildren();
  while (root.children.length > wanted.length) root.lastElementChild?.remove();
  while (root.children.length < wanted.length) root.append(createElement("button", { type: "button" }));
  wanted.forEach(({ sign, text, label, isOff, why, press }, index) => {
    const button = /** @type {HTMLButtonElement} */ (root.children[index]);
    setText(button, text ? `${sign} ${text}` : sign);
    Object.assign(button, { ariaLabel: label, title: isOff ? why : label, disabled: Boolean(isOff), onclick: press });
  });
}
