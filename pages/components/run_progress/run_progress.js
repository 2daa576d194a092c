/** @import { Component } from "../shared/component" */
/** @import { StreamEvent } from "../shared/event_stream.js" */
import { createElement, part, setText } from "../shared/dom.js";
import { Drawer } from "../shared/drawer.js";
import { followRun } from "../shared/event_stream.js";
import { describeActivity, epochAt, formatCount, formatDuration, formatMetric, metricWords, phaseAfter } from "../shared/text_format.js";

const COUNT_EVERY_MILLISECONDS = 1000;
const SHOW_EVERY_MILLISECONDS = 200; // nobody could read numbers that change faster
const RESEND_MILLISECONDS = 3000; // without a connection, a message is lost, and so is sent again after a while
// The milliseconds for which the report of a state waits. A report reruns the whole page, which is not worthwhile for a
// state that ends soon, and would delay the first point of a run.
const HOLD = Object.freeze({ starting: 200, training: 1000, stopping: 200 });
const WAITING = new Set(["queued", "starting"]); // states in which the progress is unknown

/**
 * @typedef {object} Data
 * The data from Python; see the function run_progress in run_progress.py.
 * @property {string} url
 * @property {string} state
 * @property {string} word
 * @property {number} epochs
 * @property {string} alarm
 * @property {string[]} numbers
 */

/**
 * @typedef {object} Run
 * @property {string} state
 * @property {string} word
 * @property {boolean} over
 * @property {?number} queuePosition
 * @property {number | null} [startsIn] seconds until the start, at the time of the state's event
 * @property {number} [heardAt] the time of the state's event, in milliseconds
 * @property {?string} phase
 * @property {string} [alarm] the code of the coach's last alarm
 * @property {number} [left] seconds
 * @property {boolean} [isEstimated] whether `left` is an estimate, not a measurement
 * @property {boolean} [isAtMost] whether the run may end earlier
 * @property {number} steps in an epoch
 * @property {number} epochs
 * @property {number} step the number of the last step
 * @property {number} position in epochs
 * @property {Object<string, ?number>} numbers the latest values, by Keras' history names
 */

/**
 * @typedef {object} View
 * @property {HTMLElement} root
 * @property {Data} data
 * @property {(name: string, value: unknown) => void} setTriggerValue
 * @property {Run} run
 * @property {boolean} isHeard whether the stream has reported a state
 * @property {?string} reported the state that was reported to Python and has no answer yet
 * @property {boolean} isHeld whether that report waits
 * @property {?string} reportedAlarm
 * @property {?{open: boolean, lost: boolean}} connection
 * @property {number} patience milliseconds until the state is reported again
 * @property {ReturnType<typeof setTimeout>} [resending]
 * @property {ReturnType<typeof setTimeout>} [counting] the timer that updates the seconds until the start
 * @property {Drawer} drawer
 * @property {?string} [followed]
 * @property {?() => void} [unsubscribe]
 */

/** @type {WeakMap<ShadowRoot, View>} */
const views = new WeakMap();

/**
 * Show the progress of a run on a line, and report a new state of the run to Python.
 * @param {Component<Data>} component the values from Streamlit
 * @returns {() => void} cleanup
 */
export default function runProgress({ data, parentElement, setTriggerValue }) {
  const view = views.get(parentElement) ?? newView(parentElement, data, setTriggerValue);
  Object.assign(view, { data, setTriggerValue });
  if (view.followed !== data.url) {
    clearTimeout(view.resending);
    Object.assign(view, newRunState(data));
    followRun(view, data.url, receive);
  } else {
    reportState(view);
    reportAlarm(view);
  }
  show(view);
  return () => {
    // Streamlit also cleans up after a superseded call, before or after the next call, while the component stays in use.
    if (!parentElement.isConnected) close(view);
  };
}

/** @param {ShadowRoot} parent @param {Data} data @param {View["setTriggerValue"]} setTriggerValue */
function newView(parent, data, setTriggerValue) {
  const root = part(parent, ".run-progress");
  const drawer = new Drawer(root, () => show(view), SHOW_EVERY_MILLISECONDS);
  /** @type {View} */
  const view = { root, data, setTriggerValue, drawer, patience: 0, ...newRunState(data) };
  views.set(parent, view);
  return view;
}

/** @param {Data} data */
function newRunState(data) {
  return { run: newRun(data), isHeard: false, reported: null, isHeld: false, reportedAlarm: null, connection: null };
}

/** @param {Data} data @returns {Run} */
function newRun({ state, word, epochs }) {
  return { state, word, over: false, queuePosition: null, phase: null, steps: 0, epochs, step: 0, position: 0, numbers: {} };
}

/** @param {View} view @param {StreamEvent} event */
function receive(view, event) {
  if (event.kind === "history") {
    view.run = newRun(view.data);
    for (const past of event.events) read(view, past);
  } else {
    read(view, event);
  }
  reportState(view);
  reportAlarm(view);
  if (event.kind === "batch") view.drawer.ask();
  else show(view);
}

/** @param {View} view @param {StreamEvent} event */
function read(view, event) {
  const { run } = view;
  if (event.kind === "connection") view.connection = event;
  if (event.kind === "state") {
    Object.assign(run, { state: event.state, word: event.word, over: event.over });
    Object.assign(run, { queuePosition: event.place, startsIn: event.starts_in, heardAt: performance.now() });
    view.isHeard = true;
  }
  run.phase = phaseAfter(run.phase, event);
  if (event.kind === "alarm") run.alarm = event.code;
  if ("left" in event) Object.assign(run, { left: event.left, isEstimated: Boolean(event.left_estimated), isAtMost: Boolean(event.left_at_most) });
  if (event.kind === "start") Object.assign(run, { steps: event.steps, epochs: event.epochs });
  if (event.kind !== "batch" && event.kind !== "epoch") return;
  Object.assign(run, { step: event.step, position: event.epoch });
  const metrics = /** @type {Object<string, any>} */ (event);
  for (const name of view.data.numbers) if (name in metrics) run.numbers[name] = metrics[name];
}

/** @param {View} view */
function reportState(view) {
  const { state } = view.run;
  if (!view.isHeard) return;
  if (state === view.data.state) {
    view.reported = null; // Python knows this state, but not the next state
    clearTimeout(view.resending);
  } else if (state !== view.reported) {
    clearTimeout(view.resending);
    Object.assign(view, { reported: state, patience: RESEND_MILLISECONDS, isHeld: true });
    const wait = reportDelay(view.run);
    if (wait > 0) view.resending = setTimeout(() => sendState(view), wait);
    else sendState(view);
  } else if (view.isHeld && reportDelay(view.run) === 0) {
    sendState(view);
  }
}

/**
 * The time for which the report of a state waits.
 * @param {{state: string, step: number}} run
 * @returns {number} milliseconds
 */
export function reportDelay({ state, step }) {
  if (state === "training" && step > 0) return 0;
  return HOLD[/** @type {keyof typeof HOLD} */ (state)] ?? 0;
}

/** @param {View} view */
function sendState(view) {
  view.isHeld = false;
  view.setTriggerValue("state", view.reported);
  clearTimeout(view.resending);
  view.resending = setTimeout(() => sendState(view), view.patience);
  view.patience *= 2; // more messages do not help a server that does not answer
}

// Python draws the coach's words. A lost report is not sent again, since the next report draws the words too.
/** @param {View} view */
function reportAlarm(view) {
  const { alarm, over } = view.run;
  if (over || alarm === undefined || alarm === view.data.alarm || alarm === view.reportedAlarm) return;
  view.reportedAlarm = alarm;
  view.setTriggerValue("alarm", alarm);
}

/** @param {View} view */
function show(view) {
  const { root } = view;
  const run = { ...view.run, startsIn: secondsToStart(view.run, performance.now()) };
  clearTimeout(view.counting);
  if (run.state === "queued" && run.startsIn > 0) view.counting = setTimeout(() => show(view), COUNT_EVERY_MILLISECONDS);
  const words = isCutOff(view) ? `${describeActivity(run)} (no connection)` : describeActivity(run);
  const epoch = `${formatCount(epochAt(run.position, run.epochs))} of ${formatCount(run.epochs)}`;
  const left = timeLeft(view);
  setText(part(root, ".phase"), words);
  part(root, ".epoch").replaceChildren(...(run.step === 0 ? [] : [createElement("span", { className: "word" }, "epoch "), epoch]));
  setText(part(root, ".left"), left);
  showNumbers(part(root, ".numbers"), run.numbers);
  showBar(part(root, ".bar"), run, [`${words}, epoch ${epoch}`, left].filter(Boolean).join(", "));
}

/**
 * The seconds until a waiting run starts, as far as they are known.
 * @param {{startsIn?: ?number, heardAt?: number}} run
 * @param {number} now in milliseconds
 * @returns {number} 0 if the time is unknown or has passed
 */
export function secondsToStart({ startsIn, heardAt }, now) {
  return Math.max(0, Math.round((startsIn ?? 0) - (now - (heardAt ?? now)) / 1000));
}

// Before a run's first state, the connection is still being made. After the last state, the connection is not needed.
/** @param {View} view */
function isCutOff({ connection, isHeard, run }) {
  return connection !== null && (connection.lost || (isHeard && !connection.open && !run.over));
}

/** @param {HTMLElement} element @param {Object<string, ?number>} numbers */
function showNumbers(element, numbers) {
  element.replaceChildren(...Object.entries(numbers).map(([name, value], index) => {
    const text = `${metricWords(name)} ${formatMetric(name, value)}`;
    return index === 0 ? createElement("span", {}, text) : createElement("span", { className: "more" }, ` · ${text}`); // for wide bars
  }));
}

/** @param {HTMLElement} bar @param {Run} run @param {string} text for screen readers */
function showBar(bar, run, text) {
  const isWaiting = WAITING.has(run.state) || (run.state === "training" && run.step === 0);
  const total = run.steps * run.epochs;
  const share = total ? Math.min(1, run.step / total) : 0; // Keras counts past the last step of several fused steps
  const percent = Math.round(share * 1000) / 10;
  bar.classList.toggle("waiting", isWaiting);
  bar.classList.toggle("over", run.over);
  part(bar, "div").style.transform = isWaiting ? "" : `scaleX(${share})`;
  bar.setAttribute("aria-valuetext", text);
  if (isWaiting) bar.removeAttribute("aria-valuenow");
  else bar.setAttribute("aria-valuenow", String(Math.round(percent)));
}

/** @param {View} view */
function timeLeft(view) {
  const { left = 0, state, isAtMost, isEstimated } = view.run;
  if (isCutOff(view) || state !== "training" || !(left >= 0.5)) return "";
  return `${isAtMost ? "at most " : ""}${formatDuration(left)} left${isEstimated ? " (estimated)" : ""}`;
}

/** @param {View} view */
function close(view) {
  view.drawer.stop();
  clearTimeout(view.resending);
  clearTimeout(view.counting);
  view.unsubscribe?.();
}
