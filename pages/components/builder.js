const PATIENCE = 4000; // ms until a gesture that nobody answered no longer holds up the next ones

const views = new WeakMap();

/**
 * The network as a drawing, and the palette of layers; tells Python what a person does with them.
 * @param {object} component what Streamlit passes: data as in the Python function builder, parentElement, setTriggerValue
 * @returns {() => void} cleanup
 */
export default function builder(component) {
  const { data, parentElement, setTriggerValue } = component;
  let view = views.get(parentElement);
  if (!view) {
    view = { parent: parentElement, root: parentElement.querySelector(".builder"), range: [], told: [], calls: 0 };
    view.folded = [kept(FOLDED_KEPT)].flat().filter((one) => typeof one === "string");
    views.set(parentElement, view);
    paletteEvents(view);
    blockEvents(view);
    dragEvents(view);
    keyEvents(view);
    view.sized = new ResizeObserver(() => view.rows && drawWires(view));
    view.sized.observe(view.root.querySelector(".blocks"));
  }
  const call = ++view.calls;
  const answered = !view.data || view.data.count !== data.count;
  view.data = data;
  view.send = (told) => setTriggerValue("told", told);
  if (answered) view.inFlight = 0;
  if (view.pressed) view.waiting = true;
  else draw(view);
  if (answered) flush(view);
  return () => {
    // Streamlit may call an overtaken call's cleanup while the component lives on.
    if (call !== view.calls) return;
    view.sized.disconnect();
    views.delete(parentElement);
  };
}

function draw(view) {
  view.root.classList.toggle("locked", Boolean(view.data.locked));
  view.waiting = false;
  view.range = view.range.filter((id) => layerIds(view).includes(id));
  drawBlocks(view);
  drawPalette(view);
  drawWires(view);
}

/** Tell Python; what comes while it is still busy with the last is told together afterwards, so that no key is lost. */
function tell(view, told) {
  if (view.data.locked && !["select", "picture"].includes(told.do)) return;
  view.told.push(told);
  if (!view.inFlight || Date.now() - view.inFlight > PATIENCE) flush(view);
}

function flush(view) {
  if (!view.told.length) return;
  view.inFlight = Date.now();
  view.send(view.told);
  view.told = [];
}
