const PICTURE = "input";
const FOLDED_KEPT = "layers.folded";

/** The rows from top to bottom: the picture, each layer, and in place of a folded block's layers one row. */
function rowsOf(view) {
  const rows = [{ kind: "picture", ids: [PICTURE] }];
  view.data.blocks.forEach((block) => {
    const before = rows.at(-1);
    const goesOn = block.block && before.block === block.block;
    if (block.block && view.folded.includes(block.block)) {
      if (goesOn) before.ids.push(block.id), before.layers.push(block);
      else rows.push({ kind: "folded", block: block.block, ids: [block.id], layers: [block] });
      return;
    }
    if (block.block && !goesOn) rows.push({ kind: "head", block: block.block, ids: [], first: block.id, count: idsIn(view, block.block).length });
    rows.push({ kind: "layer", block: block.block, ids: [block.id], layer: block });
  });
  return rows;
}

function drawBlocks(view) {
  view.rows = rowsOf(view);
  const drawn = new Map();
  for (const row of view.rows) {
    const key = `${row.kind} ${row.first ?? row.ids[0]}`;
    const parts = partsOf(view, row);
    const before = view.drawn?.get(key);
    const stays = before?.parts.looks === parts.looks;
    const element = stays ? before.element : DRAW[row.kind](view, row);
    if (stays) for (const [part, change] of Object.entries(CHANGE)) if (before.parts[part] !== parts[part]) change(view, row, element);
    drawn.set(key, { parts, element });
  }
  view.drawn = drawn;
  arrange(view.root.querySelector(".blocks"), [...drawn.values()].map(({ element }) => element));
  view.root.classList.toggle("joining", Boolean(view.joining));
}

/** What a row shows, part by part, each as text: a layer's name, facts and data change without drawing all of it anew. */
function partsOf(view, row) {
  const { data } = view;
  const state = [[data.selected, view.joining].map((id) => row.ids.includes(id)), row.ids.some((id) => view.range.includes(id))];
  const glimpses = row.kind === "head" ? [] : row.ids.map((id) => glimpseAt(view, id));
  const old = String(glimpses.some((one) => one?.old));
  const shown = JSON.stringify(glimpses.map((one) => one && [one.pictures, one.words]));
  if (row.kind !== "layer") return { looks: JSON.stringify([row, state, shown, row.kind === "picture" && [data.data?.note, data.picture]]), old };
  const { called, shape, parameters, nonTrainable, share, operations, inputs, ...layer } = row.layer; // the inputs are drawn by the wires
  return { looks: JSON.stringify([row.kind, row.block, layer, state, !glimpses[0]]), called, facts: JSON.stringify([shape, parameters, nonTrainable, share, operations]), glimpse: shown, old };
}

const CHANGE = {
  called: (view, { layer }, element) => {
    element.querySelector(".name").replaceChildren(...nameParts(layer));
    const label = portLabel(layer.called);
    Object.assign(element.querySelector(".port"), { title: label, ariaLabel: label });
  },
  facts: (view, { layer }, element) => element.querySelector(".facts").replaceWith(factsOf(layer)),
  glimpse: (view, { layer }, element) => element.querySelector(".glimpse")?.replaceWith(glimpseOf(view, layer.id)),
  old: (view, { ids }, element) => element.querySelector(".glimpse")?.classList.toggle("old", ids.some((id) => glimpseAt(view, id)?.old)),
};

function nameParts(layer) {
  return [made("span", { className: "called" }, layer.called), ` ${layer.phrase}`];
}

const DRAW = { picture: pictureRow, head: headRow, folded: foldedRow, layer: layerRow };

/** Give a list these children; those that stay are not touched, so that they keep the focus, and a press its click. */
function arrange(list, children) {
  const kept = new Set(children);
  for (const old of [...list.children]) if (!kept.has(old)) old.remove();
  children.forEach((child, index) => {
    if (list.children[index] !== child) list.insertBefore(child, list.children[index] ?? null);
  });
}

function focusedId(view) {
  return view.parent.activeElement?.closest?.("[data-id]")?.dataset.id;
}

function focusBlock(view, id) {
  if (id && focusedId(view) !== id) view.root.querySelector(`[data-id="${CSS.escape(id)}"] .name`)?.focus({ preventScroll: false });
}

function pictureRow(view) {
  const row = made("li", { className: "block picture" }, portOf("The picture", view.joining === PICTURE), made("span", { className: "text" }, made("b", {}, "Input"), made("span", {}, view.data.picture), glimpseOf(view, PICTURE, turnOf(view))));
  row.dataset.id = PICTURE;
  return row;
}

function headRow(view, { block, count }) {
  const row = made("li", { className: "head" },
    made("button", { type: "button", className: "fold", ariaExpanded: "true" }, `▾ ${block}`), made("span", {}, `${counted(count)} layers`),
    made("button", { type: "button", className: "dissolve" }, "Take apart"));
  row.dataset.block = block;
  return row;
}

function foldedRow(view, { block, layers }) {
  const [parameters, nonTrainable] = ["parameters", "nonTrainable"].map((name) => layers.reduce((sum, one) => sum + (one[name] ?? 0), 0));
  const bad = layers.filter((one) => one.problems.some((problem) => problem.blocks)).length;
  const known = layers.every((one) => one.parameters !== null);
  const row = made("li", { className: `block folded${bad ? " bad" : ""}` }, drawingOf(layers[0].drawing),
    made("span", { className: "text" },
      made("button", { type: "button", className: "name fold", ariaExpanded: "false" }, `▸ ${block}`),
      made("span", {}, [`${layers.length} layers`, layers.at(-1).shape, known ? parametersText(parameters, nonTrainable) : ""].filter(Boolean).join(" · ")),
      glimpseOf(view, layers.at(-1).id),
      bad ? made("span", { className: "wrong" }, "A layer inside has a problem: unfold it.") : ""));
  row.dataset.id = layers[0].id;
  row.dataset.block = block;
  return row;
}

function layerRow(view, { layer }) {
  const selected = layer.id === view.data.selected;
  const bad = layer.problems.some((problem) => problem.blocks);
  const name = made("button", { type: "button", className: "name", title: layer.sentence, ariaExpanded: String(selected) }, ...nameParts(layer));
  const actions = made("span", { className: "actions" },
    iconButton(`Duplicate ${layer.name}`, "duplicate", selected ? 0 : -1), iconButton(`Delete ${layer.name}`, "remove", selected ? 0 : -1));
  const row = made("li", { className: ["block", selected && "selected", bad && "bad", view.range.includes(layer.id) && "marked", layer.block && "inside", layer.id === view.joining && "origin"].filter(Boolean).join(" ") },
    portOf(layer.called, layer.id === view.joining), drawingOf(layer.drawing),
    made("span", { className: "text" }, made("span", { className: "first" }, name, made("span", { className: "kind" }, layer.group), actions), factsOf(layer),
      layer.takes ? made("span", { className: "takes" }, `takes ${layer.takes}`) : "", glimpseOf(view, layer.id)),
    ...layer.problems.map(problemOf));
  row.dataset.id = layer.id;
  return row;
}

function portOf(name, pressed) {
  const port = iconButton(portLabel(name), "port", 0);
  port.ariaPressed = String(pressed);
  return port;
}

function portLabel(name) {
  return `Join ${name} with another layer`;
}

function factsOf(layer) {
  const facts = made("span", { className: "facts" }, made("span", { className: "shape" }, layer.shape));
  if (layer.parameters === null) return facts;
  const share = layer.share >= 0.0005 ? ` (${(100 * layer.share).toFixed(layer.share < 0.01 ? 1 : 0)} %)` : "";
  facts.append(made("span", {}, parametersText(layer.parameters, layer.nonTrainable, share)));
  if (layer.operations) facts.append(made("span", {}, `${counted(layer.operations)} multiply-adds`));
  if (!layer.parameters) return facts;
  const bar = made("span", { className: "bar", ariaHidden: "true" }, made("i"));
  bar.firstChild.style.width = `${100 * layer.share}%`;
  facts.append(bar);
  return facts;
}

// As core.experiment.shapes.parameters_text has it.
function parametersText(parameters, nonTrainable, share = "") {
  const split = nonTrainable ? `, ${counted(nonTrainable)} of them non-trainable` : "";
  return `${counted(parameters)} ${parameters === 1 ? "parameter" : "parameters"}${share}${split}`;
}

function problemOf(problem) {
  const box = made("div", { className: `problem ${problem.blocks ? "error" : "warning"}`, role: problem.blocks ? "alert" : "note" },
    made("b", {}, problem.happened), made("span", {}, problem.rest), problem.why ? made("i", {}, problem.why) : "",
    made("span", { className: "repairs" }, ...problem.repairs.map(({ id, label }) => {
      const button = made("button", { type: "button" }, label);
      button.dataset.repair = id;
      return button;
    })));
  return box;
}

function blockEvents(view) {
  const list = view.root.querySelector(".blocks");
  list.addEventListener("click", (event) => {
    const button = event.target.closest("button");
    const row = event.target.closest("li");
    if (!row || view.dragged) return;
    const { id, block } = row.dataset;
    if (button?.dataset.repair) tell(view, { do: "repair", layer: id, repair: button.dataset.repair });
    else if (button?.classList.contains("fold")) turnFold(view, block);
    else if (button?.classList.contains("dissolve")) tell(view, { do: "fold", layers: idsIn(view, block), name: "" });
    else if (button?.dataset.does === "port") turnJoining(view, id);
    else if (button?.dataset.does === "duplicate") tell(view, { do: "duplicate", layer: id });
    else if (button?.dataset.does === "remove") removeBlock(view, id);
    else if (button?.dataset.places) tell(view, { do: "picture", places: Number(button.dataset.places) });
    else if (id && view.joining) joinTo(view, id);
    else if (id && event.shiftKey) markTo(view, id);
    else if (id && id !== PICTURE && !row.classList.contains("folded") && !event.target.closest(".problem")) selectBlock(view, id);
  });
  const form = view.root.querySelector(".range");
  form.addEventListener("keydown", (event) => {
    event.stopPropagation();
    if (event.key === "Escape") mark(view, []);
  });
  form.addEventListener("submit", (event) => {
    event.preventDefault();
    const name = form.querySelector("input").value.trim() || "Block";
    tell(view, { do: "fold", layers: view.range, name });
    mark(view, []);
  });
  form.querySelector(".cancel").addEventListener("click", () => mark(view, []));
}

function selectBlock(view, id) {
  view.anchor = id;
  tell(view, { do: "select", layer: id });
}

function removeBlock(view, id) {
  const ids = layerIds(view);
  const index = ids.indexOf(id);
  view.focusNext = ids[index + 1] ?? ids[index - 1] ?? null;
  tell(view, { do: "remove", layer: id });
}

function layerIds(view) {
  return view.data.blocks.map((block) => block.id);
}

function idsIn(view, name) {
  return view.data.blocks.filter((block) => block.block === name).map((block) => block.id);
}

function nameOf(view, id) {
  const layer = view.data.blocks.find((block) => block.id === id);
  return layer ? `${layer.name} (${layer.called})` : "the picture";
}

function turnFold(view, name) {
  view.folded = view.folded.includes(name) ? view.folded.filter((one) => one !== name) : [...view.folded, name];
  keep(FOLDED_KEPT, view.folded);
  draw(view);
  view.root.querySelector(`[data-block="${CSS.escape(name)}"] .fold`)?.focus();
}

/** Mark the layers from the last one selected, or the focused one, to this one. */
function markTo(view, id) {
  const ids = layerIds(view);
  const from = ids.indexOf(view.anchor ?? view.data.selected ?? id);
  const to = ids.indexOf(id);
  mark(view, ids.slice(Math.min(from < 0 ? to : from, to), Math.max(from, to) + 1));
}

function mark(view, ids) {
  view.range = ids;
  const form = view.root.querySelector(".range");
  form.hidden = !ids.length;
  form.querySelector("span").textContent = `${ids.length} layer${ids.length === 1 ? "" : "s"} marked`;
  for (const row of view.root.querySelectorAll(".block")) row.classList.toggle("marked", ids.includes(row.dataset.id));
}

function turnJoining(view, id) {
  view.joining = view.joining === id ? null : id;
  draw(view);
  view.root.querySelector(`[data-id="${CSS.escape(id)}"] .port`)?.focus();
}

function endJoining(view) {
  if (!view.joining) return;
  view.joining = null;
  draw(view);
}

function joinTo(view, id) {
  const from = view.joining;
  if (id !== PICTURE && id !== from) tell(view, { do: "join", layer: id, from });
  endJoining(view);
}
