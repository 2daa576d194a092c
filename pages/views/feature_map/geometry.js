/** @typedef {[number, number]} Position In pixels from the left and the top. */

/**
 * The dot nearest to a position.
 * @param {Position[]} dots their positions
 * @param {Position} position such as that of a pointer
 * @param {number} farthest pixels; a dot farther away does not count
 * @returns {?number} its index, or null
 */
export function nearestDot(dots, [x, y], farthest) {
  /** @type {?number} */
  let best = null;
  let least = farthest;
  dots.forEach((dot, index) => {
    const distance = Math.hypot(dot[0] - x, dot[1] - y);
    if (distance < least) [best, least] = [index, distance];
  });
  return best;
}

/**
 * The next dot in a direction: near, and not far to the side.
 * @param {Position[]} dots their positions
 * @param {number} start index of the dot to start from
 * @param {[number, number]} direction such as [1, 0] to the right, [0, -1] up
 * @returns {number} its index; start where no dot lies in that direction
 */
export function nextDot(dots, start, [right, down]) {
  const [x, y] = dots[start];
  let [best, least] = [start, Infinity];
  dots.forEach((dot, index) => {
    const along = (dot[0] - x) * right + (dot[1] - y) * down;
    const aside = Math.abs((dot[0] - x) * down) + Math.abs((dot[1] - y) * right);
    if (along > 0.5 && along + 2 * aside < least) [best, least] = [index, along + 2 * aside];
  });
  return best;
}

/**
 * Positions in pixels that spread over a length.
 * @param {number[]} values in any unit
 * @param {number} length pixels
 * @param {number} margin pixels that stay free at both ends
 * @returns {number[]} margin for the lowest value, length - margin for the highest; the middle where all are equal
 */
export function spreadOver(values, length, margin) {
  const [low, high] = [Math.min(...values), Math.max(...values)];
  return values.map((value) => margin + (length - 2 * margin) * (high > low ? (value - low) / (high - low) : 0.5));
}
