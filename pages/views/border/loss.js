// The losses of training and validation over the epochs.
import { createSvg } from "../../components/shared/dom.js";

/** @typedef {[number, number, number, number, number]} EpochScores epoch, training and validation loss, training and validation accuracy */

const LEAST_TOP = 0.75; // above the loss of a network that guesses, 0.69
const GAP = 22; // between the names at the line ends
const ENDS = 128; // the room of these names

/**
 * The paths of both lines.
 * @param {EpochScores[]} curve
 * @param {{width: number, height: number}} size
 * @returns {{training: string, validation: string, top: number, ends: number[], x: (epoch: number) => number}} the paths
 *     and their ends
 */
export function linesOf(curve, { width, height }) {
  const top = curve.reduce((most, [, training, validation]) => Math.max(most, training, validation), LEAST_TOP);
  const last = curve[curve.length - 1][0];
  const x = (/** @type {number} */ epoch) => 2 + (epoch / last) * (width - ENDS - 4);
  const y = (/** @type {number} */ loss) => 3 + (1 - loss / top) * (height - 6);
  const path = (/** @type {1 | 2} */ which) => curve.map((each, index) => `${index ? "L" : "M"}${x(each[0]).toFixed(1)} ${y(each[which]).toFixed(1)}`).join("");
  const end = curve[curve.length - 1];
  return { training: path(1), validation: path(2), top, ends: apart(y(end[1]), y(end[2]), height), x };
}

/** Two heights, moved apart so that their names do not overlap. @param {number} first @param {number} second @param {number} height */
function apart(first, second, height) {
  const isFirstBelow = first >= second;
  const middle = (first + second) / 2;
  const half = Math.max(GAP, Math.abs(first - second)) / 2;
  const centre = Math.min(Math.max(middle, half + 8), height - half - 8);
  return isFirstBelow ? [centre + half, centre - half] : [centre - half, centre + half];
}

/**
 * Draw the curve up to an epoch, with the losses at its line ends.
 * @param {SVGElement} svg
 * @param {EpochScores[]} curve
 * @param {number} epoch
 */
export function drawLoss(svg, curve, epoch) {
  const size = { width: svg.clientWidth, height: svg.clientHeight };
  if (!size.width) return;
  const { training, validation, ends, x } = linesOf(curve, size);
  const now = measuredAt(curve, epoch);
  const text = (/** @type {string} */ name, /** @type {number} */ loss, /** @type {number} */ at) => {
    const element = createSvg("text", { x: size.width - ENDS + 6, y: at + 5, class: name });
    element.append(`${name} ${loss.toFixed(3)}`);
    return element;
  };
  svg.replaceChildren(
    createSvg("line", { x1: 2, x2: size.width - ENDS, y1: size.height - 3, y2: size.height - 3, class: "axis" }),
    createSvg("line", { x1: x(epoch), x2: x(epoch), y1: 2, y2: size.height - 3, class: "now" }),
    createSvg("path", { d: validation, class: "validation" }),
    createSvg("path", { d: training, class: "training" }),
    text("training", now[1], ends[0]),
    text("validation", now[2], ends[1]),
  );
}

/** The scores after an epoch, or after the last measured epoch before. @param {EpochScores[]} curve @param {number} epoch */
export function measuredAt(curve, epoch) {
  return curve.reduce((best, each) => (each[0] <= epoch ? each : best), curve[0]);
}

