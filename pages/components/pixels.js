const AROUND = 3; // pixels shown on each side of the one that is pointed at
const CELL = 14; // device pixels of a picture's pixel, so that the mark around one is thin
const STEPS = { ArrowUp: [-1, 0], ArrowDown: [1, 0], ArrowLeft: [0, -1], ArrowRight: [0, 1] };
const BRIGHT = 117; // above it, black letters stand out more than white ones

const places = new WeakMap();

/**
 * A picture drawn big, and the numbers of the pixel that is pointed at, with those around it.
 * @param {object} component what Streamlit passes: data as in the Python function pixels, and parentElement
 * @returns {() => void} cleanup
 */
export default function pixels({ data, parentElement }) {
  const root = parentElement.querySelector(".pixels");
  const canvas = root.querySelector("canvas");
  const height = data.values.length;
  const width = data.values[0].length;
  canvas.width = width * CELL;
  canvas.height = height * CELL;
  canvas.style.aspectRatio = `${width} / ${height}`;
  canvas.setAttribute("aria-label", data.label);
  const clamp = (row, column) => [Math.min(Math.max(row, 0), height - 1), Math.min(Math.max(column, 0), width - 1)];
  const go = (row, column) => {
    const place = clamp(row, column);
    places.set(root, place);
    draw(canvas, data.values, place);
    tell(root, data, place);
  };
  canvas.onpointermove = (event) => {
    const box = canvas.getBoundingClientRect();
    go(Math.floor(((event.clientY - box.top) / box.height) * height), Math.floor(((event.clientX - box.left) / box.width) * width));
  };
  canvas.onkeydown = (event) => {
    const step = STEPS[event.key];
    if (!step) return;
    event.preventDefault();
    const [row, column] = places.get(root);
    go(row + step[0], column + step[1]);
  };
  go(...(places.get(root) ?? [height >> 1, width >> 1]));
  return () => {};
}

function colourOf(value) {
  const [red, green, blue] = value.length === 1 ? [value[0], value[0], value[0]] : value;
  return `rgb(${red} ${green} ${blue})`;
}

function draw(canvas, values, [row, column]) {
  const context = canvas.getContext("2d");
  values.forEach((line, y) => line.forEach((value, x) => {
    context.fillStyle = colourOf(value);
    context.fillRect(x * CELL, y * CELL, CELL, CELL);
  }));
  context.lineWidth = 2;
  for (const [colour, inset] of [["#FFFFFF", 1], ["#D55E00", 3]]) { // seen on every ground
    context.strokeStyle = colour;
    context.strokeRect(column * CELL - 2 + inset, row * CELL - 2 + inset, CELL + 4 - 2 * inset, CELL + 4 - 2 * inset);
  }
}

function tell(root, { values, channels }, [row, column]) {
  const value = values[row][column];
  root.querySelector(".where").textContent = `Row ${row}, column ${column}`;
  root.querySelector(".values").textContent = channels.map((name, index) => (name ? `${name} ${value[index]}` : value[index])).join(" · ");
  const lines = [];
  for (let y = row - AROUND; y <= row + AROUND; y += 1) {
    const line = document.createElement("tr");
    for (let x = column - AROUND; x <= column + AROUND; x += 1) line.append(cellOf(values[y]?.[x], y === row && x === column));
    lines.push(line);
  }
  root.querySelector("tbody").replaceChildren(...lines);
}

function cellOf(value, isHere) {
  const cell = document.createElement("td");
  if (value === undefined) {
    cell.className = "outside";
    return cell;
  }
  const mean = Math.round(value.reduce((sum, one) => sum + one, 0) / value.length);
  cell.textContent = String(mean);
  cell.style.background = colourOf(value);
  cell.style.color = mean > BRIGHT ? "#000000" : "#FFFFFF";
  if (isHere) cell.className = "here";
  return cell;
}
