// The choices above the network: data set, activation, regularisation, learning rate, noise, and another start.
/** @import { Data, Net } from "./border.js" */
import { createElement, part } from "../../components/shared/dom.js";
import { coloursOf, paintPoints } from "./maps.js";

const THUMBNAIL = 56;
/** @type {Object<string, (value: any) => string>} */
const TEXTS = {
  activation: (value) => (value === "linear" ? "none" : value),
  penalty: String,
  strength: String,
  rate: String,
  noise: (value) => `${value} %`,
};

/**
 * Show the choices of a network.
 * @param {HTMLElement} root
 * @param {Data} data
 * @param {Net} net
 * @param {(changes: Partial<Net>) => void} onChanged
 */
export function showChoices(root, data, net, onChanged) {
  const sets = part(root, ".sets");
  if (!sets.querySelector("label")) sets.append(...data.sets.map((set) => thumbnail(set)));
  choose(sets, net.points, (points) => onChanged({ points }));
  sets.querySelectorAll("canvas").forEach((canvas, index) => paintThumbnail(canvas, data.sets[index], root));
  for (const name of /** @type {const} */ (["activation", "penalty"])) {
    const row = part(root, `.${name}`);
    if (!row.querySelector("label")) row.append(...data.choices[name].map((value) => option(name, String(value))));
    choose(row, net[name], (value) => onChanged({ [name]: value }));
  }
  for (const name of /** @type {const} */ (["strength", "rate", "noise"])) showList(part(root, `.${name}`), name, data, net, onChanged);
  for (const name of ["activation", "penalty", "rate", "noise"]) part(root, `.${name}`).hidden = !data.controls.includes(name);
  part(root, ".strength").hidden = net.penalty === "none" || !data.controls.includes("penalty");
  part(root, ".again").onclick = () => onChanged({ seed: (net.seed + 1) % (data.most.seed + 1) });
}

/** @param {HTMLElement} row @param {string} chosen @param {(value: string) => void} onChosen */
function choose(row, chosen, onChosen) {
  for (const input of row.querySelectorAll("input")) {
    input.checked = input.value === chosen;
    input.onchange = () => onChosen(input.value);
  }
}

/** @param {string} name @param {string} value */
function option(name, value) {
  return createElement("label", {}, createElement("input", { type: "radio", name, value }), createElement("span", {}, TEXTS[name](value)));
}

/** @param {Data["sets"][number]} set */
function thumbnail({ name, title, sentence }) {
  const canvas = createElement("canvas", { ariaHidden: "true" });
  return createElement("label", { title: sentence }, createElement("input", { type: "radio", name: "points", value: name }), canvas, createElement("span", {}, title));
}

/** @param {HTMLCanvasElement} canvas @param {Data["sets"][number]} set @param {HTMLElement} root */
function paintThumbnail(canvas, { inputs, labels }, root) {
  const colours = coloursOf(root);
  if (canvas.dataset.of === colours.line) return;
  canvas.dataset.of = colours.line;
  Object.assign(canvas, { width: 2 * THUMBNAIL, height: 2 * THUMBNAIL });
  const context = /** @type {CanvasRenderingContext2D} */ (canvas.getContext("2d"));
  context.scale(2, 2);
  paintPoints(context, { inputs, labels, trainingPoints: labels.length }, { ...colours, rim: "transparent" }, THUMBNAIL, 2.2);
}

/**
 * @param {HTMLElement} field
 * @param {"strength" | "rate" | "noise"} name
 * @param {Data} data
 * @param {Net} net
 * @param {(changes: Partial<Net>) => void} onChanged
 */
function showList(field, name, data, net, onChanged) {
  const list = /** @type {HTMLSelectElement} */ (part(field, "select"));
  if (!list.options.length) list.append(...data.choices[name].map((value) => createElement("option", { value: String(value) }, TEXTS[name](value))));
  list.value = String(net[name]);
  list.onchange = () => onChanged({ [name]: Number(list.value) });
}
