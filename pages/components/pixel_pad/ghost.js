const DIFFERENCE = 60; // levels of 255 by which a pixel belongs to the thing and not to its ground
const DASH = 5; // pixels that are drawn, and then left out

/**
 * The outline of the thing on a picture, dashed.
 * @param {ArrayLike<number>} levels of grey, row by row, from 0 to 255
 * @param {number} side of the picture, in pixels
 * @param {number} paper the level of its ground
 * @returns {[number, number][]} the pixels of the outline, as column and row
 */
export function outline(levels, side, paper) {
  /** @param {number} column @param {number} row */
  const isThing = (column, row) =>
    column >= 0 && row >= 0 && column < side && row < side && Math.abs(levels[row * side + column] - paper) > DIFFERENCE;
  /** @type {[number, number][]} */
  const points = [];
  for (let row = 0; row < side; row += 1) {
    for (let column = 0; column < side; column += 1) {
      if (!isThing(column, row) || (Math.floor(column / DASH) + Math.floor(row / DASH)) % 2) continue;
      const isInside =
        isThing(column - 1, row) && isThing(column + 1, row) && isThing(column, row - 1) && isThing(column, row + 1);
      if (!isInside) points.push([column, row]);
    }
  }
  return points;
}

/**
 * Draw the outline of a picture on a canvas of its own, which is never sent.
 * @param {HTMLCanvasElement} canvas
 * @param {string} source the picture as a data: URI; "" for none
 * @param {string} paper the colour of the sheet, as "#000000"
 */
export function drawGhost(canvas, source, paper) {
  const context = /** @type {CanvasRenderingContext2D} */ (canvas.getContext("2d", { willReadFrequently: true }));
  const { width: side } = canvas;
  context.clearRect(0, 0, side, side);
  if (!source) return;
  const image = new Image();
  image.onload = () => {
    context.drawImage(image, 0, 0, side, side);
    const { data } = context.getImageData(0, 0, side, side);
    const ground = parseInt(paper.slice(1, 3), 16);
    const points = outline(Array.from({ length: side * side }, (_, index) => data[4 * index]), side, ground);
    context.clearRect(0, 0, side, side);
    context.fillStyle = ground > 127 ? "#55626F" : "#A3B0BD";
    for (const [column, row] of points) context.fillRect(column, row, 1.6, 1.6);
  };
  image.src = source;
}
