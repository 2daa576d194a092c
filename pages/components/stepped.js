const DIGITS = 4; // after the point, of a loss: as many as a small step changes
const WHY = ". The weights were changed once, by what these images alone asked for.";

const views = new WeakMap();

/**
 * The last step that was taken alone: its loss before and after, what it did to each layer, and its images.
 * @param {object} component what Streamlit passes: data as in the Python function stepped, and parentElement
 * @returns {() => void} cleanup
 */
export default function stepped(component) {
  const { data, parentElement } = component;
  let view = views.get(parentElement);
  if (!view) {
    view = { root: parentElement.querySelector(".stepped") };
    views.set(parentElement, view);
  }
  view.data = data;
  view.root.classList.toggle("compact", data.compact);
  if (view.followed !== data.url) follow(view, data).catch((error) => console.error(error)); // the curves say it in words
  return () => {
    // Streamlit runs the cleanup of an overtaken call too, before or after the next one: the component lives on.
    if (!parentElement.isConnected) close(view);
  };
}

async function follow(view, data) {
  view.root.hidden = true;
  await followRun(view, data, receive);
}

function receive(view, event) {
  const last = event.kind === "history" ? event.events.findLast((past) => past.kind === "stepped") : event;
  if (event.kind === "history") view.root.hidden = true;
  if (last?.kind === "stepped") show(view, last);
}

function show({ root, data }, event) {
  root.hidden = false;
  const inEpoch = event.epoch % 1;
  const where = inEpoch ? `epoch ${Math.floor(event.epoch) + 1}` : `the end of epoch ${event.epoch}`;
  root.querySelector("h2").textContent = `One batch: step ${counted(event.step)}, ${where}`;
  root.querySelector(".sum").replaceChildren(...sumOf(event), data.compact ? "." : WHY);
  root.querySelector("tbody").replaceChildren(...rowsOf(event.layers, data.titles));
  root.querySelector("ul").replaceChildren(...event.pictures.map((source, index) => imageOf(event, data.classes, source, index)));
  const more = event.batch_size - event.pictures.length;
  root.querySelector(".batch .note").textContent =
    `${more > 0 ? `The first ${event.pictures.length} of its ${counted(event.batch_size)} images` : "Its images"}, ` +
    "and the probability of the right class before and after.";
}

// The difference of what is shown, so that the numbers add up as they stand there.
function sumOf({ before, after, batch_size: size }) {
  if (!Number.isFinite(before) || !Number.isFinite(after)) return [`The loss of these ${counted(size)} images is not a number`];
  const [shownBefore, shownAfter] = [before.toFixed(DIGITS), after.toFixed(DIGITS)];
  const change = (Number(shownAfter) - Number(shownBefore)).toFixed(DIGITS);
  const sign = change.startsWith("-") ? "−" : "+";
  const sum = document.createElement("strong");
  sum.textContent = `${shownBefore} ${sign} ${change.replace("-", "")} = ${shownAfter}`;
  const verb = Number(change) < 0 ? "fell" : Number(change) > 0 ? "rose" : "stayed as it was";
  return [`The loss of its ${counted(size)} images ${verb}: `, sum];
}

function rowsOf(layers, titles) {
  const shares = layers.map(({ change, weights }) => (weights > 0 ? (100 * change) / weights : NaN));
  const largest = Math.max(...shares.filter(Number.isFinite), Number.MIN_VALUE);
  return layers.map((layer, index) => {
    const row = document.createElement("tr");
    const title = titles[layer.id] ?? layer.id;
    const name = Object.assign(document.createElement("th"), { textContent: title, title, scope: "row" });
    const numbers = [layer.gradient, layer.change, layer.weights].map((value) =>
      Object.assign(document.createElement("td"), { className: "number", textContent: short(value) }));
    row.append(name, ...numbers, shareOf(shares[index], largest));
    return row;
  });
}

function shareOf(share, largest) {
  const cell = document.createElement("td");
  const box = Object.assign(document.createElement("div"), { className: "share" });
  const track = Object.assign(document.createElement("span"), { className: "track", ariaHidden: "true" });
  const bar = document.createElement("span");
  bar.style.width = `${Number.isFinite(share) ? (100 * share) / largest : 0}%`;
  track.append(bar);
  box.append(track, Number.isFinite(share) ? `${short(share)} %` : "–");
  cell.append(box);
  return cell;
}

function short(value) {
  if (!Number.isFinite(value)) return "not a number";
  return value !== 0 && Math.abs(value) < 0.001 ? value.toExponential(1).replace("e-", "e−") : measured(value);
}

function imageOf(event, classes, source, index) {
  const name = classes[event.labels[index]];
  const [before, after] = [event.right_before[index], event.right_after[index]].map((value) => `${Math.round(100 * (value || 0))} %`);
  const image = Object.assign(document.createElement("img"), { src: source, alt: name, title: name });
  const item = document.createElement("li");
  item.append(image, ...[before, `→ ${after}`].map((text) =>
    Object.assign(document.createElement("span"), { className: "answer", textContent: text })));
  return item;
}

function close(view) {
  view.closed = true;
  view.unsubscribe?.();
}
