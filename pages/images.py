"""The page Images are numbers: the pixels of an image, changes of the image by code, and augmentation."""

from typing import Any

import numpy as np
import plotly.graph_objects as go
import streamlit as st

from core.catalogue.datasets import DataSet, missing_files
from core.datasets.image_operations import MANIPULATIONS, Pixels, as_keras_array, script, to_display_image
from core.datasets.previews import Preview, read_preview
from core.experiment.shapes import shape_text
from core.number_text import percent, with_no_break_spaces
from pages.builder import one_unit
from pages.components.code_view.code_view import code_view
from pages.components.picture_grid.picture_grid import picture_grid, picture_item
from pages.components.pixel_inspector.pixel_inspector import pixel_inspector
from pages.datasets import picture_inspector
from pages.frame import page_layout
from pages.shell import waiting
from pages.shell.page_data import current_view
from pages.views.augmentation import augmentation
from pages.widgets.address_tabs import address_tabs
from pages.widgets.charts import chart
from pages.widgets.parameter import session_widgets

CHANNELS = {"Red": "#C0392B", "Green": "#1E8449", "Blue": "#2471A3"}
GREY = "#7D8790"
BINS = 32  # of a histogram: 8 steps of brightness each
FIRST_STEPS = ("crop", "rotate", "noise")  # the steps that a new visitor sees
CARDS = 4  # side by side
HEIGHT = 330  # of the histogram, in pixels
AROUND_PIXELS = 3  # pixels on each side of the pixel under the pointer, with their numbers
SIZE = 210  # of a picture in a card, in pixels
PICKED = "images_picked"


def choose(data: DataSet, preview: Preview) -> tuple[int, int]:
    """Draw the choice of a picture. Return its class and its index within the class."""
    with st.container(border=True, key="card-choose-picture", horizontal=True, vertical_alignment="bottom"):
        label = st.selectbox(
            "Class",
            range(data.num_classes),
            format_func=data.classes.__getitem__,
            index=data.num_classes - 1,
            key=f"images-class-{data.name}",
            width=200,
            persist_state="session",
        )
        items = [
            picture_item(number, picture, f"{data.classes[label]}, image {number}")
            for number, picture in enumerate(preview.images[label])
        ]

        def pick() -> None:
            st.session_state[PICKED] = (data.name, label, int(st.session_state["images-choice"].picked))

        chosen = st.session_state.get(PICKED, ())
        number = chosen[2] if chosen[:2] == (data.name, label) else 0
        shows: dict[str, Any] = {
            "size": 56,
            "columns": len(items),
            "selectable": True,
            "selected": str(number),
            "answer": "apart",
        }
        with st.container(width="stretch", key="images-choices"):
            picture_grid(items, key="images-choice", on_picked=pick, **shows)
    return label, number


def apart(image: np.ndarray, name: str) -> None:
    """Draw the pixel values of the picture, its channels, and its histogram."""
    height, width, count = image.shape
    left, right = st.columns([3, 2])
    with left, st.container(border=True, key="card-apart", height="stretch"):
        st.header(f"This {name.lower()} is {image.size:,} numbers")
        each = "one number: 0 is black, 255 is white" if count == 1 else "three numbers: how much red, green and blue"
        st.caption(f"{height} rows, {width} columns; each pixel is {each}.")
        pixel_inspector(image, label=f"{name}, {height} by {width} pixels", key="pixels", around=AROUND_PIXELS)
    if count > 1:
        with st.container(border=True, key="card-channels"):
            st.header("Three channels")
            planes = zip(CHANNELS, np.moveaxis(image, 2, 0), strict=True)
            items = [
                picture_item(title, plane, f"The {title.lower()} channel", caption=title, detail=f"mean {plane.mean():.0f}")
                for title, plane in planes
            ]
            picture_grid(items, key="channel-pictures", size=SIZE, columns=3)
    with right:
        histogram(image)


def histogram(image: np.ndarray) -> None:
    """Draw the histogram of the pixel values of each channel."""
    colours = {"Grey": GREY} if image.shape[2] == 1 else CHANNELS
    figure = go.Figure()
    edges = np.linspace(0, 256, BINS + 1)
    for (title, colour), plane in zip(colours.items(), np.moveaxis(image, 2, 0), strict=True):
        counts, _ = np.histogram(plane, edges)
        figure.add_bar(
            x=(edges[:-1] + edges[1:]) / 2,
            y=counts,
            name=title,
            marker_color=colour,
            opacity=1.0 if len(colours) == 1 else 0.65,
            hovertemplate="about %{x:.0f}: %{y} pixels<extra></extra>",
        )
    figure.update_layout(
        barmode="overlay",
        bargap=0.05,
        height=HEIGHT,
        margin={"l": 0, "r": 16, "t": 10, "b": 0},  # room for half of the last number
        showlegend=len(colours) > 1,
        legend={"orientation": "h", "y": 1.2},
    )
    figure.update_xaxes(title="brightness", range=[0, 256], tickvals=[0, 64, 128, 192, 255])
    figure.update_yaxes(title="pixels")
    with st.container(border=True, key="card-histogram", height="stretch"):
        st.header("How bright its pixels are")
        zero = float((image == 0).mean())
        mean = f"{percent(zero)} of its numbers are 0; the mean is {image.mean():.0f}."
        words = f"{mean} Each bar covers {256 // BINS} neighbouring values."
        chart(figure, key="histogram-chart", words=words)
        st.caption(words)


def change(data: DataSet, label: int, number: int, image: Pixels) -> None:
    """Draw the steps that change the image, such as a crop, each in a card with its code, and then the whole script."""
    chosen = st.pills(
        "What is done to it, in this order",
        tuple(MANIPULATIONS),
        selection_mode="multi",
        default=FIRST_STEPS,
        format_func=lambda name: MANIPULATIONS[name].title,
        key="images-steps",
        persist_state="session",
    )
    steps = [step for step in MANIPULATIONS.values() if step.name in chosen]
    lines: list[str] = []
    spaces = [space for _ in range(-(-(1 + len(steps)) // CARDS)) for space in st.columns(CARDS)]
    cards = (space.container(border=True, key=f"card-step-{index}", height="stretch") for index, space in enumerate(spaces))
    with next(cards):
        st.markdown("**The image**")
        shown(image, "As it is in the data set.", "before")
    for number_of_step, step in enumerate(steps, 1):
        with next(cards):
            st.markdown(f"**{number_of_step}. {step.title}**: {step.sentence}")
            result = st.container()
            key = f"images-{step.name}-{'x'.join(map(str, image.shape[:2]))}"
            values = session_widgets(step.parameters(image.shape), key)
            image = step.apply(image, **values)
            lines.append(step.code(**values))
            with result:
                shown(image, f"After: {step.title}", step.name)
                st.code(lines[-1], language="python", wrap_lines=True)
    code_view(script=script(data.name, label, number, lines), file_name="picture.py", key="images-code")


def shown(image: Pixels, alt: str, key: str) -> None:
    """Draw an enlarged image in its card, with its shape and its range of values."""
    kind = "whole numbers" if image.dtype == np.uint8 else "real numbers"
    shape = with_no_break_spaces(shape_text(image.shape))
    words = f"{shape} {kind} from {image.min():.3g} to {image.max():.3g}, mean {image.mean():.3g}"
    picture_grid(
        [picture_item(key, to_display_image(image), alt, caption=words)], key=f"images-shown-{key}", size=SIZE, columns=1
    )


view = current_view()
data = view.experiment.data.entry
page_layout.heading("Images are numbers", f"Take an image of {data.title} apart, change it, and see what a network sees.")
if missing_files(data.name):
    st.markdown(f"{data.title} is not on this machine yet.")
    st.page_link("load.py", label="Bring it on Load", icon=":material/download:")
elif (looked_at := read_preview(data.name)) is None:
    waiting.wait_for_preview(data.name)
else:
    of_class, of_number = choose(data, looked_at)
    raw = looked_at.images[of_class, of_number]
    titles = ["Its numbers", "Change it", "Augmentation", "Upload a picture", "One unit by hand"]
    numbers, steps, augmented, own, unit = address_tabs(titles, "images-view")
    with numbers:  # these three are always drawn, so that each keeps its settings
        apart(raw, data.classes[of_class])
    with steps:
        change(data, of_class, of_number, as_keras_array(raw))
    with augmented:
        if view.all_allowed:
            augmentation.draw(view.experiment, raw)
        else:
            st.markdown("A value of your draft is not allowed. Put it right, and random layers can change this image.")
    if own.open:
        with own:
            picture_inspector.card(view.experiment)
    if unit.open:
        with unit:
            one_unit.card()
page_layout.draw_engine_footer()
