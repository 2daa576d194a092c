/** @import { Data, Way } from "./weight_chain.js" */
import { createElement, part, setText } from "../../components/shared/dom.js";
import { precise } from "../shared/signed_numbers.js";

/**
 * Show the paths back from the loss to the unit. Where all are drawn, each has its contribution to the gradient.
 * @param {HTMLElement} root
 * @param {Data} data
 * @param {number} chosen the index of the path whose factors are shown
 * @param {boolean} isAll whether all paths are drawn
 * @param {(index: number) => void} onChosen
 */
export function showWays(root, { ways, others, label, loss }, chosen, isAll, onChosen) {
  const through = ways[0].share === null ? "Unit behind it" : "Answer";
  setText(part(root, ".ways figcaption small"), `The right answer is ${label}; the loss is ${loss.toFixed(3)}.`);
  const heads = [through, ways[0].share === null ? "" : "gives", ...(isAll ? ["product"] : [])];
  part(root, ".heads").replaceChildren(...heads.map((words) => createElement("span", {}, words)));
  const largest = Math.max(...ways.map(({ product }) => Math.abs(product)), Number.MIN_VALUE);
  const rows = ways.map((way, index) => row(way, index === chosen, isAll, () => onChosen(index)));
  const rest = isAll && Math.abs(others) > largest * 1e-9 ? [createElement("p", {}, `All others together: ${precise(others)}`)] : [];
  const list = part(root, ".list");
  const hadFocus = [...list.children].indexOf(/** @type {Element} */ (list.querySelector(":focus")));
  list.replaceChildren(...rows, ...rest);
  if (hadFocus >= 0) rows[hadFocus]?.focus();
}

/** @param {Way} way @param {boolean} isChosen @param {boolean} isAll @param {() => void} onclick */
function row({ name, share, product }, isChosen, isAll, onclick) {
  const button = createElement("button", { type: "button", onclick },
    createElement("b", {}, name), createElement("span", {}, share === null ? "" : `${(100 * share).toFixed(1)} %`),
    ...(isAll ? [createElement("em", {}, precise(product))] : []));
  button.setAttribute("aria-pressed", String(isChosen));
  return button;
}

/**
 * Show the factors of a path, and their product.
 * @param {HTMLElement} root
 * @param {Data} data
 * @param {number} chosen
 * @param {(factor: ?number) => void} onExplained called with the factor that a person points at, or presses
 */
export function showFactors(root, { ways }, chosen, onExplained) {
  const { name, factors, product } = ways[chosen];
  const list = part(root, ".factors");
  const hadFocus = [...list.querySelectorAll("button")].indexOf(/** @type {HTMLButtonElement} */ (list.querySelector(":focus")));
  const buttons = factors.map(({ name: title, value, formula }, index) => {
    const tell = () => onExplained(index);
    return createElement("button", { type: "button", onclick: tell, onpointerenter: tell, onfocus: tell },
      createElement("span", {}, title), createElement("b", {}, precise(value)), createElement("small", {}, formula));
  });
  const last = createElement("li", { className: "product" },
    createElement("span", {}, "product"), createElement("b", {}, precise(product)), createElement("small", {}, ways.length > 1 ? `by way of ${name}` : "the gradient"));
  list.replaceChildren(...buttons.map((button) => createElement("li", {}, button)), last);
  if (hadFocus >= 0) buttons[hadFocus]?.focus();
}

/**
 * Show the gradient as the sum of all paths. Where all are drawn, the gradient that TensorFlow computed stands beside it.
 * @param {HTMLElement} root
 * @param {Data} data
 * @param {boolean} isAll whether all paths are drawn
 */
export function showResult(root, { ways, others, gradient, automatic, difference }, isAll) {
  const count = Math.abs(others) > 0 && ways.length >= 10 ? "all ways" : `all ${ways.length} ways`;
  const sum = ways.length > 1 ? `The gradient, the sum of ${count}: ` : "Gradient: ";
  const digits = (/** @type {number} */ value) => createElement("b", {}, value.toFixed(6).replace("-", "−"));
  const compared = [createElement("span", {}, " · TensorFlow computes "), digits(automatic), createElement("small", {}, ` Largest difference in this layer: ${precise(difference)}`)];
  part(root, ".result").replaceChildren(createElement("span", {}, sum), digits(gradient), ...(isAll ? compared : []));
}
