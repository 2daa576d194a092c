import assert from "node:assert/strict";
import test from "node:test";

import { describeAnswers } from "../../pages/components/validation_view/images.js";

test("what the network says of an image is one sentence for those who do not see it", () => {
  const answers = /** @type {[string, number][]} */ ([["8", 0.553], ["9", 0.19], ["0", 0.02]]);
  assert.equal(describeAnswers("9", "wrong", answers, null), "an image of: 9; the network says 8 55\u00a0%, then 9 19\u00a0%: wrong");
  assert.equal(
    describeAnswers("8", "right", answers, "3"), "an image of: 8; the network says 8 55\u00a0%, then 9 19\u00a0%: right, it said 3 before");
  assert.equal(describeAnswers("8", "right", [["8", 1]], null), "an image of: 8; the network says 8 100\u00a0%: right");
});
