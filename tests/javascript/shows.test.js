import assert from "node:assert/strict";
import test from "node:test";
import { placeBeside } from "../../pages/views/loss_bar/large_loss_bar.js";
import { sizeWords } from "../../pages/views/path/path.js";
import { runWords } from "../../pages/views/ball/runs.js";
import { decades, firstStop, shareOf, toneOf } from "../../pages/views/ball/rates.js";
import { absentWords, choiceWords, valueToTell } from "../../pages/views/sure_and_wrong/sure_and_wrong.js";
import { picturesOf, sideOf } from "../../pages/views/three_sets/three_sets.js";
import { aroundImage, means, paddedSide, sourceText, sumText } from "../../pages/views/window/output.js";
import { allSums, asDigits, goalsAt, pixelsBelow, termsOf, windowSum, withTouch } from "../../pages/views/kernel/sums.js";
import { short } from "../../pages/views/shared/window_paint.js";

const VERTICAL = [-1, 0, 1, -1, 0, 1, -1, 0, 1];
const BAR = { side: 6, pixels: Array.from({ length: 36 }, (_, index) => (index % 6 === 2 || index % 6 === 3 ? 1 : 0)) };
const BOUNDS = {
  above: { least: 2, most: 9, brightness: 0 },
  below: { least: -9, most: -2, brightness: 0 },
  "zero-on-bright": { least: -0.05, most: 0.05, brightness: 0.8 },
};

test("a sum is nine pixels times nine weights, and the map has all of them", () => {
  assert.deepEqual(pixelsBelow(BAR, 1, 1), [0, 1, 1, 0, 1, 1, 0, 1, 1]);
  assert.equal(windowSum(BAR, VERTICAL, 1, 1), 3);
  assert.deepEqual(allSums(BAR, VERTICAL).slice(0, 4), [3, 3, -3, -3]);
  assert.equal(allSums(BAR, VERTICAL).length, 16);
});

test("a place reaches the goals whose bounds it keeps", () => {
  const goals = (row, column, image = BAR) => goalsAt(image, VERTICAL, BOUNDS, [row, column]);
  assert.deepEqual([goals(0, 0), goals(0, 3)], [["above"], ["below"]]);
  assert.deepEqual(goals(1, 1, { side: 6, pixels: Array(36).fill(1) }), ["zero-on-bright"]);
  assert.deepEqual(goals(1, 1, { side: 6, pixels: Array(36).fill(0) }), []);
});

test("a pen leaves ink around it, and a drawing is one digit a pixel", () => {
  const drawn = withTouch({ side: 6, pixels: Array(36).fill(0) }, 2.5, 2.5);
  assert.equal(drawn[2 * 6 + 2], 1);
  assert.ok(drawn[2 * 6 + 3] > 0.5 && drawn[2 * 6 + 3] < 1);
  assert.equal(drawn[0], 0);
  assert.equal(asDigits([0, 1, 0.4]), "0f6");
  assert.equal(asDigits(drawn).length, 36);
});

test("numbers are as short as they can be", () => {
  assert.deepEqual([short(0), short(-0.04), short(1), short(-1), short(0.94), short(2.75, 2)], ["0", "0", "1", "−1", "0.9", "2.75"]);
});

test("rates lie on the slider by their stop, and powers of ten have a mark", () => {
  const stops = [0.001, 0.005, 0.01, 0.05, 0.1].map((rate) => ({ rate }));
  assert.deepEqual([0.001, 0.01, 0.1, 5].map((rate) => shareOf(stops, rate)), [0, 0.5, 1, 1]);
  assert.deepEqual(decades(stops).map(({ rate }) => rate), [0.001, 0.01, 0.1]);
});

test("the colour of a stop is that of its goal", () => {
  assert.deepEqual([["crawls"], ["arrives"], ["jumps-out"], []].map((goals) => toneOf({ goals })), ["crawls", "arrives", "jumps-out", ""]);
});

test("the output of a window is the mean below each of its places, zeros around it", () => {
  const image = [1, 1, 1, 1, 1, 1, 1, 1, 1];
  const valid = { size: 2, stride: 1, padding: "valid", side: 2, before: 0, goals: [] };
  const same = { size: 3, stride: 1, padding: "same", side: 3, before: 1, goals: [] };
  assert.deepEqual(means(image, 3, valid), [1, 1, 1, 1]);
  assert.deepEqual(means(image, 3, same).map((mean) => Math.round(9 * mean)), [4, 6, 4, 6, 9, 6, 4, 6, 4]);
  assert.deepEqual([paddedSide(3, valid), paddedSide(3, same)], [3, 5]);
});

test("the side of the output is counted in words", () => {
  const of = (size, stride, padding, side) => sumText(8, { size, stride, padding, side, before: 0, goals: [] });
  assert.deepEqual([of(3, 1, "valid", 6), of(3, 2, "valid", 3), of(3, 1, "same", 8), of(3, 2, "same", 4)], [
    "8 − 3 + 1 = 6", "(8 − 3) / 2, rounded down, + 1 = 3", "one for each of 8 pixels", "8 / 2, rounded up = 4",
  ]);
});

test("the slider of the ball begins where no goal of the scene is reached", () => {
  const stops = [["crawls"], ["crawls"], [], ["arrives"]].map((goals) => ({ goals }));
  assert.deepEqual([firstStop({ stops, goals: [{ name: "crawls" }, { name: "arrives" }] }), firstStop({ stops, goals: [] })], [2, 0]);
});

test("the words below the image say on which sides the zeros are", () => {
  const of = (size, stride, padding, side, before) => sourceText(8, { size, stride, padding, side, before, goals: [] });
  assert.deepEqual([of(3, 1, "valid", 6, 0), of(3, 1, "same", 8, 1), of(3, 2, "same", 4, 0), of(1, 1, "same", 8, 0)], [
    "8 × 8", "8 × 8, striped: the zeros around", "8 × 8, striped: the zeros on the right and below", "8 × 8",
  ]);
});

test("what no image of a run did is said, with the reason where the run does not overfit", () => {
  const goals = [{ name: "turned", words: "turned" }, { name: "came-right", words: "was wrong, and came right" }];
  assert.equal(absentWords({ epochs: [4, 9], goals, absent: [] }), "");
  assert.equal(absentWords({ epochs: [4, 9], goals, absent: ["turned"] }), "No image of this run turned. That counts as reached.");
  assert.match(absentWords({ epochs: [9], goals, absent: ["turned", "came-right"] }), /^The validation loss of this run is lowest at its end/);
});

test("words about a point of the loss stay within the drawing", () => {
  const words = "ten letters";
  assert.deepEqual(placeBeside(words, 40, 600), { x: 56, anchor: "start" });
  assert.deepEqual(placeBeside(words, 560, 600), { x: 544, anchor: "end" });
  const { x, anchor } = placeBeside(words, 60, 130);
  assert.ok(anchor === "start" && x >= 0 && x < 60, "neither side has the room");
});

test("a tray shows the pictures of its own set, each once", () => {
  const splits = [{ share: 0.5, text: "50 %", train: 3, validation: 3 }, { share: 0.3, text: "30 %", train: 4, validation: 2 }];
  const data = { splits, held: ["110010", "010010"], each: 1, pictures: 8, testPictures: 2 };
  assert.deepEqual(["train", "validation", "test"].map((name) => picturesOf(data, name, 0)), [[2, 3, 5], [0, 1, 4], [6, 7]]);
  assert.deepEqual(["train", "validation", "test"].map((name) => picturesOf(data, name, 1)), [[0, 2, 3, 5], [1, 4], [6, 7]]);
  assert.deepEqual(picturesOf({ ...data, each: 2 }, "train", 0), [2, 3]);
});

test("pictures are as large as the tray lets them be", () => {
  assert.equal(sideOf(100, 100, 25), 19);
  assert.ok(sideOf(100, 100, 26) < 19);
});

test("the network's own losses say what it did at a rate, whatever the ball does", () => {
  const losses = (...ends) => [...Array.from({ length: 55 }, (_, step) => ends[0] + ((ends[1] - ends[0]) * step) / 54), ...Array(5).fill(ends[1])];
  assert.equal(runWords(losses(2.4, 0.1), 60), "arrives at 0.1");
  assert.equal(runWords(losses(2.4, 2.1), 60), "crawls to 2.1");
  assert.equal(runWords(losses(2.4, 1.2), 60), "comes down to 1.2");
  assert.equal(runWords([2.4, 5.9, ...losses(2.4, 0.1).slice(2)], 60), "jumps to 5.9, and arrives all the same");
  assert.equal(runWords([2.4, 1204.2, ...losses(9, 5).slice(2)], 60), "jumps out: up to 1,204, and 5.0 at the end");
  assert.equal(runWords([2.4, 7], 60), "jumps out: after 2 steps the loss is no number");
});

test("a batch size is said with its images", () => {
  assert.deepEqual([1, 8, 360].map((size) => sizeWords(size, 360)), ["1 image", "8 images", "all 360 images"]);
});

test("terms of a sum say where rounding keeps them from adding up", () => {
  assert.equal(termsOf([0.9, 0, 0.85], 1.75), "0.90 + 0.85 = 1.75");
  assert.equal(termsOf([0.914, 0.884, 0.892], 2.69), "0.91 + 0.88 + 0.89 ≈ 2.69");
  assert.equal(termsOf([0, 0.001], 0.001), "nothing but zeros");
});

test("a pressed image says what it counts for, or that it does not", () => {
  const goals = [{ name: "turned", words: "turned" }, { name: "came-right", words: "was wrong, and came right" }];
  const data = { epochs: [9, 40], goals, tiles: /** @type {any} */ ([{ goals: ["turned"] }, { goals: [] }]) };
  assert.equal(choiceWords(data, 0, 1), "This image turned.");
  assert.equal(choiceWords(data, 1, 1), "This image does not count: the guide asks for others.");
  assert.equal(choiceWords(data, 0, 0), "Play to the end to see what becomes of it.");
  assert.equal(choiceWords({ ...data, goals: [] }, 0, 1), "", "a scene without goals");
});

test("an image counts at the end, also if it was pressed before, and a lost press is sent again", () => {
  const goals = ["turned", "came-right", "stayed-wrong"].map((name) => ({ name, words: name }));
  const tiles = [{ image: 11, goals: ["turned"] }, { image: 70, goals: ["came-right"] }, { image: 5, goals: [] }];
  const data = { goals, tiles, epochs: [6, 40], absent: ["stayed-wrong"], atTheEnd: -1, reached: {} };
  const next = (pressed, { epoch = 1, reached = {}, told = [] } = {}) => valueToTell({ data: { ...data, reached }, epoch, pressed: new Set(pressed), told });
  assert.equal(next([0], { epoch: 0 }), null);
  assert.equal(next([0]), 11);
  assert.equal(next([0, 1], { told: [11] }), 11, "two presses at once: the server has answered neither");
  assert.equal(next([0, 1], { reached: { turned: 11 }, told: [11, 11] }), 70);
  assert.equal(next([2]), -1, "the image reaches nothing, but the end was seen");
  assert.equal(next([0], { reached: { "stayed-wrong": -1 }, told: [11, 11, 11] }), null, "a server that refuses is not asked for ever");
});

test("stripes cover the zeros around an image, and leave the image", () => {
  assert.match(aroundImage(8, 10, 1), /, 10% 10%, 90% 10%, 90% 90%, 10% 90%, 10% 10%\)$/);
  assert.match(aroundImage(8, 9, 0), /, 0% 0%, 88\.8+9% 0%/, "zeros at one end only");
});
