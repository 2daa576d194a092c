import assert from "node:assert/strict";
import test from "node:test";
import { addPoint, epochLines, halved, merged, newLine, smoothed } from "../../pages/components/curves/lines.js";

const lineOf = (values, weights = []) => ({ ...newLine(), x: [...values.keys()], y: values, weights, texts: values.map(() => "") });

test("a line never has more than 2,000 points, and keeps its first and its last", () => {
  const line = newLine();
  for (let x = 0; x <= 10_000; x += 1) {
    addPoint(line, { x, y: x });
    assert.ok(line.x.length <= 2000);
  }
  assert.deepEqual([line.x[0], line.x.at(-1)], [0, 10_000]);
  assert.deepEqual(line.x, line.y);
});

test("half of a line keeps its gaps and its last point", () => {
  assert.deepEqual(halved(lineOf([10, 11, 12, null, 14, 15])).y, [10, 12, null, 14, 15]);
});

test("merged neighbours are the true mean of their batches", () => {
  const short = merged(lineOf([1, 4, 7], [1, 2, 3]));
  assert.deepEqual([short.y, short.weights, short.x], [[3, 7], [3, 3], [1, 2]]);
});

test("a neighbour that is no number makes a gap", () => {
  assert.deepEqual(merged(lineOf([1, null, 7], [1, 1, 1])).y, [null, 7]);
});

test("a batch loss that is thinned keeps its mean over all batches", () => {
  const line = newLine();
  for (let x = 0; x < 5000; x += 1) addPoint(line, { x, y: x, weight: 2 });
  const total = line.weights.reduce((sum, weight) => sum + weight, 0);
  const mean = line.y.reduce((sum, value, index) => sum + value * line.weights[index], 0) / total;
  assert.equal(total, 10_000);
  assert.ok(Math.abs(mean - 2499.5) < 1e-6);
});

test("a smoothed line starts at its first value and keeps gaps", () => {
  const line = smoothed({ x: [0.1, 0.2, 0.3, 0.4], y: [2, 2, null, 2] }, 5);
  assert.equal(line[2], null);
  for (const value of [line[0], line[1], line[3]]) assert.ok(Math.abs(value - 2) < 1e-12);
});

test("smoothing follows a jump by the distance in epochs, not by the number of points", () => {
  for (const count of [200, 400]) {
    const x = Array.from({ length: count }, (_, index) => (index + 1) / count);
    const line = smoothed({ x, y: x.map((position) => (position > 0.5 ? 1 : 0)) }, 5);
    assert.ok(Math.abs(line[0.6 * count - 1] - (1 - Math.exp(-1))) < 0.01, "0.1 of 5 epochs after the jump");
  }
});

test("epochs are marked evenly, at most 20 of them", () => {
  assert.deepEqual(epochLines([0, 5], false), [1, 2, 3, 4, 5]);
  assert.deepEqual(epochLines([0, 100], false), Array.from({ length: 20 }, (_, index) => 5 * (index + 1)).slice(0, 20));
  for (const epochs of [7, 33, 999, 12_345]) assert.ok(epochLines([0, epochs], false).length <= 20);
});

test("a logarithmic axis marks 1, 2 and 5 of each power, also where a power of 10 falls short of itself", () => {
  assert.deepEqual(epochLines([0.001, 999.9999999999998], true), [1, 2, 5, 10, 20, 50, 100, 200, 500, 1000]);
});
