/**
 * The colours of the drawing; see docs on the design tokens. HTML around it takes the same ones from network.css.
 * @typedef {object} Palette
 * @property {string} page
 * @property {string} dot the ring of a dot
 * @property {number[]} weak the colour of a dot that holds 0
 * @property {number[]} strong the colour of the strongest dot
 * @property {string} link before training
 * @property {string} plus
 * @property {string} minus
 * @property {string} screen behind an image
 * @property {string} frame around an image
 * @property {string} edge around a map
 * @property {string} window the pixels that a pixel is computed from
 * @property {boolean} isDark
 */

/** @type {Palette} */
const LIGHT = {
  page: "#ffffff", dot: "#7f8c99", weak: [255, 255, 255], strong: [20, 32, 43], link: "#7f8d9b", plus: "#1f7fc4",
  minus: "#c9730e", screen: "#0d131a", frame: "#0d131a", edge: "#dde2e7", window: "#b36b00", isDark: false,
};
/** @type {Palette} */
const DARK = {
  page: "#0b0f14", dot: "#66788a", weak: [11, 15, 20], strong: [255, 255, 255], link: "#5f7082", plus: "#58b4f5",
  minus: "#ffa63d", screen: "#05080b", frame: "#3a4654", edge: "#4a5866", window: "#f0b040", isDark: true,
};

/**
 * The colours of the theme in which an element stands.
 * @param {Element} element
 * @returns {Palette} the colours
 */
export function paletteOf(element) {
  return getComputedStyle(element).colorScheme.includes("dark") ? DARK : LIGHT;
}

/**
 * The colour of a dot.
 * @param {Palette} palette
 * @param {number} value from 0 to 1
 */
export function dotColour({ weak, strong }, value) {
  return `rgb(${weak.map((low, index) => Math.round(low + (strong[index] - low) * value)).join(" ")})`;
}
