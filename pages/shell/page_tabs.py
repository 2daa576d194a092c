"""The tabs below the rail: the pages of the current step, and those that stand beside the five steps."""

import streamlit as st

from pages.shell import session
from pages.shell.page_map import BESIDE, PageEntry, page_of, pages_of
from pages.shell.view import View

WAITING = ":material/hourglass_empty:"


def page_tabs(view: View, current: str) -> None:
    """Draw the pages of the step to which the page on the screen belongs, as links, and the pages beside the steps.

    Parameters
    ----------
    view
        The view of this script run.
    current
        The file of the page on the screen.
    """
    with st.container(key="tabs", horizontal=True, vertical_alignment="center", gap="small"):
        with st.container(key="tabs-step", horizontal=True, gap=None, width="stretch"):
            for page in pages_of(page_of(current).step):
                _tab(page, page.tab, awaited=bool(page.awaits) and not _is_evaluated(view))
        with st.container(key="tabs-beside", horizontal=True, gap=None, width="content"):
            for page in BESIDE:
                if not page.for_lecturer or session.is_lecturer():
                    _tab(page, page.title, awaited=False)


def _is_evaluated(view: View) -> bool:
    return view.run is not None and bool(view.run.result)


def _tab(page: PageEntry, label: str, *, awaited: bool) -> None:
    """Draw one tab; a page that has nothing to show yet says what it waits for."""
    st.page_link(
        page.file,
        label=label,
        icon=WAITING if awaited else None,
        help=f"{page.awaits} are shown here once a run has ended: press Train." if awaited else None,
    )
