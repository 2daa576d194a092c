const STATE_WORDS = {
  queued: "Waiting", starting: "Starting", training: "Training", paused: "Paused", stopping: "Stopping",
  finished: "Finished", stopped: "Stopped", failed: "Failed", interrupted: "Interrupted", cancelled: "Cancelled",
};
const PHASE_WORDS = {
  starting: "Starting", loading: "Loading the data", compiling: "Compiling", training: "Training",
  validating: "Validating", evaluating: "Evaluating",
};
const BUSY_STATES = new Set(["starting", "training"]); // in the others the state says more than the phase

/**
 * What a run is doing, in a word or three.
 * @param {{state: string, place?: number, phase?: string}} run its state, place in the queue and phase
 * @returns {string} for example "Waiting, place 2" or "Compiling"
 */
export function activity({ state, place, phase }) {
  if (state === "queued" && place) return `Waiting, place ${place}`;
  if (BUSY_STATES.has(state) && PHASE_WORDS[phase]) return PHASE_WORDS[phase];
  return STATE_WORDS[state] ?? "Connecting";
}

/**
 * A measurement with three significant digits.
 * @param {?number} value null or undefined when it is not a number
 * @returns {string} for example "0.384"
 */
export function measured(value) {
  if (value === null || value === undefined) return "not a number";
  if (Math.abs(value) >= 1000 && Math.abs(value) < 1e6) return counted(Math.round(value));
  return value.toPrecision(3);
}

/**
 * A whole number with its thousands separated.
 * @param {number} value a count
 * @returns {string} for example "8,440"
 */
export function counted(value) {
  return value.toLocaleString("en-US");
}

/**
 * A Keras history name as a person says it.
 * @param {string} name for example "val_sparse_top_k_categorical_accuracy"
 * @returns {string} the name with spaces
 */
export function spoken(name) {
  return name.replace(/^val_/, "validation ").replaceAll("_", " ");
}

/**
 * Which epoch a position lies in, counted from 1.
 * @param {number} position in epochs; 1.0 is the end of the first
 * @param {number} epochs how many there are
 * @returns {number} at least 1, at most epochs
 */
export function epochAt(position, epochs) {
  return Math.min(epochs, Math.max(1, Math.ceil(position - 1e-9)));
}
