"""Small drawings as SVG, for a page that needs nothing else: a network, and the curves of its training."""

import math
from collections.abc import Mapping, Sequence
from html import escape

from core.experiment.descriptions import layer_phrase
from core.experiment.graph import inputs_of
from core.experiment.model import INPUT, Experiment
from core.experiment.shapes import Summary, parameters_text, shape_text

BOX, HIGH, GAP = (250, 46, 26)  # width, height and room between boxes, in pixels
MOST_LAYERS = 40  # that are drawn; nobody reads more on paper
CHART = (440, 230)  # width and height of a chart
EDGE = {"left": 52, "right": 12, "top": 28, "bottom": 30}  # room for its labels
LINES = {"": ("training", "#0072B2", ""), "val_": ("validation", "#E69F00", "6 4")}  # name, colour, dashes


def network(experiment: Experiment, summary: Summary | None) -> str:
    """A network as boxes from top to bottom, layers that stand side by side in one row.

    Parameters
    ----------
    experiment
        The experiment that owns the layers.
    summary
        The table of the layers, for shapes and parameters; None leaves both out.
    """
    sources = inputs_of(experiment)
    shown = [layer.id for layer in experiment.layers][:MOST_LAYERS]
    rows: dict[str, int] = {INPUT: 0}
    for layer_id in shown:
        rows[layer_id] = 1 + max((rows.get(source, 0) for source in sources[layer_id]), default=0)
    members: dict[int, list[str]] = {}
    for layer_id, row in rows.items():
        members.setdefault(row, []).append(layer_id)
    width = max(map(len, members.values())) * (BOX + GAP) + GAP
    height = len(members) * (HIGH + GAP) + GAP
    centres = {
        layer_id: (
            width / 2 + (column - (len(several) - 1) / 2) * (BOX + GAP),
            GAP + row * (HIGH + GAP) + HIGH / 2,
        )
        for row, several in members.items()
        for column, layer_id in enumerate(several)
    }
    lines = [
        _wire(centres[source], centres[layer_id]) for layer_id in shown for source in sources[layer_id] if source in centres
    ]
    texts = {INPUT: ("picture", shape_text(experiment.data.entry.image_shape))}
    for layer in experiment.layers[:MOST_LAYERS]:
        table_row = summary.row(layer.id) if summary else None
        costs = (
            f"{shape_text(table_row.output_shape)} · {parameters_text(table_row.parameters, table_row.non_trainable)}"
            if table_row
            else ""
        )
        texts[layer.id] = (layer_phrase(layer), costs)
    boxes = [_box(centres[layer_id], *texts[layer_id]) for layer_id in rows]
    more = len(experiment.layers) - len(shown)
    note = f"<p>… and {more:,} more layers.</p>" if more > 0 else ""
    size = f'viewBox="0 0 {width:.0f} {height:.0f}" style="max-width: {width:.0f}px"'
    return f'<svg {size} role="img" aria-label="The network">{"".join([*lines, *boxes])}</svg>{note}'


def _wire(start: tuple[float, float], end: tuple[float, float]) -> str:
    (x, y), (to_x, to_y) = (start[0], start[1] + HIGH / 2), (end[0], end[1] - HIGH / 2)
    aside = BOX / 2 + GAP / 2 if to_y - y > GAP + 1 and abs(x - to_x) < 1 else 0  # around what stands between
    middle = f"{x + aside:.0f} {y + GAP:.0f} {to_x + aside:.0f} {to_y - GAP:.0f}"
    return f'<path class="wire" d="M{x:.0f} {y:.0f}C{middle} {to_x:.0f} {to_y:.0f}"/>'


def _box(centre: tuple[float, float], words: str, costs: str) -> str:
    x, y = centre
    first = y - 4 if costs else y + 5
    return (
        f'<rect x="{x - BOX / 2:.0f}" y="{y - HIGH / 2:.0f}" width="{BOX}" height="{HIGH}" rx="6"/>'
        f'<text x="{x:.0f}" y="{first:.0f}" class="name">{escape(words)}</text>'
        f'<text x="{x:.0f}" y="{y + 15:.0f}">{escape(costs)}</text>'
    )


def curves(history: Mapping[str, Sequence[float | None]], name: str) -> str:
    """One quantity after each epoch, of training and validation set.

    Parameters
    ----------
    history
        By Keras' names, a value for each epoch; values that are not finite are left out.
    name
        The name of the quantity, such as "loss".
    """
    series = {start: _points(history.get(f"{start}{name}", ())) for start in LINES}
    values = [value for points in series.values() for _, value in points]
    title = name.replace("_", " ")
    if not values:
        return f"<p>There is no {escape(title)} to draw.</p>"
    epochs = max(epoch for points in series.values() for epoch, _ in points)
    if epochs == 1:  # one point is no curve
        numbers = ", ".join(f"{LINES[start][0]} {points[0][1]:.3g}" for start, points in series.items() if points)
        return f"<p>After 1 epoch, {escape(title)}: {numbers}.</p>"
    low, high = min(values), max(values)
    high = high if high > low else low + 1
    width, height = CHART

    def at(epoch: float, value: float) -> tuple[float, float]:
        x = EDGE["left"] + (epoch - 1) / (epochs - 1) * (width - EDGE["left"] - EDGE["right"])
        return x, EDGE["top"] + (high - value) / (high - low) * (height - EDGE["top"] - EDGE["bottom"])

    parts = [f'<text x="{EDGE["left"]}" y="16" class="left name">{escape(title)} after each epoch</text>']
    for value in (low, high):
        (x, y), (to_x, _) = at(1, value), at(epochs, value)
        parts.append(f'<path class="grid" d="M{x:.1f} {y:.1f}H{to_x:.1f}"/>')
        parts.append(f'<text x="{EDGE["left"] - 6}" y="{y + 5:.0f}" class="right">{value:.3g}</text>')
    for epoch in (1, epochs):
        parts.append(f'<text x="{at(epoch, low)[0]:.1f}" y="{height - 8}">{epoch}</text>')
    for start, points in series.items():
        words, colour, dashes = LINES[start]
        there = [at(*point) for point in points]
        line = " ".join(f"{x:.1f},{y:.1f}" for x, y in there)
        style = f'fill="none" stroke="{colour}" stroke-width="3" stroke-dasharray="{dashes}"'
        parts.append(f'<polyline points="{line}" {style}><title>{words}</title></polyline>')
        parts += [f'<circle cx="{x:.1f}" cy="{y:.1f}" r="4" fill="{colour}"/>' for x, y in there]
    label = escape(f"{title} of training and validation set after each epoch")
    size = f'viewBox="0 0 {width} {height}" style="max-width: {width}px"'
    return f'<svg {size} role="img" aria-label="{label}">{"".join(parts)}</svg>'


def _points(values: Sequence[float | None]) -> list[tuple[int, float]]:
    return [
        (epoch, float(value))
        for epoch, value in enumerate(values, 1)
        if isinstance(value, int | float) and math.isfinite(value)
    ]
