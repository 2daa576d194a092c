const CLIFF = 2; // a first loss so many times as high as the second would flatten the rest of the curve
const ROOM = 1.08; // above the highest loss that is drawn
const NOTHING = 0.0005; // Keras cuts probabilities off just below 1, so that no loss is wholly 0
const LARGE_STEP = 10; // percent, by Page Up and Page Down

/**
 * The ends of the axis of losses.
 * @param {number[]} losses for 0 to 100 percent
 * @returns {[number, number]} the lowest, at most 0, and the highest; the loss at 0 percent may lie above
 */
export function axisEnds(losses) {
  const [first, second] = losses;
  const highest = Math.max(...losses.slice(first > CLIFF * second ? 1 : 0));
  return [Math.min(0, ...losses), ROOM * highest || 1];
}

/**
 * The percentage after a key was pressed.
 * @param {string} key of a keyboard event
 * @param {number} percent before
 * @returns {?number} from 0 to 100; null for a key that moves nothing
 */
export function percentAfter(key, percent) {
  /** @type {Object<string, number>} */
  const moves = {
    ArrowRight: percent + 1, ArrowUp: percent + 1, ArrowLeft: percent - 1, ArrowDown: percent - 1,
    PageUp: percent + LARGE_STEP, PageDown: percent - LARGE_STEP, Home: 0, End: 100,
  };
  return key in moves ? Math.min(100, Math.max(0, moves[key])) : null;
}

/**
 * The loss at a percentage, in words.
 * @param {{losses: number[], name: string, isLogarithm: boolean}} data of the component
 * @param {number} percent the probability of the right class
 * @returns {{sum: string, loss: string, note: string}} such as "−ln 0.30", "1.20" and ""
 */
export function wordsAt({ losses, name, isLogarithm }, percent) {
  const loss = lossText(losses[percent]);
  if (!isLogarithm) return { sum: name, loss, note: "" };
  if (percent > 0) return { sum: `−ln ${(percent / 100).toFixed(2)}`, loss, note: "" };
  const least = Math.exp(-losses[0]).toFixed(7);
  return { sum: `−ln ${least}`, loss, note: `Towards 0 the loss has no upper limit; Keras stops at ${least}.` };
}

/** @param {number} loss */
function lossText(loss) {
  if (Math.abs(loss) < NOTHING) return "0";
  return loss.toFixed(Math.abs(loss) < 0.1 ? 3 : 2).replace(/^-/, "−");
}

/**
 * The landmark of a network that knows nothing.
 * @param {{guessing: number, classes: number, isLogarithm: boolean}} data of the component
 * @returns {string} such as "guessing among 10 classes: ln 10 = 2.30"
 */
export function guessingWords({ guessing, classes, isLogarithm }) {
  return `guessing among ${classes} classes: ${isLogarithm ? `ln ${classes} = ` : ""}${lossText(guessing)}`;
}
