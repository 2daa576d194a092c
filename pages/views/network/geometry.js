// The positions of the parts of a network. The drawing goes from the image to the answers, to the right or, on a narrow
// screen, downwards. All lengths are in CSS pixels.

const NARROW = 640; // below this width, the network is drawn downwards
const UNIT_RADIUS = 5.6;
const MOST_UNIT_RADIUS = 9;
const UNIT_PITCH = 22; // between two lines of dots
const MOST_PITCH = 34; // between two dots of a line
const LINES = 4; // the lines of dots in a full column
const IMAGE_SHARE = 0.36; // the image's share of the width
const SHEET_STEP = 4.6; // pixels from a sheet to the one behind it
const SHEET_DEPTH = 74; // pixels from the first sheet to the last one
const SHEET_SLOPE = 0.33; // of that step along the drawing

/** @typedef {{id: string, kind: "dots" | "sheets" | "more" | "strip" | "card", count: number, drawn: number, title: string, note: string}} Column */
/** @typedef {{x: number, y: number}} Point */
/** @typedef {{x: number, y: number, width: number, height: number}} Box */

/**
 * A column as it is drawn.
 * @typedef {object} Place
 * @property {Column} column
 * @property {Point} centre
 * @property {number} reach the distance from its centre to its edge along the drawing
 * @property {Point[]} dots the centres of its dots, or the starts of the links of its sheets
 * @property {Point[]} [begins] the ends of links to a strip; the strip's `dots` are the starts of its own links
 * @property {number} radius of a dot
 * @property {Box[]} sheets from the back to the front; of a strip the strip itself
 */

/**
 * The whole drawing.
 * @typedef {object} Layout
 * @property {boolean} isDown whether it runs downwards
 * @property {Box} image
 * @property {Place[]} places of the columns between the image and the answers
 * @property {Point[]} answers the centres of the dots of the answers
 * @property {number} answerRadius
 * @property {string} [answersId] the id of the layer whose dots the answers are; "" for none; without it, the last column
 */

/**
 * Whether a drawing of this width runs downwards.
 * @param {number} width of the drawing
 */
export function runsDown(width) {
  return width < NARROW;
}

/**
 * The positions of the parts in a drawing to the right.
 * @param {{width: number, height: number}} size of the drawing
 * @param {{height: number, width: number}} image its pixels
 * @param {Column[]} columns between the image and the answers
 * @param {{count: number, width: number}} answers their number, and the width of their names and bars
 * @returns {Layout} the places
 */
export function layoutRight(size, image, columns, answers) {
  const side = fitted(image, Math.min(size.height, size.width * IMAGE_SHARE), size.height);
  const box = { x: 0, y: (size.height - side.height) / 2, ...side };
  const row = size.height / answers.count;
  const answerRadius = Math.min(9, row * 0.3);
  const x = size.width - answers.width - 20;
  const span = { from: side.width, to: x - answerRadius };
  const places = columns.map((column, index) => {
    const room = (span.to - span.from) / (columns.length + 1);
    const along = span.from + room * (columns.length === 1 ? 0.9 : index + 1);
    return placeOf(column, { along, across: size.height / 2 }, { along: room, across: size.height }, false);
  });
  const dots = Array.from({ length: answers.count }, (_, index) => ({ x, y: row * (index + 0.5) }));
  return { isDown: false, image: box, places, answers: dots, answerRadius };
}

/**
 * The positions of the parts in a drawing downwards.
 * @param {{width: number, height: number}} size of the drawing, without the names of the answers
 * @param {{height: number, width: number}} image its pixels
 * @param {Column[]} columns between the image and the answers
 * @param {{count: number}} answers their number
 * @returns {Layout} the places
 */
export function layoutDown(size, image, columns, answers) {
  const side = fitted(image, size.width * 0.6, size.height * 0.48);
  const box = { x: (size.width - side.width) / 2, y: 0, ...side };
  const cell = size.width / answers.count;
  const answerRadius = Math.min(6.5, cell * 0.3);
  const y = size.height - answerRadius - 2;
  const room = (y - side.height) / (columns.length + 1);
  const places = columns.map((column, index) => {
    const along = side.height + room * (index + 1);
    return placeOf(column, { along, across: size.width / 2 }, { along: room, across: size.width }, true);
  });
  const dots = Array.from({ length: answers.count }, (_, index) => ({ x: cell * (index + 0.5), y }));
  return { isDown: true, image: box, places, answers: dots, answerRadius };
}

/**
 * The number of lines for the dots of a column.
 * @param {number} count of dots
 */
export function linesOf(count) {
  if (count <= 16) return 1;
  return count <= 48 ? 2 : LINES;
}

/** @param {{height: number, width: number}} image @param {number} width @param {number} height the room */
function fitted(image, width, height) {
  const scale = Math.min(width / image.width, height / image.height);
  return { width: image.width * scale, height: image.height * scale };
}

/**
 * The positions of the parts of a column.
 * @param {Column} column
 * @param {{along: number, across: number}} centre of the column
 * @param {{along: number, across: number}} room of the column
 * @param {boolean} isDown
 * @returns {Place} the place
 */
export function placeOf(column, centre, room, isDown) {
  const turn = (/** @type {number} */ along, /** @type {number} */ across) => (isDown ? { x: across, y: along } : { x: along, y: across });
  const own = { column, centre: turn(centre.along, centre.across), dots: [], sheets: [], radius: 0, reach: 14 };
  if (column.kind === "dots") return { ...own, ...dotsOf(column.drawn, centre, room, turn) };
  return column.kind === "sheets" ? { ...own, ...sheetsOf(column.drawn, centre, room, turn) } : own;
}

/**
 * @param {number} count
 * @param {{along: number, across: number}} centre
 * @param {{along: number, across: number}} room
 * @param {(along: number, across: number) => Point} turn
 */
function dotsOf(count, centre, room, turn) {
  const lines = linesOf(count);
  const inLine = Math.ceil(count / lines);
  const pitch = Math.min(MOST_PITCH, room.across / (inLine + (lines > 1 ? 0.5 : 0)));
  const radius = Math.min(MOST_UNIT_RADIUS, Math.max(2, pitch * 0.42), inLine > 20 ? UNIT_RADIUS : MOST_UNIT_RADIUS);
  const apart = Math.min(UNIT_PITCH, Math.max(2 * radius, (room.along * 0.7) / lines), Math.max(2 * radius + 2, pitch * 1.8));
  const first = { along: centre.along - (apart * (lines - 1)) / 2, across: centre.across - (pitch * (inLine - 1 + (lines > 1 ? 0.5 : 0))) / 2 };
  const dots = Array.from({ length: count }, (_, unit) => {
    const line = unit % lines;
    return turn(first.along + apart * line, first.across + pitch * (Math.floor(unit / lines) + (line % 2) / 2));
  });
  return { dots, radius, reach: (apart * (lines - 1)) / 2 + radius };
}

/**
 * @param {number} count
 * @param {{along: number, across: number}} centre
 * @param {{along: number, across: number}} room
 * @param {(along: number, across: number) => Point} turn
 */
function sheetsOf(count, centre, room, turn) {
  const step = Math.min(SHEET_STEP, SHEET_DEPTH / count, room.along / count, (room.across * 0.3) / count);
  const side = Math.max(16, Math.min(room.along * 0.66, room.across * 0.52));
  const spread = { along: SHEET_SLOPE * step * (count - 1), across: step * (count - 1) };
  const sheets = Array.from({ length: count }, (_, index) => {
    const behind = 1 - index / Math.max(1, count - 1); // 1 at the back
    const { x, y } = turn(centre.along + spread.along * (behind - 0.5), centre.across - spread.across * (behind - 0.5));
    return { x: x - side / 2, y: y - side / 2, width: side, height: side };
  });
  const dots = Array.from({ length: count }, (_, index) => turn(centre.along + side / 2, centre.across - side / 2 + (side * (index + 0.5)) / count));
  return { sheets, dots, reach: (side + spread.along) / 2 };
}
