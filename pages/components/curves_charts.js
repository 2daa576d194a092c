// The charts themselves: built, filled, decorated and zoomed. What a visitor chose holds for all runs of the tab.

const PLOTLY_SETTINGS = { displayModeBar: false, doubleClick: false, showTips: false };
const FIRST_OF_ALL = 0.001; // where a logarithmic axis begins while there is no point

const choices = { loss: "batch", smooth: true, logX: false, logY: false, more: false, hidden: new Set() };

function chartsIn(root) {
  return [...root.querySelectorAll("figure")].map((figure) => ({
    name: "", isMore: figure.closest(".run-curves-more") !== null, isBuilt: false, lines: {}, decorated: "",
    element: figure.querySelector(".run-curves-chart"), caption: figure.querySelector("figcaption"),
    sentence: figure.querySelector(".run-curves-sentence"),
  }));
}

function nameCharts(view, names) {
  view.names = names;
  for (const [index, name] of [...names, ...MORE_NAMES].entries()) {
    const chart = view.charts[index];
    const words = spoken(name);
    chart.name = name;
    chart.isBuilt = false;
    setText(chart.caption, words[0].toUpperCase() + words.slice(1));
    chart.element.setAttribute("aria-label", `Chart of the ${words} by epoch${chart.isMore ? "" : ", for training and validation"}`);
  }
}

function emptyLines(chart) {
  for (const curve of curvesOf(chart.isMore)) chart.lines[curve] = newLine();
}

async function buildCharts(view) {
  for (const chart of view.charts) {
    if (!chart.isBuilt && (!chart.isMore || choices.more)) await buildChart(view, chart);
  }
  showGhostSwatch(view, themeColours(view.root));
}

async function buildChart(view, chart) {
  const colours = themeColours(view.root);
  const size = sizeOf(chart, view.data);
  const traces = emptyTraces(chart.name, chart.isMore, colours);
  await window.Plotly.react(chart.element, traces, layoutOf(size, home(view, chart), colours), PLOTLY_SETTINGS);
  for (const line of Object.values(chart.lines)) line.changed = true;
  chart.element.removeAllListeners?.("plotly_relayout");
  chart.element.removeAllListeners?.("plotly_doubleclick");
  chart.element.on("plotly_relayout", () => zoomed(view, chart));
  chart.element.on("plotly_doubleclick", () => resetChart(view, chart));
  Object.assign(chart, { isBuilt: true, decorated: "" });
  await drawFixed(view, chart);
  await showShown(view, chart);
  await drawLines(view, chart);
  await decorate(view, chart);
}

async function drawFixed(view, chart) {
  if (chart.isMore) return;
  const { guess, ghost, epochs } = view.data;
  const lines = [guessLine(guess[chart.name], epochs), ...ghostLines(ghost, chart.name)];
  const update = {};
  for (const part of ["x", "y", "text"]) update[part] = lines.map((line) => line[part]);
  await window.Plotly.restyle(chart.element, update, placesOf(chart, ["guess", "ghostTraining", "ghostValidation"]));
}

function ghostLines(ghost, name) {
  const reading = newReading([name], {});
  const points = (ghost?.events ?? []).flatMap((event) => pointsOf(reading, event)).filter((point) => point.name === name);
  const line = (curve) => {
    const chosen = points.filter((point) => point.curve === curve);
    return { x: chosen.map((point) => point.x), y: chosen.map((point) => point.y), text: [] };
  };
  const training = line("training");
  return [training.x.length > 1 ? training : line("running"), line("validation")];
}

function placesOf(chart, curves) {
  return curves.map((curve) => curvesOf(chart.isMore).indexOf(curve));
}

async function drawLines(view, chart) {
  const raw = chart.lines[chart.isMore ? "value" : "batch"];
  if (raw.changed) {
    Object.assign(chart.lines.smooth, { x: raw.x, texts: [], y: smoothed(raw, view.data.epochs), changed: true });
  }
  const curves = Object.keys(chart.lines).filter((curve) => chart.lines[curve].changed);
  const own = curves.filter((curve) => !FIXED.has(curve));
  if (own.length === 0) return;
  const lines = own.map((curve) => chart.lines[curve]);
  lines.forEach((line) => Object.assign(line, { changed: false }));
  const update = { x: lines.map(({ x }) => x.slice()), y: lines.map(({ y }) => y.slice()), text: lines.map(({ texts }) => texts.slice()) };
  await window.Plotly.restyle(chart.element, update, placesOf(chart, own));
}

const FIXED = new Set(["guess", "ghostTraining", "ghostValidation"]);

async function showShown(view, chart) {
  const shown = { hidden: choices.hidden, smooth: choices.smooth, batch: drawsBatchLoss(view) };
  await window.Plotly.restyle(chart.element, shownUpdate(chart.name, chart.isMore, shown));
}

// Runs of long ago recorded the running mean only.
function drawsBatchLoss(view) {
  return choices.loss === "batch" && view.reading.hasBatchLoss !== false;
}

async function decorate(view, chart) {
  if (!chart.isBuilt || view.closed) return;
  const update = decorations(chart.element, view.reading.flags, themeColours(view.root));
  const text = JSON.stringify(update);
  if (text === chart.decorated) return;
  chart.decorated = text;
  await window.Plotly.relayout(chart.element, update);
}

// Zoom

function home(view, chart) {
  const { epochs, ranges } = view.data;
  const first = chart.lines[chart.isMore ? "value" : "running"]?.x.find((x) => x > 0) ?? FIRST_OF_ALL;
  const { logX } = choices;
  const logY = choices.logY && view.reading.isPositive;
  return axesUpdate(chart.name, { epochs, first: Math.min(first, epochs / 2), range: ranges[chart.name] ?? null, logX, logY });
}

function zoomed(view, chart) {
  decorate(view, chart);
  showReset(view);
}

function isZoomed(view, chart) {
  const { xaxis, yaxis } = chart.element.layout;
  const whole = home(view, chart);
  const moved = (now, wanted) => now.some((value, side) => Math.abs(value - wanted[side]) > 1e-6);
  const [across, up] = [whole["xaxis.range"], whole["yaxis.range"]];
  // On a logarithmic axis the place of the first point may have changed since: only its end tells.
  if (choices.logX ? Math.abs(xaxis.range[1] - across[1]) > 1e-6 : moved(xaxis.range, across)) return true;
  return up ? moved(yaxis.range, up) : yaxis.autorange === false;
}

function showReset(view) {
  const isAny = view.charts.some((chart) => chart.isBuilt && isZoomed(view, chart));
  view.root.querySelector(".run-curves-reset").disabled = !isAny;
}

async function resetChart(view, chart) {
  await window.Plotly.relayout(chart.element, home(view, chart));
}

async function resetZoom(view) {
  for (const chart of view.charts.filter((one) => one.isBuilt)) await resetChart(view, chart);
}
