"""The menu Share: the experiment as a link or a file. A link replaces an existing draft only after a confirmation."""

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
from core.runs.run_record import Run
from pages.components.share_link.share_link import share_link
from pages.frame import result_share
from pages.shell import offers, session
from pages.shell.messages import escape_markdown, show_problem, show_problems
from pages.shell.offers import Offer
from pages.shell.upload_memory import take_uploads, uploaded_file

PARAMETER = "experiment"  # the query parameter of the address that holds the experiment
PLACES = {"data": "Load", "layers": "Define", "compile": "Compile", "fit": "Train"}  # pages of the lockable parts
OPENED = "opened_experiment"
MAXIMUM_MEGABYTES = 20  # of an uploaded file: most of a .keras file is weights
ZIP = b"PK"  # begins every .keras file, whatever its name


@dataclass(frozen=True)
class OpenedLink:
    """An experiment from a link or a file that replaced the draft in this session."""

    description: str  # in words: "the link's experiment"
    experiment: str  # as JSON
    before: str  # the replaced draft, as JSON, or "" if there was no other draft
    problems: tuple[Problem, ...] = ()  # the parts that could not be taken over


def open_link() -> None:
    """Offer to open the experiment that the address contains. Call this before anything in a script run reads the draft.

    Another site can send a browser to any address, so an address alone changes nothing: the visitor clicks a button. Only a
    visitor without a draft, who has nothing to lose, gets the experiment at once. The parameter is removed from the address,
    and the same experiment is not offered again when the browser goes back.
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
    draft = application().drafts.draft(session.visitor())
    if draft is None:
        _open(link)
    else:
        offers.make_offer(Offer("experiment", _offer_words(link, draft.experiment), "Keep my draft", _open, (link,)))


def _offer_words(link: Link, draft: Experiment) -> str:
    data, count = link.experiment.data.entry.title, quantity(len(link.experiment.layers), "layer")
    same = link.experiment == draft
    words = f"A link offers an experiment on {data} with {count}. "
    words += "It is the same as your draft." if same else "It would replace your draft; Undo brings your draft back."
    return f"{words} The link locks some settings, until you unlock them." if link.locked or link.hidden else words


def _open(link: Link) -> None:
    """Make the experiment of a link the draft, and lock the parts that the link locks."""
    description, earlier = "the link's experiment", session.link_lock()
    session.set_lock(None)
    replace_draft(link.experiment, description)
    if link.locked or link.hidden:
        opened: OpenedLink | None = st.session_state.get(OPENED)
        before = earlier.before if earlier else opened.before if opened else ""
        session.set_lock(Lock(link.locked, link.hidden, description, before))


def replace_draft(experiment: Experiment, description: str, problems: tuple[Problem, ...] = ()) -> None:
    """Make an experiment from a link or a file the draft, and save the old draft, so that the visitor can go back.

    Parameters
    ----------
    experiment
        The new draft.
    description
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
    session.note_imported_draft()
    now, old = dumps(experiment), dumps(before.experiment) if before else ""
    if dumps(session.draft().experiment) == now:
        st.session_state[OPENED] = OpenedLink(description, now, "" if old == now else old, problems)


def draw_link_notice() -> None:
    """Draw the notice that a link or file changed the draft, with a button that undoes the change.

    The notice disappears with the next change of the draft, unless the link has locked parts.
    """
    opened, is_locked = _opened()
    if opened is None:
        return
    with st.container(key="link-notice", horizontal=True, vertical_alignment="center", gap="small"):
        with st.container(width="stretch"):
            st.info(
                escape_markdown(_words(opened, is_locked=is_locked)),
                icon=":material/lock:" if is_locked else ":material/share:",
            )
        if opened.before:
            label = "Unlock: open your own draft" if is_locked else "Undo"
            st.button(label, key="undo-opened", icon=":material/undo:", on_click=_go_back, args=(opened,))
        elif is_locked:
            st.button("Unlock", key="undo-opened", icon=":material/lock_open:", on_click=_go_back, args=(opened,))
        if not is_locked:
            st.button("OK", key="keep-opened", on_click=_forget)
    show_problems(opened.problems, "opened")


def _opened() -> tuple[OpenedLink | None, bool]:
    """Return the experiment that a link or file opened, and whether parts are locked.

    After a reload, only the lock is known.
    """
    opened: OpenedLink | None = st.session_state.get(OPENED)
    lock = session.link_lock()
    if lock is not None:
        return replace(opened or OpenedLink(lock.what, "", ""), before=lock.before), True
    if opened is not None and dumps(session.draft().experiment) != opened.experiment:
        del st.session_state[OPENED]
        opened = None
    return opened, False


def words() -> str:
    """Return the text of `draw_link_notice`, for pages without room for the notice, or "" if nothing was opened."""
    opened, is_locked = _opened()
    return _words(opened, is_locked=is_locked) if opened else ""


def _words(opened: OpenedLink, *, is_locked: bool) -> str:
    words = f"Your draft was replaced by {opened.description}." if opened.before else f"Here is {opened.description}."
    if not is_locked:
        return words
    places = [PLACES[part] for part in session.locked()]
    several = " and ".join([", ".join(places[:-1]), places[-1]] if len(places) > 1 else places)
    locked = f" {several} {'is' if len(places) == 1 else 'are'} locked by the link you opened." if places else ""
    return words + locked + (" The link hides the code." if session.is_hidden("code") else "")


def _forget() -> None:
    st.session_state.pop(OPENED, None)


def _go_back(opened: OpenedLink) -> None:
    """Go back to the old draft, and unlock the parts that a link locked."""
    _forget()
    session.set_lock(None)
    if not opened.before:
        return
    try:
        session.edit(loads(opened.before))
    except ProblemError as error:  # an earlier version of the dashboard kept this draft
        st.session_state["refusal"] = error.problem


def popover(experiment: Experiment, base: str, run: Run | None) -> None:
    """Draw the button that opens the menu Share.

    Parameters
    ----------
    experiment
        The draft.
    base
        The path under which the whole server stands.
    run
        The run in view, whose result is shared, or None.
    """
    words = "The result as a picture; a link or a file with this experiment; or open a file."
    with st.popover("Share", icon=":material/share:", key="share", help=words, on_change="rerun") as folded:
        if folded.open:
            with st.container(key="share-inside", width=440):
                if run is not None:
                    result_share.draw(run)
                _give(experiment, base)
                _take()


def _give(experiment: Experiment, base: str) -> None:
    """Draw the link and the file with which a visitor gives the draft away. In a link, the lecturer may lock parts."""
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
    """Draw the choice of the parts that the lecturer's link locks or hides. Return the locked and the hidden parts."""
    locked = st.pills(
        "Lock for who opens the link",
        share_links.LOCKABLE,
        selection_mode="multi",
        format_func=PLACES.__getitem__,
        key="share-locked",
        help="Shown, but disabled. Whoever opens the link can go back to a draft of their own.",
    )
    is_hidden = st.toggle("Hide the code", key="share-hidden")
    return tuple(part for part in share_links.LOCKABLE if part in locked), share_links.HIDEABLE if is_hidden else ()


def _take() -> None:
    """Draw the upload field for a file that becomes the draft."""
    key = f"share-file-{st.session_state.get('share_files', 0)}"
    st.markdown("**Open a file**")
    reason = "Unlock first: this would change parts that the link you opened locks." if session.locked() else ""
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
    """Make an uploaded file the draft.

    If the file is refused, save the reason for the page to show. The file is not stored.
    """
    file = uploaded_file(key)
    if file is None:
        return
    st.session_state["share_files"] = st.session_state.get("share_files", 0) + 1
    try:
        [(_, content)] = take_uploads([file])
        if content.startswith(ZIP):
            _open_keras(content)
        else:
            replace_draft(loads(content), "the file's experiment")
    except ProblemError as error:
        st.session_state["refusal"] = error.problem


def _open_keras(content: bytes) -> None:
    """Copy the layers of a .keras file into the draft. Data, settings and seed of the draft stay the same."""
    imported, draft = keras_import.read(content), session.draft().experiment
    count, made_for = len(imported.layers), imported.image_shape
    words = f"a draft with the {quantity(count, 'layer')} of the file; its weights were ignored"
    if made_for not in (None, draft.data.entry.image_shape):
        words += f", and its network was made for images of {shape_text(made_for)}"
    replace_draft(replace(draft, layers=imported.layers), words, imported.problems)
