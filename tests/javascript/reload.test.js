import assert from "node:assert/strict";
import { test } from "node:test";

import { needsReload, recentReloads } from "../../pages/components/page_top/reload.js";

const BROKEN = "Uncaught Error: Bad delta path index 5 (should be between [0, 3])";

test("a page that Streamlit cannot draw any more is loaded anew", () => {
  assert.equal(needsReload(BROKEN, []), true);
  assert.equal(needsReload("Uncaught Error: Cannot set a node at a delta path", []), true);
});

test("another error leaves the page as it is", () => {
  assert.equal(needsReload("Uncaught TypeError: x is undefined", []), false);
});

test("a page that breaks again and again is loaded anew three times a minute at most", () => {
  assert.equal(needsReload(BROKEN, [990, 995]), true);
  assert.equal(needsReload(BROKEN, [990, 995, 999]), false);
  assert.deepEqual(recentReloads([900, 990, "x"], 1_000), [990]);
  assert.deepEqual(recentReloads(undefined, 1_000), []);
});
