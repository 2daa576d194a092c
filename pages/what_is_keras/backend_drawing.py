"""What a backend is, as a drawing: the script speaks to Keras, and Keras to one of three libraries."""

from core.catalogue.backends import BACKENDS
from core.glossary.drawings import TRAINING, arrow, box, shade, svg, text

WIDTH, HEIGHT = 96, 34  # of a box, in pixels
KERAS = (112, 58)  # the upper left corner of its box


def backend_drawing() -> str:
    """The script, Keras, and the three backends, of which one computes."""
    x, y = KERAS
    middle = y + HEIGHT / 2
    parts = [
        *(box(4, y, 74, HEIGHT), text(41, middle + 6, "script"), arrow((80, middle), (x - 3, middle))),
        *(box(x, y, 74, HEIGHT, fill=shade(0.25, TRAINING), stroke=TRAINING), text(x + 37, middle + 6, "Keras", bold=True)),
    ]
    for number, backend in enumerate(BACKENDS.values()):
        top = 6 + number * 52
        parts += [box(220, top, WIDTH, HEIGHT), text(220 + WIDTH / 2, top + HEIGHT / 2 + 6, backend.title)]
        parts.append(arrow((x + 76, middle), (217, top + HEIGHT / 2)))
    names = ", ".join(backend.title for backend in BACKENDS.values())
    return svg(f"The script speaks to Keras, and Keras to its backend, which computes: one of {names}", *parts)
