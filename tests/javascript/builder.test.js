import assert from "node:assert/strict";
import test from "node:test";
import { parametersText } from "../../pages/components/builder/blocks.js";
import { gapAt, rowAt, scrollStep } from "../../pages/components/builder/drop_target.js";
import { onAnswer, tellBuilder, withAnswer } from "../../pages/components/builder/latest_answer.js";
import { edgesOf, lanesOf } from "../../pages/components/builder/lanes.js";
import { coveredPart } from "../../pages/components/builder/network_drawing.js";
import { search } from "../../pages/components/builder/palette.js";
import { nameOf, PICTURE, rangeBetween, rowsOf, withFormerDrawings, withoutLayer } from "../../pages/components/builder/rows.js";

const layer = (id, inputs, block = "") => ({ id, inputs, block, name: id.toUpperCase(), called: id });
// input → a → b → c → d, and a skips to d; b and c are a block
const LAYERS = [layer("a", [PICTURE]), layer("b", ["a"], "Block"), layer("c", ["b"], "Block"), layer("d", ["c", "a"])];
const NET = { left: 50, right: 400, top: 100, bottom: 300 };
const ROWS = [{ id: "a", left: 60, right: 100 }, { id: "b", left: 120, right: 160 }].map((row) => ({ ...row, top: 100, bottom: 300 }));

test("a drag drops into the nearest gap, named by the layer behind it", () => {
  const gap = (x, y = 200) => gapAt(NET, ROWS, { x, y }, false);
  assert.deepEqual([gap(55), gap(79), gap(81), gap(139), gap(141), gap(389)], ["a", "a", "b", "b", null, null]);
});

test("in a drawing downwards the gap lies between rows", () => {
  const rows = ROWS.map(({ id, left, right }) => ({ id, top: left, bottom: right, left: 50, right: 400 }));
  const gap = (y) => gapAt({ ...NET, top: 50 }, rows, { x: 200, y }, true);
  assert.deepEqual([gap(79), gap(81), gap(141)], ["a", "b", null]);
});

test("a drag outside of the network drops nowhere", () => {
  for (const [x, y] of [[49, 200], [401, 200], [200, 59], [200, 341]]) assert.equal(gapAt(NET, ROWS, { x, y }, false), undefined);
});

test("a port is joined with the layer under the pointer", () => {
  assert.deepEqual([rowAt(ROWS, { x: 60, y: 200 }), rowAt(ROWS, { x: 110, y: 200 }), rowAt(ROWS, { x: 60, y: 99 })], ["a", undefined, undefined]);
});

test("a drag scrolls at the edges of what is in sight only", () => {
  assert.deepEqual([scrollStep(310, 300, 1100), scrollStep(700, 300, 1100), scrollStep(1080, 300, 1100)], [-14, 0, 14]);
});

test("an answer of Keras is drawn at once, for the network that was asked about alone", () => {
  const asked = { network: "1", blocks: [{ id: "a", shape: "checking" }], data: null, done: 3 };
  const answer = { network: "1", blocks: [{ id: "a", shape: "128 numbers" }], data: { after: {} } };
  assert.equal(withAnswer(asked), asked);
  const drawn = [];
  onAnswer(() => drawn.push(withAnswer(asked)));
  tellBuilder(answer);
  assert.deepEqual(drawn, [{ ...answer, done: 3 }]);
  const other = { ...asked, network: "2" };
  assert.equal(withAnswer(other), other);
});

test("without a layer, what took its output takes its inputs once, and all costs wait for Keras", () => {
  const known = LAYERS.map((one) => ({ ...one, shape: "10 numbers", dims: [10], parameters: 110 }));
  const left = withoutLayer(known, "c");
  assert.deepEqual(left.map(({ id, inputs }) => [id, ...inputs]), [["a", PICTURE], ["b", "a"], ["d", "b", "a"]]);
  assert.deepEqual(withoutLayer(left, "b").map(({ id, inputs }) => [id, ...inputs]), [["a", PICTURE], ["d", "a"]]);
  assert.deepEqual(left.map(({ shape, dims, parameters }) => [shape, dims.length, parameters]), Array(3).fill(["checking", 0, null]));
});

test("an unchanged layer keeps its drawing while Keras checks the shapes, a changed one does not", () => {
  const [before, unknown] = ["sheets", "card"].map((kind) => (id, phrase, shape) => ({ id, phrase, shape, column: { kind } }));
  const drawn = [before("a", "Conv2D 8", "28 × 28 × 8"), before("b", "Conv2D 8", "28 × 28 × 8")];
  const kinds = (...blocks) => withFormerDrawings(blocks, drawn).map(({ column }) => column.kind);
  assert.deepEqual(kinds(unknown("a", "Conv2D 8", "checking"), unknown("b", "Conv2D 16", "checking"), unknown("c", "Flatten", "checking")), ["sheets", "card", "card"]);
  assert.deepEqual(kinds(unknown("a", "Conv2D 8", "no shape yet")), ["card"]);
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

test("of a long network, twice the part in view is painted, and painted anew once the view leaves it", () => {
  const view = (scrollLeft, part) => ({
    drawing: { width: 4000, layout: { isDown: false } }, inView: { scrollLeft, clientWidth: 900 }, picture: { part },
  });
  const first = coveredPart(view(0, null));
  assert.deepEqual(first, { left: 0, width: 1800 });
  assert.equal(coveredPart(view(900, first)), first);
  const next = coveredPart(view(901, first));
  assert.deepEqual(next, { left: 451, width: 1800 });
  assert.deepEqual(coveredPart(view(9999, next)), { left: 2200, width: 1800 });
  assert.equal(coveredPart({ ...view(0, null), inView: { scrollLeft: 0, clientWidth: 4000 } }), null);
});
