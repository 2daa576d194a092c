"""The download of a data set on a page: its button, its progress, or the reason why the download failed."""

import streamlit as st

from core.application import application
from core.catalogue.datasets import DataSet
from core.number_text import memory_text
from pages.shell.messages import show_problem


def show_download(data: DataSet, key: str) -> None:
    """Draw the download button of a data set, or the progress of its download. `key` is the key of an error message.

    Call this in a fragment that reruns by itself, so that the progress moves.
    """
    downloads = application().downloads
    progress = downloads.progress(data.name)
    if progress is not None and progress.problem is not None:
        show_problem(progress.problem, key)
    if progress is None or progress.is_over:
        ready = application().engine.state == "ready"
        st.button(
            f"Download {data.title}",
            icon=":material/download:",
            on_click=downloads.start,
            args=(data.name,),
            disabled=not ready,
            help="Through keras.datasets." if ready else "The engine is starting; a few seconds more.",
        )
        return
    left = progress.seconds_left
    words = f"{memory_text(progress.num_bytes)} of {memory_text(data.num_bytes)}"
    st.progress(progress.share, f"{words}, {left:.0f} s left" if left is not None else f"{words}, waiting for the server")
    st.button("Give up", key=f"give-up-{data.name}", icon=":material/close:", on_click=downloads.stop, args=(data.name,))
