import assert from "node:assert/strict";
import { test } from "node:test";
import { streamOf } from "../../pages/components/curves/stream.js";

const RECORDED = { url: "/replay/a?speed=4", still_url: "/replay/a?speed=all" };

test("people who asked for less motion get the end picture of a recorded run", () => {
  assert.equal(streamOf(RECORDED, true), "/replay/a?speed=all");
  assert.equal(streamOf(RECORDED, false), "/replay/a?speed=4");
});

test("a run that trains now has one stream for all", () => {
  assert.equal(streamOf({ url: "/live/b", still_url: "" }, true), "/live/b");
});
