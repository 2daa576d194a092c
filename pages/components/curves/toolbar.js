// The buttons above and below the charts.

/** @import { Chart, CurvesView } from "./view" */
import { part, setText } from "../shared/dom.js";
import { metricWords } from "../shared/text_format.js";
import { buildCharts, choices, decorate, drawsBatchLoss, fit, home, resetZoom, showReset, showVisible } from "./charts.js";
import { smoothingLength } from "./lines.js";
import { showError, showStatus } from "./status.js";

// The change that each switch makes in a chart. The other axis keeps its zoom.
/** @type {Object<string, (view: CurvesView, chart: Chart) => Promise<void> | void>} */
const SWITCHES = {
  smooth: showVisible,
  logX: (view, chart) => changeAxis(view, chart, "xaxis"),
  logY: (view, chart) => changeAxis(view, chart, "yaxis"),
  more: () => undefined,
};

/** Let the buttons change the charts. @param {CurvesView} view */
export function listenToTools(view) {
  const each = (/** @type {string} */ selector) => [.../** @type {NodeListOf<HTMLElement>} */ (view.root.querySelectorAll(selector))];
  for (const entry of each(".run-curves-entry")) {
    const { group = "" } = entry.dataset;
    entry.onclick = () => {
      if (!choices.hidden.delete(group)) choices.hidden.add(group);
      applyChoice(view, showVisible);
    };
  }
  for (const button of each("[data-loss]")) {
    const { loss = "" } = button.dataset;
    button.onclick = () => {
      choices.loss = loss;
      applyChoice(view, showVisible);
    };
  }
  for (const button of each("[data-switch]")) {
    const name = /** @type {"smooth" | "logX" | "logY" | "more"} */ (button.dataset.switch);
    button.onclick = () => {
      choices[name] = !choices[name];
      applyChoice(view, SWITCHES[name]);
    };
  }
  part(view.root, ".run-curves-reset").onclick = () => resetZoom(view);
  showTools(view);
}

/** @param {CurvesView} view @param {Chart} chart @param {"xaxis" | "yaxis"} axis */
async function changeAxis(view, chart, axis) {
  const whole = home(view, chart);
  if (chart.element.layout[axis].type === whole[`${axis}.type`]) return;
  const own = Object.fromEntries(Object.entries(whole).filter(([key]) => key.startsWith(axis)));
  await window.Plotly.relayout(chart.element, own);
  await decorate(view, chart);
}

/** @param {CurvesView} view @param {(view: CurvesView, chart: Chart) => Promise<void> | void} change of each chart */
function applyChoice(view, change) {
  showTools(view);
  if (!view.drawn) return;
  view.updates = view.updates
    .then(async () => {
      await buildCharts(view);
      for (const chart of view.charts) if (chart.isBuilt) await change(view, chart);
      fit(view);
      showReset(view);
      showStatus(view);
    })
    .catch((error) => showError(view, error));
}

/** Show the visitor's choices, and the meaning of the lines. @param {CurvesView} view */
export function showTools(view) {
  const { root, reading } = view;
  const press = (/** @type {Element} */ button, /** @type {boolean} */ isOn) => button.setAttribute("aria-pressed", String(isOn));
  const button = (/** @type {string} */ selector) => /** @type {HTMLButtonElement} */ (part(root, selector));
  for (const entry of root.querySelectorAll(".run-curves-entry")) {
    press(entry, !choices.hidden.has(/** @type {HTMLElement} */ (entry).dataset.group ?? ""));
  }
  const isBatch = drawsBatchLoss(view);
  for (const loss of ["batch", "running"]) press(button(`[data-loss="${loss}"]`), (loss === "batch") === isBatch);
  press(button('[data-switch="smooth"]'), choices.smooth);
  press(button('[data-switch="logX"]'), choices.logX);
  press(button('[data-switch="logY"]'), choices.logY);
  button('[data-loss="batch"]').disabled = reading.hasBatchLoss === false;
  button('[data-switch="smooth"]').disabled = !isBatch && !choices.more;
  button('[data-switch="more"]').setAttribute("aria-expanded", String(choices.more));
  part(root, ".run-curves-more").hidden = !choices.more;
  root.classList.toggle("unfolded", choices.more);
  setText(part(root, ".run-curves-note"), describeLines(view, isBatch));
}

/** @param {CurvesView} view @param {boolean} isBatch whether the loss of batches is drawn */
function describeLines({ data }, isBatch) {
  const ends = "Steps: means of whole training epochs, in which the weights still change; Evaluate measures the finished network. Dots: validation. Rings: validation on a sample.";
  if (!isBatch) return `Thin lines: the epoch's running mean, as Keras prints it. ${ends}`;
  const length = Number(smoothingLength(data.epochs).toPrecision(2));
  const bold = choices.smooth ? ` Bold: the same, smoothed over ${length} ${length === 1 ? "epoch" : "epochs"}.` : "";
  const thin = `Thin line of the loss: the mean of the batches since the point before.${bold}`;
  return `${thin} Thin line of the ${metricWords(data.metric)}: the epoch's running mean. ${ends}`;
}
