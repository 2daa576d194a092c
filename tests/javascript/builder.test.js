import assert from "node:assert/strict";
import test from "node:test";
import { parametersText } from "../../pages/components/builder/blocks.js";
import { gapAt, rowAt, scrollStep } from "../../pages/components/builder/drop_target.js";
import { edgesOf, lanesOf } from "../../pages/components/builder/lanes.js";
import { search } from "../../pages/components/builder/palette.js";
import { nameOf, PICTURE, rangeBetween, rowsOf } from "../../pages/components/builder/rows.js";

const layer = (id, inputs, block = "") => ({ id, inputs, block, name: id.toUpperCase(), called: id });
// input → a → b → c → d, and a skips to d; b and c are a block
const LAYERS = [layer("a", [PICTURE]), layer("b", ["a"], "Block"), layer("c", ["b"], "Block"), layer("d", ["c", "a"])];
const NET = { left: 100, right: 300, top: 50, bottom: 250 };
const ROWS = [{ id: "a", top: 60, bottom: 100 }, { id: "b", top: 120, bottom: 160 }].map((row) => ({ ...row, left: 100, right: 300 }));

test("a drag drops into the nearest gap, named by the layer below", () => {
  const gap = (y, x = 200) => gapAt(NET, ROWS, { x, y });
  assert.deepEqual([gap(35), gap(79), gap(81), gap(139), gap(141), gap(289)], ["a", "a", "b", "b", null, null]);
});

test("a drag outside of the network drops nowhere", () => {
  for (const [x, y] of [[99, 100], [301, 100], [200, 29], [200, 291]]) assert.equal(gapAt(NET, ROWS, { x, y }), undefined);
});

test("a port is joined with the layer under the pointer", () => {
  assert.deepEqual([rowAt(ROWS, { x: 200, y: 60 }), rowAt(ROWS, { x: 200, y: 110 }), rowAt(ROWS, { x: 99, y: 60 })], ["a", undefined, undefined]);
});

test("a drag scrolls at the edges of the window only", () => {
  assert.deepEqual([scrollStep(10, 800), scrollStep(400, 800), scrollStep(780, 800)], [-14, 0, 14]);
});

test("a block has a head above its layers, and is one row when it is folded", () => {
  assert.deepEqual(rowsOf(LAYERS, []).map(({ kind }) => kind), ["picture", "layer", "head", "layer", "layer", "layer"]);
  const folded = rowsOf(LAYERS, ["Block"]);
  assert.deepEqual(folded.map(({ kind, ids }) => [kind, ...ids]), [["picture", PICTURE], ["layer", "a"], ["folded", "b", "c"], ["layer", "d"]]);
});

test("a wire is a short arrow to the next row, over a block's head too, else it has a lane", () => {
  const edges = edgesOf(rowsOf(LAYERS, []), LAYERS);
  assert.deepEqual(edges.map(({ source, to, order, isPlain }) => [source, to, order, isPlain]),
    [[PICTURE, 1, 0, true], ["a", 3, 0, true], ["b", 4, 0, true], ["c", 5, 0, true], ["a", 5, 1, false]]);
  assert.deepEqual([...lanesOf(edges).values()], [0]);
});

test("a wire inside of a folded block, and one from a layer below or gone, is not drawn", () => {
  assert.equal(edgesOf(rowsOf(LAYERS, ["Block"]), LAYERS).some(({ source }) => source === "b"), false);
  const wrong = [layer("a", ["b", "gone"]), layer("b", [PICTURE])];
  assert.deepEqual(edgesOf(rowsOf(wrong, []), wrong).map(({ source }) => source), [PICTURE]);
});

test("wires that overlap have lanes of their own, the shortest innermost; wires of one layer share", () => {
  const edge = (source, from, to) => ({ source, from, to, order: 0, isPlain: false });
  const [long, short, apart, same] = [edge("a", 0, 6), edge("b", 1, 3), edge("c", 3, 5), edge("a", 0, 2)];
  const lanes = lanesOf([long, short, apart, same]);
  assert.deepEqual([short, apart, long, same].map((each) => lanes.get(each)), [0, 0, 1, 1]);
});

test("a range goes from the anchor to a layer in both directions, and is one layer where the anchor is gone", () => {
  const ids = ["a", "b", "c", "d"];
  assert.deepEqual(rangeBetween(ids, "b", "d"), ["b", "c", "d"]);
  assert.deepEqual(rangeBetween(ids, "c", "a"), ["a", "b", "c"]);
  assert.deepEqual(rangeBetween(ids, "gone", "c"), ["c"]);
});

test("a search puts names before sentences and wants every word", () => {
  const entry = (name, sentence) => ({ name, group: "Pooling", sentence, drawing: "", size: "all" });
  const palette = [entry("Dense", "not a max"), entry("GlobalMaxPooling2D", ""), entry("MaxPooling2D", "of two"), entry("Flatten", "")];
  const found = (...words) => search(palette, words).map(({ name }) => name);
  assert.deepEqual(found("max"), ["MaxPooling2D", "GlobalMaxPooling2D", "Dense"]);
  assert.deepEqual(found("max", "two"), ["MaxPooling2D"]);
  assert.deepEqual(found("conv"), []);
});

test("layers and parameters have words", () => {
  assert.deepEqual([nameOf({ blocks: LAYERS }, "a"), nameOf({ blocks: LAYERS }, PICTURE)], ["A (a)", "the image"]);
  assert.equal(parametersText(1, 0), "1 parameter");
  assert.equal(parametersText(1290, 10, " (1 %)"), "1,290 parameters (1 %), 10 of them non-trainable");
});
