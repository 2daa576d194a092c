const CELLS = 7; // a window with a longer side is drawn, not written
const DRAWN = 150; // pixels of a window that is drawn
const PARTS = 3; // channels that are shown one by one
const LARGEST = 8; // products that are listed
const MORE = [0, 114, 178];
const LESS = [213, 94, 0];

function tellLargest(box, side) {
  const { terms } = side;
  const list = box.querySelector("ol");
  box.hidden = !side.weights || terms.length < 2;
  if (box.hidden) return;
  const sorted = [...terms].sort((one, other) => Math.abs(other.product) - Math.abs(one.product));
  const rest = sorted.slice(LARGEST);
  box.querySelector("h3").textContent = "Largest products first: input × weight";
  const lines = sorted.slice(0, LARGEST).map(({ row, column, channel, input, weight, product }) => {
    const name = side.channels[channel];
    return `row ${row + 1}, column ${column + 1}${name ? `, ${name}` : ""}: ${short(input)} × ${short(weight)} = ${short(product)}`;
  });
  if (rest.length) lines.push(`the other ${counted(rest.length)} together: ${short(total(rest))}`);
  list.replaceChildren(...lines.map((words) => withText("li", "", words)));
}

// Channels in the order in which they count, at all moments together, so that the same ones stand beside each other.
function channelsOf(sides) {
  const counts = new Map();
  for (const { terms } of sides) {
    for (const [channel, sum] of sumsByChannel(terms)) counts.set(channel, (counts.get(channel) ?? 0) + Math.abs(sum));
  }
  return [...counts].sort((one, other) => other[1] - one[1]).map(([channel]) => channel);
}

function partsOf(view, side, order) {
  const sums = sumsByChannel(side.terms);
  const parts = order.slice(0, PARTS).map((channel) => partOf(view, side, channel, sums.get(channel)));
  const rest = order.slice(PARTS);
  if (rest.length && side.weights) {
    const sum = rest.reduce((all, channel) => all + sums.get(channel), 0);
    parts.push(withText("p", "part", `The other ${rest.length} channels together: ${shown(sum)}`));
  }
  return parts;
}

function partOf(view, side, channel, sum) {
  const part = document.createElement("div");
  part.className = "part";
  const [rows, columns] = [side.rows[view.place[0]], side.columns[view.place[1]]];
  const inputAt = (row, column) => side.inputs[(row[0] * side.shape[1] + column[0]) * side.shape[2] + channel];
  const weightAt = (row, column) => side.weights[(row[1] * side.weightShape[1] + column[1]) * side.shape[2] + channel];
  const grid = (label, valueAt, colourOf) => gridOf({ rows, columns, label, valueAt, colourOf, largest: side.kind === "largest" });
  if (side.channels[channel]) part.append(withText("span", "name", side.channels[channel]));
  part.append(grid("input", inputAt, (value) => greyOf(value, side.low, side.high)));
  if (side.weights) {
    const product = (row, column) => inputAt(row, column) * weightAt(row, column);
    const most = largestProduct(view.common ? view.sides : [side], channel);
    part.append(withText("span", "sign", "×"), grid("weights", weightAt, (value) => signedOf(value, side.bound)));
    part.append(withText("span", "sign", "="), grid("products", product, (value) => signedOf(value, most)));
    part.append(withText("span", "value", `together ${shown(sum)}`));
  }
  return part;
}

function largestProduct(sides, channel) {
  const products = sides.flatMap(({ terms }) => terms.filter((term) => term.channel === channel).map(({ product }) => Math.abs(product)));
  return limits(products)[1];
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
      cell.style.color = inkOn(cell.style.background.match(/\d+/g).map(Number));
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

function withText(name, className, words) {
  const element = document.createElement(name);
  if (className) element.className = className;
  element.textContent = words;
  return element;
}
