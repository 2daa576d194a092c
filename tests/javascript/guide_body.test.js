import assert from "node:assert/strict";
import test from "node:test";
import { hasMore, wayBackLabel } from "../../pages/components/page_top/guide_body.js";

const body = (scrollTop, scrollHeight = 400) => ({ scrollHeight, clientHeight: 260, scrollTop });

test("a guide that hides a line says so, until it is scrolled to its end", () => {
  assert.equal(hasMore(body(0)), true);
  assert.equal(hasMore(body(100)), true);
  assert.equal(hasMore(body(140)), false);
  assert.equal(hasMore(body(0, 260)), false);
  assert.equal(hasMore(body(0, 264)), false, "less than a line");
});

test("the way back to the guide says what the checks see there", () => {
  assert.equal(wayBackLabel([], false), "Guide ↑");
  assert.equal(wayBackLabel([], true), "Guide ↑ new answer");
  assert.equal(wayBackLabel([true, false, true], true), "Guide ↑ 2 of 3 as asked");
  assert.equal(wayBackLabel([true, true], false), "Guide ↑ done");
});
