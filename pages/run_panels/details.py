"""One run looked at closely: what it was, what it brought, its name and note, what to do with it next, and its replay."""

from collections.abc import Callable
from functools import partial
from typing import Any

import streamlit as st

from core.application import application
from core.experiment.descriptions import early_end, sentence
from core.number_text import accuracy_text, rounded
from core.runs.comparison import Outcome, compare
from core.runs.history import LONGEST_NAME, LONGEST_NOTE
from core.runs.run_record import Run
from core.runs.states import STATES
from pages import components
from pages.run_panels import run_controls
from pages.run_panels.replay_panel import replay
from pages.shell import session
from pages.shell.messages import plain, show_problem
from pages.shell.view import run_counts
from pages.widgets import run_picker

MOST_SEEDS = 10
DELETED = "deleted"  # in the address, so that Undo is still there after a reload


def details(one: Outcome, older: Outcome | None) -> None:
    """All about one run; only its owner can change it.

    Parameters
    ----------
    one
        The run and its outcome.
    older
        The run that it is compared with, or None.
    """
    run = one.run
    own = run.visitor == session.visitor()
    with st.container(border=True, key="run-details"):
        with st.container(horizontal=True, vertical_alignment="center", gap="small"):
            st.header(plain(run.title), width="content")
            st.badge(STATES[run.state].word.capitalize(), color="gray")
        st.markdown(sentence(run.experiment, run_counts(run)))
        if older is not None:
            st.markdown(f"**{plain(compare(one, older))}**")
        if by_hand := application().results.steering(run):
            st.markdown(f"Steered by hand: {'; '.join(map(plain, by_hand))}.")
        if early := early_end(run.experiment, run.result):
            st.markdown(early)
        if run.problem is not None:
            show_problem(run.problem, "runs", run)
        _numbers(one)
        if own:
            _words(run)
        elif run.note:
            st.markdown(plain(run.note))
        _actions(run, own)
        if run.is_over:
            _again(run, own)
    if own and run.series:
        _series(run)
    if not session.is_hidden("code"):
        _code(run)
    if run.is_over:
        replay(run)


def _numbers(one: Outcome) -> None:
    with st.container(horizontal=True, key="run-numbers"):
        for name in ("accuracy", "loss"):
            value = one.last(name)
            if value is not None:
                st.metric(f"Validation {name}", accuracy_text(value) if name == "accuracy" else rounded(value))
        st.metric("Epochs", f"{len(one.epochs):,} of {one.run.experiment.fit.epochs:,}")
        if one.seconds is not None:
            st.metric("Training took", f"{rounded(one.seconds)} s")
    if words := one.last_epoch_words:
        st.caption(words)


def _words(run: Run) -> None:
    """Its name and note, kept as soon as they are changed."""
    saved = st.session_state.pop("runs_saved", None)
    with st.container(horizontal=True, key="run-words"):
        for what, now, most in (("name", run.name, LONGEST_NAME), ("note", run.note, LONGEST_NOTE)):
            key = f"run-{what}-{run.id}"
            st.session_state[key] = now  # the ledger's word counts: it may have been cut, or changed in another tab
            with st.container(width="stretch", gap=None):
                st.text_input(what.capitalize(), key=key, max_chars=most, on_change=_describe, args=(run.id, what, key))
                if saved == (run.id, what):
                    st.caption(f":material/check: The {what} is saved.")


def _describe(identity: str, what: str, key: str) -> None:
    change: dict[str, Any] = {what: st.session_state[key]}
    application().history.describe(identity, **change)
    st.session_state["runs_saved"] = (identity, what)


def _actions(run: Run, own: bool) -> None:
    with st.container(horizontal=True, key="run-actions"):
        button = partial(st.button, on_click=_act)
        as_draft: dict[str, Any] = {"args": (session.open_as_draft, run), "help": session.OPEN_AS_DRAFT}
        button("Open as draft", key="run-draft", icon=":material/edit:", **as_draft)
        button(
            "Watch", key="run-watch", icon=":material/monitoring:", args=(session.show, run), help="Its curves, on Train."
        )
        st.download_button(
            "Points as CSV",
            lambda: application().results.points_csv(run).encode("utf-8-sig"),
            file_name=f"run-{run.number}.csv",
            mime="text/csv",
            key="run-csv",
            icon=":material/download:",
            on_click="ignore",
            help="Every batch and epoch that was recorded, none left out.",
        )
        if own:
            on = not run.is_over
            help_ = f"Run {run.number} is still {STATES[run.state].word}: stop it first." if on else "It can be had back."
            button("Delete", key="run-delete", icon=":material/delete:", args=(_delete, run), help=help_, disabled=on)


def _again(run: Run, own: bool) -> None:
    """Its ways to go on, and to be repeated."""
    with st.container(horizontal=True, vertical_alignment="bottom", key="run-again"):
        if own:
            with st.popover("Repeat with other seeds", icon=":material/casino:", key="run-repeat-popover"):
                st.markdown("The same experiment from other starts of chance: how much of a difference is luck?")
                seeds = st.number_input("Runs", 2, MOST_SEEDS, 3, key="run-seeds", help="Each with a seed of its own.")
                st.button(f"Train {seeds} runs", key="run-repeat", on_click=_act, args=(_repeat, run))
        if not application().results.awaits_evaluation(run):
            run_controls.over(run)


def _code(run: Run) -> None:
    """Its script, folded away: its own, whatever the draft has become."""
    with st.expander(
        f"The code of {session.name_of(run)}", key="run-code", on_change="rerun", icon=":material/code:"
    ) as code:
        if code.open:
            text, title = application().results.script(run), f"The code of {session.name_of(run)}"
            components.code(script=text, title=title, file_name=f"run-{run.number}.py", key=f"run-code-{run.id}")


def _series(run: Run) -> None:
    """The repeats that it is one of."""
    members = application().history.series(run.series)
    others = len(members) - 1
    if others:
        with st.container(horizontal=True, vertical_alignment="center", key="run-series"):
            st.markdown(f"One of {len(members)} repeats that differ in their seed alone.")
            ids = [member.id for member in reversed(members)]
            st.button("See them side by side", key="run-select-series", on_click=run_picker.select_runs, args=(ids,))


# What the buttons do


def _act(action: Callable[..., None], *arguments: Any) -> None:
    """Do something; what stands in the way is kept for the page to show. It ends the offer to undo a deletion."""
    st.query_params.pop(DELETED, None)
    with session.refusing():
        action(*arguments)


def _repeat(run: Run) -> None:
    seeds = st.session_state["run-seeds"]  # as it is now: both may be used before the page is drawn again
    series = application().runs.repeat(run.experiment, session.visitor(), seeds, is_lecturer=session.is_lecturer())
    run_picker.select_runs(member.id for member in reversed(application().history.series(series)))
    st.toast(f"{seeds} runs are in the queue.", icon=":material/casino:")


def _delete(run: Run) -> None:
    if application().history.delete_run(run.id):
        run_picker.clear()
        session.leave(run)
        st.query_params[DELETED] = run.id


def undo_delete() -> None:
    """What was deleted last, and the button that brings it back; until the next action."""
    if DELETED not in st.query_params:
        return
    gone = application().history.last_deleted(session.visitor())
    if gone is None or gone.id != st.query_params[DELETED]:
        return
    with st.container(horizontal=True, vertical_alignment="center", border=True, key="runs-deleted"):
        st.markdown(f":material/delete: {plain(gone.title)} was deleted.", width="stretch")
        st.button("Undo", key="runs-undo", icon=":material/undo:", on_click=_act, args=(_restore, gone.id))


def _restore(identity: str) -> None:
    application().history.restore_run(identity)
    run_picker.select_runs([identity])
