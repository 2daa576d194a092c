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
