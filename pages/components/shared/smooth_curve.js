/**
 * Smooth values between evenly spaced points: Catmull and Rom, "A class of local interpolating splines" (1974).
 * @typedef {object} Curve
 * @property {number} from the first position
 * @property {number} to the last position
 * @property {(position: number) => number} at the value at a position between both
 * @property {(position: number) => number} slope the slope of the curve at a position
 */

/**
 * The curve through evenly spaced points.
 * @param {number[]} positions at least two, rising
 * @param {number[]} values a value for each position
 * @returns {Curve} through all points
 */
export function smoothCurve(positions, values) {
  const [from, to] = [positions[0], positions[positions.length - 1]];
  const spacing = (to - from) / (positions.length - 1);
  const locate = (/** @type {number} */ position) => {
    const place = Math.min(Math.max((position - from) / spacing, 0), values.length - 1);
    const index = Math.min(Math.floor(place), values.length - 2);
    return { corners: cornersAt(values, index), share: place - index };
  };
  return {
    from, to,
    at: (position) => {
      const { corners, share } = locate(position);
      return between(corners, share);
    },
    slope: (position) => {
      const { corners, share } = locate(position);
      return steepness(corners, share) / spacing;
    },
  };
}

/**
 * The four values around a gap. Beyond the ends, the last gap continues in a straight line.
 * @param {number[]} values
 * @param {number} index of the value before the gap
 * @returns {number[]} four values
 */
export function cornersAt(values, index) {
  const [second, third] = [values[index], values[index + 1]];
  return [values[index - 1] ?? 2 * second - third, second, third, values[index + 2] ?? 2 * third - second];
}

/**
 * The value within a gap.
 * @param {number[]} corners from cornersAt
 * @param {number} share of the gap, from 0 to 1
 * @returns {number} the second corner at 0, the third at 1
 */
export function between([a, b, c, d], share) {
  return b + 0.5 * share * (c - a + share * (2 * a - 5 * b + 4 * c - d + share * (3 * (b - c) + d - a)));
}

/** @param {number[]} corners @param {number} share */
function steepness([a, b, c, d], share) {
  return 0.5 * (c - a + share * (2 * (2 * a - 5 * b + 4 * c - d) + share * 3 * (3 * (b - c) + d - a)));
}
