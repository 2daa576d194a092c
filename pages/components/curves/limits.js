// The limits of the y axes, independent of Plotly.

/**
 * @typedef {object} Limited
 * @property {number[]} values at the ends of epochs, of this run and of the run for comparison
 * @property {?number} chance the value of a network that only guesses; null if unknown
 * @property {boolean} isUnit
 *     whether the quantity lies between 0 and 1
 * @property {boolean} mayFocus whether the axis may leave out points far from the values, since the run is over or
 *     another run is drawn
 */

const FLOORS = [0.7, 0.5, 0]; // starts of an accuracy axis: the highest start below all values is taken
const ABOVE_ONE = 0.02; // a line at 1.0 keeps its full width
const ABOVE_CHANCE = 1.08; // room above the line of chance
const FAR = 2; // times the higher of chance and this run's values: higher values of another run do not count
const NEAR_CHANCE = 0.7; // of chance: an axis with higher values includes the line of chance
const [MOST_TICKS, ROOM_ABOVE] = [4, 1.25]; // the line of batches begins higher than the epochs

/**
 * The limits of an axis without a zoom.
 * @param {Limited} limited
 * @returns {?[number, number]} null if the axis follows the data
 */
export function limitsOf({ values, chance, isUnit, mayFocus }) {
  const isFocused = mayFocus && values.length > 0;
  if (isUnit) {
    const lowest = Math.min(...values);
    const floor = isFocused ? FLOORS.find((each) => each < lowest) ?? 0 : 0;
    return [floor, 1 + ABOVE_ONE * (1 - floor)];
  }
  if (chance === null) return null;
  const highest = Math.max(0, ...values);
  if (!isFocused || highest > NEAR_CHANCE * chance) return [0, Math.max(ABOVE_CHANCE * chance, 1.05 * highest)];
  const lowest = Math.min(...values);
  const step = stepOf((highest * ROOM_ABOVE - lowest) / MOST_TICKS);
  return [tidy(step * Math.floor(lowest / step + 1e-9)), tidy(step * Math.ceil((highest * ROOM_ABOVE) / step - 1e-9))];
}

/**
 * The values of another run that count for the axis. With values far above chance, the curve of this run would be flat.
 * @param {number[]} others of the ends of epochs of the other run
 * @param {number[]} own of the ends of epochs of this run
 * @param {?number} chance the value of a network that only guesses; null if unknown
 */
export function withoutOutliers(others, own, chance) {
  if (chance === null || own.length === 0) return others;
  const highest = FAR * Math.max(chance, ...own);
  return others.filter((value) => value <= highest);
}

/** The next round step: 1, 2 or 5 times a power of ten. @param {number} length */
function stepOf(length) {
  const power = 10 ** Math.floor(Math.log10(length));
  return [1, 2, 5, 10].map((digit) => digit * power).find((step) => step >= length * (1 - 1e-9)) ?? 10 * power;
}

/** The value without the rounding errors of binary fractions. @param {number} value */
function tidy(value) {
  return Number(value.toPrecision(12));
}

/**
 * The side of an axis on which chance lies.
 * @param {?number} chance
 * @param {?number[]} limits
 * @returns {"" | "below" | "within" | "above"} "" without a value of chance
 */
export function sideOf(chance, limits) {
  if (chance === null) return "";
  if (!limits || (chance >= limits[0] && chance <= limits[1])) return "within";
  return chance < limits[0] ? "below" : "above";
}
