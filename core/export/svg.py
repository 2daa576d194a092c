"""Drawings of a network and of its training curves as SVG, for pages that must not load other files."""

import math
from collections.abc import Mapping, Sequence
from html import escape

from core.analysis.curve_axes import axis_limits
from core.experiment.descriptions import layer_phrase
from core.experiment.graph import inputs_of
from core.experiment.model import INPUT, Experiment
from core.experiment.shapes import Summary, parameters_text, shape_text

BOX, HIGH, GAP = (250, 46, 26)  # width, height and room between boxes, in pixels
MOST_LAYERS = 40  # the largest number of drawn layers; more are unreadable on paper
CHART = (440, 230)  # width and height of a chart
EDGE = {"left": 52, "right": 128, "top": 28, "bottom": 30}  # room for the labels of a chart
NAMES_APART = 18  # pixels between the names at the ends of two lines
LINES = {"": ("training", "#0072B2"), "val_": ("validation", "#9A5B00")}  # name and colour, by the prefix of Keras' name


def network(experiment: Experiment, summary: Summary | None) -> str:
    """Draw a network as boxes from top to bottom, with parallel layers side by side in a row.

    Parameters
    ----------
    experiment
        The experiment that holds the layers.
    summary
        The table of the layers, with shapes and parameters. None leaves shapes and parameters out.
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
    aside = BOX / 2 + GAP / 2 if to_y - y > GAP + 1 and abs(x - to_x) < 1 else 0  # leads the wire around other boxes
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


def curves(history: Mapping[str, Sequence[float | None]], name: str, chance: float | None = None) -> str:
    """Draw a metric after each epoch: training as a step line, and validation as a line with dots.

    Parameters
    ----------
    history
        The values of each epoch, by Keras' names. Values that are not finite are left out.
    name
        The name of the metric, such as "loss".
    chance
        The value of a network that only guesses, or None for no line of chance.
    """
    series = {start: _points(history.get(f"{start}{name}", ())) for start in LINES}
    values = [value for points in series.values() for _, value in points]
    title = name.replace("_", " ")
    if not values:
        return f"<p>There is no {escape(title)} to draw.</p>"
    epochs = max(epoch for points in series.values() for epoch, _ in points)
    if epochs == 1:  # a single point is no curve
        numbers = ", ".join(f"{LINES[start][0]} {points[0][1]:.3g}" for start, points in series.items() if points)
        return f"<p>After 1 epoch, {escape(title)}: {numbers}.</p>"
    low, high = axis_limits(values, name, chance)
    width, height = CHART

    def at(epoch: float, value: float) -> tuple[float, float]:
        x = EDGE["left"] + epoch / epochs * (width - EDGE["left"] - EDGE["right"])
        return x, EDGE["top"] + (high - value) / (high - low) * (height - EDGE["top"] - EDGE["bottom"])

    parts = [f'<text x="{EDGE["left"]}" y="16" class="left name">{escape(title)} after each epoch</text>']
    for value in (low, 1.0 if name == "accuracy" else high):
        (x, y), (to_x, _) = at(0, value), at(epochs, value)
        parts.append(f'<path class="grid" d="M{x:.1f} {y:.1f}H{to_x:.1f}"/>')
        parts.append(f'<text x="{EDGE["left"] - 6}" y="{y + 5:.0f}" class="right">{value:.3g}</text>')
    for epoch in (1, epochs):
        words = f"epoch {epoch}" if epoch == epochs else str(epoch)
        parts.append(f'<text x="{at(epoch, low)[0]:.1f}" y="{height - 8}">{words}</text>')
    if chance is not None and low <= chance <= high:
        (x, y), (to_x, _) = at(0, chance), at(epochs, chance)
        parts.append(f'<path class="chance" d="M{x:.1f} {y:.1f}H{to_x:.1f}"/>')
        parts.append(f'<text x="{x + 4:.1f}" y="{y - 4:.1f}" class="left">guessing {chance:.3g}</text>')
    corners = {start: [at(*point) for point in points] for start, points in series.items()}
    steps = [corner for epoch, value in series[""] for corner in (at(epoch - 1, value), at(epoch, value))]
    if len(corners["val_"]) > 1 and steps:
        area = _polyline([*steps[1:], *reversed(corners["val_"])])
        parts.append(f'<polygon class="gap" points="{area}"><title>gap</title></polygon>')
    for start, points in corners.items():
        words, colour = LINES[start]
        line = _polyline(points if start else steps)
        style = f'fill="none" stroke="{colour}" stroke-width="3"'
        parts.append(f'<polyline points="{line}" {style}><title>{words}</title></polyline>')
        if start:
            parts += [f'<circle cx="{x:.1f}" cy="{y:.1f}" r="4" fill="{colour}"/>' for x, y in points]
    parts += _names({start: (points[-1][1], at(*points[-1])) for start, points in series.items() if points})
    label = escape(f"{title} of training and validation set after each epoch")
    size = f'viewBox="0 0 {width} {height}" style="max-width: {width}px"'
    return f'<svg {size} role="img" aria-label="{label}">{"".join(parts)}</svg>'


def _polyline(corners: Sequence[tuple[float, float]]) -> str:
    return " ".join(f"{x:.1f},{y:.1f}" for x, y in corners)


def _names(ends: Mapping[str, tuple[float, tuple[float, float]]]) -> list[str]:
    """Draw the names and values at the ends of the lines. If the lines end close together, move the names apart."""
    parts, lowest = [], -math.inf
    for start, (value, (x, y)) in sorted(ends.items(), key=lambda end: end[1][1][1]):
        name, colour = LINES[start]
        lowest = max(y + 5, lowest + NAMES_APART)
        words = f'{name} <tspan font-weight="700">{value:.3f}</tspan>'
        parts.append(f'<text x="{x + 10:.1f}" y="{lowest:.1f}" class="left" style="fill: {colour}">{words}</text>')
    return parts


def _points(values: Sequence[float | None]) -> list[tuple[int, float]]:
    return [
        (epoch, float(value))
        for epoch, value in enumerate(values, 1)
        if isinstance(value, int | float) and math.isfinite(value)
    ]
