import assert from "node:assert/strict";
import test from "node:test";
import { describeRoll, rollBall } from "../../pages/views/loss_surface/roll.js";
import { axisEnds, guessingWords, percentAfter, wordsAt } from "../../pages/views/loss_bar/loss_scale.js";
import { bandOf, filled, pointsUntil, refine } from "../../pages/views/shared/height_map.js";
import { smoothCurve } from "../../pages/components/shared/smooth_curve.js";

const near = (found, expected, within = 1e-9) => assert.ok(Math.abs(found - expected) <= within, `${found} is not ${expected}`);

// A parabola around 1: Catmull and Rom's curve goes through the points of a parabola and has its slope there.
const POSITIONS = Array.from({ length: 41 }, (_, index) => -1 + index / 10);
const BOWL = smoothCurve(POSITIONS, POSITIONS.map((x) => (x - 1) ** 2));
const steps = (rate, count = 20) => rollBall(BOWL, Array(count).fill(rate), 1);

test("a curve goes through its points, and rises as they do", () => {
  near(BOWL.at(0), 1);
  near(BOWL.slope(0), -2);
  near(BOWL.at(0.25), 0.5625, 1e-3);
  near(BOWL.slope(0.25), -1.5, 1e-3);
  assert.deepEqual([BOWL.from, BOWL.to], [-1, 3]);
});

test("each step of the ball is the learning rate times the slope", () => {
  const { positions, hasLeft } = rollBall(BOWL, [0.1, 0.2], 2);
  near(positions[1], 0.4);
  near(positions[2], 0.4 + 0.4 * 1.2, 1e-6);
  assert.equal(hasLeft, false);
});

test("too small creeps, well chosen arrives, large swings, too large jumps out", () => {
  const says = (rate) => describeRoll(BOWL, steps(rate), 1);
  assert.equal(says(0.001).title, "Small: the ball creeps");
  assert.equal(says(0.02).title, "The ball rolls downhill");
  assert.equal(says(0.2).title, "The ball rolls to the bottom");
  assert.equal(says(0.8).title, "The ball swings to the bottom");
  assert.equal(says(0.99).title, "Large: the ball jumps from side to side");
  assert.match(says(0.2).sentence, /^Your network's loss: 1\.00 → 0\.00 after 20 steps; the lowest on this line is 0\.00\.$/);
  const out = steps(2);
  assert.deepEqual([out.hasLeft, out.positions.length], [true, 2]);
  assert.deepEqual(says(2), { title: "Too large: the ball jumps out", sentence: "1 step from the start, it is out of the valley." });
});

test("a ball that ends higher than it began climbs", () => {
  assert.equal(describeRoll(BOWL, { positions: [0, 2.5], hasLeft: false }, 1).title, "Too large: the ball climbs");
});

test("a loss that nearly has no end does not flatten the axis", () => {
  assert.deepEqual(axisEnds([16, 4, 2, 0]).map((end) => end.toFixed(2)), ["0.00", "4.32"]);
  assert.deepEqual(axisEnds([1, 0.9, 0]).map((end) => end.toFixed(2)), ["0.00", "1.08"]);
  assert.equal(axisEnds([0.1, -0.5, -1])[0], -1);
});

test("keys move the bar by one or ten percent, and not beyond its ends", () => {
  assert.deepEqual(["ArrowRight", "ArrowDown", "PageUp", "Home", "End"].map((key) => percentAfter(key, 30)), [31, 29, 40, 0, 100]);
  assert.deepEqual([percentAfter("PageDown", 4), percentAfter("ArrowUp", 100), percentAfter("Tab", 30)], [0, 100, null]);
});

test("the loss is written as what it is", () => {
  const losses = Array.from({ length: 101 }, (_, percent) => -Math.log(Math.max(1e-7, percent / 100 - 1e-7)));
  assert.deepEqual(wordsAt({ losses, name: "cross-entropy", isLogarithm: true }, 30), { sum: "−ln 0.30", loss: "1.20", note: "" });
  assert.deepEqual(wordsAt({ losses, name: "Huber loss", isLogarithm: false }, 99), { sum: "Huber loss", loss: "0.010", note: "" });
  assert.equal(wordsAt({ losses, name: "", isLogarithm: true }, 100).loss, "0");
  assert.equal(guessingWords({ guessing: Math.log(10), classes: 10, isLogarithm: true }), "guessing among 10 classes: ln 10 = 2.30");
  assert.equal(guessingWords({ guessing: 0.09, classes: 10, isLogarithm: false }), "guessing among 10 classes: 0.090");
});

test("a finer grid keeps what was measured, and what is no number is as high as the rest", () => {
  const rows = [[0, 1, 2], [3, 4, 5], [6, 7, 8]];
  const fine = refine(rows, 5);
  assert.deepEqual([fine[0][0], fine[0][4], fine[2][2], fine[4][0], fine[1][0]], [0, 2, 4, 6, 1.5]);
  assert.deepEqual(filled([[1, null], [5, 2]]), [[1, 5], [5, 2]]);
});

test("bands are narrow at the bottom of the valley", () => {
  const valley = { bottom: 1, start: 2, bands: 10 };
  assert.deepEqual([1, 1.05, 1.17, 2, 99].map((loss) => bandOf(loss, valley)), [0, 1, 2, 5, 9]);
});

test("a way grows from point to point", () => {
  const points = [[0, 0], [10, 0], [10, 10]];
  assert.deepEqual(pointsUntil(points, 0), [[0, 0]]);
  assert.deepEqual(pointsUntil(points, 1.5), [[0, 0], [10, 0], [10, 5]]);
  assert.deepEqual(pointsUntil(points, 7), points);
});

test("the loss of a probability of 0 is said to have no limit, and its number is that of the smallest probability in Keras", () => {
  const losses = Array.from({ length: 101 }, (_, percent) => -Math.log(Math.max(percent / 100, 1e-7)));
  const said = wordsAt({ losses, name: "cross-entropy", isLogarithm: true }, 0);
  assert.deepEqual(said, { sum: "−ln 0.0000001", loss: "16.12", note: "Towards 0 the loss has no upper limit; Keras stops at 0.0000001." });
});
