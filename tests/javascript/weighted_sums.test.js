import assert from "node:assert/strict";
import test from "node:test";
import { describeChange, describeSum, formatShort, sharedDigits, sumOf, sumsByChannel, termsAt, unpackFloats } from "../../pages/views/weighted_sums/arithmetic.js";
import { greyOf, rankChannels } from "../../pages/views/weighted_sums/terms.js";
import { nearestWindow } from "../../pages/views/weighted_sums/weighted_sums.js";

// A window of 2 x 1 upon an input of 2 x 2 x 2, with its last row outside.
const SIDE = {
  inputs: [1, 10, 2, 20, 3, 30, 4, 40], weights: [0.5, 0.25, 1, 2], shape: [2, 2, 2], weightShape: [2, 1, 2],
  rows: [[[0, 0], [1, 1]], [[1, 0], [-1, 1]]], columns: [[[0, 0]], [[1, 0]]],
  kind: "sum", bias: 0.5, before: [66.5, 0, 9.5, 0], outputs: [66.5, 0, 9.5, 0], activation: "", width: 2, hasBias: true, gives: "conv", name: "epoch 1",
};

test("the terms are inputs times weights, without those outside of the picture", () => {
  const terms = termsAt(SIDE, [0, 0]);
  assert.deepEqual(terms.map(({ input, weight, product }) => [input, weight, product]), [[1, 0.5, 0.5], [10, 0.25, 2.5], [3, 1, 3], [30, 2, 60]]);
  assert.deepEqual(termsAt(SIDE, [1, 0]).map(({ product }) => product), [1.5, 7.5]);
  assert.deepEqual([sumOf(terms), [...sumsByChannel(terms)]], [66, [[0, 3.5], [1, 62.5]]]);
});

test("a sentence has numbers that add up", () => {
  assert.equal(describeSum(SIDE, [0, 0], termsAt(SIDE, [0, 0])),
    "Row 1, column 1: all 4 products 66.000000 + 0.500000 (bias) = 66.500000. Keras has 66.500000.");
});

test("a sentence of a maximum says where it comes from, one of a mean divides", () => {
  const terms = termsAt({ ...SIDE, weights: null }, [0, 0]);
  assert.equal(describeSum({ ...SIDE, kind: "largest" }, [0, 0], terms), "Row 1, column 1: the largest of 4 is 30.000000, from row 2, column 1.");
  assert.equal(describeSum({ ...SIDE, kind: "mean" }, [0, 0], terms), "Row 1, column 1: the mean of 4 is 44.000000 ÷ 4 = 11.000000.");
});

test("a change says by how much a number went up or down", () => {
  const later = { ...SIDE, name: "epoch 2", outputs: [60, 0, 0, 0] };
  assert.equal(describeChange([SIDE, later], [0, 0]), "From epoch 1 to epoch 2: 66.500000 → 60.000000, down by 6.500000.");
});

test("channels are ranked by all moments together", () => {
  assert.deepEqual(rankChannels([{ terms: termsAt(SIDE, [0, 0]) }, { terms: [{ channel: 0, product: -70 }] }]), [0, 1]);
});

test("the window whose middle is nearest is chosen; one outside of the picture never", () => {
  const windows = [[[-1, 0], [0, 1], [1, 2]], [[1, 0], [2, 1], [3, 2]], [[-1, 0], [-1, 1], [-1, 2]]];
  assert.deepEqual([0, 1, 2, 9].map((position) => nearestWindow(windows, position)), [0, 0, 1, 1]);
});

test("numbers packed by Python come back", () => {
  const packed = Buffer.from(new Float32Array([1.5, -2, 0]).buffer).toString("base64");
  assert.deepEqual([...unpackFloats(packed)], [1.5, -2, 0]);
  assert.equal(unpackFloats(""), null);
});

test("greys run from black to white, and −0 is 0", () => {
  assert.deepEqual([greyOf(1, 1, 3), greyOf(2, 1, 3), greyOf(3, 1, 3), greyOf(1, 1, 1)].map((grey) => grey.match(/\d+/)[0]), ["0", "128", "255", "0"]);
  assert.deepEqual([formatShort(-0), formatShort(-1.23456)], ["0", "−1.23"]);
});

test("a sum shows as many digits as it shares with Keras, and its parts add up", () => {
  assert.equal(sharedDigits(0.2, 0.1, 0.3), 6);
  assert.equal(sharedDigits(0.150004, 0.037003, 0.187006), 4);
  const side = { ...SIDE, inputs: [0.150004, 0, 0, 0, 0, 0, 0, 0], weights: [1, 0, 0, 0], bias: 0.037003, before: [0.187006], outputs: [0.187006], activation: "relu" };
  assert.equal(describeSum(side, [0, 0], termsAt(side, [0, 0])), "conv: all 4 products 0.1500 + 0.0370 (bias) = 0.1870 → relu → 0.1870. Keras has 0.1870 before relu.");
});
