"""The layout of a page: its style, its heading, the code beside the content, and the line at its foot."""

from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path

import streamlit as st

from core.runs.run_record import Run
from pages.components.page_top.page_top import page_top
from pages.components.term_links.term_links import term_links
from pages.frame import code_panel
from pages.frame.page_tabs import step_tabs
from pages.shell import session, waiting
from pages.shell.page_data import View, current_page_step, current_view
from pages.shell.page_map import page_of

# A sheet for a state that Python knows: with :has, each point of a chart would recalculate the styles of the whole page.
DRAWER = Path(__file__).parent.parent / "shell" / "styles" / "drawer.css"
ICON = Path(__file__).parent.parent / "shell" / "icon.svg"
PART = "page_part"  # the key of the content that replaces the page's usual content


def begin_page(current: str, done: Sequence[str]) -> None:
    """Begin a page: scroll a new page to its top, and link the glossary terms.

    See frontend_files.py for the page's style.

    Parameters
    ----------
    current
        The file of the page.
    done
        The names of the steps that are done.
    """
    page = page_of(current)
    part = st.session_state.get(PART, "")
    opened_tab = st.session_state.get(session.ASKED_TAB, "")
    page_top(page.url_path, page.step, part=part, done=done, opened_tab=opened_tab)
    term_links()


def heading(title: str, sentence: str, tools: Callable[[], None] | None = None) -> None:
    """Draw a page's title, a sentence, and the tabs of its step.

    Parameters
    ----------
    title
        The title.
    sentence
        The sentence.
    tools
        A function that draws the content between the sentence and the tabs.
    """
    with st.container(key="heading", horizontal=True, vertical_alignment="center"):
        with st.container(width="stretch", gap=None):
            st.title(title)
            st.caption(sentence)
        if tools is not None:
            tools()
        step_tabs(current_view(), current_page_step())


def code_is_open(view: View) -> bool:
    """Return whether the drawer of code is shown: opened by the visitor, not hidden by a link, and not while presenting."""
    return view.draft.code_open and not session.is_hidden("code") and not session.is_presented()


@contextmanager
def draw_with_code_drawer(
    view: View, aside: Callable[[], None] | None = None, run: Run | None = None, own_code: Callable[[], None] | None = None
) -> Iterator[None]:
    """Draw the page's own content, with the drawer of code beside the content if the drawer is open.

    The content always stands in the same container, even if nothing stands beside: in another container the browser would
    build its elements again, and the focused element would lose the focus.

    Parameters
    ----------
    view
        The view of this script run.
    aside
        The other content at the side, above the code.
    run
        The run that the page is about, and whose code the drawer shows, or None for a page about the draft.
    own_code
        A function that draws the drawer of a page about neither a run nor the draft. None draws the usual drawer.
    """
    code_open, hidden = code_is_open(view), session.is_hidden("code")
    if aside is not None or code_open:
        st.html(DRAWER)
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
                    if own_code is not None:
                        own_code()
                    else:
                        code_panel.drawer(view.draft, run, all_allowed=view.all_allowed)
    if not code_open and not hidden and own_code is None and not session.is_presented():
        with st.container(key="code-line"):
            code_panel.changed_line(view.draft, run, all_allowed=view.all_allowed)


def draw_engine_footer(ready: str = "") -> None:
    """Draw the line at the foot of a page on workers that are not ready. `ready` are the words once they are."""
    with st.container(key="foot"):
        waiting.engine_state(ready)
