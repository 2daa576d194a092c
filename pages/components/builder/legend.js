import { createElement, createSvg } from "../shared/dom.js";
import { formatCount } from "../shared/text_format.js";
import { arrowWidth, iconSide } from "./figures.js";

const NUMBERS = [10, 10_000]; // whose arrows are shown
const PARAMETERS = [0, 100_000]; // whose signs are shown
const HEIGHT = 22; // pixels of an arrow

/**
 * Say what the widths of arrows and the sizes of signs mean, by those of a few numbers.
 * @param {HTMLElement} legend its paragraph
 */
export function drawLegend(legend) {
  const arrows = NUMBERS.flatMap((count) => [arrowOf(arrowWidth(count)), formatCount(count)]);
  const signs = PARAMETERS.flatMap((count) => [signOf(iconSide(count)), formatCount(count)]);
  const [few, many] = NUMBERS.map(formatCount);
  const [none, most] = PARAMETERS.map(formatCount);
  legend.replaceChildren(
    legendOf(`A thin arrow: ${few} numbers, a thick one: ${many}`, "Arrow: ", ...arrows, " numbers"),
    legendOf(`A small sign: ${none} parameters, a big one: ${most}`, "Sign: ", ...signs, " parameters"));
}

/** @param {string} words the same for those who do not see it @param {(string | Element)[]} shown */
function legendOf(words, ...shown) {
  const legend = createElement("span", {}, ...shown);
  legend.role = "img";
  legend.ariaLabel = words;
  return legend;
}

/** @param {number} width in pixels */
function arrowOf(width) {
  const [half, middle] = [width / 2 + 4, width / 2 + 5];
  return createSvg("svg", { width: 2 * middle, height: HEIGHT, class: "arrow", "aria-hidden": "true" },
    createSvg("path", { d: `M${middle} 0V${HEIGHT - 8}`, "stroke-width": width, class: "line" }),
    createSvg("path", { d: `M${middle - half} ${HEIGHT - 9}H${middle + half}L${middle} ${HEIGHT}Z` }));
}

/** @param {number} side in pixels */
function signOf(side) {
  return createSvg("svg", { width: side, height: side, class: "square", "aria-hidden": "true" },
    createSvg("rect", { width: side, height: side, rx: 6 }));
}
