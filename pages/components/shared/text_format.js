const SMALLEST_WRITTEN_OUT = 1e-4; // smaller numbers are written as powers of ten
/** @type {Object<string, string>} */
const RAISED = Object.fromEntries([..."-0123456789"].map((sign, index) => [sign, "⁻⁰¹²³⁴⁵⁶⁷⁸⁹"[index]]));
/** @type {Object<string, string>} */
const PHASE_WORDS = {
  starting: "Starting", loading: "Loading the data", compiling: "Compiling", training: "Training",
  validating: "Validating", evaluating: "Evaluating",
};
const BUSY_STATES = new Set(["starting", "training"]); // in other states, the state says more than the phase

/**
 * The activity of a run in a few words.
 * @param {object} run the known values of the run
 * @param {?string} run.state its state
 * @param {string} run.word the word for the state
 * @param {?number} [run.queuePosition] its position in the queue, from 1
 * @param {number} [run.startsIn] the seconds until the run starts
 * @param {?string} [run.phase] its phase, or words for the phase
 * @returns {string} for example "Waiting, place 2, starts in about 40 s" or "Compiling"
 */
export function describeActivity({ state, word, queuePosition, startsIn = 0, phase }) {
  if (state === "queued" && queuePosition) {
    return `Waiting, place ${queuePosition}${startsIn > 0 ? `, starts in about ${formatDuration(startsIn)}` : ""}`;
  }
  if (state && BUSY_STATES.has(state) && phase) return PHASE_WORDS[phase] ?? phase;
  return word ? capitalize(word) : "Connecting";
}

/**
 * The phase of a run after an event. A run that waits or starts, perhaps again, drops the phase of its earlier process.
 * @param {?string} phase before
 * @param {{kind: string, state?: string, phase?: string, words?: string}} event of the run
 * @returns {?string} the phase, or words for the phase
 */
export function phaseAfter(phase, event) {
  if (event.kind === "phase") return event.words ?? event.phase ?? null;
  const isNew = event.kind === "state" && (event.state === "queued" || event.state === "starting");
  return isNew ? null : phase;
}

/**
 * A text with a capital first letter.
 * @param {string} text at least one letter
 * @returns {string} for example "Queued"
 */
export function capitalize(text) {
  return text[0].toUpperCase() + text.slice(1);
}

/**
 * A time span.
 * @param {number} seconds more than 0
 * @returns {string} for example "40 s", "3 min" or "1.5 h"
 */
export function formatDuration(seconds) {
  if (seconds < 60) return `${Math.ceil(seconds)} s`;
  if (seconds < 3600) return `${Math.round(seconds / 60)} min`;
  return `${(seconds / 3600).toFixed(1)} h`;
}

/**
 * A measurement with three significant digits; see rounded in core/number_text.py.
 * @param {number | null | undefined} value null or undefined when it is not a number
 * @returns {string} for example "0.384"
 */
export function formatMeasurement(value) {
  if (value === null || value === undefined) return "not a number";
  const short = Number(value.toPrecision(3));
  if (!Number.isFinite(short) || short === 0) return String(value);
  if (Math.abs(short) >= 100) return formatCount(short);
  if (Math.abs(short) >= SMALLEST_WRITTEN_OUT) return short.toPrecision(3);
  const [mantissa, power] = value.toExponential(2).split("e");
  return `${mantissa} · 10${[...String(Number(power))].map((sign) => RAISED[sign]).join("")}`;
}

/**
 * A metric in the form of all pages: an accuracy with four decimal places, any other metric as a measurement. See
 * metric_text in core/number_text.py.
 * @param {string} name Keras' history name
 * @param {number | null | undefined} value null or undefined when it is not a number
 * @returns {string} for example "0.9306"
 */
export function formatMetric(name, value) {
  return name.includes("accuracy") && Number.isFinite(value) ? /** @type {number} */ (value).toFixed(4) : formatMeasurement(value);
}

/**
 * The gap between training and validation at the end of a line: in percentage points for an accuracy, as gap_text in
 * core/views/training_scores.py writes it, and as a distance for any other metric.
 * @param {string} name Keras' history name
 * @param {number} gap the value on the training set less the value on the validation set
 * @returns {string} for example "1.8 points"
 */
export function formatGap(name, gap) {
  if (!name.includes("accuracy")) return Math.abs(gap).toFixed(3);
  const points = 100 * gap;
  return `${points <= -0.05 ? "−" : ""}${Math.abs(points).toFixed(1)} points`;
}

const COUNT = new Intl.NumberFormat("en-US"); // made once, since toLocaleString makes a format for each number

/**
 * A whole number with separated thousands.
 * @param {number} value a count
 * @returns {string} for example "8,440"
 */
export function formatCount(value) {
  return COUNT.format(value);
}

/**
 * A Keras history name in words.
 * @param {string} name for example "val_sparse_top_k_categorical_accuracy"
 * @returns {string} the name with spaces
 */
export function metricWords(name) {
  return name.replace(/^val_/, "validation ").replaceAll("_", " ");
}

/**
 * A name that a line never breaks at a hyphen, such as the class "T-shirt/top".
 * @param {string} name
 * @returns {string}
 */
export function withNoBreakHyphens(name) {
  return name.replaceAll("-", "\u2011");
}

/**
 * The epoch that contains a position, counted from 1.
 * @param {number} position in epochs; 1.0 is the end of the first
 * @param {number} epochs the number of epochs
 * @returns {number} at least 1, at most epochs
 */
export function epochAt(position, epochs) {
  return Math.min(epochs, Math.max(1, Math.ceil(position - 1e-9)));
}
