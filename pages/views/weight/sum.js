/** @import { Unit } from "./unit.js" */
import { createSvg } from "../../components/shared/dom.js";
import { signed } from "../shared/signed_numbers.js";

const HEIGHT = 96; // pixels
const RADIUS = 30;

/**
 * Draw what the unit computes: its input, its weight, its output, the label, and the loss.
 * @param {SVGElement} plane
 * @param {Unit} unit
 * @param {number} weight
 * @param {{output: number, loss: number}} now
 */
export function drawSum(plane, unit, weight, now) {
  const width = plane.clientWidth;
  if (!width) return;
  const [input, output, loss] = [0.09, 0.5, 0.9].map((share) => Math.max(RADIUS + 6, width * share));
  const middle = HEIGHT / 2 + 8;
  plane.replaceChildren(
    link([input, output], middle, Math.min(9, 1.5 + 2 * Math.abs(weight)), weight < 0 ? "minus" : "plus"),
    link([output, loss], middle, 1.5, "plain"),
    ...dot(input, middle, signed(unit.input, 1), "input"),
    ...dot(output, middle, signed(now.output), "output"),
    ...dot(loss, middle, signed(now.loss), "loss"),
    words(`× ${signed(weight)}`, (input + output) / 2, middle - 14, "strong"),
    words(`(${signed(now.output)} − ${signed(unit.target, 1)})²`, (output + loss) / 2, middle - 14, ""),
    words("weight", (input + output) / 2, middle + 24, "name"),
    words(`label ${signed(unit.target, 1)}`, (output + loss) / 2, middle + 24, "name"),
  );
}

/** @param {number[]} ends @param {number} y @param {number} width @param {string} kind */
function link([from, to], y, width, kind) {
  return createSvg("line", { class: `link ${kind}`, x1: from + RADIUS, x2: to - RADIUS, y1: y, y2: y, "stroke-width": width });
}

/** @param {number} x @param {number} y @param {string} value @param {string} name */
function dot(x, y, value, name) {
  return [
    createSvg("circle", { class: `dot ${name}`, cx: x, cy: y, r: RADIUS }),
    words(value, x, y + 6, "strong"),
    words(name, x, y - RADIUS - 6, "name"),
  ];
}

/** @param {string} value @param {number} x @param {number} y @param {string} kind */
function words(value, x, y, kind) {
  return createSvg("text", { class: kind, x, y, "text-anchor": "middle" }, document.createTextNode(value));
}
