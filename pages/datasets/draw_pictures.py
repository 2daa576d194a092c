"""A sheet on which a visitor draws pictures for a data set, class by class. The sheet is empty again after each picture."""

import base64
from collections.abc import Sequence

import streamlit as st

from core import png
from core.analysis.image_perturbations import drawing_file
from core.application import application
from core.datasets.upload_state import AddedPicture, upload_folder
from pages.components.picture_grid.picture_grid import picture_grid, picture_item
from pages.components.pixel_pad.pixel_pad import pixel_pad
from pages.shell import session
from pages.shell.messages import escape_markdown

PAPER, INK = "#000000", "#FFFFFF"  # bright lines, as in the data sets of digits and clothes
PEN = 24  # 280ths of the sheet
CELLS = 28  # pixels along a side of the sheet
THUMB = 36  # pixels along a side of a small picture
SHOWN = 10  # the largest number of small pictures of a class
NAME = "drawing "  # the start of a drawing's name
DRAWN = "own-drawing"  # in session state: the drawing on the sheet, a data: URI
COUNT = "own-drawings"  # in session state: the number of kept drawings, for the key of the next sheet


def draw_sheet(name: str) -> None:
    """Draw the sheet for a picture of the class `name`, which is "" while the class has no name."""
    key = f"own-sheet-{st.session_state.get(COUNT, 0)}"
    pixel_pad(
        paper=PAPER,
        ink=INK,
        width=PEN,
        colour=False,
        drawing=st.session_state.get(DRAWN, ""),
        label=f"A sheet to draw {name or 'a picture'} on",
        key=key,
        on_drawn=lambda: _draw(key),
        cells=CELLS,
        trace=f"Draw: {name}" if name else "Name the class first",
    )


def keep_button(name: str) -> None:
    """Draw the button that adds the drawing to the pictures of the class `name`, which is "" while the class has no name."""
    drawn = st.session_state.get(DRAWN, "")
    st.button(
        f"Keep it as {escape_markdown(name)}" if name else "Keep it",
        key="own-keep-drawing",
        icon=":material/add:",
        disabled=not (name and drawn),
        help=None if name and drawn else "Draw something first." if name else "Name the class first.",
        on_click=_keep,
        args=(name,),
    )


def show_drawings(label: str, pictures: Sequence[AddedPicture]) -> None:
    """Draw the newest drawings among the pictures of the class `label`, as small pictures in a row."""
    folder = upload_folder(session.visitor())
    drawings = [picture for picture in pictures if picture.name.startswith(NAME)][-SHOWN:]
    items = []
    for picture in drawings:
        address = png.START + base64.b64encode((folder / picture.file).read_bytes()).decode()
        items.append(picture_item(picture.file, address, f"{label}, {picture.name.removesuffix('.png')}"))
    if items:
        picture_grid(items, key=f"own-drawings-{label}", size=THUMB, columns=SHOWN, label=f"Drawings of {label}")


def _draw(key: str) -> None:
    """Save the drawing of the sheet that has the key `key` in the session state."""
    st.session_state[DRAWN] = st.session_state[key].drawing


def _keep(name: str) -> None:
    """Add the drawing to the pictures of its class. Ignore anything but a PNG, since a browser may send anything."""
    content = drawing_file(st.session_state.pop(DRAWN, ""))
    if content is not None:
        number = 1 + len(application().uploads.items(session.visitor()))
        with session.catch_refusal():
            application().uploads.add(session.visitor(), name, [(f"{NAME}{number}.png", content)])
            st.session_state[COUNT] = st.session_state.get(COUNT, 0) + 1
