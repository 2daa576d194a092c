"""Ready for class: what a lecture needs of this machine, how it stands, and what to do about it."""

import streamlit as st

from core.catalogue.datasets import DATASETS, DataSet, missing_files
from core.engine.readiness import MISSING, OK, WARNING, Check, all_checks, verdict
from pages.datasets.download_panel import show_download
from pages.shell.messages import plain
from pages.shell.streamlit_patches import rerun

ICONS = {OK: ":material/check_circle:", WARNING: ":material/warning:", MISSING: ":material/cancel:"}
BY_TITLE = {data.title: data for data in DATASETS.values()}


def show_check(check: Check) -> None:
    """Draw one requirement of a lecture: its state, what was measured, and what to do."""
    with st.container(key=f"check-{check.title}", horizontal=True, gap="medium"):
        with st.container(width=190, gap=None):
            st.markdown(f"**{plain(check.title)}**")
        with st.container(width=110, gap=None):
            st.markdown(f"{ICONS[check.state]} {check.state}")
        with st.container(width="stretch", gap="small"):
            st.markdown(plain(check.result, links=True))
            if check.state == MISSING and check.title in BY_TITLE:
                fetch(BY_TITLE[check.title])
            elif check.fix:
                st.caption(plain(check.fix))


@st.fragment(run_every=0.5)
def fetch(data: DataSet) -> None:
    """Draw the download of a missing data set; the page is rerun once it is here."""
    if not missing_files(data.name):
        rerun()
    show_download(data, f"download-{data.name}")


checks = all_checks(st.get_option("server.address"), st.get_option("server.port"))
st.title("Ready for class")
st.caption("What a lecture needs of this machine. Nothing is sent anywhere to find out.")
with st.container(key="verdict"):
    missing = any(check.state == MISSING for check in checks)
    (st.info if missing else st.success)(plain(verdict(checks)), icon=ICONS[WARNING if missing else OK])
with st.container(border=True, key="checks", gap="xsmall"):
    for check in checks:
        show_check(check)
