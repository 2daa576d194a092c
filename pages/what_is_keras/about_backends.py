"""The role of a backend as a drawing, and the history of the backends of Keras, from 2018 to today."""

import streamlit as st

from core.catalogue.backend_history import KERAS_SOURCES, KERAS_STORY, PAST_BACKENDS, PastBackend, Source
from core.catalogue.backends import BACKENDS
from core.glossary.drawings import TRAINING, arrow, box, shade, svg, text

WIDTH, HEIGHT = 96, 34  # of a box, in pixels
KERAS = (112, 58)  # the upper left corner of its box


def backend_drawing() -> str:
    """Return a drawing of a script, Keras, and the three backends. Keras uses a single backend for computations."""
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


def then_and_now() -> None:
    """Draw the history of Keras, and then the backends of 2018 and of today side by side."""
    with st.container(key="then-and-now"):
        st.markdown(f"{KERAS_STORY} {links(KERAS_SOURCES)}")
        then, now = st.columns(2, gap="medium")
        with then:
            st.header("2018")
            for backend in PAST_BACKENDS:
                if backend.in_2018:
                    _backend(backend)
        with now:
            st.header("Today")
            for backend in PAST_BACKENDS:
                if backend.today:
                    _backend(backend, again=backend.in_2018)


def _backend(backend: PastBackend, *, again: bool = False) -> None:
    """Draw a backend with its history. A backend that is drawn a second time is only called still a backend."""
    with st.container(border=True, key=f"card-backend-{backend.name}-{'still' if again else 'in-its-year'}"):
        if again:
            st.markdown(f"**{backend.name}** ({backend.maker})  \nStill a backend of Keras: see on the side of 2018.")
            return
        st.markdown(f"**{backend.name}** ({backend.maker})  \n{backend.idea}")
        icon = ":material/check_circle:" if backend.today else ":material/history:"
        st.markdown(f"{icon} {backend.became} {links(backend.sources)}")


def links(sources: tuple[Source, ...]) -> str:
    """Return a text with links to the sources of a fact."""
    return f"Sources: {', '.join(f'[{source.title}]({source.url})' for source in sources)}."
