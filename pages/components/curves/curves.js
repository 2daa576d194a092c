/** @import { Component } from "../shared/component" */
/** @import { StreamEvent } from "../shared/event_stream.js" */
/** @import { RunEvent } from "../shared/run_events.js" */
/** @import { CurvesData, CurvesView } from "./view" */
import { subscribe } from "../shared/event_stream.js";
import { DRAWN } from "../shared/run_events.js";
import {
  buildCharts, chartsIn, decorate, drawFixed, drawLines, emptyLines, fit, home, nameCharts, showGhostSwatch, showVisible, sizeOf,
} from "./charts.js";
import { addPoint } from "./lines.js";
import { colourUpdate, lineColourUpdate, themeColours } from "./plotly_style.js";
import { newReading, pointsOf } from "./points.js";
import { showBroken, showError, showSkeleton, showStatus, showTexts } from "./status.js";
import { listenToTools, showTools } from "./toolbar.js";

const REDRAW_EVERY_MILLISECONDS = 30; // a trainer reports ten times a second; two reports in a row are drawn without a wait
const MOST_OF_THE_TIME = 0.5; // that drawing takes; the rest is left to the page, and to a training on the same machine
const TICK_EVERY_MILLISECONDS = 200;
const COUNTED = ["start", ...DRAWN]; // kinds of events that start the clock of the last news

/** @type {WeakMap<HTMLElement, CurvesView>} */
const views = new WeakMap();

/**
 * Draw the live charts of a run: two, and three more where a person asks for them.
 * @param {Component<CurvesData, HTMLElement>} component what Streamlit passes
 * @returns {() => void} cleanup
 */
export default function curves({ data, parentElement }) {
  let view = views.get(parentElement);
  if (!view) {
    view = newView(parentElement, data);
    views.set(parentElement, view);
  }
  const current = view;
  current.data = data;
  showLegend(current);
  // One update after the other: Plotly draws asynchronously, and a rerun may come in between.
  current.updates = current.updates.then(() => update(current, data)).catch((error) => showError(current, error));
  return () => {
    // Streamlit cleans up after a superseded call too, before or after the next call: the component lives on.
    if (!parentElement.isConnected) close(current);
  };
}

/** @param {HTMLElement} parent @param {CurvesData} data @returns {CurvesView} */
function newView(parent, data) {
  const root = /** @type {HTMLElement} */ (parent.querySelector(".run-curves"));
  /** @type {CurvesView} */
  const view = {
    root, data, charts: chartsIn(root), names: [], reading: newReading([], {}), pending: [], updates: Promise.resolve(),
    ...newState(), connection: { open: true, lost: false }, alarm: null, closed: false, drawnAt: 0, drawingTook: 0,
    scheduled: false, colours: themeColours(root), mustShow: false, sentences: [],
    resizing: new ResizeObserver(() => fit(view)), // the side bar's folding resizes no window
    ticking: setInterval(() => showStatus(view), TICK_EVERY_MILLISECONDS),
  };
  listenToTools(view);
  view.charts.forEach((chart) => view.resizing.observe(chart.element));
  return view;
}

// What the view knows of a run before it has heard of it.
function newState() {
  return {
    state: null, word: "", over: false, phase: null, queuePosition: null, heardAt: null, started: false, saved: 0,
  };
}

/** @param {CurvesView} view @param {CurvesData} data */
async function update(view, data) {
  if (data.height) view.root.style.setProperty("--chart-height", `${data.height}px`);
  await loadPlotly();
  if (view.closed || view.data !== data) return; // a later call has taken over
  if (view.drawn?.url === data.url && view.drawn.metric === data.metric) {
    await adjust(view, view.drawn, data);
  } else {
    await build(view, data);
  }
  view.drawn = data;
  fit(view);
}

/** @type {?Promise<unknown>} */
let loading = null;

function loadPlotly() {
  if (window.Plotly) return Promise.resolve();
  loading ??= new Promise((resolve, reject) => {
    const script = document.createElement("script");
    script.src = new URL("../plotly.min.js", import.meta.url).href;
    script.onload = resolve;
    script.onerror = () => {
      loading = null;
      reject(new Error("the drawing library did not load"));
    };
    document.head.append(script);
  });
  return loading;
}

/** @param {CurvesView} view @param {CurvesData} data */
async function build(view, data) {
  view.unsubscribe?.();
  Object.assign(view, newState());
  nameCharts(view, ["loss", data.metric]);
  empty(view);
  await buildCharts(view);
  if (view.closed) return;
  showTools(view);
  showTexts(view);
  view.unsubscribe = subscribe(new URL(data.url, document.baseURI).href, (event) => receive(view, event));
}

/** @param {CurvesView} view @param {CurvesData} before @param {CurvesData} data */
async function adjust(view, before, data) {
  const colours = (view.colours = themeColours(view.root));
  for (const chart of view.charts.filter(({ isBuilt }) => isBuilt)) {
    const axes = before.epochs === data.epochs ? {} : home(view, chart);
    await window.Plotly.relayout(chart.element, { ...colourUpdate(colours), ...sizeOf(chart, data), ...axes });
    if (!chart.isMore) await window.Plotly.restyle(chart.element, ...lineColourUpdate(colours));
    await drawFixed(view, chart);
    await decorate(view, chart);
  }
  showGhostSwatch(view, colours);
}

/** @param {CurvesView} view */
function empty(view) {
  view.reading = newReading(view.names, view.data.guess);
  Object.assign(view, { pending: [], alarm: null });
  view.charts.forEach(emptyLines);
}

/** @param {CurvesView} view @param {StreamEvent} event */
function receive(view, event) {
  if (event.kind === "history") {
    startOver(view, event.events);
    return;
  }
  if (event.kind === "connection") view.connection = event;
  read(view, event);
  if (COUNTED.includes(event.kind)) view.heardAt = performance.now();
  if (view.pending.length > 0 || event.kind === "steered") scheduleDrawing(view);
  if (event.kind === "batch") showBroken(view);
  else showTexts(view);
}

/** @param {CurvesView} view @param {StreamEvent} event */
function read(view, event) {
  if (event.kind === "state") {
    Object.assign(view, { state: event.state, word: event.word, over: event.over });
    Object.assign(view, { queuePosition: event.place, startsIn: event.starts_in });
  }
  if (event.kind === "phase") view.phase = event.words ?? event.phase;
  if (event.kind === "saved") view.saved = Math.round(event.epoch);
  if (event.kind === "alarm") view.alarm = event;
  const before = view.reading.hasBatchLoss;
  view.pending.push(...pointsOf(view.reading, event));
  if (view.reading.hasBatchLoss !== before) view.mustShow = true; // other traces can be drawn from now on
}

/** @param {CurvesView} view @param {RunEvent[]} events */
function startOver(view, events) {
  empty(view);
  for (const event of events) read(view, event);
  view.heardAt = null; // nobody knows when the last of these events happened
  scheduleDrawing(view);
  showTexts(view);
}

/** @param {CurvesView} view */
function scheduleDrawing(view) {
  if (view.scheduled) return;
  view.scheduled = true;
  const pause = Math.max(REDRAW_EVERY_MILLISECONDS, view.drawingTook / MOST_OF_THE_TIME);
  const wait = Math.max(0, pause - (performance.now() - view.drawnAt));
  setTimeout(() => requestAnimationFrame(() => drawPending(view)), wait);
}

/** @param {CurvesView} view */
async function drawPending(view) {
  if (view.closed) return;
  const { pending, mustShow } = view;
  Object.assign(view, { pending: [], mustShow: false, drawnAt: performance.now() });
  view.started ||= pending.length > 0;
  showSkeleton(view);
  for (const point of pending) {
    const chart = view.charts.find(({ name }) => name === point.name);
    if (chart) addPoint(chart.lines[point.curve], point);
  }
  if (mustShow) showTools(view);
  for (const chart of view.charts.filter(({ isBuilt }) => isBuilt)) {
    if (mustShow) await showVisible(view, chart);
    await drawLines(view, chart);
    await decorate(view, chart);
  }
  Object.assign(view, { scheduled: false, drawingTook: performance.now() - view.drawnAt });
  if (view.pending.length > 0) scheduleDrawing(view);
}

/** @param {CurvesView} view */
function showLegend({ data, root }) {
  const entry = (/** @type {string} */ group) => /** @type {HTMLElement} */ (root.querySelector(`[data-group="${group}"]`));
  const [ghost, guess] = [entry("ghost"), entry("guess")];
  ghost.hidden = !data.ghost;
  /** @type {HTMLElement} */ (ghost.querySelector("span")).textContent = data.ghost_label || "previous run";
  guess.hidden = Object.values(data.guess).every((height) => height === null);
}

/** @param {CurvesView} view */
function close(view) {
  view.closed = true;
  view.unsubscribe?.();
  clearInterval(view.ticking);
  view.resizing.disconnect();
  if (window.Plotly) view.charts.forEach((chart) => window.Plotly.purge(chart.element));
}
