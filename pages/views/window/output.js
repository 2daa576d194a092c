/**
 * @typedef {object} Output
 * The output for settings of the window. See Output in core/teaching/shows/window.py.
 * @property {number} size
 * @property {number} stride
 * @property {string} padding
 * @property {number} side
 * @property {number} before
 * @property {string[]} goals
 */

/**
 * The mean of the pixels below each place of a window. The image is padded with zeros.
 * @param {number[]} pixels of the image, from 0 to 1, row by row
 * @param {number} side of the image
 * @param {Output} output the settings of the window
 * @returns {number[]} row by row
 */
export function means(pixels, side, { size, stride, side: places, before }) {
  return Array.from({ length: places * places }, (_, index) => {
    const [top, left] = [Math.floor(index / places), index % places].map((place) => place * stride - before);
    let sum = 0;
    for (let row = Math.max(top, 0); row < Math.min(top + size, side); row += 1) {
      for (let column = Math.max(left, 0); column < Math.min(left + size, side); column += 1) sum += pixels[row * side + column];
    }
    return sum / size ** 2;
  });
}

/**
 * The side of the image with the padding that the window uses.
 * @param {number} side of the image
 * @param {Output} output the settings of the window
 * @returns {number} the side with zeros on both ends
 */
export function paddedSide(side, { size, stride, side: places, before }) {
  return Math.max(side + before, (places - 1) * stride + size);
}

/**
 * The computation of the output's side.
 * @param {number} side of the image
 * @param {Output} output the settings of the window
 * @returns {string} such as "(8 − 3) / 1 + 1 = 6"
 */
export function sumText(side, { size, stride, padding, side: places }) {
  if (padding === "same") return stride === 1 ? `one for each of ${side} pixels` : `${side} / ${stride}, rounded up = ${places}`;
  return stride === 1 ? `${side} − ${size} + 1 = ${places}` : `(${side} − ${size}) / ${stride}, rounded down, + 1 = ${places}`;
}

/**
 * The words below the image: its size, and where the zeros of the padding are.
 * @param {number} side of the image
 * @param {Output} output the settings of the window
 * @returns {string} such as "8 × 8, striped: the zeros around"
 */
export function sourceText(side, output) {
  if (paddedSide(side, output) === side) return `${side} × ${side}`;
  return `${side} × ${side}, striped: the zeros ${output.before > 0 ? "around" : "on the right and below"}`;
}

/**
 * The padding around the image, as a clip path for its stripes. Without stripes, the zeros of the padding would look like
 * black pixels of the image.
 * @param {number} side of the image
 * @param {number} whole side with the zeros around
 * @param {number} before zeros above and left of the image
 * @returns {string} the whole sheet with a hole where the image is
 */
export function aroundImage(side, whole, before) {
  const [start, end] = [before, before + side].map((at) => `${(100 * at) / whole}%`);
  const outer = ["0 0", "100% 0", "100% 100%", "0 100%", "0 0"];
  const inner = [`${start} ${start}`, `${end} ${start}`, `${end} ${end}`, `${start} ${end}`, `${start} ${start}`];
  return `polygon(evenodd, ${[...outer, ...inner].join(", ")})`;
}
