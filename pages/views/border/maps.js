// Maps of the plane as pictures: blue for an output above 0, orange for an output below 0, and fuller for a stronger output.
/** @import { Layer } from "./net.js" */
import { REACH, sigmoid, zeroLines } from "./net.js";

/**
 * The colours of maps and links, as red, green and blue.
 * @typedef {object} Colours
 * @property {number[]} plus
 * @property {number[]} minus
 * @property {number[]} middle of a value of 0
 * @property {string} line of the border
 * @property {string} rim around points
 * @property {string} link without a weight
 */

/** @type {{light: Colours, dark: Colours}} */
const COLOURS = {
  light: { plus: [31, 127, 196], minus: [201, 115, 14], middle: [255, 255, 255], line: "#14202b", rim: "#ffffff", link: "#7f8d9b" },
  dark: { plus: [88, 180, 245], minus: [255, 166, 61], middle: [19, 26, 34], line: "#edf1f5", rim: "#0b0f14", link: "#5f6f7f" },
};

/** The colours of the theme in which an element stands. @param {Element} element */
export function coloursOf(element) {
  return COLOURS[getComputedStyle(element).colorScheme.includes("dark") ? "dark" : "light"];
}

/** @param {number[]} colour @param {number} [opacity] */
export function rgb(colour, opacity = 1) {
  return `rgb(${colour.join(" ")} / ${opacity})`;
}

/**
 * Paint a map into a canvas with a pixel for each cell. The browser enlarges the canvas smoothly.
 * @param {HTMLCanvasElement} canvas
 * @param {Float32Array} map
 * @param {Colours} colours
 * @param {(value: number) => number} strength from -1 to 1
 */
export function paintMap(canvas, map, colours, strength) {
  const side = Math.sqrt(map.length);
  if (canvas.width !== side) Object.assign(canvas, { width: side, height: side });
  const context = /** @type {CanvasRenderingContext2D} */ (canvas.getContext("2d"));
  const image = context.createImageData(side, side);
  for (let cell = 0; cell < map.length; cell += 1) {
    const value = strength(map[cell]);
    const end = value > 0 ? colours.plus : colours.minus;
    const share = Math.abs(value);
    for (let channel = 0; channel < 3; channel += 1) {
      image.data[4 * cell + channel] = colours.middle[channel] + (end[channel] - colours.middle[channel]) * share;
    }
    image.data[4 * cell + 3] = 255;
  }
  context.putImageData(image, 0, 0);
}

/** The strength of the values of a hidden unit, whose largest value has the full colour. @param {Float32Array} map */
export function unitStrength(map) {
  let largest = 1e-9;
  for (const value of map) largest = Math.max(largest, Math.abs(value));
  return (/** @type {number} */ value) => value / largest;
}

/** The strength of the answer, with the full colour at a probability of 0 or 1. @param {number} sum */
export function answerStrength(sum) {
  return 0.72 * (2 * sigmoid(sum) - 1);
}

/**
 * Paint a large map, with the line where its sums are 0, and the points on top.
 * @param {HTMLCanvasElement} canvas
 * @param {Float32Array} map
 * @param {Float32Array} sums of the map, before the activation
 * @param {object} options
 * @param {Colours} options.colours
 * @param {(value: number) => number} options.strength
 * @param {?{inputs: number[], labels: number[], trainingPoints: number}} options.points null for none
 * @param {number} options.size of the canvas on the screen
 */
export function paintLarge(canvas, map, sums, { colours, strength, points, size }) {
  const scale = window.devicePixelRatio || 1;
  const side = Math.round(size * scale);
  if (canvas.width !== side) Object.assign(canvas, { width: side, height: side });
  const context = /** @type {CanvasRenderingContext2D} */ (canvas.getContext("2d"));
  const small = document.createElement("canvas");
  paintMap(small, map, colours, strength);
  context.setTransform(1, 0, 0, 1, 0, 0);
  context.imageSmoothingQuality = "high";
  context.drawImage(small, 0, 0, side, side);
  context.scale(scale, scale);
  context.beginPath();
  for (const [x1, y1, x2, y2] of zeroLines(sums, Math.sqrt(sums.length))) {
    context.moveTo(x1 * size, y1 * size);
    context.lineTo(x2 * size, y2 * size);
  }
  Object.assign(context, { strokeStyle: colours.line, lineWidth: 2.5, lineCap: "round" });
  context.stroke();
  if (points) paintPoints(context, points, colours, size, size / 80);
}

/**
 * Paint points: circles for class 1 and squares for class 0. Training points are filled, validation points are rings.
 * @param {CanvasRenderingContext2D} context
 * @param {{inputs: number[], labels: number[], trainingPoints: number}} points
 * @param {Colours} colours
 * @param {number} size
 * @param {number} radius
 */
export function paintPoints(context, { inputs, labels, trainingPoints }, colours, size, radius) {
  const place = (/** @type {number} */ value) => ((value + REACH) / (2 * REACH)) * size;
  labels.forEach((label, index) => {
    const [x, y] = [place(inputs[2 * index]), size - place(inputs[2 * index + 1])];
    const isTrained = index < trainingPoints;
    const colour = rgb(label ? colours.plus : colours.minus);
    context.beginPath();
    if (label) context.arc(x, y, radius, 0, 2 * Math.PI);
    else context.rect(x - 0.88 * radius, y - 0.88 * radius, 1.76 * radius, 1.76 * radius);
    Object.assign(context, { strokeStyle: colours.rim, lineWidth: radius * (isTrained ? 0.7 : 1.15), fillStyle: colour });
    context.stroke();
    if (isTrained) context.fill();
    else {
      Object.assign(context, { strokeStyle: colour, lineWidth: radius * 0.55 });
      context.stroke();
    }
  });
}

/**
 * The weights of one unit in words.
 * @param {Layer} layer
 * @param {number} unit
 * @returns {string} such as "0.53 x₁, -1.20 x₂, bias 0.11"
 */
export function weightWords(layer, unit) {
  const names = layer.inputs === 2 ? ["x₁", "x₂"] : [];
  const weights = Array.from({ length: layer.inputs }, (_, input) => layer.kernel[input * layer.units + unit].toFixed(2));
  const terms = names.length ? weights.map((weight, input) => `${weight} ${names[input]}`) : [`weights ${weights.join(", ")}`];
  return `${terms.join(", ")}, bias ${layer.bias[unit].toFixed(2)}`;
}
