import assert from "node:assert/strict";
import test from "node:test";
import { boxesOf, cutsOf, standingOf, wordsOf } from "../../pages/components/epoch_strip/cuts.js";

const RUN = { images: 5400, batchSize: 32, epochs: 5 };

test("an epoch is cut into batches, the last of which may be smaller", () => {
  assert.deepEqual(cutsOf(RUN), { batches: 169, last: 24, perCell: 1, cell: 32 / 5400 });
  assert.deepEqual(cutsOf({ images: 64, batchSize: 32, epochs: 1 }), { batches: 2, last: 32, perCell: 1, cell: 0.5 });
  assert.deepEqual(cutsOf({ images: 10, batchSize: 32, epochs: 1 }), { batches: 1, last: 10, perCell: 1, cell: 1 });
});

test("a large epoch has a line for several batches", () => {
  const { batches, perCell } = cutsOf({ images: 54000, batchSize: 32, epochs: 5 });
  assert.deepEqual([batches, perCell], [1688, 10]);
  assert.equal(cutsOf({ images: 54000, batchSize: 32, epochs: 5 }, 60).perCell, 50);
});

test("the boxes of the epochs fill one after the other", () => {
  assert.deepEqual(boxesOf(2.25, 4), [1, 1, 0.25, 0]);
  assert.equal(boxesOf(0, 1000).length, 40);
  assert.deepEqual(boxesOf(82, 82).every((share) => share === 1), true);
});

test("a run stands in an epoch, at its end too, and never beyond the last", () => {
  assert.deepEqual([0, 1, 169, 170, 9999].map((step) => standingOf(step, RUN)), [
    { epoch: 1, batch: 0 }, { epoch: 1, batch: 1 }, { epoch: 1, batch: 169 }, { epoch: 2, batch: 1 }, { epoch: 5, batch: 169 },
  ]);
});

test("the words are in the numbers of the run", () => {
  assert.equal(wordsOf(RUN), "5,400 images are cut into 169 batches of 32, the last of 24. After each batch the weights change: one step. " +
    "All images once are an epoch: 5 epochs are 845 steps.");
  assert.match(wordsOf({ images: 10, batchSize: 32, epochs: 1 }), /^All 10 images are one batch\..*1 epoch is 1 step\.$/);
  assert.match(wordsOf({ images: 54000, batchSize: 32, epochs: 5 }), /Between two lines lie 10 batches\./);
});
