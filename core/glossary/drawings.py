"""Small drawings for terms, as SVG. Each drawing is computed from a formula, from numbers, or by the method of the term.

As files, the 77 drawings would take 170 kB, six times as much as their functions.

Colours have the same meaning on all pages: blue is training, orange and dashed validation, green test, vermilion wrong.
"""

import math
from collections.abc import Callable, Iterable, Sequence
from html import escape

WIDTH, HEIGHT = 320, 150  # the size of a drawing in pixels
TRAINING, VALIDATION, TEST, WRONG = "#0072B2", "#B36B00", "#009E73", "#D55E00"
DASHES = "7 5"  # the dashes of validation curves
POINTS = 60  # points of a drawn curve
LEFT, RIGHT, TOP, BOTTOM = 14, 306, 14, 126  # the frame of a chart, in pixels
CELL = 26  # side of a cell of a grid

Point = tuple[float, float]


def svg(label: str, *parts: str, size: tuple[int, int] = (WIDTH, HEIGHT)) -> str:
    """Return a whole drawing as SVG, with `label` as its alternative text."""
    width, height = size
    frame = f'viewBox="0 0 {width} {height}" width="{width}" height="{height}"'
    return f'<svg xmlns="http://www.w3.org/2000/svg" {frame} role="img" aria-label="{escape(label)}">{"".join(parts)}</svg>'


def text(x: float, y: float, words: object, *, anchor: str = "middle", bold: bool = False) -> str:
    """Draw a text of 16 pixels at a point. The `anchor` is "start", "middle" or "end"."""
    weight = ' font-weight="600"' if bold else ""
    return (
        f'<text x="{x:.1f}" y="{y:.1f}" font-size="16" fill="currentColor" text-anchor="{anchor}"{weight}>'
        f"{escape(str(words))}</text>"
    )


def line(points: Iterable[Point], colour: str = "currentColor", dashes: str = "", width: float = 3) -> str:
    """Draw a line through points."""
    dash = f' stroke-dasharray="{dashes}"' if dashes else ""
    path = " ".join(f"{x:.1f},{y:.1f}" for x, y in points)
    return f'<polyline points="{path}" fill="none" stroke="{colour}" stroke-width="{width}"{dash} stroke-linejoin="round"/>'


def dot(point: Point, colour: str = "currentColor", radius: float = 5) -> str:
    """Draw a filled circle."""
    return f'<circle cx="{point[0]:.1f}" cy="{point[1]:.1f}" r="{radius}" fill="{colour}"/>'


def arrow(start: Point, end: Point, colour: str = "currentColor") -> str:
    """Draw an arrow: a line with a head at its end."""
    angle = math.atan2(end[1] - start[1], end[0] - start[0])
    head = [(end[0] - 9 * math.cos(angle + turn), end[1] - 9 * math.sin(angle + turn)) for turn in (0.5, -0.5)]
    return line((start, end), colour, width=2) + line((head[0], end, head[1]), colour, width=2)


def box(x: float, y: float, width: float, height: float, *, fill: str = "none", stroke: str = "currentColor") -> str:
    """Draw a rectangle with rounded corners. The point (x, y) is its upper left corner."""
    return (
        f'<rect x="{x:.1f}" y="{y:.1f}" width="{width:.1f}" height="{height:.1f}" fill="{fill}" stroke="{stroke}" '
        'stroke-width="1.5" rx="2"/>'
    )


def shade(share: float, colour: str = "#808890") -> str:
    """Return a colour with an opacity from 0 to 1, which suits any background."""
    return f"{colour}{round(255 * min(max(share, 0.0), 1.0)):02x}"


def grid(
    numbers: Sequence[Sequence[float]],
    at: Point,
    *,
    marked: Callable[[int, int], bool] = lambda row, column: False,
    fill: Callable[[float], str] = lambda value: "none",
    cell: int = CELL,
    written: bool = True,
) -> str:
    """Draw a table of numbers as a grid of cells.

    Parameters
    ----------
    numbers
        The rows.
    at
        The upper left corner, in pixels.
    marked
        A function that returns whether a cell has a blue background, given its row and column.
    fill
        A function that returns the colour of a cell, given its number.
    cell
        The side of a cell, in pixels.
    written
        Whether the numbers are written into the cells.
    """
    parts, frames = [], []
    for row, values in enumerate(numbers):
        for column, value in enumerate(values):
            x, y = at[0] + column * cell, at[1] + row * cell
            parts.append(box(x, y, cell, cell, fill=fill(value), stroke="#808890"))
            if written:
                parts.append(text(x + cell / 2, y + cell / 2 + 6, f"{value:g}".replace("-", "−")))
            if marked(row, column):
                frames.append(f'<rect x="{x}" y="{y}" width="{cell}" height="{cell}" fill="{TRAINING}33" stroke="none"/>')
    return "".join([*frames, *parts])


def bars(shares: Sequence[float], labels: Sequence[str], *, colour: str = TRAINING, right: float = 1.0) -> str:
    """Draw bars with their labels on the left and their numbers on the right. `right` is the share of a full bar."""
    parts, step = [], (BOTTOM - TOP) / len(shares)
    for number, (share, label) in enumerate(zip(shares, labels, strict=True)):
        y = TOP + number * step + step / 2
        length = 130 * share / right
        parts += [text(92, y + 6, label, anchor="end"), box(100, y - 9, max(length, 1), 18, fill=colour, stroke="none")]
        parts.append(text(108 + length, y + 6, f"{share:.2g}", anchor="start"))
    return "".join(parts)


class Chart:
    """A chart with given ranges of x and y, which converts values to positions in pixels."""

    def __init__(self, x: tuple[float, float], y: tuple[float, float]) -> None:
        self.x, self.y = x, y

    def at(self, x: float, y: float) -> Point:
        """Return the position of a pair of values in the drawing, in pixels."""
        across, up = (x - self.x[0]) / (self.x[1] - self.x[0]), (y - self.y[0]) / (self.y[1] - self.y[0])
        return LEFT + across * (RIGHT - LEFT), BOTTOM - up * (BOTTOM - TOP)

    def curve(self, function: Callable[[float], float], colour: str = "currentColor", dashes: str = "") -> str:
        """Draw the curve of a function from the left to the right edge."""
        low, high = self.x
        positions = [low + (high - low) * number / POINTS for number in range(POINTS + 1)]
        return line([self.at(x, function(x)) for x in positions], colour, dashes)

    def axes(self, across: str = "", up: str = "", *, origin: Point | None = None) -> str:
        """Draw two axes with their names, through `origin` or through the lower left corner."""
        x, y = self.at(*(origin or (self.x[0], self.y[0])))
        lines = line([(LEFT, y), (RIGHT, y)], "#808890", width=1.5) + line([(x, TOP), (x, BOTTOM)], "#808890", width=1.5)
        names = (text(RIGHT, HEIGHT - 4, across, anchor="end") if across else "") + (
            text(x + 7, TOP + 8, up, anchor="start") if up else ""
        )
        return lines + names


def function_drawing(name: str, function: Callable[[float], float], x: tuple[float, float], y: tuple[float, float]) -> str:
    """Draw the graph of an activation function."""
    chart = Chart(x, y)
    return svg(f"The graph of {name}", chart.axes("goes in", "comes out", origin=(0, 0)), chart.curve(function, TRAINING))


def exponentials(logits: Sequence[float]) -> list[float]:
    """Return the softmax of numbers."""
    powers = [math.exp(value) for value in logits]
    return [power / sum(powers) for power in powers]


def descent(rate: float, momentum: float = 0.0, steps: int = 8, start: float = -2.6) -> list[float]:
    """Return the positions that gradient descent on x² visits, step by step."""
    positions, speed = [start], 0.0
    for _ in range(steps):
        speed = momentum * speed - rate * 2 * positions[-1]
        positions.append(positions[-1] + speed)
    return positions


def descent_drawing(label: str, positions: Sequence[float]) -> str:
    """Draw a ball that follows the positions of gradient descent down x²."""
    chart = Chart((-3, 3), (0, 9))
    points = [chart.at(x, x * x) for x in positions]
    return svg(
        label,
        chart.axes("weight", "", origin=(-3, 0)),
        text(LEFT + 7, BOTTOM - 8, "loss", anchor="start"),
        chart.curve(lambda x: x * x, "#808890"),
        line(points, TRAINING, width=2),
        *(dot(point, TRAINING) for point in points),
    )


def two_curves(label: str, training: Callable[[float], float], validation: Callable[[float], float], mark: float = 0) -> str:
    """Draw a training and a validation curve over epochs. `mark` is an epoch to mark with a line, or 0 for no line."""
    chart = Chart((0, 10), (0, 1))
    parts = [
        chart.axes("epochs", "loss"),
        chart.curve(training, TRAINING),
        chart.curve(validation, VALIDATION, DASHES),
        text(RIGHT, chart.at(10, training(10))[1] - 8, "training", anchor="end"),
        text(RIGHT, chart.at(10, validation(10))[1] - 8, "validation", anchor="end"),
    ]
    if mark:
        (x, _), point = chart.at(mark, 0), chart.at(mark, validation(mark))
        parts += [line([(x, TOP), (x, BOTTOM)], TEST, "2 4", 2), dot(point, VALIDATION)]
    return svg(label, *parts)


def falling_loss(epoch: float) -> float:
    """Return the loss at an epoch, for the drawing of a loss that falls and flattens."""
    return 0.85 * math.exp(-epoch / 3) + 0.08


def overfitting_loss(epoch: float) -> float:
    """Return the loss at an epoch, for the drawing of a loss that falls and rises again."""
    return 0.85 * math.exp(-epoch / 2) + 0.16 + 0.045 * epoch


BEST_EPOCH = 2 * math.log(0.85 / (2 * 0.045))  # the derivative of `overfitting_loss` is 0 at this epoch


def wires(sizes: Sequence[int], *, silent: Iterable[tuple[int, int]] = ()) -> str:
    """Draw a network as layers of linked units. `silent` lists (layer, unit) of units without links."""
    off = set(silent)
    columns = [LEFT + 30 + number * (RIGHT - LEFT - 60) / (len(sizes) - 1) for number in range(len(sizes))]
    centres = [
        [(x, HEIGHT / 2 + (number - (size - 1) / 2) * 30) for number in range(size)]
        for x, size in zip(columns, sizes, strict=True)
    ]
    parts = []
    for layer in range(1, len(sizes)):
        for source, start in enumerate(centres[layer - 1]):
            for target, end in enumerate(centres[layer]):
                if (layer - 1, source) not in off and (layer, target) not in off:
                    parts.append(line([start, end], "#808890", width=1))
    for layer, points in enumerate(centres):
        for number, point in enumerate(points):
            if (layer, number) in off:
                parts.append(dot(point, "#80889055", 9) + text(point[0], point[1] + 6, "×"))
            else:
                parts.append(dot(point, TRAINING, 9))
    return "".join(parts)
