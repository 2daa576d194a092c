/** @import { Data } from "./rates.js" */
import { createElement, createSvg, part, setText } from "../../components/shared/dom.js";

const MARGIN = { left: 34, right: 14, top: 12, bottom: 48 }; // pixels
const ABOVE = 1.7; // the highest loss in the picture, as a multiple of the initial loss; higher losses are cut off
const HIGHER = 1.2; // a loss above this multiple of its start has jumped
const ARRIVED = 0.7; // a network that has lost this share of its loss has arrived: its batches keep some of it
const ON_ITS_WAY = 0.5; // a network that has lost this share goes where a ball arrives, if more slowly
const CRAWLS = 0.3; // a network that has lost less than this share has hardly moved
const LAST = 5; // the batches whose mean is the final loss, since single batches vary
const OTHER_WAY = "The ball stays on one line through the loss of all weights. Training leaves that line, and each batch has its own slope.";

/**
 * Draw the loss of each batch for the rates that reached a goal, and describe the network's training with each rate.
 * @param {HTMLElement} root of the component
 * @param {Data} data of the component
 */
export function drawRuns(root, data) {
  const { runs, reached, goals, steps, trains, isTraining, losses, positions, stops } = data;
  part(root, ".run-card").hidden = !trains;
  const plane = /** @type {SVGElement} */ (/** @type {unknown} */ (part(root, ".runs")));
  const names = goals.map(({ name }) => name).filter((name) => runs[name]?.length);
  setText(part(root, ".run-words"), isTraining ? "training …" : names.length ? `loss of each batch, ${steps} steps of training` : "Each rate that you find is trained here.");
  const stopOf = (/** @type {string} */ name) => stops.find(({ rate }) => rate >= reached[name]) ?? stops[stops.length - 1];
  const said = names.map((name) => `${stopOf(name).text} ${runWords(runs[name], steps)}`);
  showNames(part(root, ".run-names"), names, said);
  setText(part(root, ".other-way"), names.some((name) => isOther(name, runs[name], steps)) ? OTHER_WAY : "");
  plane.setAttribute("aria-label", said.length ? `Loss of each batch. ${said.join("; ")}.` : "The loss of each batch, once a rate is found.");
  const [width, height] = [plane.clientWidth, plane.clientHeight]; // read after the words, which take their room first
  if (!width) return;
  const start = losses[positions.findIndex((position) => position >= 0)];
  const [highest, floor] = [ABOVE * start, height - MARGIN.bottom];
  const x = (/** @type {number} */ step) => MARGIN.left + (step / (steps - 1)) * (width - MARGIN.left - MARGIN.right);
  const y = (/** @type {number} */ loss) => floor - (Math.min(loss, highest) / highest) * (floor - MARGIN.top);
  const levels = Array.from({ length: Math.floor(highest) + 1 }, (_, level) => level);
  plane.replaceChildren(
    ...levels.flatMap((level) => [
      createSvg("line", { class: "grid-line", x1: MARGIN.left, x2: width - MARGIN.right, y1: y(level), y2: y(level) }),
      text(String(level), { x: MARGIN.left - 10, y: y(level) + 5, "text-anchor": "end" }),
    ]),
    ...[0, 20, 40, 60].filter((step) => step <= steps).map((step) => text(String(step), { x: x(Math.min(step, steps - 1)), y: floor + 22, "text-anchor": "middle" })),
    text("step", { x: (MARGIN.left + width) / 2, y: height - 4, "text-anchor": "middle" }),
    ...names.map((name) => line(name, runs[name], x, y)),
  );
}

/**
 * The behaviour of a network at a learning rate, by its own losses, which may differ from the behaviour of the ball.
 * @param {number[]} losses of the batches, up to the last loss that is a number
 * @param {number} steps the number of planned steps
 * @returns {string} such as "arrives"
 */
export function runWords(losses, steps) {
  const { start, end, most, way } = wayOf(losses);
  const peak = most > HIGHER * start ? `jumps to ${lossText(most)}` : "";
  if (losses.length < steps) return `jumps out: after ${losses.length} steps the loss is no number`;
  if (way >= ARRIVED) return peak ? `${peak}, and arrives all the same` : `arrives at ${lossText(end)}`;
  if (way < CRAWLS) return peak ? `jumps out: up to ${lossText(most)}, and ${lossText(end)} at the end` : `crawls to ${lossText(end)}`;
  return peak ? `${peak}, and ends at ${lossText(end)}` : `comes down to ${lossText(end)}`;
}

/**
 * Whether a network behaved differently from the ball, whose goal the rate reached.
 * @param {string} goal
 * @param {number[]}
 * losses
 * @param {number} steps
 */
function isOther(goal, losses, steps) {
  const { way } = wayOf(losses);
  const has = { crawls: way < CRAWLS, arrives: way >= ON_ITS_WAY, "jumps-out": losses.length < steps || way < CRAWLS };
  return !has[/** @type {keyof typeof has} */ (goal)];
}

/** The share of the initial loss that is gone at the end, by the mean of the last batches. @param {number[]} losses */
function wayOf(losses) {
  const last = losses.slice(-LAST);
  const end = last.reduce((sum, loss) => sum + loss, 0) / last.length;
  return { start: losses[0], end, most: Math.max(...losses), way: 1 - end / losses[0] };
}

/** @param {number} loss */
function lossText(loss) {
  return loss >= 100 ? Math.round(loss).toLocaleString("en-US") : loss.toFixed(1);
}

/** @param {HTMLElement} root @param {string[]} names of the goals @param {string[]} said */
function showNames(root, names, said) {
  root.replaceChildren(...names.map((name, index) => {
    const item = createElement("li", {}, said[index]);
    item.dataset.goal = name;
    return item;
  }));
}

/** @param {string} name @param {number[]} losses @param {(one: number) => number} x @param {(one: number) => number} y */
function line(name, losses, x, y) {
  const points = losses.map((loss, step) => `${x(step).toFixed(1)} ${y(loss).toFixed(1)}`);
  const last = losses.length - 1;
  const group = createSvg("g", {},
    createSvg("path", { class: "run", d: `M${points.join("L")}` }),
    createSvg("circle", { class: "run-end", cx: x(last), cy: y(losses[last]), r: 6 }));
  group.dataset.goal = name;
  return group;
}

/** @param {string} words @param {Object<string, string | number>} attributes */
function text(words, attributes) {
  return createSvg("text", attributes, document.createTextNode(words));
}
