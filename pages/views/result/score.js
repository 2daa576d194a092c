// The score of a run that is on, from the checks that it reports.

/** @import { StreamEvent } from "../../components/shared/event_stream.js" */

/** @typedef {{right: number, epoch: number, isSample: boolean}} Check share of right answers, when, and whether a sample was checked */

/**
 * The newest check after an event.
 * @param {?Check} before the newest one so far
 * @param {StreamEvent} event of the run
 * @returns {?Check} null where nothing was checked yet
 */
export function checkAfter(before, event) {
  if (event.kind === "history") return event.events.reduce((/** @type {?Check} */ check, each) => checkAfter(check, each), null);
  if (event.kind !== "sample" && event.kind !== "epoch") return before;
  const right = event.val_accuracy;
  return typeof right === "number" ? { right, epoch: event.epoch, isSample: event.kind === "sample" } : before;
}

/**
 * How many of some images are right: all only where each one is.
 * @param {number} share of right answers
 * @param {number} of how many images
 */
export function rightOf(share, of) {
  return share === 1 ? of : Math.min(of - 1, Math.round(of * share));
}

/** @type {Object<string, {title: string, note: string}>} */
const BEFORE = { // the words of a run that does not learn yet, by its state
  queued: { title: "Waiting …", note: "It learns as soon as the computer is free." },
  starting: { title: "Starting …", note: "In a moment it learns from its first images." },
};

/**
 * The headline of a run that is on.
 * @param {?Check} check the newest one
 * @param {{of: number, epochs: number, state: string}} run how many images are counted, how many epochs the run has, and its state
 * @returns {{title: string, note: string}} words
 */
export function liveWords(check, { of, epochs, state }) {
  if (!check && state in BEFORE) return BEFORE[state];
  if (!of) return { title: "Learning …", note: "No images were kept aside to check it on." };
  if (!check) return { title: "Learning …", note: "Soon it is checked on images that it does not learn from." };
  const title = `${rightOf(check.right, of)} of ${of} right`;
  if (check.isSample) return { title, note: `so far, on a sample, in epoch ${Math.min(epochs, Math.floor(check.epoch) + 1)} of ${epochs}` };
  return { title, note: `so far, after epoch ${Math.round(check.epoch)} of ${epochs}` };
}
