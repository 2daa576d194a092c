import assert from "node:assert/strict";
import test from "node:test";
import { endWords, placesOf } from "../../pages/views/all_weights/step_chart.js";
import { laneOf } from "../../pages/views/all_weights/all_weights.js";
import { scalesOf, sideOf } from "../../pages/views/shared/slope_curve.js";
import { precise, signed } from "../../pages/views/shared/signed_numbers.js";
import { lookAt, lossPoints, step, weightAfter } from "../../pages/views/weight/unit.js";
import { cellAfter, cellAt, gridOf, pickedAfter } from "../../pages/views/shared/weight_cells.js";

const UNIT = { input: 2, target: 3 };

test("loss and slope are those of the squared error", () => {
  assert.deepEqual(lookAt(UNIT, -0.5), { output: -1, error: -4, loss: 16, slope: -16 });
  assert.equal(lookAt(UNIT, 1.5).slope, 0);
});

test("a step moves the weight by minus rate times slope", () => {
  assert.equal(step(UNIT, -0.5, 0.02), -0.5 + 0.32);
  assert.equal(step(UNIT, 1.5, 0.3), 1.5);
  assert.ok(lookAt(UNIT, step(UNIT, -0.5, 0.3)).loss > 16, "too long a step climbs");
});

test("the curve reaches from one end to the other", () => {
  const points = lossPoints(UNIT, [-1, 4], 11);
  assert.deepEqual([points[0], points[5], points[10]], [[-1, 25], [1.5, 0], [4, 25]]);
});

test("keys move the weight and stop at the ends", () => {
  const after = (key, weight) => weightAfter(key, weight, [-1, 4]);
  assert.ok(Math.abs(after("ArrowRight", 0) - 0.05) < 1e-9 && Math.abs(after("PageDown", 0) + 0.5) < 1e-9);
  assert.deepEqual([after("Home", 2), after("End", 2), after("ArrowLeft", -1), after("x", 0)], [-1, 4, -1, null]);
});

test("numbers have a true minus sign", () => {
  assert.deepEqual([signed(-1), signed(-0.001), signed(2.5, 1)], ["−1.00", "0.00", "2.5"]);
  assert.deepEqual([precise(-0.25), precise(0.00000152)], ["−0.250", "1.52 · 10⁻⁶"]);
});

test("a point of the picture and its weight belong together", () => {
  const scene = { points: lossPoints(UNIT, [-1, 4]), at: [0, 9], slope: -12 };
  const scales = scalesOf(scene, { width: 600, height: 400 });
  for (const weight of [-1, 0.3, 4]) assert.ok(Math.abs(scales.weightAt(scales.x(weight)) - weight) < 1e-9);
  assert.equal(scales.weightAt(-50), -1);
  assert.ok(scales.y(0) > scales.y(9), "a larger loss stands higher");
});

test("the ends of the losses may be those of another unit", () => {
  const faint = { points: lossPoints({ input: 0.2, target: 3 }, [-1, 4]), at: [0, 9], slope: -1.2, losses: [0, 25] };
  const scales = scalesOf(faint, { width: 600, height: 400 });
  assert.deepEqual([scales.low, scales.high], [0, 27]);
});

test("cells fill their place, and a point finds its cell", () => {
  const canvas = { clientWidth: 160, clientHeight: 160 };
  const picture = gridOf({ rows: 8, columns: 8 }, canvas);
  assert.equal(picture.pitch, 20);
  assert.deepEqual([cellAt(picture, 5, 5), cellAt(picture, 159, 159), cellAt(picture, 161, 5)], [0, 63, null]);
  const units = gridOf({ count: 10 }, canvas);
  assert.ok(units.rows * units.columns >= 10 && units.pitch <= 44);
  assert.equal(cellAt(units, -1, -1), null);
});

test("keys go from cell to cell", () => {
  const grid = gridOf({ rows: 8, columns: 8 }, { clientWidth: 80, clientHeight: 80 });
  const go = (key) => cellAfter(key, 9, grid);
  assert.deepEqual(["ArrowRight", "ArrowLeft", "ArrowDown", "ArrowUp", "Home", "End", "x"].map(go), [10, 8, 17, 1, 0, 63, null]);
  assert.equal(cellAfter("ArrowUp", 3, grid), 0);
});

test("dots that would lie on each other are stacked", () => {
  assert.deepEqual(laneOf([0, 5, 30, 3]), [0, 1, 0, 2]);
});

test("a pick stays until Python has answered it, whatever else Python sends meanwhile", () => {
  const first = { input: 3, unit: 0 };
  assert.deepEqual(pickedAfter({ data: first, picked: first }, { input: 5, unit: 1 }), { input: 5, unit: 1 });
  const going = { input: 3, unit: 4 }; // three keys further than Python knows
  assert.deepEqual(pickedAfter({ data: first, picked: going }, { input: 3, unit: 1 }), going);
  assert.deepEqual(pickedAfter({ data: { input: 3, unit: 1 }, picked: going }, going), going);
  assert.deepEqual(pickedAfter({ data: going, picked: going }, first), first);
});

test("a loss outside of the chart of steps is drawn at its edge", () => {
  const places = placesOf([2, 0, -1, 9], 2, { width: 496, height: 124 });
  assert.deepEqual(places, [[44, 62], [144, 112], [244, 112], [344, 12]]);
});

test("a loss outside of the chart of steps says where it is", () => {
  assert.deepEqual([endWords("loss", 75.34, 2.3), endWords("promised loss", -10.8, 2.3), endWords("loss", 1, 2.3)], ["loss 75.3 ↑", "promised loss −10.8 ↓", "loss"]);
});

test("a weight outside of the picture has a side", () => {
  assert.deepEqual([-2, -1, 0, 4, 4.1].map((weight) => sideOf({ first: -1, last: 4 }, weight)), [-1, 0, 0, 0, 1]);
});
