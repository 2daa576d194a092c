"""The four steps from a person's pictures to a data set, and a drawing of each way to bring pictures."""

import streamlit as st

from core.datasets.upload_state import UploadState
from core.glossary.drawings import TRAINING, WRONG, arrow, box, grid, shade, svg, text

STEPS = ("Bring pictures", "Look through them", "Make the data set", "Use it")
BRING, LOOK, MAKE, USE = range(len(STEPS))
THUMB = 22  # pixels: a picture in a drawing


def upload_step(now: UploadState | None) -> int:
    """Return the current step of an upload, as an index of STEPS."""
    if now is None:
        return BRING
    if now.step == "made":
        return USE
    if now.step == "making":
        return MAKE
    return LOOK if now.is_busy or now.step == "read" else BRING


def show_steps(current: int) -> None:
    """Draw the four steps in a row. A tick marks the steps before the current step, and the steps after are grey."""
    with st.container(key="upload-steps", horizontal=True, gap=None):
        for number, title in enumerate(STEPS):
            if number < current:
                words = f":material/check_circle: {title} (done)"
            elif number == current:
                words = f"**{number + 1} {title}**"
            else:
                words = f":gray[{number + 1} {title}]"
            st.markdown(words, width="content")


def _pictures(x: float, y: float, colour: str, count: int = 3) -> str:
    """Return the SVG of some pictures in a row."""
    lefts = [x + (THUMB + 5) * number for number in range(count)]
    return "".join(box(left, y, THUMB, THUMB, fill=shade(0.45, colour), stroke=colour) for left in lefts)


def _folder(x: float, y: float, name: str, colour: str) -> str:
    """Return the SVG of a folder with pictures."""
    return (
        box(x, y, 170, 52)
        + box(x, y - 7, 44, 7)
        + text(x + 10, y + 32, f"{name}/", anchor="start", bold=True)
        + _pictures(x + 78, y + 15, colour)
    )


def zip_drawing() -> str:
    """Return a drawing that explains a zip file with a folder for each class."""
    parts = [box(6, 44, 92, 62), text(52, 81, "pets.zip", bold=True), arrow((102, 75), (126, 75))]
    folders = [_folder(136, 16, "cats", TRAINING), _folder(136, 90, "dogs", WRONG)]
    return svg("The file pets.zip holds two folders, cats and dogs, each with pictures", *parts, *folders)


def npz_drawing() -> str:
    """Return a drawing that explains two arrays, for pictures and for labels."""
    pixels = grid(((0, 9, 9), (0, 9, 0), (9, 9, 0)), (40, 34), fill=lambda level: shade(level / 12))
    labels = grid(((0,), (1,), (1,)), (214, 34))
    return svg(
        "Two arrays: images as numbers, and labels as numbers of classes",
        *(text(78, 24, "images", bold=True), pixels, text(78, 134, "count × height × width")),
        *(text(227, 24, "labels", bold=True), labels, text(254, 134, "count")),
    )


def files_drawing() -> str:
    """Return a drawing that explains the upload class by class: two names, each with pictures."""
    rows = []
    for y, name, colour in ((30, "cats", TRAINING), (92, "dogs", WRONG)):
        rows += [box(14, y, 78, 34), text(53, y + 22, name, bold=True), arrow((150, y + 17), (98, y + 17))]
        rows.append(_pictures(160, y + 6, colour, 5))
    return svg("Two names, cats and dogs; pictures are dropped on each", *rows)


def camera_drawing() -> str:
    """Return a drawing that explains snapshots: a camera, and its pictures of two classes."""
    camera = (
        box(20, 48, 92, 60) + box(48, 38, 36, 10) + '<circle cx="66" cy="78" r="19" fill="none" stroke="currentColor" />'
    )
    pictures = _pictures(170, 40, TRAINING, 5) + _pictures(170, 92, WRONG, 5)
    return svg("A camera, and its pictures of two classes", camera, arrow((120, 78), (156, 78)), pictures)


DRAWINGS = {
    "zip": zip_drawing,
    "npz": npz_drawing,
    "files": files_drawing,
    "camera": camera_drawing,
}
