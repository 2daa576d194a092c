/** How what was typed is compared with what can be found. */

/**
 * @typedef {{kind: string, name: string, words: string, page: string, also: string, targets: string[], term: string}} Found
 *   One thing that can be found; see find_entries.py.
 */

export const MOST_SHOWN = 12;
// Points of a word by where it stands: the whole name, the start of the name, the start of a word in it, within it, ...
const WHOLE = 16, START = 8, WORD = 6, WITHIN = 4, OTHER_NAME = 3, SENTENCE = 1;

/**
 * What stands in a text, in one spelling: "LeNet5" and "le-net 5" are the same.
 * @param {string} text
 * @returns {string} in lower case, with spaces between its words
 */
export function plain(text) {
  const apart = text.replace(/([a-z])([A-Z])/g, "$1 $2").replace(/([A-Za-z])(\d)/g, "$1 $2");
  return apart.toLowerCase().replace(/[\s_\-’']+/g, " ").trim();
}

/**
 * The entries that have all words, the best first; entries of equal worth keep their order.
 * @param {Found[]} entries all that can be found
 * @param {string} typed what was typed; all pages where that is nothing
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
 * @returns {number} 0 where a word is missing
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
 * The place of the marked entry after a key.
 * @param {string} key of the keyboard
 * @param {number} place of the marked entry now
 * @param {number} count of entries
 * @returns {number | null} null where the key moves nothing
 */
export function moved(key, place, count) {
  if (!count) return null;
  if (key === "ArrowDown") return (place + 1) % count;
  if (key === "ArrowUp") return (place - 1 + count) % count;
  if (key === "PageDown") return Math.min(place + 5, count - 1);
  if (key === "PageUp") return Math.max(place - 5, 0);
  return null;
}
