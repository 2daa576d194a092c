"""The page Try it: the network's answer to a drawing, a file or a photo of the visitor, and changes of the picture."""

from collections.abc import Sequence

import numpy as np
import streamlit as st

from core.analysis.image_perturbations import (
    DrawingStyle,
    centred,
    drawing_style,
    fit_to_shape,
    has_inverted_background,
    perturbed,
    typical_image,
)
from core.datasets.image_files import ENDINGS, MILLION, MOST_BYTES, DecodedPicture, UnreadableError
from core.datasets.previews import read_preview
from core.engine import picture_decoder
from core.experiment.image_ref import OWN, ImageRef
from core.number_text import percent
from core.png import to_data_uri
from core.problems import ProblemError
from core.views.adversarial_image import AdversarialImage, AdversarialImageQuestion
from core.views.set_images import ImageQuestion
from pages.components.camera_capture.camera_capture import why_no_camera
from pages.components.picture_grid.picture_grid import picture_grid, picture_item
from pages.components.pixel_pad.pixel_pad import pixel_pad
from pages.frame import page_layout
from pages.interpret.answer_card import SIZE, AnswerSlots, draw_answer_slots, draw_bars, fill_answer_card
from pages.interpret.fool_the_network import draw_keep_buttons
from pages.interpret.image_picker import draw_image_picker, picked_image
from pages.interpret.network_ref import NetworkRef, answer, network_in_view
from pages.interpret.page_buttons import draw_page_buttons
from pages.interpret.picture_changes import SEED, changes
from pages.interpret.timeline import choose_moment, follow_run
from pages.interpret.tracing import can_trace, choose_ghost, trace_template, trace_words, traced_label, traced_line
from pages.interpret.weight_history import forget_questions
from pages.shell import waiting
from pages.shell.drawing_count import note_drawing
from pages.shell.messages import escape_markdown, show_problem
from pages.shell.page_data import View, current_view, train_refusal
from pages.shell.streamlit_patches import Container, UploadedFile
from pages.shell.upload_memory import take_uploads, uploaded_file
from pages.teaching import guess_first

PEN = 24  # 280ths of the sheet
DRAWING = "try-drawing"  # the drawing on the sheet
TRIED = "try-picture"  # the pixels of the uploaded file or photo
REFUSED = "try-refused"  # why the last file or photo was refused
BROUGHT = "try-brought"  # number of uploaded files, for the uploader's key
TAKEN = "try-taken"  # the id of the last photo
NUDGED = "try-nudged"  # the last nudge: its network and picture, its strength in levels, and its result
FITS = "try-fit"  # whether a drawing is brought to the size of the objects in the data


def drawn_picture(network: NetworkRef, look: DrawingStyle) -> np.ndarray | None:
    """Draw the sheet for a drawing.

    Return the drawing as an image of the data set's size, centred and scaled like its images.
    """
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
        cells=shape[1],
        ghost=trace_template(network),
        line=traced_line(network),
        trace=trace_words(network),
        keep=DRAWING,
        on_restored=restore_drawing,
    )
    sheet = picture_decoder.decode_drawing(st.session_state.get(DRAWING), shape[2])
    if sheet is None:
        return None
    fits = st.session_state.get(FITS, True)
    return fit_to_shape(centred(sheet, look) if fits else sheet, shape)


def choose_fit(look: DrawingStyle) -> None:
    """Draw the switch that scales a drawing to the size of the objects in the data set's images."""
    st.toggle(
        "Fit to the frame",
        value=True,
        key=FITS,
        persist_state="session",
        help=f"What you drew is put in the middle, {percent(look.fill)} as large as the picture: as things are in "
        "this data.",
    )


def keep_drawing() -> None:
    drawing = st.session_state["try-pad"].drawing
    note_drawing(st.session_state.get(DRAWING, ""), drawing)
    st.session_state[DRAWING] = drawing


def restore_drawing() -> None:
    """Restore the drawing that the browser tab kept during a reload of the page."""
    if isinstance(kept := st.session_state["try-pad"].restored, str):
        st.session_state[DRAWING] = kept


def uploaded_picture(network: NetworkRef, look: DrawingStyle) -> np.ndarray | None:
    """Return the uploaded file or photo as an image of the data set's shape. Return None if there is no picture."""
    if (problem := st.session_state.get(REFUSED)) is not None:
        show_problem(problem, "try-unreadable")
    picture: DecodedPicture | None = st.session_state.get(TRIED)
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
    """Draw the uploader, and return the uploaded picture as an image of the data set's shape."""
    key = f"try-file-{st.session_state.get(BROUGHT, 0)}"
    most = MOST_BYTES // MILLION
    st.file_uploader("A picture", type=list(ENDINGS), key=key, max_upload_size=most, on_change=take_file, args=(key,))
    return uploaded_picture(network, look)


def take_file(key: str) -> None:
    """Save the pixels of the uploaded file, and empty the uploader, so that Streamlit does not keep the file."""
    if (given := uploaded_file(key)) is not None:
        st.session_state[BROUGHT] = st.session_state.get(BROUGHT, 0) + 1
        remember(given, given.name)


def camera(network: NetworkRef, look: DrawingStyle) -> np.ndarray | None:
    """Draw the camera, and return the photo. If the browser does not allow the camera, draw an uploader instead.

    On a telephone, the uploader offers the telephone's camera.
    """
    if reason := why_no_camera():
        st.caption(f"{reason} On a telephone, the button below offers its camera.")
        return file(network, look)
    given = st.camera_input("A photo", key="try-camera")
    if given is not None and st.session_state.get(TAKEN) != given.file_id:
        st.session_state[TAKEN] = given.file_id
        remember(given, "The photo")
    return uploaded_picture(network, look)


def remember(given: UploadedFile, name: str) -> None:
    """Save the pixels of a picture, or the reason why the picture cannot be read."""
    st.session_state.pop(TRIED, None)
    st.session_state.pop(REFUSED, None)
    try:
        [(_, content)] = take_uploads([given])
        st.session_state[TRIED] = picture_decoder.decode_picture(content)
    except ProblemError as error:
        st.session_state[REFUSED] = error.problem
    except UnreadableError as error:
        st.session_state[REFUSED] = error.problem(name)


def picture_from_data(network: NetworkRef, _look: DrawingStyle) -> np.ndarray | None:
    """Draw the choice of an image from the data set, and return the image."""
    return answer(network, ImageQuestion(network.experiment, draw_image_picker(network)), height=SIZE)


SOURCES = {"Draw": drawn_picture, "A file": file, "Camera": camera, "From the data": picture_from_data}


def preparation(way: str) -> str:
    """Describe how the visitor's picture was brought to the size and range of the data."""
    is_centred = way == "Draw" and st.session_state.get(FITS, True)
    return "put in the middle, and prepared as in training" if is_centred else "prepared as in training"


def draw_network_input(picture: np.ndarray, words: str) -> None:
    """Draw the network's input image, enlarged."""
    seen = picture_item("seen", picture, f"What the network sees: {words}")
    picture_grid([seen], key="try-seen", size=SIZE, columns=1)
    st.caption(words)


def nudged_picture(network: NetworkRef, now: ImageRef, levels: int) -> tuple[int, AdversarialImage | None]:
    """Return the strength of an adversarial change (a nudge of each pixel value), and the changed picture.

    Until the picture is computed, return the last changed picture for the same input.

    Parameters
    ----------
    network
        The network.
    now
        The picture without a nudge.
    levels
        The distance by which each pixel value is moved, of 255.
    """
    words = f"The picture with nudge {levels} follows in a moment …"
    question = AdversarialImageQuestion(*network.weights, now, levels)
    nudged = answer(network, question, height=0, waiting_words=words, lane="nudged")
    state = (network.experiment.layers, network.model, now)
    if nudged is not None:
        st.session_state[NUDGED] = (state, levels, nudged)
    of, last, kept = st.session_state.get(NUDGED, (None, levels, None))
    return (last, kept) if of == state else (levels, None)


def own_image_ref(picture: np.ndarray) -> ImageRef:
    return ImageRef(OWN, pixels=picture.tobytes(), shape=picture.shape)


def draw_next_pages(network: NetworkRef, now: ImageRef, address: str) -> None:
    """Draw buttons that open the pages which explain the answer to this picture, and the ways to keep the picture.

    Parameters
    ----------
    network
        The network.
    now
        The picture that is the input of the network.
    address
        The picture to keep, as a data: URI.
    """
    with st.container(key="try-onward", horizontal=True, gap="small"):
        draw_page_buttons(now, key="try-to")
        draw_keep_buttons(network.experiment.data.entry.classes, address)


def example(network: NetworkRef) -> None:
    """Draw an example of the network's input: an image of the class to trace."""
    data = network.experiment.data.entry
    preview = read_preview(data.name)
    if preview is None:
        st.caption("Nothing yet.")
        return
    height, width = data.image_shape[:2]
    label = traced_label(network) or 0
    alt = f"For example, an image of the data: {data.classes[label]}"
    item = picture_item("example", typical_image(preview.images[label]), alt)
    picture_grid([item], key="try-example", size=SIZE, columns=1)
    st.caption(f"It sees {height} × {width} pixels. An example: {escape_markdown(data.classes[label])}.")


def draw_first_task(network: NetworkRef, places: AnswerSlots) -> None:
    """Suggest a first drawing to the visitor, draw empty bars, and offer an image of the data for an answer at once."""
    label, classes = traced_label(network), network.experiment.data.entry.classes
    trace = "Follow the dotted" if traced_line(network) else "Trace the outline of"
    thing = f"{trace} {escape_markdown(classes[label])}, or draw" if label is not None else "Draw"
    places.winner.markdown("**?**", width="content")
    places.winner.caption(f"{thing} what you like: the answer comes while you draw.", width="stretch")
    places.line.markdown("**?** The answer stands here while you draw.")
    with places.seen:
        example(network)
    with places.bars:
        draw_bars(classes, (0.0,) * len(classes))
        st.caption(f"It can only name its {len(classes)} classes. What does it say to something else?")
        st.button("Use an image from the data", key="try-from-data", icon=":material/image:", on_click=_from_data)


def _from_data() -> None:
    st.session_state["try-way"] = "From the data"


@st.fragment
def draw_tried_picture(view: View, look: DrawingStyle) -> None:
    """Draw the part of the page that is redrawn after each stroke and each move of a slider."""
    network = network_in_view(view, follows=True)
    forget_questions(network.run)
    with st.container(key="try"):
        line = st.container(key="try-line")  # the answer in sight of who draws on a phone
        source = st.container(key="try-source")
        with st.container(key="try-card", gap="small"):
            places = draw_answer_slots(network, line)
            further = st.container()
            with st.container(key="try-moment", horizontal=True, vertical_alignment="center", gap="medium"):
                st.caption(escape_markdown(network.words), width="content")
                choose_moment(network)
        ways = st.container(key="try-ways")
        with st.expander("Change the picture", icon=":material/tune:", key="try-break"):
            change, nudge = changes()
    way, start = picture_from(network, look, source, ways)
    if start is None:
        draw_first_task(network, places)
        return
    original = picked_image(network) if way == "From the data" else own_image_ref(start)
    picture = perturbed(start, change, st.session_state.get(SEED, 0))
    now = original if picture is start else own_image_ref(picture)
    done = change.words
    nudged: AdversarialImage | None = None
    with places.seen:
        above = st.container()  # for the picture, above the words that announce the nudge
        if nudge:
            nudge, nudged = nudged_picture(network, now, nudge)
        if nudged is not None:
            picture = np.frombuffer(nudged.pixels, dtype="uint8").reshape(picture.shape)
            now = own_image_ref(picture)
            away = f"nudge {nudge} away from {escape_markdown(network.experiment.data.entry.classes[nudged.away_from])}"
            done = f"{done}, {away}" if done else away
        with above:
            height, width = picture.shape[:2]
            draw_network_input(picture, f"{height} × {width} pixels" + (f"; {done}" if done else f", {preparation(way)}"))
    fill_answer_card(network, places, original, now, nudged)
    if nudge and nudged is None:
        places.dare.caption("Without the nudge.")
    with further:
        draw_next_pages(
            network, now, st.session_state.get(DRAWING, "") if way == "Draw" and not done else to_data_uri(picture)
        )


def picture_from(
    network: NetworkRef, look: DrawingStyle, source: Container, ways: Container
) -> tuple[str, np.ndarray | None]:
    """Draw the choice of a source (drawing, file, camera or data set), and in another container the source itself.

    Return the name of the source, and the picture or None.
    """
    with ways:
        way = st.segmented_control(
            "Picture from", tuple(SOURCES), default="Draw", key="try-way", required=True, persist_state="session"
        )
        if way == "Draw":
            with st.container(horizontal=True, vertical_alignment="bottom"):
                if can_trace(network):
                    choose_ghost(network)
                choose_fit(look)
    with source:
        return way, SOURCES[way](network, look)


def dare(classes: Sequence[str]) -> str:
    """Return the sentence that dares the visitor to fool the network, with an example among digits."""
    return "Then fool it: draw a 1 that it calls 7." if {"1", "7"} <= set(classes) else "Then fool it."


def draw_untrained(view: View) -> None:
    """Say that the network is not trained yet, with a button that trains the network."""
    refusal = train_refusal(view)
    with st.container(key="try-untrained", horizontal=True, vertical_alignment="center", gap="small"):
        st.markdown("**This network has not been trained yet, so it only guesses.**", width="content")
        icon = ":material/play_arrow:"
        st.button(
            "Train it now",
            key="try-train",
            icon=icon,
            disabled=bool(refusal),
            help=refusal or None,
            on_click=guess_first.train_or_ask,
        )


view = current_view()
tried = network_in_view(view, follows=True)
page_layout.heading("Try it", f"Draw: the network says what it sees. {dare(tried.experiment.data.entry.classes)}")
if tried.run is None:
    draw_untrained(view)
data = tried.experiment.data.entry
if (looked_at := read_preview(data.name)) is None:
    waiting.wait_for_preview(data.name)
else:
    draw_tried_picture(view, drawing_style(looked_at.images))
    follow_run(tried)
page_layout.draw_engine_footer()
