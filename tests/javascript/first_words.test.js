import assert from "node:assert/strict";
import { readFileSync } from "node:fs";
import test from "node:test";

const html = (name) => readFileSync(new URL(`../../pages/components/${name}/${name}.html`, import.meta.url), "utf8");

test("the bar of a run says something before its script has heard of the run", () => {
  const [, words] = /<span class="phase" role="status">(.*?)<\/span>/.exec(html("run_progress"));
  assert.equal(words, "Connecting …");
});

