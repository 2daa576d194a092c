const drawn = new WeakMap();

/**
 * All layers of a network as rows of small pictures; a click or Enter tells Python which one to open.
 * @param {object} component what Streamlit passes: data as in the Python function layers, parentElement, setTriggerValue
 */
export default function layers(component) {
  const { data, parentElement, setTriggerValue } = component;
  const list = parentElement.querySelector(".layers");
  list.onclick = (event) => {
    const button = event.target.closest("button");
    if (button) setTriggerValue("opened", { layer: button.dataset.id, place: Number(event.target.dataset.place ?? 0) });
  };
  const content = JSON.stringify(data);
  if (drawn.get(list) === content) return;
  drawn.set(list, content);
  const focused = parentElement.activeElement?.dataset?.id;
  list.style.setProperty("--size", `${data.size}px`);
  list.style.setProperty("--sides", Math.max(1, ...data.layers.map((layer) => layer.sides.length)));
  list.replaceChildren(...data.layers.map(rowOf));
  if (focused !== undefined) list.querySelector(`[data-id="${CSS.escape(focused)}"]`)?.focus({ preventScroll: true });
}

function rowOf(layer) {
  const row = document.createElement(layer.opens ? "button" : "div");
  row.className = "row";
  row.dataset.id = layer.id;
  if (layer.opens) row.type = "button";
  const about = document.createElement("span");
  about.className = "about";
  about.append(text("title", layer.title), ...layer.details.map((words) => text("detail", words)));
  row.append(about, ...layer.sides.map(sideOf));
  const entry = document.createElement("li");
  entry.append(row);
  return entry;
}

function sideOf(side) {
  const box = document.createElement("span");
  box.className = "side";
  if (side.name) box.append(text("name", side.name), ...side.details.map((words) => text("detail", words)));
  const maps = document.createElement("span");
  maps.className = "maps";
  maps.append(...side.pictures.map(pictureOf));
  if (side.note) maps.append(text("detail", side.note));
  box.append(maps);
  return box;
}

function pictureOf(picture) {
  const image = document.createElement("img");
  image.onload = () => image.style.setProperty("--ratio", image.naturalWidth / image.naturalHeight);
  image.src = picture.src;
  image.alt = picture.alt;
  image.title = picture.alt;
  image.dataset.place = picture.place;
  if (picture.silent) image.className = "silent";
  return image;
}

function text(className, words) {
  const element = document.createElement("span");
  element.className = className;
  element.textContent = words;
  return element;
}
