import { formatMeasurement } from "../../components/shared/text_format.js";

const LETTERS = 2; // decimal places of a number on the page
const HUGE = 10_000; // numbers from here on are written as powers of ten

/**
 * A number as people write it: with a true minus sign.
 * @param {number} value
 * @param {number} [digits] decimal places
 */
export function signed(value, digits = LETTERS) {
  if (!Number.isFinite(value)) return "no number";
  if (Math.abs(value) >= HUGE) return precise(value);
  const text = value.toFixed(digits);
  return (Number(text) === 0 ? text.replace("-", "") : text).replace("-", "−");
}

/**
 * A measurement with three significant digits and a true minus sign.
 * @param {number} value
 */
export function precise(value) {
  return formatMeasurement(value).replace(/^-/, "−");
}
