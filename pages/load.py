"""The page Load: the choice of pictures, their scaling, and their split into training, validation and test set."""

from dataclasses import replace
from typing import Any

import streamlit as st

from core.application import application
from core.catalogue.datasets import DATASETS, DataSet, data_set, is_own, missing_files
from core.catalogue.point_sets import POINT_SETS
from core.datasets import user_datasets
from core.datasets.previews import Preview, read_preview
from core.experiment.corrections import NONE
from core.experiment.descriptions import WHITE, scaling_sentence
from core.experiment.edits import set_value
from core.experiment.model import DATA, PIXEL_RANGES, Data, Experiment
from core.experiment.set_sizes import ImagesPerClass, ImagesPerSet, images_per_set, needs_label_count
from core.number_text import memory_text, number, with_no_break_spaces
from pages.components.picture_grid.picture_grid import picture_grid, picture_item
from pages.components.pixel_inspector.pixel_inspector import pixel_inspector
from pages.components.set_bar.set_bar import Pattern, SetShare, set_bar
from pages.datasets import data_views, user_dataset_list
from pages.datasets.download_panel import show_download
from pages.datasets.set_charts import balance_figure, picture_sources
from pages.frame import page_layout
from pages.interpret import corrections_panel
from pages.shell import session, waiting
from pages.shell.colours import TEST, TRAINING, VALIDATION
from pages.shell.messages import escape_markdown, show_problems
from pages.shell.page_data import View, current_view
from pages.shell.streamlit_patches import rerun
from pages.widgets.address_tabs import address_tabs
from pages.widgets.charts import draw
from pages.widgets.parameter import parameter_widget

CLASSES_AT_ONCE = 10
PICTURES_OF_A_CLASS = 8
SIZE = 40  # of a picture in the gallery, in pixels


def choose_data(experiment: Experiment, held: ImagesPerSet) -> None:
    """Draw the choice of a data set, and describe the chosen data set.

    Parameters
    ----------
    experiment
        The experiment in view.
    held
        The sizes of the training, validation and test set.
    """
    names = tuple(dict.fromkeys((*DATASETS, *user_datasets.data_sets_of(session.visitor()), experiment.data.dataset)))
    key = f"data/dataset#{session.revision()}"

    def changed() -> None:
        if session.is_stale_event(key):
            return
        session.change(set_value, ("data", "dataset"), st.session_state[key], by_widget=True)

    def label(name: str) -> str:  # an icon marks data sets that are not on this machine
        missing = ":material/delete: " if is_own(name) else ":material/download: "
        kind = f" :gray[{escape_markdown(data_set(name).kind)}]" if data_set(name).kind else ""
        return f"{missing if missing_files(name) else ''}{escape_markdown(data_set(name).title)}{kind}"

    with st.container(key="data-sets", horizontal=True, vertical_alignment="bottom", gap="small"):
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
        if any(missing_files(name) and not is_own(name) for name in names):
            st.caption(":material/download: needs a download first")
    data = experiment.data.entry
    height, width, channels = data.image_shape
    size = with_no_break_spaces(f"{height} × {width} pixels") + (", each of red, green and blue" if channels == 3 else "")
    source = f" [Where it comes from]({data.url})" if data.url else ""
    st.markdown(f"{data.sentence} Each has {size}; {data.num_classes} classes{set_words(held)}.{source}")


def set_words(held: ImagesPerSet) -> str:
    """Return the sizes of the three sets as the end of a sentence on all images."""
    if not held.train:
        return ""
    sizes = [f"{held.words(held.train)} to train on"]
    if held.validation:
        sizes.append(f"{held.words(held.validation)} to validate")
    sizes.append(f"{held.test:,} for the test")
    if held.unused > 0:
        sizes.append(f"{held.words(held.unused)} not used")
    return f": {', '.join(sizes)}"


def fetch_card(data: DataSet) -> None:
    """Draw the card of a missing data set: a button that downloads its files, and the folder for files copied by hand."""
    missing = missing_files(data.name)
    with st.container(border=True, key="card-fetch"):
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
    """Draw the download of a missing data set, and the button that uses the Digits data set instead."""
    if not missing_files(data.name):
        rerun()
    untouched = application().downloads.progress(data.name) is None
    with st.container(horizontal=untouched):
        show_download(data, "download")
        if untouched:
            st.button("Use Digits instead", icon=":material/check:", on_click=_use_digits)


def _use_digits() -> None:
    session.change(set_value, ("data", "dataset"), "digits")


def restore_button(data: DataSet) -> None:
    """Draw the button that restores deleted pictures. Draw nothing for visitors who do not own the pictures."""
    if data.name in user_datasets.data_sets_of(session.visitor(), deleted=True):
        restore: dict[str, Any] = {"on_click": application().deletions.restore, "args": (data.name, session.visitor())}
        st.button("Undo the deletion", key="own-restore", icon=":material/undo:", **restore)


def own_data_card(data: DataSet) -> None:
    """Draw the card about a visitor's own pictures: the download of their file, new names of classes, and the deletion."""
    with st.container(border=True, key="card-own-card"):
        st.header("Your own pictures" if user_datasets.is_owner(data.name, session.visitor()) else "Somebody's own pictures")
        st.markdown(
            "Who has a link to this experiment, or to a run on it, sees them too. The script reads them from a file:"
        )
        user_dataset_list.near_duplicates_note(data)
        with st.container(horizontal=True):
            user_dataset_list.file_button(data, "load")
            user_dataset_list.rename_classes(data, "load")
            user_dataset_list.delete_button(data, "load")


def sets_card(experiment: Experiment, counts: ImagesPerClass | None) -> None:
    """Draw the training, validation and test set as a bar, with the size and the purpose of each set.

    Parameters
    ----------
    experiment
        The experiment in view.
    counts
        The number of images of each class if corrections left some images out, or else None.
    """
    before, held = images_per_set(replace(experiment.data, corrections=NONE)), images_per_set(experiment.data, counts)
    kinds: list[tuple[str, int, int, str, str, Pattern]] = [
        ("Training set", held.train, before.train, "The network learns from these.", TRAINING, "plain"),
        (
            "Validation set",
            held.validation,
            before.validation,
            "Checked after each epoch.",
            VALIDATION,
            "stripes",
        ),
        ("Test set", held.test, before.test, "Sealed until the end.", TEST, "cross"),
    ]
    with st.container(border=True, key="card-three-sets"):
        st.header("Three sets")
        bars = []
        for title, count, at_first, purpose, colour, pattern in kinds:
            gone = at_first - count  # told only for exactly split sets, since other sets vary by a few images anyway
            left_out = f" {gone:,} left out." if gone > 0 and not experiment.data.entry.keeps_together else ""
            note = f"{purpose}{left_out}" if at_first else "None: progress is not checked."
            bars.append(SetShare(title, count, colour, pattern, note))
        if held.unused > 0:
            bars.insert(2, SetShare("Not used", held.unused, "#8A939C", "dots"))
        summary = ", ".join(f"{title.lower()} {count:,}" for title, count, *_ in kinds)
        set_bar(bars, words=f"Images in each set: {summary}.", key="sets-chart")
        if not held.is_exact:
            st.caption("About: the images are being counted.")


def split_card(experiment: Experiment) -> None:
    """Draw the settings of the data: scaling of pixels, validation split, and number of training images."""
    with st.container(border=True, key="card-split"):
        st.header("How it is loaded")
        first, second, third = st.columns(3)
        with first:
            parameter_widget(DATA["pixels"], ("data", "pixels"), experiment)
        with second:
            parameter_widget(DATA["validation_split"], ("data", "validation_split"), experiment)
            together = " Near copies stay in one set." if experiment.data.entry.keeps_together else ""
            st.caption(
                f"A share of the {experiment.data.entry.num_train:,} images outside the test set, the same share of each "
                f"class. The seed {experiment.fit.seed} chooses them.{together}"
            )
        with third:
            parameter_widget(DATA["train_images"], ("data", "train_images"), experiment, label="Training images")
            st.caption("Leave empty for all images; 1,000 makes a quick demo.")


def gallery(data: DataSet, preview: Preview) -> None:
    """Draw some pictures of each class. A click on a picture shows its pixel values."""
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
        columns = min(PICTURES_OF_A_CLASS, preview.images.shape[1])  # a row for each class, also for a small class
        shows: dict[str, Any] = {"size": SIZE, "columns": columns, "selectable": True, "rows": True}

        def pick() -> None:
            st.session_state["picked_picture"] = (data.name, st.session_state["gallery-pictures"].picked)

        picture_grid(items, key="gallery-pictures", selected=picked_picture(data), answer="numbers", on_picked=pick, **shows)


def picked_picture(data: DataSet) -> str:
    """Return the picture that is shown as numbers, as its class and its number in the class, such as "0-0"."""
    name, picked = st.session_state.get("picked_picture", (data.name, None))
    return picked if name == data.name and picked else "0-0"


def picture_as_numbers(experiment: Experiment, preview: Preview) -> None:
    """Draw the selected picture with its pixel values, and say to which range the experiment scales the values."""
    data = experiment.data.entry
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
        lit = sorted(grid[grid > 0].tolist())  # without the background, whose value every scaling keeps
        scaled = _scaling_words(experiment.data, lit[len(lit) // 2] if lit else 0)
        st.caption(
            f"This image is of class {escape_markdown(data.classes[label])}. A pixel of 0 is black, of 255 white. {scaled}"
        )
        st.page_link("images.py", label="Take images apart, and change them", icon=":material/grid_on:")


def _scaling_words(data: Data, example: int) -> str:
    """Say how pixels are scaled, with a pixel of a picture as an example."""
    low, high = PIXEL_RANGES[data.pixels]
    scaled = low + (high - low) * example / WHITE
    words, rounded = scaling_sentence(data), round(scaled, 2)
    about = "" if rounded == scaled else "about "
    return words if high == WHITE else f"{words} So {example} becomes {about}{number(rounded)}."


def balance_card(view: View, preview: Preview) -> None:
    """Draw the number of images of each class, including corrections by hand."""
    data = view.experiment.data
    with st.container(key="balance"):
        if needs_label_count(data) and view.counts is None:
            waiting.wait_for_image_counts(view.experiment)
            return
        now = view.counts
        training, test = (now.files, now.test) if now else (preview.train_counts, preview.test_counts)
        figure = balance_figure(data.entry.classes, tuple(training), tuple(test))
        low, high = min(training), max(training)
        words = f"each class has {low:,}" if low == high else f"the classes have {low:,} to {high:,}"
        draw(figure, key="balance-chart", words=f"Class balance: {words} images.")
        corrected = f" Counted with what was corrected by hand: {data.corrections.words()}." if data.corrections else ""
        st.caption(f"For training and validation {words} images.{corrected}")


def contents_card(view: View, data: DataSet, preview: Preview) -> None:
    """Draw the tabs on the contents of a data set: its pictures as numbers, its class balance, and further views."""
    with st.container(border=True, key="card-contents"):
        titles = ["Images and numbers", "Class balance", *data_views.VIEWS]
        pictures, balance, *others = address_tabs(titles, "load-view")
        if pictures.open:
            with pictures, st.container(key="gallery-beside", horizontal=True, gap="medium"):
                gallery(data, preview)
                picture_as_numbers(view.experiment, preview)
        if balance.open:
            with balance:
                balance_card(view, preview)
        for tab, draw_view in zip(others, data_views.VIEWS.values(), strict=True):
            if tab.open:
                with tab:
                    draw_view(view.experiment, preview)


def link_to_points() -> None:
    """Draw the link to the data sets of points, which have two input numbers instead of an image."""
    titles = ", ".join(points.title for points in POINT_SETS.values())
    with st.container(key="points-link"):
        st.page_link("border.py", label=f"Points instead of images: {titles}", icon=":material/scatter_plot:")


view = current_view()
page_layout.heading("Load", "Data with labels: what a network learns from, and what it is judged by.")
with page_layout.draw_with_code_drawer(view):
    choose_data(view.experiment, images_per_set(view.experiment.data, view.counts))
    show_problems(view.problems_at("data"), "data")
    chosen = view.experiment.data.entry
    if missing_files(chosen.name):
        restore_button(chosen) if chosen.is_own else fetch_card(chosen)
    else:
        looked_at = read_preview(chosen.name)
        if looked_at is None:
            waiting.wait_for_preview(chosen.name)
        else:
            contents_card(view, chosen, looked_at)
        sets_card(view.experiment, view.counts)
        split_card(view.experiment)
        if view.experiment.data.corrections:
            corrections_panel.card(view.experiment)
        if chosen.is_own:
            own_data_card(chosen)
    link_to_points()
