import { createSvg } from "../../components/shared/dom.js";

const TOP = 2.5; // the highest loss of the picture, above the loss of guessing, 2.3
const MARGIN = { left: 52, right: 128, top: 12, bottom: 44 }; // pixels
const LABEL_GAP = 22; // pixels between two names at line ends

/**
 * @typedef {{loss: number[], valLoss: number[], lowest: number, words: string[]}} Run A recorded run, with the words for a
 * stop after each epoch
 */
/** @typedef {{width: number, height: number, epochs: number}} Size of the chart */

/**
 * The position of a loss after an epoch.
 * @param {number} epoch from 1; a fraction lies between two epochs
 * @param {number} loss
 * @param {Size} size
 * @returns {[number, number]} pixels
 */
export function placeOf(epoch, loss, { width, height, epochs }) {
  const [inner, depth] = [width - MARGIN.left - MARGIN.right, height - MARGIN.top - MARGIN.bottom];
  return [MARGIN.left + (inner * (epoch - 1)) / (epochs - 1), MARGIN.top + depth * (1 - Math.min(loss, TOP) / TOP)];
}

/**
 * The losses up to a moment. The last loss may lie between two epochs.
 * @param {number[]} losses after each epoch
 * @param {number} until epochs, from 1
 * @returns {[number, number][]} epoch and loss of each point
 */
export function pointsUntil(losses, until) {
  const whole = Math.min(Math.floor(until), losses.length);
  /** @type {[number, number][]} */
  const points = losses.slice(0, whole).map((loss, index) => [index + 1, loss]);
  const share = until - whole;
  if (share > 0 && whole < losses.length) points.push([until, losses[whole - 1] + share * (losses[whole] - losses[whole - 1])]);
  return points;
}

/**
 * Draw both losses.
 * @param {SVGElement} plane
 * @param {Run} run
 * @param {{shown: number, stopped: number}} moment epochs on the screen; the epoch of the stop, 0 for none
 */
export function drawLosses(plane, run, { shown, stopped }) {
  const size = { width: plane.clientWidth, height: plane.clientHeight, epochs: run.loss.length };
  const line = (/** @type {number[]} */ losses, /** @type {number} */ until) =>
    `M${pointsUntil(losses, until).map(([epoch, loss]) => placeOf(epoch, loss, size).map((value) => value.toFixed(1)).join(" ")).join("L")}`;
  const grown = stopped || shown;
  /** @type {Node[]} */
  const nodes = gridOf(size);
  if (stopped) nodes.push(createSvg("path", { class: "training later", d: line(run.loss, run.loss.length) }), createSvg("path", { class: "validation later", d: line(run.valLoss, run.loss.length) }));
  nodes.push(createSvg("path", { class: "training", d: line(run.loss, grown) }), createSvg("path", { class: "validation", d: line(run.valLoss, grown) }));
  nodes.push(...namesOf(run, stopped ? run.loss.length : grown, size));
  if (stopped) nodes.push(...flagged(run, stopped, size));
  plane.replaceChildren(...nodes);
}

/** @param {Size} size */
function gridOf(size) {
  const [left, bottom] = placeOf(1, 0, size);
  const right = placeOf(size.epochs, 0, size)[0];
  const rows = [0, 0.5, 1, 1.5, 2].flatMap((loss) => {
    const y = placeOf(1, loss, size)[1];
    return [createSvg("line", { class: "rule", x1: left, x2: right, y1: y, y2: y }), textAt(String(loss), left - 10, y + 5, "end")];
  });
  const epochs = [1, 10, 20, 30].filter((epoch) => epoch <= size.epochs).map((epoch) => textAt(String(epoch), placeOf(epoch, 0, size)[0], bottom + 20, "middle"));
  return [...rows, ...epochs, textAt("epoch", (left + right) / 2, bottom + 38, "middle"), textAt("loss", left, MARGIN.top - 1, "start")];
}

/** @param {Run} run @param {number} until @param {Size} size */
function namesOf(run, until, size) {
  const ends = [run.loss, run.valLoss].map((losses) => placeOf(...pointsUntil(losses, until).slice(-1)[0], size));
  const gap = ends[0][1] - ends[1][1]; // the training loss lies lower on the screen
  const apart = Math.max(0, LABEL_GAP - Math.abs(gap)) / 2;
  return ends.flatMap(([x, y], index) => {
    const kind = index ? "validation" : "training";
    const moved = y + 5 + apart * (index ? -1 : 1) * (gap < 0 ? -1 : 1);
    return [createSvg("circle", { class: `end ${kind}`, cx: x, cy: y, r: 6 }), textAt(kind, x + 12, moved, "start", kind)];
  });
}

// Words stand above both poles, which may run through them.
/** @param {Run} run @param {number} stopped @param {Size} size */
function flagged(run, stopped, size) {
  const flags = [flag("lowest", run.lowest, run, size), flag("you", stopped, run, size)];
  return [...flags.flatMap(([pole, dot]) => [pole, dot]), ...flags.map(([, , words]) => words)];
}

/** @param {string} name @param {number} epoch @param {Run} run @param {Size} size */
function flag(name, epoch, run, size) {
  const [x, y] = placeOf(epoch, run.valLoss[epoch - 1], size);
  const top = name === "you" ? MARGIN.top + 26 : MARGIN.top + 50;
  return [
    createSvg("line", { class: `pole ${name}`, x1: x, x2: x, y1: top + 6, y2: placeOf(1, 0, size)[1] }),
    createSvg("circle", { class: `stop-dot ${name}`, cx: x, cy: y, r: 7 }),
    textAt(name === "you" ? `you: epoch ${epoch}` : `lowest: epoch ${epoch}`, x + 8, top, "start", name),
  ];
}

/** @param {string} words @param {number} x @param {number} y @param {string} anchor @param {string} [kind] */
function textAt(words, x, y, anchor, kind = "") {
  return createSvg("text", { x, y, "text-anchor": anchor, class: kind }, document.createTextNode(words));
}
