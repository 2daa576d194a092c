const MOST_TOLD = 50; // at once, as Python takes them

const views = new WeakMap();
const queue = queueOf(MOST_TOLD); // of the tab: the page may put the builder in another place

/**
 * The network as a drawing, and the palette of layers; tells Python what a person does with them.
 * @param {object} component what Streamlit passes: data as in the Python function builder, parentElement, setTriggerValue
 * @returns {() => void} cleanup
 */
export default function builder(component) {
  const { data, parentElement, setTriggerValue } = component;
  let view = views.get(parentElement);
  if (!view) {
    view = { parent: parentElement, root: parentElement.querySelector(".builder"), range: [] };
    view.folded = [kept(FOLDED_KEPT)].flat().filter((one) => typeof one === "string");
    views.set(parentElement, view);
    queue.done = null; // what the place before this one told may be lost
    paletteEvents(view);
    blockEvents(view);
    dragEvents(view);
    keyEvents(view);
    historyKeys(view);
    view.sized = new ResizeObserver(() => view.rows && drawWires(view));
    view.sized.observe(view.root.querySelector(".blocks"));
  }
  queue.view = view;
  view.data = data;
  hear(queue, data.done, (told) => setTriggerValue("told", told));
  if (view.pressed) view.waiting = true;
  else draw(view);
  return () => {
    // Streamlit runs the cleanup of an overtaken call too, before or after the next one: the component lives on.
    if (parentElement.isConnected) return;
    view.sized.disconnect();
    if (queue.view === view) clearTimeout(queue.patience);
    document.removeEventListener("keydown", view.onHistoryKey);
  };
}

function draw(view) {
  view.root.classList.toggle("locked", Boolean(view.data.locked));
  view.waiting = false;
  view.range = view.range.filter((id) => layerIds(view).includes(id));
  if (![PICTURE, ...layerIds(view)].includes(view.joining)) view.joining = null;
  const wanted = view.focusNext ?? focusedId(view);
  view.focusNext = null;
  focusBlock(view, wanted); // first: to take the focus from what is removed, a browser lays the whole page out
  drawBlocks(view);
  drawPalette(view);
  focusBlock(view, wanted); // what has it may have been drawn anew
  cancelAnimationFrame(view.wiring);
  view.wiring = requestAnimationFrame(() => drawWires(view)); // once the browser lays the page out anyhow
}

/** Tell Python what a person did, unless it may not be done. */
function tell(view, told) {
  if (view.data.locked && !["select", "picture", "undo", "redo"].includes(told.do)) return;
  addTold(queue, told);
}
