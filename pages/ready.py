"""The page Ready for class: the requirements of a lecture on this machine, their state, and how to meet them."""

from collections.abc import Sequence

import streamlit as st

from core.application import application
from core.catalogue.datasets import DATASETS, DataSet, missing_files
from core.engine.readiness import MISSING, OK, WARNING, Check, DevicesQuestion, all_checks, check_device, readiness_sentence
from core.number_text import memory_text
from pages.datasets.download_panel import show_download
from pages.frame import page_layout
from pages.shell import waiting
from pages.shell.messages import escape_markdown
from pages.shell.streamlit_patches import rerun

ICONS = {OK: ":material/check_circle:", WARNING: ":material/warning:", MISSING: ":material/cancel:"}
NOT_DOWNLOADED = "not downloaded"
ADDRESS = "Address"  # the title of the check whether the room can open the dashboard
BY_TITLE = {data.title: data for data in DATASETS.values()}


def show_check(check: Check) -> None:
    """Draw a check of the machine with its state, its result, and its fix if the check failed."""
    is_download = check.state == MISSING and check.title in BY_TITLE
    with st.container(key=f"check-{check.title}", horizontal=True, gap="medium", vertical_alignment="center"):
        with st.container(width=150, gap=None):
            st.markdown(f"**{escape_markdown(check.title)}**")
        with st.container(width=150, gap=None):
            st.markdown(NOT_DOWNLOADED if is_download else f"{ICONS[check.state]} {check.state}")
        with st.container(width="stretch", gap=None):
            download = memory_text(BY_TITLE[check.title].num_bytes) if is_download else ""
            st.markdown(download or escape_markdown(check.result, links=True))
            if check.fix and not is_download:
                st.caption(escape_markdown(check.fix))
            if check.command:
                st.code(check.command, language=None, wrap_lines=True)
        if is_download:
            with st.container(width=230, horizontal_alignment="right"):
                fetch(BY_TITLE[check.title])


@st.fragment(run_every=0.5)
def fetch(data: DataSet) -> None:
    """Draw the download of a missing data set. Rerun the page once the data set is available."""
    if not missing_files(data.name):
        rerun()
    show_download(data, f"download-{data.name}")


def show_tile(check: Check) -> None:
    """Draw a passed check as a small tile."""
    with st.container(key=f"check-{check.title}", gap=None):
        st.markdown(f"{ICONS[check.state]} **{escape_markdown(check.title)}**")
        st.caption(escape_markdown(check.result, links=True))


def show_verdict(checks: Sequence[Check]) -> None:
    """Draw the conclusion of the checks: whether a lecture can be given on this machine, and with which data sets."""
    here = [check.title for check in checks if check.title in BY_TITLE and check.state != MISSING]
    missing = any(check.state == MISSING for check in checks)
    words = escape_markdown(readiness_sentence(checks))
    is_alone = any(check.title == ADDRESS and check.state != OK for check in checks)
    with st.container(key="verdict", gap="small"):
        if missing and here:
            words = f"**A lecture can be given now, with {escape_markdown(' or '.join(here))}.**"
        (st.success if here else st.warning)(words, icon=ICONS[OK if here else WARNING])
        if is_alone:
            st.warning("It is given from this machine; the room cannot join yet: see Address.", icon=ICONS[WARNING])


devices = application().ask(DevicesQuestion())
device = check_device(devices if isinstance(devices, str) else None)
checks = (*all_checks(st.get_option("server.address"), st.get_option("server.port")), device)
to_do = sorted((check for check in checks if check.state != OK), key=lambda check: check.title != ADDRESS)
page_layout.heading(
    "Ready for class", "For the lecturer: what a lecture needs of this machine. Nothing is sent anywhere to find out."
)
show_verdict(checks)
if to_do:
    with st.container(border=True, key="card-checks-to-do", gap="small"):
        st.header("For you to decide")
        for check in to_do:
            show_check(check)
met = [check for check in checks if check.state == OK]
with st.container(key="card-checks-met"):
    left = f", {len(to_do)} for you to decide" if to_do else ""
    with st.expander(f"{len(met)} checks are fine{left}"), st.container(key="checks-tiles"):
        for check in met:
            show_tile(check)
if devices is None:
    waiting.wait_for(lambda: application().ask(DevicesQuestion(), wait=False) is not None, "", 0)
page_layout.draw_engine_footer()
