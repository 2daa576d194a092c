"""Share: the experiment as a link or a file, and what such a link or file opens; never silently, and never twice."""

import json
from dataclasses import dataclass, replace

import streamlit as st

from core.application import application
from core.experiment import keras_import, share_links
from core.experiment.model import Experiment, to_dict
from core.experiment.serialization import dumps, loads
from core.experiment.shapes import shape_text
from core.experiment.share_links import Link
from core.number_text import quantity
from core.problems import Problem, ProblemError
from core.runs.drafts import Lock
from pages.components.share_link.share_link import share_link
from pages.shell import session
from pages.shell.messages import plain, show_problem, show_problems
from pages.shell.upload_memory import take

PARAMETER = "experiment"  # of the address
PLACES = {"data": "Load", "layers": "Define", "compile": "Compile", "fit": "Train"}  # where each lockable part is changed
OPENED = "opened_experiment"
MAXIMUM_MEGABYTES = 20  # of a file; of a .keras file most are weights
ZIP = b"PK"  # begins every .keras file, whatever it is called


@dataclass(frozen=True)
class Opened:
    """What replaced the draft in this session."""

    what: str  # in words: "the link's experiment"
    experiment: str  # as JSON
    before: str  # the draft that it replaced, as JSON; "" for who had none, or the same
    problems: tuple[Problem, ...] = ()  # what could not be taken over


def open_link() -> None:
    """Once at the start of each script run, before anything reads the draft: open what the address carries.

    The parameter is taken out of the address, and the same one is not opened again when the browser goes back.
    """
    text = st.query_params.get(PARAMETER)
    if text is None:
        return
    del st.query_params[PARAMETER]
    if text == st.session_state.get("opened_link"):
        return
    st.session_state["opened_link"] = text
    try:
        link = share_links.read(text)
    except ProblemError as error:
        st.session_state["refusal"] = error.problem
        return
    what, earlier = "the link's experiment", session.the_lock()
    session.set_lock(None)
    replace_draft(link.experiment, what)
    if link.locked or link.hidden:
        opened: Opened | None = st.session_state.get(OPENED)
        before = earlier.before if earlier else opened.before if opened else ""
        session.set_lock(Lock(link.locked, link.hidden, what, before))


def replace_draft(experiment: Experiment, what: str, problems: tuple[Problem, ...] = ()) -> None:
    """Make an experiment that came from outside the draft, and remember what was there, for `notice` to offer it.

    Parameters
    ----------
    experiment
        The new draft.
    what
        The new draft in words.
    problems
        The parts that could not be taken over, as problems.
    """
    drafts = application().drafts
    before = drafts.draft(session.visitor())
    if before is None:
        drafts.edit_draft(session.visitor(), experiment)  # nothing to go back to
    else:
        session.edit(experiment)
    now, old = dumps(experiment), dumps(before.experiment) if before else ""
    if dumps(session.draft().experiment) == now:
        st.session_state[OPENED] = Opened(what, now, "" if old == now else old, problems)


def notice() -> None:
    """What a link or file changed, and the way back; gone with the next change, but for a lock, which stays in sight."""
    opened, is_locked = _opened()
    if opened is None:
        return
    with st.container(key="opened", horizontal=True, vertical_alignment="center", gap="small"):
        with st.container(width="stretch"):
            st.info(plain(_words(opened, is_locked=is_locked)), icon=":material/lock:" if is_locked else ":material/share:")
        if opened.before:
            label = "Unlock: open your own draft" if is_locked else "Undo"
            st.button(label, key="undo-opened", icon=":material/undo:", on_click=_go_back, args=(opened,))
        elif is_locked:
            st.button("Unlock", key="undo-opened", icon=":material/lock_open:", on_click=_go_back, args=(opened,))
        if not is_locked:
            st.button("OK", key="keep-opened", on_click=_forget)
    show_problems(opened.problems, "opened")


def _opened() -> tuple[Opened | None, bool]:
    """What a link or file changed, and whether it locks; after a reload, only a lock is known of."""
    opened: Opened | None = st.session_state.get(OPENED)
    lock = session.the_lock()
    if lock is not None:
        return replace(opened or Opened(lock.what, "", ""), before=lock.before), True
    if opened is not None and dumps(session.draft().experiment) != opened.experiment:
        del st.session_state[OPENED]
        opened = None
    return opened, False


def words() -> str:
    """The same as `notice` in a few sentences, for where there is no room for more; "" where nothing was opened."""
    opened, is_locked = _opened()
    return _words(opened, is_locked=is_locked) if opened else ""


def _words(opened: Opened, *, is_locked: bool) -> str:
    words = f"Your draft was replaced by {opened.what}." if opened.before else f"Here is {opened.what}."
    if not is_locked:
        return words
    places = [PLACES[part] for part in session.locked()]
    several = " and ".join([", ".join(places[:-1]), places[-1]] if len(places) > 1 else places)
    locked = f" {several} {'is' if len(places) == 1 else 'are'} locked by the link you opened." if places else ""
    return words + locked + (" The code is hidden by it." if session.is_hidden("code") else "")


def _forget() -> None:
    st.session_state.pop(OPENED, None)


def _go_back(opened: Opened) -> None:
    """To the draft that was there before; what a link locked is free again."""
    _forget()
    session.set_lock(None)
    if not opened.before:
        return
    try:
        session.edit(loads(opened.before))
    except ProblemError as error:  # an earlier version of the dashboard kept it
        st.session_state["refusal"] = error.problem


def popover(experiment: Experiment, base: str) -> None:
    """The button of the frame under which everything is shared.

    Parameters
    ----------
    experiment
        The draft.
    base
        The path under which the whole server stands.
    """
    words = "A link or a file with this experiment; or open a file."
    with st.popover("Share", icon=":material/share:", key="share", help=words, on_change="rerun") as folded:
        if folded.open:
            with st.container(key="share-inside", width=440):
                _give(experiment, base)
                _take()


def _give(experiment: Experiment, base: str) -> None:
    """The draft as a link and as a file; the lecturer may lock what the link opens."""
    st.markdown("**Give your draft away**: data, network, settings and seed, so that others train the very same.")
    locked, hidden = _locks() if session.is_lecturer() else ((), ())
    try:
        text = share_links.write(Link(experiment, locked, hidden))
    except ProblemError as error:
        show_problem(error.problem, "share")
    else:
        share_link(f"{base}/?{PARAMETER}={text}", key="share-link")
    st.download_button(
        "Download .json",
        json.dumps(to_dict(experiment), indent=1, allow_nan=False),
        "experiment.json",
        "application/json",
        key="share-json",
        icon=":material/download:",
        on_click="ignore",
    )


def _locks() -> tuple[tuple[str, ...], tuple[str, ...]]:
    """What the lecturer locks and hides for who opens the link."""
    locked = st.pills(
        "Lock for who opens the link",
        share_links.LOCKABLE,
        selection_mode="multi",
        format_func=PLACES.__getitem__,
        key="share-locked",
        help="Shown, but disabled. Whoever opens the link can go back to a draft of their own.",
    )
    is_hidden = st.toggle("Hide the code", key="share-hidden")
    return tuple(one for one in share_links.LOCKABLE if one in locked), share_links.HIDEABLE if is_hidden else ()


def _take() -> None:
    """A file that becomes the draft."""
    key = f"share-file-{st.session_state.get('share_files', 0)}"
    st.markdown("**Open a file**")
    reason = "Unlock first: this would change what the link you opened locks." if session.locked() else ""
    st.file_uploader(
        "An experiment (.json), or the layers of a Keras model (.keras); its weights are ignored",
        type=["json", "keras"],
        key=key,
        max_upload_size=MAXIMUM_MEGABYTES,
        disabled=bool(reason),
        help=reason or None,
        on_change=_open_file,
        args=(key,),
    )
    if reason:
        st.caption(reason)


def _open_file(key: str) -> None:
    """Make an uploaded file the draft, or say why not; the file itself is not kept."""
    file = st.session_state.get(key)
    if file is None:
        return
    st.session_state["share_files"] = st.session_state.get("share_files", 0) + 1
    try:
        [(_, content)] = take([file])
        if content.startswith(ZIP):
            _open_keras(content)
        else:
            replace_draft(loads(content), "the file's experiment")
    except ProblemError as error:
        st.session_state["refusal"] = error.problem


def _open_keras(content: bytes) -> None:
    """Take the layers of a .keras file; data, settings and seed stay those of the draft."""
    found, draft = keras_import.read(content), session.draft().experiment
    count, made_for = len(found.layers), found.image_shape
    words = f"one with the {quantity(count, 'layer')} of the file; its weights were ignored"
    if made_for not in (None, draft.data.entry.image_shape):
        words += f", and it was made for images of {shape_text(made_for)}"
    replace_draft(replace(draft, layers=found.layers), words, found.problems)
