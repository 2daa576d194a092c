/** @import { DrawnRow, Layer, Problem, Row, View } from "./view" */
import { createElement, part } from "../shared/dom.js";
import { formatCount } from "../shared/text_format.js";
import { pictureButtons, previewAt, previewOf } from "./data_preview.js";
import { toggleFlow } from "./flow.js";
import { drawingOf, iconButton } from "./icons.js";
import { breakable } from "./words.js";
import { idsIn, PICTURE, rowsOf } from "./rows.js";
import { joinTo, mark, markTo, removeLayer, selectLayer, toggleFold, toggleJoining } from "./selection.js";

const NARROW_TIMES = "\u00a0×\u00a0"; // no-break spaces, so that a shape stays on a line

/** Draw the rows. If only the text of a row differs, the row is changed in place. @param {View} view */
export function drawBlocks(view) {
  view.rows = rowsOf(view.data.blocks, view.folded);
  /** @type {Map<string, DrawnRow>} */
  const drawn = new Map();
  for (const row of view.rows) {
    const key = `${row.kind} ${row.kind === "head" ? row.first : row.ids[0]}`;
    const before = view.drawnRows.get(key);
    drawn.set(key, drawRow(view, row, before));
  }
  view.drawnRows = drawn;
  arrange(part(view.root, ".blocks"), [...drawn.values()].map(({ element }) => element));
  view.root.classList.toggle("joining", Boolean(view.joining));
  rove(view);
}

/**
 * Let the Tab key stop at a single row. Arrow keys go to the other rows, so that a single Tab leaves the network.
 * @param {View} view of the builder
 */
export function rove(view) {
  const ids = view.rows.flatMap(({ ids }) => ids.slice(0, 1));
  const stop = [view.stop, view.data.selected, PICTURE].find((id) => id !== null && ids.includes(id));
  for (const row of /** @type {NodeListOf<HTMLElement>} */ (view.root.querySelectorAll(".block"))) {
    const [name, index] = [part(row, ".name"), row.dataset.id === stop ? 0 : -1];
    if (name.tabIndex !== index) name.tabIndex = index; // each change would lay out the page again
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
    for (const [action, verb] of [["duplicate", "Duplicate"], ["remove", "Delete"]]) {
      const label = `${verb} ${layer.title}`;
      Object.assign(part(element, `.icon.${action}`), { title: label, ariaLabel: label });
    }
    part(element, ".former").textContent = formerOf(view, layer);
    part(element, ".text").classList.toggle("renamed", formerOf(view, layer) !== "");
    const label = portLabel(layer.called);
    Object.assign(part(element, ".port"), { title: label, ariaLabel: label });
  }
  if (differs("facts")) {
    part(element, ".facts").replaceWith(factsOf(layer));
  }
  if (differs("preview")) element.querySelector(".glimpse")?.replaceWith(previewOf(view, layer.id, layer.shape));
}

// The content of each part of a row, as text. If `looks` changes, the row must be drawn again.
/** @param {View} view @param {Row} row @returns {Object<string, string>} */
function partsOf(view, row) {
  const { data, joining, range } = view;
  const state = [[data.selected, data.added, joining].map((id) => id !== null && row.ids.includes(id)), row.ids.some((id) => range.includes(id))];
  const previews = row.kind === "head" ? [] : row.ids.map((id) => previewAt(view, id));
  const old = String(previews.some((preview) => preview?.isStale));
  const shown = JSON.stringify(previews.map((preview) => preview && [preview.pictures, preview.words]));
  if (row.kind !== "layer") return { looks: JSON.stringify([row, state, shown, row.kind === "picture" && [data.data?.label, data.picture, data.pictureShape]]), old };
  const { called, title, role, shape, dims, parameters, nonTrainable, share, operations, column, ...layer } = row.layer;
  const looks = JSON.stringify([row.kind, row.block, { ...layer, inputs: [] }, column.kind, state, !previews[0]]); // the wires draw the inputs
  const facts = JSON.stringify([role, shape, dims, parameters, nonTrainable, share, operations]);
  return { looks, called: `${called} ${title} ${formerOf(view, row.layer)}`, facts, preview: shown, old };
}

// Unchanged elements stay in place, so that they keep the focus, and a click that has begun is not lost.
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
 * @param {View} view of the builder
 * @returns {?string} its id, or null
 */
export function focusedId(view) {
  return /** @type {?HTMLElement} */ (view.parent.activeElement?.closest("[data-id]"))?.dataset.id ?? null;
}

/**
 * Move the focus to a layer.
 * @param {View} view of the builder
 * @param {?string} id of the layer; null changes nothing
 */
export function focusBlock(view, id) {
  if (!id || focusedId(view) === id) return;
  /** @type {?HTMLElement} */ (view.root.querySelector(`[data-id="${CSS.escape(id)}"] .name`))?.focus({ preventScroll: false });
}

/** @param {View} view @param {Row} row */
function elementOf(view, row) {
  if (row.kind === "head") return headRow(row);
  if (row.kind === "folded") return foldedRow(view, row.block, row.layers);
  return row.kind === "layer" ? layerRow(view, row.layer) : pictureRow(view);
}

/** @param {View} view */
function pictureRow(view) {
  const { data, joining } = view;
  const isSelected = data.selected === PICTURE;
  const name = createElement("button", { type: "button", className: "name", ariaExpanded: String(isSelected) }, "Input");
  const [height, width, channels] = data.pictureShape;
  const size = `${height}${NARROW_TIMES}${width}${channels > 1 ? `${NARROW_TIMES}${channels}` : ""} pixels`;
  const what = createElement("span", { className: "facts", title: data.picture }, createElement("span", {}, size));
  const words = createElement("span", { className: "label" }, data.data?.label ?? "");
  const text = createElement("span", { className: "text" }, createElement("span", { className: "first" }, name), what);
  const below = createElement("span", { className: "below" }, words, pictureButtons(view));
  const className = `block picture${isSelected ? " selected" : ""}`;
  return withData(createElement("li", { className }, text, below, portOf("The image", joining === PICTURE)), { id: PICTURE });
}

/** @param {Row & {kind: "head"}} row */
function headRow({ block, count, first }) {
  const fold = createElement("button", { type: "button", className: "fold", ariaExpanded: "true" }, `▾ ${block}`);
  const dissolve = createElement("button", { type: "button", className: "dissolve" }, "Take apart");
  return withData(createElement("li", { className: "head" }, fold, createElement("span", {}, `${formatCount(count)} layers`), dissolve), { block, first });
}

/** @param {View} view @param {string} block @param {Layer[]} layers */
function foldedRow(view, block, layers) {
  const last = layers[layers.length - 1];
  const isBad = layers.some(({ problems }) => problems.some(({ blocks }) => blocks));
  const sum = (/** @type {"parameters" | "nonTrainable"} */ name) => layers.reduce((all, layer) => all + (layer[name] ?? 0), 0);
  const parameters = layers.every((layer) => layer.parameters !== null) ? parametersText(sum("parameters"), sum("nonTrainable")) : "";
  const facts = [`${layers.length} layers`, last.shape, parameters].filter(Boolean).join(" · ");
  const text = createElement("span", { className: "text" },
    createElement("button", { type: "button", className: "name fold", ariaExpanded: "false" }, `▸ ${block}`),
    createElement("span", { className: "facts" }, facts),
    isBad ? createElement("span", { className: "wrong" }, "A layer inside has a problem: unfold it.") : "");
  const row = createElement("li", { className: `block folded${isBad ? " bad" : ""}` }, text, cardOf(view, last, layers[0].drawing));
  return withData(row, { id: layers[0].id, block });
}

/** @param {View} view @param {Layer} layer */
function layerRow(view, layer) {
  const { id, problems } = layer;
  const isSelected = id === view.data.selected;
  const isBad = problems.some(({ blocks }) => blocks);
  const name = createElement("button", { type: "button", className: "name", title: layer.sentence, ariaExpanded: String(isSelected) }, ...nameParts(layer));
  const actions = createElement("span", { className: "actions" },
    iconButton(`Duplicate ${layer.title}`, "duplicate"), iconButton(`Delete ${layer.title}`, "remove"));
  const former = formerOf(view, layer);
  const first = createElement("span", { className: "first" }, name, createElement("span", { className: "former" }, former));
  const takes = layer.takes ? createElement("span", { className: "takes" }, `takes ${layer.takes}`) : "";
  const text = createElement("span", { className: former ? "text renamed" : "text" }, first, factsOf(layer), takes);
  const states = { selected: isSelected, added: id === view.data.added, bad: isBad, marked: view.range.includes(id), inside: layer.block, origin: id === view.joining };
  const className = ["block", `is-${layer.column.kind}`, ...Object.entries(states).filter(([, holds]) => holds).map(([state]) => state)].join(" ");
  const port = portOf(layer.called, id === view.joining); // at the right edge, but read after the layer's name
  const card = layer.column.kind === "card" ? cardOf(view, layer, layer.drawing) : "";
  return withData(createElement("li", { className }, text, actions, port, card, ...problems.map(problemOf)), { id });
}

// A layer that is drawn neither as dots nor as maps: its sign, and its output for the image.
/** @param {View} view @param {Layer} layer @param {string} drawing */
function cardOf(view, { id, shape }, drawing) {
  return createElement("span", { className: "card" }, drawingOf(drawing), previewOf(view, id, shape));
}

/** @template {HTMLElement} Kind @param {Kind} element @param {Object<string, string>} data @returns {Kind} */
function withData(element, data) {
  Object.assign(element.dataset, data);
  return element;
}

// An added or removed layer changes the numbers in the names of other layers. Their former names are shown until the next
// such change.
/** @param {View} view @param {Layer} layer */
function formerOf({ formerNames }, { id }) {
  const former = formerNames.get(id);
  return former ? `was ${former}` : "";
}

// The kind and its size are large, such as "Dense 128"; the other words of the phrase stand below, smaller.
/** @param {Layer} layer */
function nameParts({ called, phrase, title }) {
  const [kind, size = "", ...others] = phrase.split(" ");
  const isSized = /^[\d,.]+$/.test(size) && others[0] !== "×";
  const rest = isSized ? others.join(" ") : [size, ...others].filter(Boolean).join(" ");
  const large = createElement("b", {}, ...breakable(kind), isSized ? `\u0020${size}` : "");
  const small = rest ? [" ", createElement("span", { className: "rest" }, rest)] : [];
  return [large, ...small, ...(title === phrase ? [] : [" (", createElement("span", { className: "called" }, called), ")"])];
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
function factsOf({ role, shape, parameters, nonTrainable, share, operations, column }) {
  const isSaid = column.kind === "dots"; // the name already has the number of outputs
  const facts = createElement("span", { className: "facts" }, createElement("span", { className: isSaid ? "shape unseen" : "shape" }, shape.replaceAll(" × ", NARROW_TIMES)));
  if (role) facts.append(createElement("span", { className: "role unseen" }, role));
  if (parameters === null) return facts;
  const percent = share >= 0.0005 ? ` (${(100 * share).toFixed(share < 0.01 ? 1 : 0)}\u00a0%)` : "";
  const words = parametersText(parameters, nonTrainable, percent);
  const costs = createElement("span", { className: parameters ? "costs" : "costs unseen", title: operations ? `${words}, ${formatCount(operations)} multiply-adds` : words });
  if (parameters) costs.append(createElement("span", { ariaHidden: "true" }, `${formatCount(parameters)} parameters`));
  costs.append(createElement("span", { className: "unseen" }, words));
  facts.append(costs);
  if (operations) facts.append(createElement("span", { className: "unseen" }, `${formatCount(operations)} multiply-adds`));
  return facts;
}

/**
 * The number of parameters in words, as core.experiment.shapes.parameters_text returns it.
 * @param {number} parameters all of them
 * @param {number} nonTrainable how many of them are not trained
 * @param {string} share of the network's parameters, in words
 * @returns {string} for example "1 parameter" or "1,290 parameters, 10 of them non-trainable"
 */
export function parametersText(parameters, nonTrainable, share = "") {
  const split = nonTrainable ? `, ${formatCount(nonTrainable)} of them non-trainable` : "";
  return `${formatCount(parameters)} ${parameters === 1 ? "parameter" : "parameters"}${share}${split}`;
}

// The short text of a problem. The settings of the layer show the whole text.
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
    if (!(/** @type {Element} */ (target).matches(".name"))) return; // Tab passes the picture's buttons
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
  else if (step) view.send({ do: "picture", places: step === "1" ? 1 : -1 });
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
