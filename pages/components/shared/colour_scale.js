import { textColourOn } from "./contrast.js";

/** @typedef {[number, string][]} Scale Colours such as "#0072B2", each with its position from 0 to 1, the lowest first. */
/** @typedef {{background: string, text: string}} Shade */

/**
 * The scale for the theme where an element stands.
 * @param {Element} element in the page
 * @param {{light: Scale, dark: Scale}} scales of both themes
 * @returns {Scale} one of them
 */
export function themeOf(element, { light, dark }) {
  return getComputedStyle(element).colorScheme === "dark" ? dark : light;
}

/**
 * A shade for each whole percent, with letters in black or white, whichever is easier to read on it.
 * @param {Scale} scale at least two colours
 * @returns {Shade[]} for 0 to 100 percent
 */
export function shadesOf(scale) {
  return Array.from({ length: 101 }, (_, percent) => {
    const rgb = colourAt(scale, percent / 100);
    return { background: `rgb(${rgb.join(" ")})`, text: textColourOn(rgb) };
  });
}

/** @param {Scale} scale @param {number} position from 0 to 1 */
function colourAt(scale, position) {
  const above = Math.max(1, scale.findIndex(([stop]) => stop >= position));
  const [[from, first], [to, second]] = [scale[above - 1], scale[above]];
  const share = (position - from) / (to - from);
  const other = rgbOf(second);
  return rgbOf(first).map((value, index) => Math.round(value + share * (other[index] - value)));
}

/** @param {string} colour such as "#0072B2" */
function rgbOf(colour) {
  return [1, 3, 5].map((start) => parseInt(colour.slice(start, start + 2), 16));
}
