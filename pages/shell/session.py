"""The visitor of this session, their draft, and the run that they look at. Drafts and runs are stored on disk."""

import secrets
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import Any, Literal

import streamlit as st

from core.application import application, problem_of_error
from core.experiment.model import Experiment
from core.experiment.serialization import dumps, loads
from core.experiment.share_links import LOCKED, locked_changes
from core.lecturer_token import is_token
from core.problems import Problem, ProblemError
from core.run_events import Actor, Command
from core.runs.drafts import Draft, Lock
from core.runs.run_record import LECTURER, OWNER, Run
from core.teaching.progress import HINT, REPAIR, Answer
from pages.shell import account
from pages.shell.middleware import LECTURER_COOKIE, VISITOR_COOKIE, is_visitor
from pages.shell.runs_in_view import runs_since
from pages.shell.streamlit_patches import rerun

ASKED_TAB = "asked_tab"  # the key of the tab that a scene or a task's Show me opens, on whichever page has it
GUIDE_IS_OLD = "guide_is_old"  # the key of whether an activity was recorded since the guide was drawn
BROUGHT = "brought"  # the kind of the activity of opening an experiment from a file, a link or somebody else's run
DECK_OPEN = "deck_open"  # the key of the name of the open deck, or "", which the guide sets
OPEN_TASK = "open_task"  # the key of the deck and the id of the challenge's open task on the screen, or ("", "")
PAGE_LEADS = "page_leads"  # the key of whether a page's own button may be primary, since in a deck Next may be primary
TRIAL_LEADS = "trial_leads"  # the key of whether the button that tries other seeds is the primary button
PRESENTED = "presented"  # the key of whether a scene of a lecture fills the screen, without the bar and the code
COACH_WAITS = (
    "coach_waits"  # the key of the item of the deck for which the coach stays silent: its advice would be the answer
)
MOST_SHOWN = 500  # the number of widgets whose last values are saved: the widgets of a few revisions
OPEN_AS_DRAFT = "Its experiment becomes your draft; Undo on Define brings the old draft back."
RUN_GONE = Problem(
    code="run-gone",
    where=(),
    happened="The run of this address is not here.",
    expected="Expected a run that is kept on this server; the run was deleted, or the address was cut.",
    fix="Ask the sender for another link. This page now shows your own work.",
    severity="warning",
)
SHOW_RUNS = ("Start", "Train", "Stage")  # the pages, by title, on which a run is watched


def visitor() -> str:
    """Return the visitor's name: from the account, or else from the cookie, or else from this session."""
    return account.account_name() or _browser()


def _browser() -> str:
    cookie = st.context.cookies.get(VISITOR_COOKIE, "")
    is_account = cookie.startswith(account.ACCOUNT)  # a cookie made by hand must not open somebody's account
    if is_visitor(cookie) and not is_account:
        return cookie
    return st.session_state.setdefault("visitor_without_cookie", secrets.token_urlsafe(16))


def is_lecturer() -> bool:
    """Return whether the visitor holds the lecturer's token."""
    return is_token(st.context.cookies.get(LECTURER_COOKIE, ""))


def control_role(run: Run) -> Actor | None:
    """Return the visitor's role, owner or lecturer, which may control a run. Return None if the visitor may only watch."""
    if run.visitor == visitor():
        return OWNER
    return LECTURER if is_lecturer() else None


@contextmanager
def catch_refusal() -> Iterator[None]:
    """Catch the error of a refused action or a full disk, and save its problem, so that the page shows the problem."""
    try:
        yield
    except Exception as error:
        if (problem := problem_of_error(error)) is None:
            raise
        st.session_state["refusal"] = problem


def draft() -> Draft:
    """Return the visitor's draft: the experiment that the visitor edits and trains next.

    At the first visit, that is the lecture's experiment on the best data set of this machine.
    """
    return application().drafts.current(visitor())


def begin() -> None:
    """Check whether anything but a widget changed the draft. Call this function at the start of each script run.

    Widgets keep their own values, which would replace the draft's. Their keys carry a revision: a new revision makes new
    widgets that start from the draft. An edit by a widget keeps the revision, and so the focus.
    """
    account.read_account()
    _bring_draft_along()
    st.session_state["lock"] = application().drafts.lock(visitor())  # another tab may have opened or left a link
    now = dumps(draft().experiment)
    if st.session_state.get("seen_draft") != now:
        _note_shown()
        st.session_state["seen_draft"] = now
        st.session_state["revision"] = revision() + 1


def _bring_draft_along() -> None:
    """Copy the browser's draft to the visitor's account, if the account has no draft yet."""
    drafts = application().drafts
    if account.account_name() and drafts.draft(visitor()) is None and (mine := drafts.draft(_browser())) is not None:
        drafts.edit_draft(visitor(), mine.experiment)


def _note_shown() -> None:
    """Save the last values of the widgets that a new revision replaces. See `is_stale_event`."""
    left = {key: value for key, value in st.session_state.items() if str(key).endswith(f"#{revision()}")}
    st.session_state["shown"] = dict([*st.session_state.get("shown", {}).items(), *left.items()][-MOST_SHOWN:])


def revision() -> int:
    """Return the revision of the draft, a number that is part of the widgets' keys. See `begin`."""
    return st.session_state.get("revision", 0)


def is_stale_event(key: str) -> bool:
    """Return whether an event is stale: its widget is gone, or was replaced and reports only its old value."""
    shown = st.session_state.get("shown", {})
    return key not in st.session_state or (key in shown and shown[key] == st.session_state[key])


def link_lock() -> Lock | None:
    """Return the lock of the link that the visitor opened. Return None if nothing is locked."""
    if "lock" not in st.session_state:
        st.session_state["lock"] = application().drafts.lock(visitor())
    return st.session_state["lock"]


def locked() -> tuple[str, ...]:
    """Return the parts of the experiment that are locked by the link that the visitor opened."""
    lock = link_lock()
    return lock.locked if lock else ()


def why_locked(part: str) -> str:
    """Return why a part of the experiment, such as "layers", is locked.

    Return an empty string if the part can be changed.
    """
    return LOCKED if part in locked() else ""


def is_hidden(part: str) -> bool:
    """Return whether a part of the page, such as "code", is hidden by the link that the visitor opened."""
    lock = link_lock()
    return lock is not None and part in lock.hidden


def set_lock(lock: Lock | None) -> None:
    """Lock parts of the experiment and hide others, on every page of the visitor and after a reload.

    None unlocks all parts.
    """
    application().drafts.set_lock(visitor(), lock)
    st.session_state["lock"] = lock
    _begin_widgets_afresh()


def _allowed(experiment: Experiment) -> bool:
    """Return whether the draft may become this experiment. If a locked part would change, show a toast."""
    if not locked_changes(draft().experiment, experiment, locked()):
        return True
    st.toast(LOCKED, icon=":material/lock:")
    _begin_widgets_afresh()
    return False


def _begin_widgets_afresh() -> None:
    st.session_state.pop("seen_draft", None)


def edit(experiment: Experiment, *, by_widget: bool = False) -> None:
    """Make an experiment the visitor's draft, unless a locked part differs. `change` edits a part of the draft.

    Parameters
    ----------
    experiment
        The new experiment.
    by_widget
        Whether a widget on the screen already holds the new value.
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


def change(operation: Callable[..., Experiment], *arguments: Any, by_widget: bool = False) -> None:
    """Change the visitor's draft by a function of `core.experiment.edits`, called as `operation(draft, *arguments)`.

    If another tab has removed the part to change, only show a toast.
    """
    with application().drafts.edit_lock(visitor()):
        try:
            edit(operation(draft().experiment, *arguments), by_widget=by_widget)
        except (KeyError, ValueError):  # also NaN, which no widget sends
            st.toast("Another tab changed this part meanwhile; here is the current draft.", icon=":material/info:")


def undo() -> None:
    """Undo the last change, unless that would change a part that a link locks."""
    with application().drafts.edit_lock(visitor()):
        steps = draft().undo
        if not steps or _allowed(loads(steps[-1])):
            application().drafts.undo(visitor())


def redo() -> None:
    """Redo the last undone change, unless that would change a part that a link locks."""
    with application().drafts.edit_lock(visitor()):
        steps = draft().redo
        if not steps or _allowed(loads(steps[-1])):
            application().drafts.redo(visitor())


def shown_run() -> Run | None:
    """Return the run in view: the run in the address (`?run=`), or else of this session, or else the newest run.

    In a lesson or challenge, the newest run is in view only if the run was started after the scene's experiment was opened.
    """
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
        newest = history.newest(visitor())
        run = newest if newest is not None and newest.created >= runs_since().scene else None
    if run is not None:
        st.query_params["run"] = run.id  # another page drops the parameter, but people share the address
    return run


def note_activity(kind: str, detail: str = "") -> None:
    """Record an activity of the visitor, which a task of the open deck may ask for. Without an open deck, record nothing.

    Parameters
    ----------
    kind, detail
        The activity. See `core.teaching.progress.Activity`.
    """
    if not st.session_state.get(DECK_OPEN):
        return
    with catch_refusal():
        application().progress.note(visitor(), kind, detail)
        st.session_state[GUIDE_IS_OLD] = True


def is_presented() -> bool:
    """Return whether a scene of a lecture fills the screen."""
    return bool(st.session_state.get(PRESENTED))


def may_have_primary_button() -> bool:
    """Return whether the page itself may have the primary button. In a deck, this needs an open task in the scene."""
    return bool(st.session_state.get(PAGE_LEADS, True))


def is_deck_open() -> bool:
    """Return whether a deck is open, so that its guide is on the page."""
    return bool(st.session_state.get(DECK_OPEN))


def note_imported_draft() -> None:
    """Record that the draft came from a file, a link or another visitor's run, so that tasks do not count the draft."""
    if application().progress.open_place(visitor()) is not None:  # true also before the guide is drawn
        application().progress.note(visitor(), BROUGHT)
        st.session_state[GUIDE_IS_OLD] = True


def note_repair() -> None:
    """Count a click on a repair as a hint if a challenge's task is on the screen, since the repair may be the solution."""
    deck, task = st.session_state.get(OPEN_TASK, ("", ""))
    if task:
        application().progress.answer(visitor(), Answer(deck, task, HINT, REPAIR, None, 0.0))


def refresh_guide() -> None:
    """Rerun the page if an activity was recorded after the guide was drawn.

    The guide is drawn before its page, and a click within a fragment reruns only the fragment: a task that is done would
    still look open. So a page ends with this call, and a fragment that records an activity begins with this call.
    """
    if st.session_state.pop(GUIDE_IS_OLD, False):
        rerun()


def leave(run: Run) -> None:
    """Remove a run from the session and the address, so that the pages show another run."""
    if st.session_state.get("run") == run.id:
        del st.session_state["run"]
    if st.query_params.get("run") == run.id:
        del st.query_params["run"]


def run_name_text(run: Run) -> str:
    """Return the name of a run in a sentence: "run 1" for a run of the visitor, or "somebody else's run 1"."""
    return f"run {run.number}" if run.visitor == visitor() else f"somebody else's run {run.number}"


def open_as_draft(run: Run) -> None:
    """Make a run's experiment the visitor's draft, unless a locked part differs."""
    edit(run.experiment)
    if run.visitor != visitor():
        note_imported_draft()
    if draft().experiment == run.experiment:
        words = f"{run_name_text(run).capitalize()} is your draft now. Undo on Define brings the old draft back."
        st.toast(words, icon=":material/edit:")


def train(first_command: Command | None = None) -> None:
    """Queue the draft for training and show its run.

    If a problem prevents the training, save the problem for the page to show.

    Parameters
    ----------
    first_command
        A command that the run gets before its first batch, or None for no command.
    """
    experiment = draft().experiment
    before = application().history.active_run(visitor())
    try:
        run = application().runs.start(experiment, visitor(), is_lecturer=is_lecturer(), first_command=first_command)
    except ProblemError as error:
        st.session_state["refusal"] = error.problem
        return
    if before is not None and before.id == run.id:  # another tab, or a second click, was first
        st.toast(f"{run.title} is on already: here is the run.", icon=":material/info:")
    show(run)


def show(run: Run) -> None:
    """Go to a page that shows a run."""
    st.session_state["run"] = run.id
    if st.session_state["page_title"] not in SHOW_RUNS:  # going to the current page would draw the page twice
        st.session_state["go_to"] = "train.py"
    st.query_params["run"] = run.id


def stop(run: Run, keep: Literal["last", "best"] = "last") -> None:
    """Stop a run, if the visitor may control the run.

    A second click forces the stop, but only if the page already showed that the run is stopping.
    """
    by, now = control_role(run), application().history.run(run.id)
    if by and now is not None and (now.state != "stopping" or run.state == "stopping"):
        application().runs.stop(run.id, keep=keep, by=by)


def pause(run: Run) -> None:
    """Pause a run before its next batch, if the visitor may control the run."""
    if by := control_role(run):
        application().runs.pause(run.id, by=by)


def steer(run: Run, command: Command) -> None:
    """Send a command to a run that trains or pauses, if the visitor may control the run. See `Runs.steer`."""
    if by := control_role(run):
        with catch_refusal():
            application().runs.steer(run.id, command, by=by)


def resume(run: Run, epochs: int | None = None) -> None:
    """Continue a paused run, resume a run that is over, or train for more epochs, if the visitor may control the run."""
    by = control_role(run)
    if not by:
        return
    try:
        resumed = application().runs.resume(run.id, epochs, by=by, is_lecturer=is_lecturer())
    except ProblemError as error:
        st.session_state["refusal"] = error.problem
        return
    with application().drafts.edit_lock(visitor()):
        if by == OWNER and draft().experiment == run.experiment != resumed.experiment:
            edit(resumed.experiment)  # else the page would say that they changed the epochs since this run
    show(run)
