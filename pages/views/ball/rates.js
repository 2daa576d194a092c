import { part, setText } from "../../components/shared/dom.js";

const TONES = ["jumps-out", "arrives", "crawls"];

/**
 * @typedef {object} Stop
 * The movement of the ball at a stop of the slider. See Stop in core/teaching/shows/ball.py.
 * @property {number} rate
 * @property {string} text
 * @property {string} first the length of the first step
 * @property {number[]} positions
 * @property {boolean} hasLeft
 * @property {string[]} goals
 * @property {string} title
 * @property {string} short
 */

/**
 * @typedef {object} Data
 * The data from Python; see the function draw in ball.py.
 * @property {number[]} positions
 * @property {number[]} losses
 * @property {Stop[]} stops
 * @property {string} factor the length of the first step as a multiple of plain gradient descent's step; "" for the same
 *     length
 * @property {string} slope the steepness of the loss at the start
 * @property {string} optimizer
 * @property {boolean} trains whether the network is trained at the rates that reach a goal
 * @property {{name: string, words: string}[]} goals
 * @property {Record<string, number>} reached
 * @property {Record<string, number[]>} runs the loss of each batch, by the goal that the rate reached
 * @property {number} steps of each run
 * @property {boolean} isTraining whether a run trains
 */

/**
 * The position of a rate on the slider.
 * @param {{rate: number}[]} stops the smallest rate first
 * @param {number} rate any rate
 * @returns {number} from 0 to 1
 */
export function shareOf(stops, rate) {
  const index = stops.findIndex((stop) => stop.rate >= rate);
  return index < 0 ? 1 : index / Math.max(stops.length - 1, 1);
}

/**
 * The stops at powers of ten.
 * @template {{rate: number}} Kind
 * @param {Kind[]} stops of the slider
 * @returns {Kind[]} some of them
 */
export function decades(stops) {
  return stops.filter(({ rate }) => Math.abs(Math.log10(rate) - Math.round(Math.log10(rate))) < 1e-9);
}

/**
 * The stop at which the slider begins: the smallest rate that reaches no goal of the scene, so that each goal is found by a
 * move and ticked when the words name it.
 * @param {Pick<Data, "stops" | "goals">} data
 * @returns {number} the index of the stop
 */
export function firstStop({ stops, goals }) {
  return Math.max(0, stops.findIndex((stop) => !goals.some(({ name }) => stop.goals.includes(name))));
}

/**
 * The goal that gives a stop its colour.
 * @param {{goals: string[]}} stop
 * @returns {string} "" for none
 */
export function toneOf({ goals }) {
  return TONES.find((name) => goals.includes(name)) ?? "";
}

/**
 * Write the learning rate, and the movement of the ball with this rate.
 * @param {HTMLElement} root of the component
 * @param {HTMLInputElement} slider of the learning rate
 * @param {Data} data of the component
 * @param {number} index of the stop
 */
export function updateWords(root, slider, { stops, factor, slope, optimizer }, index) {
  const { text, first, title, short } = stops[index];
  setText(part(root, ".verdict"), title);
  setText(part(root, ".rate"), text);
  setText(part(root, ".short"), short);
  setText(part(root, ".sum"), `First step: ${text} × slope ${slope}${factor ? ` × ${factor}` : ""} = ${first}`);
  setText(part(root, ".factor"), factor ? `${optimizer} makes this step ${factor} times as long.` : "");
  slider.setAttribute("aria-valuetext", `${text}: ${title}`);
  slider.style.setProperty("--share", `${(100 * index) / Math.max(stops.length - 1, 1)}%`);
}
