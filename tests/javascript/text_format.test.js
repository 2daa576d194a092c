import assert from "node:assert/strict";
import test from "node:test";
import {
  describeActivity, epochAt, formatDuration, formatMeasurement, formatMetric, metricWords, phaseAfter, withNoBreakHyphens,
} from "../../pages/components/shared/text_format.js";

test("a run that waits says its position, and when it starts where that is known", () => {
  const run = { state: "queued", word: "waiting", queuePosition: 2 };
  assert.equal(describeActivity(run), "Waiting, place 2");
  assert.equal(describeActivity({ ...run, startsIn: 39.2 }), "Waiting, place 2, starts in about 40 s");
});

test("a busy run says its phase, any other its state", () => {
  assert.equal(describeActivity({ state: "training", word: "training", phase: "loading" }), "Loading the data");
  assert.equal(describeActivity({ state: "starting", word: "starting", phase: "Copying 3 files" }), "Copying 3 files");
  assert.equal(describeActivity({ state: "stopped", word: "stopped", phase: "training" }), "Stopped");
  assert.equal(describeActivity({ state: null, word: "" }), "Connecting");
});

test("a run that starts once more has no phase of the process before", () => {
  const events = [{ kind: "phase", phase: "validating" }, { kind: "state", state: "failed" }, { kind: "state", state: "starting" }];
  assert.deepEqual(events.map((_, index) => events.slice(0, index + 1).reduce(phaseAfter, null)), ["validating", "validating", null]);
  assert.equal(phaseAfter("validating", { kind: "state", state: "training" }), "validating");
  assert.equal(phaseAfter(null, { kind: "phase", phase: "waiting", words: "Waiting for the trainer" }), "Waiting for the trainer");
});

test("durations have one unit", () => {
  assert.deepEqual([0.2, 59.5, 61, 3599, 5400].map(formatDuration), ["1 s", "60 s", "1 min", "60 min", "1.5 h"]);
});

// The same cases stand in tests/core/test_number_text.py: a page of Python and a chart write one number alike.
test("measurements have three significant digits", () => {
  const shown = [0.38412, 0.38, 44.8, 5347, 1e6, 0.00012345, 4.8e-7, 0, null, undefined].map(formatMeasurement);
  const wanted = ["0.384", "0.380", "44.8", "5,350", "1,000,000", "0.000123", "4.80 · 10⁻⁷", "0"];
  assert.deepEqual(shown, [...wanted, "not a number", "not a number"]);
});

test("an accuracy has four decimal places, any other metric three significant digits", () => {
  assert.deepEqual([["accuracy", 0.93], ["val_accuracy", 0.93056], ["loss", 0.93056], ["val_accuracy", null]].map(
    ([name, value]) => formatMetric(name, value),
  ), ["0.9300", "0.9306", "0.931", "not a number"]);
});

test("the end of an epoch belongs to it, and no epoch is past the last", () => {
  assert.deepEqual([0, 0.5, 1, 1.0000000001, 1.1, 9].map((position) => epochAt(position, 5)), [1, 1, 1, 1, 2, 5]);
});

test("Keras' names are read aloud", () => {
  assert.equal(metricWords("val_sparse_top_k_categorical_accuracy"), "validation sparse top k categorical accuracy");
});

test("the name of a class is never broken at its hyphen", () => {
  assert.equal(withNoBreakHyphens("T-shirt/top"), "T\u2011shirt/top");
});
