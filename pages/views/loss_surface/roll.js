/** @import { Curve } from "../../components/shared/smooth_curve.js" */

const ARRIVED = 0.9; // the share of the way down after which the ball has arrived
const CREEPS = 0.3; // and below which it creeps

/** @typedef {{positions: number[], hasLeft: boolean}} Roll Where the ball stands before and after each step. */

/**
 * Let a ball take steps of gradient descent: each is the learning rate times the slope.
 * @param {Curve} curve the loss
 * @param {number[]} rates the learning rate of each step
 * @param {number} factor what each step is multiplied with
 * @returns {Roll} from 0 on; it ends with the first position outside of the curve
 */
export function rollBall(curve, rates, factor) {
  const positions = [0];
  for (const rate of rates) {
    const position = positions[positions.length - 1];
    const next = position - rate * factor * curve.slope(position);
    positions.push(next);
    if (next < curve.from || next > curve.to) return { positions, hasLeft: true };
  }
  return { positions, hasLeft: false };
}

/**
 * What a ball does, in a few words.
 * @param {Curve} curve the loss
 * @param {Roll} roll from rollBall
 * @param {number} lowest the position of the lowest loss
 * @returns {{title: string, sentence: string}} such as "Small: the ball creeps"
 */
export function describeRoll(curve, { positions, hasLeft }, lowest) {
  const steps = positions.length - 1;
  if (hasLeft) {
    return { title: "Too large: the ball jumps out", sentence: `${numbered(steps, "step")} from the start, it is out of the valley.` };
  }
  const [start, bottom, end] = [0, lowest, positions[steps]].map(curve.at);
  const way = (start - end) / Math.max(start - bottom, Number.MIN_VALUE);
  const crossings = positions.slice(1).filter((position, index) => (position - lowest) * (positions[index] - lowest) < 0).length;
  const sentence = `Your network's loss: ${start.toFixed(2)} → ${end.toFixed(2)} after ${numbered(steps, "step")}; the lowest on this line is ${bottom.toFixed(2)}.`;
  if (way < 0) return { title: "Too large: the ball climbs", sentence };
  if (crossings > 1) return { title: way < ARRIVED ? "Large: the ball jumps from side to side" : "The ball swings to the bottom", sentence };
  if (way < CREEPS) return { title: "Small: the ball creeps", sentence };
  return { title: way < ARRIVED ? "The ball rolls downhill" : "The ball rolls to the bottom", sentence };
}

/** @param {number} count @param {string} word */
function numbered(count, word) {
  return `${count} ${word}${count === 1 ? "" : "s"}`;
}
