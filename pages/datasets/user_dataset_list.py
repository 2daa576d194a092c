"""A visitor's own data sets: some pictures, the counts and the file of each, and buttons to delete and restore them."""

from collections.abc import Callable

import streamlit as st

from core.application import application
from core.catalogue.datasets import DataSet, data_set, missing_files
from core.datasets import user_datasets
from core.datasets.previews import read_preview
from core.experiment.shapes import shape_text
from core.number_text import memory_text
from pages.components.picture_grid.picture_grid import picture_grid
from pages.datasets.sample_grid import picture_items
from pages.shell import session
from pages.shell.messages import escape_markdown

SHOWN_PICTURES = 8  # pictures


def draw_data_set_list(use: Callable[[str], None]) -> None:
    """Draw the visitor's data sets, and the deleted data sets with buttons that restore them.

    Parameters
    ----------
    use
        Called with the name of the data set that the draft shall use.
    """
    names, deleted = (
        user_datasets.data_sets_of(session.visitor()),
        user_datasets.data_sets_of(session.visitor(), deleted=True),
    )
    if not names and not deleted:
        return
    with st.container(border=True, key="card-own-sets"):
        st.header("Your data sets")
        for name in names:
            _data_set_row(data_set(name), use)
        for name in deleted:
            with st.container(horizontal=True, vertical_alignment="center", key=f"deleted-{name}"):
                st.markdown(f"{escape_markdown(data_set(name).title)} was deleted.", width="content")
                st.button(
                    "Undo",
                    key=f"restore-{name}",
                    icon=":material/undo:",
                    help="For a day; then the pictures are removed from the disk. Nobody else sees them meanwhile.",
                    on_click=application().deletions.restore,
                    args=(name, session.visitor()),
                )
                st.button(
                    "Delete for good",
                    key=f"purge-{name}",
                    icon=":material/delete_forever:",
                    help="Removes the pictures from the disk of this server now, without Undo.",
                    on_click=application().deletions.delete_for_good,
                    args=(name, session.visitor()),
                )


def _data_set_row(data: DataSet, use: Callable[[str], None]) -> None:
    with st.container(key=f"set-{data.name}"):
        words = f"{data.num_train:,} to learn from, {data.num_test:,} to test, {shape_text(data.image_shape)}"
        st.markdown(f"**{escape_markdown(data.title)}**: {words}; {escape_markdown(', '.join(data.classes[:8]))}")
        preview = read_preview(data.name)
        if preview is not None:
            samples = [(label, number) for number in range(preview.images.shape[1]) for label in range(data.num_classes)]
            picture_grid(
                picture_items(data, preview, samples[:SHOWN_PICTURES]),
                key=f"pictures-{data.name}",
                size=48,
                columns=SHOWN_PICTURES,
            )
        with st.container(horizontal=True):
            reason = session.why_locked("data")
            st.button(
                "Use it",
                key=f"use-{data.name}",
                icon=":material/check:",
                on_click=use,
                args=(data.name,),
                disabled=bool(reason),
                help=reason or None,
            )
            file_button(data, "list")
            rename_classes(data, "list")
            delete_button(data, "list")


def near_duplicates_note(data: DataSet) -> None:
    """Explain which copies stay in the same set.

    Warn of copies that were split, and of test pictures in the training set.
    """
    if data.keeps_together:
        st.caption("Copies and near copies of a picture stay together: in training, validation or test set.")
    if data.torn:
        names = ", ".join(data.classes[label] for label in data.torn)
        st.warning(
            f"{escape_markdown(names)}: these pictures are copies of too few different pictures to stay together, and were "
            "split one by one. Results on them look too good.",
            icon=":material/content_copy:",
        )
    leak_warning(data)


def leak_warning(data: DataSet) -> None:
    """Warn about test pictures that are in the training set too."""
    if data.leaks:
        are = "is" if data.leaks == 1 else "are"
        mend = "" if data.torn else " To mend the data set, make it again, with these left out of the test set."
        st.warning(
            f"{data.leaks:,} of its {data.num_test:,} test pictures {are} in the training set too, or nearly: "
            f"a test looks better than it is.{mend}",
            icon=":material/content_copy:",
        )


def file_button(data: DataSet, key: str) -> None:
    """Draw the button that downloads the data set's .npz file, which the script reads."""
    st.download_button(
        f"Download {data.name}.npz ({memory_text(data.num_bytes)})",
        lambda: user_datasets.data_set_npz(data.name),
        f"{data.name}.npz",
        "application/octet-stream",
        key=f"file-{key}-{data.name}",
        icon=":material/download:",
        on_click="ignore",
        disabled=bool(missing_files(data.name)),
        help="The script reads this file from its own folder.",
    )


def rename_classes(data: DataSet, key: str) -> None:
    """Draw the form that renames a class."""
    is_owner = user_datasets.is_owner(data.name, session.visitor())
    with st.popover(
        "Rename a class",
        icon=":material/edit:",
        key=f"rename-{key}-{data.name}",
        disabled=not is_owner,
        help=None if is_owner else "Only who brought these pictures can.",
    ):
        label = st.selectbox(
            "Class",
            range(data.num_classes),
            index=st.session_state.get(f"renamed-{data.name}", 0),
            format_func=data.classes.__getitem__,
            key=f"rename-class-{key}-{data.name}#{data.classes}",  # a browser keeps an option's old text under an old key
        )
        typed = f"rename-to-{key}-{data.name}-{label}#{data.classes[label]}"
        st.text_input("New name", data.classes[label], key=typed, max_chars=user_datasets.LONGEST_NAME)
        st.button(
            "Rename",
            key=f"rename-{key}-{data.name}-now",
            icon=":material/check:",
            on_click=_rename,
            args=(data.name, label, typed),
        )
        st.caption("Only the name changes: pictures, split and numbers stay, and runs of before show the new name too.")


def _rename(name: str, label: int, typed: str) -> None:
    st.session_state[f"renamed-{name}"] = label
    with session.catch_refusal():
        user_datasets.rename(name, session.visitor(), label, str(st.session_state[typed]))


def delete_button(data: DataSet, key: str) -> None:
    """Draw the button that deletes a data set, which the visitor can restore for a day."""
    is_owner = user_datasets.is_owner(data.name, session.visitor())
    st.button(
        "Delete",
        key=f"delete-{key}-{data.name}",
        icon=":material/delete:",
        on_click=application().deletions.delete,
        args=(data.name, session.visitor()),
        disabled=not is_owner,
        help="Runs that used it stay; Undo brings the data set back for a day."
        if is_owner
        else "Only who brought these pictures can.",
    )
