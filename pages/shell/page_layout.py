"""The layout of a page: its style, its heading, the code beside it, and the line at its foot."""

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path

import streamlit as st

from core.runs.run_record import Run
from pages.components.page_top.page_top import page_top
from pages.components.term_links.term_links import term_links
from pages.shell import code_panel, session, share, waiting
from pages.shell.addresses import base_path
from pages.shell.page_map import page_of
from pages.shell.view import View, current_view

STYLE = Path(__file__).parent / "frame.css"
ICON = Path(__file__).parent / "icon.svg"
PART = "page_part"  # the key of what fills the page in place of its usual content


def apply_style(current: str) -> None:
    """Load the style sheet of all pages, scroll a new page to its top, and mark the terms of the glossary."""
    st.html(STYLE)
    page = page_of(current)
    part = st.session_state.get(PART, "")
    opened_tab = st.session_state.get(session.ASKED_TAB, "")
    page_top(page.url_path, page.step, part=part, opened_tab=opened_tab, code_chosen=code_panel.CHOSEN in st.session_state)
    term_links()


def heading(title: str, what: str, *, code: bool = True) -> None:
    """Draw a page's title, one sentence, Share, and on request the button that folds the code."""
    with st.container(key="heading", horizontal=True, vertical_alignment="bottom"):
        with st.container(width="stretch", gap=None):
            st.title(title)
            st.caption(what)
        share.popover(current_view().experiment, base_path())
        if code and not session.is_hidden("code"):
            code_panel.toggle(is_open=current_view().draft.code_open)


@contextmanager
def beside_code(view: View, aside: Callable[[], None] | None = None, run: Run | None = None) -> Iterator[None]:
    """Draw the page's own content with the code beside it, or folded above it.

    The content always stands in the same container, even with nothing beside it: in another container the browser would
    build its elements again, and the focused element would lose the focus.

    Parameters
    ----------
    view
        The view of this script run.
    aside
        The other content at the side, above the code.
    run
        The run that the page is about, whose code it then is; None where the page is about the draft.
    """
    about = {"has_run": view.run is not None, "all_allowed": view.all_allowed}
    code_open, hidden = view.draft.code_open and not session.is_hidden("code"), session.is_hidden("code")
    with st.container(key="code-above"):
        line = st.container(key="code-narrow" if code_open else "code-line")
    with st.container(key="beside"):
        own, side = st.columns([3, 2], gap="medium")
    with own:
        yield
    if code_open or aside is not None:
        with side, st.container(key="code-side"):
            if aside is not None:
                aside()
            if code_open:
                with st.container(key="code-script"):
                    height = code_panel.HEIGHT if aside is None else code_panel.HEIGHT // 2
                    code_panel.panel(view.draft, run, line, height=height, is_open=True, **about)
    if not code_open and not hidden:
        code_panel.panel(view.draft, run, line, is_open=False, **about)


def engine_foot() -> None:
    """Draw the foot of a page: whether the workers are ready."""
    with st.container(key="foot"):
        waiting.engine_state()
