const MOST_OFTEN_MILLISECONDS = 200; // numbers that change faster cannot be read
const AGAIN_MILLISECONDS = 3000; // what is said while the page has no connection is lost: after a while it is said again
const WAITING = new Set(["queued", "starting"]);

const views = new WeakMap();

/**
 * One line that says how far a run is; tells Python when its state changes.
 * @param {object} component what Streamlit passes: data as in the Python function progress, parentElement,
 *   setTriggerValue
 * @returns {() => void} cleanup
 */
export default function progress(component) {
  const { data, parentElement, setTriggerValue } = component;
  let view = views.get(parentElement);
  if (!view) {
    view = { root: parentElement.querySelector(".run-progress") };
    views.set(parentElement, view);
  }
  Object.assign(view, { data, setTriggerValue });
  if (view.followed !== data.url) follow(view, data).catch((error) => showError(view, error));
  else {
    tellPython(view);
    tellAlarm(view);
  }
  show(view);
  return () => {
    // Streamlit runs the cleanup of an overtaken call too, before or after the next one: the component lives on.
    if (!parentElement.isConnected) close(view);
  };
}

async function follow(view, data) {
  clearTimeout(view.again);
  Object.assign(view, { run: newRun(data), heard: false, told: null, alarmTold: null, connection: null });
  await followRun(view, data, receive);
}

function showError(view, error) {
  console.error(error);
  view.connection = { open: false, lost: true };
  show(view);
}

function newRun(data) {
  const counts = { steps: 0, epochs: data.epochs, step: 0, position: 0 };
  return { state: data.state, word: data.word, over: false, place: null, phase: null, ...counts, numbers: {} };
}

function receive(view, event) {
  if (event.kind === "history") {
    view.run = newRun(view.data);
    for (const past of event.events) read(view, past);
  } else {
    read(view, event);
  }
  tellPython(view);
  tellAlarm(view);
  showSoon(view, event.kind);
}

function read(view, event) {
  const { run } = view;
  if (event.kind === "connection") view.connection = event;
  if (event.kind === "state") {
    Object.assign(run, { state: event.state, word: event.word, over: event.over });
    Object.assign(run, { place: event.place, startsIn: event.starts_in });
    view.heard = true;
  }
  if (event.kind === "phase") run.phase = event.words ?? event.phase;
  if (event.kind === "alarm") run.alarm = event.code;
  if ("left" in event) Object.assign(run, { left: event.left, isEstimated: Boolean(event.left_estimated), isAtMost: Boolean(event.left_at_most) });
  if (event.kind === "start") Object.assign(run, { steps: event.steps, epochs: event.epochs });
  if (event.kind !== "batch" && event.kind !== "epoch") return;
  Object.assign(run, { step: event.step, position: event.epoch });
  for (const name of view.data.numbers) if (name in event) run.numbers[name] = event[name];
}

function tellPython(view) {
  const { state } = view.run;
  if (!view.heard) return;
  if (state === view.data.state) {
    view.told = null; // they agree; the next change is news
    clearTimeout(view.again);
  } else if (state !== view.told) {
    view.told = state;
    view.patience = AGAIN_MILLISECONDS;
    say(view);
  }
}

// What the coach says is drawn by Python; a change that is lost is drawn with the next one.
function tellAlarm(view) {
  const { alarm, over } = view.run;
  if (over || alarm === undefined || alarm === view.data.alarm || alarm === view.alarmTold) return;
  view.alarmTold = alarm;
  view.setTriggerValue("alarm", alarm);
}

function say(view) {
  view.setTriggerValue("state", view.told);
  clearTimeout(view.again);
  view.again = setTimeout(() => say(view), view.patience);
  view.patience *= 2; // a server that does not answer is not helped by haste
}

function showSoon(view, kind) {
  const wait = kind === "batch" ? MOST_OFTEN_MILLISECONDS : 0;
  if (wait === 0) return show(view);
  view.timer ??= setTimeout(() => show(view), wait);
}

function show(view) {
  clearTimeout(view.timer);
  view.timer = null;
  if (view.closed) return;
  const { root, run } = view;
  const part = (name) => root.querySelector(`.${name}`);
  const words = isCutOff(view) ? `${activity(run)} (no connection)` : activity(run);
  const epoch = epochAt(run.position, run.epochs);
  setText(part("phase"), words);
  showEpoch(part("epoch"), run, epoch);
  setText(part("left"), timeLeft(view));
  showNumbers(part("numbers"), run.numbers);
  showBar(view, part("bar"), `${words}, epoch ${counted(epoch)} of ${counted(run.epochs)}, ${timeLeft(view)}`.replace(/, $/, ""));
}

// Before the first word of a run its connection is only on the way; after the last one nobody needs it.
function isCutOff({ connection, heard, run }) {
  return Boolean(connection) && (connection.lost || (heard && !connection.open && !run.over));
}

function showEpoch(element, run, epoch) {
  if (run.step === 0) return element.replaceChildren();
  const word = document.createElement("span");
  word.className = "word";
  word.textContent = "epoch ";
  return element.replaceChildren(word, `${counted(epoch)} of ${counted(run.epochs)}`);
}

function showNumbers(element, numbers) {
  const parts = Object.entries(numbers).map(([name, value], index) => {
    const part = document.createElement("span");
    part.className = index === 0 ? "" : "more"; // narrow bars have room for one
    part.textContent = `${index === 0 ? "" : " · "}${spoken(name)} ${measured(value)}`;
    return part;
  });
  element.replaceChildren(...parts);
}

function showBar(view, bar, text) {
  const { run } = view;
  const waiting = WAITING.has(run.state) || (run.state === "training" && run.step === 0);
  const percent = Math.round(share(run) * 1000) / 10;
  bar.classList.toggle("waiting", waiting);
  bar.classList.toggle("over", run.over);
  bar.firstElementChild.style.width = waiting ? "" : `${percent}%`;
  bar.setAttribute("aria-valuetext", text);
  if (waiting) bar.removeAttribute("aria-valuenow");
  else bar.setAttribute("aria-valuenow", String(Math.round(percent)));
}

// Keras counts past the last step when several are fused, hence the clamp.
function share(run) {
  const total = run.steps * run.epochs;
  return total ? Math.min(1, run.step / total) : 0;
}

function timeLeft(view) {
  const { run } = view;
  if (isCutOff(view) || run.state !== "training" || !(run.left >= 0.5)) return "";
  return `${run.isAtMost ? "at most " : ""}${lasting(run.left)} left${run.isEstimated ? " (estimated)" : ""}`;
}

function setText(element, text) {
  if (element.textContent !== text) element.textContent = text;
}

function close(view) {
  view.closed = true;
  clearTimeout(view.timer);
  clearTimeout(view.again);
  view.unsubscribe?.();
}
