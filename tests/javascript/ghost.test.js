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

test("the outline holds edge pixels alone, with gaps between dashes", () => {
  const points = outline(square(255, 0), SIDE, 0);
  assert.ok(points.length > 10);
  for (const [column, row] of points) assert.ok([4, 15].includes(column) || [4, 15].includes(row), `${column}, ${row}`);
  assert.ok(points.length < 44, "44 pixels lie on the edge of the square");
});

test("dark things on bright sheets have an outline too, and an even picture has none", () => {
  assert.deepEqual(outline(square(0, 255), SIDE, 255), outline(square(255, 0), SIDE, 0));
  assert.deepEqual(outline(square(30, 0), SIDE, 0), []);
});

test("a thing that fills the picture ends at its border", () => {
  const points = outline(new Uint8Array(SIDE * SIDE).fill(255), SIDE, 0);
  for (const [column, row] of points) assert.ok([0, 19].includes(column) || [0, 19].includes(row));
});
