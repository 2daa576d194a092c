import assert from "node:assert/strict";
import test from "node:test";
import { BLACK, WINDOW, turnedBy } from "../../pages/components/page_top/turn_keys.js";
import { clockText, leftText, pace } from "../../pages/components/lecture_windows/clock.js";

const NEXT = ".st-key-guide-next button", BACK = ".st-key-guide-back button";
const pressed = (key, held = {}) => ({ key, altKey: false, ctrlKey: false, metaKey: false, shiftKey: false, ...held });
const does = (key, focus = {}, held = {}) => turnedBy(pressed(key, held), { isTyping: false, usesArrows: false, ...focus });

test("the keys of a remote control turn the scenes, whatever has the focus", () => {
  for (const focus of [{}, { isTyping: true }, { usesArrows: true }]) {
    assert.equal(does("PageDown", focus), NEXT);
    assert.equal(does("PageUp", focus), BACK);
  }
});

test("arrow keys turn the scenes where the focused element has no use for them", () => {
  assert.equal(does("ArrowRight"), NEXT);
  assert.equal(does("ArrowLeft"), BACK);
  assert.equal(does("ArrowRight", { usesArrows: true }), "", "a slider moves");
  assert.equal(does("ArrowRight", { isTyping: true }), "", "a text has a cursor");
  assert.equal(does("ArrowDown"), "", "a page scrolls");
});

test("B makes the projector black, and N opens the window of who presents, but not while somebody types", () => {
  for (const key of ["b", "B", "."]) assert.equal(does(key, { usesArrows: true }), BLACK);
  assert.equal(does("n"), WINDOW);
  for (const key of ["b", ".", "n"]) assert.equal(does(key, { isTyping: true }), "");
});

test("keys that are held with others belong to the browser", () => {
  for (const held of [{ ctrlKey: true }, { altKey: true }, { metaKey: true }, { shiftKey: true }]) {
    assert.equal(does("PageDown", {}, held), "");
    assert.equal(does("b", {}, held), "");
  }
});

test("the clock says what is left, and how far behind the plan the lecture is", () => {
  assert.equal(clockText(307), "5:07");
  assert.equal(leftText(2393), "39:53");
  assert.equal(leftText(-70), "1:10 over");
  assert.deepEqual(pace(600, 10, 45), { words: "On time", isLate: false });
  assert.deepEqual(pace(900, 10, 45), { words: "5 min behind", isLate: true });
  assert.deepEqual(pace(300, 10, 45), { words: "5 min ahead", isLate: false });
  assert.deepEqual(pace(300, 10, 0), { words: "", isLate: false });
});
