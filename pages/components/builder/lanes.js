// Which way each wire takes. Knows nothing of the page.

/** @import { Layer, Row } from "./view" */

/**
 * @typedef {object} Edge
 * @property {number} from index of the row that gives
 * @property {number} to index of the row that takes
 * @property {number} order of the input, for a layer that takes several
 * @property {boolean} isPlain whether it goes from a row to the next: a short arrow
 * @property {string} source id of the layer that gives
 */

/**
 * The wires between rows.
 * @param {Row[]} rows from rowsOf
 * @param {Layer[]} layers of the network
 * @returns {Edge[]} without those inside of a folded block, and without wrong ones, which the layer itself reports
 */
export function edgesOf(rows, layers) {
  const rowOf = new Map(rows.flatMap((row, index) => row.ids.map((id) => [id, index])));
  const above = (/** @type {number} */ index) => {
    let before = index - 1;
    while (rows[before]?.kind === "head") before -= 1;
    return before;
  };
  return layers.flatMap(({ id, inputs }) => {
    const to = rowOf.get(id) ?? 0;
    return inputs.flatMap((source, order) => {
      const from = rowOf.get(source);
      return from === undefined || from >= to ? [] : [{ from, to, order, isPlain: from === above(to), source }];
    });
  });
}

/**
 * A lane at the side for each wire that is no short arrow; the shortest wires lie next to the rows.
 * @param {Edge[]} edges from edgesOf
 * @returns {Map<Edge, number>} lanes from 0; wires of one source may share theirs
 */
export function lanesOf(edges) {
  /** @type {Map<Edge, number>} */
  const lanes = new Map();
  const long = edges.filter(({ isPlain }) => !isPlain).sort((a, b) => a.to - a.from - (b.to - b.from));
  for (const edge of long) {
    let lane = 0;
    const isTaken = (/** @type {[Edge, number]} */ [other, taken]) =>
      taken === lane && other.source !== edge.source && edge.from < other.to && other.from < edge.to;
    while ([...lanes].some(isTaken)) lane += 1;
    lanes.set(edge, lane);
  }
  return lanes;
}
