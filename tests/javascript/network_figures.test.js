import assert from "node:assert/strict";
import test from "node:test";
import { arrowWidth, countOf, FIGURE, iconSide, sheetsOf } from "../../pages/components/builder/figures.js";
import { flowWords, stepTime } from "../../pages/components/builder/flow.js";
import { laneMiddles, lanesOf } from "../../pages/components/builder/lanes.js";
import { mapScale, rowForKey, rowsInView, viewWords } from "../../pages/components/builder/map_geometry.js";
import { hasSameLayers, renamed } from "../../pages/components/builder/rows.js";

const SHAPES = [[28, 28, 1], [32, 32, 3], [28, 28, 32], [7, 7, 512], [1, 1, 2048], [49, 64], [10], [784], [1_000_000], [2, 2, 2, 2], [null, 8]];

test("an arrow and a sign grow by the same step for each factor of ten", () => {
  assert.equal(countOf([28, 28, 32]), 25_088);
  assert.equal(countOf([null, 8]), 8);
  assert.ok(Math.abs(arrowWidth(1000) - arrowWidth(100) - (arrowWidth(100) - arrowWidth(10))) < 1e-9);
  assert.ok(arrowWidth(0) > 0 && arrowWidth(1e12) === arrowWidth(1e11));
  assert.ok(iconSide(null) === iconSide(0) && iconSide(0) < iconSide(1290) && iconSide(1290) < iconSide(100_480));
});

test("the figure of every shape lies within its room", () => {
  for (const shape of SHAPES) {
    const sheets = sheetsOf(shape, 28);
    assert.ok(sheets.length > 0, `${shape} has a figure`);
    for (const { x, y, width, height } of sheets) {
      assert.ok(x >= 0 && y >= 0 && x + width <= FIGURE.width && y + height <= FIGURE.height, `${shape}: ${x}, ${y}, ${width}, ${height}`);
    }
  }
  assert.deepEqual(sheetsOf([], 28), []);
});

test("a figure has more sheets for more channels, and smaller ones for a smaller picture", () => {
  const counts = [1, 3, 4, 16, 64, 4096].map((channels) => sheetsOf([28, 28, channels], 28).length);
  assert.deepEqual(counts, [1, 3, 3, 5, 7, 8]);
  const sides = [28, 14, 7].map((side) => sheetsOf([side, side, 8], 28)[0].width);
  assert.deepEqual(sides, [38, 19, 10]);
  assert.equal(sheetsOf([10], 28).length, 10);
});

test("a lane is as wide as its widest wire, and none touches another", () => {
  const edge = (source, from, to) => ({ source, from, to, order: 0, isPlain: false });
  const edges = [edge("a", 0, 6), edge("b", 1, 3), edge("c", 3, 5), { ...edge("d", 0, 1), isPlain: true }];
  const { middles, room } = laneMiddles(edges, lanesOf(edges), [20, 4, 10, 8]);
  assert.deepEqual(middles, [32, 11, 11, undefined]); // the lane of b and c: 6 and then 10 wide; that of a: 6 and then 20
  assert.equal(room, 42);
});

test("the whole map fits into its room, and is never too large", () => {
  assert.equal(mapScale(500, 400), 1 / 5);
  assert.equal(mapScale(8000, 400), 1 / 20);
});

const BOXES = [0, 100, 200, 300, 400].map((top) => ({ top, height: 80 }));

test("a row is in view where its middle is", () => {
  assert.deepEqual(rowsInView(BOXES, 130, 350), { first: 1, last: 3 });
  assert.deepEqual(rowsInView(BOXES, 142, 338), { first: 2, last: 2 });
  assert.deepEqual(rowsInView(BOXES, -900, -500), { first: 0, last: 0 });
  assert.deepEqual(rowsInView(BOXES, 900, 1000), { first: 4, last: 4 });
});

test("keys on the map go by a row, a screenful, or to an end", () => {
  const view = { first: 1, last: 3 };
  const go = (key) => rowForKey(key, view, 5);
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
  assert.ok(!hasSameLayers(before, after) && hasSameLayers(before, [...before].reverse()));
});
