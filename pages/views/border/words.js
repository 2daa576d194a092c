// The words of the drawing.
/** @import { Layer } from "./net.js" */
/** @import { EpochScores } from "./loss.js" */
/** @import { Net } from "./border.js" */
import { weightWords } from "./maps.js";
import { zeroLines } from "./net.js";

const STRAIGHT = 0.5; // cells: the largest distance of a point from a line that counts as straight
const MUCH = 1.5; // times the lowest validation loss
const POINTS = { training: 150, validation: 50 };

/** The number of weights and biases. @param {number[]} units of the hidden layers */
export function parametersOf(units) {
  const sizes = [2, ...units, 1];
  return sizes.slice(1).reduce((sum, size, index) => sum + (sizes[index] + 1) * size, 0);
}

/** The score of the network as counts of points. @param {Net} net @param {EpochScores} measured */
export function scoreWords(net, [, , , training, validation]) {
  const right = (/** @type {number} */ share, /** @type {number} */ all) => `${Math.round(share * all)} of ${all}`;
  return `${parametersOf(net.units)} parameters. Correct: ${right(training, POINTS.training)} training, ${right(validation, POINTS.validation)} validation points.`;
}

/**
 * A sentence for a network that learns its training points by heart.
 * @param {EpochScores[]} curve
 * @param {number} epoch up to which the curve counts
 * @returns {string} "" as long as the validation loss has not risen much
 */
export function overfittingWords(curve, epoch) {
  const losses = curve.filter((each) => each[0] <= epoch).map((each) => each[2]);
  return losses.length && losses[losses.length - 1] > MUCH * Math.min(...losses) ? "The validation loss rises again: overfitting." : "";
}

/**
 * The number of units of a layer whose maps have a straight line, a bent line, or no line.
 * @param {Float32Array[]} sums of each unit, before the activation
 * @returns {{straight: number, bent: number, none: number}} units
 */
export function linesIn(sums) {
  const kinds = sums.map((map) => kindOf(zeroLines(map, Math.sqrt(map.length)), Math.sqrt(map.length)));
  const count = (/** @type {string} */ kind) => kinds.filter((each) => each === kind).length;
  return { straight: count("straight"), bent: count("bent"), none: count("none") };
}

/** @param {[number, number, number, number][]} pieces of line @param {number} side cells along a side */
function kindOf(pieces, side) {
  if (!pieces.length) return "none";
  const points = pieces.flatMap(([x1, y1, x2, y2]) => [[x1, y1], [x2, y2]]);
  const far = (/** @type {number[]} */ from) => points.reduce((best, each) => (apart(each, from) > apart(best, from) ? each : best));
  const start = far(points[0]);
  const end = far(start);
  const length = apart(start, end);
  const off = (/** @type {number[]} */ [x, y]) => Math.abs((end[0] - start[0]) * (start[1] - y) - (start[0] - x) * (end[1] - start[1])) / (length || 1);
  return points.some((point) => off(point) > STRAIGHT / side) ? "bent" : "straight";
}

/** @param {number[]} first @param {number[]} second */
function apart(first, second) {
  return Math.hypot(first[0] - second[0], first[1] - second[1]);
}

/**
 * The note below a layer: along which lines the sums of its units are 0, where relu bends their maps.
 * @param {?{straight: number, bent: number, none: number}} lines of its units; null while the maps change
 */
export function noteOf(lines) {
  if (!lines) return "";
  const { straight, bent, none } = lines;
  if (straight && !bent && !none) return `${straight === 1 ? "The" : "Each"} unit draws a straight line: its sum is 0 there`;
  const kinds = [...(straight ? [`${straight} straight`] : []), ...(bent ? [`${bent} bent`] : []), ...(none ? [`${none} without`] : [])];
  return `Lines where the sum of a unit is 0: ${kinds.join(", ")}`;
}

/**
 * The reason why a layer can have no more units, and an alternative.
 * @param {number[]} units of the hidden layers
 * @param {{layers: number, units: number}} most
 */
export function fullWords(units, most) {
  return units.length < most.layers ? `${most.units} units at most: add a layer` : `${most.units} at most`;
}

/**
 * A sentence on the content of a unit's large map.
 * @param {[number, number]} shown column and unit
 * @param {Layer[]} layers
 */
export function whatWords([column, unit], layers) {
  if (column === 0) return "Blue where the number is above 0, orange below.";
  return weightWords(layers[column - 1], unit);
}
