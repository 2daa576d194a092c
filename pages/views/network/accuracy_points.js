/** @import { RunEvent } from "../../components/shared/run_events.js" */

/** @typedef {{x: number, y: number}} Value position in epochs, and accuracy */

/**
 * The points of the small curve.
 * @typedef {object} Points
 * @property {Value[]} training the mean over each epoch, at the epoch's end
 * @property {Value[]} running the mean since the beginning of the epoch that has not ended
 * @property {Value[]} validation at the end of each epoch
 */

/**
 * The points of the small curve.
 * @param {RunEvent[]} events of the run
 * @returns {Points} points, in order
 */
export function accuracyPoints(events) {
  /** @type {Points} */
  const points = { training: [], running: [], validation: [] };
  for (const event of events) addPoint(points, event);
  return points;
}

/**
 * Add the points of one event.
 * @param {Points} points
 * @param {RunEvent} event
 */
export function addPoint(points, event) {
  if (event.kind === "resumed") {
    for (const list of Object.values(points)) list.splice(0, Infinity, ...list.filter(({ x }) => x <= event.epoch));
  }
  if (event.kind !== "batch" && event.kind !== "epoch") return;
  if (event.kind === "epoch") points.running = []; // the mean starts anew with each epoch
  if (typeof event.accuracy === "number") {
    const list = event.kind === "epoch" ? points.training : points.running;
    list.push({ x: event.epoch, y: event.accuracy });
  }
  if (typeof event.val_accuracy === "number") points.validation.push({ x: event.epoch, y: event.val_accuracy });
}

/**
 * The epoch means as steps: each mean holds for its whole epoch.
 * @param {Value[]} means at the ends of the epochs
 * @returns {Value[]} the corners of the line
 */
export function stepsOf(means) {
  return means.flatMap(({ x, y }, index) => [{ x: index ? means[index - 1].x : Math.max(0, x - 1), y }, { x, y }]);
}

/**
 * The last training accuracy that the curve shows: of the epoch that has not ended, or without validation of the last epoch.
 * @param {Points} points
 * @returns {Value | undefined} the value, or undefined where the curve shows none
 */
export function lastTraining({ training, running, validation }) {
  return running.at(-1) ?? (validation.length ? undefined : training.at(-1));
}

/**
 * The heights of the names at the ends of lines, so that the names do not overlap.
 * @param {number[]} heights of the ends of the lines
 * @param {number} apart the least distance
 * @param {number} lowest the greatest height, counted downwards
 * @returns {number[]} the heights of the names, in the same order
 */
export function namesApart(heights, apart, lowest) {
  const order = heights.map((_, index) => index).sort((one, other) => heights[one] - heights[other]);
  const moved = [...heights];
  let below = lowest + apart;
  for (const index of order.reverse()) {
    moved[index] = Math.min(moved[index], below - apart);
    below = moved[index];
  }
  return moved;
}

/**
 * The curve in words.
 * @param {Points} points
 * @returns {string} a sentence
 */
export function curveWords(points) {
  const [training, validation] = [lastTraining(points), points.validation.at(-1)];
  if (!training && !validation) return "Accuracy: no point yet.";
  const parts = [];
  if (training) parts.push(`training ${percentOf(training)}`);
  if (validation) parts.push(`validation ${percentOf(validation)} after epoch ${Math.round(validation.x)}`);
  return `Accuracy: ${parts.join(", ")}.`;
}

/** @param {Value} value */
export function percentOf({ y }) {
  return `${Math.round(100 * y)} %`;
}
