// The maps of a convolution: as sheets behind each other, and all of them as small pictures.

/** @import { Box, Place } from "./geometry.js" */
/** @import { Palette } from "../shared/network_palette.js" */

/** @typedef {{maps: Uint8Array[], height: number, width: number}} Maps the pixels of each, row by row */

/**
 * All maps of a layer, in cells of one size.
 * @typedef {object} MapGrid
 * @property {string} id of the layer
 * @property {number} x
 * @property {number} y
 * @property {number} pitch from a cell to the next
 * @property {number} columns
 */

const GAP = 2; // pixels between two cells

/**
 * Maps side by side on a canvas, which the browser enlarges more quickly than it paints each pixel.
 * @param {Maps} content
 * @returns {?HTMLCanvasElement} null without maps
 */
export function atlasOf({ maps, height, width }) {
  if (!maps.length) return null;
  const canvas = Object.assign(document.createElement("canvas"), { width: width * maps.length, height });
  const image = new ImageData(canvas.width, height);
  maps.forEach((map, number) => map.forEach((value, index) => {
    const at = 4 * (Math.floor(index / width) * canvas.width + number * width + (index % width));
    image.data.fill(value, at, at + 3);
    image.data[at + 3] = 255;
  }));
  /** @type {CanvasRenderingContext2D} */ (canvas.getContext("2d")).putImageData(image, 0, 0);
  return canvas;
}

/**
 * Draw a map of an atlas.
 * @param {CanvasRenderingContext2D} context
 * @param {HTMLCanvasElement} atlas
 * @param {number} number of the map
 * @param {{width: number, height: number, box: Box}} size of the map in pixels, and where it is drawn
 */
function paintMap(context, atlas, number, { width, height, box }) {
  context.imageSmoothingEnabled = false;
  context.drawImage(atlas, number * width, 0, width, height, box.x, box.y, box.width, box.height);
}

/**
 * Draw the sheets of a convolution, with a map on each of the front sheets.
 * @param {CanvasRenderingContext2D} context
 * @param {Place} place
 * @param {Maps} content the map in front first
 * @param {Palette} palette
 */
export function paintSheets(context, place, content, palette) {
  const atlas = atlasOf(content);
  place.sheets.forEach((sheet, index) => {
    const number = place.sheets.length - 1 - index;
    context.fillStyle = palette.screen;
    context.strokeStyle = palette.edge;
    context.lineWidth = 0.8;
    context.beginPath();
    context.roundRect(sheet.x, sheet.y, sheet.width, sheet.height, 3);
    context.fill();
    if (atlas && content.maps[number]) paintMap(context, atlas, number, { ...content, box: sheet });
    context.stroke();
  });
}

/**
 * Draw all maps of a layer as small pictures, with a frame around the map in front.
 * @param {CanvasRenderingContext2D} context
 * @param {MapGrid} grid
 * @param {Maps} content
 * @param {{front: number, palette: Palette}} look the index of the map in front
 */
export function paintGrid(context, grid, content, { front, palette }) {
  const atlas = atlasOf(content);
  if (!atlas) return;
  content.maps.forEach((_, number) => paintMap(context, atlas, number, { ...content, box: cellBox(grid, number) }));
  const { x, y, width, height } = cellBox(grid, front);
  context.strokeStyle = palette.window;
  context.lineWidth = 2.5;
  context.strokeRect(x - 0.5, y - 0.5, width + 1, height + 1);
}

/**
 * @param {MapGrid} grid
 * @param {number} number of the map
 * @returns {Box} where it is drawn
 */
function cellBox({ x, y, pitch, columns }, number) {
  const side = pitch - GAP;
  return { x: x + (number % columns) * pitch, y: y + Math.floor(number / columns) * pitch, width: side, height: side };
}

/**
 * The map under a point of a grid.
 * @param {MapGrid} grid
 * @param {number} count of maps
 * @param {{x: number, y: number}} point from the grid's corner
 * @returns {number} its index; -1 for none
 */
export function mapUnder({ pitch, columns }, count, { x, y }) {
  const [column, row] = [Math.floor(x / pitch), Math.floor(y / pitch)];
  const number = row * columns + column;
  return column < 0 || column >= columns || row < 0 || number >= count ? -1 : number;
}
