import assert from "node:assert/strict";
import test from "node:test";
import { acknowledge, createQueue, enqueue } from "../../pages/components/shared/message_queue.js";

/** A queue with all that it has sent, as numbers. */
function newQueue(limit = 10) {
  const [queue, sent] = [createQueue(limit), []];
  const answer = (done) => acknowledge(queue, done, (messages) => sent.push(messages.map(({ number }) => number)));
  answer(0);
  return { queue, sent, answer };
}

test("messages are numbered, and sent in their order once the one before is done", (t) => {
  t.mock.timers.enable({ apis: ["setTimeout"] });
  const { queue, sent, answer } = newQueue();
  for (const name of ["a", "b", "c"]) enqueue(queue, { name });
  assert.deepEqual(sent, [[1]]);
  assert.deepEqual(queue.messages[1], { name: "b", number: 2 });
  answer(1);
  assert.deepEqual(sent, [[1], [2, 3]]);
  answer(3);
  assert.deepEqual([sent.length, queue.messages.length], [2, 0]);
});

test("a message without an answer is sent again, and no more after its answer", (t) => {
  t.mock.timers.enable({ apis: ["setTimeout"] });
  const { queue, sent, answer } = newQueue();
  enqueue(queue, {});
  t.mock.timers.tick(3999);
  assert.deepEqual(sent, [[1]]);
  t.mock.timers.tick(1);
  assert.deepEqual(sent, [[1], [1]]);
  answer(1);
  t.mock.timers.tick(60_000);
  assert.equal(sent.length, 2);
});

test("no more messages than the limit are sent at once", (t) => {
  t.mock.timers.enable({ apis: ["setTimeout"] });
  const { queue, sent, answer } = newQueue(2);
  for (let index = 0; index < 4; index += 1) enqueue(queue, {});
  answer(1);
  assert.deepEqual(sent, [[1], [2, 3]]);
  answer(3);
  assert.deepEqual(sent.at(-1), [4]);
});

test("after a reload of the page numbers go on from what Python has done", (t) => {
  t.mock.timers.enable({ apis: ["setTimeout"] });
  const { queue, sent, answer } = newQueue();
  answer(7);
  enqueue(queue, {});
  assert.deepEqual(sent, [[8]]);
});

test("the same answer twice, as at any rerun, sends nothing", (t) => {
  t.mock.timers.enable({ apis: ["setTimeout"] });
  const { queue, sent, answer } = newQueue();
  enqueue(queue, {});
  answer(0);
  assert.deepEqual(sent, [[1]]);
});
