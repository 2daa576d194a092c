// What the two charts look like in Plotly. Colours mean one thing on every page; each also has a dash or a marker.

const TRAINING = "#0072B2";
const TRAINING_PALE = "#5AA2CE"; // seen on white and on black
const VALIDATION = "#E69F00";
const WRONG = "#D55E00";
// A run of the past stays behind the present one: near the background, whichever that is.
const GHOSTS = {
  light: { training: "#A3B1BC", validation: "#C8BBA1" },
  dark: { training: "#586977", validation: "#776B55" },
};
const VALIDATION_DASH = "9px,5px";

// The order is the order of drawing: what matters most lies on top.
const CURVES = ["guess", "ghostTraining", "ghostValidation", "running", "training", "sample", "validation", "broken"];
const GROUPS = {
  training: ["running", "training"], validation: ["sample", "validation"],
  ghost: ["ghostTraining", "ghostValidation"], guess: ["guess"],
};

/**
 * A curve's index among a chart's traces.
 * @param {string} curve running, training, sample, validation or broken
 * @returns {number} its place
 */
export function traceIndex(curve) {
  return CURVES.indexOf(curve);
}

/**
 * The traces that one entry of the legend stands for.
 * @param {string} group training, validation, ghost or guess
 * @returns {number[]} their places
 */
export function groupIndexes(group) {
  return GROUPS[group].map(traceIndex);
}

/**
 * All traces of a chart, with nothing in those that events will fill.
 * @param {string} name the chart's quantity
 * @param {object} colours from themeColours
 * @param {Set<string>} hidden the groups that are switched off
 * @returns {object[]} Plotly traces in the fixed order
 */
export function emptyTraces(name, colours, hidden) {
  const line = (color, width, dash) => ({ mode: "lines", line: { color, width, dash } });
  const looks = {
    guess: { ...line(colours.quiet, 1.5, "3px,4px"), mode: "lines+text", textposition: "top left", hoverinfo: "skip" },
    ghostTraining: { ...line(colours.ghost.training, 2, "solid"), name: "previous training" },
    ghostValidation: { ...line(colours.ghost.validation, 2.5, VALIDATION_DASH), name: "previous validation" },
    running: { ...line(TRAINING_PALE, 1.5, "solid"), name: "training, running mean" },
    training: { ...line(TRAINING, 2.5, "solid"), mode: "lines+markers", marker: { color: TRAINING, size: 7 } },
    sample: {
      mode: "markers", name: "validation, on a sample",
      marker: { color: VALIDATION, size: 6, symbol: "circle-open", line: { width: 1.5 } },
    },
    validation: {
      ...line(VALIDATION, 3.5, VALIDATION_DASH), mode: "lines+markers", marker: { color: VALIDATION, size: 8 },
    },
    broken: { mode: "markers", name: "not a number", marker: { color: WRONG, size: 12, symbol: "x" } },
  };
  return CURVES.map((curve) => ({
    type: "scatter", name: curve, x: [], y: [], showlegend: false, connectgaps: false, cliponaxis: false,
    visible: !Object.entries(GROUPS).some(([group, curves]) => hidden.has(group) && curves.includes(curve)),
    hovertemplate: `%{fullData.name}<br>epoch %{x:.2f}<br>${spoken(name)} %{y:.3~g}<extra></extra>`,
    ...looks[curve],
  }));
}

/**
 * The guessing line of a chart.
 * @param {?number} height where guessing ends up, null for no line
 * @param {number} epochs the length of the axis
 * @returns {{x: number[], y: number[], text: string[]}} data of one trace
 */
export function guessLine(height, epochs) {
  if (height === null || height === undefined) return { x: [], y: [], text: [] };
  return { x: [0, epochs], y: [height, height], text: ["", "guessing"] };
}

/**
 * A chart's layout.
 * @param {object} chart
 * @param {number} chart.epochs the length of the x axis
 * @param {?number[]} chart.range fixed range of the y axis, null to follow the data
 * @param {number} chart.width in pixels
 * @param {number} chart.height in pixels
 * @param {object} colours from themeColours
 * @returns {object} a Plotly layout
 */
export function layoutOf({ epochs, range, width, height }, colours) {
  const axis = {
    gridcolor: colours.grid, linecolor: colours.grid, zerolinecolor: colours.grid, showline: true, automargin: true,
  };
  const title = { text: "epoch", standoff: 6, font: { size: colours.size } };
  return {
    width, height, margin: { l: 48, r: 12, t: 8, b: 44 }, showlegend: false, hovermode: "closest", dragmode: "zoom",
    paper_bgcolor: "rgba(0,0,0,0)", plot_bgcolor: "rgba(0,0,0,0)",
    font: { size: colours.size, color: colours.text, family: colours.family },
    hoverlabel: { bgcolor: colours.background, bordercolor: colours.grid, font: { color: colours.text } },
    xaxis: { ...axis, range: [0, epochs], nticks: 8, title },
    yaxis: range ? { ...axis, range } : { ...axis, autorange: true, rangemode: "tozero", nticks: 7 },
  };
}

/**
 * Only the colours of a layout, so that zoom and pan stay.
 * @param {object} colours from themeColours
 * @returns {object} an update for Plotly.relayout
 */
export function colourUpdate(colours) {
  const update = {
    "font.color": colours.text, "font.size": colours.size, "hoverlabel.bgcolor": colours.background,
    "hoverlabel.bordercolor": colours.grid, "hoverlabel.font.color": colours.text,
  };
  for (const axis of ["xaxis", "yaxis"]) {
    for (const part of ["gridcolor", "linecolor", "zerolinecolor"]) update[`${axis}.${part}`] = colours.grid;
  }
  return update;
}

/**
 * The colours of the lines that follow the theme.
 * @param {object} colours from themeColours
 * @returns {[object, number[]]} an update for Plotly.restyle and the traces it is for
 */
export function lineColourUpdate(colours) {
  const update = { "line.color": [colours.quiet, colours.ghost.training, colours.ghost.validation] };
  return [update, ["guess", "ghostTraining", "ghostValidation"].map(traceIndex)];
}

/**
 * The theme's colours and letters where the charts stand.
 * @param {Element} element inside the component
 * @returns {object} text, quiet, grid, background and ghost colours; family and size of letters
 */
export function themeColours(element) {
  const style = getComputedStyle(element);
  const value = (name) => style.getPropertyValue(`--st-${name}`).trim();
  const base = parseFloat(value("base-font-size")) || 16;
  return {
    text: value("text-color"), quiet: value("gray-text-color") || value("text-color"), grid: value("border-color"),
    background: value("background-color"), ghost: GHOSTS[isDark(style.color) ? "light" : "dark"],
    family: value("font") || "sans-serif", size: Math.max(14, base * 0.875),
  };
}

function isDark(colour) {
  const [red, green, blue] = colour.match(/[\d.]+/g).map(Number);
  return 0.299 * red + 0.587 * green + 0.114 * blue < 128;
}
