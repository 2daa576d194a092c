/** @import { Data, KerasAnswer } from "./view" */

/** @type {?KerasAnswer} */
let latest = null;
let redraw = () => {};

/**
 * Note Keras' latest answer, and let the builder draw the answer.
 * @param {KerasAnswer} answer
 */
export function tellBuilder(answer) {
  latest = answer;
  redraw();
}

/**
 * Choose the function that draws a new answer.
 * @param {() => void} listener
 */
export function onAnswer(listener) {
  redraw = listener;
}

/**
 * Add the latest answer to the data of the builder, if the answer is about the same network.
 * @param {Data} data
 * @returns {Data}
 */
export function withAnswer(data) {
  if (latest?.network !== data.network) return data;
  return { ...data, blocks: latest.blocks, data: latest.data };
}
