import assert from "node:assert/strict";
import test from "node:test";
import { curvesOf } from "../../pages/components/curves/plotly_style.js";
import { drawTail, needsPlotly } from "../../pages/components/curves/tail.js";

globalThis.devicePixelRatio = 1;

/** A chart of 100 × 50 pixels whose plot lies at (10, 5), 80 × 40 pixels large, and a canvas that notes what is drawn. */
function chartOf({ lines = {}, looks = {}, yaxis = {} } = {}) {
  const drawn = [];
  const note = (name) => (...values) => drawn.push([name, ...values.slice(0, 2)]);
  const context = Object.fromEntries(
    ["save", "restore", "beginPath", "rect", "clip", "moveTo", "lineTo", "stroke", "fill", "arc", "setLineDash", "setTransform", "clearRect"]
      .map((name) => [name, note(name)]),
  );
  const area = { x: 10, y: 5, width: 80, height: 40 };
  const element = {
    layout: { width: 100, height: 50, xaxis: { type: "linear", range: [0, 8] }, yaxis: { type: "linear", range: [0, 4], ...yaxis } },
    data: curvesOf(false).map((curve) => ({ visible: curve in looks, ...looks[curve] })),
    querySelector: (selector) => selector === ".nsewdrag" && { getAttribute: (name) => area[name] },
    dispatchEvent: ({ type }) => drawn.push([type]),
  };
  const empty = () => ({ x: [], y: [], drawn: 0 });
  return {
    chart: {
      isMore: false, element, canvas: { getContext: () => context, style: {} },
      lines: Object.fromEntries(curvesOf(false).map((curve) => [curve, lines[curve] ?? empty()])),
    },
    context, drawn,
  };
}

const LINE = { mode: "lines", line: { color: "blue", width: 2, dash: "solid" } };
const only = (drawn, ...names) => drawn.filter(([name]) => names.includes(name));

test("a new point joins the last one that Plotly drew", () => {
  const { chart, drawn } = chartOf({ lines: { batch: { x: [0, 4, 8], y: [4, 2, 0], drawn: 2 } }, looks: { batch: LINE } });
  drawTail(chart);
  assert.deepEqual(only(drawn, "moveTo", "lineTo", "tail-drawn"), [["moveTo", 50, 25], ["lineTo", 90, 45], ["tail-drawn"]]);
});

test("a line has a gap where a value is none, and steps where it is set", () => {
  const lines = { batch: { x: [0, 2, 4, 6, 8], y: [4, 4, null, 4, 0], drawn: 1 } };
  const { chart, drawn } = chartOf({ lines, looks: { batch: { ...LINE, line: { ...LINE.line, shape: "hv" } } } });
  drawTail(chart);
  assert.deepEqual(only(drawn, "moveTo", "lineTo"), [
    ["moveTo", 10, 5], ["lineTo", 30, 5], ["lineTo", 30, 5], ["moveTo", 70, 5], ["lineTo", 90, 5], ["lineTo", 90, 45],
  ]);
});

test("dashes go on where Plotly ended", () => {
  const lines = { validation: { x: [0, 4, 8], y: [0, 0, 0], drawn: 2 } };
  const { chart, context } = chartOf({ lines, looks: { validation: { ...LINE, line: { ...LINE.line, dash: "9px,5px" } } } });
  drawTail(chart);
  assert.equal(context.lineDashOffset, 40);
});

test("rings are drawn for new points within the axes, and no other", () => {
  const lines = { sample: { x: [1, 4, 9], y: [1, 2, 1], drawn: 1 } };
  const { chart, drawn } = chartOf({ lines, looks: { sample: { mode: "markers", marker: { color: "orange", size: 6, symbol: "circle-open" } } } });
  drawTail(chart);
  assert.deepEqual(only(drawn, "arc", "stroke", "fill"), [["arc", 50, 25], ["stroke"]]);
});

test("what is hidden, or drawn, is not drawn again", () => {
  const { chart, drawn } = chartOf({
    lines: { batch: { x: [0, 4], y: [4, 2], drawn: 1 }, running: { x: [0, 4], y: [4, 2], drawn: 2 } }, looks: { running: LINE },
  });
  drawTail(chart);
  assert.deepEqual(only(drawn, "moveTo", "arc"), []);
});

test("Plotly must draw a line that was shortened, a cross, and a value beyond an axis that follows the data", () => {
  const needs = (lines, yaxis) => needsPlotly(chartOf({ lines, yaxis, looks: { batch: LINE, broken: { mode: "markers" } } }).chart);
  const batch = (y, drawn = 1) => ({ batch: { x: [0, 1], y: [1, y], drawn } });
  assert.equal(needs(batch(3)), false);
  assert.equal(needs(batch(null)), false);
  assert.equal(needs(batch(5)), true);
  assert.equal(needs(batch(5), { autorange: false }), false);
  assert.equal(needs(batch(0.01), { type: "log", range: [-1, 1] }), true);
  assert.equal(needs(batch(3, -1)), true);
  assert.equal(needs({ broken: { x: [1], y: [1], drawn: 0 } }), true);
});
