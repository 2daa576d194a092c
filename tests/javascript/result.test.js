// The result of a run: its score from the checks that it reports, and its field of dots in words.
import assert from "node:assert/strict";
import test from "node:test";

import { fieldWords } from "../../pages/views/result/dots.js";
import { checkAfter, liveWords, rightOf } from "../../pages/views/result/score.js";

const RUN = { of: 100, epochs: 5, state: "training" };

test("the newest check counts, of a sample or of the whole validation set", () => {
  const sample = checkAfter(null, { kind: "sample", epoch: 1.4, step: 9, val_accuracy: 0.812, val_loss: 1 });
  assert.deepEqual(sample, { right: 0.812, epoch: 1.4, isSample: true });
  assert.deepEqual(liveWords(sample, RUN), { title: "81 of 100 right", note: "so far, on a sample, in epoch 2 of 5" });
  const whole = checkAfter(sample, { kind: "epoch", epoch: 2, step: 90, val_accuracy: 0.85 });
  assert.deepEqual(liveWords(whole, RUN), { title: "85 of 100 right", note: "so far, after epoch 2 of 5" });
  assert.equal(checkAfter(whole, { kind: "batch", epoch: 2.1, step: 95, accuracy: 0.9 }), whole);
});

test("a history starts anew", () => {
  const events = [{ kind: "epoch", epoch: 1, step: 9, val_accuracy: 0.5 }, { kind: "batch", epoch: 1.5, step: 12 }];
  assert.deepEqual(checkAfter({ right: 0.9, epoch: 3, isSample: false }, { kind: "history", events }), { right: 0.5, epoch: 1, isSample: false });
});

test("without a check nothing is claimed", () => {
  assert.deepEqual(liveWords(null, RUN), { title: "Learning …", note: "Soon it is checked on images that it does not learn from." });
  assert.deepEqual(liveWords(null, { ...RUN, of: 0 }), { title: "Learning …", note: "No images were kept aside to check it on." });
  assert.equal(checkAfter(null, { kind: "epoch", epoch: 1, step: 9, val_accuracy: null }), null);
});

test("a run that waits or starts does not learn yet", () => {
  assert.deepEqual(liveWords(null, { ...RUN, state: "queued" }), { title: "Waiting …", note: "It learns as soon as the computer is free." });
  assert.deepEqual(liveWords(null, { ...RUN, state: "starting" }), { title: "Starting …", note: "In a moment it learns from its first images." });
  const check = { right: 0.5, epoch: 1, isSample: false };
  assert.equal(liveWords(check, { ...RUN, state: "queued" }).title, "50 of 100 right"); // it was resumed
});

test("all are right only where each one is", () => {
  assert.deepEqual([0.999, 1, 0, 0.876].map((share) => rightOf(share, 100)), [99, 100, 0, 88]);
  assert.equal(rightOf(40 / 44, 44), 40);
});

test("the field says in words how many dots are filled", () => {
  assert.equal(fieldWords(88, 100), "A field of 100 dots: 88 filled for right answers, 12 as rings for wrong ones.");
});
