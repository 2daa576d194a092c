import assert from "node:assert/strict";
import test from "node:test";
import { countChecks, hasMore, subjectOf, wayBackLabel } from "../../pages/components/page_top/guide_body.js";

const body = (scrollTop, scrollHeight = 400) => ({ scrollHeight, clientHeight: 260, scrollTop });

test("a guide that hides a line says so, until it is scrolled to its end", () => {
  assert.equal(hasMore(body(0)), true);
  assert.equal(hasMore(body(100)), true);
  assert.equal(hasMore(body(140)), false);
  assert.equal(hasMore(body(0, 260)), false);
  assert.equal(hasMore(body(0, 264)), false, "less than a line");
});

test("the way back to the guide says what the checks see there", () => {
  assert.equal(wayBackLabel({ passed: 0, all: 0 }, false), "Guide ↑");
  assert.equal(wayBackLabel({ passed: 0, all: 0 }, true), "Guide ↑ new answer");
  assert.equal(wayBackLabel({ passed: 2, all: 3 }, true), "Guide ↑ 2 of 3 done");
  assert.equal(wayBackLabel({ passed: 2, all: 2 }, false), "Guide ↑ done");
});

test("checks of all tasks of a scene are counted by the names of their containers, whatever their icons are", () => {
  const classes = ["stVerticalBlock st-key-checks-2-of-3-lab-stack", "st-key-checks-1-of-1-lab-7-of-9", "st-key-task-lab-stack"];
  assert.deepEqual(countChecks(classes), { passed: 3, all: 4 });
  assert.deepEqual(countChecks([]), { passed: 0, all: 0 });
});

test("a scene opens at the top of its page, unless it only speaks of curves", () => {
  assert.equal(subjectOf("A curve is a line that shows how a number changes.", false), ".run-curves");
  assert.equal(subjectOf("Fewer epochs mean fewer small moves: the network had less time to learn.", false), "");
  assert.equal(subjectOf("Press Train, and look at the curve.", true), "", "a task begins with the settings");
});
