// The sentences around the charts: the activity of the run, the values of each chart, and values that are not numbers.

/** @import { CurvesView } from "./view" */
import { part, setText } from "../shared/dom.js";
import { describeActivity, formatCount } from "../shared/text_format.js";
import { brokenSentence, epochSentence, flagsSentence, moreSentence } from "./points.js";

const MOVING = new Set(["starting", "training", "stopping"]); // states in which a run reports

/** Show all sentences about a run. @param {CurvesView} view */
export function showTexts(view) {
  view.names.forEach((name, index) => setText(view.charts[index].sentence, epochSentenceOnce(view, index, name)));
  showBroken(view);
  showOrHide(part(view.root, ".run-curves-flags"), flagsSentence(view.reading));
  showAlarm(view);
  showSkeleton(view);
  showStatus(view);
}

/** Show which values are infinite or not numbers. @param {CurvesView} view */
export function showBroken({ root, reading }) {
  const sentence = brokenSentence(reading);
  part(root, ".run-curves-broken").hidden = sentence === "";
  setText(part(root, ".run-curves-broken span"), sentence);
}

/** @param {HTMLElement} element @param {string} sentence */
function showOrHide(element, sentence) {
  element.hidden = sentence === "";
  setText(element, sentence);
}

// During a run, the coach has a card of its own.
/** @param {CurvesView} view */
function showAlarm({ root, data, alarm }) {
  const element = part(root, ".run-curves-coach");
  element.hidden = !data.replay || !alarm;
  if (!data.replay || !alarm) return;
  setText(element, alarm.code ? `Coach at epoch ${Number(alarm.epoch.toFixed(1))}: ${alarm.title}.` : alarm.title);
}

// Between the ends of epochs, the sentence stays the same for screen readers, although samples change the latest numbers.
/** @param {CurvesView} view @param {number} index of the chart @param {string} name of its quantity */
function epochSentenceOnce({ reading, sentences, data }, index, name) {
  const known = sentences[index];
  const { epochsDone } = reading;
  if (known?.reading === reading && known.epochsDone === epochsDone) return known.text;
  const text = epochSentence(reading, name, data.epochs);
  sentences[index] = { reading, epochsDone, text };
  return text;
}

/** Show in place of the charts what the run waits for, until the first point. @param {CurvesView} view */
export function showSkeleton(view) {
  const isCovered = !view.started && view.data.url !== "";
  showOverCharts(view, isCovered);
  if (!isCovered) return;
  if (view.connection.lost) {
    showInstead(view, "This run cannot be reached.", false);
    return;
  }
  const words = view.data.replay ? "Replay" : view.state ? describeActivity(view) : "Connecting";
  const compiles = !view.data.replay && view.state !== "queued" && view.phase === "compiling";
  if (view.over) showInstead(view, `${words}. There is nothing to draw.`, false);
  else showInstead(view, compiles ? "Compiling the network …" : `${words} …`, true);
}

/**
 * Say why the charts could not be drawn.
 * @param {CurvesView} view of the charts
 * @param {Error} error that was raised
 */
export function showError(view, error) {
  console.error(error);
  showOverCharts(view, true);
  showInstead(view, `The charts could not be drawn: ${error.message}`, false);
}

// The covered charts cannot be read or focused meanwhile.
/** @param {CurvesView} view @param {boolean} isShown */
function showOverCharts({ root }, isShown) {
  part(root, ".run-curves-skeleton").hidden = !isShown;
  part(root, ".run-curves-charts").classList.toggle("waiting", isShown);
}

/** @param {CurvesView} view @param {string} text @param {boolean} isBusy */
function showInstead({ root }, text, isBusy) {
  part(root, ".run-curves-skeleton").classList.toggle("busy", isBusy);
  setText(part(root, ".run-curves-skeleton span"), text);
}

/** Show the line below the charts, and the sentences of the further charts. @param {CurvesView} view */
export function showStatus(view) {
  if (!view.names.length) return;
  setText(part(view.root, ".run-curves-status"), statusLine(view));
  for (const chart of view.charts) {
    if (chart.isMore && chart.isBuilt) setText(chart.sentence, moreSentence(view.reading, chart.name));
  }
}

/** @param {CurvesView} view */
function statusLine(view) {
  const { reading, state } = view;
  if (!view.started || reading.step === 0) return "";
  const total = reading.steps * reading.epochs;
  const step = total ? Math.min(reading.step, total) : reading.step;
  const parts = [total ? `step ${formatCount(step)} of ${formatCount(total)}` : `step ${formatCount(step)}`];
  const { replay } = view.data;
  if (replay) parts.unshift("replay");
  if (state && !MOVING.has(state)) parts.push(replay ? "over" : describeActivity(view).toLowerCase());
  else if (view.connection.lost) parts.push("connection lost; reload the page");
  else if (!view.connection.open) parts.push("connection lost, trying again");
  else if (view.heardAt !== null && !replay) parts.push(`${((performance.now() - view.heardAt) / 1000).toFixed(1)} s ago`);
  if (view.saved) parts.push(`saved up to epoch ${view.saved}`);
  return parts.join(" · ");
}
