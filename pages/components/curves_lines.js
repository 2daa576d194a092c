// Lines of bounded length: what has been drawn long ago must not slow what is drawn now. Knows nothing of Plotly.

const MOST_POINTS = 2000; // of one line; a chart is a few hundred pixels wide
const SMOOTHED_OVER = 0.02; // of the whole run: as steady in a run of 3 epochs as in one of 300
const ROUND = [1, 10, 100, 1000, 10000].flatMap((power) => [1, 2, 5].map((digit) => digit * power));
const WIDE = 5; // how many times the start the end of a logarithmic axis is, where evenly spaced lines would crowd
const MOST_EPOCH_LINES = 20; // more make a fence

/**
 * An empty line.
 * @returns {{x: number[], y: (?number)[], weights: number[], texts: string[], changed: boolean}} its points
 */
export function newLine() {
  return { x: [], y: [], weights: [], texts: [], changed: true };
}

/**
 * Add a point to a line; one that becomes too long is shortened to half.
 * @param {object} line from newLine
 * @param {{x: number, y: ?number, weight?: number, text?: string}} point from pointsOf
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
 * Every second point of a line; its gaps and its last point stay.
 * @param {object} line from newLine
 * @returns {object} the parts of the shorter line
 */
export function halved(line) {
  const last = line.x.length - 1;
  const kept = line.y.map((value, index) => index).filter((index) => line.y[index] === null || index % 2 === 0 || index === last);
  const chosen = (values) => kept.map((index) => values[index]);
  return { x: chosen(line.x), y: chosen(line.y), weights: chosen(line.weights), texts: chosen(line.texts) };
}

/**
 * A line of means with each two neighbours as one: again the true mean of all batches up to there.
 * @param {object} line from newLine, whose weights say how many batches each point is the mean of
 * @returns {object} the parts of the shorter line
 */
export function merged(line) {
  const short = { x: [], y: [], weights: [], texts: [] };
  for (let index = 0; index < line.x.length; index += 2) {
    const both = [index, index + 1].filter((one) => one < line.x.length);
    const weight = both.reduce((sum, one) => sum + line.weights[one], 0);
    const isBroken = both.some((one) => line.y[one] === null);
    short.x.push(line.x[both.at(-1)]);
    short.y.push(isBroken ? null : both.reduce((sum, one) => sum + line.y[one] * line.weights[one], 0) / weight);
    short.weights.push(weight);
    short.texts.push("");
  }
  return short;
}

/**
 * A line smoothed: the exponential moving average, without its pull towards 0 at the beginning. How much a point counts
 * goes by its distance, so that a line with half its points looks the same.
 * @param {object} line from newLine
 * @param {number} epochs how long the whole run is
 * @returns {(?number)[]} a value for each point; null for a gap, which stays one
 */
export function smoothed(line, epochs) {
  const length = smoothingLength(epochs);
  let [mean, left, before] = [0, 1, 0];
  return line.y.map((value, index) => {
    if (value === null) return null;
    const factor = Math.exp(-Math.max(line.x[index] - before, 1e-9) / length);
    before = line.x[index];
    mean = factor * mean + (1 - factor) * value;
    left *= factor; // the share of the 0 that it began with
    return mean / (1 - left);
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
  const step = ROUND.find((wanted) => (high - low) / wanted < MOST_EPOCH_LINES) ?? ROUND.at(-1);
  const found = [];
  for (let epoch = Math.ceil(low / step) * step; epoch <= high; epoch += step) found.push(epoch);
  return found;
}
