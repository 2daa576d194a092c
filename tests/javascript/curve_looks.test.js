// How the charts are drawn for reading: limits that hold, names apart, the gap between training and validation.
import assert from "node:assert/strict";
import test from "node:test";

import { limitsOf, sideOf, withoutOutliers } from "../../pages/components/curves/limits.js";
import { spreadApart } from "../../pages/components/curves/line_ends.js";
import { curvesOf, emptyTraces, endsStyle, gapBetween } from "../../pages/components/curves/plotly_style.js";
import { formatGap } from "../../pages/components/shared/text_format.js";

const accuracy = (values, mayFocus) => limitsOf({ values, chance: 0.1, isUnit: true, mayFocus });
const loss = (values, mayFocus) => limitsOf({ values, chance: 2.3, isUnit: false, mayFocus });

test("an accuracy keeps its limits while the run is on, and begins below all values of a run that is over", () => {
  assert.deepEqual(accuracy([], false), [0, 1.02]);
  assert.deepEqual(accuracy([0.9, 0.95], false), [0, 1.02]);
  assert.deepEqual(accuracy([0.71, 0.95], true)[0], 0.7);
  assert.deepEqual(accuracy([0.7, 0.95], true)[0], 0.5, "a value on the edge would be cut");
  assert.deepEqual(accuracy([0.4, 0.95], true)[0], 0);
  assert.deepEqual(accuracy([], true), [0, 1.02], "nothing is known yet");
});

test("a loss keeps chance in sight while the run is on, and fits the values of a run that is over", () => {
  assert.deepEqual(loss([0.5, 0.3], false), [0, 1.08 * 2.3]);
  assert.deepEqual(loss([0.508, 0.297], true), [0.2, 0.7]);
  assert.deepEqual(loss([2.2, 0.3], true), [0, 1.08 * 2.3], "values near chance stand in one axis with it");
  assert.deepEqual(loss([9, 0.3], false), [0, 1.05 * 9], "a loss that explodes stays in sight");
  assert.equal(limitsOf({ values: [3], chance: null, isUnit: false, mayFocus: true }), null, "where nobody knows chance, the axis follows the data");
});

test("another run that went far above chance does not press this run to the floor", () => {
  assert.deepEqual(withoutOutliers([2500, 92, 3.1], [0.75, 0.69], 2.3), [3.1]);
  assert.deepEqual(withoutOutliers([2500], [], 2.3), [2500], "before this run has a value, the axis shows the other run");
  assert.deepEqual(withoutOutliers([2500], [0.75], null), [2500], "where nobody knows chance, the axis follows the data");
});

test("chance lies beyond an axis, or within it", () => {
  assert.deepEqual([sideOf(0.1, [0.7, 1]), sideOf(2.3, [0.2, 0.8]), sideOf(0.1, [0, 1]), sideOf(null, [0, 1]), sideOf(2.3, null)], ["below", "above", "within", "", "within"]);
});

test("names stand apart, in the order of their lines, as near to them as they can", () => {
  assert.deepEqual(spreadApart([50, 100], 20, [0, 200]), [50, 100]);
  assert.deepEqual(spreadApart([100, 104], 20, [0, 200]), [92, 112]);
  assert.deepEqual(spreadApart([104, 100], 20, [0, 200]), [112, 92]);
  assert.deepEqual(spreadApart([1, 2, 3], 20, [0, 200]), [0, 20, 40], "never above the chart");
  assert.deepEqual(spreadApart([199, 150, 198], 20, [0, 200]), [200, 150, 180]);
});

test("the gap is the last step of training less the last value of validation", () => {
  const training = { x: [0, 1, 2, 3], y: [0.5, 0.5, 0.6, 0.7] };
  const validation = { x: [1, 2, 3], y: [0.55, 0.58, 0.6] };
  assert.equal(gapBetween(training, validation).toFixed(3), "0.100");
  assert.equal(gapBetween(training, { x: [1], y: [0.55] }), null);
});

test("the mean of an epoch is a step over the whole epoch, and a value of validation a dot at its end", () => {
  const traces = emptyTraces("loss", false, { size: 16 });
  const traceOf = (curve) => traces[curvesOf(false).indexOf(curve)];
  assert.deepEqual([traceOf("training").line.shape, traceOf("training").mode], ["vh", "lines"]);
  assert.equal(traceOf("training").name, "training, mean of the epoch");
  assert.deepEqual([traceOf("validation").line.shape, traceOf("validation").mode], [undefined, "lines+markers"]);
});

test("the size of the gap is rounded after the subtraction, not before", () => {
  assert.equal(gapBetween({ x: [0, 1, 2], y: [0.8, 0.8, 0.8914] }, { x: [1, 2], y: [0.8, 0.8806] }).toFixed(3), "0.011");
});

test("the gap of an accuracy is in points, as on Evaluate, and the gap of a loss in its own unit", () => {
  assert.equal(formatGap("accuracy", 0.894 - 0.876), "1.8 points");
  assert.equal(formatGap("accuracy", 0.872 - 0.876), "−0.4 points");
  assert.equal(formatGap("loss", 0.294 - 0.334), "0.040");
});

test("on the stage the lines have the room of their names, which stand in the legend", () => {
  assert.deepEqual([endsStyle(390, { size: 16 }).hasNames, endsStyle(390, { size: 20 }).hasNames], [true, false]);
  assert.ok(endsStyle(390, { size: 20 }).room < endsStyle(390, { size: 16 }).room);
});
