// The losses of training and validation over the epochs.
import { createSvg } from "../../components/shared/dom.js";

/** @typedef {[number, number, number, number, number]} EpochScores epoch, training and validation loss, training and validation accuracy */

const GUESSING = Math.LN2; // the loss of a network that guesses
const LEAST_TOP = 0.75; // above the loss of a network that guesses
const NAMES = 24; // the room of the line with the names, above the curves
const LEVELS = 34; // the room of the levels at the left
const KEY = 14; // pixels, the length of a piece of line before its name
const VALIDATION = 124; // pixels, the room of the name of the validation loss
const LINE = 16; // pixels, the least distance between two levels

/**
 * The paths of both lines.
 * @param {EpochScores[]} curve
 * @param {{width: number, height: number}} size
 * @returns {{training: string, validation: string, top: number, x: (epoch: number) => number, y: (loss: number) => number}}
 *     the paths and the scales
 */
export function linesOf(curve, { width, height }) {
  const top = curve.reduce((most, [, training, validation]) => Math.max(most, training, validation), LEAST_TOP);
  const last = curve[curve.length - 1][0];
  const x = (/** @type {number} */ epoch) => LEVELS + (epoch / last) * (width - LEVELS - 2);
  const y = (/** @type {number} */ loss) => NAMES + (1 - loss / top) * (height - NAMES - 3);
  const path = (/** @type {1 | 2} */ which) => curve.map((each, index) => `${index ? "L" : "M"}${x(each[0]).toFixed(1)} ${y(each[which]).toFixed(1)}`).join("");
  return { training: path(1), validation: path(2), top, x, y };
}

/**
 * Draw the curves, with the losses after an epoch above them.
 * @param {SVGElement} svg
 * @param {EpochScores[]} curve
 * @param {number} epoch
 */
export function drawLoss(svg, curve, epoch) {
  const size = { width: svg.clientWidth, height: svg.clientHeight };
  if (!size.width) return;
  const { training, validation, top, x, y } = linesOf(curve, size);
  const now = measuredAt(curve, epoch);
  const text = (/** @type {string} */ name, /** @type {string} */ words, /** @type {Record<string, string | number>} */ place) => {
    const element = createSvg("text", { ...place, class: name });
    element.append(words);
    return element;
  };
  svg.replaceChildren(
    ...levelsOf(top, y).flatMap((loss) => level(loss, y(loss), size.width)),
    createSvg("line", { x1: x(epoch), x2: x(epoch), y1: NAMES, y2: size.height - 3, class: "now" }),
    createSvg("path", { d: validation, class: "validation" }),
    createSvg("path", { d: training, class: "training" }),
    createSvg("path", { d: `M${LEVELS} 8h${KEY}`, class: "training key" }),
    text("training", `training ${now[1].toFixed(3)}`, { x: LEVELS + KEY + 6, y: 12 }),
    createSvg("path", { d: `M${size.width - VALIDATION} 8h${KEY}`, class: "validation key" }),
    text("validation", `validation ${now[2].toFixed(3)}`, { x: size.width - VALIDATION + KEY + 6, y: 12 }),
    text("level", `${curve[curve.length - 1][0].toLocaleString("en")} epochs`, { x: size.width, y: size.height + 12, "text-anchor": "end" }),
  );
}

/**
 * The losses that the axis names: 0, the loss of guessing, and the largest whole number that has room.
 * @param {number} top of the axis
 * @param {(loss: number) => number} y
 */
export function levelsOf(top, y) {
  const whole = Math.floor(top);
  return [0, GUESSING, ...(whole >= 1 && y(GUESSING) - y(whole) >= LINE ? [whole] : [])];
}

/** @param {number} loss @param {number} height @param {number} end */
function level(loss, height, end) {
  const isGuessing = loss === GUESSING;
  const line = createSvg("line", { x1: LEVELS, x2: end, y1: height, y2: height, class: isGuessing ? "guessing" : "axis" });
  const number = createSvg("text", { x: LEVELS - 6, y: height + 4, class: "level", "text-anchor": "end" });
  number.append(isGuessing ? loss.toFixed(2) : String(loss));
  if (!isGuessing) return [line, number];
  const word = createSvg("text", { x: end - 4, y: height - 5, class: "level", "text-anchor": "end" });
  word.append("guessing");
  return [line, number, word];
}

/** The scores after an epoch, or after the last measured epoch before. @param {EpochScores[]} curve @param {number} epoch */
export function measuredAt(curve, epoch) {
  return curve.reduce((best, each) => (each[0] <= epoch ? each : best), curve[0]);
}

