"""The result of a run as a picture of 1200 × 630 pixels for sharing. The picture needs no other files.

The QR code in the corner of the picture leads a phone to the page that shows the run.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from html import escape
from itertools import pairwise

from core.number_text import correct_count_text
from core.qr_codes import qr_code_path

SIZE = (1200, 630)  # pixels, the size that messengers and sites show whole
CHART = (560.0, 330.0, 420.0, 200.0)  # left, top, width and height of the curve
NET = (720.0, 76.0, 200.0, 150.0)  # left, top, width and height of the network
MOST_DOTS = 8  # the largest number of dots in a column
FACE = 96  # pixels, the side of the picture of a mistake
INK, GREY, BLUE, RULE = "#14202B", "#55626F", "#0B5CAD", "#DDE2E7"
TRAINING, VALIDATION = COLOURS = "#0072B2", "#B36B00"
FONT = "Source Sans 3, Source Sans, Helvetica, Arial, sans-serif"
BOLD, MIDDLE, END = "font-weight:700", "text-anchor:middle", "text-anchor:end"
LONGEST_LINE = 76  # the largest number of characters in a line


@dataclass(frozen=True)
class MisclassifiedImage:
    """An image that the network classified wrongly."""

    image: str  # a data: URI
    said: str  # the predicted class
    actual: str  # the class of the image


@dataclass(frozen=True)
class ResultCard:
    """The content of the picture that shows the result of a run."""

    title: str  # the title of the run
    accuracy: float  # the accuracy on the validation set, from 0 to 1
    data: str  # the title of the data set
    network: str  # the layers of the network, in a line
    columns: Sequence[int]  # the number of outputs of each layer, in order; () leaves out the drawing
    training: Sequence[float]  # accuracy after each epoch; () if not measured
    validation: Sequence[float]
    mistakes: Sequence[MisclassifiedImage]  # wrongly classified images, of which at most four are shown
    address: str  # the address of the run's page; "" leaves out the QR code


def card_description(card: ResultCard) -> str:
    """Describe the picture in words, for screen readers."""
    wrong = "; ".join(f"{mistake.actual}, called {mistake.said}" for mistake in card.mistakes[:4])
    mistakes = f" Mistakes: {wrong}." if wrong else ""
    return f"{card.title}: {correct_count_text(card.accuracy)} on {card.data}, with {card.network}.{mistakes}"


def to_svg(card: ResultCard) -> str:
    """Return the picture as SVG."""
    width, height = SIZE
    parts = [
        f'<rect width="{width}" height="{height}" fill="#F5F6F8"/>',
        f'<rect x="32" y="32" width="{width - 64}" height="{height - 64}" rx="24" fill="#FFFFFF"/>',
        _text(72, 96, card.title, size=24, fill=GREY),
        _text(72, 176, correct_count_text(card.accuracy), size=72, style=BOLD),
        _text(72, 222, f"on images of {card.data} that it did not learn from", size=24, fill=GREY),
        _text(72, 270, card.network, size=22),
        *_net(card.columns),
        *_mistakes(card.mistakes[:4]),
        *_curves(card),
        *_code(card.address),
        _text(72, 566, "Layer by Layer", size=22, fill=GREY, style=BOLD),
    ]
    about = f'role="img" aria-label="{escape(card_description(card))}"'
    frame = f'viewBox="0 0 {width} {height}" width="{width}" height="{height}" font-family="{FONT}"'
    return f'<svg xmlns="http://www.w3.org/2000/svg" {frame} {about}>{"".join(parts)}</svg>'


def _text(x: float, y: float, label: str, *, size: int, fill: str = INK, style: str = "") -> str:
    shown = label if len(label) <= LONGEST_LINE else f"{label[:LONGEST_LINE].rstrip()} …"
    return f'<text x="{x:.1f}" y="{y:.1f}" font-size="{size}" fill="{fill}" style="{style}">{escape(shown)}</text>'


def _net(columns: Sequence[int]) -> list[str]:
    """Draw the network as columns of linked dots, a column for each layer. A column has at most MOST_DOTS dots."""
    if len(columns) < 2:
        return []
    left, top, width, height = NET
    dots = [
        [(left + width * index / (len(columns) - 1), top + height * (row + 0.5) / count) for row in range(count)]
        for index, count in enumerate(min(count, MOST_DOTS) for count in columns)
    ]
    links = [
        f'<path d="M{a:.0f} {b:.1f}L{c:.0f} {d:.1f}" stroke="{COLOURS[(row + target) % 2]}" opacity="0.35"/>'
        for before, after in pairwise(dots)
        for row, (a, b) in enumerate(before)
        for target, (c, d) in enumerate(after)
    ]
    return [*links, *(f'<circle cx="{x:.0f}" cy="{y:.1f}" r="5" fill="{INK}"/>' for column in dots for x, y in column)]


def _mistakes(mistakes: Sequence[MisclassifiedImage]) -> list[str]:
    if not mistakes:
        return []
    parts = [_text(72, 340, "Some it got wrong", size=22, style=BOLD)]
    for number, mistake in enumerate(mistakes):
        left = 72 + number * (FACE + 12)
        picture = f'x="{left}" y="360" width="{FACE}" height="{FACE}" style="image-rendering:pixelated"'
        parts += [
            f'<image href="{escape(mistake.image)}" {picture}/>',
            _text(left + FACE / 2, 480, mistake.said[:13], size=16, style=MIDDLE),
            _text(left + FACE / 2, 500, f"not {mistake.actual}"[:16], size=14, fill=GREY, style=MIDDLE),
        ]
    return parts


def _curves(card: ResultCard) -> list[str]:
    """Draw the accuracy after each epoch. The axis begins at the highest of 0, 0.5 and 0.7 that is below all values."""
    curves = [(card.training, TRAINING, "training"), (card.validation, VALIDATION, "validation")]
    values = [value for curve, _, _ in curves for value in curve]
    if not values:
        return []
    left, top, width, height = CHART
    low = max(start for start in (0.0, 0.5, 0.7) if start < min(values) or start == 0)
    epochs = max(len(curve) for curve, _, _ in curves)
    parts = [f'<path d="M{left} {top}V{top + height}H{left + width}" fill="none" stroke="{RULE}" stroke-width="2"/>']
    previous = float("-inf")
    for curve, colour, name in sorted((curve for curve in curves if curve[0]), key=lambda curve: -curve[0][-1]):
        end = top + height * (1 - (curve[-1] - low) / (1 - low))
        points = [
            (left + width * (number + 1) / epochs, top + height * (1 - (value - low) / (1 - low)))
            for number, value in enumerate(curve)
        ]
        path = " ".join(f"{x:.1f},{y:.1f}" for x, y in points)
        parts.append(f'<polyline points="{path}" fill="none" stroke="{colour}" stroke-width="4" stroke-linejoin="round"/>')
        parts += [f'<circle cx="{x:.1f}" cy="{y:.1f}" r="5" fill="{colour}"/>' for x, y in points[-1:]]
        previous = max(end, previous + 22)  # keeps the names from touching
        parts.append(_text(left + width + 10, previous + 6, f"{name} {curve[-1]:.3f}", size=18, fill=colour, style=BOLD))
    parts += [
        _text(left - 8, top + 8, "1", size=16, fill=GREY, style=END),
        _text(left - 8, top + height, f"{low:g}", size=16, fill=GREY, style=END),
        _text(left + width, top + height + 24, f"epoch {epochs}", size=16, fill=GREY, style=END),
    ]
    return parts


def _code(address: str) -> list[str]:
    if not address:
        return []
    path, squares = qr_code_path(address)
    side = 150
    scale = side / squares
    drawn = f'<path transform="translate(966 72) scale({scale:.4f})" d="{path}" fill="{INK}" shape-rendering="crispEdges"/>'
    return [drawn, _text(966 + side / 2, 248, "follow this run", size=16, fill=BLUE, style=MIDDLE)]
