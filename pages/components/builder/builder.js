/** @import { Component } from "../shared/component" */
/** @import { Data, View } from "./view" */
import { NetworkPicture } from "../../views/network/picture.js";
import { part } from "../shared/dom.js";
import { acknowledge, createQueue, enqueue } from "../shared/message_queue.js";
import { listenToMaps } from "./all_maps.js";
import { drawBlocks, focusBlock, focusedId, listenToBlocks } from "./blocks.js";
import { listenToDrags } from "./drag.js";
import { listenToKeys, listenToPageKeys } from "./keyboard.js";
import { drawPalette, listenToPalette } from "./palette.js";
import { endFlow } from "./flow.js";
import { insertBefore } from "./inserting.js";
import { onAnswer, withAnswer } from "./latest_answer.js";
import { drawLegend, storedMode } from "./legend.js";
import { followTraining, withTraining } from "./live.js";
import { drawMap, listenToMap, markView } from "./minimap.js";
import { drawNetwork, paintScrolled } from "./network_drawing.js";
import { hasSameLayers, PICTURE, renamed, withFormerDrawings } from "./rows.js";
import { layerIds, SETTINGS, storedFolds } from "./selection.js";
import { listenToWindows } from "./windows.js";

const MOST_AT_ONCE = 50; // the commands that Python accepts at once
const HARMLESS = ["select", "picture", "undo", "redo"]; // commands that a locked network allows

/** @type {WeakMap<ShadowRoot, View>} */
const views = new WeakMap();
const queue = createQueue(MOST_AT_ONCE); // one queue for the tab, since the page may draw the builder in a new element
/** @type {?View} */
let current = null; // the view that the queue belongs to
onAnswer(() => current && show(current, current.told));

/**
 * Show the network as a drawing, with the palette of layers, and report the visitor's edits to Python.
 * @param {Component<Data>} component the values from Streamlit
 * @returns {() => void} cleanup
 */
export default function builder({ data, parentElement, setTriggerValue }) {
  const view = views.get(parentElement) ?? newView(parentElement, data);
  current = view;
  if (view.data.selected && !data.selected && !hasFocusElsewhere()) view.focusNext = view.data.selected; // its settings close
  if (!hasSameLayers(view.told.blocks, data.blocks)) view.formerNames = renamed(view.told.blocks, data.blocks);
  followTraining(view, data.url);
  show(view, data);
  acknowledge(queue, data.done, (messages) => setTriggerValue("events", messages));
  return () => {
    // Streamlit also cleans up after a superseded call, before or after the next call, while the component stays in use.
    if (parentElement.isConnected) return;
    view.sizes.disconnect();
    view.picture.stop();
    followTraining(view, "");
    if (current === view) clearTimeout(queue.resending || undefined);
    document.removeEventListener("keydown", view.onPageKey);
  };
}

/** @param {View} view @param {Data} data */
function show(view, data) {
  const answered = withAnswer(data);
  const told = { ...answered, blocks: withFormerDrawings(answered.blocks, view.told.blocks) };
  if (JSON.stringify(view.data.blocks) !== JSON.stringify(told.blocks)) endFlow(view);
  view.told = told;
  view.data = withTraining(told, view.live);
  if (view.isPressed) view.isWaiting = true;
  else view.redraw();
}

/** Whether the focus is outside the network and the settings of its layers. */
function hasFocusElsewhere() {
  const focused = document.activeElement;
  return focused !== null && focused !== document.body && !focused.closest(SETTINGS);
}

/** @param {ShadowRoot} parent @param {Data} data */
function newView(parent, data) {
  /** @type {View} */
  const view = {
    parent, root: part(parent, ".builder"), data, told: data, live: null, rows: [], drawnRows: new Map(), previews: {}, formerNames: new Map(), flow: null, folded: storedFolds(), range: [],
    anchor: null, joining: null, stop: null, shown: "", focusNext: null, isPressed: false, isWaiting: false, wasDragged: false,
    paletteSize: "", paletteDrawn: "", wiresDrawn: "", wiring: 0, drawing: null, inView: { scrollLeft: 0, clientWidth: 0 }, ways: [], nodes: [], painted: "", fronts: new Map(), pixels: new Map(), look: null, lookSizes: new Map(), problemHeights: new Map(),
    mode: storedMode(), insertBefore: null, picture: new NetworkPicture(/** @type {HTMLCanvasElement} */ (part(parent, "canvas"))),
    sizes: new ResizeObserver(() => view.rows.length && drawPaths(view)), onPageKey: () => {}, mapping: 0, drawingMap: 0,
    onScroll: () => {
      cancelAnimationFrame(view.mapping);
      view.mapping = requestAnimationFrame(() => {
        markView(view);
        paintScrolled(view);
      });
    },
    redraw: () => draw(view),
    repaint: () => drawNetwork(view),
    send: (command) => {
      if (!view.data.locked || HARMLESS.includes(command.do)) enqueue(queue, command);
    },
  };
  views.set(parent, view);
  queue.done = null; // messages of the previous element may be lost, so send them again
  listenToPalette(view);
  listenToBlocks(view);
  listenToDrags(view);
  listenToKeys(view);
  listenToPageKeys(view);
  listenToMap(view);
  listenToMaps(view);
  listenToWindows(view);
  part(view.root, ".plusses").addEventListener("click", ({ target }) => {
    const id = /** @type {HTMLElement} */ (target).dataset.before;
    if (id) insertBefore(view, id);
  });
  view.sizes.observe(part(view.root, ".drawn"));
  return view;
}

/** @param {View} view */
function draw(view) {
  const ids = layerIds(view);
  view.root.classList.toggle("locked", Boolean(view.data.locked));
  view.root.classList.toggle("inserting", view.insertBefore !== null);
  view.isWaiting = false;
  view.range = view.range.filter((id) => ids.includes(id));
  if (view.joining && ![PICTURE, ...ids].includes(view.joining)) view.joining = null;
  if (view.insertBefore && !ids.includes(view.insertBefore)) view.insertBefore = null;
  const wanted = view.focusNext ?? focusedId(view);
  view.focusNext = null;
  focusBlock(view, wanted); // before a row is removed: moving the focus from a removed row lays out the whole page
  drawBlocks(view);
  drawPalette(view);
  drawLegend(view);
  focusBlock(view, wanted); // the row that had the focus may have been replaced
  cancelAnimationFrame(view.wiring);
  view.wiring = requestAnimationFrame(() => drawPaths(view)); // once the browser lays out the page anyhow; again by view.sizes
}

// The small map is drawn after the visible network.
/** @param {View} view */
function drawPaths(view) {
  drawNetwork(view);
  const { blocks, selected, added } = view.data;
  const shown = `${selected ?? added} ${blocks.find(({ id }) => id === selected)?.problems.length}`;
  if (view.shown !== shown) showSelected(view);
  view.shown = shown;
  clearTimeout(view.drawingMap);
  view.drawingMap = setTimeout(() => drawMap(view));
}

// Scroll the selected layer into view, above its settings, which cover the foot of the page on small screens (see
// pages/define.css).
/** @param {View} view */
function showSelected(view) {
  const foot = document.querySelector(".st-key-line")?.closest('[data-testid="stBottom"]')?.clientHeight;
  if (foot) document.documentElement.style.setProperty("--foot-height", `${foot}px`);
  const row = /** @type {?HTMLElement} */ (view.root.querySelector(".block.selected, .block.added"));
  if (!row) return;
  const drawn = part(view.root, ".drawn");
  const [left, right] = [row.offsetLeft, row.offsetLeft + row.offsetWidth];
  if (left < drawn.scrollLeft || right > drawn.scrollLeft + drawn.clientWidth) drawn.scrollLeft = left - 40;
  if (view.root.matches(".down")) row.scrollIntoView({ block: "nearest" });
}
