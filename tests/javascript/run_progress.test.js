import assert from "node:assert/strict";
import { test } from "node:test";
import { reportDelay, secondsToStart } from "../../pages/components/run_progress/run_progress.js";

test("a state that soon gives way to the next one is not reported at once", () => {
  for (const state of ["starting", "stopping"]) assert.equal(reportDelay({ state, step: 0 }), 200);
});

test("the first point of a run comes before the page that shows it as training", () => {
  assert.equal(reportDelay({ state: "training", step: 0 }), 1000);
  assert.equal(reportDelay({ state: "training", step: 32 }), 0);
});

test("a state that lasts is reported at once", () => {
  for (const state of ["queued", "paused", "stopped", "finished", "failed"]) assert.equal(reportDelay({ state, step: 5 }), 0);
});

test("the time until a waiting run starts counts down", () => {
  const run = { startsIn: 51, heardAt: 1000 };
  assert.deepEqual([1000, 13_000, 60_000].map((now) => secondsToStart(run, now)), [51, 39, 0]);
  assert.equal(secondsToStart({ startsIn: null }, 1000), 0); // nobody knows it
});
