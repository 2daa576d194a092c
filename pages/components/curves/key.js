// The key of the charts: an entry for what is drawn, unless its name stands at the end of its line.

/** @import { Chart, CurvesView } from "./view" */
import { part, setText } from "../shared/dom.js";
import { sideOf } from "./limits.js";
import { endsStyle } from "./plotly_style.js";

const BEHIND_DOT = 0.03; // epochs: a sample so near to the end of an epoch lies behind the dot of the whole set

/**
 * Show the entries of the key for what the charts draw.
 * @param {CurvesView} view of the charts
 * @param {Set<string>} hidden the groups of curves that the visitor hides
 */
export function showKey(view, hidden) {
  const { root, data, colours } = view;
  const charts = view.charts.filter(({ isMore, isBuilt, element }) => isBuilt && !isMore && element.layout); // Plotly may have purged it
  const entry = (/** @type {string} */ name) => part(root, `.run-curves-foot [data-${name}]`);
  const ghost = entry('group="ghost"');
  ghost.hidden = !data.ghost;
  setText(part(ghost, "span"), data.ghost_label || "previous run");
  ghost.querySelector("path")?.setAttribute("stroke", colours.run);
  entry('group="guess"').hidden = !hidden.has("guess") && !charts.some((chart) => hasChance(view, chart));
  const isDrawn = (/** @type {string[]} */ ...curves) => charts.some(({ lines }) => curves.some((curve) => lines[curve]?.y.length));
  entry('drawn="within"').hidden = !isDrawn("running", "batch");
  entry('drawn="sample"').hidden = !charts.some(({ lines }) => lines.sample?.x.some((x) => Math.abs(x - Math.round(x)) > BEHIND_DOT));
  const isNamed = (/** @type {Chart} */ { element, endsText }) => endsText !== "" && endsStyle(element.layout.width, colours).hasNames;
  root.classList.toggle("named", hidden.size === 0 && charts.length > 0 && charts.every(isNamed));
}

/** Whether the line of chance lies within the axes. @param {CurvesView} view @param {Chart} chart */
function hasChance({ data }, { name, element }) {
  const { range, type } = element.layout.yaxis;
  const limits = type === "log" ? range?.map((/** @type {number} */ end) => 10 ** end) : range;
  return sideOf(data.guess[name] ?? null, limits ?? null) === "within";
}
