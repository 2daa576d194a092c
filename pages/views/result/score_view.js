/** What follows the score of a run that is on: the field of dots, and the headline beside it. */

/** @import { Component } from "../../components/shared/component" */
/** @import { StreamEvent } from "../../components/shared/event_stream.js" */
/** @import { Check } from "./score.js" */
import { Drawer } from "../../components/shared/drawer.js";
import { followRun } from "../../components/shared/event_stream.js";
import { checkAfter } from "./score.js";

const DRAW_EVERY_MILLISECONDS = 250; // words could not be read faster

/**
 * @typedef {object} View
 * @property {() => void} draw
 * @property {Drawer} drawer
 * @property {?Check} check the newest one of the run
 * @property {?string} [followed]
 * @property {?() => void} [unsubscribe]
 */

/** @type {WeakMap<ShadowRoot, View>} */
const views = new WeakMap();

/**
 * Draw a component at once, and after each check of the run that it follows.
 * @template {{url: string}} Data
 * @param {Component<Data>} component what Streamlit passes
 * @param {Element} root of the component
 * @param {(check: ?Check) => void} draw takes the newest check; null where nothing was checked yet
 * @returns {() => void} cleanup
 */
export function showScore({ data, parentElement }, root, draw) {
  const view = views.get(parentElement) ?? newView(parentElement, root);
  view.draw = () => draw(view.check);
  if (data.url && view.followed !== data.url) followRun(view, data.url, receive);
  view.draw();
  return () => {
    if (parentElement.isConnected) return;
    view.drawer.stop();
    view.unsubscribe?.();
  };
}

/** @param {ShadowRoot} parent @param {Element} root @returns {View} */
function newView(parent, root) {
  /** @type {View} */
  const view = { draw: () => {}, check: null, drawer: new Drawer(root, () => view.draw(), DRAW_EVERY_MILLISECONDS) };
  views.set(parent, view);
  return view;
}

/** @param {View} view @param {StreamEvent} event */
function receive(view, event) {
  const check = checkAfter(view.check, event);
  if (check === view.check) return;
  view.check = check;
  view.drawer.ask();
}
