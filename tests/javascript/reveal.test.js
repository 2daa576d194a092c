import assert from "node:assert/strict";
import test from "node:test";

import { bottomOfStuck, scrollDistance } from "../../pages/components/shared/reveal.js";

const SCREEN = { top: 100, bottom: 800 };

test("an answer that is seen already moves nothing", () => {
  assert.equal(scrollDistance({ top: 300, bottom: 780 }, { top: 300, bottom: 330 }, SCREEN), 0);
});

test("an answer below the screen is scrolled up until all of it is seen", () => {
  assert.equal(scrollDistance({ top: 700, bottom: 900 }, { top: 600, bottom: 630 }, SCREEN), 112);
});

test("the page stays at rest under the pointer where enough of an answer is seen beside what was pressed", () => {
  assert.equal(scrollDistance({ top: 630, bottom: 2000 }, { top: 300, bottom: 330 }, SCREEN), 0);
  assert.equal(scrollDistance({ top: -200, bottom: 270 }, { top: 300, bottom: 330 }, SCREEN), 0);
});

test("what was pressed stays in sight, however long the answer is", () => {
  assert.equal(scrollDistance({ top: 760, bottom: 2000 }, { top: 300, bottom: 330 }, SCREEN), 188);
  assert.equal(scrollDistance({ top: 700, bottom: 900 }, { top: 105, bottom: 130 }, SCREEN), 0);
});

test("of a long answer the beginning is seen, and the page moves no further", () => {
  assert.equal(scrollDistance({ top: 700, bottom: 2000 }, { top: 600, bottom: 630 }, SCREEN), 252);
  assert.equal(scrollDistance({ top: 700, bottom: 2000 }, null, { top: 100, bottom: 300 }), 588, "on a low screen its top");
});

test("an answer above the screen is scrolled down to its beginning", () => {
  assert.equal(scrollDistance({ top: -200, bottom: 90 }, null, SCREEN), -312);
});

test("of a tab that a scene opens as much is seen as there is room for", () => {
  assert.equal(scrollDistance({ top: 700, bottom: 1200 }, null, SCREEN, Infinity), 412, "all of it");
  assert.equal(scrollDistance({ top: 700, bottom: 2000 }, null, SCREEN, Infinity), 588, "from its top");
  assert.equal(scrollDistance({ top: 700 - 588, bottom: 2000 - 588 }, null, SCREEN, Infinity), 0, "and then it rests");
});

test("a guide above the answer covers the page, and a guide beside it does not", () => {
  const answer = { left: 356, right: 1250 };
  assert.equal(bottomOfStuck(52, { top: 64, bottom: 300, height: 236, left: 16, right: 1250 }, answer), 300);
  assert.equal(bottomOfStuck(52, { top: 68, bottom: 700, height: 632, left: 20, right: 340 }, answer), 52);
  assert.equal(bottomOfStuck(52, { top: -400, bottom: -100, height: 300, left: 16, right: 1250 }, answer), 52, "scrolled away");
});
