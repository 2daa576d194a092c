/** @import { View } from "./view" */
import { createElement, part } from "../shared/dom.js";
import { gapAt, rowAt, scrollStep } from "./drop_target.js";
import { PICTURE } from "./rows.js";

const FAR_ENOUGH = 6; // pixels until a press becomes a drag

/**
 * @typedef {object} Drag
 * @property {"add" | "join" | "move"} kind a tile to a gap, a port onto a layer, or a layer to a gap
 * @property {string} id of the layer that is dragged or joined, or name of the layer that is added
 * @property {string} label beside the pointer
 * @property {[number, number]} start where the press began
 * @property {HTMLElement} [ghost] the label, once the press is a drag
 * @property {string} [target] id of the layer to join
 * @property {?string} [gap] id of the layer below the gap, null for the end; undefined outside of the network
 */

/**
 * Let a person drag a tile or a layer to a gap between layers, or a port onto a layer. Escape cancels the drag.
 * @param {View} view of the builder
 */
export function listenToDrags(view) {
  view.root.addEventListener("pointerdown", (event) => {
    view.wasDragged = false;
    holdStill(view);
    if (event.button !== 0 || view.data.locked) return;
    const drag = dragOf(event);
    if (!drag) return;
    const ended = new AbortController();
    const options = { capture: true, signal: ended.signal };
    const end = (/** @type {boolean} */ isDropped) => {
      ended.abort();
      finish(view, drag, isDropped);
    };
    document.addEventListener("pointermove", (next) => moveDrag(view, drag, next), options);
    document.addEventListener("pointerup", () => end(true), options);
    document.addEventListener("pointercancel", () => end(false), options);
    document.addEventListener("keydown", (next) => next.key === "Escape" && end(false), options);
  });
}

/** @param {PointerEvent} event @returns {?Drag} */
function dragOf({ target, clientX, clientY }) {
  const element = /** @type {Element} */ (target);
  const [tile, row] = /** @type {(?HTMLElement)[]} */ ([element.closest(".tile"), element.closest(".block")]);
  /** @type {[number, number]} */
  const start = [clientX, clientY];
  if (tile) return { kind: "add", id: tile.dataset.name ?? "", label: tile.dataset.name ?? "", start };
  if (!row) return null;
  const { id = "" } = row.dataset;
  if (element.closest(".port")) return { kind: "join", id, label: "joins", start };
  if (element.closest(".problem, .actions") || id === PICTURE || row.matches(".folded")) return null;
  return { kind: "move", id, label: part(row, ".name").textContent ?? "", start };
}

/** @param {View} view @param {Drag} drag @param {PointerEvent} event */
function moveDrag(view, drag, event) {
  const point = { x: event.clientX, y: event.clientY };
  if (!drag.ghost) {
    if (Math.hypot(point.x - drag.start[0], point.y - drag.start[1]) < FAR_ENOUGH) return;
    view.wasDragged = true;
    drag.ghost = createElement("div", { className: "ghost" }, drag.label);
    view.root.append(drag.ghost);
    view.root.classList.add("dragging", `dragging-${drag.kind}`);
  }
  event.preventDefault();
  drag.ghost.style.transform = `translate(${point.x + 12}px, ${point.y + 8}px)`;
  const rows = blocksOf(view).map(boxOf).filter(({ id }) => id !== PICTURE);
  if (drag.kind === "join") drag.target = rowAt(rows.filter(({ id }) => id !== drag.id), point);
  else drag.gap = gapAt(part(view.root, ".net").getBoundingClientRect(), rows, point, isDown(view));
  showTarget(view, drag);
  scrollAlong(view, point);
}

/** @param {View} view */
function isDown(view) {
  return view.root.matches(".down");
}

/** @param {View} view @param {{x: number, y: number}} point */
function scrollAlong(view, { x, y }) {
  if (isDown(view)) {
    document.querySelector('[data-testid="stMain"]')?.scrollBy(0, scrollStep(y, 20, window.innerHeight - 20));
    return;
  }
  const drawn = part(view.root, ".drawn");
  const { left, right } = drawn.getBoundingClientRect();
  if (drawn.scrollWidth > drawn.clientWidth && x > left) drawn.scrollBy(scrollStep(x, left, right), 0);
}

/** @param {View} view @returns {HTMLElement[]} */
function blocksOf(view) {
  return [...view.root.querySelectorAll(".block")].map((row) => /** @type {HTMLElement} */ (row));
}

/** @param {HTMLElement} row */
function boxOf(row) {
  const { top, bottom, left, right } = row.getBoundingClientRect();
  return { id: row.dataset.id ?? "", top, bottom, left, right };
}

/** @param {View} view @param {Drag} drag */
function showTarget(view, drag) {
  const rows = blocksOf(view);
  for (const row of rows) row.classList.toggle("target", row.dataset.id === drag.target);
  const gap = part(view.root, ".gap");
  gap.hidden = drag.gap === undefined;
  if (gap.hidden) return;
  const below = rows.find((row) => row.dataset.id === drag.gap);
  const last = rows[rows.length - 1];
  const [side, length] = isDown(view) ? [/** @type {const} */ ("offsetTop"), /** @type {const} */ ("offsetHeight")] : [/** @type {const} */ ("offsetLeft"), /** @type {const} */ ("offsetWidth")];
  const at = below ? below[side] - 12 : last[side] + last[length] + 6;
  gap.style.translate = isDown(view) ? `0 ${at}px` : `${at}px 0`;
}

/** @param {View} view @param {Drag} drag @param {boolean} isDropped */
function finish(view, { kind, id, ghost, target, gap }, isDropped) {
  ghost?.remove();
  view.root.classList.remove("dragging", "dragging-add", "dragging-move", "dragging-join");
  part(view.root, ".gap").hidden = true;
  for (const row of view.root.querySelectorAll(".target")) row.classList.remove("target");
  setTimeout(() => { view.wasDragged = false; }); // after the click that follows a drag
  if (!isDropped || !ghost) return;
  if (kind === "join" && target) view.send({ do: "join", layer: target, from: id });
  if (kind === "add" && gap !== undefined) view.send({ do: "add", name: id, before: gap });
  if (kind === "move" && gap !== undefined && gap !== id) view.send({ do: "move", layer: id, before: gap });
}

// Draw nothing while a pointer is down: the click on a row that is replaced would be lost.
/** @param {View} view */
function holdStill(view) {
  view.isPressed = true;
  const release = () => setTimeout(() => {
    view.isPressed = false;
    if (view.isWaiting) view.redraw();
  });
  document.addEventListener("pointerup", release, { capture: true, once: true });
  document.addEventListener("pointercancel", release, { capture: true, once: true });
}
