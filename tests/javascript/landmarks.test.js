import assert from "node:assert/strict";
import test from "node:test";
import { currentState, wordlessState } from "../../pages/components/page_top/landmarks.js";

test("a link to the page on the screen is current, wherever the app stands", () => {
  assert.equal(currentState("train", "train", true), "page");
  assert.equal(currentState("/course/train?run=a1", "train", false), "page");
  assert.equal(currentState("trainer", "train", false), null);
});

test("the first page is the one without a name", () => {
  for (const href of ["", "./", "/course/"]) assert.equal(currentState(href, "start", false), "page");
  assert.equal(currentState("./", "train", false), null);
});

test("the step of the page on the screen is current as a step", () => {
  assert.equal(currentState("evaluate", "mistakes", true), "step");
  assert.equal(currentState("load", "mistakes", false), null);
});

test("the icon of a step that is done says so, since its words do not", () => {
  assert.equal(wordlessState("stVerticalBlock st-key-rail-load-here", ["load", "compile"]), "done");
  assert.equal(wordlessState("stVerticalBlock st-key-rail-train-there", ["load", "compile"]), null);
  assert.equal(wordlessState("", ["load"]), null);
});
