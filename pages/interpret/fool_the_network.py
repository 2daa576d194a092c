"""The dare on the page Try it: change a picture until the network says a given wrong class. The picture can be kept.

Only the visitor knows the class of a drawing. The network's answer may be wrong already, so the visitor is asked first.
"""

from collections.abc import Sequence

import streamlit as st

from core.analysis.image_perturbations import drawing_file
from core.application import application
from core.number_text import percent, quantity
from core.runs.run_record import Run
from pages.shell import session
from pages.shell.messages import escape_markdown

TARGET = "try-dare"  # in session state: the label that the visitor tries to make the network say
SHOWN = "try-dare-shown"  # in session state: the label of the picture, as the visitor said when the dare began
KEPT = "try-kept"  # in session state: the class for which a picture was kept last
FOOLED = "fooled"  # the activity that is recorded once the network says the target
NOTED = "try-dare-noted"  # in session state: the target that was reached and recorded
WAY = "own-way"  # the key of the ways on Your own pictures, among them the way with the kept pictures
OTHER_UPLOAD = "An upload on Your own pictures is open: use it, or remove it first."


def target_of(classes: Sequence[str]) -> int | None:
    """Return the label of the dare, which the visitor tries to make the network say. Return None if no dare is active."""
    target = st.session_state.get(TARGET)
    return target if target is not None and target < len(classes) else None


def draw_dare(classes: Sequence[str], probabilities: Sequence[float], truth: int | None = None) -> None:
    """Draw the dare: the class to reach and its probability, or the message that the network was fooled.

    Parameters
    ----------
    classes
        The names of the answers.
    probabilities
        The probability of each class for the present picture.
    truth
        The label of the picture, or None for a picture of the visitor's own: then the visitor is asked.
    """
    if len(classes) < 2:
        return
    order = sorted(range(len(classes)), key=lambda label: -probabilities[label])
    first, target = order[0], target_of(classes)
    if target is None:
        with st.container(key="try-dare", horizontal=True, vertical_alignment="bottom", gap="small"):
            shown = _ask_class(classes, first) if truth is None else truth
            _begin("Fool it", order, shown, classes)
        return
    shown = st.session_state.get(SHOWN, first)
    shown = shown if shown < len(classes) else first
    still = escape_markdown(classes[shown])
    with st.container(key="try-dared", gap="small"):
        if target == first:
            session.refresh_guide()  # the guide ticks the task of an open deck; see `note_dare_reached`
            said = escape_markdown(classes[target])
            st.success(
                f"Fooled: it says {said}, if you still see {still}. If you see {said} too, its answer is right.",
                icon=":material/bolt:",
            )
            _begin("Go on", order, shown, classes)
        else:
            st.markdown(
                f"**Dare:** make it say **{escape_markdown(classes[target])}**, now {percent(probabilities[target], 1)}, "
                f"while a person still sees **{still}**. Change a little, or open *Change the picture*."
            )
        st.button("Give up" if target != first else "Enough", key="try-give-up", type="tertiary", on_click=_end)


def _ask_class(classes: Sequence[str], first: int) -> int:
    """Ask for the class of the picture, and return its label. Until the visitor chooses, it is the network's answer."""
    shown = st.selectbox(
        "Your picture shows",
        range(len(classes)),
        index=first,
        key=f"try-shows-{first}",
        width=150,
        format_func=lambda label: escape_markdown(classes[label]),
    )
    return int(shown)


def _begin(action: str, order: Sequence[int], shown: int, classes: Sequence[str]) -> None:
    """Draw the button that dares the visitor to reach the likeliest class that is neither shown nor said already."""
    target = next((label for label in order[1:] if label != shown), None)
    if target is not None:
        label = f"{action}: make it say {escape_markdown(classes[target])}"
        st.button(label, key="try-fool", icon=":material/bolt:", width="stretch", on_click=_dare, args=(target, shown))


def note_dare_reached(name: str, run: Run | None) -> None:
    """Record, once for each dare, that the network was fooled.

    The browser calls this function when the answer is on the screen.

    Parameters
    ----------
    name
        The class that the network says.
    run
        The run that trained the network, or None for an untrained network.
    """
    if st.session_state.get(NOTED) != name:
        st.session_state[NOTED] = name
        session.note_activity(FOOLED, f"{name}@{run.id if run else ''}")


def _dare(target: int, shown: int) -> None:
    st.session_state.pop(NOTED, None)
    st.session_state[TARGET], st.session_state[SHOWN] = target, shown


def _end() -> None:
    st.session_state.pop(TARGET, None)


def draw_keep_buttons(classes: Sequence[str], address: str) -> None:
    """Draw the ways to keep a picture: download the file, or add the picture to the visitor's uploads for a data set.

    Parameters
    ----------
    classes
        The names of the classes.
    address
        The picture as a data: URI of a PNG.
    """
    content = drawing_file(address)
    if content is None:
        return
    with st.popover("Keep it", icon=":material/bookmark:", key="try-keep"):
        st.download_button(
            "Download the picture",
            content,
            "picture.png",
            "image/png",
            key="try-png",
            icon=":material/download:",
            on_click="ignore",
        )
        label = st.selectbox("It shows", classes, key="try-keep-as", format_func=escape_markdown)
        state = application().uploads.state(session.visitor())
        reason = OTHER_UPLOAD if state is not None and state.kind != "files" else ""
        st.button(
            "Add to your own pictures",
            key="try-keep-own",
            icon=":material/add:",
            disabled=bool(reason),
            help=reason or "Pictures of two or more classes become a data set of your own.",
            on_click=_add,
            args=(label, content),
        )
        if kept := st.session_state.get(KEPT):
            count = sum(upload.label == kept for upload in application().uploads.items(session.visitor()))
            st.caption(f"Kept: {quantity(count, 'picture')} of {escape_markdown(kept)}.")
            st.page_link("own.py", label="Your own pictures", icon=":material/arrow_forward:")


def _add(label: str, content: bytes) -> None:
    number = 1 + len(application().uploads.items(session.visitor()))
    with session.catch_refusal():
        application().uploads.add(session.visitor(), label, [(f"drawing {number}.png", content)])
        st.session_state[KEPT] = label
        st.session_state[WAY] = "files"
