const LANE = 12; // pixels between two wires at the side
const SIDE = 18; // pixels beside the blocks, without any wire

/** The wires: a short arrow where a layer takes what the row above gives, else one around the side, each in its own lane. */
function drawWires(view) {
  const places = rowPlaces(view);
  const edges = edgesOf(view);
  const lanes = lanesOf(edges.filter((edge) => !edge.plain));
  const count = Math.max(0, ...lanes.values()) + (lanes.size ? 1 : 0);
  const side = `${SIDE + count * LANE}px`;
  if (view.root.style.getPropertyValue("--side") !== side) view.root.style.setProperty("--side", side);
  const measured = measureRows(view);
  const state = JSON.stringify([edges, measured]);
  if (view.wiresDrawn === state) return;
  view.wiresDrawn = state;
  view.root.querySelector(".wires").replaceChildren(...edges.map((edge) => wireOf(edge, measured, lanes.get(edge), count, places)));
}

/** Which row each layer stands in. */
function rowPlaces(view) {
  const places = new Map();
  view.rows.forEach((row, index) => row.ids.forEach((id) => places.set(id, index)));
  return places;
}

function edgesOf(view) {
  const places = rowPlaces(view);
  const before = (index) => {
    let above = index - 1;
    while (view.rows[above]?.kind === "head") above--;
    return above;
  };
  const edges = [];
  for (const block of view.data.blocks) {
    const to = places.get(block.id);
    block.inputs.forEach((input, order) => {
      const from = places.get(input);
      if (from === undefined || from >= to) return; // joined wrongly, or inside one folded block: the layer says so
      edges.push({ from, to, order, of: block.inputs.length, plain: from === before(to), source: input });
    });
  }
  return edges;
}

/** A lane for each edge: the shortest lie next to the blocks; those of one source may share theirs. */
function lanesOf(edges) {
  const lanes = new Map();
  for (const edge of [...edges].sort((a, b) => a.to - a.from - (b.to - b.from))) {
    let lane = 0;
    const taken = (other) => lanes.get(other) === lane && other.source !== edge.source && edge.from < other.to && other.from < edge.to;
    while ([...lanes.keys()].some(taken)) lane++;
    lanes.set(edge, lane);
  }
  return lanes;
}

function measureRows(view) {
  return [...view.root.querySelectorAll(".blocks > li")].map((row) => ({ top: row.offsetTop, height: row.offsetHeight, left: row.offsetLeft }));
}

function wireOf(edge, rows, lane, count) {
  const [from, to] = [rows[edge.from], rows[edge.to]];
  const group = document.createElementNS(SVG, "g");
  const line = document.createElementNS(SVG, "path");
  const tip = document.createElementNS(SVG, "path");
  group.setAttribute("class", edge.plain ? "plain" : "skip");
  if (edge.plain) {
    const x = to.left + 30;
    line.setAttribute("d", `M${x} ${from.top + from.height}V${to.top - 4}`);
    tip.setAttribute("d", `M${x - 4} ${to.top - 6}H${x + 4}L${x} ${to.top}Z`);
  } else {
    const x = SIDE + (count - 1 - lane) * LANE - 4;
    const start = from.top + Math.min(from.height - 10, 34);
    const end = to.top + 12 + 8 * edge.order;
    line.setAttribute("d", `M${from.left} ${start}H${x + 7}Q${x} ${start} ${x} ${start + 7}V${end - 7}Q${x} ${end} ${x + 7} ${end}H${to.left - 6}`);
    tip.setAttribute("d", `M${to.left - 7} ${end - 4}V${end + 4}L${to.left} ${end}Z`);
  }
  line.setAttribute("class", "line");
  group.append(line, tip);
  return group;
}
