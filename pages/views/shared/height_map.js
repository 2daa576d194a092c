import { between, cornersAt } from "../../components/shared/smooth_curve.js";

const CAP = 4; // heights are cut at so many times the valley's depth above its bottom

/**
 * A finer grid of heights, smooth between the measured heights.
 * @param {number[][]} rows measured heights
 * @param {number} size the number of rows and of columns of the result
 * @returns {number[][]} size rows; the corners stay
 */
export function refine(rows, size) {
  const across = rows.map((row) => stretch(row, size));
  const columns = Array.from({ length: size }, (_, index) => stretch(across.map((row) => row[index]), size));
  return Array.from({ length: size }, (_, row) => columns.map((column) => column[row]));
}

/** @param {number[]} values @param {number} size */
function stretch(values, size) {
  return Array.from({ length: size }, (_, position) => {
    const place = (position * (values.length - 1)) / (size - 1);
    const index = Math.min(Math.floor(place), values.length - 2);
    return between(cornersAt(values, index), place - index);
  });
}

/**
 * The grid with the highest loss in place of each loss that is not a number.
 * @param {(number | null)[][]} rows null for a loss that is not a number
 * @returns {number[][]} of the same size
 */
export function filled(rows) {
  const highest = Math.max(...rows.flat().map(Number));
  return rows.map((row) => row.map((loss) => loss ?? highest));
}

/**
 * The band between two contour lines that contains a loss. The bands are narrow at the bottom, where a valley is flat.
 * @param {number} loss the height
 * @param {{bottom: number, start: number, bands: number}} valley its lowest loss, the loss at the start, and the number
 *     of bands
 * @returns {number} 0 at the bottom, at most bands - 1
 */
export function bandOf(loss, { bottom, start, bands }) {
  const share = (loss - bottom) / (CAP * Math.max(start - bottom, Number.MIN_VALUE));
  return Math.min(bands - 1, Math.floor(bands * Math.sqrt(Math.min(1, Math.max(0, share)))));
}

/**
 * The points up to a moment of the animation.
 * @param {[number, number][]} points all points
 * @param {number} done the number of finished steps; a fraction lies between two points
 * @returns {[number, number][]} the first points, and the end of the unfinished step
 */
export function pointsUntil(points, done) {
  const whole = Math.min(Math.floor(done), points.length - 1);
  const share = done - whole;
  const next = points[whole + 1];
  if (!next || share <= 0) return points.slice(0, whole + 1);
  const [x, y] = points[whole];
  return [...points.slice(0, whole + 1), [x + share * (next[0] - x), y + share * (next[1] - y)]];
}
