import assert from "node:assert/strict";
import test from "node:test";
import { brokenSentence, epochSentence, flagsSentence, moreSentence, newReading, pointsOf } from "../../pages/components/curves/points.js";

const newRun = () => newReading(["loss", "accuracy"], { loss: 2.3, accuracy: 0.1 });
const curvesOf = (points) => points.map(({ name, curve, y }) => [name, curve, y]);

test("a batch is a point of the running means, of its own loss and of the further charts", () => {
  const event = { kind: "batch", epoch: 0.5, step: 3, loss: 1.5, batch_loss: 1.2, batches: 4, learning_rate: 0.01 };
  const points = pointsOf(newRun(), event);
  assert.deepEqual(curvesOf(points), [["loss", "running", 1.5], ["loss", "batch", 1.2], ["learning_rate", "value", 0.01]]);
  assert.equal(points[1].weight, 4);
});

test("the running mean has a gap where an epoch begins", () => {
  const reading = newRun();
  pointsOf(reading, { kind: "epoch", epoch: 1, step: 9, loss: 1 });
  assert.deepEqual(curvesOf(pointsOf(reading, { kind: "batch", epoch: 1.1, step: 10, loss: 2 })), [["loss", "running", null], ["loss", "running", 2]]);
});

test("a value that is no number is marked at the height of the last number", () => {
  const reading = newRun();
  pointsOf(reading, { kind: "batch", epoch: 0.1, step: 1, loss: 1.7 });
  const points = pointsOf(reading, { kind: "batch", epoch: 0.2, step: 2, loss: null });
  assert.deepEqual(curvesOf(points), [["loss", "running", null], ["loss", "broken", 1.7]]);
  assert.equal(brokenSentence(reading), "The loss is infinite or not a number since step 2.");
  pointsOf(reading, { kind: "batch", epoch: 0.3, step: 3, loss: 1 });
  assert.equal(brokenSentence(reading), "");
});

test("a sentence says for how many epochs the validation has not improved, as the words about the whole run do", () => {
  const reading = newRun();
  for (const [epoch, loss] of [[1, 1], [2, 1.1], [3, 1.2]]) pointsOf(reading, { kind: "epoch", epoch, step: epoch, loss: 1 / epoch, val_loss: loss });
  assert.equal(epochSentence(reading, "loss", 5), "Epoch 3 of 5: training loss 0.333, validation loss 1.20, which has not improved for 2 epochs.");
  pointsOf(reading, { kind: "epoch", epoch: 4, step: 4, loss: 0.25, val_loss: 1.05 });
  assert.match(epochSentence(reading, "loss", 5), /not improved for 3 epochs/, "it fell, but not below its lowest value");
  pointsOf(reading, { kind: "epoch", epoch: 5, step: 5, loss: 0.2, val_loss: 0.9 });
  assert.equal(epochSentence(reading, "loss", 5), "Epoch 5 of 5: training loss 0.200, validation loss 0.900.");
});

test("changes by hand that bend a curve are flags; a resumed run forgets those of repeated steps", () => {
  const reading = newRun();
  for (const [what, epoch] of [["learning rate 0.01", 1.5], ["note changed", 1.6], ["paused after a batch", 2.5]]) {
    pointsOf(reading, { kind: "steered", what, by: "owner", epoch });
  }
  assert.equal(flagsSentence(reading), "Changed by hand: learning rate 0.01 at epoch 1.5, by the owner; paused after a batch at epoch 2.5, by the owner.");
  pointsOf(reading, { kind: "steered", what: "steps after each batch", by: "server", epoch: 2.75 });
  assert.match(flagsSentence(reading), /steps after each batch at epoch 2\.75, by the server\.$/);
  pointsOf(reading, { kind: "resumed", epoch: 2 });
  assert.deepEqual(reading.flags.map(({ x }) => x), [1.5]);
});

test("a further chart says what it shows now, and that an early run did not record it", () => {
  const reading = newRun();
  assert.equal(moreSentence(reading, "gradient_norm"), "");
  pointsOf(reading, { kind: "batch", epoch: 0.1, step: 1, loss: 1, learning_rate: 0.001 });
  assert.equal(moreSentence(reading, "learning_rate"), "Learning rate: 0.001 now; how far each step goes.");
  assert.equal(moreSentence(reading, "gradient_norm"), "Length of the last step's gradient: this run did not record it.");
});
