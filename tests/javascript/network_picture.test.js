import assert from "node:assert/strict";
import { test } from "node:test";

import { addPoint, accuracyPoints, curveWords, namesApart, stepsOf } from "../../pages/views/network/accuracy_points.js";
import { namedClasses } from "../../pages/views/network/answers.js";
import { bytesOf, linksOf } from "../../pages/views/shared/network_bytes.js";
import { aboveOf } from "../../pages/views/network/heads.js";
import { layoutDown, layoutRight, linesOf, runsDown } from "../../pages/views/network/geometry.js";
import { curvesOf, pixelEnds } from "../../pages/views/network/paint.js";
import { dotColour } from "../../pages/views/shared/network_palette.js";
import { percentText, pictureWords, ranked } from "../../pages/views/network/words.js";

const text = (...bytes) => btoa(String.fromCharCode(...bytes));
const UNITS = { id: "hidden", kind: "dots", count: 128, drawn: 128, title: "128 units", note: "" };
const SHEETS = { id: "conv", kind: "sheets", count: 32, drawn: 32, title: "32 maps", note: "26 × 26" };
const MORE = { id: "", kind: "more", count: 3, drawn: 0, title: "3 more layers", note: "" };
const PIXELS = { height: 28, width: 28 };
const SIZE = { width: 1200, height: 392 };
const ANSWERS = { count: 10, width: 310 };

test("bytes are read from their text", () => {
  assert.deepEqual([...bytesOf(text(0, 7, 255))], [0, 7, 255]);
});

test("links say where they begin and end and what they carry, the weakest first", () => {
  const ends = text(1, 4, 255, 0, 9, 128, 0, 3, 1, 0, 2, 140);
  assert.deepEqual(linksOf({ source: "input", target: "hidden", each: 2, ends }), [
    { from: 9, to: 0, amount: 0 }, { from: 2, to: 1, amount: 12 / 127 }, { from: 260, to: 0, amount: 1 }, { from: 3, to: 1, amount: -1 },
  ]);
});

test("links without an end in the drawing, and those that carry nothing, are left out", () => {
  const links = [{ from: 0, to: 0, amount: 0 }, { from: 0, to: 1, amount: 0.5 }, { from: 1, to: 0, amount: -0.5 }, { from: 5, to: 0, amount: 1 }];
  const ends = [{ x: 0, y: 0 }, { x: 0, y: 1 }];
  assert.deepEqual(curvesOf(links, ends, [{ x: 9, y: 9 }], { best: 0, isTrained: true }), [{ from: ends[1], to: { x: 9, y: 9 }, amount: -0.5, isBest: true, isTrained: true }]);
});

test("a column of many units has four lines, one of few a single line", () => {
  assert.deepEqual([10, 16, 17, 48, 49, 128].map(linesOf), [1, 1, 2, 2, 4, 4]);
});

test("all dots stand in the drawing, apart from each other, between image and answers", () => {
  for (const [count, height] of [[128, 392], [128, 300], [100, 520], [10, 392], [1, 300]]) {
    const { image, places: [{ dots, radius }], answers } = layoutRight({ width: 1200, height }, PIXELS, [{ ...UNITS, count, drawn: count }], ANSWERS);
    assert.equal(dots.length, count);
    assert.equal(new Set(dots.map(({ x, y }) => `${x} ${y}`)).size, count);
    for (const { x, y } of dots) {
      assert.ok(x - radius > image.x + image.width && x + radius < answers[0].x, `${count} ${x}`);
      assert.ok(y - radius >= -0.01 && y + radius <= height + 0.01, `${count} at ${height}: ${y} ± ${radius}`);
    }
    for (const one of dots) {
      for (const other of dots) {
        if (one !== other) assert.ok(Math.hypot(one.x - other.x, one.y - other.y) >= 1.9 * radius, `${count} at ${height}`);
      }
    }
  }
});

test("columns stand in their order and do not touch, also where there are six and more", () => {
  const columns = [SHEETS, { ...SHEETS, id: "pool" }, MORE, { ...UNITS, id: "a" }, { ...UNITS, id: "b" }];
  for (const size of [SIZE, { width: 900, height: 320 }]) {
    const { image, places, answers } = layoutRight(size, PIXELS, columns, ANSWERS);
    let end = image.x + image.width;
    for (const { centre, reach } of places) {
      assert.ok(centre.x - reach > end, `${size.width}: ${centre.x} - ${reach} > ${end}`);
      end = centre.x + reach;
    }
    assert.ok(end < answers[0].x);
  }
});

test("a drawing downwards has the image on top, then its columns, then the answers", () => {
  assert.ok(runsDown(358) && !runsDown(720));
  const { image, places: [units], answers, isDown } = layoutDown({ width: 358, height: 400 }, PIXELS, [UNITS], { count: 10 });
  assert.ok(isDown && image.y === 0);
  assert.ok(units.dots.every(({ x, y }) => x >= 0 && x <= 358 && y > image.height && y < answers[0].y));
  assert.ok(answers.every(({ x }) => x > 0 && x < 358));
});

test("an image that is wider than high keeps its shape", () => {
  const { image } = layoutRight(SIZE, { height: 16, width: 32 }, [UNITS], ANSWERS);
  assert.equal(image.width, 2 * image.height);
});

test("links of a pixel begin at the edge of the image, in its row or in its column", () => {
  const image = { x: 10, y: 20, width: 40, height: 20 };
  const ends = (isDown) => pixelEnds({ isDown, image, places: [], answers: [], answerRadius: 1 }, { height: 2, width: 4 });
  assert.deepEqual(ends(false)[5], { x: 50, y: 35 });
  assert.deepEqual(ends(true)[5], { x: 25, y: 40 });
});

test("a stronger dot is darker on white, and brighter on black", () => {
  const palette = { weak: [255, 255, 255], strong: [20, 32, 43] };
  assert.deepEqual([0, 1].map((value) => dotColour(palette, value)), ["rgb(255 255 255)", "rgb(20 32 43)"]);
});

test("of many classes the most likely ten are named, in their own order", () => {
  assert.deepEqual(namedClasses(3, []), [0, 1, 2]);
  const answers = Array.from({ length: 100 }, (_, label) => (label % 10 === 7 ? 0.1 : 0));
  assert.deepEqual(namedClasses(100, answers), [7, 17, 27, 37, 47, 57, 67, 77, 87, 97]);
});

test("a share is a percentage, which is never written as 100, nor as 0 where the share is more", () => {
  assert.deepEqual([0, 0.003, 0.074, 0.9601, 0.997, 1].map(percentText), ["0 %", "< 1 %", "7 %", "96 %", "> 99 %", "> 99 %"]);
  assert.deepEqual(ranked([0.2, 0.5, 0.3]), [1, 2, 0]);
});

test("the picture is told in words", () => {
  const state = { label: 1, is_learned: false, answers: [0.7, 0.2, 0.1], columns: [], links: [], image: null };
  const classes = ["Bag", "Boot", "Coat"];
  assert.equal(pictureWords(null, "784 pixels", classes, false), "The network: 784 pixels. It has not answered yet.");
  assert.equal(
    pictureWords(state, "784 pixels", classes, false),
    "The network: 784 pixels. It is shown an image of the class “Boot”, which it never learns from. Untrained, it only guesses: “Bag” with 70 %, then “Boot” with 20 %.",
  );
  assert.match(pictureWords({ ...state, is_learned: true }, "", classes, true), /which it learns from\. It answers “Bag” with 70 %/);
  assert.match(pictureWords({ ...state, answers: [] }, "7 answers", classes, false), /7 answers\. It is shown an image of the class “Boot”, which it never learns from\.$/);
});

test("the curve has a mean for each epoch and the running means of the last epoch, and none twice after a resume", () => {
  const batch = (epoch, accuracy) => ({ kind: "batch", step: 1, epoch, accuracy, seconds: 1 });
  const epoch = (number, accuracy) => ({ kind: "epoch", step: 1, epoch: number, accuracy, val_accuracy: accuracy - 0.1, seconds: 1 });
  const events = [batch(0.5, 0.4), epoch(1, 0.6), batch(1.5, 0.7), { kind: "sample", step: 1, epoch: 1.6, images: 9, val_accuracy: 0.1 }];
  const points = accuracyPoints(events);
  assert.deepEqual(points, { training: [{ x: 1, y: 0.6 }], running: [{ x: 1.5, y: 0.7 }], validation: [{ x: 1, y: 0.5 }] });
  assert.equal(curveWords(points), "Accuracy: training 70 %, validation 50 % after epoch 1.");
  addPoint(points, { kind: "resumed", step: 1, epoch: 1 });
  assert.deepEqual(points.running, []);
  assert.equal(curveWords(points), "Accuracy: validation 50 % after epoch 1.");
  assert.equal(curveWords(accuracyPoints([{ ...epoch(1, 0.6), val_accuracy: undefined }])), "Accuracy: training 60 %.");
  assert.equal(curveWords(accuracyPoints([batch(0.1, null)])), "Accuracy: no point yet.");
});

test("the means of epochs are steps, so that no line rises within an epoch that did not", () => {
  assert.deepEqual(stepsOf([{ x: 1, y: 0.5 }, { x: 2, y: 0.8 }]), [{ x: 0, y: 0.5 }, { x: 1, y: 0.5 }, { x: 1, y: 0.8 }, { x: 2, y: 0.8 }]);
  assert.deepEqual(stepsOf([]), []);
});

test("names at the ends of lines keep apart, the higher line's name above, and none below the axis", () => {
  assert.deepEqual(namesApart([10, 40], 20, 90), [10, 40]);
  assert.deepEqual(namesApart([30, 26], 20, 90), [30, 10]);
  assert.deepEqual(namesApart([26, 30], 20, 90), [10, 30]);
  assert.deepEqual(namesApart([85, 88, 95], 20, 90), [50, 70, 90]);
  assert.deepEqual(namesApart([7], 20, 90), [7]);
});

test("in a drawing downwards a heading lies above the dots of its row, and below the image", () => {
  const { image, places: [units] } = layoutDown({ width: 615, height: 380 }, PIXELS, [UNITS], { count: 10 });
  const middle = aboveOf(units.centre.y, units.reach);
  const highest = Math.min(...units.dots.map(({ y }) => y - units.radius));
  assert.ok(middle + 12 <= highest, "half a line of 20 pixels, with its padding");
  assert.ok(middle - 12 >= image.y + image.height);
});
