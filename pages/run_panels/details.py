"""A run in detail: its experiment and results, its name and note, its next steps, and its replay."""

from collections.abc import Callable
from functools import partial
from typing import Any

import streamlit as st

from core.analysis.devices import device_words
from core.application import application
from core.experiment.descriptions import early_stop_sentence, sentence
from core.number_text import metric_text, seconds_text
from core.runs.comparison import Outcome, compare
from core.runs.history import LONGEST_NAME, LONGEST_NOTE
from core.runs.run_record import Run
from core.runs.run_summaries import result_headline
from core.runs.states import STATES
from pages.components.code_view.code_view import code_view
from pages.run_panels import run_controls
from pages.run_panels.replay_panel import replay
from pages.run_panels.run_colours import run_coloured_container
from pages.shell import session
from pages.shell.messages import escape_markdown, show_problem
from pages.shell.page_data import run_counts
from pages.widgets import run_picker

MOST_SEEDS = 10
DELETED = "deleted"  # in the address, so that Undo survives a reload


def details(outcome: Outcome, older: Outcome | None, *, has_row: bool = False, has_title: bool = True) -> None:
    """Draw all details of a run. Only its owner can change the run.

    Parameters
    ----------
    outcome
        The run and its outcome.
    older
        The run to compare with, or None.
    has_row
        Whether a row above has the result in words.
    has_title
        Whether the details name the run. Not if the only row stands directly above.
    """
    run = outcome.run
    own = run.visitor == session.visitor()
    with st.container(border=True, key="card-run-details"):
        if has_title:
            _heading(outcome, has_row=has_row)
        st.markdown(sentence(run.experiment, run_counts(run)))
        if older is not None:
            _compared(outcome, older)
        if commands := application().results.steering(run):
            st.markdown(f"Commands to this run: {'; '.join(map(escape_markdown, commands))}.")
        if early := early_stop_sentence(run.experiment, run.result):
            st.markdown(early)
        if run.problem is not None:
            show_problem(run.problem, "runs", run)
        _numbers(outcome)
        _actions(run, own)
        if run.note:
            st.markdown(escape_markdown(run.note))
        with st.expander("More: name, repeat, more epochs, CSV" if own else "More", key="run-more"):
            _further_actions(run, own)
            if computed := device_words((run.result or {}).get("provenance", ())):
                st.caption(f"Computed {escape_markdown(computed)}.")
    if own and run.series:
        _series(run)
    if not session.is_hidden("code"):
        _code(run)
    if run.is_over:
        replay(run)


def _heading(outcome: Outcome, *, has_row: bool) -> None:
    """Draw the title of a run, with its state or its result unless a row says it."""
    run = outcome.run
    result = "" if has_row or run.state != "finished" else f"{',' if run.name else ':'} {result_headline(outcome).title}"
    with st.container(horizontal=True, vertical_alignment="center", gap="small"):
        with run_coloured_container(run, width="content"):
            st.header(escape_markdown(f"{run.title}{result}"), width="content")
        if run.state != "finished":
            st.badge(STATES[run.state].word.capitalize(), color="gray")


def _compared(outcome: Outcome, older: Outcome) -> None:
    """Draw a comparison with another run, and the verdict on whether the changes caused the difference."""
    st.markdown(f"**{escape_markdown(compare(outcome, older))}**")
    if verdict := application().results.verdict(outcome.run, older.run):
        st.markdown(escape_markdown(verdict.text))


def _numbers(outcome: Outcome) -> None:
    with st.container(horizontal=True, key="run-numbers"):
        for name in ("accuracy", "loss"):
            value = outcome.last(name)
            if value is not None:
                st.metric(f"Validation {name}", metric_text(name, value))
        st.metric("Epochs", f"{len(outcome.epochs):,} of {outcome.run.experiment.fit.epochs:,}")
        if outcome.seconds is not None:
            st.metric("Training took", seconds_text(outcome.seconds))
    if words := outcome.last_epoch_words:
        st.caption(words)


def _words(run: Run) -> None:
    """Draw the fields for the name and the note of a run, which are saved as soon as they are changed."""
    saved = st.session_state.pop("runs_saved", None)
    with st.container(horizontal=True, key="run-words"):
        for field, current, most in (("name", run.name, LONGEST_NAME), ("note", run.note, LONGEST_NOTE)):
            key = f"run-{field}-{run.id}"
            st.session_state[key] = current  # the stored text counts: the limit or another tab may have changed the text
            with st.container(width="stretch", gap=None):
                st.text_input(field.capitalize(), key=key, max_chars=most, on_change=_describe, args=(run.id, field, key))
                if saved == (run.id, field):
                    st.caption(f":material/check: The {field} is saved.")


def _describe(run_id: str, field: str, key: str) -> None:
    change: dict[str, Any] = {field: st.session_state[key]}
    application().history.describe(run_id, **change)
    st.session_state["runs_saved"] = (run_id, field)


def _actions(run: Run, own: bool) -> None:
    """Draw the buttons of a run that are pressed most, and Delete apart."""
    with st.container(horizontal=True, vertical_alignment="bottom", key="run-actions"):
        button = partial(st.button, on_click=_run_action)
        again = "Change something and train again"
        button(again, key="run-draft", icon=":material/edit:", args=(_change_and_train, run), help=session.OPEN_AS_DRAFT)
        button("See its curves", key="run-watch", icon=":material/monitoring:", args=(session.show, run), help="On Train.")
        if run_controls.can_resume(run):
            run_controls.ended_run_controls(run)
        if own:
            on = not run.is_over
            help_ = f"Run {run.number} is still {STATES[run.state].word}: stop it first." if on else "Undo restores it."
            delete: dict[str, Any] = {"args": (_delete, run), "help": help_, "disabled": on}
            button("Delete", key="run-delete", icon=":material/delete:", type="tertiary", **delete)


def _further_actions(run: Run, own: bool) -> None:
    """Draw what is rarely needed: the name and the note, the buttons that repeat or continue a run, and the CSV file."""
    if own:
        _words(run)
    with st.container(horizontal=True, vertical_alignment="bottom", key="run-again"):
        if own and run.is_over:
            with st.popover("Repeat with other seeds", icon=":material/casino:", key="run-repeat-popover"):
                st.markdown("The same experiment with other seeds: how much of a difference is luck?")
                help_ = "Each with a seed of its own: the first has the seed of this run, the others have the next seeds."
                seeds = st.number_input("Runs", 2, MOST_SEEDS, 3, key="run-seeds", help=help_)
                st.button(f"Train {seeds} runs", key="run-repeat", on_click=_run_action, args=(_repeat, run))
        if run.is_over and not run_controls.can_resume(run) and not application().results.awaits_evaluation(run):
            run_controls.ended_run_controls(run)
        st.download_button(
            "Curves as CSV",
            lambda: application().results.points_csv(run).encode("utf-8-sig"),
            file_name=f"run-{run.number}.csv",
            mime="text/csv",
            key="run-csv",
            icon=":material/download:",
            on_click="ignore",
            help="Every batch and epoch that was recorded, none left out.",
        )


def _code(run: Run) -> None:
    """Draw the script of the run in an expander. The script does not change with the draft."""
    with st.expander(
        f"The code of {session.run_name_text(run)}", key="run-code", on_change="rerun", icon=":material/code:"
    ) as code:
        if code.open:
            text, title = application().results.script(run), f"The code of {session.run_name_text(run)}"
            code_view(script=text, title=title, file_name=f"run-{run.number}.py", key=f"run-code-{run.id}")


def _series(run: Run) -> None:
    """Draw the number of repeats that differ only in their seed, and the button that selects them all."""
    members = application().history.series(run.series)
    others = len(members) - 1
    if others:
        with st.container(horizontal=True, vertical_alignment="center", key="run-series"):
            st.markdown(f"One of {len(members)} repeats that differ in their seed alone.")
            ids = [member.id for member in reversed(members)]
            st.button("See them side by side", key="run-select-series", on_click=run_picker.select_runs, args=(ids,))


# The actions of the buttons


def _run_action(action: Callable[..., None], *arguments: Any) -> None:
    """Run the action of a button.

    If the action is refused, the page shows why. Any action ends the offer to undo a deletion.
    """
    st.query_params.pop(DELETED, None)
    with session.catch_refusal():
        action(*arguments)


def _change_and_train(run: Run) -> None:
    """Make the run's experiment the draft, and open Train with its settings unfolded."""
    session.open_as_draft(run)
    if session.draft().experiment == run.experiment:
        session.show(run)
        st.session_state["show-settings"] = True


def _repeat(run: Run) -> None:
    seeds = st.session_state["run-seeds"]  # the current value: both widgets may be used before the page is drawn again
    series = application().runs.repeat(run.experiment, session.visitor(), seeds, is_lecturer=session.is_lecturer())
    run_picker.select_runs(member.id for member in reversed(application().history.series(series)))
    st.toast(f"{seeds} runs are in the queue.", icon=":material/casino:")


def _delete(run: Run) -> None:
    if application().history.delete_run(run.id):
        run_picker.clear()
        session.leave(run)
        st.query_params[DELETED] = run.id


def undo_delete() -> None:
    """Draw the notice of the last deletion with an Undo button, until the next action."""
    if DELETED not in st.query_params:
        return
    deleted = application().history.last_deleted(session.visitor())
    if deleted is None or deleted.id != st.query_params[DELETED]:
        return
    with st.container(horizontal=True, vertical_alignment="center", border=True, key="card-runs-deleted"):
        st.markdown(f":material/delete: {escape_markdown(deleted.title)} was deleted.", width="stretch")
        st.button("Undo", key="runs-undo", icon=":material/undo:", on_click=_run_action, args=(_restore, deleted.id))


def _restore(run_id: str) -> None:
    application().history.restore_run(run_id)
    run_picker.select_runs([run_id])
