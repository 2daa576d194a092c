// The buttons above and below the charts.

const TOOL_WORDS = {
  batch: "Draws the mean loss of the batches since the point before: what each step really met.",
  running: "Draws the mean of the epoch so far, as Keras prints it: smooth, but late.",
  smooth: "Adds a bold line: the same, smoothed.",
  logY: "Loss and gradient norm on a logarithmic axis: equal distances are equal factors.",
  logX: "Epochs on a logarithmic axis: the beginning gets more room.",
};

function listenToTools(view) {
  for (const entry of view.root.querySelectorAll(".run-curves-entry")) {
    entry.onclick = () => {
      const { group } = entry.dataset;
      if (!choices.hidden.delete(group)) choices.hidden.add(group);
      chosen(view, showShown);
    };
  }
  for (const button of view.root.querySelectorAll("[data-loss]")) {
    button.title = TOOL_WORDS[button.dataset.loss];
    button.onclick = () => {
      choices.loss = button.dataset.loss;
      chosen(view, showShown);
    };
  }
  for (const button of view.root.querySelectorAll("[data-switch]")) {
    const name = button.dataset.switch;
    button.title = TOOL_WORDS[name] ?? "";
    button.onclick = () => {
      choices[name] = !choices[name];
      chosen(view, SWITCHED[name]);
    };
  }
  view.root.querySelector(".run-curves-reset").onclick = () => resetZoom(view);
  showTools(view);
}

// What a switch changes in each chart. The axis that was not switched keeps its zoom.
const SWITCHED = {
  smooth: showShown,
  logX: (view, chart) => changeAxis(view, chart, "xaxis"),
  logY: (view, chart) => changeAxis(view, chart, "yaxis"),
  more: () => undefined,
};

async function changeAxis(view, chart, axis) {
  const whole = home(view, chart);
  if (chart.element.layout[axis].type === whole[`${axis}.type`]) return;
  const own = Object.fromEntries(Object.entries(whole).filter(([key]) => key.startsWith(axis)));
  await window.Plotly.relayout(chart.element, own);
  await decorate(view, chart);
}

function chosen(view, change) {
  showTools(view);
  if (!view.drawn) return;
  view.updates = view.updates
    .then(async () => {
      await buildCharts(view);
      for (const chart of view.charts.filter((one) => one.isBuilt)) await change(view, chart);
      fit(view);
      showReset(view);
      showStatus(view);
    })
    .catch((error) => showError(view, error));
}

function showTools(view) {
  const { root, reading } = view;
  const press = (button, isOn) => button.setAttribute("aria-pressed", String(isOn));
  for (const entry of root.querySelectorAll(".run-curves-entry")) press(entry, !choices.hidden.has(entry.dataset.group));
  const isBatch = reading ? drawsBatchLoss(view) : choices.loss === "batch";
  for (const button of root.querySelectorAll("[data-loss]")) press(button, (button.dataset.loss === "batch") === isBatch);
  for (const name of ["smooth", "logX", "logY"]) press(root.querySelector(`[data-switch="${name}"]`), choices[name]);
  root.querySelector('[data-loss="batch"]').disabled = reading?.hasBatchLoss === false;
  root.querySelector('[data-switch="smooth"]').disabled = !isBatch && !choices.more;
  root.querySelector('[data-switch="more"]').setAttribute("aria-expanded", String(choices.more));
  root.querySelector(".run-curves-more").hidden = !choices.more;
  setText(root.querySelector(".run-curves-note"), noteOf(view, isBatch));
}

function noteOf({ names, data }, isBatch) {
  const metric = spoken(names?.[1] ?? data?.metric ?? "accuracy");
  const ends = "Dots: whole epochs. Rings: validation on a sample.";
  if (!isBatch) return `Thin lines: the epoch's running mean, as Keras prints it. ${ends}`;
  const length = Number(smoothingLength(data?.epochs ?? 1).toPrecision(2));
  const bold = choices.smooth ? ` Bold: the same, smoothed over ${length} ${length === 1 ? "epoch" : "epochs"}.` : "";
  const thin = `Thin line of the loss: the mean of the batches since the point before.${bold}`;
  return `${thin} Thin line of the ${metric}: the epoch's running mean. ${ends}`;
}
