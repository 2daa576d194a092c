/** Keys on a layer of the network, and on the palette. */
function keyEvents(view) {
  view.root.addEventListener("keydown", (event) => {
    if (event.key === "Escape" && (view.joining || view.range.length)) {
      endJoining(view);
      mark(view, []);
    } else if (event.key === "/" && !event.target.closest("input")) {
      view.root.querySelector(".find input").focus();
    } else if (event.target.closest(".tile")) {
      if (!onTile(view, event)) return;
    } else if (!event.target.closest(".block") || !onBlock(view, event)) {
      return;
    }
    event.preventDefault();
    event.stopPropagation();
  });
}

/** Undo and redo, wherever the focus is, but for where text is typed, which has its own. */
function historyKeys(view) {
  view.onHistoryKey = (event) => {
    const step = { z: event.shiftKey ? "redo" : "undo", y: "redo" }[event.key.toLowerCase()];
    if (!step || !(event.ctrlKey || event.metaKey) || event.altKey) return;
    if (event.composedPath()[0].matches?.("input, textarea, select, [contenteditable]")) return;
    event.preventDefault();
    tell(view, { do: step });
  };
  document.addEventListener("keydown", view.onHistoryKey);
}

function onTile(view, event) {
  const step = { ArrowDown: 1, ArrowUp: -1 }[event.key];
  if (!step) return false;
  const tiles = [...view.root.querySelectorAll(".tile")];
  const next = tiles.indexOf(event.target.closest(".tile")) + step;
  (tiles[next] ?? (next < 0 ? view.root.querySelector(".find input") : event.target)).focus();
  return true;
}

/** Whether a key on a block meant something. */
function onBlock(view, event) {
  const { id } = event.target.closest(".block").dataset;
  const step = { ArrowDown: 1, ArrowUp: -1 }[event.key];
  if (step && event.altKey) shiftBlock(view, id, step);
  else if (step) goTo(view, id, step, event.shiftKey);
  else if (id === PICTURE && event.key.toLowerCase() !== "j") return false;
  else if (event.key === "Delete" || event.key === "Backspace") removeBlock(view, id);
  else if (event.key === "d" && (event.ctrlKey || event.metaKey)) tell(view, { do: "duplicate", layer: id });
  else if (event.key.toLowerCase() === "j" && !event.ctrlKey && !event.metaKey) turnJoining(view, id);
  else return false;
  return true;
}

function shiftBlock(view, id, step) {
  view.focusNext = id;
  if (id !== PICTURE) tell(view, { do: "shift", layer: id, places: step });
}

function goTo(view, id, step, marks) {
  const ids = [...view.root.querySelectorAll(".block")].map((row) => row.dataset.id);
  const next = ids[ids.indexOf(id) + step];
  if (!next) return;
  if (marks && next !== PICTURE && id !== PICTURE) {
    if (!view.range.length) view.anchor = id;
    markTo(view, next);
  }
  const row = view.root.querySelector(`[data-id="${CSS.escape(next)}"]`);
  (row.querySelector(".name") ?? row.querySelector(".port")).focus();
}
