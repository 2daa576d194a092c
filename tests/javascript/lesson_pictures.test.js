import assert from "node:assert/strict";
import test from "node:test";
import { paintGround, placeOf as placeOnMap } from "../../pages/views/path/map.js";
import { barOf, pixelText } from "../../pages/views/scaling/sides.js";
import { placeOf, pointsUntil } from "../../pages/views/stop_in_time/losses_chart.js";
import { positions, tileSize } from "../../pages/views/sure_and_wrong/layout.js";

const ROOM = { width: 200, above: 100, below: 200 };

/** @param {[number, boolean][]} answers column, and whether it is wrong, at each epoch */
const tile = (...answers) => ({
  image: 0, label: "3", goals: [],
  answers: answers.map(([column, isWrong]) => ({ column, isWrong, name: "5", sure: "90 %", loss: "1.00" })),
});

test("right images pile up from the axis, wrong ones hang below it, each in its column", () => {
  const tiles = [tile([0, true]), tile([0, false]), tile([1, true]), tile([0, true])];
  assert.deepEqual(positions(tiles, 2, 0, ROOM, 20), [[4, 104], [4, 76], [104, 104], [28, 104]]);
});

test("a full row goes on in the next one", () => {
  const tiles = Array.from({ length: 5 }, () => tile([0, true]));
  assert.deepEqual(positions(tiles, 2, 0, ROOM, 20)[4], [4, 128]);
});

test("tiles are as large as the fullest column of all epochs lets them", () => {
  const few = [tile([0, true], [1, true])];
  const many = Array.from({ length: 60 }, () => tile([0, false], [1, true]));
  assert.equal(tileSize(few, 2, ROOM), 38);
  assert.ok(tileSize(many, 2, ROOM) < 20);
  assert.equal(tileSize([], 2, ROOM), 38);
});

test("a growing curve ends between two epochs", () => {
  assert.deepEqual(pointsUntil([2, 1, 0.5], 2.5), [[1, 2], [2, 1], [2.5, 0.75]]);
  assert.deepEqual(pointsUntil([2, 1], 9), [[1, 2], [2, 1]]);
});

test("a loss above the picture stands at its top", () => {
  const size = { width: 400, height: 300, epochs: 10 };
  assert.deepEqual(placeOf(1, 99, size), placeOf(1, 2.5, size));
  assert.ok(placeOf(10, 0, size)[0] > placeOf(1, 0, size)[0]);
});

test("a bar is a share of twice the loss before, and is cut there", () => {
  assert.equal(barOf(2, 2), 0.5);
  assert.equal(barOf(1, 2), 0.25);
  assert.equal(barOf(1e9, 2), 1);
  assert.equal(barOf(null, 2), 1);
});

test("a pixel is written as the network gets it", () => {
  assert.deepEqual([pixelText(170, "0-255"), pixelText(170, "0-1"), pixelText(0, "0-1"), pixelText(255, "0-1")], ["170", ".67", "0", "1"]);
});

test("weights stand between the ends of the map, the second one upwards", () => {
  const size = { width: 100, height: 100 };
  assert.deepEqual(placeOnMap([0, 0], [[-1, 1], [-1, 1]], size), [50, 50]);
  assert.deepEqual(placeOnMap([1, 1], [[-1, 1], [-1, 1]], size), [100, 0]);
});

test("the map of the loss has more pixels than a function takes as arguments", () => {
  const canvas = /** @type {any} */ ({ getContext: () => null });
  paintGround(canvas, [[1, 2, 1], [2, 0, 2], [1, 2, 1]]);
  assert.deepEqual([canvas.width, canvas.height], [560, 560]);
});
