import { createElement } from "../shared/dom.js";

/**
 * A long name, which may break between its words: "BatchNormalization" is wider than a narrow column.
 * @param {string} name of a layer
 * @returns {(string | HTMLElement)[]} its words, with a place to break between two of them
 */
export function breakable(name) {
  return name.split(/(?<=[a-z])(?=[A-Z])/).flatMap((word, index) => (index ? [createElement("wbr"), word] : [word]));
}
