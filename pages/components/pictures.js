const SVG = "http://www.w3.org/2000/svg";
const SIGNS = {
  wrong: { path: "M6 6L14 14M14 6L6 14", colour: "#D55E00" },
  right: { path: "M5 10.5L9 14L15 6.5", colour: "currentColor" },
};

const drawn = new WeakMap();

/**
 * A grid of small pictures with captions; a click or Enter tells Python which was picked.
 * @param {object} component what Streamlit passes: data as in the Python function pictures, parentElement,
 *   setTriggerValue
 */
export default function pictures(component) {
  const { data, parentElement, setTriggerValue } = component;
  const list = parentElement.querySelector(".pictures");
  list.onclick = (event) => {
    const button = event.target.closest("button");
    if (button) setTriggerValue("picked", button.dataset.id);
  };
  list.onkeydown = (event) => goTo(list, event);
  if (!drawn.has(list)) list.addEventListener("focusin", (event) => keepStop(list, event.target));
  const content = JSON.stringify(data);
  if (drawn.get(list) === content) return;
  drawn.set(list, content);
  const focused = parentElement.activeElement?.dataset?.id;
  list.classList.toggle("rows", Boolean(data.rows));
  list.style.setProperty("--size", `${data.size}px`);
  list.classList.toggle("grid", Boolean(data.columns));
  list.style.setProperty("--columns", data.columns ?? 1);
  list.style.setProperty("--few", few(data.columns ?? 1));
  list.replaceChildren(...data.items.map((item) => entryOf(item, data.selectable)));
  const buttons = [...list.querySelectorAll("button")];
  keepStop(list, buttons.find((button) => button.dataset.id === focused) ?? buttons[0]);
  if (focused !== undefined) list.querySelector(`[data-id="${CSS.escape(focused)}"]`)?.focus({ preventScroll: true });
}

// How many stand in a row on a phone: a part of the row that comes out even, or what belongs together would not stay so.
function few(columns) {
  return [5, 4, 3, 2].find((number) => columns % number === 0) ?? columns;
}

// The Tab key stops once at a grid, not at each of its eighty pictures; arrows go from one to the next.
function keepStop(list, stop) {
  for (const button of list.querySelectorAll("button")) button.tabIndex = button === stop ? 0 : -1;
}

const STEPS = { ArrowRight: () => 1, ArrowLeft: () => -1, ArrowDown: (columns) => columns, ArrowUp: (columns) => -columns };

function goTo(list, event) {
  const buttons = [...list.querySelectorAll("button")];
  const place = buttons.indexOf(event.target);
  const columns = getComputedStyle(list).gridTemplateColumns.split(" ").length;
  const next = { Home: 0, End: buttons.length - 1 }[event.key] ?? place + (STEPS[event.key]?.(columns) ?? NaN);
  if (place < 0 || !buttons[next]) return;
  event.preventDefault();
  buttons[next].focus();
}

function entryOf(item, selectable) {
  const box = document.createElement(selectable ? "button" : "div");
  box.className = `item ${item.tone in SIGNS ? item.tone : ""}`;
  box.dataset.id = item.id;
  if (selectable) box.type = "button";
  box.append(frameOf(item), ...textsOf(item));
  const entry = document.createElement("li");
  entry.append(box);
  return entry;
}

function frameOf(item) {
  const frame = document.createElement("span");
  frame.className = "frame";
  const image = document.createElement("img");
  image.src = item.src;
  image.alt = item.alt === item.caption ? "" : item.alt; // else it is heard twice
  frame.append(image);
  if (item.tone in SIGNS) frame.append(signOf(SIGNS[item.tone]));
  return frame;
}

function signOf({ path, colour }) {
  const sign = document.createElementNS(SVG, "svg");
  sign.setAttribute("viewBox", "0 0 20 20");
  sign.setAttribute("aria-hidden", "true");
  const line = document.createElementNS(SVG, "path");
  for (const [name, value] of Object.entries({ d: path, stroke: colour, "stroke-width": 3, fill: "none" })) {
    line.setAttribute(name, value);
  }
  sign.append(line);
  return sign;
}

function textsOf(item) {
  const text = (className, words) => {
    const element = document.createElement("span");
    element.className = className;
    element.textContent = words;
    return element;
  };
  return [
    item.tone in SIGNS && text("unseen", item.tone),
    item.caption && text("caption", item.caption),
    item.detail && text("detail", item.detail),
  ].filter(Boolean);
}
