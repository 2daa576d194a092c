/** @import { Component } from "../shared/component" */
/** @import { StreamEvent } from "../shared/event_stream.js" */
/** @import { RunEvent } from "../shared/run_events.js" */
/** @import { CurvesData, CurvesView } from "./view" */
import { Drawer } from "../shared/drawer.js";
import { subscribe } from "../shared/event_stream.js";
import { DRAWN } from "../shared/run_events.js";
import { phaseAfter } from "../shared/text_format.js";
import {
  buildCharts, chartsIn, choices, decorate, drawFixed, drawLines, emptyLines, fit, hasZoomedChart, home, nameCharts, showReset, sizeOf,
} from "./charts.js";
import { showKey } from "./key.js";
import { addPoint } from "./lines.js";
import { colourUpdate, lineColourUpdate, themeColours } from "./plotly_style.js";
import { newReading, pointsOf } from "./points.js";
import { draw } from "./redraw.js";
import { streamOf } from "./stream.js";
import { showBroken, showError, showStatus, showTexts } from "./status.js";
import { listenToTools, showTools } from "./toolbar.js";

const TICK_EVERY_MILLISECONDS = 200;
const COUNTED = ["start", ...DRAWN]; // kinds of events that restart the clock of the last news

/** @type {WeakMap<HTMLElement, CurvesView>} */
const views = new WeakMap();

/**
 * Draw the two live charts of a run, and three further charts if a person unfolds them.
 * @param {Component<CurvesData, HTMLElement>} component the values from Streamlit
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
  showKey(current, choices.hidden);
  // Updates wait for each other, since Plotly draws asynchronously and a rerun may come in between.
  current.updates = current.updates.then(() => update(current, data)).catch((error) => {
    if (!current.closed) showError(current, error);
  });
  return () => {
    // Streamlit also cleans up after a superseded call, before or after the next call, while the component stays in use.
    if (!parentElement.isConnected) close(current);
  };
}

/** @param {HTMLElement} parent @param {CurvesData} data @returns {CurvesView} */
function newView(parent, data) {
  const root = /** @type {HTMLElement} */ (parent.querySelector(".run-curves"));
  /** @type {CurvesView} */
  const view = {
    root, data, charts: chartsIn(root), names: [], reading: newReading([], {}), updates: Promise.resolve(),
    ...newState(), connection: { open: true, lost: false }, alarm: null, closed: false, drawnAt: 0, drawingTook: 0,
    isDrawing: false, colours: themeColours(root, data.ghost_colour), mustShow: false, sentences: [],
    resizing: new ResizeObserver(() => fit(view)), // a folded side bar changes the size of the charts, not of the window
    drawer: new Drawer(root, () => draw(view)),
    ticking: setInterval(() => showStatus(view), TICK_EVERY_MILLISECONDS),
  };
  listenToTools(view);
  view.charts.forEach((chart) => view.resizing.observe(chart.element));
  return view;
}

// The state of the view before the first event of a run.
function newState() {
  return {
    state: null, word: "", over: false, phase: null, queuePosition: null, heardAt: null, started: false, saved: 0,
  };
}

/** @param {CurvesView} view @param {CurvesData} data */
async function update(view, data) {
  if (data.height) view.root.style.setProperty("--chart-height", `${data.height}px`);
  if (!data.url) await idle(); // without a run, the page is drawn before the charts
  await loadPlotly();
  if (view.closed || view.data !== data) return; // a later call replaces this call
  const before = view.drawn;
  const isOther = before?.url !== data.url;
  if (isOther) forget(view);
  if (!before || before.metric !== data.metric) await build(view, data);
  else if (looksOther(view, before, data)) await adjust(view, before, data);
  view.drawn = data;
  if (view.closed) return;
  fit(view);
  if (isOther) listen(view, data);
}

/**
 * Whether built charts look different with new data. Plotly takes 100 ms to adjust charts, so reruns and a visitor's first
 * run skip the adjustment if nothing looks different.
 * @param {CurvesView} view
 * @param {CurvesData} before
 * @param {CurvesData} data
 */
function looksOther(view, before, data) {
  const isFilled = before.url !== data.url && (before.url !== "" || hasZoomedChart(view));
  const colours = JSON.stringify(themeColours(view.root, data.ghost_colour));
  return isFilled || partsOf(before) !== partsOf(data) || colours !== JSON.stringify(view.colours);
}

/** @type {?Promise<unknown>} */
let loading = null;

// Safari has no requestIdleCallback.
function idle() {
  return new Promise((resolve) => (window.requestIdleCallback ?? setTimeout)(resolve));
}

function loadPlotly() {
  if (window.Plotly) return Promise.resolve();
  loading ??= new Promise((resolve, reject) => {
    const script = document.createElement("script");
    script.src = new URL("../../plotly.min.js", import.meta.url).href;
    script.onload = resolve;
    script.onerror = () => {
      loading = null;
      reject(new Error("the drawing library did not load"));
    };
    document.head.append(script);
  });
  return loading;
}

/** @param {CurvesData} data */
function partsOf({ epochs, guess, ghost, height }) {
  return JSON.stringify([epochs, guess, ghost?.events.length, height]);
}

/** Forget the previous run. @param {CurvesView} view */
function forget(view) {
  view.unsubscribe?.();
  delete view.unsubscribe;
  Object.assign(view, newState());
  empty(view);
}

/** @param {CurvesView} view @param {CurvesData} data */
async function build(view, data) {
  nameCharts(view, ["loss", data.metric]);
  empty(view);
  await buildCharts(view);
}

/** @param {CurvesView} view @param {CurvesData} data */
function listen(view, data) {
  showTools(view);
  showTexts(view);
  const path = streamOf(data, matchMedia("(prefers-reduced-motion: reduce)").matches);
  if (path) view.unsubscribe = subscribe(new URL(path, document.baseURI).href, (event) => receive(view, event));
}

/** @param {CurvesView} view @param {CurvesData} before @param {CurvesData} data */
async function adjust(view, before, data) {
  const colours = (view.colours = themeColours(view.root, data.ghost_colour));
  const isOther = before.url !== data.url;
  for (const chart of view.charts.filter(({ isBuilt }) => isBuilt)) {
    const axes = isOther || before.epochs !== data.epochs ? home(view, chart) : {};
    await window.Plotly.relayout(chart.element, { ...colourUpdate(colours), ...sizeOf(chart, data), ...axes });
    await window.Plotly.restyle(chart.element, lineColourUpdate(chart.isMore, colours));
    await drawFixed(view, chart);
    if (isOther) await drawLines(chart);
    await decorate(view, chart);
  }
  showReset(view);
  showKey(view, choices.hidden);
}

/** @param {CurvesView} view */
function empty(view) {
  view.reading = newReading(view.names, view.data.guess);
  view.alarm = null;
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
  if (event.kind !== "connection") view.drawer.ask();
  if (event.kind === "batch") showBroken(view);
  else showTexts(view);
}

/** @param {CurvesView} view @param {StreamEvent} event */
function read(view, event) {
  if (event.kind === "state") {
    view.mustShow ||= event.over !== view.over; // the axes of a finished run fit its values
    Object.assign(view, { state: event.state, word: event.word, over: event.over });
    view.queuePosition = event.place ?? null; // the bar counts down the time until the run starts
  }
  view.phase = phaseAfter(view.phase, event);
  if (event.kind === "saved") view.saved = Math.round(event.epoch);
  if (event.kind === "alarm") view.alarm = event;
  const before = view.reading.hasBatchLoss;
  for (const point of pointsOf(view.reading, event)) {
    const chart = view.charts.find(({ name }) => name === point.name);
    if (chart) addPoint(chart.lines[point.curve], point);
  }
  if (view.reading.hasBatchLoss !== before || event.kind === "steered") view.mustShow = true; // other traces, or a flag
}

/** @param {CurvesView} view @param {RunEvent[]} events */
function startOver(view, events) {
  empty(view);
  for (const event of events) read(view, event);
  view.heardAt = null; // the time of the last event is unknown
  view.drawer.ask();
  showTexts(view);
}

/** @param {CurvesView} view */
function close(view) {
  view.closed = true;
  view.unsubscribe?.();
  clearInterval(view.ticking);
  clearTimeout(view.refreshing);
  view.resizing.disconnect();
  view.drawer.stop();
  // No purge: Plotly may still draw the charts of a page that was left, and needs their data.
  view.updates.then(() => view.charts.forEach((chart) => window.Plotly?.purge(chart.element)));
}
