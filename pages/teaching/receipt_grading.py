"""For who presents: read a receipt that somebody handed in, and train its runs again to the same digit."""

from datetime import UTC, datetime

import streamlit as st

from core.application import application
from core.number_text import percent, quantity
from core.problems import Problem, ProblemError
from core.teaching.trials import receipts, regrading
from core.teaching.trials.receipts import Receipt
from core.teaching.trials.regrading import Regraded
from pages.shell import session
from pages.shell.messages import plain, show_problem
from pages.shell.upload_memory import take

READ, SERIES, PROBLEM, FILES = "graded_receipt", "graded_series", "receipt_problem", "receipt_files"
MEGABYTES = 2  # what `core.teaching.trials.receipts` reads at most
REFRESH_SECONDS = 1.0


def draw() -> None:
    """Draw the field that takes a receipt, what it says, and the comparison with its runs trained again."""
    with st.container(key="grade-receipt", border=True, gap="small"):
        st.header("Grade a receipt again")
        st.caption("A receipt is the file that **Receipt** gives beside a passed task. This server signed it.")
        key = f"receipt-file-{st.session_state.get(FILES, 0)}"
        st.file_uploader(
            "A receipt (.json)", type=["json"], key=key, max_upload_size=MEGABYTES, on_change=_read, args=(key,), width=500
        )
        problem: Problem | None = st.session_state.get(PROBLEM)
        receipt: Receipt | None = st.session_state.get(READ)
        if problem is not None:
            show_problem(problem, "receipt")
        if receipt is not None:
            _say(receipt)
            _grading(receipt)


def _read(key: str) -> None:
    """Read an uploaded receipt, or keep why it is refused."""
    file = st.session_state.get(key)
    if file is None:
        return
    st.session_state[FILES] = st.session_state.get(FILES, 0) + 1
    for name in (READ, SERIES, PROBLEM):
        st.session_state.pop(name, None)
    try:
        [(_, content)] = take([file])
        st.session_state[READ] = receipts.read(content)
    except ProblemError as error:
        st.session_state[PROBLEM] = error.problem


def _say(receipt: Receipt) -> None:
    who = plain(receipt.nickname) or "Somebody without a nickname"
    day = datetime.fromtimestamp(receipt.passed, UTC).strftime("%d %B %Y, %H:%M UTC")
    st.markdown(
        f":material/verified: **Signed by this server.** {who} reached {percent(receipt.share)} of a task of "
        f"“{plain(receipt.deck_title)}” on {day}: {plain(receipt.do)}"
    )
    for saw in receipt.saw:
        st.markdown(f"- {plain(saw)}")


@st.fragment(run_every=REFRESH_SECONDS)
def _grading(receipt: Receipt) -> None:
    """Draw the button that trains the runs again, how far they are, and how each compares."""
    if not receipt.runs:
        st.caption("No run stands behind this task: there is nothing to train again.")
        return
    series: str | None = st.session_state.get(SERIES)
    if series is None:
        label = f"Train {quantity(len(receipt.runs), 'run')} again"
        st.button(label, key="receipt-again", icon=":material/replay:", on_click=_begin, args=(receipt,))
        return
    grading = regrading.look(application().runs, receipt, series)
    if not grading.is_over:
        st.progress(grading.over / grading.runs, f"{grading.over} of {quantity(grading.runs, 'run')} trained again.")
        st.button("Stop", key="receipt-stop", icon=":material/stop:", on_click=_stop, args=(series,))
    for run, one in zip(receipt.runs, grading.found, strict=True):
        _compare(one, run.experiment.fit.seed, is_over=grading.is_over)


def _compare(found: Regraded | None, seed: int, *, is_over: bool) -> None:
    if found is not None:
        draw = st.success if found.is_same else st.warning
        draw(plain(found.words), icon=":material/check:" if found.is_same else ":material/difference:")
    elif is_over:
        st.warning(f"Seed {seed}: the run did not finish. Its page says why.", icon=":material/error:")


def _begin(receipt: Receipt) -> None:
    try:
        st.session_state[SERIES] = regrading.begin(application().runs, receipt, session.visitor())
    except ProblemError as error:
        st.session_state[PROBLEM] = error.problem


def _stop(series: str) -> None:
    regrading.stop(application().runs, series)
