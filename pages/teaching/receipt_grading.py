"""The teacher's card that checks a handed-in lab or a receipt (a signed proof of a passed task) and repeats its runs."""

import pandas as pd
import streamlit as st

from core.application import application
from core.csv_text import as_text
from core.number_text import moment_text, percent, quantity
from core.problems import Problem, ProblemError
from core.teaching import hand_in
from core.teaching.hand_in import HandInFile
from core.teaching.library import OF_BROUGHT, is_uploaded_deck
from core.teaching.trials import receipts, regrading
from core.teaching.trials.receipts import Receipt
from core.teaching.trials.regrading import RegradedRun
from pages.shell import session
from pages.shell.messages import escape_markdown, show_problem
from pages.shell.upload_memory import take_uploads, uploaded_file

READ, SERIES, PROBLEM, FILES = "graded_receipt", "graded_series", "receipt_problem", "receipt_files"
HANDED_IN = "handed_in_file"
MEGABYTES = 4  # `core.teaching.hand_in` reads no larger file
REFRESH_SECONDS = 1.0


def draw() -> None:
    """Draw the card: the upload field, the contents of the file, and the comparison with runs that are trained again."""
    with st.container(key="card-grade-receipt", border=True, gap="small"):
        st.header("Check what was handed in")
        st.caption(
            "The file of a lab that was handed in, or the receipt of a passed task. This server signed it, so that changes "
            "are seen. It does not say who sat at the keyboard, and anybody may choose any name."
        )
        key = f"receipt-file-{st.session_state.get(FILES, 0)}"
        st.file_uploader(
            "A file of a lab (.html), or a receipt (.json)",
            type=["html", "json"],
            key=key,
            max_upload_size=MEGABYTES,
            on_change=_read,
            args=(key,),
            width=500,
        )
        problem: Problem | None = st.session_state.get(PROBLEM)
        receipt: Receipt | None = st.session_state.get(READ)
        if problem is not None:
            show_problem(problem, "receipt")
        if (file := st.session_state.get(HANDED_IN)) is not None:
            _say_file(file)
        if receipt is not None:
            _say(receipt)
            _grading(receipt)


def _read(key: str) -> None:
    """Read an uploaded receipt or lab file. If the file is refused, save the problem for the page to show."""
    file = uploaded_file(key)
    if file is None:
        return
    st.session_state[FILES] = st.session_state.get(FILES, 0) + 1
    for name in (READ, SERIES, PROBLEM, HANDED_IN):
        st.session_state.pop(name, None)
    try:
        [(_, content)] = take_uploads([file])
        if hand_in.is_hand_in(content):
            st.session_state[HANDED_IN] = hand_in.read(content)
        else:
            st.session_state[READ] = receipts.read(content)
    except ProblemError as error:
        st.session_state[PROBLEM] = error.problem


def _say_file(file: HandInFile) -> None:
    """Draw the contents of a handed-in lab file: author, time, results, and the receipt of each task."""
    about = file.content
    who = escape_markdown(about["nickname"]) or "Somebody without a nickname"
    st.markdown(
        f":material/verified: **Signed by this server.** {who}, “{escape_markdown(about['deck_title'])}”, "
        f"{moment_text(about['written'])}: {about['good']} of {about['total']} right or done. {about.get('state', '')}"
    )
    if is_uploaded_deck(about["deck"]):
        st.error(OF_BROUGHT, icon=":material/error:")
    if not file.is_as_written:
        st.error(
            "The words of the page were changed after it was signed. What stands here is what was signed.",
            icon=":material/error:",
        )
    rows = [  # guarded, since the table on the screen can be saved as CSV
        {"Scene": as_text(scene["title"]), "Asked": as_text(item["asked"]), "Said or seen": as_text(item["said"])}
        | {"Result": item["mark"]}
        | {"Answers": item["tries"], "Hints": item["hints"]}
        for scene in about["scenes"]
        for item in scene["items"]
    ]
    st.dataframe(pd.DataFrame(rows), hide_index=True, key="handed-in-items")
    for number, receipt in enumerate(file.receipts):
        with st.container(horizontal=True, vertical_alignment="center", gap="small"):
            st.markdown(f"{_of_task(receipt)} {_passed(receipt)}", width="stretch")
            if receipt.runs:
                st.button(
                    "Look closer",
                    key=f"handed-in-{number}",
                    help=f"The receipt of the task {escape_markdown(receipt.task)}, to train its runs again",
                    on_click=_look_at,
                    args=(receipt,),
                )


def _look_at(receipt: Receipt) -> None:
    st.session_state.pop(SERIES, None)
    st.session_state[READ] = receipt


def _of_task(receipt: Receipt) -> str:
    deck = f"“{escape_markdown(receipt.deck_title)}”"
    if receipt.is_of_brought_deck:
        deck += f" :red[(a deck that somebody brought, {escape_markdown(receipt.deck)})]"
    return f"Task **{escape_markdown(receipt.task)}** of {deck}:"


def _passed(receipt: Receipt) -> str:
    name = f"as {escape_markdown(receipt.nickname)}" if receipt.nickname else "without a nickname"
    return f"passed on {moment_text(receipt.passed)}, {name} at that time."


def _say(receipt: Receipt) -> None:
    who = escape_markdown(receipt.nickname) or "Somebody without a nickname"
    st.markdown(
        f":material/verified: **Signed by this server.** {who} reached {percent(receipt.share)} of a task of "
        f"“{escape_markdown(receipt.deck_title)}” on {moment_text(receipt.passed)}: {escape_markdown(receipt.do)}"
    )
    if receipt.is_of_brought_deck:
        st.error(f"{OF_BROUGHT} Its name is {escape_markdown(receipt.deck)}.", icon=":material/error:")
    for words in receipt.saw:
        st.markdown(f"- {escape_markdown(words)}")


@st.fragment(run_every=REFRESH_SECONDS)
def _grading(receipt: Receipt) -> None:
    """Draw the button that trains the runs of a receipt again, the progress, and whether each run gives the same numbers."""
    if not receipt.runs:
        st.caption("No run stands behind this task: there is nothing to train again.")
        return
    series: str | None = st.session_state.get(SERIES)
    if series is None:
        label = f"Train {quantity(len(receipt.runs), 'run')} again"
        st.button(label, key="receipt-again", icon=":material/replay:", on_click=_begin, args=(receipt,))
        return
    grading = regrading.regrading_progress(application().runs, receipt, series)
    if not grading.is_over:
        st.progress(grading.over / grading.runs, f"{grading.over} of {quantity(grading.runs, 'run')} trained again.")
        st.button("Stop", key="receipt-stop", icon=":material/stop:", on_click=_stop, args=(series,))
    for run, regraded in zip(receipt.runs, grading.found, strict=True):
        _compare(regraded, run.experiment.fit.seed, is_over=grading.is_over)


def _compare(regraded: RegradedRun | None, seed: int, *, is_over: bool) -> None:
    if regraded is not None:
        draw = st.success if regraded.is_same else st.warning
        draw(escape_markdown(regraded.words), icon=":material/check:" if regraded.is_same else ":material/difference:")
    elif is_over:
        st.warning(f"Seed {seed}: the run did not finish. Its page says why.", icon=":material/error:")


def _begin(receipt: Receipt) -> None:
    try:
        st.session_state[SERIES] = regrading.begin_regrading(
            application().runs, receipt, session.visitor(), is_lecturer=session.is_lecturer()
        )
    except ProblemError as error:
        st.session_state[PROBLEM] = error.problem


def _stop(series: str) -> None:
    regrading.stop(application().runs, series)
