// Lines of bounded length, so that old points do not slow the drawing of new points. Independent of Plotly.

/**
 * @typedef {object} Point
 * @property {string} name of the quantity
 * @property {string} curve batch, running, training, validation, sample or broken; value in a chart with a single curve
 * @property {number} x position in epochs
 * @property {?number} y null for a gap in the line
 * @property {number} [weight] the number of batches whose mean is a batch loss
 * @property {string} [text] of the tooltip
 */

/**
 * @typedef {object} Line
 * @property {number[]} x positions in epochs
 * @property {(?number)[]} y values; null for a gap
 * @property {number[]} weights the number of batches whose mean each value is; 0 for any other value
 * @property {string[]} texts of the tooltips
 * @property {number} drawn the number of points that Plotly has drawn; -1 if Plotly must draw the whole line again
 */

const MOST_POINTS = 2000; // of a line: a chart is a few hundred pixels wide
const SMOOTHED_OVER = 0.02; // of the run: a share, so that short and long runs look equally smooth
const ROUND = [1, 10, 100, 1000, 10000].flatMap((power) => [1, 2, 5].map((digit) => digit * power));
const WIDE = 5; // if a logarithmic axis ends beyond so many times its start, evenly spaced lines would be crowded
const MOST_EPOCH_LINES = 20; // more lines look like a fence

/**
 * An empty line.
 * @returns {Line} without points
 */
export function newLine() {
  return { x: [], y: [], weights: [], texts: [], drawn: -1 };
}

/**
 * Add a point to a line. A line that becomes too long is shortened to half of its points.
 * @param {Line} line from newLine
 * @param {Pick<Point, "x" | "y" | "weight" | "text">} point from pointsOf
 */
export function addPoint(line, { x, y, weight, text = "" }) {
  line.x.push(x);
  line.y.push(y);
  line.weights.push(weight ?? 0);
  line.texts.push(text);
  if (line.x.length > MOST_POINTS) Object.assign(line, weight === undefined ? halved(line) : merged(line), { drawn: -1 });
}

/**
 * A line with every second point, all gaps and the last point.
 * @param {Line} line from newLine
 * @returns {Omit<Line, "drawn">} the parts of the shorter line
 */
export function halved(line) {
  const last = line.x.length - 1;
  const indexes = [...line.y.keys()].filter((index) => line.y[index] === null || index % 2 === 0 || index === last);
  const select = (/** @type {any[]} */ values) => indexes.map((index) => values[index]);
  return { x: select(line.x), y: select(line.y), weights: select(line.weights), texts: select(line.texts) };
}

/**
 * A line of means in which two neighbours become one point, the true mean of their batches.
 * @param {Line} line from newLine, with the weights of its means
 * @returns {Omit<Line, "drawn">} the parts of the shorter line
 */
export function merged(line) {
  /** @type {Omit<Line, "drawn">} */
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
 * A smoothed line: the exponential moving average, corrected for its start at 0. The weight of a point depends on its
 * distance, so that a line with half its points looks the same.
 * @param {Pick<Line, "x" | "y">} line from newLine
 * @param {number} epochs the length of the whole run
 * @returns {(?number)[]} a value for each point; null for a gap
 */
export function smoothed(line, epochs) {
  const length = smoothingLength(epochs);
  let [mean, startShare, before] = [0, 1, 0]; // startShare: the share of the initial 0 in the mean
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
 * The number of epochs over which lines are smoothed.
 * @param {number} epochs how long the whole run is
 * @returns {number} epochs; a point at this distance counts about a third
 */
export function smoothingLength(epochs) {
  return SMOOTHED_OVER * epochs;
}

/**
 * The epochs whose ends an axis marks.
 * @param {number[]} range of the axis, from and to
 * @param {boolean} isLog whether it is logarithmic
 * @returns {number[]} whole epochs, evenly spaced by 1, 2, 5, 10 or the like, at most MOST_EPOCH_LINES; on a logarithmic
 *   axis 1, 2, 5, 10, 20 and so on
 */
export function epochLines([from, to], isLog) {
  const [low, high] = [Math.max(1, Math.ceil(from)), Math.floor(to * (1 + 1e-9))]; // rounding may lower a power of 10
  if (isLog && to / from > WIDE) return ROUND.filter((epoch) => epoch >= low && epoch <= high);
  const step = ROUND.find((wanted) => (high - low) / wanted < MOST_EPOCH_LINES) ?? ROUND[ROUND.length - 1];
  const epochs = [];
  for (let epoch = Math.ceil(low / step) * step; epoch <= high; epoch += step) epochs.push(epoch);
  return epochs;
}
