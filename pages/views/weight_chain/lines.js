/** @import { Data } from "./weight_chain.js" */
import { createSvg, part } from "../../components/shared/dom.js";
import { precise } from "../shared/signed_numbers.js";

const [PIXEL, UNIT, LOSS] = [16, 92, 18]; // pixels from the left edge, and from the right edge
const RADIUS = 9;
const [THIN, WIDEST] = [1, 9];

/**
 * Draw the ways from the pixel by the unit and the answers to the loss, behind the buttons of the answers.
 * @param {HTMLElement} root
 * @param {Data} data
 * @param {{way: number, isAll: boolean, factor: ?number}} shown the chosen way, and the factor that is explained
 */
export function drawLines(root, { ways }, { way, isAll, factor }) {
  const plane = /** @type {SVGElement} */ (/** @type {unknown} */ (part(root, ".lines")));
  const list = part(root, ".list");
  const width = plane.clientWidth;
  const { factors } = ways[way];
  if (!width || ways.length === 1) return plane.replaceChildren();
  const middle = list.offsetTop + list.offsetHeight / 2;
  const [left, right, end] = [list.offsetLeft, list.offsetLeft + list.offsetWidth, width - LOSS];
  const rows = [...list.querySelectorAll("button")].map((button) => button.offsetTop + button.offsetHeight / 2);
  const largest = Math.max(...ways.map(({ product }) => Math.abs(product)), Number.MIN_VALUE);
  // The factors are those of the loss, then of the weight onward, of the activation, and of the input.
  const place = factor === null ? -1 : factors.length - 1 - factor;
  const isExplained = [place > 2, place === 2, place === 1, place === 0];
  const lineOf = (/** @type {number} */ index, /** @type {boolean} */ isBack) => {
    const { product } = ways[index];
    const isOn = isAll || index === way;
    const size = isAll ? THIN + (WIDEST - THIN) * (Math.abs(product) / largest) : isOn ? 4 : THIN;
    const kind = !isOn ? "faint" : product > 0 ? "plus" : product < 0 ? "minus" : "none";
    const [from, to] = isBack ? [[right, rows[index]], [end, middle]] : [[UNIT, middle], [left, rows[index]]];
    const bend = (to[0] - from[0]) / 2;
    return createSvg("path", { class: kind, "stroke-width": size, d: `M${from[0]} ${from[1]}C${from[0] + bend} ${from[1]} ${to[0] - bend} ${to[1]} ${to[0]} ${to[1]}` });
  };
  const order = [...ways.keys()].sort((first, second) => Number(first === way) - Number(second === way));
  const number = (/** @type {number} */ index, /** @type {number} */ x, /** @type {number} */ y, /** @type {boolean} */ isBold) =>
    label(`× ${precise(factors[factors.length - 1 - index].value)}`, x, y, isBold ? "explained" : "");
  const last = factors.length;
  plane.replaceChildren(
    ...order.flatMap((index) => [lineOf(index, false), lineOf(index, true)]),
    createSvg("line", { class: "plain", x1: PIXEL, x2: UNIT, y1: middle, y2: middle, "stroke-width": 4 }),
    createSvg("rect", { class: `dot${isExplained[3] ? " explained" : ""}`, x: PIXEL - RADIUS, y: middle - RADIUS, width: 2 * RADIUS, height: 2 * RADIUS }),
    createSvg("circle", { class: `dot${isExplained[2] ? " explained" : ""}`, cx: UNIT, cy: middle, r: RADIUS }),
    createSvg("circle", { class: `dot${isExplained[0] ? " explained" : ""}`, cx: end, cy: middle, r: RADIUS }),
    label("input", PIXEL, middle + 28, ""), label("unit", UNIT, middle + 28, ""), label("loss", end, middle + 28, ""),
    ...(isAll ? [] : [
      number(0, (PIXEL + UNIT) / 2, middle - 14, isExplained[3]),
      number(1, UNIT, middle - 30, isExplained[2]),
      number(2, (UNIT + left) / 2, (middle + rows[way]) / 2 - 10, isExplained[1]),
      ...factors.slice(0, last - 3).map(({ value }, index) =>
        label(`× ${precise(value)}`, (right + end) / 2, (middle + rows[way]) / 2 - 10 + 18 * (last - 4 - index) - 18 * (last - 4), factor === index ? "explained" : "")),
    ]),
  );
}

/** @param {string} words @param {number} x @param {number} y @param {string} kind */
function label(words, x, y, kind) {
  return createSvg("text", { class: kind, x, y, "text-anchor": x < 30 ? "start" : "middle", ...(x < 30 ? { x: 0 } : {}) }, document.createTextNode(words));
}
