const REDRAW_EVERY_MILLISECONDS = 30; // trainers tell ten times a second; two of them in a row need not wait for each other
const TICK_EVERY_MILLISECONDS = 200;
const DRAWN = new Set(["start", "batch", "sample", "epoch"]);
const MOVING = new Set(["starting", "training", "stopping"]);

const views = new WeakMap();

/**
 * Live charts of a run: two, and three further ones where they are asked for.
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
  view.data = data;
  showLegend(view);
  // One after the other: Plotly draws asynchronously, and a rerun may come in between.
  view.updates = view.updates.then(() => update(view, data)).catch((error) => showError(view, error));
  return () => {
    // Streamlit runs the cleanup of an overtaken call too, before or after the next one: the component lives on.
    if (!parentElement.isConnected) close(view);
  };
}

function newView(parent) {
  const root = parent.querySelector(".run-curves");
  const view = {
    root, charts: chartsIn(root), pending: [], updates: Promise.resolve(),
    state: null, word: "", over: false, phase: null, message: "", place: null, connection: { open: true, lost: false }, heardAt: null,
  };
  listenToTools(view);
  view.resizing = new ResizeObserver(() => fit(view)); // the side bar's folding is no resize of the window
  view.charts.forEach((chart) => view.resizing.observe(chart.element));
  view.ticking = setInterval(() => showStatus(view), TICK_EVERY_MILLISECONDS);
  return view;
}

function fit(view) {
  const letters = themeColours(view.root);
  for (const chart of view.charts) {
    const { width, height } = sizeOf(chart, view.data);
    const { layout } = chart.element;
    if (chart.isBuilt && width > 0 && (width !== layout.width || height !== layout.height)) {
      window.Plotly.relayout(chart.element, { width, height, ...lettersUpdate(letters) }).then(() => decorate(view, chart));
    }
  }
}

function sizeOf({ element }, { height }) {
  return { width: element.clientWidth, height: height ?? element.clientHeight };
}

async function update(view, data) {
  if (data.height) view.root.style.setProperty("--chart-height", `${data.height}px`);
  const [stream] = await Promise.all([import(absolute(data.stream)), loadPlotly(absolute(data.plotly))]);
  if (view.closed || view.data !== data) return; // a later call has taken over
  if (view.drawn?.url === data.url && view.drawn.metric === data.metric) {
    await adjust(view, data);
  } else {
    await build(view, data, stream);
  }
  view.drawn = data;
  fit(view);
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
  Object.assign(view, { heardAt: null, started: false, saved: 0 });
  nameCharts(view, ["loss", data.metric]);
  empty(view);
  await buildCharts(view);
  if (view.closed) return;
  showTools(view);
  showEverything(view);
  view.unsubscribe = stream.subscribe(absolute(data.url), (event) => receive(view, event));
}

async function adjust(view, data) {
  const colours = themeColours(view.root);
  for (const chart of view.charts.filter((one) => one.isBuilt)) {
    const update = { ...colourUpdate(colours), ...sizeOf(chart, data) };
    if (view.drawn.epochs !== data.epochs) Object.assign(update, home(view, chart));
    await window.Plotly.relayout(chart.element, update);
    if (!chart.isMore) await window.Plotly.restyle(chart.element, ...lineColourUpdate(colours));
    await drawFixed(view, chart);
    await decorate(view, chart);
  }
  showGhostSwatch(view, colours);
}

function empty(view) {
  view.reading = newReading(view.names, view.data.guess);
  Object.assign(view, { pending: [], alarm: null });
  for (const chart of view.charts) emptyLines(chart);
}

function receive(view, event) {
  if (event.kind === "history") return startOver(view, event.events);
  if (event.kind === "connection") view.connection = event;
  take(view, event);
  if (DRAWN.has(event.kind)) view.heardAt = performance.now();
  if (view.pending.length > 0 || event.kind === "steered") scheduleDrawing(view);
  if (event.kind === "batch") showBroken(view);
  else showEverything(view);
  return undefined;
}

function take(view, event) {
  if (event.kind === "state") {
    Object.assign(view, { state: event.state, word: event.word, over: event.over, message: event.message ?? "" });
    Object.assign(view, { place: event.place, startsIn: event.starts_in });
  }
  if (event.kind === "phase") view.phase = event.words ?? event.phase;
  if (event.kind === "saved") view.saved = Math.round(event.epoch);
  if (event.kind === "alarm") view.alarm = event;
  const knew = view.reading.hasBatchLoss;
  view.pending.push(...pointsOf(view.reading, event));
  if (view.reading.hasBatchLoss !== knew) view.mustShow = true; // what can be drawn is another thing now
}

function startOver(view, events) {
  empty(view);
  for (const event of events) take(view, event);
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
  const { pending, mustShow } = view;
  Object.assign(view, { pending: [], mustShow: false, drawnAt: performance.now() });
  view.started ||= pending.length > 0;
  showSkeleton(view);
  for (const point of pending) {
    const chart = view.charts.find((one) => one.name === point.name);
    if (chart) addPoint(chart.lines[point.curve], point);
  }
  if (mustShow) showTools(view);
  for (const chart of view.charts.filter((one) => one.isBuilt)) {
    if (mustShow) await showShown(view, chart);
    await drawLines(view, chart);
    await decorate(view, chart);
  }
  view.scheduled = false;
  if (view.pending.length > 0) scheduleDrawing(view);
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
  for (const [index, name] of view.names.entries()) {
    setText(view.charts[index].sentence, epochSentenceIfNew(view, index, name));
  }
  showBroken(view);
  showFlags(view);
  showAlarm(view);
  showSkeleton(view);
  showStatus(view);
}

function showBroken(view) {
  const broken = view.root.querySelector(".run-curves-broken");
  const sentence = brokenSentence(view.reading);
  broken.hidden = sentence === "";
  setText(broken.querySelector("span"), sentence);
}

function showFlags(view) {
  const element = view.root.querySelector(".run-curves-flags");
  const sentence = flagsSentence(view.reading);
  element.hidden = sentence === "";
  setText(element, sentence);
}

// Beside a run that is on, the coach has a card of its own.
function showAlarm({ root, data, alarm }) {
  const element = root.querySelector(".run-curves-coach");
  element.hidden = !data.replay || !alarm;
  if (element.hidden) return;
  setText(element, alarm.code ? `Coach at epoch ${Number(alarm.epoch.toFixed(1))}: ${alarm.title}.` : alarm.title);
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
  for (const chart of view.charts.filter((one) => one.isMore && one.isBuilt)) {
    setText(chart.sentence, moreSentence(view.reading, chart.name));
  }
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

function close(view) {
  view.closed = true;
  view.unsubscribe?.();
  clearInterval(view.ticking);
  view.resizing.disconnect();
  if (window.Plotly) view.charts.forEach((chart) => window.Plotly.purge(chart.element));
}
