// Names and values at the ends of the lines, and the strip of chance, as HTML over each chart: Plotly draws text more
// slowly.

/** @import { Chart, CurvesView, ThemeColours } from "./view" */
import { createElement, createSvg } from "../shared/dom.js";
import { sideOf } from "./limits.js";
import { STRIP, axisLetters, endsStyle } from "./plotly_style.js";

const APART = 1.5; // the least distance of two names, in letters

/** @typedef {{name: string, value: number, colour: string, kind: string}} End the end of a line */
/** @typedef {{left: number, top: number, width: number, height: number, y: (value: number) => number}} Plot the part within the axes */

/**
 * The heights of names that do not overlap, as near to the ends of their lines as possible.
 * @param {number[]} heights of the ends of the lines
 * @param {number} apart the least distance between two names
 * @param {[number, number]} room the lowest and the highest position of names
 * @returns {number[]} in the same order
 */
export function spreadApart(heights, apart, [from, to]) {
  /** @type {{members: number[], start: number}[]} */
  const groups = [];
  for (const index of heights.map((_, place) => place).sort((one, other) => heights[one] - heights[other])) {
    let group = groupOf([index]);
    for (let above = groups[groups.length - 1]; above && above.start + above.members.length * apart > group.start; above = groups[groups.length - 1]) {
      groups.pop();
      group = groupOf([...above.members, ...group.members]);
    }
    groups.push(group);
  }
  const places = [...heights];
  for (const { members, start } of groups) members.forEach((index, place) => (places[index] = start + place * apart));
  return places;

  /** @param {number[]} members */
  function groupOf(members) {
    const middle = members.reduce((sum, index, place) => sum + heights[index] - place * apart, 0) / members.length;
    return { members, start: Math.max(from, Math.min(middle, to - (members.length - 1) * apart)) };
  }
}

/**
 * The ends of the visible lines of a chart.
 * @param {CurvesView} view
 * @param {Chart} chart one of the first two
 * @param {Set<string>} hidden the hidden groups
 * @returns {End[]} the other run last
 */
export function endsOf({ data, reading, colours }, chart, hidden) {
  const { name, lines } = chart;
  const last = (/** @type {string} */ curve) => lines[curve]?.y.findLast((value) => value !== null);
  const ends = [
    { name: "training", kind: "training", value: reading.ends[name] ?? last("running") ?? last("batch"), colour: colours.trainingText },
    { name: "validation", kind: "validation", value: reading.ends[`val_${name}`] ?? last("sample"), colour: colours.validationText },
    { name: data.ghost_label, kind: "ghost", value: chart.ghostEnds[chart.ghostEnds.length - 1], colour: colours.run },
  ];
  return /** @type {End[]} */ (ends.filter(({ kind, value }) => typeof value === "number" && !hidden.has(kind)));
}

/**
 * Write the names and values at the ends of the lines, and draw the strip of chance.
 * @param {Chart} chart one of the first two
 * @param {End[]} ends from endsOf
 * @param {Plot} plot
 * @param {{chance: ?number, colours: ThemeColours}} style
 */
export function showEnds(chart, ends, plot, { chance, colours }) {
  const { yaxis, width } = chart.element.layout;
  const shown = ends.filter(({ value }) => yaxis.type !== "log" || value > 0);
  const within = (/** @type {number} */ value) => Math.min(Math.max(plot.y(value), plot.top), plot.top + plot.height);
  const { room, letter, lead, hasNames } = endsStyle(width, colours);
  const heights = shown.map(({ value }) => within(value));
  const places = spreadApart(heights, APART * letter, [plot.top + 4, plot.top + plot.height - 4]);
  const text = JSON.stringify([
    shown.map(({ name, value, colour }, index) => [name, figure(value), colour, Math.round(places[index]), Math.round(heights[index])]),
    plot.left, plot.width, plot.top, plot.height, chance, yaxis.range, width,
  ]);
  if (text === chart.endsText) return;
  chart.endsText = text;
  const right = plot.left + plot.width;
  const names = shown.map(({ name, value, colour }, index) => {
    const row = createElement("span", { className: "run-curves-end" }, createElement("span", { hidden: !hasNames }, name), createElement("b", {}, figure(value)));
    const style = { left: `${right + lead + 4}px`, top: `${places[index]}px`, width: `${room - lead - 8}px`, fontSize: `${letter}px`, color: colour };
    Object.assign(row.style, style);
    return row;
  });
  const leaders = createSvg("svg", { class: "run-curves-leaders", width, height: plot.top + plot.height + 40 }, ...shown.map(({ colour }, index) => leader(right + 2, heights[index], lead, places[index], colour)));
  chart.ends.replaceChildren(leaders, ...names, ...strip(plot, chance, yaxis, { right: hasNames ? right + 12 : plot.left + 6, letter: Math.max(14, axisLetters(colours.size)) }));
}

/** @param {number} x @param {number} from @param {number} length @param {number} to @param {string} colour */
function leader(x, from, length, to, colour) {
  const [half, end] = [x + length / 2, x + length];
  return createSvg("path", { d: `M${x} ${from}C${half} ${from} ${half} ${to} ${end} ${to}`, stroke: colour });
}

/**
 * @param {Plot} plot
 * @param {?number} chance
 * @param {{range: number[], type: string, autorange?: boolean}} axis
 * @param {{right: number, letter: number}} name the position of its name beyond the axis, and the size of its letters
 */
function strip(plot, chance, { range, type }, { right, letter }) {
  const limits = type === "log" ? range.map((end) => 10 ** end) : range;
  const side = sideOf(chance, limits);
  if (side === "" || chance === null) return [];
  const name = createElement("span", { className: "run-curves-chance-name" });
  name.style.fontSize = `${letter}px`;
  const words = `guessing ${Number(chance.toPrecision(2))}`;
  if (side === "within") {
    name.textContent = words;
    // At the right end, where most curves have left it.
    Object.assign(name.style, { left: `${plot.left + plot.width - 8}px`, translate: "-100% 0", top: `${plot.y(chance) + (chance < (limits[0] + limits[1]) / 2 ? -18 : 4)}px` });
    return [name];
  }
  const hatch = createElement("span", { className: "run-curves-chance" });
  const top = side === "below" ? plot.top + plot.height + STRIP.gap : plot.top - STRIP.gap - STRIP.height;
  Object.assign(hatch.style, { left: `${plot.left}px`, top: `${top}px`, width: `${plot.width}px`, height: `${STRIP.height}px` });
  name.textContent = `${words} ${side === "below" ? "↓" : "↑"}`;
  Object.assign(name.style, { left: `${right}px`, top: `${top + STRIP.height / 2 - 9}px` });
  return [hatch, name];
}

/** A value with four decimal places, as on Evaluate, or a large value with three digits. @param {number} value */
function figure(value) {
  return Math.abs(value) < 10 ? value.toFixed(4) : String(Number(value.toPrecision(3)));
}
