const SIDE = 240; // pixels of a plane's longer side
const MOST_SCALE = 30; // pixels of one number
const CELLS = 7; // a window with a longer side is drawn, not written
const DRAWN = 150; // pixels of a window that is drawn
const PARTS = 3; // channels that are shown one by one
const LARGEST = 8; // products that are listed
const MORE = [0, 114, 178];
const LESS = [213, 94, 0];
const STEPS = { ArrowUp: [-1, 0], ArrowDown: [1, 0], ArrowLeft: [0, -1], ArrowRight: [0, 1] };

const PLACES_KEPT = "window.places"; // by the layer's id
const views = new WeakMap();

/**
 * One number of a layer: its window in the input, the weights, the products and the sum; by pointer or arrow keys.
 * @param {object} component what Streamlit passes: data as in the Python function window, and parentElement
 * @returns {() => void} cleanup
 */
export default function window_({ data, parentElement }) {
  const root = parentElement.querySelector(".window");
  let view = views.get(root);
  if (view?.key !== data.content) {
    view = { root, key: data.content, data: unpacked(data), place: placeIn(data.layer) };
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

function unpacked(data) {
  const [inputs, weights, before, outputs] = ["inputs", "weights", "before", "outputs"].map((name) => arrayOf(data[name]));
  const [height, width] = [data.rows.length, data.columns.length];
  const [low, high] = limits(inputs);
  const bound = weights ? Math.max(...limits(weights).map(Math.abs)) : 0;
  return { ...data, inputs, weights, before, outputs, height, width, low, high, bound };
}

function limits(values) {
  let [low, high] = [Infinity, -Infinity];
  for (const value of values) [low, high] = [Math.min(low, value), Math.max(high, value)];
  return [low, high];
}

function show(view) {
  const { root, data } = view;
  view.channel = strongest(data);
  const [rows, columns] = data.shape;
  view.in = planeOf(root.querySelector(".in"), rows, columns, (row, column) =>
    greyOf(data.inputs[(row * columns + column) * data.shape[2] + view.channel], data.low, data.high));
  const [least, most] = limits(data.outputs);
  view.out = planeOf(root.querySelector(".out"), data.height, data.width, (row, column) =>
    greyOf(data.outputs[row * data.width + column], least, most));
  const name = data.channels[view.channel];
  root.querySelector(".takes").textContent = `Takes ${data.takes}${name ? `: ${name}` : ""}`;
  root.querySelector(".gives").textContent = `Gives ${data.gives}`;
  root.querySelector(".note").textContent = data.note;
  view.out.canvas.setAttribute("aria-label", `${data.gives}: arrow keys go from number to number`);
  listen(view);
  const [row, column] = view.place ?? [data.height >> 1, data.width >> 1];
  go(view, row, column);
}

// The channel of the input whose weights are the largest: it stays the same while one looks around.
function strongest({ weights, shape }) {
  if (!weights) return 0;
  const sums = new Float64Array(shape[2]);
  weights.forEach((weight, index) => { sums[index % shape[2]] += weight * weight; });
  return sums.indexOf(Math.max(...sums));
}

function planeOf(canvas, rows, columns, colourAt) {
  const scale = Math.max(1, Math.min(MOST_SCALE, Math.floor(SIDE / Math.max(rows, columns))));
  const ratio = window.devicePixelRatio || 1;
  [canvas.width, canvas.height] = [columns * scale * ratio, rows * scale * ratio];
  [canvas.style.width, canvas.style.height] = [`${columns * scale}px`, `${rows * scale}px`];
  return { canvas, rows, columns, cell: scale * ratio, colourAt };
}

function listen(view) {
  const pointed = ({ canvas, rows, columns }, event) => {
    const box = canvas.getBoundingClientRect();
    return [Math.floor(((event.clientY - box.top) / box.height) * rows), Math.floor(((event.clientX - box.left) / box.width) * columns)];
  };
  view.out.canvas.onpointermove = (event) => go(view, ...pointed(view.out, event));
  view.in.canvas.onpointermove = (event) => {
    const [row, column] = pointed(view.in, event);
    go(view, nearest(view.data.rows, row), nearest(view.data.columns, column));
  };
  view.out.canvas.onkeydown = (event) => {
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
  const { data, root } = view;
  view.place = [Math.min(Math.max(row, 0), data.height - 1), Math.min(Math.max(column, 0), data.width - 1)];
  keep(PLACES_KEPT, { ...kept(PLACES_KEPT, "sessionStorage"), [data.layer]: view.place }, "sessionStorage");
  const terms = termsAt(data, view.place);
  const inside = (taps) => taps.map(([place]) => place).filter((place) => place >= 0);
  draw(view.in, inside(data.rows[view.place[0]]), inside(data.columns[view.place[1]]));
  draw(view.out, [view.place[0]], [view.place[1]]);
  root.querySelector(".sum").textContent = sentence(data, view.place, terms);
  tellLargest(root.querySelector(".largest"), data, terms);
  root.querySelector(".parts").replaceChildren(...partsOf(view, terms));
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

function tellLargest(box, data, terms) {
  const list = box.querySelector("ol");
  box.hidden = !data.weights || terms.length < 2;
  if (box.hidden) return;
  const sorted = [...terms].sort((one, other) => Math.abs(other.product) - Math.abs(one.product));
  const rest = sorted.slice(LARGEST);
  box.querySelector("h4").textContent = "Largest products first: input × weight";
  const lines = sorted.slice(0, LARGEST).map(({ row, column, channel, input, weight, product }) => {
    const name = data.channels[channel];
    return `row ${row + 1}, column ${column + 1}${name ? `, ${name}` : ""}: ${short(input)} × ${short(weight)} = ${short(product)}`;
  });
  if (rest.length) lines.push(`the other ${counted(rest.length)} together: ${short(total(rest))}`);
  list.replaceChildren(...lines.map((words) => withText("li", "", words)));
}

function partsOf(view, terms) {
  const { data } = view;
  const channels = byChannel(terms);
  const parts = channels.slice(0, PARTS).map(([channel, sum]) => partOf(view, channel, sum));
  const rest = channels.slice(PARTS);
  if (rest.length && data.weights) {
    const sum = rest.reduce((all, [, one]) => all + one, 0);
    parts.push(withText("p", "part", `The other ${rest.length} channels together: ${shown(sum)}`));
  }
  return parts;
}

function partOf(view, channel, sum) {
  const { data, place } = view;
  const part = document.createElement("div");
  part.className = "part";
  const [rows, columns] = [data.rows[place[0]], data.columns[place[1]]];
  const inputAt = (row, column) => data.inputs[(row[0] * data.shape[1] + column[0]) * data.shape[2] + channel];
  const weightAt = (row, column) => data.weights[(row[1] * data.weightShape[1] + column[1]) * data.shape[2] + channel];
  const grid = (label, valueAt, colourOf) => gridOf({ rows, columns, label, valueAt, colourOf, largest: data.kind === "largest" });
  if (data.channels[channel]) part.append(withText("span", "name", data.channels[channel]));
  part.append(grid("input", inputAt, (value) => greyOf(value, data.low, data.high)));
  if (data.weights) {
    const product = (row, column) => inputAt(row, column) * weightAt(row, column);
    const most = Math.max(1e-12, ...rows.flatMap((row) => columns.map((column) => (row[0] < 0 || column[0] < 0 ? 0 : Math.abs(product(row, column))))));
    part.append(withText("span", "sign", "×"), grid("weights", weightAt, (value) => signedOf(value, data.bound)));
    part.append(withText("span", "sign", "="), grid("products", product, (value) => signedOf(value, most)));
    part.append(withText("span", "value", `together ${shown(sum)}`));
  }
  return part;
}

function gridOf({ rows, columns, label, valueAt, colourOf, largest }) {
  const isOutside = (row, column) => row[0] < 0 || column[0] < 0;
  if (Math.max(rows.length, columns.length) > CELLS) {
    const canvas = document.createElement("canvas");
    [canvas.width, canvas.height] = [columns.length, rows.length];
    const scale = DRAWN / Math.max(rows.length, columns.length);
    [canvas.style.width, canvas.style.height] = [`${columns.length * scale}px`, `${rows.length * scale}px`];
    canvas.setAttribute("role", "img");
    canvas.setAttribute("aria-label", label);
    canvas.title = label;
    const context = canvas.getContext("2d");
    rows.forEach((row, y) => columns.forEach((column, x) => {
      context.fillStyle = isOutside(row, column) ? "rgb(128 128 128 / 30%)" : colourOf(valueAt(row, column));
      context.fillRect(x, y, 1, 1);
    }));
    return canvas;
  }
  const inside = rows.flatMap((row) => columns.filter((column) => !isOutside(row, column)).map((column) => valueAt(row, column)));
  const best = largest ? Math.max(...inside) : NaN;
  const table = document.createElement("table");
  table.setAttribute("aria-label", label);
  table.title = label;
  for (const row of rows) {
    const line = table.insertRow();
    for (const column of columns) {
      const cell = line.insertCell();
      if (isOutside(row, column)) {
        cell.className = "outside";
        cell.title = "outside: 0";
        continue;
      }
      const value = valueAt(row, column);
      cell.textContent = short(value);
      cell.style.background = colourOf(value);
      cell.style.color = isDark(cell.style.background) ? "#FFFFFF" : "#000000";
      if (value === best) cell.className = "won";
    }
  }
  return table;
}

function greyOf(value, low, high) {
  const share = Math.round(high > low ? ((value - low) / (high - low)) * 255 : 0);
  return `rgb(${share}, ${share}, ${share})`;
}

function signedOf(value, bound) {
  const share = bound > 0 ? Math.min(1, Math.abs(value) / bound) : 0;
  const [red, green, blue] = (value >= 0 ? MORE : LESS).map((one) => Math.round(255 + share * (one - 255)));
  return `rgb(${red}, ${green}, ${blue})`;
}

function isDark(colour) {
  const [red, green, blue] = colour.match(/\d+/g).map(Number);
  return 0.299 * red + 0.587 * green + 0.114 * blue < 140;
}

function withText(name, className, words) {
  const element = document.createElement(name);
  if (className) element.className = className;
  element.textContent = words;
  return element;
}
