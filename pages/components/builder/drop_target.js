// Where a drag would drop. Knows nothing of the page.

/** @typedef {{id: string, top: number, bottom: number, left: number, right: number}} Box Of a row, in pixels. */
/** @typedef {{x: number, y: number}} Point Of the pointer, in pixels. */

const AROUND = 40; // pixels around the network that count as inside

/**
 * The gap between layers that a pointer is nearest to.
 * @param {Omit<Box, "id">} net the whole network
 * @param {Box[]} rows its layers, the first one first
 * @param {Point} point the pointer
 * @param {boolean} isDown whether the network runs downwards
 * @returns {?string | undefined} id of the layer behind the gap; null for the end; undefined outside of the network
 */
export function gapAt(net, rows, { x, y }, isDown) {
  if (x < net.left || x > net.right || y < net.top - AROUND || y > net.bottom + AROUND) return undefined;
  const isBefore = (/** @type {Box} */ { top, bottom, left, right }) => (isDown ? y < (top + bottom) / 2 : x < (left + right) / 2);
  return rows.find(isBefore)?.id ?? null;
}

/**
 * The layer that a pointer is over.
 * @param {Box[]} rows the layers
 * @param {Point} point the pointer
 * @returns {string | undefined} its id
 */
export function rowAt(rows, { x, y }) {
  return rows.find(({ top, bottom, left, right }) => y >= top && y <= bottom && x >= left && x <= right)?.id;
}

/**
 * How far a drag scrolls the network, or in a drawing downwards the page.
 * @param {number} at of the pointer, in pixels along the network
 * @param {number} start of what is in sight
 * @param {number} end of it
 * @returns {number} pixels: below 0 is back, 0 is not at all
 */
export function scrollStep(at, start, end) {
  const [edge, step] = [36, 14]; // pixels from the start or end of what is in sight, and at a time
  if (at < start + edge) return -step;
  return at > end - edge ? step : 0;
}
