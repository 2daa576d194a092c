/** @import { Component } from "../shared/component" */
/** @import { Term } from "../term_links/term_finder.js" */
import { createElement, part, setText } from "../shared/dom.js";
import { CARD_STYLE, termCard } from "../shared/term_card.js";
import { firstLetter, likeliestTerm, matchingTerms } from "./term_search.js";

/** @typedef {{words: string, letter: string, asked: string, open: ?Term}} State The state of the index. */
/** @type {WeakMap<Element, State>} */
const states = new WeakMap();

/**
 * Show all terms, a search that follows each typed letter, and the card of the open term.
 * @param {Component<{terms: string, term: string}>} component the values from Streamlit; see glossary_index.py
 */
export default async function glossaryIndex({ data, parentElement, setTriggerValue }) {
  /** @type {{default: Term[]}} */
  const { default: terms } = await import(new URL(data.terms, document.baseURI).href);
  const root = part(parentElement, ".glossary");
  let state = states.get(root);
  if (!state) {
    const style = new CSSStyleSheet();
    style.replaceSync(CARD_STYLE);
    parentElement.adoptedStyleSheets.push(style);
    state = { words: "", letter: "", asked: "", open: null };
    states.set(root, state);
  }
  new Index(root, terms, state, (page, term) => setTriggerValue("opened", { page, term })).draw(data.term);
}

class Index {
  /**
   * @param {HTMLElement} root
   * @param {Term[]} terms
   * @param {State} state
   * @param {(page: string, term: string) => void} openPage
   */
  constructor(root, terms, state, openPage) {
    this.root = root;
    this.terms = terms;
    this.state = state;
    this.openPage = openPage;
    this.field = /** @type {HTMLInputElement} */ (part(root, "input"));
    this.field.oninput = () => {
      state.words = this.field.value;
      state.letter = "";
      this.#list();
      const likeliest = state.words.trim() && likeliestTerm(this.#shown(), state.words);
      if (likeliest) this.#open(likeliest);
    };
    part(root, ".letters").onclick = ({ target }) => {
      const button = /** @type {HTMLElement} */ (target).closest("button");
      if (!button) return;
      state.letter = button.dataset.letter ?? "";
      state.words = this.field.value = "";
      this.#list();
      /** @type {?HTMLElement} */ (part(root, ".letters").querySelector('[aria-pressed="true"]'))?.focus();
    };
    part(root, ".index").onclick = ({ target }) => {
      const button = /** @type {HTMLElement} */ (target).closest("button");
      const term = button && terms.find(({ key }) => key === button.dataset.term);
      if (!term) return;
      this.#open(term);
      const card = part(root, ".card");
      card.scrollTop = 0; // on a phone, where the card scrolls
      card.focus({ preventScroll: true });
    };
  }

  /** @param {string} asked the key of the term that Python asks for, or "" */
  draw(asked) {
    const { state, terms } = this;
    if (asked !== state.asked || !state.open) {
      state.asked = asked;
      state.open = terms.find(({ key }) => key === asked) ?? state.open ?? matchingTerms(terms, "", "")[0];
    }
    this.#list();
    this.#open(/** @type {Term} */ (state.open), false);
  }

  #shown() {
    return matchingTerms(this.terms, this.state.words, this.state.letter);
  }

  #list() {
    const { letter, words } = this.state;
    const letters = [...new Set(matchingTerms(this.terms, "", "").map(firstLetter))];
    part(this.root, ".letters").replaceChildren(...["", ...letters].map((each) => letterButton(each, each === letter && !words.trim())));
    /** @type {Map<string, Term[]>} */
    const groups = new Map();
    for (const term of this.#shown()) groups.set(firstLetter(term), [...(groups.get(firstLetter(term)) ?? []), term]);
    part(this.root, ".index").replaceChildren(...[...groups].map(([name, members]) => groupOf(name, members, this.state.open)));
    const count = this.#shown().length;
    setText(part(this.root, ".count"), count === this.terms.length ? "" : count ? `${count} of ${this.terms.length} terms` : "No term has these words. Try fewer letters.");
  }

  /** @param {Term} term @param {boolean} [isNews] whether the address must name the term */
  #open(term, isNews = true) {
    this.state.open = term;
    // On a phone the card covers words, so that it waits until somebody asks for a term.
    this.root.classList.toggle("asked", isNews || new URL(location.href).searchParams.has("term"));
    for (const button of part(this.root, ".index").querySelectorAll("button")) {
      button.setAttribute("aria-current", String(button.dataset.term === term.key));
    }
    const close = createElement("button", { type: "button", className: "close", ariaLabel: "Close" }, "✕");
    close.onclick = () => {
      this.root.classList.remove("asked");
      /** @type {?HTMLElement} */ (part(this.root, ".index").querySelector('[aria-current="true"]'))?.focus({ preventScroll: true });
    };
    part(this.root, ".card").replaceChildren(close, termCard(term, (page) => this.openPage(page, term.key)));
    part(this.root, ".card").setAttribute("aria-label", term.name);
    if (!isNews) return;
    const address = new URL(location.href);
    address.searchParams.set("term", term.key);
    history.replaceState(history.state, "", address);
  }
}

/** @param {string} letter or "" for all @param {boolean} isPressed */
function letterButton(letter, isPressed) {
  const button = createElement("button", { type: "button" }, letter || "All");
  button.dataset.letter = letter;
  button.setAttribute("aria-pressed", String(isPressed));
  return button;
}

/** @param {string} name @param {Term[]} members @param {?Term} open */
function groupOf(name, members, open) {
  const list = createElement("ul", {}, ...members.map((term) => {
    const button = createElement("button", { type: "button" }, term.name);
    button.dataset.term = term.key;
    button.setAttribute("aria-current", String(term.key === open?.key));
    return createElement("li", {}, button);
  }));
  return createElement("div", { className: "group" }, createElement("h2", {}, name), list);
}
