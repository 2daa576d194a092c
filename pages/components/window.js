const SIDE = 240; // pixels of a plane's longer side
const MOST_SCALE = 30; // pixels of one number
const STEPS = { ArrowUp: [-1, 0], ArrowDown: [1, 0], ArrowLeft: [0, -1], ArrowRight: [0, 1] };
const SCALES = { low: Math.min, high: Math.max, least: Math.min, most: Math.max, bound: Math.max }; // of all sides together

const PLACES_KEPT = "window.places"; // by the layer's id
const views = new WeakMap();

/**
 * One number of a layer: its window in the input, the weights, the products and the sum; by pointer or arrow keys.
 * Two moments stand beside each other at the same place: going on in one goes on in the other.
 * @param {object} component what Streamlit passes: data as in the Python function window, and parentElement
 * @returns {() => void} cleanup
 */
export default function window_({ data, parentElement }) {
  const root = parentElement.querySelector(".window");
  if (views.get(root)?.key !== data.content) {
    const { layer, common, content: key } = data;
    const view = { root, key, layer, common, sides: sidesOf(root, data), place: placeIn(layer) };
    views.set(root, view);
    show(view);
  }
  return () => {};
}

// The place that was looked at last in this layer: while an answer is awaited there is no window to remember it.
function placeIn(layer) {
  const place = kept(PLACES_KEPT, "sessionStorage")?.[layer];
  return Array.isArray(place) && place.length === 2 && place.every(Number.isInteger) ? place : null;
}

// What is shown of each moment, with its element; the first element stands in the page and is copied for another moment.
function sidesOf(root, data) {
  const boxes = [...root.querySelectorAll(".side")];
  const focused = root.getRootNode().activeElement;
  while (boxes.length < data.sides.length) {
    boxes.push(boxes[0].cloneNode(true));
    boxes[0].parentNode.append(boxes.at(-1));
  }
  for (const box of boxes.splice(data.sides.length)) {
    if (box.contains(focused)) boxes[0].querySelector(".out").focus({ preventScroll: true });
    box.remove();
  }
  const sides = data.sides.map((side, index) => unpacked({ ...side, takes: data.takes, gives: data.gives, box: boxes[index] }));
  if (data.common) {
    for (const [name, choose] of Object.entries(SCALES)) {
      const value = choose(...sides.map((side) => side[name]));
      sides.forEach((side) => { side[name] = value; });
    }
  }
  return sides;
}

function unpacked(side) {
  const [inputs, weights, before, outputs] = ["inputs", "weights", "before", "outputs"].map((name) => arrayOf(side[name]));
  const [height, width] = [side.rows.length, side.columns.length];
  const [low, high] = limits(inputs);
  const [least, most] = limits(outputs);
  const bound = weights ? Math.max(...limits(weights).map(Math.abs)) : 0;
  return { ...side, inputs, weights, before, outputs, height, width, low, high, least, most, bound };
}

function limits(values) {
  let [low, high] = [Infinity, -Infinity];
  for (const value of values) [low, high] = [Math.min(low, value), Math.max(high, value)];
  return [low, high];
}

function show(view) {
  view.channel = strongest(view.sides);
  view.sides.forEach((side) => {
    const { box, shape } = side;
    side.in = planeOf(box.querySelector(".in"), shape[0], shape[1], (row, column) =>
      greyOf(side.inputs[(row * shape[1] + column) * shape[2] + view.channel], side.low, side.high));
    side.out = planeOf(box.querySelector(".out"), side.height, side.width, (row, column) =>
      greyOf(side.outputs[row * side.width + column], side.least, side.most));
    const name = side.channels[view.channel];
    box.setAttribute("aria-label", side.name || "One number");
    box.querySelector(".moment").textContent = side.name;
    box.querySelector(".takes").textContent = `Takes ${side.takes}${name ? `: ${name}` : ""}`;
    box.querySelector(".gives").textContent = `Gives ${side.gives}`;
    box.querySelector(".note").textContent = side.note;
    const which = [side.name, side.gives].filter(Boolean).join(", ");
    side.out.canvas.setAttribute("aria-label", `${which}: arrow keys go from number to number`);
    listen(view, side);
  });
  const { height, width } = view.sides[0];
  go(view, ...(view.place ?? [height >> 1, width >> 1]));
}

// The channel of the input whose weights are the largest: it stays the same while one looks around.
function strongest(sides) {
  if (!sides[0].weights) return 0;
  const count = sides[0].shape[2];
  const sums = new Float64Array(count);
  sides.forEach(({ weights }) => weights.forEach((weight, index) => { sums[index % count] += weight * weight; }));
  return sums.indexOf(Math.max(...sums));
}

function planeOf(canvas, rows, columns, colourAt) {
  const scale = Math.max(1, Math.min(MOST_SCALE, Math.floor(SIDE / Math.max(rows, columns))));
  const ratio = window.devicePixelRatio || 1;
  [canvas.width, canvas.height] = [columns * scale * ratio, rows * scale * ratio];
  [canvas.style.width, canvas.style.height] = [`${columns * scale}px`, `${rows * scale}px`];
  return { canvas, rows, columns, cell: scale * ratio, colourAt };
}

function listen(view, side) {
  const pointed = ({ canvas, rows, columns }, event) => {
    const box = canvas.getBoundingClientRect();
    return [Math.floor(((event.clientY - box.top) / box.height) * rows), Math.floor(((event.clientX - box.left) / box.width) * columns)];
  };
  side.out.canvas.onpointermove = (event) => go(view, ...pointed(side.out, event));
  side.in.canvas.onpointermove = (event) => {
    const [row, column] = pointed(side.in, event);
    go(view, nearest(side.rows, row), nearest(side.columns, column));
  };
  side.out.canvas.onkeydown = (event) => {
    const step = STEPS[event.key];
    if (!step) return;
    event.preventDefault();
    go(view, view.place[0] + step[0], view.place[1] + step[1]);
  };
}

// The output place whose window's middle lies nearest to a place of the input.
function nearest(taps, wanted) {
  let [best, distance] = [0, Infinity];
  taps.forEach((tap, index) => {
    const inside = tap.map(([place]) => place).filter((place) => place >= 0);
    const away = inside.length ? Math.abs((Math.min(...inside) + Math.max(...inside)) / 2 - wanted) : Infinity;
    if (away < distance) [best, distance] = [index, away];
  });
  return best;
}

function go(view, row, column) {
  const { sides, root } = view;
  const { height, width } = sides[0];
  view.place = [Math.min(Math.max(row, 0), height - 1), Math.min(Math.max(column, 0), width - 1)];
  keep(PLACES_KEPT, { ...kept(PLACES_KEPT, "sessionStorage"), [view.layer]: view.place }, "sessionStorage");
  const inside = (taps) => taps.map(([place]) => place).filter((place) => place >= 0);
  sides.forEach((side) => {
    side.terms = termsAt(side, view.place);
    draw(side.in, inside(side.rows[view.place[0]]), inside(side.columns[view.place[1]]));
    draw(side.out, [view.place[0]], [view.place[1]]);
    side.box.querySelector(".sum").textContent = (side.name ? `${side.name}. ` : "") + sentence(side, view.place, side.terms);
    tellLargest(side.box.querySelector(".largest"), side);
  });
  const order = channelsOf(sides);
  sides.forEach((side) => side.box.querySelector(".parts").replaceChildren(...partsOf(view, side, order)));
  root.querySelector(".change").textContent = sides.length > 1 ? change(sides, view.place) : "";
}

function draw({ canvas, rows, columns, cell, colourAt }, insideRows, insideColumns) {
  const context = canvas.getContext("2d");
  for (let row = 0; row < rows; row += 1) {
    for (let column = 0; column < columns; column += 1) {
      context.fillStyle = colourAt(row, column);
      context.fillRect(column * cell, row * cell, cell, cell);
    }
  }
  if (!insideRows.length || !insideColumns.length) return;
  const [top, left] = [Math.min(...insideRows), Math.min(...insideColumns)];
  const [height, width] = [Math.max(...insideRows) - top + 1, Math.max(...insideColumns) - left + 1];
  for (const [colour, inset, line] of [["#FFFFFF", 0, 5], ["#D55E00", 0, 3]]) { // seen on every ground
    context.strokeStyle = colour;
    context.lineWidth = line;
    context.strokeRect(left * cell + inset, top * cell + inset, width * cell - 2 * inset, height * cell - 2 * inset);
  }
}
