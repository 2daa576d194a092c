const FAR_ENOUGH = 6; // pixels until a press becomes a drag
const EDGE = 110; // pixels from the top or bottom of the window, within which a drag scrolls the page
const SCROLL = 14; // pixels at a time

/** Drag a tile or a block to a gap between blocks, or a port onto a block; Escape gives it up. */
function dragEvents(view) {
  view.root.addEventListener("pointerdown", (event) => {
    view.dragged = false;
    holdStill(view);
    if (event.button !== 0 || view.data.locked) return;
    const drag = dragOf(event);
    if (!drag) return;
    drag.start = [event.clientX, event.clientY];
    const move = (next) => onMove(view, drag, next);
    const end = (next) => {
      for (const [name, does] of listeners) document.removeEventListener(name, does, true);
      finish(view, drag, next.type === "pointerup");
    };
    const key = (next) => {
      if (next.key === "Escape") end(next);
    };
    const listeners = [["pointermove", move], ["pointerup", end], ["pointercancel", end], ["keydown", key]];
    for (const [name, does] of listeners) document.addEventListener(name, does, true);
  });
}

function dragOf(event) {
  const tile = event.target.closest(".tile");
  if (tile) return { kind: "add", name: tile.dataset.name, label: tile.dataset.name };
  const row = event.target.closest(".block");
  if (!row) return null;
  const port = event.target.closest(".port");
  if (port) return { kind: "join", from: row.dataset.id, label: "joins" };
  if (event.target.closest(".problem, .actions") || row.dataset.id === PICTURE || row.classList.contains("folded")) return null;
  return { kind: "move", layer: row.dataset.id, label: row.querySelector(".name").textContent };
}

function onMove(view, drag, event) {
  if (!drag.ghost) {
    if (Math.hypot(event.clientX - drag.start[0], event.clientY - drag.start[1]) < FAR_ENOUGH) return;
    view.dragged = true;
    drag.ghost = made("div", { className: "ghost" }, drag.label);
    view.root.append(drag.ghost);
    view.root.classList.add("dragging", `dragging-${drag.kind}`);
  }
  event.preventDefault();
  drag.ghost.style.transform = `translate(${event.clientX + 12}px, ${event.clientY + 8}px)`;
  if (drag.kind === "join") drag.target = overBlock(view, drag, event.clientY, event.clientX);
  else drag.gap = overGap(view, event.clientX, event.clientY);
  showTarget(view, drag);
  scrollAtEdge(event.clientY);
}

function scrollAtEdge(y) {
  const page = document.querySelector('[data-testid="stMain"]');
  if (y < EDGE) page?.scrollBy(0, -SCROLL);
  else if (y > window.innerHeight - EDGE) page?.scrollBy(0, SCROLL);
}

/** The gap that the pointer is nearest to: the id of the layer below it, null for the end; undefined outside the network. */
function overGap(view, x, y) {
  const box = view.root.querySelector(".net").getBoundingClientRect();
  if (x < box.left || x > box.right || y < box.top - 20 || y > box.bottom + 40) return undefined;
  for (const row of view.root.querySelectorAll(".block")) {
    const { top, height } = row.getBoundingClientRect();
    if (row.dataset.id !== PICTURE && y < top + height / 2) return row.dataset.id;
  }
  return null;
}

function overBlock(view, drag, y, x) {
  const row = [...view.root.querySelectorAll(".block")].find((one) => {
    const { top, bottom, left, right } = one.getBoundingClientRect();
    return y >= top && y <= bottom && x >= left && x <= right;
  });
  return row && row.dataset.id !== PICTURE && row.dataset.id !== drag.from ? row.dataset.id : undefined;
}

function showTarget(view, drag) {
  for (const row of view.root.querySelectorAll(".block")) row.classList.toggle("target", row.dataset.id === drag.target);
  const gap = view.root.querySelector(".gap");
  gap.hidden = drag.gap === undefined;
  if (gap.hidden) return;
  const rows = [...view.root.querySelectorAll(".block")];
  const below = rows.find((row) => row.dataset.id === drag.gap);
  const last = rows.at(-1);
  gap.style.top = `${below ? below.offsetTop - 7 : last.offsetTop + last.offsetHeight + 5}px`;
}

function finish(view, drag, dropped) {
  drag.ghost?.remove();
  view.root.classList.remove("dragging", "dragging-add", "dragging-move", "dragging-join");
  view.root.querySelector(".gap").hidden = true;
  for (const row of view.root.querySelectorAll(".target")) row.classList.remove("target");
  setTimeout(() => (view.dragged = false)); // the click that follows a drag is none
  if (!dropped || !drag.ghost) return;
  if (drag.kind === "join" && drag.target) tell(view, { do: "join", layer: drag.target, from: drag.from });
  if (drag.kind === "add" && drag.gap !== undefined) tell(view, { do: "add", name: drag.name, before: drag.gap });
  if (drag.kind === "move" && drag.gap !== undefined && drag.gap !== drag.layer) tell(view, { do: "move", layer: drag.layer, before: drag.gap });
}

/** Draw nothing anew while something is pressed: its click would be lost with it. */
function holdStill(view) {
  view.pressed = true;
  const release = () => setTimeout(() => {
    view.pressed = false;
    if (view.waiting) draw(view);
  });
  for (const name of ["pointerup", "pointercancel"]) document.addEventListener(name, release, { capture: true, once: true });
}
