/**
 * @typedef {object} Term
 * A term of the glossary; see core/glossary/term.py.
 * @property {string} key
 * @property {string} name
 * @property {string} sentence
 * @property {string[]} also other spellings
 * @property {string[]} notAfter words after which it means something else
 * @property {string[]} notOn paths of pages on which it means something else
 * @property {string} drawing SVG, or ""
 * @property {string} example or ""
 * @property {string} link an address, or the path of a page
 * @property {string} page the path of a page here, or ""
 * @property {string} source the host that the link leads to, or ""
 * @property {string} topic
 */

/** @typedef {{key: string, start: number, end: number}} Found A term in a text. */

const LETTER = "\\p{L}\\p{N}_";
const SPECIAL = /[.*+?^${}()|[\]\\]/g;

/**
 * A function that finds all terms in a text, from left to right. Of terms that overlap it finds the longest one.
 * @param {Term[]} terms of the glossary
 * @returns {(text: string, page?: string) => Found[]} the function; `page` is the path of the page on the screen
 */
export function termFinder(terms) {
  /** @type {Map<string, {term: Term, exact: string}>} */
  const byForm = new Map();
  for (const term of terms) {
    for (const form of [term.name, ...term.also]) byForm.set(plain(form), { term, exact: /\p{Lu}/u.test(form) ? form : "" });
  }
  const forms = [...byForm.keys()].sort((one, other) => other.length - one.length);
  const words = forms.map((form) => form.replace(SPECIAL, "\\$&").replaceAll(" ", "[\\s-]"));
  const pattern = new RegExp(`(?<![${LETTER}])(${words.join("|")})(e?s)?(?![${LETTER}])`, "giu");
  return (text, page = "") => {
    const found = [];
    for (const match of text.matchAll(pattern)) {
      const entry = byForm.get(plain(match[1]));
      if (!entry || (entry.exact && plain(entry.exact, false) !== plain(match[1], false))) continue;
      const before = text.slice(0, match.index).trimEnd().toLowerCase();
      if (entry.term.notOn.includes(page) || entry.term.notAfter.some((word) => before.endsWith(word))) continue;
      found.push({ key: entry.term.key, start: match.index, end: match.index + match[0].length });
    }
    return found;
  };
}

/**
 * A form as it is compared: hyphens, line breaks and spaces are the same.
 * @param {string} form as it is written
 * @param {boolean} [lower] whether upper and lower case are the same
 * @returns {string} the form
 */
function plain(form, lower = true) {
  const spaced = form.replace(/[\s-]/g, " ");
  return lower ? spaced.toLowerCase() : spaced;
}
