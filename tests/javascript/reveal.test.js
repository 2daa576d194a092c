import assert from "node:assert/strict";
import test from "node:test";

import { scrollDistance } from "../../pages/components/shared/reveal.js";

const SCREEN = { top: 100, bottom: 800 };

test("an answer that is seen already moves nothing", () => {
  assert.equal(scrollDistance({ top: 300, bottom: 780 }, { top: 300, bottom: 330 }, SCREEN), 0);
});

test("an answer below the screen is scrolled up until all of it is seen", () => {
  assert.equal(scrollDistance({ top: 700, bottom: 900 }, { top: 600, bottom: 630 }, SCREEN), 112);
});

test("what was pressed stays in sight, however long the answer is", () => {
  assert.equal(scrollDistance({ top: 760, bottom: 2000 }, { top: 300, bottom: 330 }, SCREEN), 188);
  assert.equal(scrollDistance({ top: 700, bottom: 900 }, { top: 105, bottom: 130 }, SCREEN), 0);
});

test("of a long answer the beginning is seen, and the page moves no further", () => {
  assert.equal(scrollDistance({ top: 700, bottom: 2000 }, { top: 600, bottom: 630 }, SCREEN), 252);
  assert.equal(scrollDistance({ top: 700, bottom: 2000 }, null, { top: 100, bottom: 300 }), 612, "on a low screen its top");
});

test("an answer above the screen is scrolled down to its beginning", () => {
  assert.equal(scrollDistance({ top: -200, bottom: 90 }, null, SCREEN), -312);
});
