import assert from "node:assert/strict";
import { readFileSync } from "node:fs";
import test from "node:test";

const read = (name, kind) => readFileSync(new URL(`../../pages/components/${name}/${name}.${kind}`, import.meta.url), "utf8");

test("the bar of a run shows a word before its script has run", () => {
  const [, words] = /<span class="phase" role="status">(.*?)<\/span>/.exec(read("run_progress", "html"));
  assert.equal(words, "Connecting …");
  const [, style] = /^\.phase \{(.*?)\}/m.exec(read("run_progress", "css"));
  assert.match(style, /visibility: visible;/, "a component is hidden until its script has run");
});

