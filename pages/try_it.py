"""Try it: show the trained network a picture of your own, and then break it."""

from typing import Any

import numpy as np
import streamlit as st

from core.analysis.image_perturbations import (
    NUDGE,
    PERTURBATIONS,
    AdversarialImage,
    DrawingStyle,
    Perturbation,
    centred,
    drawing_style,
    fit_to_shape,
    has_inverted_background,
    perturbed,
)
from core.datasets.image_files import ENDINGS, MILLION, MOST_BYTES, Picture, UnreadableError
from core.datasets.previews import read_preview
from core.engine import picture_decoder
from core.experiment.image_ref import OWN, ImageRef
from core.number_text import percent
from core.parameters import Integer, Parameter, Real, Switch
from core.problems import Problem, ProblemError
from pages.components.picture_grid.picture_grid import picture_grid
from pages.components.pixel_pad.pixel_pad import pixel_pad
from pages.interpret.image_picker import pick, picked_image, picker
from pages.interpret.network_ref import NetworkRef, answer, network_in_view
from pages.interpret.timeline import choose_moment, follow
from pages.run_panels.weight_history import forget_questions
from pages.shell import page_layout, session, waiting
from pages.shell.addresses import switch_page
from pages.shell.messages import plain, show_problem
from pages.shell.streamlit_patches import UploadedFile
from pages.shell.upload_memory import take
from pages.shell.view import current_view
from pages.widgets.camera import why_no_camera
from pages.widgets.class_bars import answer_bars
from pages.widgets.picture_items import picture_item

SIZE = 252  # of the picture that the network gets, in pixels
PEN = 24  # 280ths of the sheet
DRAWING = "try-drawing"  # what is on the sheet
TRIED = "try-picture"  # the pixels of the uploaded file or photo
REFUSED = "try-refused"  # why the last file or photo was refused
BROUGHT = "try-brought"  # number of uploaded files, for the uploader's key
TAKEN = "try-taken"  # the id of the last photo
MOST_NAMES = 10  # of classes, in a sentence
SEED = "try-seed"  # of the noise
NUDGED = "try-nudged"  # the last nudge: its network and picture, its strength in levels, and its result
CHANGED = "try-changed"  # by the name of a change, its setting; kept while other pages are open


def reset() -> None:
    """Undo all changes."""
    st.session_state.pop(CHANGED, None)


def slider(one: Parameter) -> Any:
    """Draw a slider or a switch for one change."""
    key, constraint = f"try-{one.name}", one.constraint

    def take() -> None:
        st.session_state.setdefault(CHANGED, {})[one.name] = st.session_state[key]

    st.session_state[key] = st.session_state.get(CHANGED, {}).get(one.name, one.default)
    if isinstance(constraint, Switch):
        return st.toggle(one.label, key=key, help=one.help, on_change=take)
    label = f"{one.label} ({one.unit})"
    if isinstance(constraint, Integer):
        return st.slider(label, constraint.low, constraint.high, key=key, step=1, help=one.help, on_change=take)
    assert isinstance(constraint, Real)
    low, high = float(constraint.low), float(constraint.high)
    return st.slider(label, low, high, key=key, step=0.1, help=one.help, on_change=take)


def changes() -> tuple[Perturbation, int]:
    """Draw the sliders of all changes; return their settings."""
    columns = st.columns(2)
    values = {}
    for place, one in enumerate((*PERTURBATIONS, NUDGE)):
        with columns[place % len(columns)]:
            values[one.name] = slider(one)
    nudge = values.pop(NUDGE.name)
    with st.container(horizontal=True):
        st.button("Undo all", icon=":material/restart_alt:", key="try-reset", on_click=reset)
        st.button("Other noise", icon=":material/casino:", key="try-dice", on_click=other_noise, help="Chance, drawn again.")
    return Perturbation(**values), int(nudge)


def other_noise() -> None:
    st.session_state[SEED] = st.session_state.get(SEED, 0) + 1


def drawn(network: NetworkRef, look: DrawingStyle) -> np.ndarray | None:
    """Draw the sheet to draw on; return the drawing, cut out and sized as the objects in the data's pictures."""
    shape = network.experiment.data.entry.image_shape
    paper = look.background * (3 if len(look.background) == 1 else 1)
    pixel_pad(
        paper=f"#{''.join(f'{level:02X}' for level in paper)}",
        ink="#000000" if look.is_bright else "#FFFFFF",
        width=PEN,
        colour=shape[2] == 3,
        drawing=st.session_state.get(DRAWING, ""),
        label=f"A sheet to draw on: {', '.join(network.experiment.data.entry.classes[:3])} …",
        key="try-pad",
        on_drawn=keep_drawing,
    )
    sheet = picture_decoder.drawing(st.session_state.get(DRAWING), shape[2])
    if sheet is None:
        return None
    fits = st.toggle(
        "Fit to the frame",
        value=True,
        key="try-fit",
        persist_state="session",
        help=f"What you drew is put in the middle, {percent(look.fill)} as large as the picture: as things are in "
        "this data.",
    )
    return fit_to_shape(centred(sheet, look) if fits else sheet, shape)


def keep_drawing() -> None:
    st.session_state[DRAWING] = st.session_state["try-pad"].drawing
    session.note("drawn")


def brought(network: NetworkRef, look: DrawingStyle) -> np.ndarray | None:
    """Return the uploaded file or photo in the form of the data's pictures."""
    if (problem := st.session_state.get(REFUSED)) is not None:
        show_problem(problem, "try-unreadable")
    picture: Picture | None = st.session_state.get(TRIED)
    if picture is None:
        return None
    shape = network.experiment.data.entry.image_shape
    small = fit_to_shape(picture.pixels, shape)
    st.caption(
        f"{picture.width:,} × {picture.height:,} pixels; its middle was cut out and brought to {shape[1]} × {shape[0]}."
    )
    if has_inverted_background(small, look):
        light = "bright on dark" if not look.is_bright else "dark on bright"
        st.caption(f"The images of this data are {light}; yours is the other way round. Switch on Invert below.")
    return small


def file(network: NetworkRef, look: DrawingStyle) -> np.ndarray | None:
    """Draw the uploader; return the picture of the uploaded file."""
    key = f"try-file-{st.session_state.get(BROUGHT, 0)}"
    most = MOST_BYTES // MILLION
    st.file_uploader("A picture", type=list(ENDINGS), key=key, max_upload_size=most, on_change=take_file, args=(key,))
    return brought(network, look)


def take_file(key: str) -> None:
    """Keep the pixels of the uploaded file, and empty the uploader, so that Streamlit keeps no file."""
    if (given := st.session_state.get(key)) is not None:
        st.session_state[BROUGHT] = st.session_state.get(BROUGHT, 0) + 1
        keep(given, given.name)


def camera(network: NetworkRef, look: DrawingStyle) -> np.ndarray | None:
    """Return a photo of the browser's camera; without access to it, of a file that a telephone's camera takes."""
    if reason := why_no_camera():
        st.caption(f"{reason} On a telephone, the button below offers its camera.")
        return file(network, look)
    given = st.camera_input("A photo", key="try-camera")
    if given is not None and st.session_state.get(TAKEN) != given.file_id:
        st.session_state[TAKEN] = given.file_id
        keep(given, "The photo")
    return brought(network, look)


def keep(given: UploadedFile, name: str) -> None:
    """Keep a picture's pixels, or why it cannot be read."""
    st.session_state.pop(TRIED, None)
    st.session_state.pop(REFUSED, None)
    try:
        [(_, content)] = take([given])
        st.session_state[TRIED] = picture_decoder.picture(content)
    except ProblemError as error:
        st.session_state[REFUSED] = error.problem
    except UnreadableError as error:
        st.session_state[REFUSED] = Problem(
            code="picture-unreadable",
            where=(),
            happened=f"{name} was not taken: {error.reason}.",
            expected="Expected a picture: JPEG, PNG, GIF, BMP, WebP or TIFF.",
            fix="Open it in a program for pictures, save it as PNG, and bring it again.",
        )


def from_data(network: NetworkRef, _look: DrawingStyle) -> np.ndarray | None:
    """Return a picture of the data, from the sets that may be seen."""
    return answer(network, "picture", picker(network), height=SIZE)


SOURCES = {"Draw": drawn, "A file": file, "Camera": camera, "From the data": from_data}


def sees(picture: np.ndarray, words: str) -> None:
    """Draw the picture as the network gets it, enlarged."""
    picture_grid([picture_item("seen", picture, f"What the network sees: {words}")], key="try-seen", size=SIZE, columns=1)
    st.caption(words)


def says(network: NetworkRef, original: ImageRef, now: ImageRef, nudged: AdversarialImage | None) -> None:
    """Draw the network's answers before and after the change; the answer to a nudged picture comes with the nudge."""
    classes = network.experiment.data.entry.classes
    probabilities = nudged.probabilities if nudged else answer(network, "says", now, height=300, lane="now")
    if probabilities is None:
        return
    before = None
    if now != original and (before := answer(network, "says", original, height=300, lane="before")) is None:
        return
    best = int(np.argmax(probabilities))
    st.markdown(f"**{plain(classes[best])}**, {percent(probabilities[best], 1)}")
    if before is not None:
        was = int(np.argmax(before))
        same = was == best
        st.caption(
            f"Before the change: {plain(classes[was])}, {percent(before[was], 1)}."
            if not same
            else "The same answer as before the change."
        )
    answer_bars(classes, probabilities, key="try-bars", before=before)


def nudged_by(network: NetworkRef, now: ImageRef, levels: int) -> tuple[int, AdversarialImage | None]:
    """Return the nudged picture and its strength; during the computation, the last nudge of this picture and its strength.

    Parameters
    ----------
    network
        The network.
    now
        The picture without a nudge.
    levels
        The distance that each pixel is moved, of 255.
    """
    words = f"The picture with nudge {levels} follows in a moment …"
    found = answer(network, "nudged", now, levels, height=0, waiting_words=words, lane="nudged")
    asked = (network.experiment.layers, network.model, now)
    if found is not None:
        st.session_state[NUDGED] = (asked, levels, found)
    of, last, kept = st.session_state.get(NUDGED, (None, levels, None))
    return (last, kept) if of == asked else (levels, None)


def when(network: NetworkRef) -> str:
    """Return the moment of the weights, such as "after epoch 3"; "" for an untrained network, or at the end of a run."""
    if network.run is None or network.model.endswith(".keras"):
        return ""
    return "before training" if network.number == 0 else f"after {network.label}"


def own(picture: np.ndarray) -> ImageRef:
    return ImageRef(OWN, pixels=picture.tobytes(), shape=picture.shape)


def onward(now: ImageRef) -> None:
    """Draw buttons that take this picture to the pages that explain the answer."""
    with st.container(horizontal=True):
        for title, page, icon in (("Inside your net", "inside.py", "search"), ("Why this answer?", "why.py", "help")):
            if st.button(title, icon=f":material/{icon}:", key=f"try-to-{page}"):
                pick(now)
                switch_page(page)


def example(network: NetworkRef) -> None:
    """Draw an image of the data, for what the network is going to get."""
    data = network.experiment.data.entry
    preview = read_preview(data.name)
    if preview is None:
        st.caption("Nothing yet.")
        return
    height, width = data.image_shape[:2]
    name = data.classes[0]
    item = picture_item("example", preview.images[0, 0], f"For example, an image of the data: {name}")
    picture_grid([item], key="try-example", size=SIZE, columns=1)
    st.caption(
        f"For example, {plain(name)}: an image of the data, {height} × {width} pixels. Yours is brought to that size."
    )


def awaited(network: NetworkRef) -> None:
    """Say what the answer is going to be, and lead to one at once."""
    st.markdown("Draw something, or bring a picture: the answer follows.")
    classes = network.experiment.data.entry.classes
    few = ", ".join(plain(name) for name in classes[:MOST_NAMES])
    more = f" and {len(classes) - MOST_NAMES} more" if len(classes) > MOST_NAMES else ""
    st.caption(f"A probability for each of its {len(classes)} classes: {few}{more}.")
    st.button("Show it an image of the data", key="try-from-data", icon=":material/image:", on_click=_from_data)


def _from_data() -> None:
    st.session_state["try-way"] = "From the data"


@st.fragment
def trial(network: NetworkRef, look: DrawingStyle) -> None:
    """Draw the part of the page that follows a drawing or a slider."""
    forget_questions(network.run)
    left, middle, right = st.columns([4, 3, 4])
    with left, st.container(border=True, key="try-source", height="stretch"):
        bring, spoil = st.tabs(["A picture", "Break it"])
        with spoil:
            change, nudge = changes()
        with bring:
            way = st.segmented_control(
                "From where", tuple(SOURCES), default="Draw", key="try-way", required=True, persist_state="session"
            )
            start = SOURCES[way](network, look)
    seen = middle.container(border=True, key="try-sees", height="stretch")
    said = right.container(border=True, key="try-says", height="stretch")
    seen.header("The network sees")
    said.header(f"It says {when(network)}".rstrip())
    if start is None:
        with seen:
            example(network)
        with said:
            awaited(network)
        return
    original = picked_image(network) if way == "From the data" else own(start)
    picture = perturbed(start, change, st.session_state.get(SEED, 0))
    now = original if picture is start else own(picture)
    done = change.words
    nudged: AdversarialImage | None = None
    with seen:
        place = st.container()  # for the picture, above the words that the nudge of it is awaited
        if nudge:
            nudge, nudged = nudged_by(network, now, nudge)
        if nudged is not None:
            picture = np.frombuffer(nudged.pixels, dtype="uint8").reshape(picture.shape)
            now = own(picture)
            away = f"nudge {nudge} away from {plain(network.experiment.data.entry.classes[nudged.away_from])}"
            done = f"{done}, {away}" if done else away
        with place:
            height, width = picture.shape[:2]
            sees(picture, f"{height} × {width} pixels" + (f"; {done}" if done else ", prepared as in training"))
        onward(now)
    with said:
        says(network, original, now, nudged)
        if nudge and nudged is None:
            st.caption("Without the nudge.")


view = current_view()
page_layout.heading("Try it", "Show the network a picture of your own, and then break it.", code=False)
tried = network_in_view(view, follows=True)
about, moment = st.columns([3, 2], gap="medium", vertical_alignment="center")
about.caption(plain(tried.words))
with moment:
    choose_moment(tried)
data = tried.experiment.data.entry
if (looked_at := read_preview(data.name)) is None:
    waiting.wait_for_preview(data.name)
else:
    trial(tried, drawing_style(looked_at.images))
    follow(tried)
page_layout.engine_foot()
