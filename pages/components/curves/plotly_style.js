// The look of the charts in Plotly. A colour means the same on every page; each curve also has a dash or a marker.

/** @import { ThemeColours } from "./view" */
import { metricWords } from "../shared/text_format.js";
import { epochLines } from "./lines.js";

const TRAINING = "#0072B2";
const TRAINING_PALE = "#5AA2CE"; // seen on white and on black
const VALIDATION = "#E69F00";
const WRONG = "#D55E00";
// The run before is pale, near the background of each theme.
const GHOSTS = {
  light: { training: "#A3B1BC", validation: "#C8BBA1" },
  dark: { training: "#586977", validation: "#776B55" },
};
const VALIDATION_DASH = "9px,5px";
const NEARLY_ZERO = 1e-6; // where a line begins that reaches the left end of a logarithmic axis
const USUAL_LETTERS = 16; // pixels; on the stage they are larger
const LETTER = 0.56; // of its size: how wide it is on average

// In the order of drawing: the most important curves lie on top.
const CURVES = ["guess", "ghostTraining", "ghostValidation", "running", "batch", "smooth", "training", "sample", "validation", "broken"];
const MORE_CURVES = ["value", "smooth"];
/** @type {Object<string, string[]>} */
const GROUPS = {
  training: ["running", "batch", "smooth", "training"], validation: ["sample", "validation"],
  ghost: ["ghostTraining", "ghostValidation"], guess: ["guess"],
};

/**
 * The curves of a chart, in the order of its traces.
 * @param {boolean} isMore whether it is one of the further charts
 * @returns {string[]} their names
 */
export function curvesOf(isMore) {
  return isMore ? MORE_CURVES : CURVES;
}

/**
 * Which traces of a chart are visible, and how they look.
 * @param {string} name the chart's quantity
 * @param {boolean} isMore whether it is one of the further charts
 * @param {{hidden: Set<string>, smooth: boolean, batch: boolean}} wanted the groups that are switched off, whether
 *   lines are smoothed, and whether the loss of batches is drawn in place of the running mean
 * @returns {Object<string, any>} an update of all traces for Plotly.restyle
 */
export function visibleUpdate(name, isMore, { hidden, smooth, batch }) {
  const isSmoothed = smooth && name !== "learning_rate"; // it is set, not measured, so there is no noise
  if (isMore) {
    const line = isSmoothed ? [TRAINING_PALE, 1.5] : [TRAINING, 2];
    return { visible: [true, isSmoothed], "line.color": [line[0], TRAINING], "line.width": [line[1], 3] };
  }
  const isBatch = batch && name === "loss";
  const off = new Set(Object.entries(GROUPS).flatMap(([group, curves]) => (hidden.has(group) ? curves : [])));
  for (const curve of isBatch ? ["running"] : ["batch", "smooth"]) off.add(curve);
  if (!smooth) off.add("smooth");
  const mode = (/** @type {string} */ curve) => (curve === "training" && isBatch ? "markers" : LOOKS[curve].mode);
  return { visible: CURVES.map((curve) => !off.has(curve)), mode: CURVES.map(mode) };
}

export const line = (/** @type {string} */ color, /** @type {number} */ width, dash = "solid") => ({ mode: "lines", line: { color, width, dash } });
/** @type {Object<string, any>} */
const LOOKS = {
  guess: { ...line("", 1.5, "3px,4px"), mode: "lines+markers+text", textposition: "top left", hoverinfo: "skip",
    marker: { size: 7, opacity: 0 }, // invisible: they lift the words off the line
  },
  ghostTraining: { ...line("", 2), name: "previous training" },
  ghostValidation: { ...line("", 2.5, VALIDATION_DASH), name: "previous validation" },
  running: { ...line(TRAINING_PALE, 1.5), name: "training, running mean" },
  batch: { ...line(TRAINING_PALE, 1.5), name: "training, mean of some batches" },
  smooth: { ...line(TRAINING, 3), name: "training, smoothed" },
  training: { ...line(TRAINING, 2.5), mode: "lines+markers", name: "training, whole epoch", marker: { color: TRAINING, size: 7 } },
  sample: {
    mode: "markers", name: "validation, on a sample",
    marker: { color: VALIDATION, size: 6, symbol: "circle-open", line: { width: 1.5 } },
  },
  validation: {
    ...line(VALIDATION, 3.5, VALIDATION_DASH), mode: "lines+markers", name: "validation", marker: { color: VALIDATION, size: 8 },
  },
  broken: {
    mode: "markers", name: "not a number", marker: { color: WRONG, size: 12, symbol: "x" },
    hovertemplate: "%{text}<br>epoch %{x:.2f}<extra></extra>",
  },
  value: { ...line(TRAINING_PALE, 1.5), name: "as measured" },
};

/**
 * All traces of a chart, with nothing in them.
 * @param {string} name the chart's quantity
 * @param {boolean} isMore whether it is one of the further charts
 * @param {ThemeColours} colours from themeColours
 * @returns {object[]} Plotly traces in the order of curvesOf
 */
export function emptyTraces(name, isMore, colours) {
  /** @type {Object<string, string>} */
  const themed = { guess: colours.quiet, ghostTraining: colours.ghost.training, ghostValidation: colours.ghost.validation };
  return curvesOf(isMore).map((curve) => {
    const look = structuredClone(LOOKS[curve]);
    if (curve in themed) look.line.color = themed[curve];
    for (const part of [look.line, look.marker]) thicken(part, colours.size / USUAL_LETTERS);
    if (isMore && curve === "smooth") look.name = "smoothed";
    // Guessing has the highest loss of all, so that words above its line would be cut; and the lowest accuracy.
    if (curve === "guess" && name === "loss") look.textposition = "bottom left";
    if (name === "learning_rate") look.line.shape = "hv"; // from one step to the next
    return {
      type: "scatter", x: [], y: [], showlegend: false, connectgaps: false, cliponaxis: false,
      hovertemplate: `%{fullData.name}<br>epoch %{x:.2f}<br>${metricWords(name)} %{y:.3~g}<extra></extra>`,
      ...look,
    };
  });
}

// In a hall lines are as bold as letters are large.
/** @param {any} part of a trace @param {number} factor */
function thicken(part, factor) {
  for (const measure of ["width", "size"]) if (part?.[measure]) part[measure] *= factor;
}

/**
 * The guessing line of a chart.
 * @param {number | null | undefined} height where guessing ends up, null for no line
 * @param {number} epochs the length of the axis
 * @returns {{x: number[], y: number[], text: string[]}} data of one trace
 */
export function guessLine(height, epochs) {
  if (height === null || height === undefined) return { x: [], y: [], text: [] };
  return { x: [NEARLY_ZERO, epochs], y: [height, height], text: ["", "guessing"] };
}

/**
 * A chart's layout.
 * @param {{width: number, height: number}} size of the chart, in pixels
 * @param {Object<string, any>} axes from axesUpdate
 * @param {ThemeColours} colours from themeColours
 * @returns {object} a Plotly layout
 */
export function layoutOf({ width, height }, axes, colours) {
  const axis = {
    gridcolor: colours.grid, linecolor: colours.grid, zerolinecolor: colours.grid, showline: true, automargin: true,
    tickformat: ",~g",
  };
  const title = { text: "epoch", standoff: 6, font: { size: colours.size } };
  const range = (/** @type {string} */ of) => axes[`${of}.range`];
  return {
    width, height, margin: { l: 48, r: 12, t: 8, b: 44 }, showlegend: false, hovermode: "closest", dragmode: "zoom",
    paper_bgcolor: "rgba(0,0,0,0)", plot_bgcolor: "rgba(0,0,0,0)",
    font: { size: colours.size, color: colours.text, family: colours.family },
    hoverlabel: { bgcolor: colours.background, bordercolor: colours.grid, font: { color: colours.text } },
    xaxis: { ...axis, nticks: 8, title, showgrid: false, zeroline: false, type: axes["xaxis.type"], range: range("xaxis") },
    yaxis: {
      ...axis, nticks: 7, rangemode: "tozero", type: axes["yaxis.type"],
      ...(range("yaxis") ? { range: range("yaxis") } : { autorange: true }),
    },
  };
}

/**
 * The axes of a chart that nobody has zoomed.
 * @param {string} name the chart's quantity
 * @param {{epochs: number, first: number, range: ?number[], logX: boolean, logY: boolean}} view the length of the x axis,
 *   where the first point lies, the fixed range of the y axis (null to follow the data), and which axes are logarithmic
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
 * The lines at the ends of epochs, and the flags of changes by hand.
 * @param {any} chart Plotly's, as it is drawn now
 * @param {{x: number, what: string, by: string}[]} flags from a reading
 * @param {ThemeColours} colours from themeColours
 * @returns {object} an update for Plotly.relayout
 */
export function decorations(chart, flags, colours) {
  const { xaxis, width } = chart.layout;
  const isLog = xaxis.type === "log";
  const range = isLog ? xaxis.range.map((/** @type {number} */ end) => 10 ** end) : xaxis.range;
  const upright = { type: "line", xref: "x", yref: "paper", y0: 0, y1: 1 };
  const ends = epochLines(range, isLog).map((x) => ({
    ...upright, x0: x, x1: x, layer: "below", line: { color: colours.grid, width: 1, dash: "2px,3px" },
  }));
  const poles = flags.map(({ x }) => ({ ...upright, x0: x, x1: x, line: { color: colours.text, width: 1 } }));
  const annotations = flagLabels(flags, { range, isLog, width: width - 60 }, colours);
  return {
    shapes: [...ends, ...poles], annotations, "margin.t": flags.length > 0 ? colours.size + 12 : 8,
    "xaxis.dtick": logTicks(xaxis, 3), "yaxis.dtick": logTicks(chart.layout.yaxis, 2),
  };
}

/** @param {any} axis @param {number} decades */
// Without a dtick, Plotly writes all nine digits of a decade over each other. "D2" are 1, 2 and 5.
function logTicks({ type, range }, decades) {
  if (type !== "log") return null;
  const length = Math.abs(range[1] - range[0]);
  if (length > decades) return Math.ceil(length / (3 * decades));
  return length < 0.7 ? "D1" : "D2";
}

// Where two labels would overlap, the earlier one is left out: its pole stays, and the sentence below the charts names it.
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
 * The colours of a layout only, so that zoom and pan stay.
 * @param {ThemeColours} colours from themeColours
 * @returns {Object<string, any>} an update for Plotly.relayout
 */
export function colourUpdate(colours) {
  /** @type {Object<string, any>} */
  const update = {
    "font.color": colours.text, ...lettersUpdate(colours), "hoverlabel.bgcolor": colours.background,
    "hoverlabel.bordercolor": colours.grid, "hoverlabel.font.color": colours.text,
  };
  for (const axis of ["xaxis", "yaxis"]) {
    for (const part of ["gridcolor", "linecolor", "zerolinecolor"]) update[`${axis}.${part}`] = colours.grid;
  }
  return update;
}

/**
 * The size of a layout's letters only.
 * @param {{size: number}} colours from themeColours
 * @returns {Object<string, any>} an update for Plotly.relayout
 */
export function lettersUpdate({ size }) {
  return { "font.size": size, "xaxis.title.font.size": size };
}

/**
 * The colours of the lines that follow the theme.
 * @param {ThemeColours} colours from themeColours
 * @returns {[object, number[]]} an update for Plotly.restyle and the traces it is for
 */
export function lineColourUpdate(colours) {
  const update = { "line.color": [colours.quiet, colours.ghost.training, colours.ghost.validation] };
  return [update, ["guess", "ghostTraining", "ghostValidation"].map((curve) => CURVES.indexOf(curve))];
}

/**
 * The theme's colours and letters where the charts stand.
 * @param {Element} element inside the component
 * @returns {ThemeColours} which change with the theme
 */
export function themeColours(element) {
  const style = getComputedStyle(element);
  const value = (/** @type {string} */ name) => style.getPropertyValue(`--st-${name}`).trim();
  return {
    text: value("text-color"), quiet: value("gray-text-color") || value("text-color"), grid: value("border-color"),
    background: value("background-color"), ghost: GHOSTS[style.colorScheme === "dark" ? "dark" : "light"],
    family: value("font") || "sans-serif", size: Math.max(USUAL_LETTERS, parseFloat(style.fontSize) || 0),
  };
}
