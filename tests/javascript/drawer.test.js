import assert from "node:assert/strict";
import test from "node:test";
import { Drawer } from "../../pages/components/shared/drawer.js";

/** @type {(isIntersecting: boolean) => void} */
let see;
globalThis.IntersectionObserver = class {
  constructor(callback) {
    see = (isIntersecting) => callback([{ isIntersecting }]);
  }
  observe() {}
  disconnect() {}
};
globalThis.requestAnimationFrame = (callback) => setTimeout(callback, 0); // the mocked one
globalThis.cancelAnimationFrame = (frame) => clearTimeout(frame);

function drawerOf(context, pause) {
  context.mock.timers.enable({ apis: ["setTimeout"] });
  let now = 0;
  context.mock.method(performance, "now", () => now);
  const drawn = [];
  const drawer = new Drawer({}, () => drawn.push(now), pause);
  const pass = (milliseconds) => {
    for (let passed = 0; passed < milliseconds; passed += 10) {
      now += 10;
      context.mock.timers.tick(10);
    }
  };
  return { drawer, drawn, pass };
}

test("several calls draw once, and not more often than can be read", (context) => {
  const { drawer, drawn, pass } = drawerOf(context, 200);
  for (let call = 0; call < 30; call += 1) {
    drawer.ask();
    drawer.ask();
    pass(20);
  }
  assert.ok(drawn.length >= 2 && drawn.length <= 4, String(drawn));
});

test("what is out of sight is drawn seldom, and at once when it comes into sight", (context) => {
  const { drawer, drawn, pass } = drawerOf(context, 0);
  drawer.ask();
  pass(20);
  see(false);
  drawer.ask();
  pass(1000);
  assert.equal(drawn.length, 1);
  see(true);
  pass(20);
  assert.equal(drawn.length, 2);
  see(false);
  drawer.ask();
  pass(6000);
  assert.equal(drawn.length, 3, "for screen readers");
});

test("what has left the page is drawn no more", (context) => {
  const { drawer, drawn, pass } = drawerOf(context, 0);
  drawer.ask();
  drawer.stop();
  drawer.ask();
  pass(100);
  assert.equal(drawn.length, 0);
});
