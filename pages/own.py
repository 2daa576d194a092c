"""Your own pictures: upload them, read the report, and make a data set of them."""

import base64
from collections.abc import Mapping
from typing import Any

import streamlit as st

from core.application import application
from core.catalogue.datasets import data_set
from core.datasets import user_datasets
from core.datasets.upload_state import State
from core.experiment.edits import set_value
from core.experiment.shapes import shape_text
from core.number_text import quantity
from core.settings import setting
from pages.components.camera_capture.camera_capture import MOST_AT_ONCE, camera_capture
from pages.components.drawing.drawing import drawing
from pages.datasets import user_dataset_list
from pages.datasets.upload_report_panel import new_upload_button, show_report
from pages.datasets.upload_steps import DRAWINGS, show_steps, step_of
from pages.shell import page_layout, session
from pages.shell.event_dedup import Handled, new_events
from pages.shell.messages import plain, show_problem
from pages.shell.streamlit_patches import rerun
from pages.shell.upload_memory import take
from pages.widgets.camera import why_no_camera

WAYS = {
    "zip": "A zip of folders",
    "npz": "A NumPy file (.npz)",
    "files": "Class by class",
    "camera": "Snapshots",
}
ICONS = {
    "zip": ":material/folder_zip:",
    "npz": ":material/data_array:",
    "files": ":material/photo_library:",
    "camera": ":material/photo_camera:",
}
BUSY = {
    ("reading", ""): "Reading the pictures",
    ("reading", "comparing"): "Looking for pictures that are nearly the same",
    ("making", ""): "Making the data set",
}
NAMES = ("cats", "dogs")  # to begin with
CAMERA = "own-camera"
JPEG = "data:image/jpeg;base64,"


def choose_way() -> None:
    """How pictures come here: four ways, one of them at a time."""
    with st.container(border=True, key="ways"):
        way = st.segmented_control(
            "How to bring pictures",
            tuple(WAYS),
            default="zip",
            format_func=lambda way: f"{ICONS[way]} {WAYS[way]}",
            key="own-way",
            required=True,
        )
        bring, looks = st.columns([3, 2], gap="large", vertical_alignment="center")
        with looks:
            drawing(DRAWINGS[way](), key=f"own-drawing-{way}")
        with bring:
            {"zip": _zip, "npz": _npz, "files": _class_by_class, "camera": _snapshots}[way]()


def _zip() -> None:
    st.markdown(
        "A folder for each class, with its name and its pictures. They may stand in folders `train` and `test` (or `val`)."
    )
    _uploader("A zip file", "zip")


def _npz() -> None:
    st.markdown(
        "With the arrays `x_train`, `y_train`, `x_test`, `y_test`, or `images` and `labels`; and, if you like, `classes` "
        "with a name for each class. Images are (count, height, width), or with 3 channels at the end."
    )
    st.code('np.savez("pets.npz", images=images, labels=labels)', language="python")
    _uploader("An npz file", "npz")


def _uploader(label: str, kind: str) -> None:
    key = f"own-file-{kind}-{_count()}"
    st.file_uploader(
        label, type=[kind], key=key, max_upload_size=int(setting("upload_size")), on_change=_take, args=(kind, key)
    )
    st.caption("It is read on this server. Only you see it, and those to whom you give a link.")


def _count() -> int:
    """Return a number for uploaders' keys: a new number makes an empty uploader."""
    return st.session_state.get("own-count", 0)


def _take(kind: str, key: str) -> None:
    file = st.session_state.get(key)
    if file is not None:
        st.session_state["own-count"] = _count() + 1
        with session.refusing():
            [(name, content)] = take([file])
            application().uploads.give(session.visitor(), kind, content, name)


def _class_by_class() -> None:
    st.markdown("Name a class, drop its pictures, and do the same for the next one.")
    name = _class_name()
    key = f"own-pictures-{_count()}"
    st.file_uploader(
        f"Pictures of {plain(name) or 'this class'}",
        accept_multiple_files=True,
        key=key,
        max_upload_size=int(setting("upload_size")),
        disabled=not name,
        help=None if name else "Name the class first.",
        on_change=_add_files,
        args=(name, key),
    )
    _given()


def _class_name(*, stays: bool = False) -> str:
    """Ask for the class of the next pictures.

    The name `stays` the same for several pictures; else another name is proposed after each.
    """
    known = sorted({one.label for one in application().uploads.items(session.visitor())})
    proposed = next((one for one in NAMES if one not in known), "")
    key = "own-class" if stays else f"own-class-{len(known)}"
    if stays and key in st.session_state:
        proposed = st.session_state[key]
    name = st.text_input("Class", proposed, key=key, max_chars=user_datasets.LONGEST_NAME, help="What the pictures show.")
    return str(name).strip()


def _add_files(name: str, key: str) -> None:
    files = st.session_state.get(key) or []
    st.session_state["own-count"] = _count() + 1
    with session.refusing():
        application().uploads.add(session.visitor(), name, take(files))


def _snapshots() -> None:
    reason = why_no_camera()
    if reason:
        st.info(reason, icon=":material/no_photography:")
        st.markdown("Take photos with a phone instead, and bring them under **Class by class**.")
        return
    st.markdown("Name a class, and take some pictures of it; then the next one.")
    left, right = st.columns([3, 2], gap="medium")
    with left:
        camera_capture(label=_class_name(stays=True), done=_handled()["done"], key=CAMERA, on_events=_add_snapshots)
    with right:
        _given()


def _add_snapshots() -> None:
    """Keep the snapshots of the camera, each once: the browser resends those that were not acknowledged."""
    events, handled = st.session_state[CAMERA].events, _handled()
    with application().drafts.edit_lock(session.visitor()):
        for number, event in new_events(events, handled, MOST_AT_ONCE):
            _add_snapshot(event)
            handled["done"] = number


def _add_snapshot(event: Any) -> None:
    """Keep one picture for the class that it was taken of. A browser may send anything: only a picture is kept."""
    label, picture = (event.get(name) for name in ("label", "picture")) if isinstance(event, Mapping) else ("", "")
    content = _jpeg(picture)
    if isinstance(label, str) and content:
        number = 1 + len(application().uploads.items(session.visitor()))
        with session.refusing():
            application().uploads.add(session.visitor(), label, [(f"snapshot {number}.jpg", content)])


def _jpeg(address: object) -> bytes:
    """Return the bytes of a JPEG in a data URL; no bytes where the text is no such URL."""
    if not isinstance(address, str) or not address.startswith(JPEG):
        return b""
    try:
        return base64.b64decode(address.removeprefix(JPEG), validate=True)
    except ValueError:
        return b""


def _handled() -> Handled:
    return st.session_state.setdefault("own-snapshots", {"done": 0})


def _given() -> None:
    """The classes so far, each with its count, and the way on."""
    labels = [one.label for one in application().uploads.items(session.visitor())]
    for label in dict.fromkeys(labels):
        with st.container(horizontal=True, vertical_alignment="center", key=f"given-{label}"):
            count = labels.count(label)
            st.markdown(f"**{plain(label)}**: {quantity(count, 'picture')}", width="content")
            st.button(
                "Take away",
                key=f"take-away-{label}",
                icon=":material/close:",
                on_click=application().uploads.take_away,
                args=(session.visitor(), label),
            )
    few = len(set(labels)) < 2
    st.button(
        "Read these pictures",
        key="own-read",
        icon=":material/search:",
        disabled=few,
        help="A network needs at least two classes to tell apart." if few else None,
        on_click=application().uploads.begin,
        args=(session.visitor(), "reading"),
    )
    if few:
        st.caption("At least two classes are needed.")


@st.fragment(run_every=0.4)
def busy() -> None:
    """Draw the progress of reading or making, the time left, and Stop; the page is rerun at its end."""
    now = application().uploads.state(session.visitor())
    if now is None or not now.is_busy:
        rerun()
        return
    what = BUSY[now.step, now.stage]
    with st.container(border=True, key="busy"):
        st.header(what)
        left = now.seconds_left
        words = f"{now.done:,} of {now.total:,} pictures" if now.total else "Starting, or waiting for another upload"
        share = now.done / now.total if now.total else 0.0
        st.progress(share, f"{words}, {left:.0f} s left" if left is not None and now.total else words)
        st.button(
            "Stop",
            key="own-stop",
            icon=":material/stop:",
            on_click=application().uploads.stop,
            args=(session.visitor(),),
        )


def halted(now: State) -> None:
    """What stood in the way of reading, and the ways on."""
    if now.problem is not None:
        show_problem(now.problem, "own")
    else:
        st.info("Stopped. The upload is still here.", icon=":material/stop_circle:")
    with st.container(horizontal=True):
        st.button(
            "Read it again",
            key="own-again",
            icon=":material/refresh:",
            on_click=application().uploads.begin,
            args=(session.visitor(), "reading"),
        )
        new_upload_button("Bring other pictures", ":material/delete:")


def made(now: State) -> None:
    """Draw the new data set, and the button that uses it."""
    data = data_set(now.name)
    with st.container(border=True, key="made"):
        st.header(f"{plain(data.title)} is ready")
        st.markdown(
            f"{data.num_train:,} pictures to learn from and {data.num_test:,} to test, each "
            f"{shape_text(data.image_shape)}, in "
            f"{data.num_classes} classes. From now on it is a data set like any other."
        )
        user_dataset_list.near_copies(data)
        reason = session.why_locked("data") or session.why_locked("layers")
        with st.container(horizontal=True):
            st.button(
                "Use these pictures",
                key="own-use",
                icon=":material/check:",
                on_click=use,
                args=(now.name,),
                disabled=bool(reason),
                help=reason or "The last layer gets an answer for each class.",
            )
            st.button(
                "Make it differently",
                key="own-reopen",
                icon=":material/undo:",
                on_click=application().uploads.reopen,
                args=(session.visitor(),),
                help="Back to what was found, with another size, or others left out. This one stays among your data sets.",
            )
            new_upload_button("Bring more pictures", ":material/add:")


def use(name: str) -> None:
    """Make a data set that of the draft, with an answer of the net for each class, and go to Load."""
    application().uploads.clear(session.visitor())
    session.edit(set_value(session.draft().experiment, ("data", "dataset"), name))
    st.session_state["go_to"] = "load.py"


page_layout.heading(
    "Your own pictures", "A network learns what you show it: bring pictures of two or more classes.", code=False
)
uploads = application().uploads
now = uploads.state(session.visitor())
show_steps(step_of(now))
if now is not None and now.is_busy:
    busy()
elif now is not None and now.step == "made":
    made(now)
elif now is not None and now.step == "read" and (report := uploads.report(session.visitor())) is not None:
    show_report(report, now)
elif now is not None and (now.kind != "files" or now.problem is not None):
    halted(now)
else:
    choose_way()
user_dataset_list.list_all(use)
