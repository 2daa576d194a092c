/** @import { Edge } from "./lanes.js" */
/** @import { View } from "./view" */
import { createElement, part } from "../shared/dom.js";
import { SEND_WORDS, STOP_WORDS } from "./data_preview.js";
import { edgesOf } from "./lanes.js";
import { nameOf } from "./rows.js";
import { SPINE } from "./wires.js";

const STEP = 900; // milliseconds from a layer to the next, in a small network
const LONGEST = 14_000; // milliseconds for a whole network
const SHORTEST_STEP = 120;

/**
 * How long the data takes from a layer to the next.
 * @param {number} layers of the network
 * @returns {number} milliseconds
 */
export function stepTime(layers) {
  return Math.max(SHORTEST_STEP, Math.min(STEP, LONGEST / Math.max(1, layers)));
}

/**
 * What a screen reader says once the picture went through.
 * @param {View["data"]} data of the component
 * @returns {string} a sentence that names what each layer gives
 */
export function flowWords(data) {
  const layers = data.blocks.map(({ id, shape }) => `${nameOf(data, id)} gives ${shape}`);
  return `The image went through the network: ${layers.join(", ")}.`;
}

/**
 * Send the picture through the network, or end that: what each layer gives moves along its arrows to the next layers.
 * Without motion, where a person asks the browser for that, each layer is marked in its turn.
 * @param {View} view the builder's
 */
export async function toggleFlow(view) {
  if (view.flow) return endFlow(view);
  const flow = new AbortController();
  view.flow = flow;
  const edges = edgesOf(view.rows, view.data.blocks);
  const step = stepTime(view.rows.length - 1);
  view.root.classList.add("flowing");
  showButton(view, true);
  arrive(view, 0);
  for (let row = 1; row < view.rows.length && !flow.signal.aborted; row += 1) {
    const incoming = edges.filter(({ to }) => to === row);
    if (view.rows[row].kind === "head") continue;
    await Promise.all(incoming.map((edge) => travel(view, edge, step, flow.signal)));
    if (flow.signal.aborted) return;
    arrive(view, row);
    await pause(step / 3, flow.signal);
  }
  if (flow.signal.aborted) return;
  part(view.root, "p.unseen").textContent = flowWords(view.data);
  endFlow(view);
}

/** End what is on its way. @param {View} view the builder's */
export function endFlow(view) {
  if (!view.flow) return;
  view.flow.abort();
  view.flow = null;
  view.root.classList.remove("flowing");
  for (const row of view.root.querySelectorAll(".reached, .arrived")) row.classList.remove("reached", "arrived");
  part(view.root, ".tokens").replaceChildren();
  showButton(view, false);
}

/** @param {View} view @param {boolean} isOn */
function showButton(view, isOn) {
  const button = view.root.querySelector(".send");
  if (button) button.textContent = isOn ? STOP_WORDS : SEND_WORDS;
}

/** @param {View} view @param {number} index of a row */
function rowAt(view, index) {
  return /** @type {HTMLElement} */ (part(view.root, ".blocks").children[index]);
}

/** @param {View} view @param {number} index of the row that the data has reached */
function arrive(view, index) {
  for (const row of view.root.querySelectorAll(".arrived")) row.classList.remove("arrived");
  const row = rowAt(view, index);
  row.classList.add("reached", "arrived");
  row.scrollIntoView({ block: "nearest" });
}

/** @param {View} view @param {Edge} edge @param {number} time @param {AbortSignal} signal */
async function travel(view, edge, time, signal) {
  if (matchMedia("(prefers-reduced-motion: reduce)").matches) return pause(time, signal);
  const [from, to] = [rowAt(view, edge.from), rowAt(view, edge.to)];
  const shown = /** @type {?HTMLImageElement} */ (from.querySelector(".glimpse img"));
  const token = createElement("span", { className: "token" });
  if (shown) token.append(createElement("img", { src: shown.src, alt: "", className: shown.className }));
  part(view.root, ".tokens").append(token);
  token.style.offsetPath = `path("${wayOf(view, edge, from, to)}")`;
  const moving = token.animate({ offsetDistance: ["0%", "100%"] }, { duration: time, easing: "ease-in-out", fill: "both" });
  signal.addEventListener("abort", () => moving.cancel(), { once: true });
  await moving.finished.catch(() => {}); // it was cancelled
  token.remove();
}

// From the middle of a row's sign to that of another one, along their arrow.
/** @param {View} view @param {Edge} edge @param {HTMLElement} from @param {HTMLElement} to */
function wayOf(view, edge, from, to) {
  const centre = (/** @type {HTMLElement} */ row) => `${row.offsetLeft + SPINE} ${row.offsetTop + row.offsetHeight / 2}`;
  const line = view.root.querySelector(`.wires [data-wire="${edge.from}-${edge.to}-${edge.order}"] .line`)?.getAttribute("d") ?? "";
  return edge.isPlain ? `M${centre(from)}L${centre(to)}` : `M${centre(from)}${line.replace("M", "L")}L${centre(to)}`;
}

/** @param {number} time in milliseconds @param {AbortSignal} signal @returns {Promise<void>} */
function pause(time, signal) {
  return new Promise((done) => {
    const timer = setTimeout(done, time);
    signal.addEventListener("abort", () => (clearTimeout(timer), done()), { once: true });
  });
}
