/** @import { Data, Way } from "./weight_chain.js" */
import { createElement, part, setText } from "../../components/shared/dom.js";
import { precise } from "../shared/signed_numbers.js";

/**
 * Show the paths back from the loss to the unit, each with its contribution to the gradient.
 * @param {HTMLElement} root
 * @param {Data} data
 * @param {number} chosen the index of the path whose factors are shown
 * @param {(index: number) => void} onChosen
 */
export function showWays(root, { ways, others, label, loss }, chosen, onChosen) {
  setText(part(root, ".ways figcaption span"), ways[0].share === null ? "Units behind it" : "Answers");
  setText(part(root, ".ways figcaption small"), `label ${label}, loss ${loss.toFixed(3)}`);
  const largest = Math.max(...ways.map(({ product }) => Math.abs(product)), Number.MIN_VALUE);
  const rows = ways.map((way, index) => row(way, largest, index === chosen, () => onChosen(index)));
  const rest = Math.abs(others) > largest * 1e-9 ? [createElement("p", {}, `All others together: ${precise(others)}`)] : [];
  const list = part(root, ".list");
  const hadFocus = [...list.children].indexOf(/** @type {Element} */ (list.querySelector(":focus")));
  list.replaceChildren(...rows, ...rest);
  if (hadFocus >= 0) rows[hadFocus]?.focus();
}

/** @param {Way} way @param {number} largest @param {boolean} isChosen @param {() => void} onclick */
function row({ name, share, product }, largest, isChosen, onclick) {
  const bar = createElement("i", { className: product > 0 ? "plus" : "minus" });
  bar.style.setProperty("--size", String(Math.abs(product) / largest));
  const button = createElement("button", { type: "button", onclick },
    createElement("b", {}, name), createElement("span", {}, share === null ? "" : `${(100 * share).toFixed(1)} %`),
    createElement("span", { className: "track" }, bar), createElement("em", {}, precise(product)));
  button.setAttribute("aria-pressed", String(isChosen));
  return button;
}

/**
 * Show the factors of a path, and their product.
 * @param {HTMLElement} root
 * @param {Data} data
 * @param {number} chosen
 */
export function showFactors(root, { ways }, chosen) {
  const { name, factors, product } = ways[chosen];
  const items = factors.map(({ name: title, value, formula }) =>
    createElement("li", {}, createElement("span", {}, title), createElement("b", {}, precise(value)), createElement("small", {}, formula)));
  const last = createElement("li", { className: "product" },
    createElement("span", {}, "product"), createElement("b", {}, precise(product)), createElement("small", {}, ways.length > 1 ? `by way of ${name}` : "the gradient"));
  part(root, ".factors").replaceChildren(...items, last);
}

/**
 * Show the gradient by the chain rule beside the gradient that TensorFlow computed.
 * @param {HTMLElement} root
 * @param {Data} data
 */
export function showResult(root, { ways, others, gradient, automatic, difference }) {
  const count = Math.abs(others) > 0 && ways.length >= 10 ? "all ways" : `${ways.length} ways`;
  const sum = ways.length > 1 ? `Sum of ${count}` : "Gradient";
  part(root, ".result").replaceChildren(
    createElement("span", {}, `${sum} `), createElement("b", {}, gradient.toFixed(6).replace("-", "−")),
    createElement("span", {}, " · TensorFlow computes "), createElement("b", {}, automatic.toFixed(6).replace("-", "−")),
    createElement("small", {}, ` Largest difference in this layer: ${precise(difference)}`));
}
