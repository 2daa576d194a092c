import assert from "node:assert/strict";
import { test } from "node:test";
import { curvePoints, limitsOf } from "../../pages/views/run_rows/run_rows.js";

test("curves of all rows have one scale", () => {
  assert.deepEqual(limitsOf([[0.5, null, 0.75], [0.8]]), [0.5, 0.8]);
  assert.deepEqual(limitsOf([[]]), [0, 1]);
  assert.deepEqual(limitsOf([[0.9], [0.9]]), [0, 1]);
});

test("a curve goes from the left to the right edge and leaves out what is no number", () => {
  assert.deepEqual(curvePoints([0, null, 1], [0, 1]), [[4, 40], [128, 4]]);
  assert.deepEqual(curvePoints([0.5], [0, 1]), [[4, 22]]);
});

test("limits of fifty runs of ten thousand epochs are found", () => {
  const curve = Array.from({ length: 10_000 }, (_, epoch) => epoch / 10_000);
  assert.deepEqual(limitsOf(Array.from({ length: 50 }, () => curve)), [0, 0.9999]);
});
