import assert from "node:assert/strict";
import { test } from "node:test";
import { outline } from "../../pages/components/pixel_pad/ghost.js";

const SIDE = 20;

/** A bright square from column and row 4 to 15 on a dark sheet. @param {number} ink @param {number} paper */
const square = (ink, paper) =>
  Array.from({ length: SIDE * SIDE }, (_, index) => {
    const [column, row] = [index % SIDE, Math.floor(index / SIDE)];
    return column >= 4 && column < 16 && row >= 4 && row < 16 ? ink : paper;
  });

/** Each point at which a line ends, with the number of its lines. @param {number[][]} lines */
const ends = (lines) => {
  const counts = new Map();
  for (const [x, y, toX, toY] of lines) {
    for (const point of [`${x.toFixed(3)} ${y.toFixed(3)}`, `${toX.toFixed(3)} ${toY.toFixed(3)}`]) counts.set(point, (counts.get(point) ?? 0) + 1);
  }
  return counts;
};

test("the outline is a closed line around the thing", () => {
  const lines = outline(square(255, 0), SIDE, 0);
  assert.ok(lines.length > 10);
  for (const [x, y] of lines) assert.ok(Math.min(Math.abs(x - 3.5), Math.abs(x - 15.5), Math.abs(y - 3.5), Math.abs(y - 15.5)) < 0.5, `${x}, ${y}`);
  assert.deepEqual([...new Set(ends(lines).values())], [2], "no gaps: at each point two lines meet");
});

test("dark things on bright sheets have an outline too, and an even picture has none", () => {
  assert.deepEqual(outline(square(0, 255), SIDE, 255), outline(square(255, 0), SIDE, 0));
  assert.deepEqual(outline(square(30, 0), SIDE, 0), []);
});

test("a thing that fills the picture has a closed outline at its border", () => {
  const lines = outline(new Uint8Array(SIDE * SIDE).fill(255), SIDE, 0);
  assert.deepEqual([...new Set(ends(lines).values())], [2]);
});
