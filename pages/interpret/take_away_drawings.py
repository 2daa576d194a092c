"""The small drawings of Take away: a notebook, a page, and the device on which each format of a network runs."""

from core.glossary.drawings import TEST, TRAINING, VALIDATION, arrow, box, grid, line, shade, svg, text

SIZE = (120, 84)  # pixels
GREY = "#808890"


def notebook_drawing() -> str:
    """Return a drawing of a notebook with three cells, the last with a curve."""
    parts = [box(4, 3, 112, 78)]
    for y, length in ((10, 58), (33, 40), (56, 0)):
        parts += [box(24, y, 84, 18, stroke=GREY), arrow((10, y + 9), (19, y + 9), TRAINING)]
        parts += [line([(31, y + 9), (31 + length, y + 9)], GREY)] if length else []
    curve = line([(31, 71), (45, 63), (65, 60), (101, 59)], TRAINING, width=2)
    return svg("A notebook with cells of code and a curve", *parts, curve, size=SIZE)


def page_drawing() -> str:
    """Return a drawing of a page with curves, a matrix and lines of text."""
    curves = line([(38, 38), (52, 26), (82, 22)], TRAINING, width=2) + line(
        [(38, 39), (54, 31), (82, 28)], VALIDATION, "4 3", 2
    )
    matrix = grid(((9, 0, 1), (0, 9, 0), (1, 0, 9)), (38, 50), fill=lambda count: shade(count / 9), cell=8, written=False)
    words = [line([(70, y), (82, y)], GREY, width=2) for y in (54, 62, 70)]
    return svg(
        "A page with curves, a matrix and words",
        *(box(28, 2, 64, 80), line([(38, 12), (66, 12)], width=4), box(36, 19, 48, 24, stroke=GREY)),
        *(curves, matrix, *words),
        size=SIZE,
    )


def layers_drawing() -> str:
    """Return a drawing of a file that holds the layers of a network."""
    layers = [
        box(60 - width / 2, y, width, 14, fill=shade(0.45, TRAINING), stroke=TRAINING)
        for width, y in ((44, 10), (56, 35), (28, 60))
    ]
    return svg(
        "A file with the layers of a network",
        box(22, 2, 76, 80),
        *layers,
        arrow((60, 24), (60, 35)),
        arrow((60, 49), (60, 60)),
        size=SIZE,
    )


def phone_drawing() -> str:
    """Return a drawing of a phone that reads a digit."""
    answer = box(48, 58, 24, 7, fill=TEST, stroke="none")
    return svg(
        "A phone that reads a digit",
        box(40, 2, 40, 80),
        line([(55, 9), (65, 9)], GREY, width=2),
        text(60, 44, "3", bold=True),
        answer,
        size=SIZE,
    )


def browser_drawing() -> str:
    """Return a drawing of a browser window that reads a digit."""
    answers = [
        box(66, y, width, 8, fill=TEST if width > 20 else GREY, stroke="none") for y, width in ((34, 6), (47, 34), (60, 4))
    ]
    return svg(
        "A browser that reads a digit",
        *(
            box(6, 6, 108, 72),
            line([(6, 20), (114, 20)], width=1.5),
            text(28, 56, "3", bold=True),
            arrow((40, 51), (58, 51)),
        ),
        *answers,
        size=SIZE,
    )


# By the name of a drawing of a format; see `core.export.model_formats.Format`.
DRAWINGS = {"file": layers_drawing, "phone": phone_drawing, "browser": browser_drawing}
