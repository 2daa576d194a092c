const SIDE = 280; // pixels of what is drawn on and sent
const STEP = 10; // pixels that the pen moves by a key
const TELL_EVERY_MILLISECONDS = 250; // while a line is drawn
const MOVES = { ArrowUp: [0, -STEP], ArrowDown: [0, STEP], ArrowLeft: [-STEP, 0], ArrowRight: [STEP, 0] };
const LATER = "beforehand"; // a drawing that was made before the page was left

const pads = new WeakMap();

/**
 * A sheet to draw on, by pointer, finger or keys; what is on it is told as the state "drawing", an address of a PNG.
 * @param {object} component what Streamlit passes: data as in the Python function pad, parentElement, setStateValue
 * @returns {() => void} cleanup
 */
export default function pad({ data, parentElement, setStateValue }) {
  const root = parentElement.querySelector(".pad");
  let view = pads.get(root);
  if (!view || view.paper !== data.paper) {
    view = newPad(root, data);
    pads.set(root, view);
  }
  view.tell = (drawing) => setStateValue("drawing", drawing);
  view.canvas.setAttribute("aria-label", data.label);
  view.root.querySelector(".ink").hidden = !data.colour;
  return () => {
    if (!parentElement.isConnected) clearTimeout(view.telling); // else it was an overtaken call's cleanup
  };
}

function newPad(root, data) {
  const canvas = root.querySelector("canvas");
  Object.assign(canvas, { width: SIDE, height: SIDE });
  const view = {
    root, canvas, context: canvas.getContext("2d"), paper: data.paper, strokes: [], line: null,
    pen: [SIDE / 2, SIDE / 2], isDown: false, telling: 0, toldAt: 0, before: null,
  };
  root.querySelector(".width").value = data.width;
  root.querySelector(".colour").value = data.ink;
  canvas.onpointerdown = (event) => beginLine(view, event);
  canvas.onpointermove = (event) => view.line && goOn(view, place(view, event));
  canvas.onpointerup = () => endLine(view);
  canvas.onpointercancel = () => endLine(view);
  canvas.onkeydown = (event) => press(view, event);
  canvas.onblur = () => liftPen(view);
  root.querySelector(".undo").onclick = () => undo(view);
  root.querySelector(".clear").onclick = () => clear(view);
  paint(view);
  if (data.drawing) bringBack(view, data.drawing);
  return view;
}

function bringBack(view, drawing) {
  const image = new Image();
  image.onload = () => {
    view.before = image;
    view.strokes.unshift(LATER);
    paint(view);
  };
  image.src = drawing;
}

function place({ canvas }, event) {
  const box = canvas.getBoundingClientRect();
  return [((event.clientX - box.left) / box.width) * SIDE, ((event.clientY - box.top) / box.height) * SIDE];
}

function newLine({ root }, point) {
  return { points: [point], width: Number(root.querySelector(".width").value), colour: root.querySelector(".colour").value };
}

function beginLine(view, event) {
  view.canvas.setPointerCapture(event.pointerId);
  liftPen(view);
  view.line = newLine(view, place(view, event));
  view.strokes.push(view.line);
  paint(view);
}

function goOn(view, point) {
  view.line.points.push(point);
  paint(view);
  tellSoon(view);
}

function endLine(view) {
  if (!view.line) return;
  view.line = null;
  tellNow(view);
}

function press(view, event) {
  const move = MOVES[event.key];
  const acts = { " ": () => togglePen(view), Backspace: () => undo(view), Delete: () => clear(view) };
  if (!move && !acts[event.key]) return;
  event.preventDefault();
  event.stopPropagation(); // keys of the page, such as S for stop, are others
  if (move) movePen(view, move);
  else acts[event.key]();
}

function movePen(view, [right, down]) {
  view.pen = [Math.min(Math.max(view.pen[0] + right, 0), SIDE), Math.min(Math.max(view.pen[1] + down, 0), SIDE)];
  showPen(view);
  if (view.isDown) goOn(view, view.pen);
}

function togglePen(view) {
  if (view.isDown) {
    liftPen(view);
    tellNow(view);
    return;
  }
  view.isDown = true;
  view.line = newLine(view, view.pen);
  view.strokes.push(view.line);
  showPen(view);
  paint(view);
  tellSoon(view);
}

function liftPen(view) {
  if (view.isDown) view.line = null;
  view.isDown = false;
  view.root.querySelector(".pen").hidden = true;
}

function showPen(view) {
  const pen = view.root.querySelector(".pen");
  pen.hidden = false;
  pen.classList.toggle("down", view.isDown);
  pen.style.left = `${(view.pen[0] / SIDE) * 100}%`;
  pen.style.top = `${(view.pen[1] / SIDE) * 100}%`;
  say(view, `Pen ${view.isDown ? "down" : "up"}, column ${Math.round(view.pen[0] / STEP)}, row ${Math.round(view.pen[1] / STEP)}`);
}

function undo(view) {
  if (!view.strokes.pop()) return;
  say(view, "The last line is gone.");
  paint(view);
  tellNow(view);
}

function clear(view) {
  view.strokes = [];
  say(view, "The sheet is empty.");
  paint(view);
  tellNow(view);
}

function say({ root }, words) {
  root.querySelector(".said").textContent = words;
}

function paint(view) {
  const { context } = view;
  context.fillStyle = view.paper;
  context.fillRect(0, 0, SIDE, SIDE);
  Object.assign(context, { lineCap: "round", lineJoin: "round" });
  for (const stroke of view.strokes) {
    if (stroke === LATER) context.drawImage(view.before, 0, 0, SIDE, SIDE);
    else paintLine(context, stroke);
  }
}

function paintLine(context, { points, width, colour }) {
  Object.assign(context, { lineWidth: width, strokeStyle: colour });
  context.beginPath();
  context.moveTo(...points[0]);
  for (const point of points) context.lineTo(...point);
  context.stroke();
}

function tellSoon(view) {
  const wait = view.toldAt + TELL_EVERY_MILLISECONDS - performance.now();
  if (wait <= 0) tellNow(view);
  else if (!view.telling) view.telling = setTimeout(() => tellNow(view), wait);
}

function tellNow(view) {
  clearTimeout(view.telling);
  Object.assign(view, { telling: 0, toldAt: performance.now() });
  view.tell(view.strokes.length > 0 ? view.canvas.toDataURL("image/png") : "");
}
