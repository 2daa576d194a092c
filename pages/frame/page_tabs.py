"""The links between pages: the tabs of a step beside its heading, and the menu of pages outside the five steps."""

import streamlit as st

from pages.shell import session
from pages.shell.page_data import View
from pages.shell.page_map import BESIDE, PageEntry, tabs_of_step

WAITING = ":material/hourglass_empty:"


def step_tabs(view: View, step: str) -> None:
    """Draw the pages of a step as tabs. Draw nothing for a step with a single page.

    Parameters
    ----------
    view
        The view of this script run.
    step
        The step to which the page on the screen belongs, or "" for no step.
    """
    pages = tabs_of_step(step)
    if not pages:
        return
    with st.container(key="tabs-step", horizontal=True, gap=None, width="content"):
        for page in pages:
            _tab(page, page.tab, awaited=bool(page.awaits) and not _is_evaluated(view))


def more_pages() -> None:
    """Draw the menu of the pages outside the five steps."""
    words = "What is Keras?, the glossary, and the checks before a class."
    popover = st.popover("More pages", icon=":material/more_horiz:", key="more-pages", help=words)
    with popover, st.container(key="tabs-beside", gap=None):
        for page in BESIDE:
            if not page.for_lecturer or session.is_lecturer():
                _tab(page, page.title, awaited=False)


def _is_evaluated(view: View) -> bool:
    return view.run is not None and bool(view.run.result)


def _tab(page: PageEntry, label: str, *, awaited: bool) -> None:
    """Draw a tab. If its page needs a finished run first, the tooltip says so."""
    st.page_link(
        page.file,
        label=label,
        icon=WAITING if awaited else None,
        help=f"{page.awaits} are shown here once a run has ended: press Train." if awaited else None,
    )
