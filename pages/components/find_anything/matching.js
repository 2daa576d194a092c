/** The comparison of a typed text with the entries of the search. */

/**
 * @typedef {{kind: string, name: string, words: string, page: string, also: string, targets: string[], term: string}} Found
 *   An entry of the search. See find_entries.py.
 */

export const MOST_SHOWN = 12;
// The points of a word by its position: the whole name, the start of the name, the start of a word of the name, within it,
// ...
const WHOLE = 16, START = 8, WORD = 6, WITHIN = 4, OTHER_NAME = 3, SENTENCE = 1;

/**
 * The words of a text in a uniform spelling, so that "LeNet5" and "le-net 5" are equal.
 * @param {string} text
 * @returns {string} in lower case, with spaces between its words
 */
export function plain(text) {
  const apart = text.replace(/([a-z])([A-Z])/g, "$1 $2").replace(/([A-Za-z])(\d)/g, "$1 $2");
  return apart.toLowerCase().replace(/[\s_\-’']+/g, " ").trim();
}

/**
 * The entries that contain all words, the best first. Entries with equal points keep their order.
 * @param {Found[]} entries all entries
 * @param {string} typed the typed text; an empty text finds all pages
 * @returns {Found[]}
 */
export function matches(entries, typed) {
  const words = plain(typed).split(" ").filter(Boolean);
  if (!words.length) return entries.filter(({ kind }) => kind === "Page");
  const scored = entries.map((entry) => ({ entry, points: score(entry, words) })).filter(({ points }) => points > 0);
  scored.sort((one, other) => other.points - one.points || one.entry.name.length - other.entry.name.length);
  return scored.slice(0, MOST_SHOWN).map(({ entry }) => entry);
}

/**
 * @param {Found} entry
 * @param {string[]} words in one spelling
 * @returns {number} 0 if a word is missing
 */
function score(entry, words) {
  const name = plain(entry.name), also = plain(`${entry.also} ${entry.kind}`), sentence = plain(entry.words);
  const together = words.join(" ");
  const close = name.replaceAll(" ", "");
  if (name === together || close === words.join("")) return WHOLE * words.length;
  /** @type {number[]} */
  const points = words.map((word) => {
    if (name.startsWith(word)) return START;
    if (startsWord(name, word)) return WORD;
    if (close.includes(word)) return WITHIN;
    if (startsWord(also, word)) return OTHER_NAME;
    return startsWord(sentence, word) ? SENTENCE : 0;
  });
  return points.every(Boolean) ? points.reduce((sum, point) => sum + point, 0) : 0;
}

/** @param {string} text @param {string} word */
function startsWord(text, word) {
  return ` ${text}`.includes(` ${word}`);
}

/**
 * The position of the marked entry after a key.
 * @param {string} key of the keyboard
 * @param {number} place of the marked entry now
 * @param {number} count of entries
 * @returns {number | null} null if the key moves nothing
 */
export function moved(key, place, count) {
  if (!count) return null;
  if (key === "ArrowDown") return (place + 1) % count;
  if (key === "ArrowUp") return (place - 1 + count) % count;
  if (key === "PageDown") return Math.min(place + 5, count - 1);
  if (key === "PageUp") return Math.max(place - 5, 0);
  return null;
}
