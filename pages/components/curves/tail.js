// The points since Plotly last drew, on a canvas over each chart. Plotly draws a chart as a whole, which takes 50 ms or more;
// the canvas takes less than one, so that a new point is seen at once and costs little.

/** @import { Line } from "./lines.js" */
/** @import { Chart } from "./view" */
import { FIXED, curvesOf } from "./plotly_style.js";

const CROSS = "broken"; // the only curve whose markers just Plotly can draw

/**
 * @typedef {object} Plot
 * The part of a chart within its axes, in pixels of the canvas.
 * @property {number} left
 * @property {number} top
 * @property {number} width
 * @property {number} height
 * @property {(x: number) => number} x the pixel of a position in epochs
 * @property {(y: number) => number} y the pixel of a value
 */

/**
 * Whether only Plotly can draw the news of a chart: a line was shortened, or a value is not a number or lies beyond an axis
 * that follows the data.
 * @param {Chart} chart that is built
 */
export function needsPlotly(chart) {
  const isBeyond = beyondAxis(chart.element.layout.yaxis);
  return visibleLines(chart).some(({ curve, line }) => {
    if (line.drawn < 0 || (curve === CROSS && line.drawn < line.y.length)) return true;
    for (let index = line.drawn; index < line.y.length; index += 1) if (isBeyond(line.y[index])) return true;
    return false;
  });
}

/** @param {{type: string, range: [number, number], autorange?: unknown}} axis @returns {(value: ?number) => boolean} */
function beyondAxis({ type, range, autorange }) {
  if (autorange === false) return () => false;
  const [low, high] = type === "log" ? range.map((end) => 10 ** end) : range;
  return (value) => value !== null && (value < low || value > high);
}

/**
 * Draw the points of a chart that Plotly has not drawn yet.
 * @param {Chart} chart that is built
 */
export function drawTail(chart) {
  const context = emptyCanvas(chart);
  const plot = plotOf(chart.element);
  if (!context || !plot) return;
  for (const { line, trace } of visibleLines(chart)) {
    if (line.drawn < 0 || line.drawn >= line.y.length) continue;
    if (trace.mode.includes("lines")) drawLine(context, plot, line, trace);
    if (trace.mode.includes("markers")) drawMarkers(context, plot, line, trace);
  }
  chart.element.dispatchEvent(new Event("tail-drawn")); // for benchmarks that measure how soon a point is drawn
}

/** Remove the points from the canvas, since Plotly has drawn them or moves the chart. @param {Chart} chart */
export function clearTail(chart) {
  emptyCanvas(chart);
}

/** @param {Chart} chart @returns {?CanvasRenderingContext2D} of its canvas, which is as large as the chart */
function emptyCanvas({ canvas, element }) {
  const { width, height } = element.layout;
  const [across, up] = [width, height].map((pixels) => Math.round(pixels * devicePixelRatio));
  const context = canvas.getContext("2d");
  if (canvas.width !== across || canvas.height !== up) {
    Object.assign(canvas, { width: across, height: up });
    Object.assign(canvas.style, { width: `${width}px`, height: `${height}px` });
  }
  context?.setTransform(devicePixelRatio, 0, 0, devicePixelRatio, 0, 0);
  context?.clearRect(0, 0, width, height);
  return context;
}

/** @param {Chart} chart @returns {{curve: string, line: Line, trace: any}[]} its visible lines, the lowest first */
function visibleLines(chart) {
  return curvesOf(chart.isMore)
    .map((curve, index) => ({ curve, line: chart.lines[curve], trace: chart.element.data[index] }))
    .filter(({ curve, trace }) => trace.visible !== false && !FIXED.has(curve));
}

/** @param {any} element of Plotly's chart @returns {?Plot} null if Plotly has not drawn the chart */
export function plotOf(element) {
  const area = element.querySelector(".nsewdrag"); // Plotly's draggable element covers the part within the axes
  if (!area) return null;
  const [left, top, width, height] = ["x", "y", "width", "height"].map((name) => Number(area.getAttribute(name)));
  const { xaxis, yaxis } = element.layout;
  const [across, up] = [shareOf(xaxis), shareOf(yaxis)];
  return { left, top, width, height, x: (x) => left + width * across(x), y: (y) => top + height * (1 - up(y)) };
}

/**
 * @param {{type: string, range: [number, number]}} axis
 * @returns {(value: number) => number} the position along the axis,
 * from 0 to 1
 */
function shareOf({ type, range: [from, to] }) {
  if (type === "log") return (value) => (Math.log10(value) - from) / (to - from);
  return (value) => (value - from) / (to - from);
}

/** @param {CanvasRenderingContext2D} context @param {Plot} plot @param {Line} line @param {any} trace */
function drawLine(context, plot, line, { line: { color, width, dash, shape } }) {
  const dashes = dash?.includes("px") ? dash.split(",").map(parseFloat) : [];
  context.save();
  context.beginPath();
  context.rect(plot.left, plot.top, plot.width, plot.height);
  context.clip();
  Object.assign(context, { strokeStyle: color, lineWidth: width, lineJoin: "round", lineDashOffset: dashes.length ? lengthOf(line, plot) : 0 });
  context.setLineDash(dashes);
  context.beginPath();
  let before = null;
  for (let index = Math.max(0, line.drawn - 1); index < line.y.length; index += 1) {
    const value = line.y[index];
    if (value === null) {
      before = null;
      continue;
    }
    const [x, y] = [plot.x(line.x[index]), plot.y(value)];
    if (before === null) context.moveTo(x, y);
    else {
      if (shape === "hv") context.lineTo(x, before);
      if (shape === "vh") context.lineTo(plot.x(line.x[index - 1]), y);
      context.lineTo(x, y);
    }
    before = y;
  }
  context.stroke();
  context.restore();
}

/** The length of the line that Plotly has drawn, so that the dashes continue. @param {Line} line @param {Plot} plot */
function lengthOf({ x, y, drawn }, plot) {
  let length = 0;
  for (let index = 1; index < drawn; index += 1) {
    const [from, to] = [y[index - 1], y[index]];
    if (from !== null && to !== null) length += Math.hypot(plot.x(x[index]) - plot.x(x[index - 1]), plot.y(to) - plot.y(from));
  }
  return length;
}

/** @param {CanvasRenderingContext2D} context @param {Plot} plot @param {Line} line @param {any} trace */
function drawMarkers(context, plot, line, { marker }) {
  const isOpen = marker.symbol?.endsWith("-open");
  Object.assign(context, { fillStyle: marker.color, strokeStyle: marker.color, lineWidth: marker.line?.width ?? 1 });
  context.setLineDash([]);
  for (let index = line.drawn; index < line.y.length; index += 1) {
    const value = line.y[index];
    if (value === null) continue;
    const [x, y] = [plot.x(line.x[index]), plot.y(value)];
    if (x < plot.left || x > plot.left + plot.width || y < plot.top || y > plot.top + plot.height) continue;
    context.beginPath();
    context.arc(x, y, marker.size / 2, 0, 2 * Math.PI);
    if (isOpen) context.stroke();
    else context.fill();
  }
}
