"""The visitor of this session, their draft, and the run that they look at. Drafts and runs are kept on disk."""

import secrets
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import Any, Literal

import streamlit as st

from core.application import application
from core.experiment.model import Experiment
from core.experiment.serialization import dumps, loads
from core.experiment.share_links import LOCKED, locked_changes
from core.lecturer_token import is_token
from core.problems import Problem, ProblemError
from core.run_events import Actor, Command
from core.runs.drafts import Draft, Lock
from core.runs.run_record import LECTURER, OWNER, Run
from pages.shell import account
from pages.shell.middleware import VISITOR_COOKIE
from pages.shell.streamlit_patches import rerun

LECTURER_COOKIE = "lecturer"
ASKED_TAB = "asked_tab"  # the key of the tab that a scene or a task's Show me opens, on whichever page has it
GUIDE_IS_OLD = "guide_is_old"  # the key of whether something was noted since the guide was drawn
DECK_OPEN = "deck_open"  # the key of the name of the deck that is open, "" for none; the guide sets it
MOST_SHOWN = 500  # widgets whose last values are remembered: those of a few revisions
OPEN_AS_DRAFT = "Its experiment becomes your draft; Undo on Define brings the old draft back."
RUN_GONE = Problem(
    code="run-gone",
    where=(),
    happened="The run of this address is not here.",
    expected="Expected one that is kept on this server; it was deleted, or the address was cut.",
    fix="Ask whoever sent it for another link. What you see now is your own.",
    severity="warning",
)
SHOW_RUNS = ("Train", "Stage")  # the pages, by title, on which a run is watched


def visitor() -> str:
    """The visitor's name: of their account, else their cookie, else one for this session where the browser keeps none."""
    return account.account_name() or _browser()


def _browser() -> str:
    cookie = st.context.cookies.get(VISITOR_COOKIE)
    if cookie and not cookie.startswith(account.ACCOUNT):  # else a cookie made by hand would open somebody's account
        return cookie
    return st.session_state.setdefault("visitor_without_cookie", secrets.token_urlsafe(16))


def is_lecturer() -> bool:
    """Whether the visitor holds the lecturer's token."""
    return is_token(st.context.cookies.get(LECTURER_COOKIE, ""))


def controls(run: Run) -> Actor | None:
    """Return the role in which the visitor steers a run; None where they only watch."""
    if run.visitor == visitor():
        return OWNER
    return LECTURER if is_lecturer() else None


@contextmanager
def refusing() -> Iterator[None]:
    """Keep the problem of a refused action, for the page to show."""
    try:
        yield
    except ProblemError as error:
        st.session_state["refusal"] = error.problem


def draft() -> Draft:
    """The visitor's draft; at their first visit the lecture's experiment on the best data set of this machine."""
    return application().drafts.current(visitor())


def begin() -> None:
    """Notice whether anything but a widget changed the draft. Call it once at the start of each script run.

    Widgets keep their own values, which would replace the draft's. Their keys carry a revision: a new revision makes new
    widgets that start from the draft. An edit by a widget keeps the revision, and so the focus.
    """
    _bring_draft_along()
    st.session_state["lock"] = application().drafts.lock(visitor())  # another tab may have opened or left a link
    now = dumps(draft().experiment)
    if st.session_state.get("seen_draft") != now:
        _note_shown()
        st.session_state["seen_draft"] = now
        st.session_state["revision"] = revision() + 1


def _bring_draft_along() -> None:
    """Begin the work of an account, at its first login, with the draft of the browser."""
    drafts = application().drafts
    if account.account_name() and drafts.draft(visitor()) is None and (mine := drafts.draft(_browser())) is not None:
        drafts.edit_draft(visitor(), mine.experiment)


def _note_shown() -> None:
    """Remember the values of the widgets that are replaced now; see `is_stale_event`."""
    left = {key: value for key, value in st.session_state.items() if str(key).endswith(f"#{revision()}")}
    st.session_state["shown"] = dict([*st.session_state.get("shown", {}).items(), *left.items()][-MOST_SHOWN:])


def revision() -> int:
    """A number for widgets' keys; see `begin`."""
    return st.session_state.get("revision", 0)


def is_stale_event(key: str) -> bool:
    """Whether a widget of an earlier revision reports the value that it already showed, or one that is gone.

    During a rerun the browser sends the values of the old widgets once more. Streamlit has forgotten these widgets and takes
    their values for changes, which would undo the edit that caused the rerun.
    """
    shown = st.session_state.get("shown", {})
    return key not in st.session_state or (key in shown and shown[key] == st.session_state[key])


def the_lock() -> Lock | None:
    """Return the lock of the link that the visitor opened; None where nothing is locked."""
    if "lock" not in st.session_state:
        st.session_state["lock"] = application().drafts.lock(visitor())
    return st.session_state["lock"]


def locked() -> tuple[str, ...]:
    """The parts of the experiment that the link which the visitor opened locks."""
    lock = the_lock()
    return lock.locked if lock else ()


def why_locked(part: str) -> str:
    """Why a part of the experiment, such as "layers", cannot be changed now; "" where it can."""
    return LOCKED if part in locked() else ""


def is_hidden(what: str) -> bool:
    """Whether the link which the visitor opened hides something, such as "code"."""
    lock = the_lock()
    return lock is not None and what in lock.hidden


def set_lock(lock: Lock | None) -> None:
    """Lock parts of the experiment and hide others, on every page of the visitor and after a reload; None unlocks all."""
    application().drafts.set_lock(visitor(), lock)
    st.session_state["lock"] = lock
    _begin_widgets_afresh()


def _allowed(experiment: Experiment) -> bool:
    """Whether the draft may become this experiment; a toast says where a locked part differs."""
    if not locked_changes(draft().experiment, experiment, locked()):
        return True
    st.toast(LOCKED, icon=":material/lock:")
    _begin_widgets_afresh()
    return False


def _begin_widgets_afresh() -> None:
    st.session_state.pop("seen_draft", None)


def edit(experiment: Experiment, *, by_widget: bool = False) -> None:
    """Make an experiment the visitor's draft, unless a locked part differs.

    Parameters
    ----------
    experiment
        The new experiment.
    by_widget
        Whether a widget that is on the screen holds the new value already.
    """
    if not _allowed(experiment):
        return
    try:
        application().drafts.edit_draft(visitor(), experiment)
    except ProblemError as error:
        st.session_state["refusal"] = error.problem
        _begin_widgets_afresh()
        return
    if by_widget:
        st.session_state["seen_draft"] = dumps(experiment)


def change(how: Callable[..., Experiment], *arguments: Any, by_widget: bool = False) -> None:
    """Change the visitor's draft by one of `core.experiment.edits`, as `how(draft, *arguments)`.

    Where another tab has removed the part to change, only a toast says so.
    """
    with application().drafts.edit_lock(visitor()):
        try:
            edit(how(draft().experiment, *arguments), by_widget=by_widget)
        except (KeyError, ValueError):  # also NaN, which no widget sends
            st.toast("That was changed meanwhile; here is how it is now.", icon=":material/info:")


def undo() -> None:
    """Undo the last change, unless that would change a part that a link locks."""
    with application().drafts.edit_lock(visitor()):
        steps = draft().undo
        if not steps or _allowed(loads(steps[-1])):
            application().drafts.undo(visitor())


def redo() -> None:
    """Redo the change that was undone last, unless that would change a part that a link locks."""
    with application().drafts.edit_lock(visitor()):
        steps = draft().redo
        if not steps or _allowed(loads(steps[-1])):
            application().drafts.redo(visitor())


def shown_run() -> Run | None:
    """Return the run in view: the run of the link (`?run=`), else of this session, else the visitor's newest run."""
    history = application().history
    linked = st.query_params.get("run")
    if linked and (run := history.run(linked)) is not None:
        st.session_state["run"] = run.id
        return run
    if linked:
        del st.query_params["run"]
        st.session_state["refusal"] = RUN_GONE
    chosen = st.session_state.get("run")
    run = history.run(chosen) if chosen else None
    if run is None:
        run = history.newest(visitor())
    if run is not None:
        st.query_params["run"] = run.id  # going to another page drops it; the address is what people share
    return run


def note(kind: str, detail: str = "") -> None:
    """Note what the visitor looked at or did, for the tasks of the deck that is open; without one, nothing is kept.

    Parameters
    ----------
    kind, detail
        What it was: see `core.teaching.progress.Activity`.
    """
    if st.session_state.get(DECK_OPEN):
        application().progress.note(visitor(), kind, detail)
        st.session_state[GUIDE_IS_OLD] = True


def refresh_guide() -> None:
    """Draw the page again where something was noted that the guide does not show yet.

    The guide is drawn before its page, and a press within a fragment draws that alone anew: a task that is done would still
    look open. So a page ends with this, and a fragment that notes something begins with it.
    """
    if st.session_state.pop(GUIDE_IS_OLD, False):
        rerun()


def leave(run: Run) -> None:
    """Stop looking at a run."""
    if st.session_state.get("run") == run.id:
        del st.session_state["run"]
    if st.query_params.get("run") == run.id:
        del st.query_params["run"]


def name_of(run: Run) -> str:
    """Return a run's name within a sentence: "run 1", or "somebody else's run 1", since each visitor counts their own."""
    return f"run {run.number}" if run.visitor == visitor() else f"somebody else's run {run.number}"


def open_as_draft(run: Run) -> None:
    """Make a run's experiment the visitor's draft, unless a locked part differs."""
    edit(run.experiment)
    if draft().experiment == run.experiment:
        words = f"{name_of(run).capitalize()} is your draft now. Undo on Define brings the old one back."
        st.toast(words, icon=":material/edit:")


def train(first_command: Command | None = None) -> None:
    """Put the draft in the queue and look at its run; a problem that stands in the way is kept for the page to show.

    Parameters
    ----------
    first_command
        The command that the run is given before its first batch; None for none.
    """
    experiment = draft().experiment
    before = application().history.active_run(visitor())
    try:
        run = application().runs.start(experiment, visitor(), is_lecturer=is_lecturer(), first_command=first_command)
    except ProblemError as error:
        st.session_state["refusal"] = error.problem
        return
    if before is not None and before.id == run.id:  # another tab, or a second click, was first
        st.toast(f"{run.title} is on already: here it is.", icon=":material/info:")
    show(run)


def show(run: Run) -> None:
    """Go and look at a run."""
    st.session_state["run"] = run.id
    if st.session_state["page_title"] not in SHOW_RUNS:  # going to the current page would draw it twice
        st.session_state["go_to"] = "train.py"
    st.query_params["run"] = run.id


def stop(run: Run, keep: Literal["last", "best"] = "last") -> None:
    """Stop a run, if the visitor may. A second press forces the stop only where the page showed that the run is stopping."""
    by, now = controls(run), application().history.run(run.id)
    if by and now is not None and (now.state != "stopping" or run.state == "stopping"):
        application().runs.stop(run.id, keep=keep, by=by)


def pause(run: Run) -> None:
    """Pause a run at its next batch, if the visitor may."""
    if by := controls(run):
        application().runs.pause(run.id, by=by)


def steer(run: Run, command: Command) -> None:
    """Give a command to a run that trains or pauses, if the visitor may; see `Runs.steer`."""
    if by := controls(run):
        with refusing():
            application().runs.steer(run.id, command, by=by)


def resume(run: Run, epochs: int | None = None) -> None:
    """Continue a paused run, resume a run that is over, or train it for more epochs, if the visitor may."""
    by = controls(run)
    if not by:
        return
    try:
        resumed = application().runs.resume(run.id, epochs, by=by)
    except ProblemError as error:
        st.session_state["refusal"] = error.problem
        return
    if by == OWNER and draft().experiment == run.experiment != resumed.experiment:
        edit(resumed.experiment)  # else the page would say that they changed the epochs since this run
    show(run)
