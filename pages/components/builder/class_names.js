/** @import { Look, View } from "./view" */
/** @import { LayerNode } from "./network_drawing.js" */
import { percentText, ranked } from "../../views/network/words.js";
import { createElement, setText } from "../shared/dom.js";

const LETTERS_OF_COLUMN = 2; // of a name that is as narrow as its column, where the classes stand side by side
const LEAST_HEIGHT = 30; // pixels of a class, with room for a bar below its name

/**
 * Whether a name is wider than its column, where the classes stand side by side.
 * @param {string[]} classes the names
 */
export function haveLongNames(classes) {
  return classes.some((name) => name.length > LETTERS_OF_COLUMN);
}

/**
 * Write the names of the classes beside the layer that answers; each with its probability, once the network has answered.
 * @param {View} view the builder's
 * @param {LayerNode[]} nodes the layers as they are drawn
 * @param {?Look} look what the image makes of the network
 */
export function drawNames(view, nodes, look) {
  const node = nodes.find(({ hasNames }) => hasNames);
  for (const list of view.root.querySelectorAll(".classes")) if (list.closest("li")?.dataset.id !== node?.id) list.remove();
  const row = node && /** @type {?HTMLElement} */ (view.root.querySelector(`[data-id="${CSS.escape(node.id)}"]`));
  if (!row) return;
  const list = /** @type {HTMLElement} */ (row.querySelector(".classes") ?? row.appendChild(createElement("ul", { className: "classes" })));
  const { classes } = view.data;
  if (list.children.length !== classes.length) list.replaceChildren(...classes.map(itemOf));
  const answers = look?.answers ?? [];
  const best = answers.length ? ranked(answers)[0] : -1;
  list.classList.toggle("lost", node.kind !== "answers");
  list.classList.toggle("long", haveLongNames(classes));
  const room = view.drawing?.cells.get(node.id)?.area.height ?? 0;
  list.classList.toggle("with-bars", answers.length > 0 && room >= LEAST_HEIGHT * classes.length);
  classes.forEach((name, index) => {
    const item = /** @type {HTMLElement} */ (list.children[index]);
    setText(/** @type {HTMLElement} */ (item.children[0]), name);
    setText(/** @type {HTMLElement} */ (item.children[1]), answers.length ? percentText(answers[index]) : "");
    item.style.setProperty("--share", `${100 * (answers[index] ?? 0)}%`);
    item.classList.toggle("best", index === best);
  });
}

function itemOf() {
  return createElement("li", {}, createElement("span", { className: "class" }), createElement("span", { className: "percent" }), createElement("i", {}));
}
