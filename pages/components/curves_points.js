// A run's events as points of curves. Knows nothing of Plotly or the page.

/**
 * An empty reading of a run: what has been seen so far, for two charts named by Keras' history names.
 * @param {string[]} names the charts' quantities, for example ["loss", "accuracy"]
 * @param {Object<string, ?number>} heights where a marker goes before any number is known: a guess per name
 * @returns {object} a reading to pass to pointsOf
 */
export function newReading(names, heights) {
  return {
    names, heights: { ...heights }, steps: 0, epochs: 0, step: 0, epochsDone: 0, seconds: 0,
    latest: {}, brokenSince: {}, breaks: new Set(),
  };
}

/**
 * The points that one event adds; the reading is brought up to date.
 * @param {object} reading from newReading
 * @param {object} event of kind start, batch, sample or epoch; others add nothing
 * @returns {{name: string, curve: string, x: number, y: ?number}[]} curve is running, training, validation, sample or
 *   broken; y is null where a line has a gap
 */
export function pointsOf(reading, event) {
  if (event.kind === "start") Object.assign(reading, { steps: event.steps, epochs: event.epochs });
  if (event.step !== undefined) reading.step = Math.max(reading.step, event.step);
  if (event.seconds !== undefined) reading.seconds = event.seconds;
  const read = { batch: batchPoints, sample: samplePoints, epoch: epochPoints }[event.kind];
  return read ? reading.names.flatMap((name) => read(reading, event, name)) : [];
}

function batchPoints(reading, event, name) {
  if (!(name in event)) return [];
  const points = pointAt(reading, { event, key: name, name, curve: "running" });
  // The running mean starts afresh with each epoch: a line across the border would show a fall that never was.
  if (reading.breaks.delete(name)) points.unshift({ name, curve: "running", x: event.epoch, y: null });
  return points;
}

function samplePoints(reading, event, name) {
  const key = `val_${name}`;
  return key in event ? pointAt(reading, { event, key, name, curve: "sample" }) : [];
}

function epochPoints(reading, event, name) {
  reading.epochsDone = Math.max(reading.epochsDone, Math.round(event.epoch));
  const points = [];
  if (name in event) {
    points.push({ name, curve: "running", x: event.epoch, y: event[name] });
    points.push(...pointAt(reading, { event, key: name, name, curve: "training" }));
    reading.breaks.add(name);
  }
  const key = `val_${name}`;
  if (key in event) points.push(...pointAt(reading, { event, key, name, curve: "validation" }));
  return points;
}

function pointAt(reading, { event, key, name, curve }) {
  const y = event[key];
  const points = [{ name, curve, x: event.epoch, y }];
  reading.latest[key] = y;
  if (y !== null) {
    reading.heights[name] = y;
    delete reading.brokenSince[key];
  } else if (!(key in reading.brokenSince)) {
    reading.brokenSince[key] = event.step;
    points.push({ name, curve: "broken", x: event.epoch, y: reading.heights[name] ?? 1 });
  }
  return points;
}

/**
 * Halve the points of a long line; its gaps stay.
 * @param {(?number)[]} x positions
 * @param {(?number)[]} y values, null for a gap
 * @returns {{x: (?number)[], y: (?number)[]}} every second point
 */
export function halved(x, y) {
  const kept = y.map((value, index) => index).filter((index) => y[index] === null || index % 2 === 0);
  return { x: kept.map((index) => x[index]), y: kept.map((index) => y[index]) };
}

/**
 * What the last whole epoch brought, for one chart.
 * @param {object} reading from newReading
 * @param {string} name the chart's quantity
 * @param {number} epochs how many there are
 * @returns {string} for example "Epoch 2 of 5: training loss 0.38, validation loss 0.41."
 */
export function epochSentence(reading, name, epochs) {
  if (reading.epochsDone === 0) return "";
  const parts = [];
  if (name in reading.latest) parts.push(`training ${spoken(name)} ${measured(reading.latest[name])}`);
  const key = `val_${name}`;
  if (key in reading.latest) parts.push(`validation ${spoken(name)} ${measured(reading.latest[key])}`);
  return `Epoch ${counted(reading.epochsDone)} of ${counted(epochs)}: ${parts.join(", ")}.`;
}

/**
 * What is not a number any more, in words.
 * @param {object} reading from newReading
 * @returns {string} for example "The loss is not a number since step 812." or ""
 */
export function brokenSentence(reading) {
  return Object.entries(reading.brokenSince)
    .map(([key, step]) => `The ${spoken(key)} is not a number since step ${counted(step)}.`)
    .join(" ");
}
