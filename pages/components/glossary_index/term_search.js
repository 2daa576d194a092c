/** @import { Term } from "../term_links/term_finder.js" */

/**
 * The terms that hold all words of a search, in alphabetical order.
 * @param {Term[]} terms of the glossary
 * @param {string} words what was typed
 * @param {string} letter the first letter of the terms, or "" for all
 * @returns {Term[]} those that are shown
 */
export function matchingTerms(terms, words, letter) {
  const wanted = plain(words).split(" ").filter(Boolean);
  const shown = terms.filter((term) => {
    const text = plain([term.name, ...term.also, term.sentence].join(" "));
    return wanted.every((word) => text.includes(word)) && (!letter || firstLetter(term) === letter);
  });
  return shown.sort((one, other) => one.name.localeCompare(other.name, "en", { sensitivity: "base" }));
}

/**
 * The term that a search most likely means: one of that name, else one whose name begins so, else the first.
 * @param {Term[]} shown the terms that hold the words
 * @param {string} words what was typed
 * @returns {Term | undefined} the term; undefined where none is shown
 */
export function likeliestTerm(shown, words) {
  const phrase = plain(words);
  const names = (/** @type {Term} */ term) => [term.name, ...term.also].map(plain);
  return (
    shown.find((term) => names(term).includes(phrase)) ??
    shown.find((term) => names(term).some((name) => name.startsWith(phrase))) ??
    shown[0]
  );
}

/** @param {Term} term @returns {string} the letter under which it stands */
export function firstLetter(term) {
  return term.name[0].toUpperCase();
}

/** @param {string} text @returns {string} the text in lower case, with hyphens as spaces */
function plain(text) {
  return text.toLowerCase().replace(/[\s-]+/g, " ").trim();
}
