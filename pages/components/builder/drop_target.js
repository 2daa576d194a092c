// Where a drag would drop. Knows nothing of the page.

/** @typedef {{id: string, top: number, bottom: number, left: number, right: number}} Box Of a row, in pixels. */
/** @typedef {{x: number, y: number}} Point Of the pointer, in pixels. */

const ABOVE = 20; // pixels above the network that count as inside
const BELOW = 40;

/**
 * The gap between layers that a pointer is nearest to.
 * @param {Omit<Box, "id">} net the whole network
 * @param {Box[]} rows its layers, from top to bottom
 * @param {Point} point the pointer
 * @returns {?string | undefined} id of the layer below the gap; null for the end; undefined outside of the network
 */
export function gapAt(net, rows, { x, y }) {
  if (x < net.left || x > net.right || y < net.top - ABOVE || y > net.bottom + BELOW) return undefined;
  return rows.find(({ top, bottom }) => y < (top + bottom) / 2)?.id ?? null;
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
 * How far a drag scrolls the page.
 * @param {number} y of the pointer in the window, in pixels
 * @param {number} height of the window
 * @returns {number} pixels: below 0 is up, 0 is not at all
 */
export function scrollStep(y, height) {
  const [edge, step] = [110, 14]; // pixels from the top or bottom of the window, and at a time
  if (y < edge) return -step;
  return y > height - edge ? step : 0;
}
