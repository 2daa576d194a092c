/** @import { DrawnRow, Layer, Problem, Row, View } from "./view" */
import { createElement, part } from "../shared/dom.js";
import { formatCount } from "../shared/text_format.js";
import { pictureButtons, previewAt, previewOf } from "./data_preview.js";
import { iconSide } from "./figures.js";
import { toggleFlow } from "./flow.js";
import { drawingOf, figureOf, iconButton } from "./icons.js";
import { idsIn, PICTURE, rowsOf } from "./rows.js";
import { joinTo, mark, markTo, removeLayer, selectLayer, toggleFold, toggleJoining } from "./selection.js";

const NARROW_TIMES = "\u00a0×\u00a0"; // a shape is not broken at the end of a line

/** Draw the rows. A row that only says something else is changed in place. @param {View} view */
export function drawBlocks(view) {
  view.rows = rowsOf(view.data.blocks, view.folded);
  /** @type {Map<string, DrawnRow>} */
  const drawn = new Map();
  for (const row of view.rows) {
    const key = `${row.kind} ${row.kind === "head" ? row.first : row.ids[0]}`;
    const before = view.drawnRows.get(key);
    drawn.set(key, drawRow(view, row, before));
  }
  for (const [key, { element }] of drawn) if (view.drawnRows.get(key)?.element !== element) view.sizes.observe(element);
  for (const [key, { element }] of view.drawnRows) if (drawn.get(key)?.element !== element) view.sizes.unobserve(element);
  view.drawnRows = drawn;
  arrange(part(view.root, ".blocks"), [...drawn.values()].map(({ element }) => element));
  view.root.classList.toggle("joining", Boolean(view.joining));
  rove(view);
}

/**
 * Let the Tab key stop at one row only: arrows go to the others, so that what follows the network is one Tab away.
 * @param {View} view the builder's
 */
export function rove(view) {
  const ids = view.rows.flatMap(({ ids }) => ids.slice(0, 1));
  const stop = [view.stop, view.data.selected, PICTURE].find((id) => id !== null && ids.includes(id));
  for (const row of /** @type {NodeListOf<HTMLElement>} */ (view.root.querySelectorAll(".block"))) {
    part(row, ".name").tabIndex = row.dataset.id === stop ? 0 : -1;
  }
}

/** @param {View} view @param {Row} row @param {DrawnRow | undefined} before @returns {DrawnRow} */
function drawRow(view, row, before) {
  const parts = partsOf(view, row);
  if (before?.parts.looks !== parts.looks) return { parts, element: elementOf(view, row) };
  const { element } = before;
  const differs = (/** @type {string} */ name) => before.parts[name] !== parts[name];
  if (differs("old")) element.querySelector(".glimpse")?.classList.toggle("old", parts.old === "true");
  if (row.kind === "layer") changeLayer(view, row.layer, element, differs);
  return { parts, element };
}

/** @param {View} view @param {Layer} layer @param {HTMLElement} element @param {(part: string) => boolean} differs */
function changeLayer(view, layer, element, differs) {
  if (differs("called")) {
    part(element, ".name").replaceChildren(...nameParts(layer));
    part(element, ".former").textContent = formerOf(view, layer);
    const label = portLabel(layer.called);
    Object.assign(part(element, ".port"), { title: label, ariaLabel: label });
  }
  if (differs("facts")) {
    part(element, ".facts").replaceWith(factsOf(layer));
    part(element, ".sign").replaceWith(signOf(layer));
    element.querySelector(".figure")?.replaceWith(figureOf(layer.dims, sideOf(view)));
  }
  if (differs("preview")) element.querySelector(".glimpse")?.replaceWith(previewOf(view, layer.id, layer.shape));
}

// What a row shows, part by part, each as text: `looks` is what needs a new row.
/** @param {View} view @param {Row} row @returns {Object<string, string>} */
function partsOf(view, row) {
  const { data, joining, range } = view;
  const state = [[data.selected, joining].map((id) => id !== null && row.ids.includes(id)), row.ids.some((id) => range.includes(id))];
  const previews = row.kind === "head" ? [] : row.ids.map((id) => previewAt(view, id));
  const old = String(previews.some((preview) => preview?.isStale));
  const shown = JSON.stringify(previews.map((preview) => preview && [preview.pictures, preview.words]));
  if (row.kind !== "layer") return { looks: JSON.stringify([row, state, shown, row.kind === "picture" && [data.data?.note, data.picture, data.pictureShape]]), old };
  const { called, role, shape, dims, parameters, nonTrainable, share, operations, ...layer } = row.layer;
  const looks = JSON.stringify([row.kind, row.block, { ...layer, inputs: [] }, state, !previews[0]]); // the wires draw the inputs
  const facts = JSON.stringify([role, shape, dims, parameters, nonTrainable, share, operations, sideOf(view)]);
  return { looks, called: `${called} ${formerOf(view, row.layer)}`, facts, preview: shown, old };
}

// Elements that stay are not touched, so that they keep the focus, and a press its click.
/** @param {HTMLElement} list @param {HTMLElement[]} children */
function arrange(list, children) {
  const wanted = new Set(children);
  for (const old of /** @type {HTMLElement[]} */ ([...list.children])) if (!wanted.has(old)) old.remove();
  children.forEach((child, index) => {
    if (list.children[index] !== child) list.insertBefore(child, list.children[index] ?? null);
  });
}

/**
 * The layer whose row has the focus.
 * @param {View} view the builder's
 * @returns {?string} its id, or null
 */
export function focusedId(view) {
  return /** @type {?HTMLElement} */ (view.parent.activeElement?.closest("[data-id]"))?.dataset.id ?? null;
}

/**
 * Move the focus to a layer.
 * @param {View} view the builder's
 * @param {?string} id of the layer; null changes nothing
 */
export function focusBlock(view, id) {
  if (!id || focusedId(view) === id) return;
  /** @type {?HTMLElement} */ (view.root.querySelector(`[data-id="${CSS.escape(id)}"] .name`))?.focus({ preventScroll: false });
}

/** @param {View} view @param {Row} row */
function elementOf(view, row) {
  if (row.kind === "head") return headRow(row.block, row.count);
  if (row.kind === "folded") return foldedRow(view, row.block, row.layers);
  return row.kind === "layer" ? layerRow(view, row.layer) : pictureRow(view);
}

/** @param {View} view */
function pictureRow(view) {
  const isSelected = view.data.selected === PICTURE;
  const name = createElement("button", { type: "button", className: "name", ariaExpanded: String(isSelected) }, "Input");
  const sign = createElement("span", { className: "sign" }, previewOf(view, PICTURE) || figureOf(view.data.pictureShape, sideOf(view)));
  const first = createElement("span", { className: "first" }, name, createElement("span", { className: "what" }, view.data.picture.replaceAll(" × ", NARROW_TIMES)));
  const note = view.data.data ? createElement("span", { className: "note" }, view.data.data.note) : "";
  const text = createElement("span", { className: "text" }, first, pictureButtons(view), note);
  const className = `block picture${isSelected ? " selected" : ""}`;
  return withData(createElement("li", { className }, sign, text, portOf("The image", view.joining === PICTURE)), { id: PICTURE });
}

/** @param {string} block @param {number} count */
function headRow(block, count) {
  const fold = createElement("button", { type: "button", className: "fold", ariaExpanded: "true" }, `▾ ${block}`);
  const dissolve = createElement("button", { type: "button", className: "dissolve" }, "Take apart");
  return withData(createElement("li", { className: "head" }, fold, createElement("span", {}, `${formatCount(count)} layers`), dissolve), { block });
}

/** @param {View} view @param {string} block @param {Layer[]} layers */
function foldedRow(view, block, layers) {
  const last = layers[layers.length - 1];
  const isBad = layers.some(({ problems }) => problems.some(({ blocks }) => blocks));
  const sum = (/** @type {"parameters" | "nonTrainable"} */ name) => layers.reduce((all, layer) => all + (layer[name] ?? 0), 0);
  const parameters = layers.every((layer) => layer.parameters !== null) ? parametersText(sum("parameters"), sum("nonTrainable")) : "";
  const facts = [`${layers.length} layers`, last.shape, parameters].filter(Boolean).join(" · ");
  const text = createElement("span", { className: "text" },
    createElement("button", { type: "button", className: "name fold", ariaExpanded: "false" }, `▸ ${block}`), createElement("span", {}, facts),
    createElement("span", { className: "data" }, figureOf(last.dims, sideOf(view)), previewOf(view, last.id, last.shape)), isBad ? createElement("span", { className: "wrong" }, "A layer inside has a problem: unfold it.") : "");
  const row = createElement("li", { className: `block folded${isBad ? " bad" : ""}` },
    signOf({ ...layers[0], parameters: parameters ? sum("parameters") : null }), text);
  return withData(row, { id: layers[0].id, block });
}

/** @param {View} view @param {Layer} layer */
function layerRow(view, layer) {
  const { id, problems } = layer;
  const isSelected = id === view.data.selected;
  const isBad = problems.some(({ blocks }) => blocks);
  const name = createElement("button", { type: "button", className: "name", title: layer.sentence, ariaExpanded: String(isSelected) }, ...nameParts(layer));
  const actions = createElement("span", { className: "actions" },
    iconButton(`Duplicate ${layer.name}`, "duplicate"), iconButton(`Delete ${layer.name}`, "remove"));
  const first = createElement("span", { className: "first" }, name, createElement("span", { className: "former" }, formerOf(view, layer)), actions);
  const takes = layer.takes ? createElement("span", { className: "takes" }, `takes ${layer.takes}`) : "";
  const seen = createElement("span", { className: "data" }, figureOf(layer.dims, sideOf(view)), previewOf(view, id, layer.shape));
  const text = createElement("span", { className: "text" }, first, factsOf(layer), takes, seen);
  const states = { selected: isSelected, bad: isBad, marked: view.range.includes(id), inside: layer.block, origin: id === view.joining };
  const className = ["block", ...Object.entries(states).filter(([, holds]) => holds).map(([state]) => state)].join(" ");
  const port = portOf(layer.called, id === view.joining); // at the left edge, but read after the layer's name
  return withData(createElement("li", { className }, signOf(layer), text, port, ...problems.map(problemOf)), { id });
}

/** @template {HTMLElement} Kind @param {Kind} element @param {Object<string, string>} data @returns {Kind} */
function withData(element, data) {
  Object.assign(element.dataset, data);
  return element;
}

/** @param {View} view @returns {number} of the picture that goes in, in its own pixels */
function sideOf({ data }) {
  return Math.max(...data.pictureShape.slice(0, 2));
}

/** @param {Layer} layer */
function signOf({ drawing, parameters }) {
  const side = iconSide(parameters);
  const icon = drawingOf(drawing);
  icon.style.width = icon.style.height = `${side}px`;
  return createElement("span", { className: "sign" }, icon);
}

// A layer that is added or removed changes the numbers in the names of others: what they were is said until the next one.
/** @param {View} view @param {Layer} layer */
function formerOf({ formerNames }, { id }) {
  const former = formerNames.get(id);
  return former ? `was ${former}` : "";
}

/** @param {Layer} layer */
function nameParts({ called, phrase }) {
  return [createElement("span", { className: "called" }, called), ` ${phrase}`];
}

/** @param {string} name @param {boolean} isPressed */
function portOf(name, isPressed) {
  return Object.assign(iconButton(portLabel(name), "port"), { ariaPressed: String(isPressed) });
}

/** @param {string} name */
function portLabel(name) {
  return `Join ${name} with another layer`;
}

/** @param {Layer} layer */
function factsOf({ role, shape, parameters, nonTrainable, share, operations }) {
  const facts = createElement("span", { className: "facts" }, createElement("span", { className: "shape" }, shape));
  if (role) facts.append(createElement("span", { className: "role" }, role));
  if (parameters === null) return facts;
  const percent = share >= 0.0005 ? ` (${(100 * share).toFixed(share < 0.01 ? 1 : 0)}\u00a0%)` : "";
  facts.append(createElement("span", {}, parametersText(parameters, nonTrainable, percent)));
  if (operations) facts.append(createElement("span", { className: "adds" }, `${formatCount(operations)} multiply-adds`));
  return facts;
}

/**
 * How many parameters there are, in words, as core.experiment.shapes.parameters_text has it.
 * @param {number} parameters all of them
 * @param {number} nonTrainable how many of them are not trained
 * @param {string} share of the network's parameters, in words
 * @returns {string} for example "1 parameter" or "1,290 parameters, 10 of them non-trainable"
 */
export function parametersText(parameters, nonTrainable, share = "") {
  const split = nonTrainable ? `, ${formatCount(nonTrainable)} of them non-trainable` : "";
  return `${formatCount(parameters)} ${parameters === 1 ? "parameter" : "parameters"}${share}${split}`;
}

// In short: the settings of the layer say all of it.
/** @param {Problem} problem */
function problemOf({ blocks, happened, rest, repairs }) {
  const buttons = repairs.map(({ id, label }) => withData(createElement("button", { type: "button" }, label), { repair: id }));
  return createElement("div", { className: `problem ${blocks ? "error" : "warning"}`, role: blocks ? "alert" : "note" },
    createElement("b", {}, happened), repairs.length ? "" : createElement("span", {}, rest),
    createElement("span", { className: "repairs" }, ...buttons));
}

/** Let clicks on the rows change the network. @param {View} view */
export function listenToBlocks(view) {
  part(view.root, ".blocks").addEventListener("click", (event) => {
    const target = /** @type {Element} */ (event.target);
    const row = target.closest("li");
    if (!row || view.wasDragged) return;
    const button = target.closest("button");
    const isCommand = button !== null && onButton(view, button, row.dataset);
    if (!isCommand) onRow(view, row, target, event.shiftKey);
  });
  part(view.root, ".blocks").addEventListener("focusin", ({ target }) => {
    if (!(/** @type {Element} */ (target).matches(".name"))) return; // the buttons of the picture are passed on the way to it
    view.stop = focusedId(view);
    rove(view);
  });
  const form = /** @type {HTMLFormElement} */ (part(view.root, ".range"));
  form.addEventListener("keydown", (event) => {
    event.stopPropagation();
    if (event.key === "Escape") mark(view, []);
  });
  form.addEventListener("submit", (event) => {
    event.preventDefault();
    const field = /** @type {HTMLInputElement} */ (part(form, "input"));
    view.send({ do: "fold", layers: view.range, name: field.value.trim() || "Block" });
    mark(view, []);
  });
  part(form, ".cancel").addEventListener("click", () => mark(view, []));
}

/** @param {View} view @param {HTMLButtonElement} button @param {DOMStringMap} row @returns {boolean} whether it is a command */
function onButton(view, button, { id = "", block = "" }) {
  const { repair, does, step } = button.dataset;
  if (repair) view.send({ do: "repair", layer: id, repair });
  else if (button.matches(".fold")) toggleFold(view, block);
  else if (button.matches(".dissolve")) view.send({ do: "fold", layers: idsIn(view.data.blocks, block), name: "" });
  else if (does === "port") toggleJoining(view, id);
  else if (does === "duplicate") view.send({ do: "duplicate", layer: id });
  else if (does === "remove") removeLayer(view, id);
  else if (step) view.send({ do: "picture", places: Number(step) });
  else if (does === "send") toggleFlow(view);
  else return false;
  return true;
}

/** @param {View} view @param {HTMLElement} row @param {Element} target @param {boolean} isShift */
function onRow(view, row, target, isShift) {
  const { id } = row.dataset;
  if (!id) return;
  if (view.joining) joinTo(view, id);
  else if (isShift) markTo(view, id);
  else if (!row.matches(".folded") && !target.closest(".problem")) selectLayer(view, id);
}
