"""Addresses on this server."""

import streamlit as st

from core.runs.run_record import Run


def live_url(run: Run) -> str:
    """Return the path of a run's event stream. It changes when the run is resumed, so that browsers reconnect."""
    return f"{base_path()}/live/{run.id}?part={run.parts}"


def base_path() -> str:
    """The path under which the whole server stands; "" at the top."""
    path = (st.get_option("server.baseUrlPath") or "").strip("/")
    return f"/{path}" if path else ""


def switch_page(file: str) -> None:
    """Go to a page, and drop what the address says of the one on the screen.

    Where it is given no parameters, `st.switch_page` refuses to leave a page on which a widget is bound to the address, such
    as an opened tab.

    Parameters
    ----------
    file
        The file of the page, such as "load.py".
    """
    st.switch_page(file, query_params={})
