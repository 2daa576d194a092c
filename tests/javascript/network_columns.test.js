import assert from "node:assert/strict";
import test from "node:test";
import { pixelsOf } from "../../pages/components/builder/windows.js";
import { depthsOf, layoutColumns } from "../../pages/views/network/columns.js";

const node = (id, kind, depth, own = {}) => ({ id, kind, depth, count: 8, drawn: 8, problem: 0, scale: 1, maps: 0, hasNames: kind === "answers", ...own });
const LECTURE = [node("input", "image", 0), node("flatten", "strip", 1, { count: 784, drawn: 28 }), node("hidden", "dots", 2, { count: 128, drawn: 128 }), node("output", "answers", 3, { count: 10, drawn: 10 })];
const IMAGE = { height: 28, width: 28 };
const drawn = (nodes, width = 900, isDown = false) => layoutColumns(nodes, { width, height: 500 }, IMAGE, { isDown, below: 0 });

test("a layer is one further from the image than the furthest layer that it takes", () => {
  const edges = [[0, 1], [1, 2], [1, 3], [2, 4], [3, 4], [0, 4]].map(([from, to]) => ({ from, to }));
  assert.deepEqual(depthsOf(5, edges), [0, 1, 2, 2, 3]);
  assert.deepEqual(depthsOf(3, [{ from: 0, to: 1 }]), [0, 1, 2], "a layer that takes nothing stands behind the one before it");
});

test("columns stand side by side from the left edge to the right one", () => {
  const { cells, width } = drawn(LECTURE);
  const boxes = LECTURE.map(({ id }) => cells.get(id).box);
  assert.equal(boxes[0].x, 0);
  boxes.slice(1).forEach((box, index) => assert.ok(box.x >= boxes[index].x + boxes[index].width + 24, "a plus has room between two columns"));
  assert.ok(Math.abs(boxes[3].x + boxes[3].width - 900) < 1e-6);
  assert.equal(width, 900);
});

test("each part of a layer lies within its column", () => {
  const { layout, cells } = drawn(LECTURE);
  for (const { column, dots, radius } of layout.places.filter(({ column }) => column.kind === "dots")) {
    const { area } = cells.get(column.id);
    for (const { x, y } of dots) {
      assert.ok(x - radius >= area.x - 1 && x + radius <= area.x + area.width + 1, `${column.id}: ${x}`);
      assert.ok(y - radius >= area.y - 1 && y + radius <= area.y + area.height + 1, `${column.id}: ${y}`);
    }
  }
  assert.equal(layout.answers.length, 10);
  assert.equal(layout.answersId, "output");
  const strip = layout.places.find(({ column }) => column.kind === "strip");
  assert.ok(strip.begins.length === 28 && strip.dots.length === 28 && strip.begins[0].x < strip.dots[0].x);
});

test("a long network is wider than its place, and nothing in it becomes smaller than it can be read", () => {
  const long = [LECTURE[0], ...Array.from({ length: 40 }, (_, index) => node(`layer-${index}`, "dots", index + 1))];
  const { width, cells, isCrowded } = drawn(long);
  assert.ok(width > 4000 && isCrowded);
  assert.ok([...cells.values()].every(({ box }) => box.width >= 84));
});

test("layers that are equally far from the image share a column", () => {
  const { cells } = drawn([LECTURE[0], node("left", "card", 1), node("right", "card", 1), node("sum", "card", 2)]);
  const [left, right, sum] = ["left", "right", "sum"].map((id) => cells.get(id).box);
  assert.equal(left.x, right.x);
  assert.ok(right.y >= left.y + left.height && sum.x > left.x + left.width);
});

test("a problem takes its room from the drawing of its layer", () => {
  const { cells } = drawn(LECTURE.map((one) => (one.id === "output" ? { ...one, problem: 100 } : one)));
  assert.equal(cells.get("output").area.y - cells.get("hidden").area.y, 100);
  const without = drawn(LECTURE).cells.get("output").area.height;
  assert.equal(without - cells.get("output").area.height, 100);
});

test("the names of the classes end above the buttons of their layer", () => {
  for (const width of [420, 900]) {
    const { box, area } = drawn(LECTURE, width).cells.get("output");
    assert.ok(box.y + box.height - (area.y + area.height) >= 28, `${width}`);
  }
});

test("what is said of a problem covers no other layer, also where columns are narrow", () => {
  const nodes = LECTURE.map((one) => (one.id === "hidden" || one.id === "output" ? { ...one, problem: 100 } : one));
  for (const width of [500, 900]) {
    const { cells, width: whole } = drawn(nodes, width);
    const [hidden, output] = ["hidden", "output"].map((id) => cells.get(id).box);
    assert.ok(hidden.width >= 176 && output.width >= 176, `${hidden.width} and ${output.width}`);
    assert.ok(output.x >= hidden.x + hidden.width && output.x + output.width <= whole);
  }
});

test("on a narrow screen layers stand below each other", () => {
  const { cells, width, height } = drawn(LECTURE, 340, true);
  const boxes = LECTURE.map(({ id }) => cells.get(id).box);
  boxes.slice(1).forEach((box, index) => assert.ok(box.y >= boxes[index].y + boxes[index].height));
  assert.equal(width, 340);
  assert.ok(height >= boxes[3].y + boxes[3].height);
});

test("a window lies where its layer looks, also with padding and strides", () => {
  assert.deepEqual(pixelsOf(28, 26, 3), { at: 15, start: 15 }); // 3 × 3, valid
  assert.deepEqual(pixelsOf(28, 28, 3), { at: 16, start: 15 }); // 3 × 3, same: a pixel of zeros before the first one
  assert.deepEqual(pixelsOf(26, 13, 2), { at: 7, start: 14 }); // pooling 2 × 2
  assert.deepEqual(pixelsOf(8, 1, 8), { at: 0, start: 0 });
  assert.deepEqual(pixelsOf(26, 13, 2, 3), { at: 3, start: 6 }, "the pixel under the pointer");
});
