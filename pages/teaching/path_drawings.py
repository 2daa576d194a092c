"""The drawings of Learn: the stations of the path, the ring of the passed lessons, and the pictures of the two banners.

Colours are the tokens of the theme, which a drawing takes from the page around it.
"""

import math
from collections.abc import Callable, Iterable, Sequence
from html import escape

SIDE = 86  # of a station, in pixels, with its middle at 43, 43
RADIUS = 40
PLUS, MINUS, TEST = "var(--plus)", "var(--minus)", "var(--test)"
GREY, INK = "var(--dot-line)", "var(--ink)"
BOOT = ("......", "...##.", "..###.", "######", "######", "......")  # a picture of 6 × 6 pixels

Point = tuple[float, float]


def _svg(width: int, height: int, parts: Iterable[str], label: str = "") -> str:
    """Return an SVG. Without a label the SVG is hidden from screen readers, since words beside it say the same."""
    told = f'role="img" aria-label="{escape(label)}"' if label else 'aria-hidden="true"'
    size = f'viewBox="0 0 {width} {height}" width="{width}" height="{height}"'
    return f'<svg xmlns="http://www.w3.org/2000/svg" {size} {told}>{"".join(parts)}</svg>'


def _dot(x: float, y: float, radius: float, fill: str) -> str:
    return f'<circle cx="{x:.1f}" cy="{y:.1f}" r="{radius}" style="fill:{fill}"/>'


def _box(x: float, y: float, width: float, height: float, fill: str) -> str:
    return f'<rect x="{x:.1f}" y="{y:.1f}" width="{width:.1f}" height="{height:.1f}" style="fill:{fill}"/>'


def _curve(path: str, stroke: str, width: float = 3, *, opacity: float = 1) -> str:
    style = f"fill:none;stroke:{stroke};stroke-width:{width};stroke-linecap:round;opacity:{opacity}"
    return f'<path d="{path}" style="{style}"/>'


def _words(x: float, y: float, words: str, *, size: int, style: str = "", anchor: str = "middle") -> str:
    position = f'x="{x:.1f}" y="{y:.1f}" text-anchor="{anchor}"'
    return f'<text {position} style="font-size:{size}px;fill:{INK};{style}">{escape(words)}</text>'


def _cells(rows: Sequence[str], corner: Point, pitch: float, fills: dict[str, str]) -> list[str]:
    """Return squares in rows.

    Each character of a row names the fill of its square, and squares without a fill are left out.
    """
    return [
        _box(corner[0] + column * pitch, corner[1] + row * pitch, pitch - 1, pitch - 1, fills[sign])
        for row, signs in enumerate(rows)
        for column, sign in enumerate(signs)
        if sign in fills
    ]


def _network() -> list[str]:
    left, right = [(28, y) for y in (29, 43, 57)], [(58, y) for y in (33, 53)]
    links = [
        _curve(f"M{a} {b}L{c} {d}", PLUS if (number + other) % 2 else MINUS, 1.8)
        for number, (a, b) in enumerate(left)
        for other, (c, d) in enumerate(right)
    ]
    return [*links, *(_dot(x, y, 4.5, INK) for x, y in (*left, *right))]


def _pixel() -> list[str]:
    return [_box(19, 19, 48, 48, "var(--screen)"), *_cells(BOOT, (20, 20), 7.8, {"#": "#e9ecf0", ".": "#2a3542"})]


def _split() -> list[str]:
    return [_box(17, 31, 32, 24, PLUS), _box(51, 31, 7, 24, MINUS), _box(60, 31, 9, 24, TEST)]


def _dense() -> list[str]:
    columns = ((25, 6, GREY), (43, 5, PLUS), (61, 3, MINUS))
    return [_dot(x, 43 + 9 * (row - (count - 1) / 2), 3.4, fill) for x, count, fill in columns for row in range(count)]


def _feature_map() -> list[str]:
    fills = {"a": GREY, "b": "var(--dot)", "c": INK}
    flat = _cells(("a", "c", "b", "a", "c", "b"), (61, 22), 7.2, fills)
    grid = _cells(("abcb", "cabc", "bacb", "abca"), (18, 29), 7.2, fills)
    return [*grid, _curve("M50 43H57M54 40L57 43L54 46", INK, 1.8), *flat]


def _loss() -> list[str]:
    return [_curve("M23 21C27 48 38 58 64 60", PLUS), _dot(29, 43, 5, MINUS)]


def _learning_rate() -> list[str]:
    return [
        _curve("M22 22C28 72 58 72 64 22", INK),
        _curve("M29 45C36 26 48 30 53 52", MINUS, 2.4),
        _dot(29, 45, 5, MINUS),
    ]


def _batch() -> list[str]:
    return _cells(("abb", "abb", "abb"), (21.5, 28), 14.5, {"a": PLUS, "b": "var(--dot)"})


def _overfitting() -> list[str]:
    return [_curve("M21 24C31 58 48 61 66 61", PLUS), _curve("M21 24C32 52 46 54 66 38", MINUS)]


def _confusion_matrix() -> list[str]:
    return _cells(("abcb", "babb", "bcab", "bbba"), (22, 22), 11, {"a": INK, "b": "var(--dot)", "c": MINUS})


def _convolution() -> list[str]:
    image = _cells(("bbbbb",) * 5, (17, 22), 6.6, {"b": "var(--dot)"})
    window = _cells(("aaa",) * 3, (23.6, 28.6), 6.6, {"a": MINUS})
    maps = [_box(57 + 3 * shift, 29 + 5 * shift, 11, 18, PLUS if shift % 2 else INK) for shift in (0, 1)]
    return [*image, *window, *maps]


def _seed() -> list[str]:
    style = "font-family:var(--st-code-font);font-weight:700;"
    return [_words(x, 52, brace, size=26, style=style) for x, brace in ((34, "{"), (52, "}"))]


def _gradient() -> list[str]:
    slope = _curve("M17 36L51 66", MINUS, 2.5)
    return [_curve("M19 22C28 60 40 66 48 62C58 57 64 46 68 34", INK), slope, _dot(32, 49.5, 5.5, PLUS)]


def _hidden_layer() -> list[str]:
    ring = [(43 + 21 * math.cos(turn * math.pi / 4), 43 + 21 * math.sin(turn * math.pi / 4)) for turn in range(8)]
    inner = [(43, 43), (38, 50), (48, 50)]
    border = _curve("M43 25L60 55H26Z", INK, 2.4)
    return [border, *(_dot(x, y, 4, MINUS) for x, y in ring), *(_dot(x, y, 3.6, PLUS) for x, y in inner)]


def _training() -> list[str]:
    return [_curve("M21 28H66", MINUS, 2.4), _curve("M21 28C30 54 44 60 66 61", PLUS)]


def _weight() -> list[str]:
    return [_words(43, 52, "=", size=30, style="font-weight:700;")]


def _kernel() -> list[str]:
    image = _cells(("bbbbb",) * 5, (23, 23), 8, {"b": "var(--dot)"})
    return [*image, *_cells(("aaa",) * 3, (39, 31), 8, {"a": MINUS})]


def _optimizer() -> list[str]:
    return [_curve("M22 26L52 34L34 46L50 52L43 60", PLUS), _dot(22, 26, 4, PLUS), _dot(43, 60, 5, MINUS)]


def _learning_curve() -> list[str]:
    return [_curve("M21 24C28 58 46 62 66 63", PLUS), _curve("M21 24C28 42 44 44 66 42", MINUS)]


def _underfitting() -> list[str]:
    corners = [(22 + 22 * column, 24 + 14 * row) for row in range(3) for column in range(2)]
    return [
        _curve(f"M{x} {y}C{x + 4} {y + 8} {x + 9} {y + 9} {x + 18} {y + 9 - number}", MINUS if number % 2 else PLUS, 2)
        for number, (x, y) in enumerate(corners)
    ]


def _accuracy() -> list[str]:
    ranges = ((34, (34, 44, 49), PLUS), (52, (40, 46, 56), MINUS))
    return [_dot(x, y, 4, fill) for x, heights, fill in ranges for y in heights]


def _training_set() -> list[str]:
    return [_box(24 + 5 * shift, 24 + 6 * shift, 26, 22, fill) for shift, fill in enumerate((GREY, MINUS, PLUS))]


DRAWN = (
    *(_training, _weight, _kernel, _optimizer, _learning_curve, _underfitting, _accuracy, _training_set),
    *(_network, _pixel, _split, _dense, _feature_map, _loss),
    *(_learning_rate, _batch, _overfitting, _confusion_matrix, _convolution, _seed),
    *(_gradient, _hidden_layer),
)
# By the glossary term that a deck names as its drawing: the name of each function is its term.
STATIONS: dict[str, Callable[[], list[str]]] = {draw.__name__.removeprefix("_").replace("_", "-"): draw for draw in DRAWN}


def station(drawing: str, number: str, *, is_passed: bool, is_next: bool) -> str:
    """Return the round sign of a lesson or a challenge: green with a tick if passed, and blue if it is next.

    Parameters
    ----------
    drawing
        The term of the glossary that the deck names as its drawing.
    number
        The number, which stands in the sign if the deck has no drawing.
    is_passed, is_next
        Whether the lesson is passed, and whether the visitor goes on with this lesson.
    """
    ring, width = (TEST, 4) if is_passed else ("var(--press)", 5) if is_next else ("var(--dot)", 2.5)
    style = f"fill:var(--page);stroke:{ring};stroke-width:{width}"
    drawn = STATIONS[drawing]() if drawing in STATIONS else [_words(43, 52, number, size=26)]
    tick = [_dot(72, 14, 13, TEST), _curve("M66 14L70.5 18.5L78 10", "#fff", 3)] if is_passed else []
    return _svg(SIDE, SIDE, [f'<circle cx="43" cy="43" r="{RADIUS}" style="{style}"/>', *drawn, *tick])


def ring(passed: int, total: int) -> str:
    """Return a ring whose filled part is the share of passed lessons."""
    radius, around = 62, 2 * math.pi * 62
    track = f'<circle cx="70" cy="70" r="{radius}" style="fill:none;stroke:var(--rule);stroke-width:13"/>'
    dashes = f"stroke-dasharray:{around * passed / max(total, 1):.1f} {around:.1f};stroke-linecap:round"
    style = f"fill:none;stroke:{TEST};stroke-width:13;{dashes}"
    filled = f'<circle cx="70" cy="70" r="{radius}" transform="rotate(-90 70 70)" style="{style}"/>' if passed else ""
    count = _words(70, 78, str(passed), size=56, style="font-weight:700;")
    of = _words(70, 102, f"of {total}", size=16, style="fill:var(--grey);")
    return _svg(140, 140, [track, filled, count, of], f"{passed} of {total} lessons passed")


def lecture(image: str) -> str:
    """Return the picture on the lecture's card: an image, a layer, ten class outputs, and the name of the winning class.

    Parameters
    ----------
    image
        A boot as a data: URI. If the string is empty, a boot of 6 × 6 pixels is drawn instead.
    """
    hidden = [(180.0, 12 + 13.5 * row) for row in range(12)]
    answers = [(276.0, 16 + 15.5 * row) for row in range(10)]
    picture = f'<image href="{image}" x="0" y="29" width="112" height="112" style="image-rendering:pixelated"/>'
    shown = [picture] if image else _cells(BOOT, (0, 29), 18.6, {"#": "#e9ecf0", ".": "#1c2530"})
    into = [((112.0, 35 + 11 * row), end) for row in range(10) for end in hidden[row % 3 :: 3]]
    out = [(start, end) for row, start in enumerate(hidden) for end in answers[row % 2 :: 2]]
    winner = answers[-1]
    dots = [_dot(x, y, 5, INK if row in (1, 5, 9) else "var(--dot)") for row, (x, y) in enumerate(hidden)]
    names = [_dot(x, y, 6, INK if (x, y) == winner else "var(--dot)") for x, y in answers]
    lines = ((winner[1] - 4, "Ankle"), (winner[1] + 14, "boot"))
    boot = [_words(288, y, word, size=16, style="font-weight:700;", anchor="start") for y, word in lines]
    return _svg(
        336, 172, [_box(0, 29, 112, 112, "#05080b"), *shown, *_links(into), *_links(out, winner), *dots, *names, *boot]
    )


def _links(ends: Sequence[tuple[Point, Point]], winner: Point | None = None) -> list[str]:
    """Return links in the two colours of positive and negative weights. Links to the winner are thick."""
    drawn = []
    for number, ((a, b), (c, d)) in enumerate(ends):
        middle, is_thick = (a + c) / 2, (c, d) == winner
        path = f"M{a:.0f} {b:.1f}C{middle:.0f} {b:.1f} {middle:.0f} {d:.1f} {c:.0f} {d:.1f}"
        colour = PLUS if number * 7 % 11 < 7 else MINUS
        drawn.append(_curve(path, colour, 2.6 if is_thick else 1.1, opacity=0.9 if is_thick else 0.4))
    return drawn


def lab() -> str:
    """Return the picture on the lab's card: the curves of a network that overfits, and the question where to stop."""
    training, validation = "C70 110 170 128 300 132", "C60 84 120 88 150 86C200 84 250 76 300 66"
    gap = f'<path d="M10 20{validation}L300 132C170 128 70 110 10 20Z" style="fill:var(--validation);opacity:0.12"/>'
    parts = [
        gap,
        _curve("M10 8V150H304", "var(--rule)", 1.5),
        _curve(f"M10 20{training}", "var(--training)"),
        _curve(f"M10 20{validation}", "var(--validation)"),
        '<path d="M138 14V150" style="stroke:var(--ink);stroke-width:2;stroke-dasharray:2 5"/>',
        _words(22, 14, "loss", size=14, anchor="start"),
        _words(304, 168, "epochs", size=14, anchor="end"),
        _words(148, 26, "stop here?", size=16, anchor="start"),
        _words(300, 52, "validation", size=16, style="font-weight:700;fill:var(--validation-text);", anchor="end"),
        _words(300, 120, "training", size=16, style="font-weight:700;fill:var(--training);", anchor="end"),
    ]
    return _svg(310, 172, parts)
