// The map of a long network: where its rows lie on the map, and which of them are in view. Knows nothing of the page.

/** @typedef {{start: number, length: number}} Box Of a layer along the network, in pixels. */

const LARGEST_SCALE = 1 / 5; // of the network to its map

/**
 * How much smaller the map is than the network.
 * @param {number} total length of the network, in pixels
 * @param {number} room for the map, in pixels
 * @returns {number} above 0
 */
export function mapScale(total, room) {
  return Math.min(LARGEST_SCALE, room / Math.max(1, total));
}

/**
 * The rows of which at least half is in view.
 * @param {Box[]} boxes of all rows, the image first
 * @param {number} start of what is in view, in pixels of the network
 * @param {number} end of it
 * @returns {{first: number, last: number}} indices; the row that is nearest where none is in view
 */
export function rowsInView(boxes, start, end) {
  const middles = boxes.map((box) => box.start + box.length / 2);
  const inside = middles.flatMap((middle, index) => (middle >= start && middle <= end ? [index] : []));
  if (inside.length) return { first: inside[0], last: inside[inside.length - 1] };
  const aim = (start + end) / 2;
  const nearest = middles.reduce((best, middle, index) => (Math.abs(middle - aim) < Math.abs(middles[best] - aim) ? index : best), 0);
  return { first: nearest, last: nearest };
}

/**
 * The row that a key on the map leads to.
 * @param {string} key of the keyboard
 * @param {{first: number, last: number}} view the rows that are in view
 * @param {number} count of all rows
 * @returns {number | undefined} its index; undefined for a key that means nothing
 */
export function rowForKey(key, { first, last }, count) {
  const screenful = Math.max(1, last - first);
  /** @type {Object<string, number>} */
  const rows = { ArrowUp: first - 1, ArrowDown: first + 1, ArrowLeft: first - 1, ArrowRight: first + 1, PageUp: first - screenful, PageDown: last, Home: 0, End: count - 1 };
  return key in rows ? Math.min(count - 1, Math.max(0, rows[key])) : undefined;
}

/**
 * What is in view, in words.
 * @param {string[]} names of the rows
 * @param {{first: number, last: number}} view the rows that are in view
 * @returns {string} for example "conv1 to pool2 in view: 2 to 5 of 20"
 */
export function viewWords(names, { first, last }) {
  const range = first === last ? names[first] : `${names[first]} to ${names[last]}`;
  return `${range} in view: ${first === last ? first + 1 : `${first + 1} to ${last + 1}`} of ${names.length}`;
}
