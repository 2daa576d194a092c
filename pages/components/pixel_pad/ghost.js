const SHARE = 0.55; // of the largest difference from the ground, by which a place belongs to the thing
const LEAST_DIFFERENCE = 60; // levels of 255, below which a picture has no thing

/**
 * The outline of the thing on a picture, as a smooth closed line around each of its parts.
 * @param {ArrayLike<number>} levels of grey, row by row, from 0 to 255
 * @param {number} side of the picture, in pixels
 * @param {number} paper the level of its ground, which goes on around the picture
 * @returns {[number, number, number, number][]} short lines from a column and row to another column and row
 */
export function outline(levels, side, paper) {
  const differences = Array.from(levels, (level) => Math.abs(level - paper));
  const largest = differences.reduce((most, difference) => Math.max(most, difference), 0);
  if (largest < LEAST_DIFFERENCE) return [];
  /** @param {number} column @param {number} row above 0 within the thing */
  const valueAt = (column, row) =>
    (column < 0 || row < 0 || column >= side || row >= side ? 0 : differences[row * side + column]) - SHARE * largest;
  /** @type {[number, number, number, number][]} */
  const lines = [];
  for (let row = -1; row < side; row += 1) {
    for (let column = -1; column < side; column += 1) lines.push(...linesWithin(valueAt, column, row));
  }
  return lines;
}

// The lines that part what is above 0 from what is below, between four neighbouring pixels (marching squares).
/** @param {(column: number, row: number) => number} valueAt @param {number} column @param {number} row */
function linesWithin(valueAt, column, row) {
  const corners = [[column, row], [column + 1, row], [column + 1, row + 1], [column, row + 1]];
  const values = corners.map(([x, y]) => valueAt(x, y));
  /** @type {[number, number][]} */
  const crossings = [];
  corners.forEach(([x, y], index) => {
    const next = (index + 1) % 4;
    if (values[index] > 0 === values[next] > 0) return;
    const share = values[index] / (values[index] - values[next]);
    crossings.push([x + share * (corners[next][0] - x), y + share * (corners[next][1] - y)]);
  });
  /** @type {[number, number, number, number][]} */
  const lines = [];
  for (let index = 0; index + 1 < crossings.length; index += 2) lines.push([...crossings[index], ...crossings[index + 1]]);
  return lines;
}

/**
 * Draw the outline of a picture, or a dotted line, on a canvas of its own, which is never sent.
 * @param {HTMLCanvasElement} canvas
 * @param {string} source the picture as a data: URI; "" for none
 * @param {string} line a path of SVG on a square of 100; "" for none
 * @param {string} paper the colour of the sheet, as "#000000"
 */
export function drawGhost(canvas, source, line, paper) {
  const context = /** @type {CanvasRenderingContext2D} */ (canvas.getContext("2d", { willReadFrequently: true }));
  const { width: side } = canvas;
  context.clearRect(0, 0, side, side);
  const ground = parseInt(paper.slice(1, 3), 16);
  Object.assign(context, { lineCap: "round", strokeStyle: ground > 127 ? "#55626F" : "#A3B0BD" });
  if (line) drawDots(context, line);
  if (!source) return;
  const image = new Image();
  image.onload = () => {
    const levels = enlargedLevels(image, context, paper);
    context.clearRect(0, 0, side, side);
    context.lineWidth = 2.5;
    context.beginPath();
    for (const [x, y, toX, toY] of outline(levels, side, ground)) {
      context.moveTo(x, y);
      context.lineTo(toX, toY);
    }
    context.stroke();
  };
  image.src = source;
}

// Dots along a line, and a larger dot where the line begins.
/** @param {CanvasRenderingContext2D} context @param {string} line a path of SVG on a square of 100 */
function drawDots(context, line) {
  const scale = context.canvas.width / 100;
  context.save();
  context.scale(scale, scale);
  Object.assign(context, { lineWidth: 1.8 });
  context.setLineDash([0, 4]);
  context.stroke(new Path2D(line));
  const [x, y] = line.slice(1).split(/[^\d.]+/).map(Number);
  context.beginPath();
  context.arc(x, y, 2, 0, 2 * Math.PI);
  context.fillStyle = context.strokeStyle;
  context.fill();
  context.restore();
}

// The levels of a picture as large as the canvas, smoothed, with a pixel of paper around: then no outline is cut off.
/** @param {HTMLImageElement} image @param {CanvasRenderingContext2D} context of the canvas @param {string} paper */
function enlargedLevels(image, context, paper) {
  const { width: side } = context.canvas;
  const small = document.createElement("canvas");
  Object.assign(small, { width: image.naturalWidth + 2, height: image.naturalHeight + 2 });
  const drawing = /** @type {CanvasRenderingContext2D} */ (small.getContext("2d"));
  drawing.fillStyle = paper;
  drawing.fillRect(0, 0, small.width, small.height);
  drawing.drawImage(image, 1, 1);
  Object.assign(context, { imageSmoothingEnabled: true, imageSmoothingQuality: "high" });
  context.drawImage(small, 0, 0, side, side);
  const { data } = context.getImageData(0, 0, side, side);
  return Array.from({ length: side * side }, (_, index) => data[4 * index]);
}
