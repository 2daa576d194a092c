// The conversion of a run's events to points of curves, independent of Plotly and of the page.

/** @import { StreamEvent } from "../shared/event_stream.js" */
/** @import { CommandEvent } from "../shared/run_events.js" */
/** @import { Point } from "./lines.js" */
import { formatCount, formatMeasurement, formatMetric, metricWords } from "../shared/text_format.js";

/**
 * @typedef {object} Reading
 * The reports of a run so far, for two charts. Keys and names are Keras' history names.
 * @property {string[]} names the charts' quantities
 * @property {Object<string, ?number>} heights the height of the marker for a value that is not a number: the last
 *     number, or at first a guess
 * @property {number} steps in an epoch; 0 before the start
 * @property {number} epochs in the run; 0 before the start
 * @property {number} step the number of the last step
 * @property {number} epochsDone the number of finished epochs
 * @property {Object<string, ?number>} ends values at the end of the last epoch
 * @property {Object<string, {value: number, epoch: number}>} best the best validation value of each chart's quantity so far
 * @property {Object<string, ?number>} now the latest values of the further charts
 * @property {Object<string, number>} brokenSince the first step at which a value was no number
 * @property {Set<string>} breaks quantities whose running mean starts again with the next batch
 * @property {{x: number, what: string, by: string}[]} flags the changes by hand: the epoch, the change, and who made the
 *     change
 * @property {?boolean} hasBatchLoss whether the run reports the loss of batches; null before the first batch
 * @property {boolean} isPositive whether all losses so far are above 0
 */

/** @type {Object<string, [string, string]>} */
const MORE_WORDS = {
  learning_rate: ["Learning rate", "how far each step goes"],
  gradient_norm: ["Length of the last step's gradient", "how steep the loss is there"],
  images_per_second: ["Images per second", "how fast this machine learns"],
};
export const MORE_NAMES = Object.keys(MORE_WORDS);
const SHOWS_IN_CURVES = /\b(learning rate|pace|steps?|batch|batches)\b/; // changes by hand that change the shape of a curve
const MOST_FLAGS = 3; // the number of latest changes that the sentence names

/**
 * The reading of a run that has reported nothing.
 * @param {string[]} names the charts' quantities, for example ["loss", "accuracy"]
 * @param {Object<string, ?number>} heights the height of a marker before any number is known: a guess for each name
 * @returns {Reading} to pass to pointsOf
 */
export function newReading(names, heights) {
  return {
    names, heights: { ...heights }, steps: 0, epochs: 0, step: 0, epochsDone: 0,
    ends: {}, best: {}, now: {}, brokenSince: {}, breaks: new Set(), flags: [], hasBatchLoss: null, isPositive: true,
  };
}

/**
 * Update a reading by an event.
 * @param {Reading} reading from newReading
 * @param {StreamEvent} event of kind start, batch, sample, epoch, steered or resumed; other events add nothing
 * @returns {Point[]} the points that the event adds
 */
export function pointsOf(reading, event) {
  if (event.kind === "start") Object.assign(reading, { steps: event.steps, epochs: event.epochs });
  if (event.kind === "steered") addFlag(reading, event);
  // A resumed run repeats steps, so changes by hand at the repeated steps no longer count.
  if (event.kind === "resumed") reading.flags = reading.flags.filter((flag) => flag.x <= event.epoch);
  const read = READERS[event.kind];
  if (!read) return [];
  if ("step" in event) reading.step = Math.max(reading.step, event.step);
  if (event.kind === "epoch") reading.epochsDone = Math.max(reading.epochsDone, Math.round(event.epoch));
  const points = reading.names.flatMap((name) => read(reading, event, name));
  if (event.kind === "batch") points.push(...batchLossPoints(reading, event), ...morePoints(reading, event));
  return points;
}

/** @type {Object<string, (reading: Reading, event: any, name: string) => Point[]>} */
const READERS = { batch: batchPoints, sample: samplePoints, epoch: epochPoints };

/** @param {Reading} reading @param {CommandEvent} event */
function addFlag(reading, { what, by, epoch }) {
  if (SHOWS_IN_CURVES.test(what)) reading.flags.push({ x: epoch, what, by });
}

/** @param {Reading} reading @param {any} event @param {string} name */
function batchPoints(reading, event, name) {
  if (!(name in event)) return [];
  const points = pointAt(reading, { event, key: name, name, curve: "running" });
  // The running mean starts again in each epoch: a line between two epochs would show a fall that did not happen.
  if (reading.breaks.delete(name)) points.unshift({ name, curve: "running", x: event.epoch, y: null });
  return points;
}

/** @param {Reading} reading @param {any} event */
function batchLossPoints(reading, event) {
  reading.hasBatchLoss = reading.hasBatchLoss || "batch_loss" in event;
  if (!("batch_loss" in event)) return [];
  const [point, ...broken] = pointAt(reading, { event, key: "batch_loss", name: "loss", curve: "batch" });
  return [{ ...point, weight: event.batches ?? 1 }, ...broken];
}

/** @param {Reading} reading @param {any} event */
function morePoints(reading, event) {
  const names = MORE_NAMES.filter((name) => event[name] !== undefined);
  for (const name of names) reading.now[name] = event[name];
  return names.map((name) => ({ name, curve: "value", x: event.epoch, y: event[name] }));
}

/** @param {Reading} reading @param {any} event @param {string} name */
function samplePoints(reading, event, name) {
  const key = `val_${name}`;
  return key in event ? pointAt(reading, { event, key, name, curve: "sample" }) : [];
}

/** @param {Reading} reading @param {any} event @param {string} name */
function epochPoints(reading, event, name) {
  /** @type {Point[]} */
  const points = [];
  if (name in event) {
    points.push({ name, curve: "running", x: event.epoch, y: event[name] });
    // The value is drawn as a step over its epoch, so the first epoch needs a point at its start.
    if (reading.ends[name] === undefined) points.push({ name, curve: "training", x: Math.max(0, event.epoch - 1), y: event[name] });
    points.push(...pointAt(reading, { event, key: name, name, curve: "training" }));
    reading.breaks.add(name);
    reading.ends[name] = event[name];
  }
  const key = `val_${name}`;
  if (key in event) {
    points.push(...pointAt(reading, { event, key, name, curve: "validation" }));
    reading.ends[key] = event[key];
    updateBest(reading, event, name);
  }
  return points;
}

/** @param {Reading} reading @param {any} event @param {string} name the chart's quantity */
function updateBest(reading, event, name) {
  const [now, best] = [event[`val_${name}`], reading.best[name]];
  if (now === null) return;
  const isBetter = best === undefined || (name === "loss" ? now < best.value : now > best.value);
  if (isBetter) reading.best[name] = { value: now, epoch: Math.round(event.epoch) };
}

/**
 * @param {Reading} reading
 * @param {{event: any, key: string, name: string, curve: string}} value the key of an event's value, and the chart and
 *     curve of its point
 */
function pointAt(reading, { event, key, name, curve }) {
  const y = event[key];
  /** @type {Point[]} */
  const points = [{ name, curve, x: event.epoch, y }];
  if (y !== null) {
    reading.heights[name] = y;
    if (name === "loss") reading.isPositive &&= y > 0;
    delete reading.brokenSince[key];
  } else {
    reading.brokenSince[key] ??= event.step;
    const text = `${metricWords(key)}: infinite or not a number`;
    points.push({ name, curve: "broken", x: event.epoch, y: reading.heights[name] ?? 1, text });
  }
  return points;
}

/**
 * A sentence with the values of a chart at the end of the last epoch, and the number of epochs since validation was best.
 * @param {Reading} reading from newReading
 * @param {string} name the chart's quantity
 * @param {number} epochs the number of epochs
 * @returns {string} for example "Epoch 3 of 5: training loss 0.38,
 *     validation loss 0.41, which has not improved for 2 epochs."
 */
export function epochSentence(reading, name, epochs) {
  if (reading.epochsDone === 0) return "";
  const parts = [];
  if (name in reading.ends) parts.push(`training ${metricWords(name)} ${formatMetric(name, reading.ends[name])}`);
  const key = `val_${name}`;
  if (key in reading.ends) parts.push(`validation ${metricWords(name)} ${formatMetric(key, reading.ends[key])}`);
  const best = reading.best[name];
  const since = best && best.value !== reading.ends[key] ? reading.epochsDone - best.epoch : 0;
  if (since > 1) parts.push(`which has not improved for ${formatCount(since)} epochs`);
  return `Epoch ${formatCount(reading.epochsDone)} of ${formatCount(epochs)}: ${parts.join(", ")}.`;
}

/**
 * A sentence about the values that are no longer numbers.
 * @param {Reading} reading from newReading
 * @returns {string} for example "The loss is infinite or not a number since step 812." or ""
 */
export function brokenSentence(reading) {
  return Object.entries(reading.brokenSince)
    .filter(([key]) => key !== "batch_loss" || !("loss" in reading.brokenSince)) // both mean the same failure
    .map(([key, step]) => `The ${metricWords(key)} is infinite or not a number since step ${formatCount(step)}.`)
    .join(" ");
}

/**
 * A sentence about the changes by hand, for people who cannot point at the flags of the charts.
 * @param {Reading} reading from newReading
 * @returns {string} for example "Changed by hand: learning rate 0.01 at epoch 2.4, by the owner." or ""
 */
export function flagsSentence({ flags }) {
  if (flags.length === 0) return "";
  const latest = flags.slice(-MOST_FLAGS).map(({ what, by, x }) => `${what} at epoch ${Number(x.toPrecision(3))}, by the ${by}`);
  const earlier = flags.length - latest.length;
  return `Changed by hand: ${earlier > 0 ? `${formatCount(earlier)} earlier, then ` : ""}${latest.join("; ")}.`;
}

/**
 * A sentence about the value that a further chart shows.
 * @param {Reading} reading from newReading
 * @param {string} name learning_rate, gradient_norm or images_per_second
 * @returns {string} for example "Learning rate 0.001 now: how far each step goes."
 */
export function moreSentence(reading, name) {
  const value = reading.now[name];
  const words = MORE_WORDS[name];
  if (value === undefined) return reading.step > 0 ? `${words[0]}: this run did not record it.` : "";
  const number = name === "learning_rate" && value !== null ? String(Number(value.toPrecision(3))) : formatMeasurement(value);
  return `${words[0]}: ${number} now; ${words[1]}.`;
}
