"""The pictures of a lecture as SVG, such as an image with its pixel values, a unit with its weights, and the three sets.

Each picture is computed from the images of a data set. Pages draw two further pictures: "network", the network itself, and
"room", the way into the room of a lecture. The other names are terms of the glossary that have a drawing.
"""

from collections.abc import Callable, Mapping, Sequence
from html import escape
from types import MappingProxyType

import numpy as np

from core.glossary.terms import DRAWINGS
from core.png import to_data_uri

NETWORK, ROOM = "network", "room"
SIDE = 364  # pixels of an image
MOST_NUMBERS = 8  # rows and columns of which the numbers are shown
FONT = 26  # pixels, as the words of a scene
MOST_WEIGHTS = 140  # lines of one unit; more of them become a surface
SEED = 7  # the seed of the weights of a unit that has not learned anything yet
FILTERS = (  # weights that find bright left edges, bright right edges, bright upper edges and bright lower edges
    ((-1, 0, 1), (-1, 0, 1), (-1, 0, 1)),
    ((1, 0, -1), (1, 0, -1), (1, 0, -1)),
    ((-1, -1, -1), (0, 0, 0), (1, 1, 1)),
    ((1, 1, 1), (0, 0, 0), (-1, -1, -1)),
)
ADDS, TAKES_AWAY = "var(--plus)", "var(--minus)"
INK, GREY, SURFACE = "var(--ink)", "var(--grey)", "var(--sunken)"


def _svg(width: int, height: int, label: str, parts: Sequence[str]) -> str:
    content = "".join(parts)
    frame = f'viewBox="0 0 {width} {height}" width="{width}" height="{height}"'
    return f'<svg xmlns="http://www.w3.org/2000/svg" {frame} role="img" aria-label="{escape(label)}">{content}</svg>'


def _text(x: float, y: float, words: object, *, fill: str = INK, size: int = FONT, bold: bool = False) -> str:
    weight = ' font-weight="600"' if bold else ""
    font = f'font-size="{size}" fill="{fill}" text-anchor="middle"{weight}'
    return f'<text x="{x:.0f}" y="{y:.0f}" {font}>{escape(str(words))}</text>'


def _image(pixels: np.ndarray, x: float, y: float, side: float) -> str:
    position = f'x="{x:.0f}" y="{y:.0f}" width="{side:.0f}" height="{side:.0f}"'
    return f'<image {position} href="{to_data_uri(pixels)}" style="image-rendering: pixelated"/>'


def _first(images: np.ndarray) -> np.ndarray:
    """Return the first image of the last class, such as a nine or an ankle boot."""
    return np.asarray(images[-1, 0])


def pixels(images: np.ndarray, _counts: Sequence[int]) -> str:
    """Draw an image, and beside the image the pixel values of its middle, scaled from 0 to 1 as for the network."""
    image = _first(images)
    rows, columns = (min(MOST_NUMBERS, size) for size in image.shape[:2])
    top, left = (image.shape[0] - rows) // 2, (image.shape[1] - columns) // 2
    part = image[top : top + rows, left : left + columns].mean(axis=2) / 255
    cell, scale = SIDE / rows, SIDE / image.shape[0]
    parts = [_image(image, 0, 0, SIDE)]
    frame = f'x="{left * scale:.0f}" y="{top * scale:.0f}" width="{columns * scale:.0f}" height="{rows * scale:.0f}"'
    parts.append(f'<rect {frame} fill="none" stroke="{TAKES_AWAY}" stroke-width="4"/>')
    parts.append(f'<path d="M{SIDE + 30} {SIDE / 2}h60m-18 -14l18 14l-18 14" fill="none" stroke="{INK}" stroke-width="4"/>')
    for row in range(rows):
        for column in range(columns):
            value = float(part[row, column])
            x, y = SIDE + 120 + column * cell, row * cell
            grey, ink = round(255 * value), "#ffffff" if value < 0.5 else "#000000"
            box = f'x="{x:.1f}" y="{y:.1f}" width="{cell - 1:.1f}" height="{cell - 1:.1f}"'
            parts.append(f'<rect {box} fill="rgb({grey},{grey},{grey})"/>')
            parts.append(_text(x + cell / 2, y + cell / 2 + 8, f"{value:.1f}", fill=ink, size=22))
    height, width, channels = image.shape
    parts.append(_text(SIDE / 2, SIDE + 40, f"{height} × {width} pixels", fill=GREY))
    shown, numbers = rows * columns, height * width * channels
    words = f"{numbers:,} numbers" if shown == numbers else f"{rows} × {columns} of {numbers:,} numbers"
    parts.append(_text(SIDE * 1.5 + 120, SIDE + 40, words, fill=GREY))
    label = f"An image of {height} by {width} pixels, and its middle as numbers from 0, black, to 1, white."
    return _svg(2 * SIDE + 120, SIDE + 54, label, parts)


def unit(images: np.ndarray, _counts: Sequence[int]) -> str:
    """Draw an image whose pixels are connected to a unit. Each line is an initial weight, coloured by its sign."""
    image = _first(images)
    num_pixels = image.size
    weights = np.random.default_rng(SEED).uniform(-1, 1, min(num_pixels, MOST_WEIGHTS))
    ends, centre = np.linspace(14, SIDE - 14, len(weights)), SIDE / 2
    parts = [
        f'<path d="M{SIDE} {y:.0f}C{SIDE + 90} {y:.0f} {SIDE + 70} {centre} {SIDE + 148} {centre}" fill="none" '
        f'stroke="{ADDS if weight > 0 else TAKES_AWAY}" stroke-width="1.4" opacity="{0.2 + 0.6 * abs(weight):.2f}"/>'
        for y, weight in zip(ends, weights, strict=True)
    ]
    parts.append(_image(image, 0, 0, SIDE))
    for position in (13, 46, 79, 112, SIDE - 112, SIDE - 79, SIDE - 46, SIDE - 13):
        parts.append(
            f'<circle cx="{SIDE + 198}" cy="{position}" r="12" fill="{SURFACE}" stroke="{GREY}" stroke-width="1.5"/>'
        )
    parts.append(f'<circle cx="{SIDE + 198}" cy="{centre}" r="52" fill="{INK}"/>')
    parts.append(_text(SIDE + 198, centre + 9, "1 unit", fill="var(--page)", bold=True))
    parts.append(_text(SIDE / 2, SIDE + 40, f"{num_pixels:,} pixels", fill=GREY))
    parts.append(_text(SIDE + 198, SIDE + 40, "128 units", fill=GREY))
    label = f"Each of {num_pixels:,} pixels is joined to one unit by a weight: blue adds, orange takes away."
    return _svg(SIDE + 280, SIDE + 54, label, parts)


def window(images: np.ndarray, _counts: Sequence[int]) -> str:
    """Draw the window of a 3 by 3 kernel on an image, and the weights of the kernel, which finds vertical edges."""
    image, size, cell = _first(images), 3, 84
    scale = SIDE / image.shape[0]
    top, left = scale * (image.shape[0] // 3), scale * (image.shape[1] // 3)
    x, y = SIDE + 150, (SIDE - size * cell) / 2
    frame = f'x="{left:.0f}" y="{top:.0f}" width="{size * scale:.0f}" height="{size * scale:.0f}"'
    parts = [_image(image, 0, 0, SIDE), f'<rect {frame} fill="none" stroke="{TAKES_AWAY}" stroke-width="6"/>']
    for corner, target in ((top, y), (top + size * scale, y + size * cell)):
        ends = f'x1="{left + size * scale:.0f}" y1="{corner:.0f}" x2="{x:.0f}" y2="{target:.0f}"'
        parts.append(f'<line {ends} stroke="{TAKES_AWAY}" stroke-width="2"/>')
    for number in range(size * size):
        weight = number % size - 1
        position = (
            f'x="{x + number % size * cell:.0f}" y="{y + number // size * cell:.0f}" width="{cell - 3}" height="{cell - 3}"'
        )
        parts.append(f'<rect {position} fill="{SURFACE}" stroke="{GREY}" stroke-width="1.5"/>')
        middle = x + number % size * cell + cell / 2, y + number // size * cell + cell / 2 + 10
        parts.append(_text(*middle, f"{weight}".replace("-", "−"), size=30, bold=True))
    parts.append(_text(SIDE / 2, SIDE + 40, f"{image.shape[0]} × {image.shape[1]} pixels", fill=GREY))
    parts.append(_text(x + size * cell / 2, SIDE + 40, "one kernel", fill=GREY))
    label = "A window of 3 by 3 pixels on an image, and the nine weights of its kernel: -1, 0 and 1 in each row."
    return _svg(round(x + size * cell), SIDE + 54, label, parts)


def filters(images: np.ndarray, _counts: Sequence[int]) -> str:
    """Draw an image, the windows of four filters, and the image that each filter makes of it."""
    image, side, below, step = _first(images).mean(axis=2) / 255, 96, 146, 166
    height, start = below + side, below + side + 76
    parts = [_image(_first(images), 0, 0, height), _arrow(height + 12, side / 2)]
    for number, weights in enumerate(FILTERS):
        x = start + number * step
        output = np.maximum(_weighted_sums(image, np.asarray(weights)), 0)
        parts += _weights(weights, x, 0, side / 3)
        parts.append(_arrow(x + side / 2, side + 4, turned=90))
        parts.append(_image((255 * output / max(float(output.max()), 1e-9)).astype(np.uint8), x, below, side))
    count, width = len(FILTERS), (len(FILTERS) - 1) * step + side
    parts.append(_text(height / 2, height + 30, "1 image", fill=GREY))
    parts.append(_text(start + width / 2, height + 30, f"{count} filters make {count} images", fill=GREY))
    label = f"{count} filters of 3 by 3 weights are laid over one image, and each makes an image of its own: {count} images."
    return _svg(start + width, height + 40, label, parts)


def _weighted_sums(image: np.ndarray, weights: np.ndarray) -> np.ndarray:
    """Return the output of a filter at each place where its window fits whole."""
    windows = np.lib.stride_tricks.sliding_window_view(image, weights.shape)
    return np.asarray(np.einsum("ijkl,kl->ij", windows, weights))


def _weights(weights: Sequence[Sequence[int]], x: float, y: float, cell: float) -> list[str]:
    """Draw the weights of a filter in cells: blue adds, orange takes away."""
    parts = []
    for row, numbers in enumerate(weights):
        for column, weight in enumerate(numbers):
            left, top = x + column * cell, y + row * cell
            box = f'x="{left:.0f}" y="{top:.0f}" width="{cell - 2:.0f}" height="{cell - 2:.0f}"'
            parts.append(f'<rect {box} fill="{SURFACE}" stroke="{GREY}" stroke-width="1.5"/>')
            ink = INK if weight == 0 else ADDS if weight > 0 else TAKES_AWAY
            parts.append(_text(left + cell / 2 - 1, top + cell / 2 + 7, f"{weight}".replace("-", "−"), fill=ink, size=20))
    return parts


def _arrow(x: float, y: float, turned: int = 0) -> str:
    """Draw an arrow to the right from a point, turned clockwise by degrees."""
    turn = f'transform="translate({x:.0f} {y:.0f}) rotate({turned})"'
    return f'<path {turn} d="M0 0h42m-14 -11l14 11l-14 11" fill="none" stroke="{INK}" stroke-width="4"/>'


def hundred(images: np.ndarray, _counts: Sequence[int]) -> str:
    """Draw a hundred images of all classes."""
    side, gap = 40, 4
    parts = [
        _image(
            images[n % len(images), (n // len(images)) % images.shape[1]],
            n % 10 * (side + gap),
            n // 10 * (side + gap),
            side,
        )
        for n in range(100)
    ]
    return _svg(10 * (side + gap) - gap, 10 * (side + gap) - gap, "A hundred images.", parts)


def sets(images: np.ndarray, counts: Sequence[int]) -> str:
    """Draw images of the training, validation and test set, with the size of each set. A lock covers the test set."""
    named = ("Training", "Validation", "Test")
    colours = ("var(--training)", "var(--validation)", "var(--test)")
    columns, thumb, gap, rows = (9, 3, 4), 56, 60, 5
    parts, x, number = [], 0.0, 0
    for name, colour, wide, count in zip(named, colours, columns, counts, strict=True):
        width = wide * (thumb + 4) - 4
        for cell in range(wide * rows):
            image = images[number % len(images), (number // len(images)) % images.shape[1]]
            left, top = x + (cell % wide) * (thumb + 4), 56 + (cell // wide) * (thumb + 4)
            parts.append(_image(image, left, top, thumb))
            number += 1
        height = rows * (thumb + 4) - 4
        parts.append(f'<rect x="{x:.0f}" y="40" width="{width}" height="8" fill="{colour}"/>')
        parts.append(_text(x + width / 2, 26, name, bold=True, size=30))
        parts.append(_text(x + width / 2, 56 + height + 40, f"{count:,}", fill=GREY))
        if name == "Test":
            parts.append(_seal(x, 56, width, height))
        x += width + gap
    label = ", ".join(f"{name}: {count:,} images" for name, count in zip(named, counts, strict=True))
    return _svg(round(x - gap), 56 + rows * (thumb + 4) + 46, f"{label}. The test set is sealed.", parts)


def _seal(x: float, y: float, width: float, height: float) -> str:
    """Draw a cover with a lock over the images of a set."""
    middle, centre = x + width / 2, y + height / 2
    return (
        f'<rect x="{x:.0f}" y="{y:.0f}" width="{width:.0f}" height="{height:.0f}" fill="{SURFACE}" opacity="0.94"/>'
        f'<path d="M{middle - 22:.0f} {centre:.0f}v-18a22 22 0 0 1 44 0v18" fill="none" stroke="{INK}" stroke-width="9"/>'
        f'<rect x="{middle - 36:.0f}" y="{centre - 4:.0f}" width="72" height="56" rx="8" fill="{INK}"/>'
    )


Draw = Callable[[np.ndarray, Sequence[int]], str]
OF_IMAGES: Mapping[str, Draw] = MappingProxyType(
    {"pixels": pixels, "unit": unit, "sets": sets, "hundred": hundred, "window": window, "filters": filters}
)
NAMES = tuple(dict.fromkeys((NETWORK, ROOM, *OF_IMAGES, *DRAWINGS)))  # two terms have the name of a picture


def picture(name: str, images: np.ndarray | None, counts: Sequence[int]) -> str:
    """Return a picture by its name, as SVG.

    Return an empty string if pages draw the picture themselves, or if its images are not loaded yet.

    Parameters
    ----------
    name
        An element of NAMES.
    images
        A few images of each class, uint8 (classes, images, height, width, channels); None while they are unknown.
    counts
        How many images are in the training, the validation and the test set.
    """
    if name in OF_IMAGES:
        return "" if images is None else OF_IMAGES[name](images, counts)
    return DRAWINGS[name]() if name in DRAWINGS else ""
