import { createSvg } from "../../components/shared/dom.js";
import { signed } from "../shared/signed_numbers.js";

const LEFT = 44; // pixels, for the numbers of the axis
const RIGHT = 152; // for the names at the ends of the lines
const EDGE = 12;
const HIGHEST = 2; // times the loss before the step; a loss above is drawn at the upper edge

/** @typedef {{loss: number, promised: number}} Step the loss after a step, and the loss that the slope promised */

/**
 * Return the places of the losses of all steps in the chart. A loss outside of the chart is at its edge; see `endWords`.
 * @param {number[]} losses after a step with each learning rate
 * @param {number} before the loss before the step
 * @param {{width: number, height: number}} size of the chart, in pixels
 * @returns {[number, number][]}
 */
export function placesOf(losses, before, { width, height }) {
  const between = (width - LEFT - RIGHT) / Math.max(1, losses.length - 1);
  const top = HIGHEST * before || 1;
  return losses.map((loss, index) => {
    const share = Math.min(1, Math.max(0, loss / top));
    return [LEFT + index * between, height - EDGE - share * (height - 2 * EDGE)];
  });
}

/**
 * Draw the loss after one step over the learning rate, beside the loss that the slope promised.
 * @param {SVGElement} plane
 * @param {Step[]} steps a step with each learning rate
 * @param {number} before the loss before the step
 * @param {number} chosen the index of the chosen step
 */
export function drawSteps(plane, steps, before, chosen) {
  const size = { width: plane.clientWidth, height: plane.clientHeight };
  if (!size.width) return;
  const losses = placesOf(steps.map(({ loss }) => loss), before, size);
  const promised = placesOf(steps.map(({ promised }) => promised), before, size);
  const [, same] = placesOf([before], before, size)[0];
  const [, zero] = placesOf([0], before, size)[0];
  const [end, x] = [size.width - RIGHT, losses[chosen][0]];
  const [lossEnd, promiseEnd] = [losses[losses.length - 1][1], promised[promised.length - 1][1]];
  plane.replaceChildren(
    createSvg("line", { class: "axis", x1: LEFT, x2: end, y1: zero, y2: zero }),
    createSvg("line", { class: "axis before", x1: LEFT, x2: end, y1: same, y2: same }),
    createSvg("line", { class: "chosen", x1: x, x2: x, y1: EDGE, y2: zero }),
    lineOf("promise", promised),
    lineOf("real", losses),
    ...losses.map(([cx, cy], index) => (outside(steps[index].loss, before)
      ? createSvg("path", { class: "real", d: `M${cx - 5} ${cy + 4}L${cx} ${cy - 5}L${cx + 5} ${cy + 4}Z` })
      : createSvg("circle", { class: "real", cx, cy, r: index === chosen ? 6 : 3 }))),
    wordsAt(LEFT - 12, same, before.toFixed(1), "end"),
    wordsAt(LEFT - 12, zero, "0", "end"),
    wordsAt(end + 10, lossEnd, endWords("loss", steps[steps.length - 1].loss, before), "start"),
    wordsAt(end + 10, Math.abs(lossEnd - promiseEnd) < 16 ? promiseEnd - 16 : promiseEnd, endWords("promised loss", steps[steps.length - 1].promised, before), "start"),
  );
}

/** The side on which a loss lies outside of the chart, as an arrow, or "". @param {number} loss @param {number} before */
function outside(loss, before) {
  return loss > HIGHEST * before ? "↑" : loss < 0 ? "↓" : "";
}

/**
 * The words at the end of a line, with the loss where the chart has no room for it.
 * @param {string} name
 * @param {number} loss
 * @param {number} before the loss before the step
 */
export function endWords(name, loss, before) {
  const arrow = outside(loss, before);
  return arrow ? `${name} ${signed(loss, 1)} ${arrow}` : name;
}

/** @param {string} name @param {[number, number][]} places */
function lineOf(name, places) {
  return createSvg("polyline", { class: name, points: places.map((place) => place.join(",")).join(" ") });
}

/** @param {number} x @param {number} y @param {string} words @param {string} anchor */
function wordsAt(x, y, words, anchor) {
  return createSvg("text", { x, y: y + 4, "text-anchor": anchor }, document.createTextNode(words));
}
