// The charts: built, filled, decorated and zoomed. What a visitor chooses holds for all runs in the tab.

/** @import { RunEvent } from "../shared/run_events.js" */
/** @import { Chart, CurvesData, CurvesView, ThemeColours } from "./view" */
import { setText } from "../shared/dom.js";
import { capitalize, metricWords } from "../shared/text_format.js";
import { newLine, smoothed } from "./lines.js";
import {
  axesUpdate, curvesOf, decorations, emptyTraces, guessLine, layoutOf, lettersUpdate, themeColours, visibleUpdate,
} from "./plotly_style.js";
import { MORE_NAMES, newReading, pointsOf } from "./points.js";

const PLOTLY_SETTINGS = { displayModeBar: false, doubleClick: false, showTips: false };
const FIRST_EPOCH = 0.001; // where a logarithmic axis begins while there is no point
const FIXED = new Set(["guess", "ghostTraining", "ghostValidation"]); // curves that no event changes

/** What a visitor chose: the loss to draw, switches, and the groups of curves that are hidden. */
export const choices = {
  loss: "batch", smooth: true, logX: false, logY: false, more: false, hidden: /** @type {Set<string>} */ (new Set()),
};

/**
 * The charts in the component's HTML, not built yet.
 * @param {ParentNode} root of the component
 * @returns {Chart[]} the two first ones, then the further ones
 */
export function chartsIn(root) {
  return [...root.querySelectorAll("figure")].map((figure) => ({
    name: "", isMore: figure.closest(".run-curves-more") !== null, isBuilt: false, lines: {}, decorated: "",
    element: figure.querySelector(".run-curves-chart"),
    caption: /** @type {HTMLElement} */ (figure.querySelector("figcaption")),
    sentence: /** @type {HTMLElement} */ (figure.querySelector(".run-curves-sentence")),
  }));
}

/**
 * Give the charts their quantities.
 * @param {CurvesView} view the charts'
 * @param {string[]} names of the first two, by Keras' history names
 */
export function nameCharts(view, names) {
  view.names = names;
  for (const [index, name] of [...names, ...MORE_NAMES].entries()) {
    const chart = view.charts[index];
    const words = metricWords(name);
    chart.name = name;
    chart.isBuilt = false;
    setText(chart.caption, capitalize(words));
    chart.element.setAttribute("aria-label", `Chart of the ${words} by epoch${chart.isMore ? "" : ", for training and validation"}`);
  }
}

/**
 * Take all points out of a chart.
 * @param {Chart} chart one of the view's
 */
export function emptyLines(chart) {
  for (const curve of curvesOf(chart.isMore)) chart.lines[curve] = newLine();
}

/** Build the charts that are not there yet; the further ones only where a visitor wants them. @param {CurvesView} view */
export async function buildCharts(view) {
  view.colours = themeColours(view.root);
  for (const chart of view.charts) {
    if (!chart.isBuilt && (!chart.isMore || choices.more)) await buildChart(view, chart);
  }
  showGhostSwatch(view, view.colours);
}

/** @param {CurvesView} view @param {Chart} chart */
async function buildChart(view, chart) {
  const { colours } = view;
  const layout = layoutOf(sizeOf(chart, view.data), home(view, chart), colours);
  await window.Plotly.react(chart.element, emptyTraces(chart.name, chart.isMore, colours), layout, PLOTLY_SETTINGS);
  for (const line of Object.values(chart.lines)) line.changed = true;
  chart.element.removeAllListeners?.("plotly_relayout");
  chart.element.removeAllListeners?.("plotly_doubleclick");
  chart.element.on("plotly_relayout", () => {
    decorate(view, chart);
    showReset(view);
  });
  chart.element.on("plotly_doubleclick", () => resetChart(view, chart));
  Object.assign(chart, { isBuilt: true, decorated: "" });
  await drawFixed(view, chart);
  await showVisible(view, chart);
  await drawLines(view, chart);
  await decorate(view, chart);
}

/** Draw the curves that no event changes: the guess, and the run before. @param {CurvesView} view @param {Chart} chart */
export async function drawFixed(view, chart) {
  if (chart.isMore) return;
  const { guess, ghost, epochs } = view.data;
  const lines = [guessLine(guess[chart.name], epochs), ...ghostLines(ghost?.events ?? [], chart.name)];
  const update = { x: lines.map(({ x }) => x), y: lines.map(({ y }) => y), text: lines.map(({ text }) => text) };
  await window.Plotly.restyle(chart.element, update, tracesOf(chart, [...FIXED]));
}

/** @param {RunEvent[]} events of the run before @param {string} name of the quantity */
function ghostLines(events, name) {
  const reading = newReading([name], {});
  const points = events.flatMap((event) => pointsOf(reading, event)).filter((point) => point.name === name);
  const line = (/** @type {string} */ curve) => {
    const own = points.filter((point) => point.curve === curve);
    return { x: own.map(({ x }) => x), y: own.map(({ y }) => y), text: [] };
  };
  const training = line("training");
  return [training.x.length > 1 ? training : line("running"), line("validation")];
}

/** @param {Chart} chart @param {string[]} curves */
function tracesOf(chart, curves) {
  return curves.map((curve) => curvesOf(chart.isMore).indexOf(curve));
}

/** Draw the lines of a chart that have changed. @param {CurvesView} view @param {Chart} chart */
export async function drawLines(view, chart) {
  const raw = chart.lines[chart.isMore ? "value" : "batch"];
  if (raw.changed) {
    Object.assign(chart.lines.smooth, { x: raw.x, texts: [], y: smoothed(raw, view.data.epochs), changed: true });
  }
  const curves = Object.keys(chart.lines).filter((curve) => chart.lines[curve].changed && !FIXED.has(curve));
  if (curves.length === 0) return;
  const lines = curves.map((curve) => chart.lines[curve]);
  lines.forEach((line) => Object.assign(line, { changed: false }));
  const update = { x: lines.map(({ x }) => x.slice()), y: lines.map(({ y }) => y.slice()), text: lines.map(({ texts }) => texts.slice()) };
  await window.Plotly.restyle(chart.element, update, tracesOf(chart, curves));
}

/** Show the traces that the visitor wants to see, and hide the others. @param {CurvesView} view @param {Chart} chart */
export async function showVisible(view, chart) {
  const wanted = { hidden: choices.hidden, smooth: choices.smooth, batch: drawsBatchLoss(view) };
  await window.Plotly.restyle(chart.element, visibleUpdate(chart.name, chart.isMore, wanted));
}

/**
 * Whether the loss of batches is drawn; runs of early versions recorded the running mean only.
 * @param {CurvesView} view the charts'
 * @returns {boolean} false for the running mean
 */
export function drawsBatchLoss(view) {
  return choices.loss === "batch" && view.reading.hasBatchLoss !== false;
}

/**
 * Draw the ends of epochs and the flags of a chart, where they have changed.
 * @param {CurvesView} view the charts'
 * @param {Chart} chart one of them
 */
export async function decorate(view, chart) {
  if (!chart.isBuilt || view.closed) return;
  const update = decorations(chart.element, view.reading.flags, view.colours);
  const text = JSON.stringify(update);
  if (text === chart.decorated) return;
  chart.decorated = text;
  await window.Plotly.relayout(chart.element, update);
}

/**
 * Draw the legend's lines of the run before in the colours of the theme.
 * @param {CurvesView} view the charts'
 * @param {ThemeColours} colours from themeColours
 */
export function showGhostSwatch(view, { ghost }) {
  const [training, validation] = view.root.querySelectorAll('[data-group="ghost"] path');
  training.setAttribute("stroke", ghost.training);
  validation.setAttribute("stroke", ghost.validation);
}

// Size and zoom

/**
 * The size that a chart has to have.
 * @param {Chart} chart whose element has it
 * @param {CurvesData} data with the height that Python asks for, if any
 * @returns {{width: number, height: number}} in pixels
 */
export function sizeOf({ element }, { height }) {
  return { width: element.clientWidth, height: height ?? element.clientHeight };
}

/** Fit the charts into their elements, after these or the letters have changed their size. @param {CurvesView} view */
export function fit(view) {
  view.colours = themeColours(view.root);
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
 * The axes of a chart that nobody has zoomed.
 * @param {CurvesView} view the charts'
 * @param {Chart} chart one of them
 * @returns {Object<string, any>} an update for Plotly.relayout
 */
export function home(view, chart) {
  const { epochs, ranges } = view.data;
  const first = chart.lines[chart.isMore ? "value" : "running"]?.x.find((x) => x > 0) ?? FIRST_EPOCH;
  const { logX } = choices;
  const logY = choices.logY && view.reading.isPositive;
  return axesUpdate(chart.name, { epochs, first: Math.min(first, epochs / 2), range: ranges[chart.name] ?? null, logX, logY });
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

/** Enable the button that resets the zoom where a chart is zoomed. @param {CurvesView} view */
export function showReset(view) {
  const isAny = view.charts.some((chart) => chart.isBuilt && isZoomed(view, chart));
  /** @type {HTMLButtonElement} */ (view.root.querySelector(".run-curves-reset")).disabled = !isAny;
}

/** @param {CurvesView} view @param {Chart} chart */
async function resetChart(view, chart) {
  await window.Plotly.relayout(chart.element, home(view, chart));
}

/** Show all of each chart again. @param {CurvesView} view */
export async function resetZoom(view) {
  for (const chart of view.charts) if (chart.isBuilt) await resetChart(view, chart);
}
