import assert from "node:assert/strict";
import test from "node:test";
import { isCodeKey } from "../../pages/components/page_top/code_key.js";

const pressed = (key, held = {}) => ({ key, altKey: false, ctrlKey: false, metaKey: false, repeat: false, ...held });

test("C opens and closes the drawer of code", () => {
  assert.ok(isCodeKey(pressed("c")));
  assert.ok(isCodeKey(pressed("C")), "with Caps Lock");
});

test("other keys, a key that is held down, and Ctrl+C, which copies, do nothing to it", () => {
  assert.ok(!isCodeKey(pressed("v")));
  assert.ok(!isCodeKey(pressed("c", { repeat: true })));
  assert.ok(!isCodeKey(pressed("c", { ctrlKey: true })));
  assert.ok(!isCodeKey(pressed("c", { metaKey: true })));
});
