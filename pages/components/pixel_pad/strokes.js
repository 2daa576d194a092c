/** @typedef {[number, number]} Point Position on the sheet, in pixels from its left and top. */
/** @typedef {{points: Point[], width: number, colour: string}} Stroke */

export const SIDE = 280; // pixels of the sheet that is drawn on and sent

/**
 * Paint strokes on a sheet.
 * @param {CanvasRenderingContext2D} context of the sheet
 * @param {string} paper its colour
 * @param {(Stroke | HTMLImageElement)[]} strokes the first one lowest; an image is a drawing from before
 */
export function paintStrokes(context, paper, strokes) {
  context.fillStyle = paper;
  context.fillRect(0, 0, SIDE, SIDE);
  Object.assign(context, { lineCap: "round", lineJoin: "round" });
  for (const stroke of strokes) {
    if ("points" in stroke) paintStroke(context, stroke);
    else context.drawImage(stroke, 0, 0, SIDE, SIDE);
  }
}

/** @param {CanvasRenderingContext2D} context @param {Stroke} stroke */
function paintStroke(context, { points, width, colour }) {
  Object.assign(context, { lineWidth: width, strokeStyle: colour });
  context.beginPath();
  context.moveTo(...points[0]);
  for (const point of points) context.lineTo(...point);
  context.stroke();
}

/**
 * A pen moved by a step, within the sheet.
 * @param {Point} pen where it is
 * @param {Point} step to the right and down
 * @returns {Point} where it is afterwards
 */
export function movePen([x, y], [right, down]) {
  return [Math.min(Math.max(x + right, 0), SIDE), Math.min(Math.max(y + down, 0), SIDE)];
}
