import assert from "node:assert/strict";
import { test } from "node:test";

import { needsReload } from "../../pages/components/page_top/reload.js";

const BROKEN = "Uncaught Error: Bad delta path index 5 (should be between [0, 3])";

test("a page that Streamlit cannot draw any more is loaded anew", () => {
  assert.equal(needsReload(BROKEN, 1_000, undefined), true);
  assert.equal(needsReload("Uncaught Error: Cannot set a node at a delta path", 1_000, undefined), true);
});

test("another error leaves the page as it is", () => {
  assert.equal(needsReload("Uncaught TypeError: x is undefined", 1_000, undefined), false);
});

test("a page that breaks again at once is not loaded again and again", () => {
  assert.equal(needsReload(BROKEN, 1_000, 995), false);
  assert.equal(needsReload(BROKEN, 1_020, 995), true);
});
