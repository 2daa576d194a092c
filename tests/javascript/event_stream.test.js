import assert from "node:assert/strict";
import test from "node:test";
import { addEvent, isOver } from "../../pages/components/shared/event_stream.js";

const batch = (epoch) => ({ kind: "batch", epoch });

test("a history replaces the events so far", () => {
  assert.deepEqual(addEvent([batch(0.1)], { kind: "history", events: [batch(0.5)] }), [batch(0.5)]);
});

test("a resumed run drops the steps that it repeats, and keeps everything else", () => {
  const events = [{ kind: "start" }, batch(0.5), batch(1), batch(1.5), { kind: "alarm", epoch: 1.6 }, { kind: "saved", epoch: 1.7 }];
  const resumed = { kind: "resumed", epoch: 1 };
  assert.deepEqual(addEvent(events, resumed), [{ kind: "start" }, batch(0.5), batch(1), { kind: "saved", epoch: 1.7 }, resumed]);
});

test("only the last look is kept", () => {
  const [first, second] = [{ kind: "look", epoch: 1 }, { kind: "look", epoch: 2 }];
  assert.deepEqual(addEvent([first, batch(1)], second), [batch(1), second]);
});

test("too many batches are thinned to half; other events stay", () => {
  let events = [{ kind: "start" }];
  for (let index = 0; index < 4000; index += 1) events.push(batch(index));
  assert.equal(addEvent(events.slice(0, -1), batch(3999)).length, 4001);
  events = addEvent(events, batch(4000));
  assert.equal(events.length, 2002);
  assert.deepEqual([events[0].kind, events[1].epoch, events[2].epoch, events.at(-1).epoch], ["start", 0, 2, 4000]);
});

test("a run is over when its last state says so, though a resumed run has an earlier end", () => {
  const [on, over] = [{ kind: "state", over: false }, { kind: "state", over: true }];
  assert.equal(isOver([]), false);
  assert.equal(isOver([on, over, batch(1)]), true);
  assert.equal(isOver([over, on, batch(1)]), false);
});
