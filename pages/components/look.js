const DRAW_EVERY_MILLISECONDS = 250; // epochs of little data end many times a second: nobody can read that
const SOON = "The first look at the validation set comes soon …";
const ENDED = "This run ended before its first look at the validation set.";
const HINT = "Press a cell to see the images behind it.";

const views = new WeakMap();

/**
 * What a network says of the validation set while it learns: the confusion matrix, or the watched images.
 * @param {object} component what Streamlit passes: data as in the Python function look, parentElement, setTriggerValue
 * @returns {() => void} cleanup
 */
export default function look(component) {
  const { data, parentElement, setTriggerValue } = component;
  let view = views.get(parentElement);
  if (!view) {
    view = { root: parentElement.querySelector(".look") };
    views.set(parentElement, view);
  }
  Object.assign(view, { data, setTriggerValue });
  view.root.classList.toggle("compact", data.compact);
  if (view.followed !== data.url) follow(view, data).catch((error) => showError(view, error));
  view.matrix?.select(data.selected);
  view.matrix?.paint(); // the theme may have changed
  return () => {
    // Streamlit runs the cleanup of an overtaken call too, before or after the next one: the component lives on.
    if (!parentElement.isConnected) close(view);
  };
}

async function follow(view, data) {
  clearTimeout(view.timer);
  Object.assign(view, { followed: data.url, timer: null, ...nothing() });
  draw(view);
  await followRun(view, data, receive);
}

function nothing() {
  return { watched: null, now: null, before: null, over: false, images: null, drawn: null };
}

function receive(view, event) {
  if (event.kind === "history") {
    Object.assign(view, { now: null, before: null });
    for (const past of event.events) read(view, past);
  } else {
    read(view, event);
  }
  if (event.kind === "history" || event.kind === "watched" || event.kind === "look" || event.kind === "state") {
    view.timer ??= setTimeout(() => draw(view), event.kind === "look" ? DRAW_EVERY_MILLISECONDS : 0);
  }
}

function read(view, event) {
  if (event.kind === "state") view.over = event.over;
  if (event.kind === "watched" && JSON.stringify(event) !== JSON.stringify(view.watched)) {
    Object.assign(view, { watched: event, images: null, drawn: null });
  }
  if (event.kind === "look") Object.assign(view, { before: view.now, now: event });
}

function draw(view) {
  view.timer = null;
  if (view.closed) return;
  const { data, root } = view;
  const part = (name) => root.querySelector(`.${name}`);
  if (data.shows === "matrix") drawMatrix(view, part);
  else drawImages(view, part);
}

function drawMatrix(view, part) {
  const { data, now } = view;
  showWaiting(view, part, now === null);
  for (const name of ["matrix", "over", "readout"]) part(name).hidden = now === null;
  if (now === null || now === view.drawn) return;
  view.drawn = now;
  view.matrix ??= matrixOf(part("matrix"), data.classes, data.colours, {
    picked: (place) => view.setTriggerValue("cell", cellOf(view.now, place)),
    read: (sentence) => setText(part("readout"), sentence || HINT),
  });
  view.matrix.show(now.cells);
  view.matrix.select(view.data.selected);
  setText(part("over"), captionOf(now, data.validation));
  if (!part("readout").textContent) setText(part("readout"), HINT);
}

function drawImages(view, part) {
  const { data, now, before, watched } = view;
  showWaiting(view, part, watched === null);
  part("images").hidden = watched === null;
  if (watched === null) return;
  view.images ??= imagesOf(part("images"), watched, data.classes, data.compact);
  if (now === null || now === view.drawn) return;
  view.drawn = now;
  view.images.show(now.probabilities, before?.probabilities);
}

function showWaiting(view, part, isEmpty) {
  part("waiting").hidden = !isEmpty;
  setText(part("waiting"), view.over ? ENDED : SOON);
}

// Its images go with it: by the time that Python hears of the click, the matrix may be another one.
function cellOf({ cells, epoch }, [actual, predicted]) {
  const [, , count, indexes] = cells.find(([row, column]) => row === actual && column === predicted);
  return { actual, predicted, count, epoch, indexes };
}

function captionOf({ images, whole, epoch }, validation) {
  const over = whole ? `All ${counted(images)}` : `${counted(images)} of ${counted(validation)}`;
  return `${over} validation images, epoch ${Number(epoch.toFixed(1))}`;
}

function showError(view, error) {
  console.error(error);
  const waiting = view.root.querySelector(".waiting");
  waiting.hidden = false;
  setText(waiting, `This could not be drawn: ${error.message}`);
}

function setText(element, text) {
  if (element.textContent !== text) element.textContent = text;
}

function close(view) {
  view.closed = true;
  clearTimeout(view.timer);
  view.unsubscribe?.();
}
