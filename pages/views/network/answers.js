/** @import { NetworkState } from "../shared/network_bytes.js" */
import { createElement, part, setText } from "../../components/shared/dom.js";
import { percentText, ranked } from "./words.js";

const MOST_NAMES = 10; // with more classes, only the most likely classes are named
const LETTERS_OF_COLUMN = 2; // of a name that is as narrow as its column, where the answers stand side by side

/**
 * The classes that are named, in their own order.
 * @param {number} count of all classes
 * @param {number[]} answers the probability of each class; may be empty
 * @returns {number[]} at most ten classes
 */
export function namedClasses(count, answers) {
  const all = answers.length ? ranked(answers) : Array.from({ length: count }, (_, label) => label);
  return all.slice(0, MOST_NAMES).sort((one, other) => one - other);
}

/** The names of the answers, each with a bar. */
export class Answers {
  /** @param {HTMLElement} list */
  constructor(list) {
    this.list = list;
    /** @type {number[]} */
    this.labels = [];
  }

  /**
   * Show the names of classes. The elements of unchanged names stay.
   * @param {number[]} labels the classes
   * @param {string[]} classes all names
   * @param {string[]} pictures one for each class; may be empty
   */
  name(labels, classes, pictures) {
    const isSame = labels.join() === this.labels.join() && this.list.children.length === labels.length;
    const hasPictures = this.list.querySelector("img") !== null;
    if (isSame && hasPictures === pictures.length > 0) return;
    this.labels = labels;
    this.list.classList.toggle("long", labels.some((label) => (classes[label] ?? "").length > LETTERS_OF_COLUMN));
    this.list.replaceChildren(...labels.map((label) => answer(classes[label], pictures[label])));
  }

  /**
   * Show the probability of each named class.
   * @param {?NetworkState} state
   * @param {boolean} isSettled whether the network has learned
   */
  show(state, isSettled) {
    const best = state?.answers.length ? ranked(state.answers)[0] : -1;
    this.labels.forEach((label, index) => {
      const item = /** @type {HTMLElement} */ (this.list.children[index]);
      const share = state?.answers[label];
      setText(part(item, ".percent"), share === undefined ? "" : percentText(share));
      item.style.setProperty("--share", `${100 * (share ?? 0)}%`);
      item.classList.toggle("best", label === best && isSettled);
      mark(item, label === best && isSettled, label === state?.label);
    });
  }
}

/** @param {string} name @param {string} [picture] */
function answer(name, picture) {
  const image = picture ? [createElement("img", { src: picture, alt: "" })] : [];
  const track = createElement("span", { className: "track" }, createElement("i"));
  return createElement("li", {}, ...image, createElement("span", { className: "name", textContent: name }), createElement("span", { className: "percent" }), track);
}

/** @param {HTMLElement} item @param {boolean} isSettled @param {boolean} isRight */
function mark(item, isSettled, isRight) {
  item.classList.toggle("settled", isSettled);
  item.classList.toggle("wrong", isSettled && !isRight);
  item.querySelector(".mark")?.remove();
  if (!isSettled) return;
  const sign = createElement("span", { className: isRight ? "mark" : "mark wrong", textContent: isRight ? "✓" : "✗", role: "img" });
  sign.setAttribute("aria-label", isRight ? "right" : "wrong");
  item.append(sign);
}
