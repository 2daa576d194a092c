/** @import { Component } from "../shared/component" */
/** @import { Found } from "./matching.js" */
import { createElement, part, setText } from "../shared/dom.js";
import { showTarget } from "./arrival.js";
import { matches, moved } from "./matching.js";

/**
 * @typedef {{page: string, entries: string, more: Found[]}} Data
 *   The file of the page on the screen, the address of the entries for all visitors, and the entries for this visitor alone.
 */
/** @typedef {Component<Data>} Passed */

const IS_APPLE = /Mac|iPhone|iPad/.test(globalThis.navigator?.platform ?? "");
/** @type {WeakMap<Element, Search>} */
const searches = new WeakMap();
/** @type {Search | null} */
let current = null; // the search of the page on the screen, which the keyboard opens
/** @type {{page: string, targets: string[]} | null} */
let expected = null; // the entry that was chosen on another page, until its page is drawn

/**
 * Draw the button, and open the search by the button or by Ctrl+K.
 * @param {Passed} component the values from Streamlit; see find_anything.py
 */
export default function findAnything(component) {
  const root = part(component.parentElement, ".find-anything");
  let search = searches.get(root);
  if (!search) searches.set(root, (search = new Search(root)));
  search.component = component;
  if (!current) document.addEventListener("keydown", openByKey, true);
  current = search;
  if (expected?.page === component.data.page) {
    showTarget(document, expected.targets);
    expected = null;
  }
}

/** @param {KeyboardEvent} event */
function openByKey(event) {
  const isKey = event.key.toLowerCase() === "k" && (event.ctrlKey || event.metaKey) && !event.altKey && !event.shiftKey;
  if (!isKey || !current?.root.isConnected) return;
  event.preventDefault();
  event.stopPropagation();
  current.open();
}

class Search {
  /** @param {HTMLElement} root */
  constructor(root) {
    this.root = root;
    this.dialog = /** @type {HTMLDialogElement} */ (part(root, "dialog"));
    this.field = /** @type {HTMLInputElement} */ (part(root, "input"));
    this.list = part(root, "ul");
    /** @type {Passed | null} */
    this.component = null;
    /** @type {Found[]} */
    this.entries = [];
    /** @type {Found[]} */
    this.shown = [];
    this.place = 0;
    part(root, "kbd").textContent = IS_APPLE ? "⌘K" : "Ctrl K";
    part(root, ".open").onclick = () => this.open();
    part(root, ".close").onclick = () => this.dialog.close();
    this.field.oninput = () => this.#look();
    this.dialog.onkeydown = (event) => this.#press(event);
    this.dialog.onclick = (event) => event.target === this.dialog && this.dialog.close(); // a press beside the dialog
    this.list.onclick = ({ target }) => {
      const option = /** @type {Element} */ (target).closest("li");
      if (option) this.#choose(Number(option.dataset.place));
    };
  }

  async open() {
    if (this.dialog.open) return this.field.select();
    this.field.value = "";
    this.dialog.showModal();
    this.field.focus();
    if (!this.entries.length) {
      setText(part(this.root, ".count"), "Loading …");
      const { entries, more } = /** @type {Passed} */ (this.component).data;
      this.entries = [...(await import(new URL(entries, document.baseURI).href)).default, ...more];
    }
    this.#look();
  }

  #look() {
    this.shown = matches(this.entries, this.field.value);
    this.list.replaceChildren(...this.shown.map(optionOf));
    this.#mark(0);
    const count = this.shown.length;
    const words = count ? `${count} found.` : "Nothing has these words. Try fewer letters.";
    setText(part(this.root, ".count"), this.field.value.trim() ? words : "All pages. Type to find layers, settings and words too.");
  }

  /** @param {number} place */
  #mark(place) {
    this.place = place;
    for (const option of this.list.children) option.setAttribute("aria-selected", String(option.id === `find-${place}`));
    const marked = this.list.children[place];
    marked?.scrollIntoView({ block: "nearest" });
    if (marked) this.field.setAttribute("aria-activedescendant", marked.id);
    else this.field.removeAttribute("aria-activedescendant");
  }

  /** @param {KeyboardEvent} event */
  #press(event) {
    event.stopPropagation(); // Streamlit and Define have keys of their own
    if (event.isComposing) return;
    const place = moved(event.key, this.place, this.shown.length);
    if (place !== null) this.#mark(place);
    else if (event.key === "Enter" && event.target === this.field) this.#choose(this.place);
    else return;
    event.preventDefault();
  }

  /** @param {number} place */
  #choose(place) {
    const found = this.shown[place], { component } = this;
    if (!found || !component) return;
    this.dialog.close();
    if (found.page === component.data.page && !found.term) {
      if (found.targets.length) showTarget(document, found.targets);
      return;
    }
    expected = found.targets.length ? { page: found.page, targets: found.targets } : null;
    component.setTriggerValue("chosen", { page: found.page, term: found.term });
  }
}

/** @param {Found} found @param {number} place */
function optionOf({ kind, name, words }, place) {
  const option = createElement(
    "li",
    { id: `find-${place}` },
    createElement("b", {}, name),
    createElement("span", { className: "kind" }, kind),
    createElement("span", { className: "words" }, words),
  );
  option.setAttribute("role", "option");
  option.dataset.place = String(place);
  return option;
}
