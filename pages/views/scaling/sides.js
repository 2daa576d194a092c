import { createElement, part, setText } from "../../components/shared/dom.js";

const NAMES = { "0-1": "Pixels from 0 to 1", "0-255": "Pixels from 0 to 255" };
const WORDS = { helps: "The step lowers the loss", harms: "The step raises the loss", little: "The loss hardly moves" };
const HIGHEST = 2; // a bar is cut at so many times the loss before the step
const FULL = 255;

/** @typedef {"0-1" | "0-255"} Range of pixels */
/** @typedef {"helps" | "harms" | "little"} Verdict */
/** @typedef {{pixels: Range, before: number, beforeText: string, after: (number | null)[], afterTexts: string[], verdicts: Verdict[]}} Side */

/**
 * The length of the bar of a loss.
 * @param {number | null} loss null for a loss that is not a number
 * @param {number} before the loss before the step
 * @returns {number} a share of the room, at most 1
 */
export function barOf(loss, before) {
  return loss === null ? 1 : Math.min(1, loss / (HIGHEST * before));
}

/**
 * The pixel value that a network gets.
 * @param {number} value from 0 to 255
 * @param {Range} range
 * @returns {string} such as "170" or "0.67"
 */
export function pixelText(value, range) {
  if (range === "0-255") return String(value);
  return value % FULL ? (value / FULL).toFixed(2).slice(1) : String(value / FULL);
}

/**
 * The card of one range: the image with its numbers, and the losses before and after the step.
 * @param {Side} side
 * @param {{picture: string, pixels: number[][], name: string}} image
 * @returns {HTMLElement} the card
 */
export function newSide({ pixels: range, beforeText, before }, { picture, pixels, name }) {
  const cells = pixels.flat().map((value) => createElement("span", { className: value > FULL / 2 ? "bright" : "" }, pixelText(value, range)));
  const image = createElement("div", { className: "image", role: "img", ariaLabel: `An image of ${name}, ${NAMES[range].toLowerCase()}` }, ...cells);
  image.style.backgroundImage = picture ? `url("${picture}")` : "none";
  const card = createElement(
    "section",
    { className: "card side" },
    createElement("h2", {}, NAMES[range]),
    image,
    createElement("p", { className: "verdict", ariaLive: "polite" }),
    barRow("before", beforeText),
    barRow("after", ""),
  );
  part(card, ".before i").style.width = `${100 * barOf(before, before)}%`;
  return card;
}

/** @param {string} name @param {string} text */
function barRow(name, text) {
  return createElement("p", { className: `row ${name}` }, createElement("span", {}, name), createElement("b", {}, text), createElement("span", { className: "bar" }, createElement("i")));
}

/**
 * Show the loss after the step with a learning rate.
 * @param {Element} card
 * @param {Side} side
 * @param {number} index of the rate
 */
export function showStep(card, side, index) {
  const verdict = side.verdicts[index];
  /** @type {HTMLElement} */ (card).dataset.verdict = verdict;
  setText(part(card, ".verdict"), WORDS[verdict]);
  setText(part(card, ".after b"), side.afterTexts[index]);
  const share = barOf(side.after[index], side.before);
  part(card, ".after i").style.width = `${100 * share}%`;
  part(card, ".after").classList.toggle("cut", share === 1);
}
