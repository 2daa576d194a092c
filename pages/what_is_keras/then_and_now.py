"""Then and now: the backends that Keras had in 2018 beside those of today, and what became of each."""

import streamlit as st

from core.catalogue.backend_history import KERAS_SOURCES, KERAS_STORY, PAST_BACKENDS, PastBackend, Source


def card() -> None:
    """Draw Keras' own story, then the backends of 2018 and of today side by side."""
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
    """Draw one library; on its second side only that it is still there."""
    with st.container(border=True):
        if again:
            st.markdown(f"**{backend.name}** ({backend.maker})  \nStill a backend of Keras: see on the side of 2018.")
            return
        st.markdown(f"**{backend.name}** ({backend.maker})  \n{backend.idea}")
        icon = ":material/check_circle:" if backend.today else ":material/history:"
        st.markdown(f"{icon} {backend.became} {links(backend.sources)}")


def links(sources: tuple[Source, ...]) -> str:
    """The sources of a fact as links."""
    return f"Sources: {', '.join(f'[{source.title}]({source.url})' for source in sources)}."
