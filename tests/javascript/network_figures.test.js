import assert from "node:assert/strict";
import test from "node:test";
import { flowWords, stepTime } from "../../pages/components/builder/flow.js";
import { mapScale, rowForKey, rowsInView, viewWords } from "../../pages/components/builder/map_geometry.js";
import { hasSameLayers, renamed } from "../../pages/components/builder/rows.js";

test("the whole map fits into its room, and is never too large", () => {
  assert.equal(mapScale(500, 400), 1 / 5);
  assert.equal(mapScale(8000, 400), 1 / 20);
});

const BOXES = [0, 100, 200, 300, 400].map((start) => ({ start, length: 80 }));

test("a row is in view where its middle is", () => {
  assert.deepEqual(rowsInView(BOXES, 130, 350), { first: 1, last: 3 });
  assert.deepEqual(rowsInView(BOXES, 142, 338), { first: 2, last: 2 });
  assert.deepEqual(rowsInView(BOXES, -900, -500), { first: 0, last: 0 });
  assert.deepEqual(rowsInView(BOXES, 900, 1000), { first: 4, last: 4 });
});

test("keys on the map go by a row, a screenful, or to an end", () => {
  const view = { first: 1, last: 3 };
  const go = (key) => rowForKey(key, view, 5);
  assert.deepEqual(["ArrowLeft", "ArrowRight"].map(go), [0, 2]);
  assert.deepEqual(["ArrowUp", "ArrowDown", "PageUp", "PageDown", "Home", "End", "x"].map(go), [0, 2, 0, 3, 0, 4, undefined]);
  assert.equal(rowForKey("ArrowUp", { first: 0, last: 0 }, 5), 0);
  assert.equal(rowForKey("ArrowDown", { first: 4, last: 4 }, 5), 4);
});

test("what is in view has words", () => {
  assert.equal(viewWords(["the picture", "conv1", "pool1"], { first: 0, last: 1 }), "the picture to conv1 in view: 1 to 2 of 3");
  assert.equal(viewWords(["the picture", "conv1"], { first: 1, last: 1 }), "conv1 in view: 2 of 2");
});

test("the picture's way takes the same time in every long network", () => {
  assert.equal(stepTime(3), 900);
  assert.ok(Math.abs(20 * stepTime(20) - 40 * stepTime(40)) < 1);
  assert.ok(stepTime(100_000) > 50);
});

test("the way of the picture has words", () => {
  const layer = (called, shape) => ({ id: called, name: "Dense", called, shape });
  assert.equal(flowWords({ blocks: [layer("dense", "128 numbers"), layer("outputs", "10 numbers")] }),
    "The image went through the network: Dense (dense) gives 128 numbers, Dense (outputs) gives 10 numbers.");
});

test("layers that get another number are known by their former name", () => {
  const layers = (...pairs) => pairs.map(([id, called]) => ({ id, called }));
  const [before, after] = [layers(["a", "conv1"], ["b", "conv2"]), layers(["a", "conv1"], ["c", "conv2"], ["b", "conv3"])];
  assert.deepEqual([...renamed(before, after)], [["b", "conv2"]]);
  assert.equal(renamed(before, layers(["d", "conv1"], ["e", "conv2"], ["b", "conv3"])).size, 0, "another network");
  assert.ok(!hasSameLayers(before, after) && hasSameLayers(before, [...before].reverse()));
});
