// Functions that build, fill, decorate and zoom the charts. A visitor's choices apply to all runs in the tab.

/** @import { RunEvent } from "../shared/run_events.js" */
/** @import { Chart, CurvesData, CurvesView } from "./view" */
import { createElement, part } from "../shared/dom.js";
import { capitalize, formatGap, metricWords } from "../shared/text_format.js";
import { limitsOf, withoutOutliers } from "./limits.js";
import { showKey } from "./key.js";
import { endsOf, showEnds } from "./line_ends.js";
import { newLine, smoothed } from "./lines.js";
import {
  FIXED, axesUpdate, curvesOf, decorations, emptyTraces, gapBetween, guessLine, layoutOf, lettersUpdate, themeColours, visibleUpdate,
} from "./plotly_style.js";
import { MORE_NAMES, newReading, pointsOf } from "./points.js";
import { clearTail, drawTail, plotOf } from "./tail.js";

const PLOTLY_SETTINGS = { displayModeBar: false, doubleClick: false, showTips: false };
/** @type {Object<string, string>} */
const CAPTIONS = { accuracy: "share that is right", loss: "how far off, lower is better" };
const ENDS_EVERY_MILLISECONDS = 250; // nobody could read numbers that change faster
const FIRST_EPOCH = 0.001; // the start of a logarithmic axis without a point

/** The visitor's choices: the loss to draw, the switches, and the hidden groups of curves. */
export const choices = {
  loss: "batch", smooth: false, logX: false, logY: false, more: false, hidden: /** @type {Set<string>} */ (new Set()),
};

/**
 * The charts in the component's HTML, which Plotly has not built yet.
 * @param {ParentNode} root of the component
 * @returns {Chart[]} the first two charts, then the further charts
 */
export function chartsIn(root) {
  return [...root.querySelectorAll("figure")].map((figure) => ({
    name: "", isMore: figure.closest(".run-curves-more") !== null, isBuilt: false, lines: {}, decorated: "",
    endsText: "", endsAt: -Infinity, ghostEnds: [], limits: null,
    ends: /** @type {HTMLElement} */ (figure.querySelector(".run-curves-ends")),
    element: figure.querySelector(".run-curves-chart"),
    canvas: /** @type {HTMLCanvasElement} */ (figure.querySelector(".run-curves-tail")),
    caption: /** @type {HTMLElement} */ (figure.querySelector("figcaption")),
    sentence: /** @type {HTMLElement} */ (figure.querySelector(".run-curves-sentence")),
  }));
}

/**
 * Give the charts their quantities.
 * @param {CurvesView} view of the charts
 * @param {string[]} names of the quantities of the first two charts, as Keras' history names them
 */
export function nameCharts(view, names) {
  view.names = names;
  for (const [index, name] of [...names, ...MORE_NAMES].entries()) {
    const chart = view.charts[index];
    const words = metricWords(name);
    chart.name = name;
    chart.isBuilt = false;
    chart.caption.replaceChildren(capitalize(words), " ", createElement("small", {}, createElement("span", {}, CAPTIONS[name] ?? "")), createElement("span", { className: "run-curves-gap" }));
    chart.element.setAttribute("aria-label", `Chart of the ${words} by epoch${chart.isMore ? "" : ", for training and validation"}`);
  }
}

/**
 * Remove all points from a chart.
 * @param {Chart} chart of the view
 */
export function emptyLines(chart) {
  for (const curve of curvesOf(chart.isMore)) chart.lines[curve] = newLine();
  chart.endsText = "";
}

/**
 * Build the charts that are not built yet. Build the further charts only if a visitor wants to see them.
 * @param {CurvesView}
 * view
 */
export async function buildCharts(view) {
  view.colours = themeColours(view.root, view.data.ghost_colour);
  for (const chart of view.charts) {
    if (!chart.isBuilt && (!chart.isMore || choices.more)) await buildChart(view, chart);
  }
  showKey(view, choices.hidden);
}

/** @param {CurvesView} view @param {Chart} chart */
async function buildChart(view, chart) {
  const { colours } = view;
  chart.limits = limits(view, chart);
  const layout = layoutOf({ ...sizeOf(chart, view.data), isMore: chart.isMore }, home(view, chart), colours);
  await window.Plotly.react(chart.element, emptyTraces(chart.name, chart.isMore, colours), layout, PLOTLY_SETTINGS);
  for (const line of Object.values(chart.lines)) line.drawn = -1;
  for (const kind of ["relayout", "relayouting", "afterplot", "doubleclick"]) chart.element.removeAllListeners?.(`plotly_${kind}`);
  chart.element.on("plotly_relayout", () => {
    decorate(view, chart);
    showReset(view);
  });
  chart.element.on("plotly_relayouting", () => clearTail(chart));
  chart.element.on("plotly_afterplot", () => {
    drawTail(chart);
    drawEnds(view, chart, true);
  });
  chart.element.on("plotly_doubleclick", () => resetChart(view, chart));
  Object.assign(chart, { isBuilt: true, decorated: "" });
  await drawFixed(view, chart);
  await showVisible(view, chart);
  smoothLine(view, chart);
  await drawLines(chart);
  await decorate(view, chart);
}

/** Draw the curves that no event changes: the guess, and the previous run. @param {CurvesView} view @param {Chart} chart */
export async function drawFixed(view, chart) {
  if (chart.isMore) return;
  const { guess, ghost, epochs } = view.data;
  const lines = [guessLine(guess[chart.name], epochs), ...ghostLines(ghost?.events ?? [], chart.name)];
  chart.ghostEnds = lines.slice(1).flatMap((/** @type {{y: (?number)[]}} */ { y }) => y).filter((value) => value !== null);
  const update = { x: lines.map(({ x }) => x), y: lines.map(({ y }) => y), text: lines.map(({ text }) => text) };
  await window.Plotly.restyle(chart.element, update, tracesOf(chart, [...FIXED]));
}

/** @param {RunEvent[]} events of the previous run @param {string} name of the quantity */
function ghostLines(events, name) {
  const reading = newReading([name], {});
  const points = events.flatMap((event) => pointsOf(reading, event)).filter((point) => point.name === name);
  const line = (/** @type {string} */ curve) => {
    const own = points.filter((point) => point.curve === curve);
    return { x: own.map(({ x }) => x), y: own.map(({ y }) => y), text: [] };
  };
  const [training, validation] = [line("training"), line("validation")];
  return validation.x.length > 0 ? [{ x: [], y: [], text: [] }, validation] : [training, validation];
}

/** @param {Chart} chart @param {string[]} curves */
function tracesOf(chart, curves) {
  return curves.map((curve) => curvesOf(chart.isMore).indexOf(curve));
}

/** Smooth the line of a chart if the line has new points. @param {CurvesView} view @param {Chart} chart */
export function smoothLine(view, { isMore, lines }) {
  const raw = lines[isMore ? "value" : "batch"];
  const { smooth } = lines;
  if (smooth.y.length === raw.y.length && raw.drawn >= 0) return;
  Object.assign(smooth, { x: raw.x, texts: [], y: smoothed(raw, view.data.epochs), drawn: raw.drawn < 0 ? -1 : smooth.drawn });
}

/** Let Plotly draw the lines of a chart that have new points. @param {Chart} chart */
export async function drawLines(chart) {
  const curves = Object.keys(chart.lines).filter((curve) => !FIXED.has(curve) && chart.lines[curve].drawn !== chart.lines[curve].y.length);
  if (curves.length === 0) return;
  const lines = curves.map((curve) => chart.lines[curve]);
  for (const line of lines) line.drawn = line.y.length;
  const update = { x: lines.map(({ x }) => x), y: lines.map(({ y }) => y), text: lines.map(({ texts }) => texts) };
  await window.Plotly.restyle(chart.element, update, tracesOf(chart, curves));
}

/** Show the traces that the visitor wants to see, and hide the others. @param {CurvesView} view @param {Chart} chart */
export async function showVisible(view, chart) {
  const wanted = { hidden: choices.hidden, smooth: choices.smooth, batch: drawsBatchLoss(view) };
  await window.Plotly.restyle(chart.element, visibleUpdate(chart.name, chart.isMore, wanted));
}

/**
 * Whether the loss of batches is drawn. Runs of early versions recorded only the running mean.
 * @param {CurvesView} view of the charts
 * @returns {boolean} false for the running mean
 */
export function drawsBatchLoss(view) {
  return choices.loss === "batch" && view.reading.hasBatchLoss !== false;
}

/**
 * Draw the ends of epochs and the flags of a chart if they have changed.
 * @param {CurvesView} view of the charts
 * @param {Chart} chart one of them
 */
export async function decorate(view, chart) {
  if (!chart.isBuilt || view.closed) return;
  await refit(view, chart);
  const gap = gapOf(chart);
  const firstMean = chart.isMore || choices.hidden.has("training") ? null : chart.lines.training.y[1] ?? null; // 0 is its start
  const shown = { flags: view.reading.flags, chance: view.data.guess[chart.name] ?? null, firstMean };
  showGap(chart, gap);
  const update = decorations(chart, shown, view.colours);
  const text = JSON.stringify(update);
  if (text === chart.decorated) return;
  chart.decorated = text;
  await window.Plotly.relayout(chart.element, update);
}

/** @param {Chart} chart @returns {ReturnType<typeof gapBetween>} the gap between its visible lines */
function gapOf({ isMore, lines }) {
  if (isMore || choices.hidden.has("training") || choices.hidden.has("validation")) return null;
  return gapBetween(lines.training, lines.validation);
}

// In the caption, since no place within the axes is free of lines.
/** @param {Chart} chart @param {ReturnType<typeof gapBetween>} gap */
function showGap({ name, caption }, gap) {
  const words = part(caption, ".run-curves-gap");
  const size = gap === null ? "" : `gap ${formatGap(name, gap)}`;
  if (words.dataset.size === size) return;
  words.dataset.size = size;
  words.replaceChildren(...(size ? [size, createElement("span", {}, `: validation ${/** @type {number} */ (gap) < 0 ? "above" : "below"} training`)] : []));
}

/**
 * Draw names and values at the ends of the lines.
 * @param {CurvesView} view of the charts
 * @param {Chart} chart one of them
 * @param {boolean} [isUrgent] whether the chart was drawn again
 */
export function drawEnds(view, chart, isUrgent = false) {
  const plot = chart.isMore || !chart.isBuilt ? null : plotOf(chart.element);
  if (!plot || (!isUrgent && performance.now() - chart.endsAt < ENDS_EVERY_MILLISECONDS)) return;
  chart.endsAt = performance.now();
  const chance = choices.hidden.has("guess") ? null : view.data.guess[chart.name] ?? null;
  showEnds(chart, endsOf(view, chart, choices.hidden), plot, { chance, colours: view.colours });
  showKey(view, choices.hidden);
}

// Size and zoom

/**
 * The size that a chart must have.
 * @param {Chart} chart whose element sets the size
 * @param {CurvesData} data with the height that Python asks for, if any
 * @returns {{width: number, height: number}} in pixels
 */
export function sizeOf({ element }, { height }) {
  return { width: element.clientWidth, height: height ?? element.clientHeight };
}

/**
 * Fit the charts into their elements after a change of the elements' size or of the size of letters.
 * @param {CurvesView}
 * view
 */
export function fit(view) {
  view.colours = themeColours(view.root, view.data.ghost_colour);
  const letters = lettersUpdate(view.colours);
  for (const chart of view.charts) {
    const { width, height } = sizeOf(chart, view.data);
    const { layout } = chart.element;
    if (chart.isBuilt && width > 0 && (width !== layout.width || height !== layout.height)) {
      window.Plotly.relayout(chart.element, { width, height, ...letters }).then(() => decorate(view, chart));
    }
  }
}

/**
 * The axes of a chart without a zoom.
 * @param {CurvesView} view of the charts
 * @param {Chart} chart one of them
 * @returns {Object<string, any>} an update for Plotly.relayout
 */
export function home(view, chart) {
  const { epochs } = view.data;
  const first = chart.lines[chart.isMore ? "value" : "running"]?.x.find((x) => x > 0) ?? FIRST_EPOCH;
  const { logX } = choices;
  const logY = choices.logY && view.reading.isPositive;
  return axesUpdate(chart.name, { epochs, first: Math.min(first, epochs / 2), range: chart.limits, logX, logY });
}

/** The current limits of a chart's y axis. @param {CurvesView} view @param {Chart} chart */
function limits(view, chart) {
  const { guess, ranges, ghost } = view.data;
  if (chart.isMore) return null;
  const own = ["training", "validation"].flatMap((curve) => chart.lines[curve]?.y ?? []).filter((value) => value !== null);
  const chance = guess[chart.name] ?? null;
  const values = [...own, ...withoutOutliers(chart.ghostEnds, own, chance)];
  return limitsOf({ values, chance, isUnit: Boolean(ranges[chart.name]), mayFocus: view.over || (ghost !== null && chart.ghostEnds.length > 0) });
}

/** Set the current limits of an axis that is not zoomed. @param {CurvesView} view @param {Chart} chart */
async function refit(view, chart) {
  const wanted = limits(view, chart);
  if (JSON.stringify(wanted) === JSON.stringify(chart.limits)) return;
  const wasZoomed = isZoomed(view, chart);
  chart.limits = wanted;
  if (!wasZoomed) await window.Plotly.relayout(chart.element, home(view, chart));
}

/** @param {CurvesView} view @param {Chart} chart */
function isZoomed(view, chart) {
  const { xaxis, yaxis } = chart.element.layout;
  const whole = home(view, chart);
  const differs = (/** @type {number} */ value, /** @type {number} */ wanted) => Math.abs(value - wanted) > 1e-6;
  const moved = (/** @type {number[]} */ now, /** @type {number[]} */ wanted) => now.some((value, side) => differs(value, wanted[side]));
  const [across, up] = [whole["xaxis.range"], whole["yaxis.range"]];
  // On a logarithmic axis the position of the first point may have changed since, so only the end of the axis counts.
  if (choices.logX ? differs(xaxis.range[1], across[1]) : moved(xaxis.range, across)) return true;
  return up ? moved(yaxis.range, up) : yaxis.autorange === false;
}

/**
 * Whether a chart is zoomed.
 * @param {CurvesView} view of the charts
 * @returns {boolean} false if all charts show the whole run
 */
export function hasZoomedChart(view) {
  return view.charts.some((chart) => chart.isBuilt && isZoomed(view, chart));
}

/** Enable the button that resets the zoom if a chart is zoomed. @param {CurvesView} view */
export function showReset(view) {
  /** @type {HTMLButtonElement} */ (view.root.querySelector(".run-curves-reset")).disabled = !hasZoomedChart(view);
}

/** @param {CurvesView} view @param {Chart} chart */
async function resetChart(view, chart) {
  await window.Plotly.relayout(chart.element, home(view, chart));
}

/** Reset the zoom of all charts. @param {CurvesView} view */
export async function resetZoom(view) {
  for (const chart of view.charts) if (chart.isBuilt) await resetChart(view, chart);
}
