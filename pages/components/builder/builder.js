/** @import { Component } from "../shared/component" */
/** @import { Data, View } from "./view" */
import { part } from "../shared/dom.js";
import { acknowledge, createQueue, enqueue } from "../shared/message_queue.js";
import { drawBlocks, focusBlock, focusedId, listenToBlocks } from "./blocks.js";
import { listenToDrags } from "./drag.js";
import { listenToKeys, listenToPageKeys } from "./keyboard.js";
import { drawPalette, listenToPalette } from "./palette.js";
import { endFlow } from "./flow.js";
import { drawLegend } from "./legend.js";
import { drawMap, listenToMap, markView } from "./minimap.js";
import { hasSameLayers, PICTURE, renamed } from "./rows.js";
import { layerIds, SETTINGS, storedFolds } from "./selection.js";
import { drawWires } from "./wires.js";

const MOST_AT_ONCE = 50; // commands, as Python takes them
const HARMLESS = ["select", "picture", "undo", "redo"]; // commands that a locked network allows

/** @type {WeakMap<ShadowRoot, View>} */
const views = new WeakMap();
const queue = createQueue(MOST_AT_ONCE); // of the tab: the page may put the builder into another element
/** @type {?View} */
let current = null; // the view that the queue belongs to

/**
 * Show the network as a drawing, with the palette of layers, and report to Python what a person does with them.
 * @param {Component<Data>} component what Streamlit passes
 * @returns {() => void} cleanup
 */
export default function builder({ data, parentElement, setTriggerValue }) {
  const view = views.get(parentElement) ?? newView(parentElement, data);
  current = view;
  if (view.data.selected && !data.selected && !hasFocusElsewhere()) view.focusNext = view.data.selected; // its settings close
  if (!hasSameLayers(view.data.blocks, data.blocks)) view.formerNames = renamed(view.data.blocks, data.blocks);
  if (JSON.stringify(view.data.blocks) !== JSON.stringify(data.blocks)) endFlow(view);
  view.data = data;
  acknowledge(queue, data.done, (messages) => setTriggerValue("events", messages));
  if (view.isPressed) view.isWaiting = true;
  else view.redraw();
  return () => {
    // Streamlit cleans up after a superseded call too, before or after the next call: the component lives on.
    if (parentElement.isConnected) return;
    view.sizes.disconnect();
    if (current === view) clearTimeout(queue.resending || undefined);
    document.removeEventListener("keydown", view.onPageKey);
    document.removeEventListener("scroll", view.onScroll, { capture: true });
  };
}

/** Whether a person is at something else than the network and the settings of its layers. */
function hasFocusElsewhere() {
  const focused = document.activeElement;
  return focused !== null && focused !== document.body && !focused.closest(SETTINGS);
}

/** @param {ShadowRoot} parent @param {Data} data */
function newView(parent, data) {
  /** @type {View} */
  const view = {
    parent, root: part(parent, ".builder"), data, rows: [], drawnRows: new Map(), previews: {}, numbers: new Map(), formerNames: new Map(), flow: null, folded: storedFolds(), range: [],
    anchor: null, joining: null, stop: null, shown: "", focusNext: null, isPressed: false, isWaiting: false, wasDragged: false,
    paletteSize: "", paletteDrawn: "", wiresDrawn: "", wiring: 0,
    sizes: new ResizeObserver(() => view.rows.length && drawPaths(view)), onPageKey: () => {}, mapping: 0, drawingMap: 0,
    onScroll: () => {
      cancelAnimationFrame(view.mapping);
      view.mapping = requestAnimationFrame(() => markView(view));
    },
    redraw: () => draw(view),
    send: (command) => {
      if (!view.data.locked || HARMLESS.includes(command.do)) enqueue(queue, command);
    },
  };
  views.set(parent, view);
  queue.done = null; // messages of the element before may be lost: send them again
  drawLegend(part(view.root, ".legend"));
  listenToPalette(view);
  listenToBlocks(view);
  listenToDrags(view);
  listenToKeys(view);
  listenToPageKeys(view);
  listenToMap(view);
  view.sizes.observe(part(view.root, ".blocks"));
  return view;
}

/** @param {View} view */
function draw(view) {
  const ids = layerIds(view);
  view.root.classList.toggle("locked", Boolean(view.data.locked));
  view.isWaiting = false;
  view.range = view.range.filter((id) => ids.includes(id));
  if (view.joining && ![PICTURE, ...ids].includes(view.joining)) view.joining = null;
  const wanted = view.focusNext ?? focusedId(view);
  view.focusNext = null;
  focusBlock(view, wanted); // first: a browser lays out the whole page to move the focus from a row that is removed
  drawBlocks(view);
  drawPalette(view);
  focusBlock(view, wanted); // the row that had the focus may have been replaced
  cancelAnimationFrame(view.wiring);
  view.wiring = requestAnimationFrame(() => drawPaths(view)); // once the browser lays out the page anyhow; again by view.sizes
}

// Once the rows have their sizes. The map is drawn after what a person looks at.
/** @param {View} view */
function drawPaths(view) {
  drawWires(view);
  const { blocks, selected } = view.data;
  const shown = `${selected} ${blocks.find(({ id }) => id === selected)?.problems.length}`;
  if (view.shown !== shown) showSelected(view);
  view.shown = shown;
  clearTimeout(view.drawingMap);
  view.drawingMap = setTimeout(() => drawMap(view));
}

// In view, and not behind its settings, which lie above the page's foot on small screens: see pages/define.css.
/** @param {View} view */
function showSelected(view) {
  const foot = document.querySelector(".st-key-line")?.closest('[data-testid="stBottom"]')?.clientHeight;
  if (foot) document.documentElement.style.setProperty("--foot-height", `${foot}px`);
  view.root.querySelector(".block.selected")?.scrollIntoView({ block: "nearest" });
}
