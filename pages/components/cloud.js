const SVG = "http://www.w3.org/2000/svg";
const ROOM = 16; // around the dots, in pixels
const NEAR = 24; // pixels: a pointer farther from every dot points at none
const RING = 9;
const COLOURS = ["#0072B2", "#E69F00", "#009E73", "#CC79A7", "#56B4E9", "#8A6D00", "#7D8790"];
const MARKERS = [ // around (0, 0); "open" ones are lines
  { path: "M-4.5 0A4.5 4.5 0 1 0 4.5 0A4.5 4.5 0 1 0 -4.5 0Z" },
  { path: "M-4 -4H4V4H-4Z" },
  { path: "M0 -5.5L5 4H-5Z" },
  { path: "M-4.5 -4.5L4.5 4.5M-4.5 4.5L4.5 -4.5", open: true },
  { path: "M0 -6L4.5 0L0 6L-4.5 0Z" },
  { path: "M-5.5 0H5.5M0 -5.5V5.5", open: true },
  { path: "M0 5.5L5 -4H-5Z" },
  { path: "M-4.5 0A4.5 4.5 0 1 0 4.5 0A4.5 4.5 0 1 0 -4.5 0Z", open: true },
  { path: "M-4 -4H4V4H-4Z", open: true },
  { path: "M0 -6L1.5 -1.9L5.7 -1.9L2.3 0.8L3.5 4.9L0 2.4L-3.5 4.9L-2.3 0.8L-5.7 -1.9L-1.5 -1.9Z" },
];
const DIRECTIONS = { ArrowUp: [0, -1], ArrowDown: [0, 1], ArrowLeft: [-1, 0], ArrowRight: [1, 0] };

const views = new WeakMap();

/**
 * Images as dots on a plane, told apart by colour and marker; the one that is pointed at is shown beside, a click picks it.
 * @param {object} component what Streamlit passes: data as in the Python function cloud, parentElement, setTriggerValue
 * @returns {() => void} cleanup
 */
export default function cloud(component) {
  const { data, parentElement, setTriggerValue } = component;
  let view = views.get(parentElement);
  if (!view) {
    view = { root: parentElement.querySelector(".cloud"), here: null };
    views.set(parentElement, view);
    view.plane = view.root.querySelector(".plane");
    view.sizes = new ResizeObserver(() => draw(view));
    view.sizes.observe(view.plane);
  }
  if (view.data?.sheet !== data.sheet) {
    view.sheet = new Image();
    view.sheet.onload = () => tell(view);
    view.sheet.src = data.sheet;
    view.here = null;
  }
  view.data = data;
  view.here ??= Math.max(0, data.dots.findIndex((dot) => dot[0] === data.picked));
  view.pick = () => setTriggerValue("picked", data.dots[view.here][0]);
  view.plane.setAttribute("aria-label", data.label);
  listen(view);
  view.root.querySelector(".legend").replaceChildren(...data.classes.map((name, label) => legendOf(name, label)));
  draw(view);
  return () => {};
}

function listen(view) {
  view.plane.onpointermove = (event) => {
    const found = nearest(view, event);
    if (found !== null && found !== view.here) go(view, found);
  };
  view.plane.onclick = (event) => {
    const found = nearest(view, event);
    if (found === null) return;
    go(view, found);
    view.pick();
  };
  view.plane.onkeydown = (event) => {
    const direction = DIRECTIONS[event.key];
    if (direction) go(view, beyond(view, direction));
    else if (event.key === "Enter" || event.key === " ") view.pick();
    else return;
    event.preventDefault();
  };
}

function nearest(view, event) {
  const box = view.plane.getBoundingClientRect();
  const [x, y] = [event.clientX - box.left, event.clientY - box.top];
  let [best, distance] = [null, NEAR];
  view.places.forEach((place, index) => {
    const away = Math.hypot(place[0] - x, place[1] - y);
    if (away < distance) [best, distance] = [index, away];
  });
  return best;
}

// The next dot in a direction: near, and not far to the side.
function beyond(view, [right, down]) {
  const [x, y] = view.places[view.here];
  let [best, cost] = [view.here, Infinity];
  view.places.forEach((place, index) => {
    const along = (place[0] - x) * right + (place[1] - y) * down;
    const aside = Math.abs((place[0] - x) * down) + Math.abs((place[1] - y) * right);
    if (along > 0.5 && along + 2 * aside < cost) [best, cost] = [index, along + 2 * aside];
  });
  return best;
}

function go(view, index) {
  view.here = index;
  mark(view);
  tell(view);
}

function draw(view) {
  const { plane, data } = view;
  const [width, height] = [plane.clientWidth, plane.clientHeight];
  if (!width || !data.dots.length) return;
  const scaleOf = (axis, length) => {
    const values = data.dots.map((dot) => dot[axis]);
    const [low, high] = [Math.min(...values), Math.max(...values)];
    return (value) => ROOM + ((length - 2 * ROOM) * (high > low ? value - low : 0.5)) / (high > low ? high - low : 1);
  };
  const [across, down] = [scaleOf(1, width), scaleOf(2, height)];
  view.places = data.dots.map((dot) => [across(dot[1]), height - down(dot[2])]);
  view.rings = element("g");
  const dots = data.dots.flatMap(([, , , label, said], index) => {
    const dot = markerOf(label);
    dot.setAttribute("transform", `translate(${view.places[index].join(" ")})`);
    return label === said ? [dot] : [dot, ring("wrong-ring", view.places[index], RING - 1)];
  });
  plane.replaceChildren(...dots, view.rings);
  mark(view);
  tell(view);
}

function mark(view) {
  const picked = view.data.dots.findIndex((dot) => dot[0] === view.data.picked);
  const rings = picked >= 0 ? [ring("picked-ring", view.places[picked], RING + 3)] : [];
  view.rings.replaceChildren(...rings, ring("here-ring", view.places[view.here], RING));
}

function tell(view) {
  const dot = view.data.dots[view.here];
  if (!dot) return;
  const [index, , , label, said] = dot;
  const { classes, columns, rows, set } = view.data;
  view.root.querySelector(".which").textContent =
    `${classes[label]}${label === said ? ", and called so" : `, called ${classes[said]}`}: ${set}[${index}].`;
  if (!view.sheet?.complete || !view.sheet.naturalWidth) return;
  const [width, height] = [view.sheet.naturalWidth / columns, view.sheet.naturalHeight / rows];
  const canvas = view.root.querySelector(".image");
  [canvas.width, canvas.height] = [width, height];
  const [column, row] = [view.here % columns, Math.floor(view.here / columns)];
  canvas.getContext("2d").drawImage(view.sheet, column * width, row * height, width, height, 0, 0, width, height);
}

function legendOf(name, label) {
  const entry = document.createElement("li");
  const sign = element("svg", { viewBox: "-8 -8 16 16", "aria-hidden": "true" });
  sign.append(markerOf(label));
  entry.append(sign, name);
  return entry;
}

function markerOf(label) {
  const { path, open } = MARKERS[label % MARKERS.length];
  const colour = COLOURS[label % COLOURS.length];
  return element("path", { class: "dot", d: path, stroke: colour, fill: open ? "none" : colour });
}

function ring(className, [x, y], radius) {
  return element("circle", { class: className, cx: x, cy: y, r: radius });
}

function element(name, attributes = {}) {
  const made = document.createElementNS(SVG, name);
  for (const [key, value] of Object.entries(attributes)) made.setAttribute(key, value);
  return made;
}
