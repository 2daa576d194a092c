import { formatCount } from "../shared/text_format.js";

const USUAL_CELLS = 200;
const MOST_BOXES = 40; // of epochs

/** @typedef {{images: number, batchSize: number, epochs: number}} Numbers of a run */

/**
 * The division of an epoch into batches.
 * @param {Numbers} numbers of the run
 * @param {number} mostCells the number of cells with room: finer cells would be a grey field
 * @returns {{batches: number, last: number, perCell: number, cell: number}} the number of batches, the images of the
 *     last batch, the batches between two lines of the drawing, and their length as a share of the epoch
 */
export function cutsOf({ images, batchSize }, mostCells = USUAL_CELLS) {
  const batches = Math.ceil(images / batchSize);
  const perCell = [1, 2, 5, 10, 20, 50, 100, 200, 500, 1000, 2000, 5000].find((size) => batches / size <= mostCells) ?? batches;
  return { batches, last: images - (batches - 1) * batchSize, perCell, cell: Math.min(1, (perCell * batchSize) / images) };
}

/**
 * The filled share of each box of the epochs.
 * @param {number} position of the run, in epochs
 * @param {number} epochs the number of epochs
 * @returns {number[]} shares from 0 to 1; with many epochs, a box stands for several epochs
 */
export function boxesOf(position, epochs) {
  const perBox = Math.ceil(epochs / MOST_BOXES);
  return Array.from({ length: Math.ceil(epochs / perBox) }, (_, index) => {
    const size = Math.min(perBox, epochs - index * perBox);
    return Math.min(1, Math.max(0, (position - index * perBox) / size));
  });
}

/**
 * The position of a run in its epoch.
 * @param {number} step the number of finished steps
 * @param {Numbers} numbers of the run
 * @returns {{epoch: number, batch: number}} the last epoch that was begun, from 1, and the number of its finished batches
 */
export function standingOf(step, numbers) {
  const { batches } = cutsOf(numbers);
  const done = Math.min(step, batches * numbers.epochs); // Keras counts past the last step of several fused steps
  const epoch = Math.min(numbers.epochs, Math.max(1, Math.ceil(done / batches)));
  return { epoch, batch: done - (epoch - 1) * batches };
}

/**
 * An explanation of epoch and batch in the numbers of the run.
 * @param {Numbers} numbers of the run
 * @param {number} [mostCells] as of cutsOf
 * @returns {string} for example "5,400 images are cut into 169 batches of 32, the last of 24. …"
 */
export function wordsOf({ images, batchSize, epochs }, mostCells) {
  const { batches, last, perCell } = cutsOf({ images, batchSize, epochs }, mostCells);
  const cut = batches === 1
    ? `All ${formatCount(images)} images are one batch.`
    : `${formatCount(images)} images are cut into ${formatCount(batches)} batches of ${formatCount(batchSize)}` +
      `${last === batchSize ? "" : `, the last of ${formatCount(last)}`}.`;
  const lines = perCell > 1 ? ` Between two lines lie ${formatCount(perCell)} batches.` : "";
  return `${cut}${lines} After each batch the weights change: one step. All images once are an epoch: ` +
    `${countOf(epochs, "epoch", "epochs")} ${epochs === 1 ? "is" : "are"} ${countOf(batches * epochs, "step", "steps")}.`;
}

/**
 * A number with its noun.
 * @param {number} number how many
 * @param {string} one the singular noun
 * @param {string} many the plural noun
 * @returns {string} such as "1 batch" or "1,688 batches"
 */
export function countOf(number, one, many) {
  return `${formatCount(number)} ${number === 1 ? one : many}`;
}
