const SIZE_KEPT = "layers.palette";

/** The palette: all layers of the chosen size by group; a search looks through all of them, whatever the size. */
function drawPalette(view) {
  const { root, data } = view;
  const input = root.querySelector(".find input");
  const words = input.value.toLowerCase().split(/\s+/).filter(Boolean);
  const used = Object.keys(data.sizes).filter((size) => data.palette.some((entry) => entry.size === size));
  if (!used.includes(view.size)) view.size = used.includes(kept(SIZE_KEPT)) ? kept(SIZE_KEPT) : used[0];
  root.querySelector(".place").textContent = placeWords(view);
  const state = JSON.stringify([data.palette, words, view.size]);
  if (view.paletteDrawn === state) return;
  view.paletteDrawn = state;
  drawSizes(view, used);
  const found = words.length ? searched(data.palette, words) : data.palette.filter((entry) => used.indexOf(entry.size) <= used.indexOf(view.size));
  const groups = new Map();
  for (const entry of found) groups.set(entry.group, [...(groups.get(entry.group) ?? []), entry]);
  const tiles = root.querySelector(".tiles");
  tiles.replaceChildren(...[...groups].map(([group, entries]) => groupOf(group, entries)));
  if (!found.length) tiles.append(made("p", { textContent: "No layer has these words. Try a shorter one, such as “conv” or “pool”." }));
}

// What stands in the name counts more than what stands in the sentence.
function searched(palette, words) {
  const score = (entry) => {
    const [name, group, sentence] = [entry.name, entry.group, entry.sentence].map((text) => text.toLowerCase());
    const each = words.map((word) =>
      name.startsWith(word) ? 4 : name.includes(word) ? 3 : group.includes(word) ? 2 : sentence.includes(word) ? 1 : 0);
    return each.every(Boolean) ? each.reduce((sum, one) => sum + one, 0) : 0;
  };
  return palette.map((entry) => [score(entry), entry]).filter(([points]) => points).sort((a, b) => b[0] - a[0]).map(([, entry]) => entry);
}

function drawSizes(view, used) {
  const sizes = view.root.querySelector(".sizes");
  sizes.hidden = used.length < 2;
  sizes.replaceChildren(...used.map((size, index) => {
    const count = view.data.palette.filter((entry) => used.indexOf(entry.size) <= index).length;
    const button = made("button", { type: "button", ariaPressed: String(size === view.size) }, `${view.data.sizes[size]} ${count}`);
    button.dataset.size = size;
    return button;
  }));
}

function groupOf(group, entries) {
  return made("div", { className: "group" }, made("h2", {}, group), ...entries.map((entry) => {
    const text = made("span", { className: "text" }, made("span", { className: "unseen" }, "Add "), made("b", {}, ...breakable(entry.name)), made("small", {}, entry.sentence));
    const tile = made("button", { type: "button", className: "tile", title: entry.sentence }, drawingOf(entry.drawing), text);
    tile.dataset.name = entry.name;
    return tile;
  }));
}

function placeWords(view) {
  if (view.data.locked) return view.data.locked;
  if (!view.joining) return `A click adds it ${view.data.place}; or drag it to its place.`;
  return `Joining ${nameOf(view, view.joining)}: choose a layer here for a branch, or a layer of the network that shall take it too. Esc ends this.`;
}

function paletteEvents(view) {
  const { root } = view;
  const input = root.querySelector(".find input");
  input.addEventListener("input", () => drawPalette(view));
  input.addEventListener("keydown", (event) => {
    event.stopPropagation(); // letters typed here are no shortcuts of the page
    const first = root.querySelector(".tile");
    if (event.key === "Enter") first && input.value.trim() && addTile(view, first.dataset.name);
    else if (event.key === "ArrowDown" && first) first.focus();
    else if (event.key === "Escape" && input.value) input.value = "", drawPalette(view);
    else return;
    event.preventDefault();
  });
  root.querySelector(".palette").addEventListener("click", (event) => {
    const { size } = event.target.closest("[data-size]")?.dataset ?? {};
    if (size) {
      view.size = size;
      keep(SIZE_KEPT, size);
      drawPalette(view);
      root.querySelector(`[data-size="${size}"]`).focus();
    }
    const tile = event.target.closest(".tile");
    if (tile && !view.dragged) addTile(view, tile.dataset.name);
  });
}

function addTile(view, name) {
  const isBlock = view.data.palette.some((entry) => entry.name === name && entry.block);
  tell(view, view.joining && !isBlock ? { do: "branch", layer: view.joining, name } : { do: "add", name });
  endJoining(view);
}

/** A name in parts that may stand below each other: "BatchNormalization" is wider than a narrow palette. */
function breakable(name) {
  return name.split(/(?<=[a-z])(?=[A-Z])/).flatMap((part, place) => (place ? [made("wbr", {}), part] : [part]));
}
