// When new points are drawn: at once on the canvas, and now and then by Plotly, which takes long and knows what can be pointed at.

/** @import { CurvesView } from "./view" */
import { decorate, drawEnds, drawLines, showVisible, smoothLine } from "./charts.js";
import { showError, showSkeleton } from "./status.js";
import { drawTail, needsPlotly } from "./tail.js";
import { showTools } from "./toolbar.js";

const PLOTLY_SHARE = 0.1; // of the time, at most: the rest is left to the page, and to a training on the same machine
const REFRESH_EVERY_MILLISECONDS = 5000; // until Plotly draws what stands on the canvas
const POINTED_AT_MILLISECONDS = 1000; // the same, while a person points at the charts

/** Draw what is new, on the canvas or by Plotly. @param {CurvesView} view */
export function draw(view) {
  if (view.closed || view.isDrawing) return; // who draws looks for new points afterwards
  const charts = view.charts.filter(({ isBuilt }) => isBuilt);
  for (const chart of charts) smoothLine(view, chart);
  clearTimeout(view.refreshing);
  const wait = millisecondsUntilPlotly(view);
  if (wait <= 0) drawByPlotly(view).catch((error) => showError(view, error));
  else if (wait < Infinity) view.refreshing = setTimeout(() => view.drawer.ask(), wait);
  if (wait > 0) charts.forEach(drawTail);
  for (const chart of charts) drawEnds(view, chart);
}

/** @param {CurvesView} view */
function millisecondsUntilPlotly(view) {
  const charts = view.charts.filter(({ isBuilt }) => isBuilt);
  const isBehind = charts.some(({ lines }) => Object.values(lines).some(({ drawn, y }) => drawn !== y.length && y.length > 0));
  const isUrgent = view.mustShow || charts.some(needsPlotly);
  if (!isUrgent && !isBehind) return Infinity;
  const patience = view.root.matches(":hover") ? POINTED_AT_MILLISECONDS : REFRESH_EVERY_MILLISECONDS;
  const pause = isUrgent || view.over ? 0 : patience;
  return view.drawnAt + Math.max(pause, view.drawingTook / PLOTLY_SHARE) - performance.now();
}

/** @param {CurvesView} view */
async function drawByPlotly(view) {
  const { mustShow } = view;
  Object.assign(view, { mustShow: false, isDrawing: true, drawnAt: performance.now() });
  view.started ||= view.reading.step > 0;
  showSkeleton(view);
  if (mustShow) showTools(view);
  for (const chart of view.charts.filter(({ isBuilt }) => isBuilt)) {
    if (mustShow) await showVisible(view, chart);
    await drawLines(chart);
    await decorate(view, chart);
  }
  Object.assign(view, { isDrawing: false, drawingTook: performance.now() - view.drawnAt });
  view.drawer.ask();
}
