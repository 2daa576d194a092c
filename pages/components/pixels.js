const CELL = 14; // device pixels of a picture's pixel, so that the mark around one is thin
const STEPS = { ArrowUp: [-1, 0], ArrowDown: [1, 0], ArrowLeft: [0, -1], ArrowRight: [0, 1] };
const BRIGHT = 117; // above it, black letters stand out more than white ones
const NARROWEST = 2; // of a cell of the table, in its letters' height: 255 fits in it
const WIDEST = 2.625;
const HIGH = 1.75;
const FEWEST = 7; // rows of the table
const TAKEN = 240; // pixels of a screen's height that the rail, the line and the words above the table take

const views = new WeakMap();

/**
 * A picture drawn big, and the numbers of the pixel that is pointed at, with those around it: as many as there is room for.
 * @param {object} component what Streamlit passes: data as in the Python function pixels, and parentElement
 * @returns {() => void} cleanup
 */
export default function pixels({ data, parentElement }) {
  const root = parentElement.querySelector(".pixels");
  const canvas = root.querySelector("canvas");
  const height = data.values.length;
  const width = data.values[0].length;
  let view = views.get(root);
  if (!view) {
    view = { root, canvas, body: root.querySelector("tbody"), place: [height >> 1, width >> 1] };
    views.set(root, view);
    view.sizes = new ResizeObserver(() => { // the width alone: the table itself changes the height
      if (root.clientWidth !== view.across) fit(view);
    });
    view.sizes.observe(root);
  }
  Object.assign(view, { data, height, width });
  root.classList.toggle("large", data.around !== null);
  canvas.width = width * CELL;
  canvas.height = height * CELL;
  canvas.style.aspectRatio = `${width} / ${height}`;
  canvas.setAttribute("aria-label", data.label);
  canvas.onpointermove = canvas.onpointerdown = (event) => {
    const box = canvas.getBoundingClientRect();
    go(view, Math.floor(((event.clientY - box.top) / box.height) * height), Math.floor(((event.clientX - box.left) / box.width) * width));
  };
  canvas.onkeydown = (event) => {
    const step = STEPS[event.key];
    if (!step) return;
    event.preventDefault();
    go(view, view.place[0] + step[0], view.place[1] + step[1]);
  };
  view.body.onpointermove = (event) => { // the table stays where it is: else it would run away from the pointer
    const cell = event.target.closest("td");
    if (!cell) return;
    view.place = [view.top + cell.parentElement.rowIndex, view.left + cell.cellIndex];
    show(view);
  };
  fit(view);
  return () => {};
}

// How many numbers there is room for.
function fit(view) {
  const { data, height, width } = view;
  view.across = view.root.clientWidth;
  if (!view.across) return; // it has left the page, or is not seen yet
  const table = view.body.parentElement;
  const letters = parseFloat(getComputedStyle(table).fontSize);
  const room = view.root.querySelector(".side").clientWidth - 1;
  const most = data.around === null ? Infinity : 2 * data.around + 1;
  view.columns = Math.max(1, Math.min(width, most, Math.floor(room / (NARROWEST * letters))));
  view.rows = Math.min(height, most, Math.max(FEWEST, Math.floor((window.innerHeight - TAKEN) / (HIGH * letters))));
  table.style.setProperty("--cell", `${Math.min(WIDEST * letters, Math.floor(room / view.columns))}px`);
  const isWhole = view.rows === height && view.columns === width;
  view.root.querySelector(".hint").textContent = (isWhole ? "" : "The frame in the picture is what the numbers show. ")
    + "Point at a pixel, or go from one to the next with the arrow keys.";
  go(view, ...view.place);
}

function go(view, row, column) {
  const within = (value, most) => Math.min(Math.max(value, 0), most);
  view.place = [within(row, view.height - 1), within(column, view.width - 1)];
  view.top = within(view.place[0] - (view.rows >> 1), view.height - view.rows);
  view.left = within(view.place[1] - (view.columns >> 1), view.width - view.columns);
  view.body.replaceChildren(...view.data.values.slice(view.top, view.top + view.rows).map((values) => {
    const line = document.createElement("tr");
    line.append(...values.slice(view.left, view.left + view.columns).map(cellOf));
    return line;
  }));
  show(view);
}

function colourOf(value) {
  const [red, green, blue] = value.length === 1 ? [value[0], value[0], value[0]] : value;
  return `rgb(${red} ${green} ${blue})`;
}

// The mark in the picture and in the table, and the words.
function show(view) {
  const { canvas, data, place: [row, column] } = view;
  const context = canvas.getContext("2d");
  data.values.forEach((line, y) => line.forEach((value, x) => {
    context.fillStyle = colourOf(value);
    context.fillRect(x * CELL, y * CELL, CELL, CELL);
  }));
  const scale = Math.max(1, canvas.width / (canvas.clientWidth || canvas.width)); // as thick on every size of the picture
  const frame = (x, y, across, down) => {
    for (const [colour, inset] of [["#FFFFFF", -1], ["#D55E00", 1]]) { // seen on every ground
      context.lineWidth = 2 * scale;
      context.strokeStyle = colour;
      const aside = inset * scale;
      context.strokeRect(x * CELL + aside, y * CELL + aside, across * CELL - 2 * aside, down * CELL - 2 * aside);
    }
  };
  if (view.rows < view.height || view.columns < view.width) frame(view.left, view.top, view.columns, view.rows);
  frame(column, row, 1, 1);
  const value = data.values[row][column];
  view.root.querySelector(".where").textContent = `Row ${row}, column ${column}:`;
  view.root.querySelector(".values").textContent = data.channels.map((name, index) => (name ? `${name} ${value[index]}` : value[index])).join(" · ");
  view.body.querySelector(".here")?.classList.remove("here");
  view.body.rows[row - view.top].cells[column - view.left].classList.add("here");
}

function cellOf(value) {
  const cell = document.createElement("td");
  const mean = Math.round(value.reduce((sum, one) => sum + one, 0) / value.length);
  cell.textContent = String(mean);
  cell.style.background = colourOf(value);
  cell.style.color = mean > BRIGHT ? "#000000" : "#FFFFFF";
  return cell;
}
