"""Whether a browser lets this page use the camera."""

import streamlit as st

LOCAL = ("localhost", "127.0.0.1", "[::1]")


def why_no_camera() -> str:
    """Why the browser will not lend its camera; "" where it may: on https://, and on this same machine."""
    url = st.context.url or ""
    host = url.partition("://")[2].partition("/")[0]
    if not url or url.startswith("https://") or host in LOCAL or host.rpartition(":")[0] in LOCAL:
        return ""
    return "Browsers lend a camera to addresses that begin with https://, or to a dashboard on the same machine only."
