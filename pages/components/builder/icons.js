import { createElement, createSvg } from "../shared/dom.js";

// One drawing a family of layers, on 32 × 32; "d" is stroked, "f" filled.
/** @type {Object<string, {d: string, f: string}>} */
const DRAWINGS = {
  dense: { d: "M8 8L24 6M8 8L24 16M8 8L24 26M8 16L24 6M8 16L24 16M8 16L24 26M8 24L24 6M8 24L24 16M8 24L24 26", f: "M8 5.5a2.5 2.5 0 1 1-.1 0M8 13.5a2.5 2.5 0 1 1-.1 0M8 21.5a2.5 2.5 0 1 1-.1 0M24 3.5a2.5 2.5 0 1 1-.1 0M24 13.5a2.5 2.5 0 1 1-.1 0M24 23.5a2.5 2.5 0 1 1-.1 0" },
  convolution: { d: "M4 4H22V22H4ZM10 4V22M16 4V22M4 10H22M4 16H22M17 17H29V29H17Z", f: "M4 4H16V16H4Z" },
  pooling: { d: "M3 6H17V20H3ZM10 6V20M3 13H17M20 13H22M22 9H30V17H22Z", f: "M10 6H17V13H10ZM22 9H30V17H22Z" },
  recurrent: { d: "M7 21H25M16 21V27M16 5V9M21 9A7 7 0 1 1 11 9M21 9L21.5 13M21 9L25 9.5", f: "M16 11a4 4 0 1 1-.1 0" },
  attention: { d: "M6 26L16 7L26 26M6 26L11 16M16 7V26", f: "M16 3a4 4 0 1 1-.1 0M6 23a3 3 0 1 1-.1 0M16 24a2 2 0 1 1-.1 0M26 25a1.5 1.5 0 1 1-.1 0" },
  merging: { d: "M7 3V9Q7 16 16 16M25 3V9Q25 16 16 16M16 16V29M12 25L16 29L20 25", f: "M16 12a4 4 0 1 1-.1 0" },
  embedding: { d: "M4 12H10V20H4ZM11 16H15M13 13.5L15.5 16L13 18.5M18 5H28V27H18ZM18 10.5H28M18 16H28M18 21.5H28", f: "M18 10.5H28V16H18Z" },
  dropout: { d: "M8 5a3 3 0 1 1-.1 0M24 13a3 3 0 1 1-.1 0M8 21a3 3 0 1 1-.1 0M5 10L11 4M21 18L27 12", f: "M24 5a3 3 0 1 1-.1 0M8 13a3 3 0 1 1-.1 0M24 21a3 3 0 1 1-.1 0" },
  normalisation: { d: "M3 26C11 26 12 6 16 6S21 26 29 26M16 6V28", f: "M9 24C12 20 13 6 16 6S20 20 23 24Z" },
  augmentation: { d: "M5 10H19V24H5ZM12 4L27 8L23 22L21 21.5", f: "M5 20L10 15L14 19L16 17L19 20V24H5Z" },
  activation: { d: "M3 24H16L28 6M3 28H29M16 3V28", f: "" },
  shape: { d: "M3 5H15V17H3ZM9 5V17M3 11H15M17 15L22 20M22 15.5V20H17.5M3 24H29V29H3ZM9.5 24V29M16 24V29M22.500 24V29", f: "M3 5H9V11H3ZM3 24H9.5V29H3Z" },
  other: { d: "M6 6H26V26H6ZM11 13H21M11 19H21", f: "" },
};
/** @type {Object<string, string>} */
const SIGNS = { duplicate: "M7 7H17V17H7ZM4 13V4H13", remove: "M5 5L15 15M15 5L5 15" };

/**
 * The drawing of a family of layers.
 * @param {string} name of the family; an unknown one has the drawing of "other"
 * @returns {SVGElement} 32 × 32
 */
export function drawingOf(name) {
  const { d, f } = DRAWINGS[name] ?? DRAWINGS.other;
  return createSvg("svg", { viewBox: "0 0 32 32", class: `drawing tone-${name}`, "aria-hidden": "true" },
    createSvg("path", { d: f, class: "filled" }), createSvg("path", { d, class: "stroked" }));
}

/**
 * A button with a sign.
 * @param {string} label what it does, in words
 * @param {string} action kept as its data-does
 * @param {number} tabIndex -1 where the Tab key passes it by
 * @returns {HTMLButtonElement} the button
 */
export function iconButton(label, action, tabIndex = -1) {
  const button = createElement("button", { type: "button", className: `icon ${action}`, title: label, ariaLabel: label, tabIndex });
  if (action in SIGNS) button.append(createSvg("svg", { viewBox: "0 0 20 20" }, createSvg("path", { d: SIGNS[action] })));
  button.dataset.does = action;
  return button;
}
