import { createElement, createSvg, part } from "../shared/dom.js";

/** @type {Object<string, {path: string, colour: string}>} */
const SIGNS = {
  right: { path: "M3 8.5L6.5 12L13 4.5", colour: "currentColor" },
  wrong: { path: "M3.5 3.5L12.5 12.5M12.5 3.5L3.5 12.5", colour: "#D55E00" },
};
const ANSWERS = 3; // the likeliest answers that are shown for each image

/** The watched images, which are drawn once. Later only their answers change. */
export class WatchedImages {
  /**
   * @param {HTMLElement} list an empty list
   * @param {{pictures: string[], labels: number[]}} watched the event that names the images
   * @param {string[]} classes their names, in the order of the labels
   * @param {boolean} isCompact whether there is little room: only the answer is shown, and a wrong one is named
   */
  constructor(list, { pictures, labels }, classes, isCompact) {
    this.labels = labels;
    this.classes = classes;
    this.isCompact = isCompact;
    this.items = pictures.map((source, index) => itemOf(source, classes[labels[index]], isCompact ? 1 : ANSWERS));
    list.replaceChildren(...this.items);
  }

  /**
   * Show the network's answers, and mark answers that differ from the previous evaluation.
   * @param {number[][]} now probabilities of the classes, a row for each image
   * @param {number[][]} [before] the same, at the previous evaluation
   */
  show(now, before) {
    for (const [index, item] of this.items.entries()) {
      if (now[index]) this.#showAnswers(item, this.labels[index], now[index], before?.[index]);
    }
  }

  /** @param {HTMLElement} item @param {number} label @param {number[]} probabilities @param {number[]} [before] */
  #showAnswers(item, label, probabilities, before) {
    const ranking = rank(probabilities);
    const first = before ? rank(before)[0] : ranking[0];
    item.className = ranking[0] === label ? "right" : "wrong";
    const was = first === ranking[0] ? null : this.classes[first];
    const verdict = this.isCompact && item.className === "wrong" ? this.classes[ranking[0]] : item.className;
    showVerdict(part(item, ".verdict"), SIGNS[item.className], verdict, was);
    const words = describeAnswers(this.classes[label], item.className, ranking.map((each) => [this.classes[each], probabilities[each] || 0]), was);
    const image = /** @type {HTMLImageElement} */ (item.querySelector("img"));
    if (image.alt !== words) image.alt = words;
    const shown = ranking[0] === label ? ranking : [...new Set([ranking[0], label, ...ranking])]; // a wrong answer, then the right one
    for (const [position, answer] of /** @type {NodeListOf<HTMLElement>} */ (item.querySelectorAll(".answer")).entries()) {
      const predicted = shown[position];
      answer.hidden = predicted === undefined;
      if (answer.hidden) continue;
      const [name, probability] = [part(answer, ".name"), probabilities[predicted] || 0];
      answer.classList.toggle("true", predicted === label);
      part(answer, ".bar").style.transform = `scaleX(${probability})`;
      const lead = position !== 1 ? "" : ranking[0] === label ? "then " : "label "; // the second row has two meanings
      if (name.textContent !== lead + this.classes[predicted]) name.textContent = name.title = lead + this.classes[predicted];
      part(answer, ".percent").textContent = `${Math.round(100 * probability)}\u00a0%`;
    }
  }
}

/** @param {string} source @param {string} name of its class @param {number} answers the number of answers with room */
function itemOf(source, name, answers) {
  const rows = Array.from({ length: answers }, () => {
    const [bar, label, percent] = ["bar", "name", "percent"].map((className) => createElement("span", { className }));
    bar.style.transform = "scaleX(0)";
    return createElement("div", { className: "answer" }, bar, label, percent);
  });
  const shown = [createElement("div", { className: "actual", title: name }, name), createElement("div", { className: "verdict" }),
    createElement("div", { className: "answers" }, ...rows)];
  for (const part of shown) part.ariaHidden = "true"; // the alternative text says the same in a sentence
  return createElement("li", {}, createElement("img", { src: source, alt: `an image of: ${name}` }), ...shown);
}

/**
 * A sentence about the network's answer to an image, for people who do not see the image.
 * @param {string} actual the name of its class
 * @param {string} verdict "right" or "wrong"
 * @param {[string, number][]} answers names of classes with their probabilities, the likeliest first
 * @param {?string} was the first answer at the previous evaluation, if it differs
 */
export function describeAnswers(actual, verdict, answers, was) {
  const [first, second] = answers.map(([name, probability]) => `${name} ${Math.round(100 * probability)}\u00a0%`);
  const then = second ? `, then ${second}` : "";
  return `an image of: ${actual}; the network says ${first}${then}: ${verdict}${was === null ? "" : `, it said ${was} before`}`;
}

/**
 * @param {HTMLElement} verdict
 * @param {{path: string, colour: string}} look of its sign
 * @param {string} word
 * @param {?string} before the answer at the previous evaluation, if it differs
 */
function showVerdict(verdict, { path, colour }, word, before) {
  const content = `${word}, ${before}`;
  if (verdict.dataset.content === content) return;
  verdict.dataset.content = content;
  const sign = createSvg("svg", { viewBox: "0 0 16 16", "aria-hidden": "true" }, createSvg("path", { d: path, stroke: colour }));
  const changed = before === null ? "" : createElement("span", { className: "changed", title: `It was ${before} at the last look.` }, "changed");
  verdict.replaceChildren(sign, createElement("span", { className: "word", title: word }, word), changed);
}

/**
 * Classes by probability.
 * @param {number[]} probabilities of the classes; a value that is not a number counts as 0
 * @returns {number[]} their labels, the likeliest first
 */
export function rank(probabilities) {
  return [...probabilities.keys()].sort((a, b) => (probabilities[b] || 0) - (probabilities[a] || 0) || a - b);
}
