"""Every private name of Streamlit that this program touches, and what it replaces in Streamlit.

tests/pages/shell/test_streamlit_patches.py fails where a version of Streamlit behaves otherwise.
"""

from functools import cache
from typing import NoReturn

import streamlit as st
from streamlit import runtime
from streamlit.delta_generator import DeltaGenerator as Container  # for annotations, as ColumnConfig and UploadedFile
from streamlit.elements.lib.column_types import ColumnConfig
from streamlit.runtime.memory_uploaded_file_manager import MemoryUploadedFileManager
from streamlit.runtime.scriptrunner import ScriptRunner, get_script_run_ctx
from streamlit.runtime.uploaded_file_manager import UploadedFile

from core.checked_versions import warn_if_unchecked

__all__ = ["ColumnConfig", "Container", "MemoryUploadedFileManager", "UploadedFile"]  # what others import from here
CHECKED_VERSIONS = ("1.67.0",)
# What the style sheets and scripts of pages find Streamlit's elements by. Streamlit gives most elements no other
# stable name (https://github.com/streamlit/streamlit/issues/3888).
# fmt: off
TEST_IDS = frozenset({
    "stAlert", "stAlertContainer", "stApp", "stBaseButton", "stBottom", "stBottomBlockContainer", "stButtonGroup",
    "stCaptionContainer", "stCode", "stColumn", "stDialog", "stElementContainer", "stFileChip",
    "stFileUploaderDropzone", "stFileUploaderDropzoneInstructions", "stHeader", "stHeaderActionElements", "stHeading",
    "stHorizontalBlock", "stIconMaterial", "stMain", "stMainBlockContainer", "stMainMenu", "stMarkdown",
    "stMarkdownContainer", "stMetricValue", "stMultiSelect", "stMultiSelectTagsContainer", "stNumberInputField",
    "stPageLink", "stPlotlyChart", "stPopover", "stPopoverBody", "stRadioOption", "stSelectbox", "stSkipToContent",
    "stSlider", "stSliderThumbValue", "stSliderTickBar", "stTabPanel", "stTable", "stTabs", "stTextArea", "stTextInput",
    "stTooltipContent", "stTooltipIcon", "stVerticalBlock", "stWidgetLabel",
})
# fmt: on

warn_if_unchecked("streamlit", CHECKED_VERSIONS)


@cache
def let_callbacks_end() -> None:
    """Let every click reach its callback, and every callback run to its end; to be called before the first click.

    When the next click arrives, Streamlit interrupts a script wherever the script touches the session's state: also before
    Streamlit calls the callbacks of the previous click, and within a callback. Nothing calls them again, so that the first
    of two quick clicks is lost. No setting prevents that (https://github.com/streamlit/streamlit/issues/10578). With this
    patch, Streamlit looks for the next click once a page begins to be drawn, after the callbacks.
    """
    handle_next_click = ScriptRunner._maybe_handle_execution_control_request

    def handle_next_click_after_callbacks(runner: ScriptRunner) -> None:
        context = get_script_run_ctx(suppress_warning=True)
        if context is None or context.has_script_started:
            handle_next_click(runner)

    setattr(ScriptRunner, handle_next_click.__name__, handle_next_click_after_callbacks)


def rerun() -> NoReturn:
    """Rerun the page, unless the person asked for something meanwhile, such as another page, which comes first.

    Streamlit merges the requests for a rerun and keeps the page of the last one: a link that was clicked while the page
    waited for a worker would lead nowhere. No issue is known.
    """
    st.session_state.get("page_title")  # any access to the session's state makes Streamlit handle requests of the browser
    st.rerun()


def session_id() -> str | None:
    """The id of the session whose script runs in this thread; None where none does."""
    context = get_script_run_ctx(suppress_warning=True)
    return None if context is None else context.session_id


def uploaded_files() -> MemoryUploadedFileManager | None:
    """Streamlit's store of uploaded files; None before the server is up.

    Streamlit keeps a file as long as its session and offers no way to release the file
    (https://github.com/streamlit/streamlit/issues/9218).
    """
    manager = runtime.get_instance().uploaded_file_mgr if runtime.exists() else None
    return manager if isinstance(manager, MemoryUploadedFileManager) else None
