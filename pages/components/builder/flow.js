/** @import { Edge } from "./lanes.js" */
/** @import { View } from "./view" */
import { createElement, part } from "../shared/dom.js";
import { SEND_WORDS, STOP_WORDS, stretch } from "./data_preview.js";
import { showMode } from "./legend.js";
import { nameOf } from "./rows.js";

const STEP = 900; // milliseconds from a layer to the next, in a small network
const LONGEST = 14_000; // milliseconds for a whole network
const SHORTEST_STEP = 120;

/**
 * The time that the data takes from a layer to the next.
 * @param {number} layers of the network
 * @returns {number} milliseconds
 */
export function stepTime(layers) {
  return Math.max(SHORTEST_STEP, Math.min(STEP, LONGEST / Math.max(1, layers)));
}

/**
 * The words for screen readers after the picture has passed the network.
 * @param {View["data"]} data of the component
 * @returns {string} a sentence that names the output of each layer
 */
export function flowWords(data) {
  const layers = data.blocks.map(({ id, shape }) => `${nameOf(data, id)} gives ${shape}`);
  return `The image went through the network: ${layers.join(", ")}.`;
}

/**
 * Send the picture through the network, or stop the picture. The output of each layer moves along its arrows to the next
 * layers.
 * For visitors who prefer reduced motion, the layers are only marked one after another.
 * @param {View} view of the builder
 */
export async function toggleFlow(view) {
  if (view.flow) return endFlow(view);
  const flow = new AbortController();
  view.flow = flow;
  const edges = view.ways;
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
  showMode(view, "image");
  endFlow(view);
}

/** Stop the picture on its way through the network. @param {View} view the builder's */
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
  row.scrollIntoView({ block: "nearest", inline: "nearest" });
}

/** @param {View} view @param {Edge} edge @param {number} time @param {AbortSignal} signal */
async function travel(view, edge, time, signal) {
  if (matchMedia("(prefers-reduced-motion: reduce)").matches) return pause(time, signal);
  const source = view.previews[view.rows[edge.from].ids.at(-1) ?? ""]?.pictures[0];
  const token = createElement("span", { className: "token" });
  if (source) token.append(createElement("img", { src: source, alt: "", onload: stretch }));
  part(view.root, ".tokens").append(token);
  token.style.offsetPath = `path("${wayOf(view, edge)}")`;
  const moving = token.animate({ offsetDistance: ["0%", "100%"] }, { duration: time, easing: "ease-in-out", fill: "both" });
  signal.addEventListener("abort", () => moving.cancel(), { once: true });
  await moving.finished.catch(() => {}); // the animation was cancelled
  token.remove();
}

/** @param {View} view @param {Edge} edge */
function wayOf(view, edge) {
  return view.root.querySelector(`.wires [data-wire="${edge.from}-${edge.to}-${edge.order}"] .line`)?.getAttribute("d") ?? "";
}

/** @param {number} time in milliseconds @param {AbortSignal} signal @returns {Promise<void>} */
function pause(time, signal) {
  return new Promise((done) => {
    const timer = setTimeout(done, time);
    signal.addEventListener("abort", () => (clearTimeout(timer), done()), { once: true });
  });
}
