// The arithmetic of an output number of a layer, as in the Python module `core.views.weighted_sums`.

/** @import { Side, Term } from "./side" */
import { formatCount } from "../../components/shared/text_format.js";

const DIGITS = 6; // the decimal places of sums, as many as float32 has
const FEWEST_DIGITS = 3;
const NUMBER = new Intl.NumberFormat("en", { maximumSignificantDigits: 3 });

/**
 * Numbers that Python has packed as float32 in base 64.
 * @param {string} text "" for none
 * @returns {?Float32Array} the numbers
 */
export function unpackFloats(text) {
  if (!text) return null;
  return new Float32Array(Uint8Array.from(atob(text), (letter) => letter.charCodeAt(0)).buffer);
}

/**
 * The inputs of an output number of a layer, with their weights. Inputs outside of the picture are left out.
 * @param {Pick<Side, "inputs" | "weights" | "shape" | "weightShape" | "rows" | "columns">} side a layer at one moment
 * @param {number[]} position row and column of the number
 * @returns {Term[]} the terms of its sum
 */
export function termsAt({ inputs, weights, shape, weightShape, rows, columns }, [row, column]) {
  const terms = [];
  for (const [above, weightRow] of rows[row]) {
    for (const [left, weightColumn] of columns[column]) {
      if (above < 0 || left < 0) continue;
      for (let channel = 0; channel < shape[2]; channel += 1) {
        const input = inputs[(above * shape[1] + left) * shape[2] + channel];
        const weight = weights ? weights[(weightRow * weightShape[1] + weightColumn) * shape[2] + channel] : 1;
        terms.push({ row: above, column: left, channel, input, weight, product: input * weight });
      }
    }
  }
  return terms;
}

/**
 * The sum of the products of each channel.
 * @param {Term[]} terms from termsAt
 * @returns {Map<number, number>} sums by channel
 */
export function sumsByChannel(terms) {
  const sums = new Map();
  for (const term of terms) sums.set(term.channel, (sums.get(term.channel) ?? 0) + term.product);
  return sums;
}

/**
 * The sum of all products.
 * @param {Term[]} terms from termsAt
 * @returns {number} 0 without terms
 */
export function sumOf(terms) {
  return terms.reduce((sum, term) => sum + term.product, 0);
}

/**
 * The lowest and the highest number.
 * @param {Iterable<number>} values any number of them
 * @returns {[number, number]} Infinity and -Infinity for none
 */
export function limitsOf(values) {
  let [low, high] = [Infinity, -Infinity];
  for (const value of values) [low, high] = [Math.min(low, value), Math.max(high, value)];
  return [low, high];
}

/** @param {number} value a sum @param {number} digits after the point */
export const formatSum = (value, digits = DIGITS) => value.toFixed(digits).replace("-", "−");
/** @param {number} value such as a product, which may be −0 @returns {string} with three significant digits */
export const formatShort = (value) => NUMBER.format(value || 0).replace("-", "−");
const formatAdded = (/** @type {number} */ value, /** @type {number} */ digits) => `${value < 0 ? "−" : "+"} ${formatSum(Math.abs(value), digits)}`;
const round = (/** @type {number} */ value, digits = DIGITS) => Number(value.toFixed(digits));

/**
 * How many decimal places a sum of rounded numbers shares with the number of Keras, which adds them up in another order.
 * @param {number} sum of the products
 * @param {number} bias
 * @param {number} exact the number of Keras
 */
export function sharedDigits(sum, bias, exact) {
  const isShared = (/** @type {number} */ digits) => formatSum(round(sum, digits) + round(bias, digits), digits) === formatSum(exact, digits);
  for (let digits = DIGITS; digits >= FEWEST_DIGITS; digits -= 1) if (isShared(digits)) return digits;
  return DIGITS;
}

/**
 * The computation of an output number, on a line whose shown numbers add up.
 * @param {Side} side a layer at one moment
 * @param {number[]} position row and column of the number
 * @param {Term[]} terms from termsAt
 * @returns {string} for example "Row 1, column 2: all 9 products 0.250000 + 0.100000 (bias) = 0.350000."
 */
export function describeSum({ kind, bias, before, outputs, activation, width, hasBias, gives }, [row, column], terms) {
  const index = row * width + column;
  const where = outputs.length > 1 ? `Row ${row + 1}, column ${column + 1}` : gives;
  const digits = kind === "sum" && terms.length ? sharedDigits(sumOf(terms), hasBias ? bias : 0, before[index]) : DIGITS;
  const after = activation ? ` → ${activation} → ${formatSum(outputs[index], digits)}` : "";
  if (!terms.length) return `${where}: nothing reaches this place${hasBias ? `, only the bias ${formatSum(bias)}` : ""}${after}.`;
  if (kind === "largest") {
    const best = terms.reduce((largest, term) => (term.input > largest.input ? term : largest));
    return `${where}: the largest of ${terms.length} is ${formatSum(best.input)}, from row ${best.row + 1}, column ${best.column + 1}.`;
  }
  const sum = round(sumOf(terms));
  if (kind === "mean") return `${where}: the mean of ${terms.length} is ${formatSum(sum)} ÷ ${terms.length} = ${formatSum(sum / terms.length)}.`;
  const whole = round(sum, digits) + round(bias, digits);
  const withBias = hasBias ? ` ${formatAdded(bias, digits)} (bias) = ${formatSum(whole, digits)}` : "";
  const exact = `${formatSum(before[index], digits)}${activation ? ` before ${activation}` : ""}`;
  return `${where}: all ${formatCount(terms.length)} products ${formatSum(sum, digits)}${withBias}${after}. Keras has ${exact}.`;
}

/**
 * The change of an output number from the first moment to the last: before its activation, if it has one, and after.
 * @param {Side[]} sides a layer at two moments or more
 * @param {number[]} position row and column of the number
 * @returns {string} for example "From epoch 1 to epoch 2: 0.500000 → 0.750000, up by 0.250000."
 */
export function describeChange(sides, [row, column]) {
  const [first, last] = [sides[0], sides[sides.length - 1]];
  const change = (/** @type {"before" | "outputs"} */ name) => {
    const [was, is] = [first, last].map((side) => round(side[name][row * side.width + column]));
    const how = is === was ? "unchanged" : `${is > was ? "up" : "down"} by ${formatSum(Math.abs(is - was))}`;
    return `${formatSum(was)} → ${formatSum(is)}, ${how}`;
  };
  const before = first.activation ? `${change("before")} before ${first.activation}; after it ` : "";
  return `From ${first.name} to ${last.name}: ${before}${change("outputs")}.`;
}
