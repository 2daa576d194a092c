"""Addresses on this server."""

from typing import TYPE_CHECKING

import streamlit as st

if TYPE_CHECKING:  # the app object needs the paths before the server is set up
    from core.runs.run_record import Run


def live_url(run: "Run") -> str:
    """Return the path of a run's event stream. A resumed run has another path, so that browsers connect again."""
    return f"{base_path()}/live/{run.id}?part={run.parts}"


def base_path() -> str:
    """Return the path under which the server is mounted. Return an empty string if the server is at the root."""
    path = (st.get_option("server.baseUrlPath") or "").strip("/")
    return f"/{path}" if path else ""


def switch_page(file: str) -> None:
    """Go to a page, and remove the current page's parameters from the address.

    Without parameters, `st.switch_page` refuses to leave a page on which a widget is bound to the address, such
    as an opened tab.

    Parameters
    ----------
    file
        The file of the page, such as "load.py".
    """
    st.switch_page(file, query_params={})
