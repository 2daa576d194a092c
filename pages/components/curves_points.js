// A run's events as points of curves. Knows nothing of Plotly or the page.

const MORE_NAMES = ["learning_rate", "gradient_norm", "images_per_second"];
const SHOWS_IN_CURVES = /\b(learning rate|pace|steps?|batch|batches)\b/; // what, done by hand, bends a curve or stretches it
const FLAGS_SAID = 3; // the latest; more are no sentence

/**
 * An empty reading of a run: what has been seen so far, for two charts named by Keras' history names.
 * @param {string[]} names the charts' quantities, for example ["loss", "accuracy"]
 * @param {Object<string, ?number>} heights where a marker goes before any number is known: a guess per name
 * @returns {object} a reading to pass to pointsOf
 */
export function newReading(names, heights) {
  return {
    names, heights: { ...heights }, steps: 0, epochs: 0, step: 0, epochsDone: 0, seconds: 0,
    ends: {}, runs: {}, now: {}, brokenSince: {}, breaks: new Set(), flags: [],
    hasBatchLoss: null, // null until a batch tells
    isPositive: true, // whether all losses so far are above 0
  };
}

/**
 * The points that one event adds; the reading is brought up to date.
 * @param {object} reading from newReading
 * @param {object} event of kind start, batch, sample, epoch, steered or resumed; others add nothing
 * @returns {{name: string, curve: string, x: number, y: ?number, weight?: number, text?: string}[]} curve is batch,
 *   running, training, validation, sample, broken, or value in a chart that has only one; y is null where a line has a
 *   gap; weight is how many batches a batch loss is the mean of
 */
export function pointsOf(reading, event) {
  if (event.kind === "start") Object.assign(reading, { steps: event.steps, epochs: event.epochs });
  if (event.kind === "steered") noteFlag(reading, event);
  // What was steered in steps that are done again did not happen to those that count.
  if (event.kind === "resumed") reading.flags = reading.flags.filter((flag) => flag.x <= event.epoch);
  const read = { batch: batchPoints, sample: samplePoints, epoch: epochPoints }[event.kind];
  if (!read) return [];
  if (event.step !== undefined) reading.step = Math.max(reading.step, event.step);
  if (event.seconds !== undefined) reading.seconds = event.seconds;
  if (event.kind === "epoch") reading.epochsDone = Math.max(reading.epochsDone, Math.round(event.epoch));
  const points = reading.names.flatMap((name) => read(reading, event, name));
  if (event.kind === "batch") points.push(...batchLossPoints(reading, event), ...morePoints(reading, event));
  return points;
}

function noteFlag(reading, { what, by, epoch }) {
  if (SHOWS_IN_CURVES.test(what)) reading.flags.push({ x: epoch, what, by });
}

function batchPoints(reading, event, name) {
  if (!(name in event)) return [];
  const points = pointAt(reading, { event, key: name, name, curve: "running" });
  // The running mean starts afresh with each epoch: a line across the border would show a fall that never was.
  if (reading.breaks.delete(name)) points.unshift({ name, curve: "running", x: event.epoch, y: null });
  return points;
}

function batchLossPoints(reading, event) {
  reading.hasBatchLoss = reading.hasBatchLoss || "batch_loss" in event;
  if (!("batch_loss" in event)) return [];
  const [point, ...broken] = pointAt(reading, { event, key: "batch_loss", name: "loss", curve: "batch" });
  return [{ ...point, weight: event.batches ?? 1 }, ...broken];
}

function morePoints(reading, event) {
  const names = MORE_NAMES.filter((name) => event[name] !== undefined);
  for (const name of names) reading.now[name] = event[name];
  return names.map((name) => ({ name, curve: "value", x: event.epoch, y: event[name] }));
}

function samplePoints(reading, event, name) {
  const key = `val_${name}`;
  return key in event ? pointAt(reading, { event, key, name, curve: "sample" }) : [];
}

function epochPoints(reading, event, name) {
  const points = [];
  if (name in event) {
    points.push({ name, curve: "running", x: event.epoch, y: event[name] });
    points.push(...pointAt(reading, { event, key: name, name, curve: "training" }));
    reading.breaks.add(name);
    noteEnd(reading, event, name);
  }
  const key = `val_${name}`;
  if (key in event) {
    points.push(...pointAt(reading, { event, key, name, curve: "validation" }));
    noteEnd(reading, event, key);
  }
  return points;
}

// For how many epochs in a row a number has risen (above 0) or fallen (below 0).
function noteEnd(reading, event, key) {
  const [before, now] = [reading.ends[key], event[key]];
  const way = before === undefined || before === null || now === null ? 0 : Math.sign(now - before);
  const run = reading.runs[key] ?? 0;
  reading.runs[key] = way === Math.sign(run) ? run + way : way;
  reading.ends[key] = now;
}

function pointAt(reading, { event, key, name, curve }) {
  const y = event[key];
  const points = [{ name, curve, x: event.epoch, y }];
  if (y !== null) {
    reading.heights[name] = y;
    if (name === "loss") reading.isPositive &&= y > 0;
    delete reading.brokenSince[key];
  } else {
    reading.brokenSince[key] ??= event.step;
    const text = `${spoken(key)}: infinite or not a number`;
    points.push({ name, curve: "broken", x: event.epoch, y: reading.heights[name] ?? 1, text });
  }
  return points;
}

/**
 * What the last whole epoch brought, for one chart, and how long the validation has got worse.
 * @param {object} reading from newReading
 * @param {string} name the chart's quantity
 * @param {number} epochs how many there are
 * @returns {string} for example "Epoch 3 of 5: training loss 0.38, validation loss 0.41, which has risen for 2 epochs."
 */
export function epochSentence(reading, name, epochs) {
  if (reading.epochsDone === 0) return "";
  const parts = [];
  if (name in reading.ends) parts.push(`training ${spoken(name)} ${measured(reading.ends[name])}`);
  const key = `val_${name}`;
  if (key in reading.ends) parts.push(`validation ${spoken(name)} ${measured(reading.ends[key])}`);
  const run = reading.runs[key] ?? 0;
  const isWorse = name === "loss" ? run > 1 : run < -1;
  if (isWorse) parts.push(`which has ${run > 0 ? "risen" : "fallen"} for ${counted(Math.abs(run))} epochs`);
  return `Epoch ${counted(reading.epochsDone)} of ${counted(epochs)}: ${parts.join(", ")}.`;
}

/**
 * What is not a number any more, in words.
 * @param {object} reading from newReading
 * @returns {string} for example "The loss is infinite or not a number since step 812." or ""
 */
export function brokenSentence(reading) {
  return Object.entries(reading.brokenSince)
    .filter(([key]) => key !== "batch_loss" || !("loss" in reading.brokenSince)) // one word for one mishap
    .map(([key, step]) => `The ${spoken(key)} is infinite or not a number since step ${counted(step)}.`)
    .join(" ");
}

/**
 * What was changed by hand, in words: the flags of the charts, for those who cannot point at them.
 * @param {object} reading from newReading
 * @returns {string} for example "Changed by hand: learning rate 0.01 at epoch 2.4, by the owner." or ""
 */
export function flagsSentence({ flags }) {
  if (flags.length === 0) return "";
  const said = flags.slice(-FLAGS_SAID).map(({ what, by, x }) => `${what} at epoch ${Number(x.toPrecision(3))}, by the ${by}`);
  const earlier = flags.length - said.length;
  return `Changed by hand: ${earlier > 0 ? `${counted(earlier)} earlier, then ` : ""}${said.join("; ")}.`;
}

/**
 * What one of the further charts shows, in words.
 * @param {object} reading from newReading
 * @param {string} name learning_rate, gradient_norm or images_per_second
 * @returns {string} for example "Learning rate 0.001 now: how far each step goes."
 */
export function moreSentence(reading, name) {
  const value = reading.now[name];
  const words = {
    learning_rate: ["Learning rate", "how far each step goes"],
    gradient_norm: ["Length of the last step's gradient", "how steep the loss is there"],
    images_per_second: ["Images per second", "how fast this machine learns"],
  }[name];
  if (value === undefined) return reading.step > 0 ? `${words[0]}: this run did not record it.` : "";
  const number = name === "learning_rate" && value !== null ? String(Number(value.toPrecision(3))) : measured(value);
  return `${words[0]}: ${number} now; ${words[1]}.`;
}
