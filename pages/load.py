"""Load: which pictures, how scaled, and how split into training, validation and test set."""

from dataclasses import replace
from pathlib import Path
from typing import Any

import streamlit as st

from core.application import application
from core.catalogue.datasets import DATASETS, DataSet, data_set, is_own, missing_files
from core.datasets import user_datasets
from core.datasets.previews import Preview, read_preview
from core.experiment.corrections import NONE
from core.experiment.edits import set_value
from core.experiment.model import DATA, Experiment
from core.experiment.set_sizes import Counts, needs_counting, sizes
from core.experiment.shapes import shape_text
from core.number_text import memory_text, unbroken
from pages.components.picture_grid.picture_grid import picture_grid
from pages.components.pixel_inspector.pixel_inspector import pixel_inspector
from pages.datasets import data_views, user_dataset_list
from pages.datasets.download_panel import show_download
from pages.datasets.set_charts import balance_figure, picture_sources, sets_figure
from pages.interpret import corrections_panel
from pages.shell import page_layout, session, waiting
from pages.shell.messages import plain, show_problems
from pages.shell.streamlit_patches import rerun
from pages.shell.view import View, current_view
from pages.widgets.address_tabs import address_tabs
from pages.widgets.charts import draw
from pages.widgets.colours import TEST, TRAINING, VALIDATION
from pages.widgets.parameter import parameter_widget
from pages.widgets.picture_items import picture_item

CLASSES_AT_ONCE = 10
PICTURES_OF_A_CLASS = 8
SIZE = 40  # of a picture in the gallery, in pixels
STYLE = Path(__file__).parent / "load.css"


def choose_data(experiment: Experiment) -> None:
    """Draw the data sets side by side; a data set that is not on this machine says so."""
    names = tuple(dict.fromkeys((*DATASETS, *user_datasets.names_of(session.visitor()), experiment.data.dataset)))
    key = f"data/dataset#{session.revision()}"

    def changed() -> None:
        if session.is_stale_event(key):
            return
        session.edit(set_value(session.draft().experiment, ("data", "dataset"), st.session_state[key]))

    def label(name: str) -> str:
        missing = ":material/delete:" if is_own(name) else ":material/download:"
        icon = missing if missing_files(name) else ":material/check:"
        return f"{icon} {plain(data_set(name).title)}"

    st.segmented_control(
        "Data set",
        names,
        default=experiment.data.dataset,
        key=key,
        format_func=label,
        required=True,
        on_change=changed,
        disabled=bool(session.why_locked("data")),
        help=session.why_locked("data") or DATA["dataset"].help,
    )
    data = experiment.data.entry
    shape = unbroken(shape_text(data.image_shape))
    source = f" [Where it comes from]({data.url})" if data.url else ""
    st.markdown(f"{data.sentence} Each is {shape}, in {data.num_classes} classes.{source}")
    st.page_link("own.py", label="Your own pictures", icon=":material/add_photo_alternate:")


def fetch_card(data: DataSet) -> None:
    """Draw which files are missing, where they belong, and a button that downloads them."""
    missing = missing_files(data.name)
    with st.container(border=True, key="fetch"):
        st.header(f"{data.title} is not on this machine yet")
        st.markdown(f"It is a download of {memory_text(data.num_bytes)}, once; after that it works without a network.")
        _download(data)
        with st.expander("Bring it by hand", icon=":material/folder:"):
            st.markdown(f"Copy these files into `{missing[0].parent}`:")
            st.code("\n".join(path.name for path in missing), language=None)
            if data.package:
                st.markdown(f"On Debian or Ubuntu the package `{data.package}` brings them.")


@st.fragment(run_every=0.5)
def _download(data: DataSet) -> None:
    """Draw the ways to a missing data set, and a data set that is here instead."""
    if not missing_files(data.name):
        rerun()
    untouched = application().runs.downloads.progress(data.name) is None
    with st.container(horizontal=untouched):
        show_download(data, "download")
        if untouched:
            st.button("Use Digits instead", icon=":material/check:", on_click=_use_digits)


def _use_digits() -> None:
    session.edit(set_value(session.draft().experiment, ("data", "dataset"), "digits"))


def own_missing(data: DataSet) -> None:
    """Draw the button that restores deleted pictures for their owner; the message above names the other ways."""
    if data.name in user_datasets.names_of(session.visitor(), deleted=True):
        restore: dict[str, Any] = {"on_click": user_datasets.restore, "args": (data.name, session.visitor())}
        st.button("Undo the deletion", key="own-restore", icon=":material/undo:", **restore)


def own_card(data: DataSet) -> None:
    """Draw the file of a visitor's own pictures, and the button that deletes them."""
    with st.container(border=True, key="own-card"):
        st.header("Your own pictures" if user_datasets.is_owner(data.name, session.visitor()) else "Somebody's own pictures")
        st.markdown(
            "Who has a link to this experiment, or to a run on it, sees them too. The script reads them from a file:"
        )
        user_dataset_list.near_copies(data)
        with st.container(horizontal=True):
            user_dataset_list.file_button(data, "load")
            user_dataset_list.rename_classes(data, "load")
            user_dataset_list.delete_button(data, "load")


def sets_card(experiment: Experiment, counts: Counts | None) -> None:
    """Draw the three sets: how large each is, and what it is for.

    Parameters
    ----------
    experiment
        The experiment in view.
    counts
        The numbers of its images, where corrections left some out.
    """
    before, held = sizes(replace(experiment.data, corrections=NONE)), sizes(experiment.data, counts)
    sets = [
        ("Training set", held.train, before.train, "The network learns from these.", TRAINING, ""),
        (
            "Validation set",
            held.validation,
            before.validation,
            "Checked after each epoch.",
            VALIDATION,
            "/",
        ),
        ("Test set", held.test, before.test, "Sealed until the end.", TEST, "x"),
    ]
    with st.container(border=True, key="sets"):
        st.header("Three sets")
        bars = tuple((title, count, colour, pattern) for title, count, _, _, colour, pattern in sets)
        figure = sets_figure((*bars[:2], ("Not used", held.unused, "#8A939C", "."), bars[2]))
        summary = ", ".join(f"{title.lower()} {count:,}" for title, count, *_ in sets)
        draw(figure, key="sets-chart", words=f"Images in each set: {summary}.")
        for column, (title, count, at_first, purpose, *_) in zip(st.columns(3), sets, strict=True):
            with column:
                st.metric(title, f"{count:,}")
                gone = at_first - count  # of exactly split sets: other sets vary by a few images anyway
                left_out = f" {gone:,} left out." if gone > 0 and not experiment.data.entry.keeps_together else ""
                st.caption(f"{purpose}{left_out}" if at_first else "None: progress is not checked.")
        if not held.is_exact:
            st.caption("About: the images are being counted.")


def split_card(experiment: Experiment) -> None:
    """Draw how pixels are scaled, how many images are used, and how many are kept aside."""
    with st.container(border=True, key="split"):
        st.header("How it is loaded")
        first, second, third = st.columns(3)
        with first:
            parameter_widget(DATA["pixels"], ("data", "pixels"), experiment)
        with second:
            parameter_widget(DATA["validation_split"], ("data", "validation_split"), experiment)
            together = " Near copies stay in one set." if experiment.data.entry.keeps_together else ""
            st.caption(f"Even in each class, seed {experiment.fit.seed}.{together}")
        with third:
            parameter_widget(DATA["train_images"], ("data", "train_images"), experiment, label="Training images")
            st.caption("Empty: all. 1,000 is a quick demo.")


def gallery(data: DataSet, preview: Preview) -> None:
    """Draw some pictures of each class; a click opens a picture."""
    with st.container(key="gallery"):
        st.caption("Press an image to see it as the numbers that it is.")
        first = 0
        if data.num_classes > CLASSES_AT_ONCE:
            pages = range(0, data.num_classes, CLASSES_AT_ONCE)
            first = st.select_slider(
                "Classes",
                pages,
                format_func=lambda start: f"{start + 1} to {min(start + CLASSES_AT_ONCE, data.num_classes)}",
                key="gallery-page",
            )
        shown = range(first, min(first + CLASSES_AT_ONCE, data.num_classes))
        sources = picture_sources(preview, PICTURES_OF_A_CLASS)
        items = [
            picture_item(
                f"{label}-{number}",
                sources[label][number],
                f"{data.classes[label]}, image {number}",
                caption=data.classes[label] if number == 0 else "",
            )
            for label in shown
            for number in range(min(PICTURES_OF_A_CLASS, preview.images.shape[1]))
        ]
        columns = min(PICTURES_OF_A_CLASS, preview.images.shape[1])  # one row for each class, also for a small class
        shows: dict[str, Any] = {"size": SIZE, "columns": columns, "selectable": True, "rows": True}

        def pick() -> None:
            st.session_state["picked_picture"] = (data.name, st.session_state["gallery-pictures"].picked)

        picture_grid(items, key="gallery-pictures", selected=picked_picture(data), answer="numbers", on_picked=pick, **shows)


def picked_picture(data: DataSet) -> str:
    """The id of the picture that is shown as numbers: its class and its number in the class."""
    name, picked = st.session_state.get("picked_picture", (data.name, None))
    return picked if name == data.name and picked else "0-0"


def picture_as_numbers(data: DataSet, preview: Preview) -> None:
    """Draw one picture, and the numbers that a network gets of it."""
    label, number = map(int, picked_picture(data).split("-"))
    image = preview.images[label, number]
    channel = 0
    with st.container(key="numbers"):
        st.header(f"One image is {image.size:,} numbers")
        if image.shape[2] == 3:
            names = ("Red", "Green", "Blue")
            channel = names.index(st.segmented_control("Channel", names, default="Red", required=True, key="channel"))
        grid = image[:, :, channel : channel + 1]
        words = f"A {data.classes[label]} as a grid of {grid.shape[0]} by {grid.shape[1]} numbers from 0 to 255."
        pixel_inspector(grid, label=words, key="numbers-pixels")
        st.caption(f"Its class is {plain(data.classes[label])}. 0 is black, 255 is white.")
        st.page_link("images.py", label="Take images apart, and change them", icon=":material/grid_on:")


def balance_card(view: View, preview: Preview) -> None:
    """Draw the number of images of each class, including corrections by hand."""
    data = view.experiment.data
    with st.container(key="balance"):
        if needs_counting(data) and view.counts is None:
            waiting.wait_for_counts(view.experiment)
            return
        now = view.counts
        training, test = (now.files, now.test) if now else (preview.train_counts, preview.test_counts)
        figure = balance_figure(data.entry.classes, tuple(training), tuple(test))
        low, high = min(training), max(training)
        words = f"each class has {low:,}" if low == high else f"the classes have {low:,} to {high:,}"
        draw(figure, key="balance-chart", words=f"Class balance: {words} images.")
        corrected = f" Counted with what was corrected by hand: {data.corrections.words()}." if data.corrections else ""
        st.caption(f"For training and validation {words} images.{corrected}")


def what_is_in_it(view: View, data: DataSet, preview: Preview) -> None:
    """Draw the pictures with the numbers of one of them beside them, or how many of each class there are."""
    with st.container(border=True, key="contents"):
        titles = ["Images and numbers", "Class balance", *data_views.VIEWS]
        pictures, balance, *others = address_tabs(titles, "load-view")
        if pictures.open:
            with pictures, st.container(key="gallery-beside", horizontal=True, gap="medium"):
                gallery(data, preview)
                picture_as_numbers(data, preview)
        if balance.open:
            with balance:
                balance_card(view, preview)
        for tab, draw_view in zip(others, data_views.VIEWS.values(), strict=True):
            if tab.open:
                with tab:
                    draw_view(view.experiment, preview)


view = current_view()
page_layout.heading("Load", "Data with labels: what a network learns from, and what it is judged by.")
st.html(STYLE)
with page_layout.beside_code(view):
    choose_data(view.experiment)
    show_problems(view.problems_at("data"), "data")
    chosen = view.experiment.data.entry
    if missing_files(chosen.name):
        own_missing(chosen) if chosen.is_own else fetch_card(chosen)
    else:
        looked_at = read_preview(chosen.name)
        if looked_at is None:
            waiting.wait_for_preview(chosen.name)
        else:
            what_is_in_it(view, chosen, looked_at)
        sets_card(view.experiment, view.counts)
        split_card(view.experiment)
        if view.experiment.data.corrections:
            corrections_panel.card(view.experiment)
        if chosen.is_own:
            own_card(chosen)
