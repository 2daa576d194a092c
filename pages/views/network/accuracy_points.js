/** @import { RunEvent } from "../../components/shared/run_events.js" */

const MOST_POINTS = 240; // more points would be closer than the pixels of the small curve

/** @typedef {{x: number, y: number}} Value position in epochs, and accuracy */
/** @typedef {{training: Value[], validation: Value[]}} Points */

/**
 * The points of the small curve: the accuracy during training, and the validation accuracy at the end of each epoch.
 * @param {RunEvent[]} events of the run
 * @returns {Points} points, in order
 */
export function accuracyPoints(events) {
  /** @type {Points} */
  const points = { training: [], validation: [] };
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
    for (const list of [points.training, points.validation]) list.splice(0, Infinity, ...list.filter(({ x }) => x <= event.epoch));
  }
  if (event.kind !== "batch" && event.kind !== "epoch") return;
  if (typeof event.accuracy === "number") points.training.push({ x: event.epoch, y: event.accuracy });
  if (typeof event.val_accuracy === "number") points.validation.push({ x: event.epoch, y: event.val_accuracy });
  if (points.training.length > 2 * MOST_POINTS) points.training = points.training.filter((_, index) => index % 2 === 0);
}

/**
 * The heights of two names at the ends of their lines, so that the names do not overlap.
 * @param {number[]} heights of the ends of the lines
 * @param {number} apart the least distance
 * @returns {number[]} the heights of the names, in the same order
 */
export function namesApart(heights, apart) {
  if (heights.length < 2 || Math.abs(heights[0] - heights[1]) >= apart) return heights;
  const middle = (heights[0] + heights[1]) / 2;
  const isFirstAbove = heights[0] <= heights[1];
  return isFirstAbove ? [middle - apart / 2, middle + apart / 2] : [middle + apart / 2, middle - apart / 2];
}

/**
 * The curve in words.
 * @param {Points} points
 * @returns {string} a sentence
 */
export function curveWords({ training, validation }) {
  const last = (/** @type {Value[]} */ list) => Math.round(100 * list[list.length - 1].y);
  if (!training.length && !validation.length) return "Accuracy: no point yet.";
  const parts = [];
  if (training.length) parts.push(`training ${last(training)} %`);
  if (validation.length) parts.push(`validation ${last(validation)} % after epoch ${Math.round(validation[validation.length - 1].x)}`);
  return `Accuracy: ${parts.join(", ")}.`;
}
