const NUMBERS_UP_TO = 20; // classes; beyond that the cells are too small for numbers
const MOVES = {
  ArrowUp: ([row, column]) => [row - 1, column], ArrowDown: ([row, column]) => [row + 1, column],
  ArrowLeft: ([row, column]) => [row, column - 1], ArrowRight: ([row, column]) => [row, column + 1],
  Home: ([row]) => [row, 0], End: ([row]) => [row, Infinity],
};

/**
 * The confusion matrix as a table whose cells are drawn once and then only change.
 * @param {HTMLTableElement} table an empty one
 * @param {string[]} classes their names, in the order of the labels
 * @param {{light: [number, string][], dark: [number, string][]}} colours of each theme, from few to many, each with its
 *   place between 0 and 1
 * @param {{picked: (place: number[]) => void, read: (sentence: string) => void}} tell what to call with a cell's row and
 *   column where it was clicked, and with words where it is looked at
 * @returns {{show: (cells: Array, mode?: string) => void, select: (place: ?number[]) => void, paint: () => void}} show
 *   draws the cells of a look, as "counts", or as percent of their "actual" or "predicted" class; paint does so again in
 *   the colours of the theme
 */
export function matrixOf(table, classes, colours, tell) {
  const matrix = { table, classes, counts: new Int32Array(classes.length ** 2), supports: [], called: [], mode: "counts", at: -1 };
  matrix.scale = themeOf(table, colours);
  matrix.shades = shadesOf(matrix.scale);
  table.replaceChildren(columnsOf(classes), headOf(classes), bodyOf(classes));
  table.style.setProperty("--look-classes", classes.length);
  table.style.setProperty("--look-longest", Math.max(...classes.map((name) => name.length)));
  table.classList.toggle("dense", classes.length > NUMBERS_UP_TO);
  matrix.cells = [...table.querySelectorAll("td")];
  matrix.cells[0].tabIndex = 0;
  matrix.tell = () => tell.read(matrix.at < 0 ? "" : sentenceOf(matrix, matrix.at));
  listen(matrix, tell);
  const repaint = () => {
    const scale = themeOf(table, colours);
    if (scale === matrix.scale) return;
    Object.assign(matrix, { scale, shades: shadesOf(scale) });
    for (const index of matrix.cells.keys()) paint(matrix, index);
  };
  return { show: (cells, mode) => show(matrix, cells, mode), select: (cell) => select(matrix, cell), paint: repaint };
}

function columnsOf(classes) {
  const group = document.createElement("colgroup");
  const name = document.createElement("col");
  name.className = "name";
  group.append(name, ...classes.map(() => document.createElement("col")));
  return group;
}

function headOf(classes) {
  const row = rowOf(headerOf("actual ↓ predicted →", "corner"), ...classes.map((name) => headerOf(name, "column")));
  const head = document.createElement("thead");
  head.append(row);
  return head;
}

function bodyOf(classes) {
  const body = document.createElement("tbody");
  const cell = () => Object.assign(document.createElement("td"), { role: "gridcell", tabIndex: -1 });
  body.append(...classes.map((name) => rowOf(headerOf(name, "row"), ...classes.map(cell))));
  return body;
}

function rowOf(...cells) {
  const row = Object.assign(document.createElement("tr"), { role: "row" });
  row.append(...cells);
  return row;
}

function headerOf(name, kind) {
  const header = document.createElement("th");
  header.className = kind;
  header.title = kind === "corner" ? "" : name;
  header.setAttribute("role", kind === "row" ? "rowheader" : "columnheader");
  header.append(Object.assign(document.createElement("span"), { textContent: name }));
  return header;
}

function show(matrix, cells, mode = "counts") {
  const { classes } = matrix;
  const counts = new Int32Array(classes.length ** 2);
  const [supports, called] = [classes.map(() => 0), classes.map(() => 0)];
  for (const [actual, predicted, count] of cells) {
    counts[actual * classes.length + predicted] = count;
    supports[actual] += count;
    called[predicted] += count;
  }
  const before = { counts: matrix.counts, supports: matrix.supports };
  const asBefore = mode === matrix.mode && mode !== "predicted";
  Object.assign(matrix, { counts, supports, called, mode });
  for (const [index, cell] of matrix.cells.entries()) {
    const row = Math.floor(index / classes.length);
    if (asBefore && cell.ariaLabel && counts[index] === before.counts[index] && supports[row] === before.supports[row]) continue;
    paint(matrix, index);
    cell.textContent = textOf(matrix, index);
    cell.ariaDisabled = String(counts[index] === 0);
    cell.ariaLabel = labelOf(classes, index, counts[index]);
  }
  if (matrix.at >= 0) matrix.tell(); // what is looked at has other numbers now
}

function textOf(matrix, index) {
  if (matrix.counts[index] === 0) return "";
  if (matrix.mode === "counts") return counted(matrix.counts[index]);
  const percent = percentOf(matrix, index, matrix.mode);
  return percent < 0.5 ? "<1" : String(Math.round(percent));
}

function percentOf({ classes, counts, supports, called }, index, mode) {
  const [actual, predicted] = placeOf(classes, index);
  const whole = mode === "predicted" ? called[predicted] : supports[actual];
  return whole ? (100 * counts[index]) / whole : 0;
}

function paint(matrix, index) {
  const { cells, counts, shades, mode } = matrix;
  const { background, text } = shades[Math.round(percentOf(matrix, index, mode))];
  const isEmpty = counts[index] === 0; // it then looks as the page does, and the mistakes stand out
  cells[index].style.backgroundColor = isEmpty ? "" : background;
  cells[index].style.color = isEmpty ? "" : text;
}

function labelOf(classes, index, count) {
  const [actual, predicted] = placeOf(classes, index);
  const images = count === 0 ? "no images" : `${counted(count)} image${count === 1 ? "" : "s"}`;
  return `actual ${classes[actual]}, predicted ${classes[predicted]}: ${images}`;
}

function sentenceOf(matrix, index) {
  const { classes, counts, mode } = matrix;
  const words = mode === "predicted" ? "of all that were called so" : "of this class";
  const percent = percentOf(matrix, index, mode).toFixed(1);
  const label = labelOf(classes, index, counts[index]);
  return `${label[0].toUpperCase()}${label.slice(1)}${counts[index] ? `, ${percent} % ${words}` : ", so nothing to show"}.`;
}

function placeOf(classes, index) {
  return [Math.floor(index / classes.length), index % classes.length];
}

function select(matrix, cell) {
  const chosen = cell ? cell[0] * matrix.classes.length + cell[1] : -1;
  for (const [index, one] of matrix.cells.entries()) {
    if (index === chosen) one.ariaSelected = "true";
    else if (one.ariaSelected) one.ariaSelected = null;
  }
}

function listen(matrix, tell) {
  const { table, cells, classes } = matrix;
  const indexOf = (event) => cells.indexOf(event.target.closest("td"));
  const pick = (index) => index >= 0 && matrix.counts[index] > 0 && tell.picked(placeOf(classes, index));
  const read = (index) => {
    if (index !== matrix.at) {
      matrix.at = index;
      matrix.tell();
    }
    return index;
  };
  table.onclick = (event) => pick(indexOf(event));
  // Not pointerover, which also comes where the page moves below a pointer at rest.
  table.onpointermove = (event) => read(indexOf(event));
  table.onpointerleave = () => read(cells.indexOf(table.querySelector("td:focus")));
  table.addEventListener("focusin", (event) => {
    const index = read(indexOf(event));
    for (const cell of cells) if (cell.tabIndex === 0) cell.tabIndex = -1; // Tab leads to one cell, arrows to the others
    if (index >= 0) cells[index].tabIndex = 0;
  });
  table.onkeydown = (event) => {
    const index = indexOf(event);
    if (index < 0) return;
    if (event.key === "Enter" || event.key === " ") pick(index);
    else if (event.key in MOVES) focusOn(cells, classes, MOVES[event.key](placeOf(classes, index)));
    else return;
    event.preventDefault(); // the page must not scroll meanwhile
  };
}

function focusOn(cells, classes, place) {
  const [row, column] = place.map((one) => Math.min(classes.length - 1, Math.max(0, one)));
  cells[row * classes.length + column].focus();
}

function themeOf(element, { light, dark }) {
  return getComputedStyle(element).colorScheme === "dark" ? dark : light;
}

// A shade for each whole percent, with black or white on it, whichever is the further from it.
function shadesOf(colours) {
  return Array.from({ length: 101 }, (_, percent) => {
    const rgb = mixed(colours, percent / 100);
    return { background: `rgb(${rgb.join(" ")})`, text: inkOn(rgb) };
  });
}

function mixed(colours, place) {
  const above = Math.max(1, colours.findIndex(([stop]) => stop >= place));
  const [[from, first], [to, second]] = [colours[above - 1], colours[above]];
  const share = (place - from) / (to - from);
  const other = numbersOf(second);
  return numbersOf(first).map((value, index) => Math.round(value + share * (other[index] - value)));
}

function numbersOf(colour) {
  return [1, 3, 5].map((at) => parseInt(colour.slice(at, at + 2), 16));
}
