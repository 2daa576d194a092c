const REDRAW_EVERY_MILLISECONDS = 100; // ten a second look continuous
const TICK_EVERY_MILLISECONDS = 200;
const MOST_POINTS = 3000; // of one line; a chart is a few hundred pixels wide
const PLOTLY_SETTINGS = { displayModeBar: false, doubleClick: "reset", showTips: false };
const DRAWN = new Set(["start", "batch", "sample", "epoch"]);
const MOVING = new Set(["starting", "training", "stopping"]);

const views = new WeakMap();

/**
 * Two live charts of a run.
 * @param {object} component what Streamlit passes: data as in the Python function curves, and parentElement
 * @returns {() => void} cleanup
 */
export default function curves(component) {
  const { data, parentElement } = component;
  let view = views.get(parentElement);
  if (!view) {
    view = newView(parentElement);
    views.set(parentElement, view);
  }
  const call = ++view.calls;
  view.data = data;
  showLegend(view);
  // One after the other: Plotly draws asynchronously, and a rerun may come in between.
  view.updates = view.updates.then(() => update(view, data)).catch((error) => showError(view, error));
  return () => {
    // Streamlit may call an overtaken call's cleanup while the component lives on.
    if (call === view.calls) close(view, parentElement);
  };
}

function newView(parent) {
  const root = parent.querySelector(".run-curves");
  const view = {
    root, charts: [...root.querySelectorAll(".run-curves-chart")], calls: 0, hidden: new Set(), pending: [],
    updates: Promise.resolve(),
    state: null, word: "", over: false, phase: null, message: "", place: null, connection: { open: true, lost: false }, heardAt: null,
  };
  for (const entry of root.querySelectorAll(".run-curves-entry")) entry.onclick = () => toggle(view, entry);
  root.querySelector(".run-curves-reset").onclick = () => resetZoom(view);
  view.resizing = new ResizeObserver(() => fitWidth(view)); // the side bar's folding is no resize of the window
  view.charts.forEach((chart) => view.resizing.observe(chart));
  view.ticking = setInterval(() => showStatus(view), TICK_EVERY_MILLISECONDS);
  return view;
}

function fitWidth(view) {
  if (!view.drawn) return;
  for (const chart of view.charts) {
    const width = chart.clientWidth;
    if (width > 0 && width !== chart.layout.width) window.Plotly.relayout(chart, { width });
  }
}

async function update(view, data) {
  view.root.style.setProperty("--chart-height", `${data.height}px`);
  const [stream] = await Promise.all([import(absolute(data.stream)), loadPlotly(absolute(data.plotly))]);
  if (view.closed || view.data !== data) return; // a later call has taken over
  if (view.drawn?.url === data.url && view.drawn.metric === data.metric) {
    await adjust(view, data);
  } else {
    await build(view, data, stream);
  }
  view.drawn = data;
  fitWidth(view);
}

// Streamlit runs this code from a blob, which has no address that a path could be relative to.
function absolute(path) {
  return new URL(path, document.baseURI).href;
}

function loadPlotly(url) {
  if (window.Plotly) return Promise.resolve();
  window.plotlyLoading ??= new Promise((resolve, reject) => {
    const script = document.createElement("script");
    script.src = url;
    script.onload = resolve;
    script.onerror = () => {
      delete window.plotlyLoading;
      reject(new Error("the drawing library did not load"));
    };
    document.head.append(script);
  });
  return window.plotlyLoading;
}

async function build(view, data, stream) {
  view.unsubscribe?.();
  Object.assign(view, { state: null, word: "", over: false, phase: null, message: "", place: null });
  Object.assign(view, { heardAt: null, pending: [], started: false, saved: 0 });
  view.names = ["loss", data.metric];
  view.reading = newReading(view.names, data.guess);
  const colours = themeColours(view.root);
  const captions = view.root.querySelectorAll("figcaption");
  for (const [index, name] of view.names.entries()) {
    const words = spoken(name);
    captions[index].textContent = words[0].toUpperCase() + words.slice(1);
    const chart = view.charts[index];
    chart.setAttribute("aria-label", `Chart of the ${words} by epoch, for training and validation`);
    const size = { width: chart.clientWidth, height: data.height };
    const layout = layoutOf({ epochs: data.epochs, range: data.ranges[name], ...size }, colours);
    const traces = emptyTraces(name, colours, view.hidden);
    await window.Plotly.react(chart, traces, layout, PLOTLY_SETTINGS);
    chart.removeAllListeners?.("plotly_relayout");
    chart.on("plotly_relayout", () => showReset(view));
  }
  showGhostSwatch(view, colours);
  await drawFixed(view, data);
  if (view.closed) return;
  showEverything(view);
  view.unsubscribe = stream.subscribe(absolute(data.url), (event) => receive(view, event));
}

async function adjust(view, data) {
  const colours = themeColours(view.root);
  for (const [index, name] of view.names.entries()) {
    const update = { ...colourUpdate(colours), height: data.height };
    if (view.drawn.epochs !== data.epochs) update["xaxis.range"] = [0, data.epochs];
    await window.Plotly.relayout(view.charts[index], update);
    await window.Plotly.restyle(view.charts[index], ...lineColourUpdate(colours));
  }
  showGhostSwatch(view, colours);
  await drawFixed(view, data);
}

async function drawFixed(view, data) {
  for (const [index, name] of view.names.entries()) {
    const lines = [guessLine(data.guess[name], data.epochs), ...ghostLines(data.ghost, name)];
    const update = {};
    for (const part of ["x", "y", "text"]) update[part] = lines.map((line) => line[part]);
    const indexes = ["guess", "ghostTraining", "ghostValidation"].map(traceIndex);
    await window.Plotly.restyle(view.charts[index], update, indexes);
  }
}

function ghostLines(ghost, name) {
  const reading = newReading([name], {});
  const points = (ghost?.events ?? []).flatMap((event) => pointsOf(reading, event));
  const line = (curve) => {
    const chosen = points.filter((point) => point.curve === curve);
    return { x: chosen.map((point) => point.x), y: chosen.map((point) => point.y), text: [] };
  };
  const training = line("training");
  return [training.x.length > 1 ? training : line("running"), line("validation")];
}

function receive(view, event) {
  if (event.kind === "history") return startOver(view, event.events);
  if (event.kind === "connection") view.connection = event;
  noteState(view, event);
  if (DRAWN.has(event.kind)) {
    view.pending.push(...pointsOf(view.reading, event));
    view.heardAt = performance.now();
    scheduleDrawing(view);
  }
  if (event.kind === "batch") showBroken(view);
  else showEverything(view);
}

function noteState(view, event) {
  if (event.kind === "state") {
    Object.assign(view, { state: event.state, word: event.word, over: event.over, message: event.message ?? "" });
    Object.assign(view, { place: event.place, startsIn: event.starts_in });
  }
  if (event.kind === "phase") view.phase = event.phase;
  if (event.kind === "saved") view.saved = Math.round(event.epoch);
}

function startOver(view, events) {
  view.reading = newReading(view.names, view.data.guess);
  view.pending = [];
  view.fresh = true;
  for (const event of events) {
    noteState(view, event);
    view.pending.push(...pointsOf(view.reading, event));
  }
  view.heardAt = null; // when the last of these happened is not known
  scheduleDrawing(view);
  showEverything(view);
}

function scheduleDrawing(view) {
  if (view.scheduled) return;
  view.scheduled = true;
  const wait = Math.max(0, REDRAW_EVERY_MILLISECONDS - (performance.now() - (view.drawnAt ?? 0)));
  setTimeout(() => requestAnimationFrame(() => drawPending(view)), wait);
}

async function drawPending(view) {
  if (view.closed) return;
  const { pending, fresh } = view;
  Object.assign(view, { pending: [], fresh: false, drawnAt: performance.now() });
  view.started ||= pending.length > 0;
  showSkeleton(view);
  for (const [index, name] of view.names.entries()) {
    await addPoints(view.charts[index], pending.filter((point) => point.name === name), fresh);
  }
  view.scheduled = false;
  if (view.pending.length > 0) scheduleDrawing(view);
}

async function addPoints(chart, points, fresh) {
  const curvesTouched = ["running", "training", "sample", "validation", "broken"]
    .map((curve) => ({ index: traceIndex(curve), points: points.filter((point) => point.curve === curve) }))
    .filter((touched) => fresh || touched.points.length > 0);
  if (curvesTouched.length === 0) return;
  const update = {
    x: curvesTouched.map((touched) => touched.points.map((point) => point.x)),
    y: curvesTouched.map((touched) => touched.points.map((point) => point.y)),
  };
  const indexes = curvesTouched.map((touched) => touched.index);
  await (fresh ? window.Plotly.restyle(chart, update, indexes) : window.Plotly.extendTraces(chart, update, indexes));
  const running = chart.data[traceIndex("running")];
  if (running.x.length > MOST_POINTS) {
    const { x, y } = halved(running.x, running.y);
    await window.Plotly.restyle(chart, { x: [x], y: [y] }, [traceIndex("running")]);
  }
}

function toggle(view, entry) {
  const { group } = entry.dataset;
  const show = view.hidden.delete(group);
  if (!show) view.hidden.add(group);
  entry.setAttribute("aria-pressed", String(show));
  if (!view.drawn) return;
  for (const chart of view.charts) window.Plotly.restyle(chart, { visible: show }, groupIndexes(group));
}

function resetZoom(view) {
  for (const [index, name] of view.names.entries()) {
    const range = view.data.ranges[name];
    const vertical = range ? { "yaxis.range": [...range] } : { "yaxis.autorange": true };
    window.Plotly.relayout(view.charts[index], { "xaxis.range": [0, view.data.epochs], ...vertical });
  }
}

function showReset(view) {
  const zoomed = view.charts.some((chart, index) => {
    const { xaxis, yaxis } = chart.layout;
    const range = view.data.ranges[view.names[index]];
    const moved = (now, wanted) => now.some((value, side) => Math.abs(value - wanted[side]) > 1e-6);
    return moved(xaxis.range, [0, view.data.epochs]) || (range ? moved(yaxis.range, range) : yaxis.autorange === false);
  });
  view.root.querySelector(".run-curves-reset").disabled = !zoomed;
}

function showLegend(view) {
  const { data, root } = view;
  const entry = (group) => root.querySelector(`[data-group="${group}"]`);
  entry("ghost").hidden = !data.ghost;
  entry("ghost").querySelector("span").textContent = data.ghost_label || "previous run";
  entry("guess").hidden = Object.values(data.guess).every((height) => height === null);
}

function showGhostSwatch(view, { ghost }) {
  const [training, validation] = view.root.querySelectorAll('[data-group="ghost"] path');
  training.setAttribute("stroke", ghost.training);
  validation.setAttribute("stroke", ghost.validation);
}

function showEverything(view) {
  const sentences = view.root.querySelectorAll(".run-curves-sentence");
  for (const [index, name] of view.names.entries()) {
    setText(sentences[index], epochSentenceIfNew(view, index, name));
  }
  showBroken(view);
  showSkeleton(view);
  showStatus(view);
}

function showBroken(view) {
  const broken = view.root.querySelector(".run-curves-broken");
  const sentence = brokenSentence(view.reading);
  broken.hidden = sentence === "";
  setText(broken.querySelector("span"), sentence);
}

// Between epoch ends a screen reader stays quiet, although samples change the latest numbers.
function epochSentenceIfNew(view, index, name) {
  view.said ??= [];
  const known = view.said[index];
  const { epochsDone } = view.reading;
  if (known?.reading === view.reading && known.epochsDone === epochsDone) return known.text;
  const text = epochSentence(view.reading, name, view.data.epochs);
  view.said[index] = { reading: view.reading, epochsDone, text };
  return text;
}

function showSkeleton(view) {
  const box = view.root.querySelector(".run-curves-skeleton");
  box.hidden = view.started;
  if (view.started) return;
  if (view.connection.lost) return showText(view, "This run cannot be reached.", false);
  const words = view.data.replay ? "Replay" : view.state ? activity(view) : "Connecting";
  if (view.over) return showText(view, `${words}. There is nothing to draw. ${view.message}`.trim(), false);
  const network = !view.data.replay && view.state !== "queued" && view.phase === "compiling";
  return showText(view, network ? "Compiling the network …" : `${words} …`, true);
}

function showError(view, error) {
  console.error(error);
  view.root.querySelector(".run-curves-skeleton").hidden = false;
  showText(view, `The charts could not be drawn: ${error.message}`, false);
}

function showText(view, text, busy) {
  const box = view.root.querySelector(".run-curves-skeleton");
  box.classList.toggle("busy", busy);
  setText(box.querySelector("span"), text);
}

function showStatus(view) {
  if (!view.reading) return;
  setText(view.root.querySelector(".run-curves-status"), statusLine(view));
}

function statusLine(view) {
  const { reading, state } = view;
  if (!view.started || reading.step === 0) return "";
  const total = reading.steps * reading.epochs;
  const step = total ? Math.min(reading.step, total) : reading.step;
  const parts = [total ? `step ${counted(step)} of ${counted(total)}` : `step ${counted(step)}`];
  const { replay } = view.data;
  if (replay) parts.unshift("replay");
  if (state && !MOVING.has(state)) parts.push(replay ? "over" : activity(view).toLowerCase());
  else if (view.connection.lost) parts.push("connection lost; reload the page");
  else if (!view.connection.open) parts.push("connection lost, trying again");
  else if (view.heardAt !== null && !replay) parts.push(`${((performance.now() - view.heardAt) / 1000).toFixed(1)} s ago`);
  if (view.saved) parts.push(`saved up to epoch ${view.saved}`);
  return parts.join(" · ");
}

function setText(element, text) {
  if (element.textContent !== text) element.textContent = text;
}

function close(view, parent) {
  view.closed = true;
  views.delete(parent);
  view.unsubscribe?.();
  clearInterval(view.ticking);
  view.resizing.disconnect();
  if (window.Plotly) view.charts.forEach((chart) => window.Plotly.purge(chart));
}
