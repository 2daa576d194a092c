/** @import { NetworkState } from "../shared/network_bytes.js" */

const TOLD = 2; // answers that the words name

/**
 * The order of the classes, the most likely first.
 * @param {number[]} answers the probability of each class
 * @returns {number[]} the classes
 */
export function ranked(answers) {
  return answers.map((_, label) => label).sort((one, other) => answers[other] - answers[one]);
}

/**
 * A probability as people read it.
 * @param {number} share from 0 to 1
 * @returns {string} for example "7 %"; never "100 %", which a softmax does not reach and only rounding makes of its answer
 */
export function percentText(share) {
  const percent = Math.round(share * 100);
  if (percent === 100) return "> 99 %";
  if (percent === 0 && share > 0) return "< 1 %";
  return `${percent} %`;
}

/**
 * What a network's picture shows, for a person who does not see it.
 * @param {?NetworkState} state
 * @param {string} line the network in a few words
 * @param {string[]} classes their names
 * @param {boolean} isTrained
 * @returns {string} a few sentences
 */
export function pictureWords(state, line, classes, isTrained) {
  if (!state) return `The network: ${line}. It has not answered yet.`;
  const learned = state.is_learned ? "which it learns from" : "which it never learns from";
  const shown = `It is shown an image of the class “${classes[state.label]}”, ${learned}.`;
  if (!state.answers.length) return `The network: ${line}. ${shown}`;
  const [first, ...others] = ranked(state.answers).slice(0, TOLD);
  const then = others.map((label) => `, then “${classes[label]}” with ${percentText(state.answers[label])}`).join("");
  const how = isTrained ? "It answers" : "Untrained, it only guesses:";
  return `The network: ${line}. ${shown} ${how} “${classes[first]}” with ${percentText(state.answers[first])}${then}.`;
}
