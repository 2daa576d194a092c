/** @import { NetworkEvent, NetworkLinks } from "../../components/shared/run_events.js" */

const LINK_BYTES = 3;
const ZERO = 128; // the byte of a link that carries nothing
const FURTHEST = 127;

/** @typedef {Omit<NetworkEvent, "kind" | "at" | "step" | "epoch">} NetworkState what one image makes of a network */

/**
 * One link of the drawing.
 * @typedef {object} Link
 * @property {number} from where it begins: the pixel, the unit or the map
 * @property {number} to the unit where it ends
 * @property {number} amount what it carries, from -1 (against) to 1 (for)
 */

/**
 * Numbers from 0 to 255 that an event holds as text.
 * @param {string} text base64
 * @returns {Uint8Array} the bytes
 */
export function bytesOf(text) {
  return Uint8Array.from(atob(text), (sign) => sign.charCodeAt(0));
}

/**
 * The links between two columns, the weakest first, so that the strongest are drawn over the others.
 * @param {NetworkLinks} links as an event holds them
 * @returns {Link[]} the links
 */
export function linksOf({ each, ends }) {
  const bytes = bytesOf(ends);
  const links = [];
  for (let index = 0; LINK_BYTES * index < bytes.length; index += 1) {
    const [high, low, amount] = bytes.subarray(LINK_BYTES * index);
    links.push({ from: 256 * high + low, to: Math.floor(index / each), amount: (amount - ZERO) / FURTHEST });
  }
  return links.sort((one, other) => Math.abs(one.amount) - Math.abs(other.amount));
}
