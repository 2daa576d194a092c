// A small network on points: its weights, and the outputs of its units over the plane, as plain numbers without a page.

export const REACH = 6; // the plane reaches from -6 to 6 in both directions

/** @typedef {{inputs: number, units: number, kernel: Float32Array, bias: Float32Array}} Layer of weights */
/** @typedef {"linear" | "relu" | "tanh"} Activation */

/** @param {import("./border.js").Net} first @param {import("./border.js").Net} second */
export function isSame(first, second) {
  return JSON.stringify(Object.entries(first).sort()) === JSON.stringify(Object.entries(second).sort());
}

/**
 * Python's answer about the network on the screen. After a change, an answer about an older network may still arrive.
 * @template Answer
 * @param {import("./border.js").Net} net on the screen
 * @param {{net: import("./border.js").Net, answers: Answer[]}} data what Python passes
 * @returns {?Answer} null if there is none yet
 */
export function answerFor(net, data) {
  return (isSame(net, data.net) && data.answers[0]) || null;
}

/** @type {Record<Activation, (sum: number) => number>} */
const ACTIVATIONS = { linear: (sum) => sum, relu: (sum) => Math.max(0, sum), tanh: Math.tanh };

/**
 * The layers after each kept epoch.
 * @param {string} packed float32 in base 64, one epoch after the other; kernel and bias of each layer in turns
 * @param {number[]} units of the hidden layers
 * @returns {Layer[][]} the layers after each kept epoch
 */
export function unpack(packed, units) {
  const bytes = Uint8Array.from(atob(packed), (sign) => sign.charCodeAt(0));
  const values = new Float32Array(bytes.buffer);
  const sizes = [2, ...units, 1];
  const layersByEpoch = [];
  for (let at = 0; at < values.length; ) {
    /** @type {Layer[]} */
    const layers = [];
    for (let index = 1; index < sizes.length; index += 1) {
      const [inputs, count] = [sizes[index - 1], sizes[index]];
      const kernel = values.subarray(at, at + inputs * count);
      layers.push({ inputs, units: count, kernel, bias: values.subarray(at + inputs * count, at + (inputs + 1) * count) });
      at += (inputs + 1) * count;
    }
    layersByEpoch.push(layers);
  }
  return layersByEpoch;
}

/** The probability of class 1 for a sum. @param {number} sum */
export function sigmoid(sum) {
  return 1 / (1 + Math.exp(-sum));
}

/**
 * The output of each unit at the middle of each cell of a grid over the plane, row by row from the top.
 * @param {Layer[]} layers
 * @param {Activation} activation of the hidden layers
 * @param {number} side cells along a side
 * @returns {Float32Array[][]} for each layer and unit; for the last layer, the sum before the sigmoid
 */
export function unitMaps(layers, activation, side) {
  let given = [gridOf(side, (x) => x), gridOf(side, (_, y) => y)];
  return layers.map((layer, index) => {
    const isLast = index === layers.length - 1;
    const activate = isLast ? ACTIVATIONS.linear : ACTIVATIONS[activation];
    given = Array.from({ length: layer.units }, (_, unit) => mapOf(layer, unit, given, activate));
    return given;
  });
}

/**
 * The sums of a layer's units before the activation. A unit's line is where its sum is 0, since the output of relu is 0 on a
 * whole side.
 * @param {Layer[]} layers
 * @param {Activation} activation of the hidden layers
 * @param {number} side cells along a side
 * @param {number} layer its index
 * @returns {Float32Array[]} for each unit
 */
export function unitSums(layers, activation, side, layer) {
  return unitMaps(layers.slice(0, layer + 1), activation, side)[layer];
}

/** @param {Layer} layer @param {number} unit @param {Float32Array[]} given @param {(sum: number) => number} activate */
function mapOf({ inputs, units, kernel, bias }, unit, given, activate) {
  const map = new Float32Array(given[0].length).fill(bias[unit]);
  for (let input = 0; input < inputs; input += 1) {
    const [weight, values] = [kernel[input * units + unit], given[input]];
    for (let cell = 0; cell < map.length; cell += 1) map[cell] += weight * values[cell];
  }
  return map.map(activate);
}

/**
 * A function over the plane as a grid.
 * @param {number} side cells along a side
 * @param {(x: number, y: number) => number} value
 */
export function gridOf(side, value) {
  const at = (/** @type {number} */ cell) => ((cell + 0.5) / side) * 2 * REACH - REACH;
  return Float32Array.from({ length: side * side }, (_, cell) => value(at(cell % side), -at(Math.floor(cell / side))));
}

/**
 * The lines along which a grid is 0, cell by cell (marching squares), in shares of the side.
 * @param {Float32Array} grid
 * @param {number} side
 * @returns {[number, number, number, number][]} pieces of line, from x and y to x and y
 */
export function zeroLines(grid, side) {
  /** @type {[number, number, number, number][]} */
  const lines = [];
  for (let row = 0; row < side - 1; row += 1) {
    for (let column = 0; column < side - 1; column += 1) {
      const first = row * side + column;
      const values = [grid[first], grid[first + 1], grid[first + side + 1], grid[first + side]];
      const crossings = crossingsOf(values).map(([x, y]) => [(column + x + 0.5) / side, (row + y + 0.5) / side]);
      for (let index = 0; index + 1 < crossings.length; index += 2) {
        const [[x1, y1], [x2, y2]] = [crossings[index], crossings[index + 1]];
        lines.push([x1, y1, x2, y2]);
      }
    }
  }
  return lines;
}

const CORNERS = [[0, 0], [1, 0], [1, 1], [0, 1]];

/** The points at which the edges of a cell cross 0, by the values at its corners, clockwise. @param {number[]} values */
function crossingsOf(values) {
  return CORNERS.flatMap(([x, y], index) => {
    const next = (index + 1) % 4;
    const [from, to] = [values[index], values[next]];
    if (from > 0 === to > 0) return [];
    const share = from / (from - to);
    return [[x + share * (CORNERS[next][0] - x), y + share * (CORNERS[next][1] - y)]];
  });
}
