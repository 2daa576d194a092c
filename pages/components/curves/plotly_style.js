// The style of the charts in Plotly. A colour has the same meaning on every page, and each curve also has a dash or a
// marker.

/** @import { Chart, ThemeColours } from "./view" */
import { metricWords } from "../shared/text_format.js";
import { sideOf } from "./limits.js";
import { epochLines } from "./lines.js";

// The roles of colours, as in pages/shell/tokens.css, which Plotly cannot read.
const PALETTES = {
  light: {
    training: "#0072B2", trainingText: "#0072B2", pale: "rgba(0,114,178,0.45)", validation: "#B36B00", validationText: "#9A5B00",
    wrong: "#D55E00", rule: "#DDE2E7", card: "#FFFFFF",
    runs: ["#6B4FA0", "#0B7A75", "#A23B72", "#5B6B2E", "#7A4A1E", "#4A5568", "#A12A32", "#3338A0"],
  },
  dark: {
    training: "#4BA6E0", trainingText: "#4BA6E0", pale: "rgba(75,166,224,0.45)", validation: "#F0B040", validationText: "#F0B040",
    wrong: "#F47B33", rule: "#2A3542", card: "#131A22",
    runs: ["#B59CEB", "#4FC7C0", "#EE8FBF", "#B5C67A", "#D8A878", "#AAB6C4", "#FF9C9C", "#A5B0FF"],
  },
};
const AXIS_LETTERS = 12.5; // pixels
export const STRIP = { height: 20, gap: 3 }; // pixels: the hatched strip of chance beyond an axis
const WIDE = 24; // letters: the width of a chart with room for large names with leaders
const ROOM = { wide: 9.4, narrow: 8.2, values: 3.2 }; // letters: for names with values at the line ends, and for values alone
const LEAST_PLOT = 150; // pixels between the axis and the names; with fewer pixels, only values are shown
const LEFT = 2.6; // letters: the room for the numbers of the y axis
const MOST_TICKS = 8;
const TICK = 3; // letters: the room that a tick takes
const NEARLY_ZERO = 1e-6; // the start of a line that reaches the left end of a logarithmic axis
const USUAL_LETTERS = 16; // pixels; on the stage they are larger
const LETTER = 0.56; // the average width of a letter, as a share of its size

// The curves in the order of drawing, so that the most important curves lie on top.
const CURVES = ["guess", "ghostTraining", "ghostValidation", "running", "batch", "smooth", "training", "sample", "validation", "broken"];
const MORE_CURVES = ["value", "smooth"];
export const FIXED = new Set(["guess", "ghostTraining", "ghostValidation"]); // curves that no event changes
/** @type {Object<string, string[]>} */
const GROUPS = {
  training: ["running", "batch", "smooth", "training"], validation: ["sample", "validation"],
  ghost: ["ghostTraining", "ghostValidation"], guess: ["guess"],
};

/**
 * The curves of a chart, in the order of its traces.
 * @param {boolean} isMore whether the chart is a further chart
 * @returns {string[]} their names
 */
export function curvesOf(isMore) {
  return isMore ? MORE_CURVES : CURVES;
}

/**
 * The visibility and the style of all traces of a chart.
 * @param {string} name the chart's quantity
 * @param {boolean} isMore whether it is one of the further charts
 * @param {{hidden: Set<string>, smooth: boolean, batch: boolean}} wanted the hidden groups, whether lines are smoothed,
 *     and whether the loss of batches is drawn in place of the running mean
 * @returns {Object<string, any>} an update of all traces for Plotly.restyle
 */
export function visibleUpdate(name, isMore, { hidden, smooth, batch }) {
  const isSmoothed = smooth && name !== "learning_rate"; // the rate is set, not measured, and so has no noise
  if (isMore) {
    return { visible: [true, isSmoothed], "line.width": [isSmoothed ? 1.5 : 2, 3] };
  }
  const isBatch = batch && name === "loss";
  const off = new Set(Object.entries(GROUPS).flatMap(([group, curves]) => (hidden.has(group) ? curves : [])));
  for (const curve of isBatch ? ["running"] : ["batch", "smooth"]) off.add(curve);
  if (!smooth) off.add("smooth");
  return { visible: CURVES.map((curve) => !off.has(curve)) };
}

export const line = (/** @type {string} */ color, /** @type {number} */ width, dash = "solid") => ({ mode: "lines", line: { color, width, dash } });
const dots = (/** @type {string} */ color, /** @type {number} */ size, /** @type {string} */ edge) => ({ color, size, line: { color: edge, width: 1.5 } });
/** @param {ThemeColours} colours @returns {Object<string, any>} */
const looksIn = (colours) => ({
  guess: { ...line(colours.quiet, 1.5, "3px,4px"), hoverinfo: "skip" },
  ghostTraining: { ...line(colours.run, 2, "3px,3px"), name: "other run, training" },
  ghostValidation: { ...line(colours.run, 2, "3px,3px"), name: "other run" },
  running: { ...line(colours.pale, 2), name: "training, running mean" },
  batch: { ...line(colours.pale, 1.5), name: "training, mean of some batches" },
  smooth: { ...line(colours.training, 2), name: "training, smoothed" },
  training: { mode: "lines", line: { color: colours.training, width: 3, dash: "solid", shape: "vh" }, name: "training, mean of the epoch" },
  sample: {
    mode: "markers", name: "validation, on a sample",
    marker: { color: colours.validation, size: 6, symbol: "circle-open", line: { width: 1.5 } },
  },
  validation: { ...line(colours.validation, 3), mode: "lines+markers", name: "validation", marker: dots(colours.validation, 10, colours.card) },
  broken: {
    mode: "markers", name: "not a number", marker: { color: colours.wrong, size: 12, symbol: "x" },
    hovertemplate: "%{text}<br>epoch %{x:.2f}<extra></extra>",
  },
  value: { ...line(colours.pale, 1.5), name: "as measured" },
});

/**
 * All traces of a chart, without points.
 * @param {string} name the chart's quantity
 * @param {boolean} isMore whether it is one of the further charts
 * @param {ThemeColours} colours from themeColours
 * @returns {object[]} Plotly traces in the order of curvesOf
 */
export function emptyTraces(name, isMore, colours) {
  const looks = looksIn(colours);
  return curvesOf(isMore).map((curve) => {
    const look = looks[curve];
    for (const part of [look.line, look.marker]) thicken(part, colours.size / USUAL_LETTERS);
    if (isMore && curve === "smooth") look.name = "smoothed";
    if (name === "learning_rate") look.line.shape = "hv"; // the rate is constant within a step
    return {
      type: "scatter", x: [], y: [], showlegend: false, connectgaps: false, cliponaxis: false,
      hovertemplate: `%{fullData.name}<br>epoch %{x:.2f}<br>${metricWords(name)} %{y:.3~g}<extra></extra>`,
      ...look,
    };
  });
}

// On the stage, lines are thicker in proportion to the size of letters.
/** @param {any} part of a trace @param {number} factor */
function thicken(part, factor) {
  for (const measure of ["width", "size"]) if (part?.[measure]) part[measure] *= factor;
}

/**
 * The guessing line of a chart.
 * @param {number | null | undefined} height the value of a network that only guesses, null for no line
 * @param {number} epochs the length of the axis
 * @returns {{x: number[], y: number[], text: string[]}} data of one trace
 */
export function guessLine(height, epochs) {
  if (height === null || height === undefined) return { x: [], y: [], text: [] };
  return { x: [NEARLY_ZERO, epochs], y: [height, height], text: [] };
}

/**
 * A chart's layout.
 * @param {{width: number, height: number, isMore: boolean}} chart its size in pixels, and whether it is one of the further charts
 * @param {Object<string, any>} axes from axesUpdate
 * @param {ThemeColours} colours from themeColours
 * @returns {object} a Plotly layout
 */
export function layoutOf({ width, height, isMore }, axes, colours) {
  const axis = {
    gridcolor: colours.rule, linecolor: colours.rule, zerolinecolor: colours.rule, tickformat: ",~g",
    tickfont: { size: axisLetters(colours.size), color: colours.quiet },
  };
  const range = (/** @type {string} */ of) => axes[`${of}.range`];
  return {
    width, height, margin: { l: LEFT * colours.size, r: isMore ? 12 : endsStyle(width, colours).room, t: 8, b: 1.8 * colours.size },
    showlegend: false, hovermode: "closest", dragmode: "zoom", paper_bgcolor: "rgba(0,0,0,0)", plot_bgcolor: "rgba(0,0,0,0)",
    font: { size: colours.size, color: colours.text, family: colours.family },
    hoverlabel: { bgcolor: colours.card, bordercolor: colours.grid, font: { color: colours.text } },
    xaxis: { ...axis, showgrid: false, zeroline: false, type: axes["xaxis.type"], range: range("xaxis") },
    yaxis: {
      ...axis, automargin: true, nticks: 5, rangemode: "tozero", type: axes["yaxis.type"],
      ...(range("yaxis") ? { range: range("yaxis") } : { autorange: true }),
    },
  };
}

/**
 * The layout of names and values at the line ends of a chart. On the stage the legend has the names, and the lines the room.
 * @param {number} width of the chart, in pixels
 * @param {{size: number}} letters of the page, in pixels
 * @returns {{room: number, letter: number, lead: number, hasNames: boolean}} in pixels: the room at the right, the size of the
 *   letters, the length of the line to a name; and whether there is room for names
 */
export function endsStyle(width, { size }) {
  if (size > USUAL_LETTERS) return { room: ROOM.values * size + 12, letter: size, lead: 4, hasNames: false };
  if (width >= WIDE * size) return { room: ROOM.wide * size, letter: (15 / 16) * size, lead: 14, hasNames: true };
  const letter = axisLetters(size);
  const hasNames = width - LEFT * size - ROOM.narrow * letter >= LEAST_PLOT;
  return { room: (hasNames ? ROOM.narrow : ROOM.values) * letter + 12, letter, lead: 4, hasNames };
}

/** The size of the letters of an axis. On the stage, it is at least the size of a page's letters. @param {number} size */
export function axisLetters(size) {
  return size > USUAL_LETTERS ? USUAL_LETTERS : AXIS_LETTERS;
}

/**
 * The axes of a chart that nobody has zoomed.
 * @param {string} name the chart's quantity
 * @param {{epochs: number, first: number, range: ?number[], logX: boolean, logY: boolean}} view the length of the x
 *     axis, the position of the first point, the fixed range of the y axis (null to follow the data), and whether each axis
 *     is logarithmic
 * @returns {Object<string, any>} an update for Plotly.relayout
 */
export function axesUpdate(name, { epochs, first, range, logX, logY }) {
  const isLog = name === "learning_rate" || (logY && (name === "loss" || name === "gradient_norm"));
  return {
    "xaxis.type": logX ? "log" : "linear", "xaxis.range": logX ? [Math.log10(first), Math.log10(epochs)] : [0, epochs],
    "yaxis.type": isLog ? "log" : "linear", ...(range ? { "yaxis.range": [...range] } : { "yaxis.autorange": true }),
  };
}

/**
 * The ticks of a chart, the name of its first step, the room for the strip of chance, and the flags of changes by hand.
 * @param {Chart} chart in its current state
 * @param {{flags: {x: number, what: string, by: string}[], chance: ?number, firstMean: ?number}} shown flags and chance
 *     of a reading, and the mean of the first epoch if training is shown
 * @param {ThemeColours} colours from themeColours
 * @returns {object} an update for Plotly.relayout
 */
export function decorations({ element, isMore }, { flags, chance, firstMean }, colours) {
  const { xaxis, yaxis, width } = element.layout;
  const isLog = xaxis.type === "log";
  const range = isLog ? xaxis.range.map((/** @type {number} */ end) => 10 ** end) : xaxis.range;
  const upright = { type: "line", xref: "x", yref: "paper", y0: 0, y1: 1 };
  const poles = flags.map(({ x }) => ({ ...upright, x0: x, x1: x, line: { color: colours.text, width: 1 } }));
  const room = isMore ? 12 : endsStyle(width, colours).room;
  const labels = flagLabels(flags, { range, isLog, width: width - 48 - room }, colours);
  const side = isMore ? "" : sideOf(chance, yaxis.type === "log" ? yaxis.range.map((/** @type {number} */ end) => 10 ** end) : yaxis.range);
  const beyond = STRIP.height + STRIP.gap;
  return {
    shapes: poles,
    annotations: [...labels, ...(isLog || yaxis.type === "log" ? [] : firstStepLabel(element.layout, { mean: firstMean, chance }, (width - 48 - room) * (1 - 1 / range[1]), colours))],
    "margin.t": (flags.length > 0 ? colours.size + 12 : 8) + (side === "above" ? beyond : 0), "margin.r": room,
    "margin.b": 1.8 * colours.size + (side === "below" ? beyond : 0), "xaxis.ticklabelstandoff": side === "below" ? beyond : 0,
    "yaxis.dtick": logTicks(yaxis, 2), ...epochTicks(range, isLog, (width - room) / (TICK * colours.size)),
  };
}

// Right of the step: the steps of later epochs are better, and so leave this room free.
/**
 * @param {{height: number, yaxis: {range: number[]}}} layout of the chart
 * @param {{mean: ?number, chance: ?number}} levels the mean of the first epoch, and the level of guessing
 * @param {number} room for words, in pixels
 * @param {ThemeColours} colours from themeColours
 */
function firstStepLabel({ height, yaxis }, { mean, chance }, room, colours) {
  const words = "← mean of epoch 1";
  const size = axisLetters(colours.size);
  if (mean === null || words.length * size * LETTER > room) return [];
  const [low, high] = yaxis.range;
  const distanceToName = chance === null ? Infinity : (Math.abs(mean - chance) / (high - low)) * height;
  if (distanceToName < 2.6 * size) return []; // the level of guessing has its name there
  const font = { size, color: colours.trainingText };
  return [{ x: 1, y: mean, xref: "x", yref: "y", xanchor: "left", yanchor: "middle", xshift: 8, showarrow: false, text: words, font }];
}

/**
 * Ticks at the ends of epochs. The last visible tick names the unit.
 * @param {number[]} range
 * @param {boolean} isLog
 * @param {number} most the number of ticks with room
 */
function epochTicks(range, isLog, most) {
  const ends = epochLines(range, isLog);
  if (ends.length === 0) return { "xaxis.tickmode": "auto", "xaxis.dtick": null, "xaxis.nticks": 4 };
  const step = Math.ceil(ends.length / Math.max(1, Math.min(MOST_TICKS, Math.floor(most))));
  const tickvals = ends.filter((_, index) => (ends.length - 1 - index) % step === 0);
  const last = tickvals.length - 1;
  const ticktext = tickvals.map((epoch, index) => (index === last ? `epoch ${epoch.toLocaleString("en")}` : epoch.toLocaleString("en")));
  return { "xaxis.tickmode": "array", "xaxis.tickvals": tickvals, "xaxis.ticktext": ticktext };
}

/**
 * The gap at the last epoch: the value of training (the mean of the epoch) less that of validation.
 * @param {{x: number[], y: (?number)[]}} training
 * @param {{x: number[], y: (?number)[]}} validation
 * @returns {?number} null before two epochs
 */
export function gapBetween(training, validation) {
  const means = new Map(training.x.map((x, index) => [x, training.y[index]]));
  const ends = validation.x.map((x, index) => ({ x, seen: means.get(x), unseen: validation.y[index] }));
  const known = /** @type {{x: number, seen: number, unseen: number}[]} */ (
    ends.filter(({ seen, unseen }) => typeof seen === "number" && typeof unseen === "number")
  );
  if (known.length < 2) return null;
  const last = known[known.length - 1];
  return last.seen - last.unseen; // rounded only as text
}

/** @param {any} axis @param {number} decades */
// Without a dtick, Plotly writes all nine digits of a decade over each other. "D2" are 1, 2 and 5.
function logTicks({ type, range }, decades) {
  if (type !== "log") return null;
  const length = Math.abs(range[1] - range[0]);
  if (length > decades) return Math.ceil(length / (3 * decades));
  return length < 0.7 ? "D1" : "D2";
}

// If two labels would overlap, the earlier label is left out. Its pole stays, and the sentence below the charts has its
// text.
/**
 * @param {{x: number, what: string, by: string}[]} flags from a reading
 * @param {{range: number[], isLog: boolean, width: number}} axis its range in epochs, its scale, its width in pixels
 * @param {ThemeColours} colours from themeColours
 */
function flagLabels(flags, { range, isLog, width }, colours) {
  const scale = (/** @type {number} */ x) => (isLog ? Math.log10(Math.max(x, NEARLY_ZERO)) : x);
  const [from, to] = range.map(scale);
  /** @type {[number, number][]} */
  const taken = [];
  const labels = [];
  for (const { x, what, by } of [...flags].reverse()) {
    const pole = ((scale(x) - from) / (to - from)) * width;
    const length = what.length * colours.size * LETTER + 8;
    const isRight = pole > width / 2;
    const [start, end] = isRight ? [pole - length, pole] : [pole, pole + length];
    if (pole < 0 || pole > width || taken.some(([left, right]) => start < right && end > left)) continue;
    taken.push([start, end]);
    labels.push({
      x: scale(x), y: 1, xref: "x", yref: "paper", xanchor: isRight ? "right" : "left", yanchor: "bottom", showarrow: false,
      text: what.replaceAll("<", "&lt;"), hovertext: `${what}, by the ${by}`, borderpad: 2,
      font: { size: colours.size, color: colours.text },
    });
  }
  return labels;
}

/**
 * The colours of a layout alone, so that zoom and pan stay.
 * @param {ThemeColours} colours from themeColours
 * @returns {Object<string, any>} an update for Plotly.relayout
 */
export function colourUpdate(colours) {
  /** @type {Object<string, any>} */
  const update = {
    "font.color": colours.text, ...lettersUpdate(colours), "hoverlabel.bgcolor": colours.card,
    "hoverlabel.bordercolor": colours.grid, "hoverlabel.font.color": colours.text,
  };
  for (const axis of ["xaxis", "yaxis"]) {
    update[`${axis}.tickfont.color`] = colours.quiet;
    for (const part of ["gridcolor", "linecolor", "zerolinecolor"]) update[`${axis}.${part}`] = colours.rule;
  }
  return update;
}

/**
 * The size of a layout's letters alone.
 * @param {{size: number}} colours from themeColours
 * @returns {Object<string, any>} an update for Plotly.relayout
 */
export function lettersUpdate({ size }) {
  return { "font.size": size, "xaxis.tickfont.size": axisLetters(size), "yaxis.tickfont.size": axisLetters(size) };
}

/**
 * The colours of the lines, which follow the theme.
 * @param {boolean} isMore whether the chart is one of the further charts
 * @param {ThemeColours} colours from themeColours
 * @returns {object} an update for Plotly.restyle
 */
export function lineColourUpdate(isMore, colours) {
  const looks = curvesOf(isMore).map((curve) => looksIn(colours)[curve]);
  return {
    "line.color": looks.map((look) => look.line?.color), "marker.color": looks.map((look) => look.marker?.color),
    "marker.line.color": looks.map((look) => look.marker?.line?.color),
  };
}

/**
 * The theme's colours and letter size in the element of the charts.
 * @param {Element} element inside the component
 * @param {number} run the number of the colour of the run for comparison, from 1
 * @returns {ThemeColours} which change with the theme
 */
export function themeColours(element, run = 1) {
  const style = getComputedStyle(element);
  const value = (/** @type {string} */ name) => style.getPropertyValue(`--st-${name}`).trim();
  const { runs, ...palette } = PALETTES[style.colorScheme === "dark" ? "dark" : "light"];
  return {
    ...palette, run: runs[(run - 1) % runs.length],
    text: value("text-color"), quiet: value("gray-text-color") || value("text-color"), grid: value("border-color"),
    family: value("font") || "sans-serif", size: Math.max(USUAL_LETTERS, parseFloat(style.fontSize) || 0),
  };
}
