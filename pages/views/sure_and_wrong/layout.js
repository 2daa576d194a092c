const LARGEST = 38; // pixels of a tile
const SMALLEST = 14;
const GAP = 4;

/** @typedef {{column: number, isWrong: boolean, name: string, sure: string, loss: string}} Answer of the network to one image, at one epoch */
/** @typedef {{image: number, label: string, goals: string[], answers: Answer[]}} Tile an image that is wrong at some epoch */
/** @typedef {{width: number, above: number, below: number}} Room in pixels: of the field, above its axis and below it */

/**
 * The largest size of tiles at which the fullest column of wrong images fits below the axis at all epochs.
 * @param {Tile[]} tiles
 * @param {number} columns the number of columns
 * @param {Room} room
 * @returns {number} pixels
 */
export function tileSize(tiles, columns, { width, below }) {
  const epochs = tiles[0]?.answers.length ?? 0;
  const fullest = Math.max(1, ...Array.from({ length: epochs }, (_, epoch) => Math.max(...counts(tiles, columns, epoch))));
  for (let size = LARGEST; size > SMALLEST; size -= 2) {
    if (Math.ceil(fullest / perRow(width / columns, size)) * (size + GAP) <= below) return size;
  }
  return SMALLEST;
}

/** @param {Tile[]} tiles @param {number} columns @param {number} epoch */
function counts(tiles, columns, epoch) {
  const found = new Array(columns).fill(0);
  for (const { answers } of tiles) if (answers[epoch].isWrong) found[answers[epoch].column] += 1;
  return found;
}

/** @param {number} column its width @param {number} size of a tile */
function perRow(column, size) {
  return Math.max(1, Math.floor((column - GAP) / (size + GAP)));
}

/**
 * The position of each tile at an epoch. The tiles of right images are stacked above the axis, and the tiles of wrong images
 * below.
 * @param {Tile[]} tiles
 * @param {number} columns how many
 * @param {number} epoch
 * @param {Room} room
 * @param {number} size of a tile
 * @returns {[number, number][]} left and top of each tile, in pixels
 */
export function positions(tiles, columns, epoch, room, size) {
  const column = room.width / columns;
  const across = perRow(column, size);
  /** @type {Object<string, number>} */
  const used = {};
  return tiles.map(({ answers }) => {
    const { column: index, isWrong } = answers[epoch];
    const name = `${index} ${isWrong}`;
    const number = used[name] ?? 0;
    used[name] = number + 1;
    const row = Math.floor(number / across);
    const left = index * column + GAP + (number % across) * (size + GAP);
    return [left, isWrong ? room.above + GAP + row * (size + GAP) : room.above - (row + 1) * (size + GAP)];
  });
}
