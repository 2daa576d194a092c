const LARGE_STEP = 10; // the small steps of Page Up and Page Down

/**
 * A unit without bias and activation, which multiplies its input by its weight. Its loss is the squared error.
 * @typedef {object} Unit
 * @property {number} input
 * @property {number} target
 */

/**
 * The output of the unit for its input, with the error, the loss, and the slope of the loss by the weight.
 * @param {Unit} unit
 * @param {number} weight
 * @returns {{output: number, error: number, loss: number, slope: number}} as `core.analysis.one_weight` computes them
 */
export function lookAt({ input, target }, weight) {
  const output = input * weight;
  const error = output - target;
  return { output, error, loss: error ** 2, slope: 2 * error * input };
}

/**
 * The weight after a step of gradient descent.
 * @param {Unit} unit
 * @param {number} weight
 * @param {number} rate the learning rate
 */
export function step(unit, weight, rate) {
  return weight - rate * lookAt(unit, weight).slope;
}

/**
 * The loss as points of a curve.
 * @param {Unit} unit
 * @param {[number, number]} range of the weight
 * @param {number} count of points
 * @returns {[number, number][]} the weight and the loss of each
 */
export function lossPoints(unit, [low, high], count = 97) {
  return Array.from({ length: count }, (_, index) => {
    const weight = low + ((high - low) * index) / (count - 1);
    return [weight, lookAt(unit, weight).loss];
  });
}

/**
 * The weight after a key was pressed.
 * @param {string} key of a keyboard event
 * @param {number} weight before
 * @param {[number, number]} range of the weight
 * @returns {?number} null for a key that moves nothing
 */
export function weightAfter(key, weight, [low, high]) {
  const small = (high - low) / 100;
  /** @type {Object<string, number>} */
  const moves = {
    ArrowRight: small, ArrowUp: small, ArrowLeft: -small, ArrowDown: -small,
    PageUp: LARGE_STEP * small, PageDown: -LARGE_STEP * small, Home: low - weight, End: high - weight,
  };
  return key in moves ? Math.min(high, Math.max(low, weight + moves[key])) : null;
}
