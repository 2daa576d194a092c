// Lines of bounded length: points drawn long ago must not slow the drawing of new ones. Knows nothing of Plotly.

/**
 * @typedef {object} Point
 * @property {string} name of the quantity
 * @property {string} curve batch, running, training, validation, sample or broken; value in a chart that has only one
 * @property {number} x position in epochs
 * @property {?number} y null where a line has a gap
 * @property {number} [weight] how many batches a batch loss is the mean of
 * @property {string} [text] for those who point at it
 */

/**
 * @typedef {object} Line
 * @property {number[]} x positions in epochs
 * @property {(?number)[]} y values; null for a gap
 * @property {number[]} weights how many batches each value is the mean of; 0 for what is no mean of batches
 * @property {string[]} texts for those who point at a value
 * @property {boolean} changed whether there are points that are not drawn yet
 */

const MOST_POINTS = 2000; // of one line; a chart is a few hundred pixels wide
const SMOOTHED_OVER = 0.02; // of the whole run, so that a run of 3 epochs looks as steady as one of 300
const ROUND = [1, 10, 100, 1000, 10000].flatMap((power) => [1, 2, 5].map((digit) => digit * power));
const WIDE = 5; // an axis whose end is so many times its start would crowd evenly spaced lines on a logarithmic scale
const MOST_EPOCH_LINES = 20; // more make a fence

/**
 * An empty line.
 * @returns {Line} without points
 */
export function newLine() {
  return { x: [], y: [], weights: [], texts: [], changed: true };
}

/**
 * Add a point to a line; a line that becomes too long is shortened to half.
 * @param {Line} line from newLine
 * @param {Pick<Point, "x" | "y" | "weight" | "text">} point from pointsOf
 */
export function addPoint(line, { x, y, weight, text = "" }) {
  line.x.push(x);
  line.y.push(y);
  line.weights.push(weight ?? 0);
  line.texts.push(text);
  line.changed = true;
  if (line.x.length > MOST_POINTS) Object.assign(line, weight === undefined ? halved(line) : merged(line));
}

/**
 * Every second point of a line, with all its gaps and its last point.
 * @param {Line} line from newLine
 * @returns {Omit<Line, "changed">} the parts of the shorter line
 */
export function halved(line) {
  const last = line.x.length - 1;
  const indexes = [...line.y.keys()].filter((index) => line.y[index] === null || index % 2 === 0 || index === last);
  const select = (/** @type {any[]} */ values) => indexes.map((index) => values[index]);
  return { x: select(line.x), y: select(line.y), weights: select(line.weights), texts: select(line.texts) };
}

/**
 * A line of means with each two neighbours as one point, which is the true mean of the batches of both.
 * @param {Line} line from newLine, with the weights of its means
 * @returns {Omit<Line, "changed">} the parts of the shorter line
 */
export function merged(line) {
  /** @type {Omit<Line, "changed">} */
  const short = { x: [], y: [], weights: [], texts: [] };
  for (let index = 0; index < line.x.length; index += 2) {
    const both = [index, index + 1].filter((neighbour) => neighbour < line.x.length);
    const weight = both.reduce((sum, each) => sum + line.weights[each], 0);
    const isBroken = both.some((each) => line.y[each] === null);
    short.x.push(line.x[both[both.length - 1]]);
    short.y.push(isBroken ? null : both.reduce((sum, each) => sum + (line.y[each] ?? 0) * line.weights[each], 0) / weight);
    short.weights.push(weight);
    short.texts.push("");
  }
  return short;
}

/**
 * A line smoothed: the exponential moving average, corrected for its start at 0. A point counts by its distance, so that
 * a line with half its points looks the same.
 * @param {Pick<Line, "x" | "y">} line from newLine
 * @param {number} epochs how long the whole run is
 * @returns {(?number)[]} a value for each point; null for a gap
 */
export function smoothed(line, epochs) {
  const length = smoothingLength(epochs);
  let [mean, startShare, before] = [0, 1, 0]; // startShare: how much of the mean is still the 0 at its start
  return line.y.map((value, index) => {
    if (value === null) return null;
    const factor = Math.exp(-Math.max(line.x[index] - before, 1e-9) / length);
    before = line.x[index];
    mean = factor * mean + (1 - factor) * value;
    startShare *= factor;
    return mean / (1 - startShare);
  });
}

/**
 * Over how many epochs lines are smoothed.
 * @param {number} epochs how long the whole run is
 * @returns {number} epochs; a point that far away counts about a third
 */
export function smoothingLength(epochs) {
  return SMOOTHED_OVER * epochs;
}

/**
 * Where an axis marks the ends of epochs.
 * @param {number[]} range of the axis, from and to
 * @param {boolean} isLog whether it is logarithmic
 * @returns {number[]} whole epochs, evenly spaced by 1, 2, 5, 10 or the like, at most MOST_EPOCH_LINES; on a logarithmic
 *   axis 1, 2, 5, 10, 20 and so on
 */
export function epochLines([from, to], isLog) {
  const [low, high] = [Math.max(1, Math.ceil(from)), Math.floor(to * (1 + 1e-9))]; // a power of 10 may fall short of itself
  if (isLog && to / from > WIDE) return ROUND.filter((epoch) => epoch >= low && epoch <= high);
  const step = ROUND.find((wanted) => (high - low) / wanted < MOST_EPOCH_LINES) ?? ROUND[ROUND.length - 1];
  const epochs = [];
  for (let epoch = Math.ceil(low / step) * step; epoch <= high; epoch += step) epochs.push(epoch);
  return epochs;
}
