import assert from "node:assert/strict";
import test from "node:test";
import { commonEnds } from "../../pages/components/code_view/code_view.js";
import { nearestDot, nextDot, spreadOver } from "../../pages/views/feature_map/geometry.js";
import { fewColumns } from "../../pages/components/picture_grid/picture_grid.js";
import { movePen, paintStrokes } from "../../pages/components/pixel_pad/strokes.js";

const DOTS = [[10, 10], [50, 10], [30, 60], [200, 10]];

test("a pointer points at the nearest dot, and at none where all are far", () => {
  assert.deepEqual([nearestDot(DOTS, [12, 14], 24), nearestDot(DOTS, [45, 20], 24), nearestDot(DOTS, [120, 120], 24)], [0, 1, null]);
});

test("an arrow key goes to a near dot in its direction, and stays where there is none", () => {
  assert.deepEqual([nextDot(DOTS, 0, [1, 0]), nextDot(DOTS, 1, [1, 0]), nextDot(DOTS, 0, [0, 1]), nextDot(DOTS, 0, [-1, 0])], [1, 3, 2, 0]);
});

test("values spread over the length within the margin; equal values lie in the middle", () => {
  assert.deepEqual(spreadOver([-1, 0, 3], 100, 10), [10, 30, 90]);
  assert.deepEqual(spreadOver([7, 7], 100, 10), [50, 50]);
});

test("a phone shows a divisor of the columns", () => {
  assert.deepEqual([10, 8, 9, 7, 14].map(fewColumns), [5, 4, 3, 7, 2]);
});

test("lines that two scripts share at their beginning and end do not overlap", () => {
  assert.deepEqual(commonEnds(["a", "b", "c"], ["a", "x", "c"]), [1, 1]);
  assert.deepEqual(commonEnds(["a", "a"], ["a", "a", "a"]), [2, 0]);
  assert.deepEqual(commonEnds([], ["a"]), [0, 0]);
});

test("the pen stays on the sheet", () => {
  assert.deepEqual(movePen([5, 275], [-10, 10]), [0, 280]);
  assert.deepEqual(movePen([5, 275], [10, 0]), [15, 275]);
});

test("strokes are painted in their order, upon the drawing from before", () => {
  const calls = [];
  const context = new Proxy({}, { get: (_, name) => (...values) => calls.push([name, ...values]), set: () => true });
  const image = { src: "data:," };
  paintStrokes(context, "#000000", [image, { points: [[1, 2], [3, 4]], width: 5, colour: "#FFFFFF" }]);
  assert.deepEqual(calls.map(([name]) => name), ["fillRect", "drawImage", "beginPath", "moveTo", "lineTo", "lineTo", "stroke"]);
});
