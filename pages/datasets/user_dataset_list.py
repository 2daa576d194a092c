"""A visitor's own data sets: some pictures of each, its counts, its file, and buttons to delete and restore it."""

from collections.abc import Callable

import streamlit as st

from core.catalogue.datasets import DataSet, data_set, missing_files
from core.datasets import user_datasets
from core.datasets.previews import read_preview
from core.experiment.shapes import shape_text
from core.number_text import memory_text
from pages.components.picture_grid.picture_grid import picture_grid
from pages.datasets.sample_grid import picture_items
from pages.shell import session
from pages.shell.messages import plain

SHOWN = 8  # pictures


def list_all(use: Callable[[str], None]) -> None:
    """All data sets of the visitor, and the deleted ones that can be restored.

    Parameters
    ----------
    use
        Called with the name of a data set to use it in the draft.
    """
    names, deleted = user_datasets.names_of(session.visitor()), user_datasets.names_of(session.visitor(), deleted=True)
    if not names and not deleted:
        return
    with st.container(border=True, key="own-sets"):
        st.header("Your data sets")
        for name in names:
            _data_set_row(data_set(name), use)
        for name in deleted:
            with st.container(horizontal=True, vertical_alignment="center", key=f"deleted-{name}"):
                st.markdown(f"{plain(data_set(name).title)} was deleted.", width="content")
                st.button(
                    "Undo",
                    key=f"restore-{name}",
                    icon=":material/undo:",
                    help="For a day; then it is gone.",
                    on_click=user_datasets.restore,
                    args=(name, session.visitor()),
                )


def _data_set_row(data: DataSet, use: Callable[[str], None]) -> None:
    with st.container(key=f"set-{data.name}"):
        words = f"{data.num_train:,} to learn from, {data.num_test:,} to test, {shape_text(data.image_shape)}"
        st.markdown(f"**{plain(data.title)}**: {words}; {plain(', '.join(data.classes[:8]))}")
        preview = read_preview(data.name)
        if preview is not None:
            samples = [(label, number) for number in range(preview.images.shape[1]) for label in range(data.num_classes)]
            picture_grid(picture_items(data, preview, samples[:SHOWN]), key=f"pictures-{data.name}", size=48, columns=SHOWN)
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


def near_copies(data: DataSet) -> None:
    """How near copies are treated, if the data set has any."""
    if data.keeps_together:
        st.caption("Copies and near copies of a picture stay together: in training, validation or test set.")
    if data.torn:
        names = ", ".join(data.classes[label] for label in data.torn)
        st.warning(
            f"{plain(names)}: these pictures are copies of too few different ones to stay together, and were split one by "
            "one. What is measured on them looks better than it is.",
            icon=":material/content_copy:",
        )
    leak_warning(data)


def leak_warning(data: DataSet) -> None:
    """A warning about test pictures that are in the training set too."""
    if data.leaks:
        are = "is" if data.leaks == 1 else "are"
        mend = "" if data.torn else " To mend it, make it again, with these left out of the test set."
        st.warning(
            f"{data.leaks:,} of its {data.num_test:,} test pictures {are} in the training set too, or nearly: "
            f"a test looks better than it is.{mend}",
            icon=":material/content_copy:",
        )


def file_button(data: DataSet, key: str) -> None:
    """The download of the file that the script reads."""
    st.download_button(
        f"Download {data.name}.npz ({memory_text(data.num_bytes)})",
        lambda: user_datasets.named_file(data.name),
        f"{data.name}.npz",
        "application/octet-stream",
        key=f"file-{key}-{data.name}",
        icon=":material/download:",
        on_click="ignore",
        disabled=bool(missing_files(data.name)),
        help="The script reads this file: put it into the same folder.",
    )


def rename_classes(data: DataSet, key: str) -> None:
    """The form that renames a class."""
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
    with session.refusing():
        user_datasets.rename(name, session.visitor(), label, str(st.session_state[typed]))


def delete_button(data: DataSet, key: str) -> None:
    """The button that deletes a data set; it can be restored for a day."""
    is_owner = user_datasets.is_owner(data.name, session.visitor())
    st.button(
        "Delete",
        key=f"delete-{key}-{data.name}",
        icon=":material/delete:",
        on_click=user_datasets.delete,
        args=(data.name, session.visitor()),
        disabled=not is_owner,
        help="Runs that used it stay; Undo brings it back for a day."
        if is_owner
        else "Only who brought these pictures can.",
    )
