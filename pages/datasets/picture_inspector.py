"""Any picture, such as a photo: its number of features, its colour spaces, and its version at a network's input size."""

import numpy as np
import streamlit as st

from core.datasets.colour_spaces import COLOUR_SPACES, as_colours, num_features
from core.datasets.image_files import (
    ENDINGS,
    MILLION,
    MOST_BYTES,
    SHOWN_SIDE,
    DecodedPicture,
    UnreadableError,
    example_picture,
    fit_to_square,
)
from core.engine import picture_decoder
from core.experiment.model import Experiment
from core.problems import ProblemError
from pages.components.picture_grid.picture_grid import picture_grid, picture_item
from pages.shell.messages import escape_markdown, show_problem
from pages.shell.upload_memory import take_uploads, uploaded_file

KEPT, NAME, REFUSED, BROUGHT = "any-picture", "any-picture-name", "any-picture-refused", "any-picture-brought"
SIZE = 360  # of the picture, in pixels
PLANE = 190  # of each colour plane of the picture, in pixels
FITS = {
    "crop": ("Crop", "The shorter side fits; what sticks out is cut off.", "ImageOps.fit(image, ({side}, {side}))"),
    "pad": ("Pad", "The longer side fits; the rest becomes black.", "ImageOps.pad(image, ({side}, {side}))"),
    "stretch": ("Stretch", "Both sides fit; the proportions change.", "image.resize(({side}, {side}))"),
}
OTHERS = (
    "For comparison: a picture of 1,920 × 1,920 pixels in colour is 11,059,200 numbers, a photograph of 12 megapixels "
    "36,000,000, and an image of Fashion-MNIST 784. Each is a feature that the first layer has weights for."
)


def card(experiment: Experiment) -> None:
    """Draw a picture (at first an example): its upload, number of features, colour spaces, and version at input size."""
    with st.container(key="any-picture-card"):
        left, right = st.columns([2, 3], gap="medium")
        with left:
            _uploader()
            picture = _picture()
            pixels = as_colours(picture.pixels)
            alt = f"{st.session_state.get(NAME, 'A temple in China')}, {picture.width:,} by {picture.height:,} pixels"
            picture_grid([picture_item("whole", pixels, alt)], key="any-picture-whole", size=SIZE, columns=1)
        with right:
            _features(picture, experiment)
            _colour_space(pixels)
        _to_the_network(picture.pixels, experiment)


def _picture() -> DecodedPicture:
    return st.session_state.get(KEPT) or example_picture()


def _uploader() -> None:
    key = f"any-picture-file-{st.session_state.get(BROUGHT, 0)}"
    most = MOST_BYTES // MILLION
    st.file_uploader("A picture of yours", type=list(ENDINGS), key=key, max_upload_size=most, on_change=_keep, args=(key,))
    if (refused := st.session_state.get(REFUSED)) is not None:
        show_problem(refused, "any-picture")
    elif KEPT not in st.session_state:
        st.caption("Until you bring a picture: a photograph from scikit-learn. Your picture stays on this machine.")


def _keep(key: str) -> None:
    """Save the pixels of the uploaded file, and empty the uploader, so that Streamlit does not keep the file."""
    given = uploaded_file(key)
    if given is None:
        return
    st.session_state[BROUGHT] = st.session_state.get(BROUGHT, 0) + 1
    st.session_state.pop(REFUSED, None)
    try:
        [(_, content)] = take_uploads([given])
        st.session_state[KEPT] = picture_decoder.decode_picture(content, SHOWN_SIDE, SHOWN_SIDE)
        st.session_state[NAME] = given.name
    except ProblemError as error:
        st.session_state[REFUSED] = error.problem
    except UnreadableError as error:
        st.session_state[REFUSED] = error.problem(given.name)


def _features(picture: DecodedPicture, experiment: Experiment) -> None:
    """Draw the number of features of the picture, beside the number that the draft's network takes."""
    channels = 1 if picture.pixels.ndim == 2 else 3
    st.header("Number of features")
    st.markdown(f"**{num_features(picture.width, picture.height, channels)}** numbers, each from 0 to 255.")
    height, width, own_channels = experiment.data.entry.image_shape
    data = escape_markdown(experiment.data.entry.title)
    st.markdown(f"The network for {data} takes {num_features(width, height, own_channels)}.")
    st.caption(OTHERS)
    shown = picture.pixels.shape[:2]
    if shown != (picture.height, picture.width):
        st.caption(f"Drawn here with {shown[1]:,} × {shown[0]:,} pixels; counted at the file's own size.")
    if picture.conversions:
        st.caption(escape_markdown(f"Changed to read the file: {'; '.join(picture.conversions)}."))


def _colour_space(pixels: np.ndarray) -> None:
    """Draw the picture's channels in the chosen colour space."""
    chosen = st.segmented_control(
        "Its colours as",
        tuple(COLOUR_SPACES),
        default="RGB",
        required=True,
        key="any-picture-space",
        persist_state="session",
    )
    space = COLOUR_SPACES[chosen or "RGB"]
    st.caption(space.sentence)
    planes = np.moveaxis(space.convert(pixels), 2, 0)
    items = [
        picture_item(
            name, np.ascontiguousarray(plane), f"The {name} of each pixel", caption=name, detail=f"mean {plane.mean():.0f}"
        )
        for name, plane in zip(space.planes, planes, strict=True)
    ]
    picture_grid(items, key="any-picture-planes", size=PLANE, columns=len(items))
    st.code(space.code, language="python", wrap_lines=True)


def _to_the_network(pixels: np.ndarray, experiment: Experiment) -> None:
    """Draw the picture at the size of the network's input: cropped, padded and stretched."""
    height, _, channels = experiment.data.entry.image_shape
    st.header("Brought to the size of the network")
    for column, (rule, (title, sentence, code)) in zip(st.columns(len(FITS)), FITS.items(), strict=True):
        with column, st.container(border=True, key=f"card-any-picture-{rule}"):
            st.markdown(f"**{title}**: {sentence}")
            small = fit_to_square(pixels, height, rule, is_grey=channels == 1)
            words = num_features(height, height, channels)
            item = picture_item(rule, small, f"{title}: {height} by {height} pixels", caption=words)
            picture_grid([item], key=f"any-picture-fit-{rule}", size=PLANE, columns=1)
            st.code(f"image = {code.format(side=height)}", language="python", wrap_lines=True)
