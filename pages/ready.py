"""Ready for class: what a lecture needs of this machine, how it stands, and what to do about it."""

from collections.abc import Sequence

import streamlit as st

from core.application import application
from core.catalogue.datasets import DATASETS, DataSet, missing_files
from core.engine.readiness import MISSING, OK, WARNING, Check, all_checks, check_device, verdict
from pages.datasets.download_panel import show_download
from pages.shell import page_layout, waiting
from pages.shell.messages import plain
from pages.shell.streamlit_patches import rerun

ICONS = {OK: ":material/check_circle:", WARNING: ":material/warning:", MISSING: ":material/cancel:"}
BY_TITLE = {data.title: data for data in DATASETS.values()}


def show_check(check: Check) -> None:
    """Draw one requirement of a lecture: its state, what was measured, and what to do."""
    with st.container(key=f"check-{check.title}", horizontal=True, gap="medium", vertical_alignment="center"):
        with st.container(width=150, gap=None):
            st.markdown(f"**{plain(check.title)}**")
        with st.container(width=110, gap=None):
            st.markdown(f"{ICONS[check.state]} {check.state}")
        with st.container(width="stretch", gap=None):
            st.markdown(plain(check.result, links=True))
            if check.fix and not (check.state == MISSING and check.title in BY_TITLE):
                st.caption(plain(check.fix))
        if check.state == MISSING and check.title in BY_TITLE:
            with st.container(width=230):
                fetch(BY_TITLE[check.title])


@st.fragment(run_every=0.5)
def fetch(data: DataSet) -> None:
    """Draw the download of a missing data set; the page is rerun once it is here."""
    if not missing_files(data.name):
        rerun()
    show_download(data, f"download-{data.name}")


def show_tile(check: Check) -> None:
    """Draw one requirement that is met."""
    with st.container(key=f"check-{check.title}", width=288, gap=None):
        st.markdown(f"{ICONS[check.state]} **{plain(check.title)}**")
        st.caption(plain(check.result, links=True))


def show_verdict(checks: Sequence[Check]) -> None:
    """Draw what the checks come to: whether a lecture can be given, and with which pictures."""
    here = [check.title for check in checks if check.title in BY_TITLE and check.state != MISSING]
    missing = any(check.state == MISSING for check in checks)
    words = plain(verdict(checks))
    if missing and here:
        words = f"**A lecture can be given now, with {plain(' or '.join(here))}.** {words}"
    with st.container(key="verdict"):
        (st.info if missing else st.success)(words, icon=ICONS[WARNING if missing else OK])


devices = application().runs.devices.ask()
checks = (*all_checks(st.get_option("server.address"), st.get_option("server.port")), check_device(devices))
to_do = [check for check in checks if check.state != OK]
page_layout.heading(
    "Ready for class", "What a lecture needs of this machine. Nothing is sent anywhere to find out.", code=False
)
show_verdict(checks)
if to_do:
    with st.container(border=True, key="checks-to-do", gap="small"):
        st.header("For you to decide")
        for check in to_do:
            show_check(check)
with st.container(border=True, key="checks-met"):
    met = [check for check in checks if check.state == OK]
    st.header(f"In order: {len(met)} of {len(checks)}")
    with st.container(horizontal=True, gap="small"):
        for check in met:
            show_tile(check)
if devices is None:
    waiting.wait_for(lambda: application().runs.devices.ask(wait=False) is not None, "", 0)
page_layout.engine_foot()
