const PHASE_WORDS = {
  starting: "Starting", loading: "Loading the data", compiling: "Compiling", training: "Training",
  validating: "Validating", evaluating: "Evaluating",
};
const BUSY_STATES = new Set(["starting", "training"]); // in the others the state says more than the phase

/**
 * What a run is doing, in a word or three.
 * @param {{state: string, word: string, place?: number, startsIn?: number, phase?: string}} run its state, the word for
 *   it, its place in the queue, in how many seconds it starts, and its phase, or words for that
 * @returns {string} for example "Waiting, place 2, starts in about 40 s" or "Compiling"
 */
export function activity({ state, word, place, startsIn, phase }) {
  if (state === "queued" && place) return `Waiting, place ${place}${startsIn > 0 ? `, starts in about ${lasting(startsIn)}` : ""}`;
  if (BUSY_STATES.has(state) && phase) return PHASE_WORDS[phase] ?? phase;
  return word ? word[0].toUpperCase() + word.slice(1) : "Connecting";
}

/**
 * How long something lasts.
 * @param {number} seconds more than 0
 * @returns {string} for example "40 s", "3 min" or "1.5 h"
 */
export function lasting(seconds) {
  if (seconds < 60) return `${Math.ceil(seconds)} s`;
  if (seconds < 3600) return `${Math.round(seconds / 60)} min`;
  return `${(seconds / 3600).toFixed(1)} h`;
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
