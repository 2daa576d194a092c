"""The page Your own pictures: upload pictures, read the report, and make a data set of the pictures."""

import base64
from collections.abc import Mapping
from pathlib import Path
from typing import Any

import streamlit as st

from core.application import application
from core.catalogue.datasets import data_set
from core.datasets import user_datasets
from core.datasets.upload_checks import FEWEST_PICTURES
from core.datasets.upload_state import UploadState
from core.experiment.edits import set_value
from core.experiment.shapes import shape_text
from core.number_text import quantity
from core.settings import setting
from pages.components.camera_capture.camera_capture import MOST_AT_ONCE, camera_capture, why_no_camera
from pages.components.drawing.drawing import drawing
from pages.datasets import draw_pictures, user_dataset_list
from pages.datasets.upload_report_panel import new_upload_button, show_report
from pages.datasets.upload_steps import DRAWINGS, show_steps, upload_step
from pages.frame import page_layout
from pages.shell import session
from pages.shell.event_dedup import Handled, new_events
from pages.shell.messages import escape_markdown, show_problem
from pages.shell.streamlit_patches import rerun
from pages.shell.upload_memory import take_uploads, uploaded_file

WAYS = {
    "files": "Pictures",
    "camera": "Snapshots",
    "draw": "Drawings",
    "zip": "A zip of folders",
    "npz": "A NumPy file (.npz)",
}
ICONS = {
    "files": ":material/photo_library:",
    "camera": ":material/photo_camera:",
    "draw": ":material/draw:",
    "zip": ":material/folder_zip:",
    "npz": ":material/data_array:",
}
BUSY = {
    ("reading", ""): "Reading the pictures",
    ("reading", "comparing"): "Looking for pictures that are nearly the same",
    ("making", ""): "Making the data set",
}
STYLE = Path(__file__).parent / "own.css"
MEGABYTES = int(setting("upload_size"))  # of an upload
LIMIT = f"or press Upload: at most {MEGABYTES} MB a file"
NAMES = ("cats", "dogs")  # proposed for the first classes
CAMERA = "own-camera"
JPEG = "data:image/jpeg;base64,"


def choose_way() -> None:
    """Draw the choice of a kind of upload, such as a zip file or snapshots, and the controls of that kind."""
    with st.container(border=True, key="card-ways"):
        way = st.segmented_control(
            "How to bring pictures",
            tuple(WAYS),
            default="files",
            format_func=lambda way: f"{ICONS[way]} {WAYS[way]}",
            key="own-way",
            required=True,
        )
        if way == "draw":
            _drawings()
            return
        bring, looks = st.columns([3, 2], gap="large", vertical_alignment="center")
        with looks:
            drawing(DRAWINGS[way](), key=f"own-drawing-{way}")
        with bring:
            {"zip": _zip, "npz": _npz, "files": _class_by_class, "camera": _snapshots}[way]()


def _zip() -> None:
    st.markdown(
        "A folder for each class, with its name and its pictures. The class folders may lie in folders `train`, `val` and "
        "`test`: `test` becomes the test set; pictures in `val` are learned from, or are the test set if `test` is missing."
    )
    _uploader("Drop a zip file here", "zip")


def _npz() -> None:
    st.markdown(
        "With the arrays `x_train`, `y_train`, `x_test`, `y_test`, or `images` and `labels`; and, if you like, `classes` "
        "with a name for each class. Images are (count, height, width), or with 3 channels at the end."
    )
    st.code('np.savez("pets.npz", images=images, labels=labels)', language="python")
    _uploader("Drop an npz file here", "npz")


def _uploader(label: str, kind: str) -> None:
    key = f"own-file-{kind}-{_count()}"
    st.file_uploader(f"{label}, {LIMIT}", type=[kind], key=key, max_upload_size=MEGABYTES, on_change=_take, args=(kind, key))
    st.caption("The computer that runs the dashboard reads it. Only you see it, and whoever opens a link that you share.")


def _count() -> int:
    """Return the number in the uploaders' keys. A new number empties the uploaders."""
    return st.session_state.get("own-count", 0)


def _take(kind: str, key: str) -> None:
    file = uploaded_file(key)
    if file is not None:
        st.session_state["own-count"] = _count() + 1
        with session.catch_refusal():
            [(name, content)] = take_uploads([file])
            application().uploads.give(session.visitor(), kind, content, name)


def _class_by_class() -> None:
    st.markdown("Name a class and drop its pictures. Then type the next name in the same field, and drop its pictures.")
    name = _class_name()
    key = f"own-pictures-{_count()}"
    st.file_uploader(
        f"Drop pictures of {escape_markdown(name) or 'this class'} here, {LIMIT}",
        accept_multiple_files=True,
        key=key,
        max_upload_size=MEGABYTES,
        disabled=not name,
        help=None if name else "Name the class first.",
        on_change=_add_files,
        args=(name, key),
    )
    _given()


def _class_name(*, stays: bool = False, proposals: tuple[str, ...] = NAMES) -> str:
    """Draw the field for the class of the next pictures, and return the class.

    If `stays` is true, the name stays the same for several pictures. Otherwise another name is proposed after each class.
    """
    known = sorted({item.label for item in application().uploads.items(session.visitor())})
    proposed = next((item for item in proposals if item not in known), "")
    key = "own-class" if stays else f"own-class-{len(known)}"
    if stays and key in st.session_state:
        proposed = st.session_state[key]
    name = st.text_input(
        "Class",
        proposed,
        key=key,
        max_chars=user_datasets.LONGEST_NAME,
        placeholder="What you draw, such as star",
        help="What the pictures show.",
    )
    return str(name).strip()


def _add_files(name: str, key: str) -> None:
    files = st.session_state.get(key) or []
    st.session_state["own-count"] = _count() + 1
    with session.catch_refusal():
        application().uploads.add(session.visitor(), name, take_uploads(files))


def _snapshots() -> None:
    reason = why_no_camera()
    if reason:
        st.info(reason, icon=":material/no_photography:")
        st.markdown("Take photos with a phone instead, and bring them under **Pictures**.")
        return
    st.markdown("Name a class, and take some pictures of it; then the next one.")
    left, right = st.columns([3, 2], gap="medium")
    with left:
        camera_capture(label=_class_name(stays=True), done=_handled()["done"], key=CAMERA, on_events=_add_snapshots)
    with right:
        _given()


def _drawings() -> None:
    """Draw the name of the class, the sheet and the drawings so far, side by side where the window is wide enough."""
    left, right = st.columns([5, 4], gap="large")
    with left:
        with st.container(horizontal=True, vertical_alignment="bottom", gap="small", key="own-name-and-keep"):
            name = _class_name(stays=True, proposals=())
            draw_pictures.keep_button(name)
        draw_pictures.draw_sheet(name)
    with right:
        if not application().uploads.items(session.visitor()):
            st.markdown("Name a class, draw it, and keep the drawing. After some drawings, type the name of the next class.")
        _given()


def _add_snapshots() -> None:
    """Add each snapshot of the camera exactly once. The browser resends snapshots that were not acknowledged."""
    events, handled = st.session_state[CAMERA].events, _handled()
    with application().drafts.edit_lock(session.visitor()):
        for number, event in new_events(events, handled, MOST_AT_ONCE):
            _add_snapshot(event)
            handled["done"] = number


def _add_snapshot(event: Any) -> None:
    """Add a snapshot to the pictures of its class. Ignore anything but a JPEG, since a browser may send anything."""
    label, picture = (event.get(name) for name in ("label", "picture")) if isinstance(event, Mapping) else ("", "")
    content = _jpeg(picture)
    if isinstance(label, str) and content:
        number = 1 + len(application().uploads.items(session.visitor()))
        with session.catch_refusal():
            application().uploads.add(session.visitor(), label, [(f"snapshot {number}.jpg", content)])


def _jpeg(address: object) -> bytes:
    """Return the bytes of a JPEG in a data: URI. Return no bytes if the value is anything else."""
    if not isinstance(address, str) or not address.startswith(JPEG):
        return b""
    try:
        return base64.b64decode(address.removeprefix(JPEG), validate=True)
    except ValueError:
        return b""


def _handled() -> Handled:
    return st.session_state.setdefault("own-snapshots", {"done": 0})


def _given() -> None:
    """Draw the classes so far with their numbers of pictures, and the button that reads the pictures."""
    items = application().uploads.items(session.visitor())
    labels = [item.label for item in items]
    for label in dict.fromkeys(labels):
        with st.container(horizontal=True, vertical_alignment="center", key=f"given-{label}"):
            count = labels.count(label)
            st.markdown(f"**{escape_markdown(label)}**: {quantity(count, 'picture')}", width="content")
            st.button(
                "Take away",
                key=f"take-away-{label}",
                icon=":material/close:",
                on_click=application().uploads.take_away,
                args=(session.visitor(), label),
            )
        draw_pictures.show_drawings(label, [item for item in items if item.label == label])
    few = len(set(labels)) < 2
    with st.container(key="own-next", horizontal=True, vertical_alignment="center", gap="small"):
        st.button(
            "Look through them",
            key="own-read",
            type="secondary" if few or not session.may_have_primary_button() else "primary",
            icon=":material/arrow_forward:",
            disabled=few,
            help="A network needs at least two classes to tell apart." if few else None,
            on_click=application().uploads.begin,
            args=(session.visitor(), "reading"),
        )
        if few:
            st.caption("At least two classes are needed.")


@st.fragment(run_every=0.4)
def draw_upload_progress() -> None:
    """Draw the progress of the upload, the time left, and the button Stop. Rerun the page at the end."""
    now = application().uploads.state(session.visitor())
    if now is None or not now.is_busy:
        rerun()
        return
    doing = BUSY[now.step, now.stage]
    with st.container(border=True, key="card-busy"):
        st.header(doing)
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


def draw_stopped_upload(now: UploadState) -> None:
    """Draw the problem that ended the upload, and the buttons that read the pictures again or bring others."""
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


def draw_new_data_set(now: UploadState) -> None:
    """Draw the finished data set, and the button that makes the draft use the data set."""
    data = data_set(now.name)
    with st.container(border=True, key="card-made"):
        st.header(f"{escape_markdown(data.title)} is ready")
        st.markdown(
            f"{data.num_train:,} pictures to learn from and {data.num_test:,} to test, each "
            f"{shape_text(data.image_shape)}, in "
            f"{data.num_classes} classes. From now on it is a data set like any other."
        )
        user_dataset_list.near_duplicates_note(data)
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
    """Make the draft use a data set, with an output unit for each class, and go to Load."""
    application().uploads.clear(session.visitor())
    session.change(set_value, ("data", "dataset"), name)
    st.session_state["go_to"] = "load.py"


st.html(STYLE)
page_layout.heading(
    "Your own pictures",
    f"Bring pictures of two or more classes, at least {FEWEST_PICTURES} each. They are shrunk, and stay in this dashboard.",
)
uploads = application().uploads
now = uploads.state(session.visitor())
show_steps(upload_step(now))
if now is not None and now.is_busy:
    draw_upload_progress()
elif now is not None and now.step == "made":
    draw_new_data_set(now)
elif now is not None and now.step == "read" and (report := uploads.report(session.visitor())) is not None:
    show_report(report, now)
elif now is not None and (now.kind != "files" or now.problem is not None):
    draw_stopped_upload(now)
else:
    choose_way()
user_dataset_list.draw_data_set_list(use)
