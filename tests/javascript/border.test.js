// The network on points: what its units give over the plane, where its border runs, its links, and its words.
import assert from "node:assert/strict";
import test from "node:test";

import { fullNotes, linksOf, placesOf } from "../../pages/views/border/drawing.js";
import { levelsOf, linesOf, measuredAt } from "../../pages/views/border/loss.js";
import { answerFor, gridOf, sigmoid, unitMaps, unitSums, unpack, zeroLines } from "../../pages/views/border/net.js";
import { linesIn, noteOf, overfittingWords, parametersOf, scoreWords } from "../../pages/views/border/words.js";

const packed = (/** @type {number[]} */ values) => Buffer.from(Float32Array.from(values).buffer).toString("base64");
const NET = { points: "ring", noise: 10, units: [2], activation: /** @type {const} */ ("relu"), penalty: "none", strength: 0.01, rate: 0.03, seed: 1 };
// Two relu units, x and -x, whose sum less 2 is the answer: the border is |x| = 2.
const WEIGHTS = [1, -1, 0, 0, 0, 0, 1, 1, -2];

test("weights of several epochs are taken apart by layer", () => {
  const [first, second] = unpack(packed([...WEIGHTS, ...WEIGHTS.map((weight) => 2 * weight)]), [2]);
  assert.deepEqual([...first[0].kernel], [1, -1, 0, 0]);
  assert.deepEqual([...first[1].bias], [-2]);
  assert.deepEqual([...second[1].kernel], [2, 2]);
});

test("units give what Keras' layers give", () => {
  const [layers] = unpack(packed(WEIGHTS), [2]);
  const [hidden, [answer]] = unitMaps(layers, "relu", 6);
  assert.deepEqual([...hidden[0].slice(0, 6)], [0, 0, 0, 1, 3, 5]);
  assert.deepEqual([...hidden[1].slice(0, 6)], [5, 3, 1, 0, 0, 0]);
  assert.deepEqual([...answer.slice(0, 6)], [3, 1, -1, -1, 1, 3]);
  const [[bent]] = unitMaps(layers, "tanh", 6);
  assert.ok(Math.abs(bent[0] - Math.tanh(-5)) < 1e-6);
  assert.equal(sigmoid(0), 0.5);
});

test("the first row of a grid is the top of the plane", () => {
  assert.deepEqual([...gridOf(2, (_, y) => y)], [3, 3, -3, -3]);
});

test("the border runs where the answer is 0", () => {
  const lines = zeroLines(gridOf(30, (x) => x - 1.1), 30);
  assert.equal(lines.length, 29);
  for (const [x1, , x2] of lines) for (const x of [x1, x2]) assert.ok(Math.abs(x - (1.1 + 6) / 12) < 1e-6);
  assert.deepEqual(zeroLines(gridOf(9, () => 1), 9), []);
});

test("links have their weights, the strongest last, and are grey without weights", () => {
  const [layers] = unpack(packed(WEIGHTS), [2]);
  const { columns } = placesOf({ width: 600, height: 500 }, [2], true);
  const links = linksOf(columns, layers);
  assert.equal(links.length, 6);
  assert.equal(links[links.length - 1].share, 1);
  assert.deepEqual(links.find((link) => link.layer === 0 && link.from === 0 && link.to === 1)?.weight, -1);
  assert.ok(linksOf(columns, null).every((link) => link.weight === null));
});

test("units of eight never overlap, on a screen of 720 pixels and on a phone", () => {
  for (const size of [{ width: 560, height: 404 }, { width: 330, height: 420 }]) {
    const { columns, side } = placesOf(size, [8, 8, 8], false);
    const [first, second] = columns[1];
    assert.ok(second.y - first.y >= side + 2);
    assert.ok(columns[2][0].x - columns[1][0].x > side);
    assert.ok(columns[1][7].y + side / 2 < size.height);
  }
});

test("the loss has the whole width and room for its names above, and time takes the last epoch that was measured", () => {
  /** @type {import("../../pages/views/border/loss.js").EpochScores[]} */
  const curve = [[0, 0.7, 0.7, 0.5, 0.5], [20, 0.2, 0.3, 0.9, 0.8], [40, 0.1, 0.12, 1, 0.96]];
  const { x, y } = linesOf(curve, { width: 300, height: 84 });
  assert.equal(x(40), 298);
  assert.ok(y(0.75) >= 20 && y(0) <= 84);
  assert.equal(measuredAt(curve, 30)[0], 20);
  assert.equal(measuredAt(curve, Infinity)[0], 40);
});

test("the loss has levels: 0, guessing, and a whole number if it has room", () => {
  const y = (/** @type {number} */ loss) => 80 - 20 * loss;
  assert.deepEqual(levelsOf(0.75, y), [0, Math.LN2]);
  assert.deepEqual(levelsOf(1.2, y), [0, Math.LN2]);
  assert.deepEqual(levelsOf(3.4, y), [0, Math.LN2, 3]);
});

test("a validation loss that has risen much is called overfitting", () => {
  const curve = /** @type {const} */ ([[0, 0.7, 0.7, 0.5, 0.5], [20, 0.2, 0.2, 0.9, 0.9], [40, 0.1, 0.4, 1, 0.9]]).map((each) => [...each]);
  assert.equal(overfittingWords(curve, 20), "");
  assert.equal(overfittingWords(curve, 40), "The validation loss rises again: overfitting.");
});

test("words count parameters and points", () => {
  assert.equal(parametersOf([8, 6]), 24 + 54 + 7);
  assert.equal(scoreWords(NET, [2000, 0.1, 0.2, 0.98, 0.96]), "9 parameters. Correct: 147 of 150 training, 48 of 50 validation points.");
});

test("words below a layer count the lines that its maps show", () => {
  assert.equal(noteOf({ straight: 1, bent: 0, none: 0 }), "The unit draws a straight line: its sum is 0 there");
  assert.equal(noteOf({ straight: 3, bent: 0, none: 5 }), "Lines where the sum of a unit is 0: 3 straight, 5 without");
  assert.equal(noteOf({ straight: 1, bent: 2, none: 1 }), "Lines where the sum of a unit is 0: 1 straight, 2 bent, 1 without");
  assert.equal(noteOf({ straight: 0, bent: 0, none: 8 }), "Lines where the sum of a unit is 0: 8 without");
  assert.equal(noteOf(null), "");
});

test("a layer that takes no more units says why, and what to do", () => {
  const most = { layers: 3, units: 8 };
  const said = (/** @type {number[]} */ units) => {
    const { columns, spare } = placesOf({ width: 560, height: 404 }, units, units.length < most.layers);
    return fullNotes(units, most, columns, spare).map(({ text }) => text);
  };
  assert.deepEqual(said([7]), []);
  assert.deepEqual(said([8, 8]), ["8 units at most: add a layer"]);
  assert.deepEqual(said([8, 2, 8]), ["8 at most", "8 at most"]);
});

test("a line is straight or bent as it is drawn, and a map of one colour has none", () => {
  const flat = gridOf(40, () => 0.3);
  const slanted = gridOf(40, (x, y) => x - 0.7 * y + 1);
  const corner = gridOf(40, (x, y) => Math.max(0, x) + Math.max(0, y) - 2);
  const ring = gridOf(40, (x, y) => x * x + y * y - 9);
  assert.deepEqual(linesIn([flat, slanted, corner, ring]), { straight: 1, bent: 2, none: 1 });
});

test("the line of a relu unit is straight: it runs where the sum is 0", () => {
  const [layers] = unpack(packed([1, 0, -0.7, 0, 1, 0.2, 0, 0, 0]), [2]);
  assert.deepEqual(linesIn(unitSums(layers, "relu", 40, 0)), { straight: 1, bent: 0, none: 1 });
});

test("an answer about an older network is not taken for the network on the screen", () => {
  const answers = ["weights"];
  assert.equal(answerFor(NET, { net: { ...NET }, answers }), "weights");
  assert.equal(answerFor({ ...NET, units: [3] }, { net: NET, answers }), null);
  assert.equal(answerFor(NET, { net: NET, answers: [] }), null);
});
