/** @import { Layout } from "./geometry.js" */
/** @import { Data } from "./network.js" */
import { createElement } from "../../components/shared/dom.js";

const MANY = 3; // columns, whose headings need two lines
const HALF_LINE = 15; // pixels: half of a heading, with its distance from the dots

/**
 * Write the headings of the columns.
 * @param {HTMLElement} element that holds them
 * @param {Layout} layout
 * @param {Data} data
 * @param {{image: string, answers: string, isTrained: boolean}} words
 */
export function showHeads(element, layout, data, words) {
  const { places, isDown, answers } = layout;
  const first = head("first", data.pixels, words.image);
  const middle = places.map(({ column, centre, reach }) => {
    const span = head("middle", column.title, places.length === 1 && words.isTrained ? "" : column.note);
    Object.assign(span.style, isDown ? { top: `${aboveOf(centre.y, reach)}px` } : { left: `${centre.x}px` });
    return span;
  });
  element.classList.toggle("many", places.length >= MANY && !isDown);
  if (!answers.length) {
    element.replaceChildren(first, ...(isDown ? [] : middle));
    return;
  }
  const last = head("last", `${data.answers} answer${data.answers === 1 ? "" : "s"}`, words.answers);
  Object.assign(last.style, isDown ? { top: `${answers[0].y - 34}px` } : { left: `${answers[0].x}px` });
  element.replaceChildren(first, ...(isDown && places.length > 1 ? [] : middle), last);
}

/**
 * The middle of a heading that covers no dot of its row, in a drawing downwards.
 * @param {number} centre of the row
 * @param {number} reach the distance from the row's centre to its edge
 */
export function aboveOf(centre, reach) {
  return centre - reach - HALF_LINE;
}

/** @param {string} className @param {string} title @param {string} note */
function head(className, title, note) {
  const span = createElement("span", { className }, title, " ");
  if (note) span.append(createElement("small", { textContent: note }));
  return span;
}

/**
 * Show below the links the meaning of their colours, and of the greys of units. Untrained links have no colours.
 * @param {HTMLElement} element that holds the words
 * @param {Layout} layout
 * @param {boolean} isTrained
 */
export function showKeys(element, { places, image, isDown }, isTrained) {
  element.hidden = !isTrained || !places.length;
  if (!element.children.length) {
    const greys = "linear-gradient(to right, light-dark(var(--card), var(--page)), var(--ink))";
    element.append(
      key("adds", "var(--plus)"), key("takes away", "var(--minus)"),
      key("a pixel, from dark to bright", "linear-gradient(to right, #000, #fff)", "units pixels"), key("a unit, from 0 to strong", greys, "units"));
  }
  element.style.left = isDown || !places.length ? "50%" : `${(image.x + image.width + places[0].centre.x) / 2}px`;
}

/** @param {string} text @param {string} background of its sign @param {string} [kind] */
function key(text, background, kind = "") {
  const span = createElement("span", { className: `key ${kind}`, textContent: text });
  span.style.setProperty("--of", background);
  return span;
}
