"""Every private name of Streamlit that this program uses, and every function of Streamlit that is replaced.

tests/pages/shell/test_streamlit_patches.py fails if a version of Streamlit behaves differently.
"""

import asyncio
from dataclasses import replace
from functools import cache, partial, wraps
from typing import Any, NoReturn

import streamlit as st
from streamlit import delta_generator, runtime
from streamlit.delta_generator import DeltaGenerator as Container  # for annotations, as ColumnConfig and UploadedFile
from streamlit.elements.lib.column_types import ColumnConfig
from streamlit.runtime.app_session import AppSession, AppSessionState
from streamlit.runtime.backend_operation_handler import BackendOperationDispatcher
from streamlit.runtime.memory_uploaded_file_manager import MemoryUploadedFileManager
from streamlit.runtime.scriptrunner import RerunData, ScriptRunner, get_script_run_ctx
from streamlit.runtime.uploaded_file_manager import UploadedFile

from core.checked_versions import warn_if_unchecked

__all__ = ["ColumnConfig", "Container", "MemoryUploadedFileManager", "UploadedFile"]  # for other modules
CHECKED_VERSIONS = ("1.67.0",)
WRITING_MESSAGES = ("install_skills", "dismiss_skills_nudge")  # messages of browsers that Streamlit answers by writing files
# The marks by which the style sheets and scripts of pages find Streamlit's elements. Streamlit gives most elements no other
# stable name (https://github.com/streamlit/streamlit/issues/3888).
# fmt: off
TEST_IDS = frozenset({
    "stAlert", "stAlertContainer", "stApp", "stBaseButton", "stBidiComponent", "stBottom", "stBottomBlockContainer",
    "stButtonGroup", "stCaptionContainer", "stCheckbox", "stCode", "stColumn", "stDialog", "stElementContainer",
    "stFileChip", "stFileUploaderDropzone", "stFileUploaderDropzoneInstructions", "stHeader", "stHeaderActionElements",
    "stHeading", "stHorizontalBlock", "stIconMaterial", "stLayoutWrapper", "stMain", "stMainBlockContainer",
    "stMainMenu", "stMainMenuButton", "stMarkdown", "stMarkdownBadge", "stMarkdownContainer", "stMetric", "stMetricValue",
    "stMultiSelect", "stMultiSelectTagsContainer", "stNumberInputContainer", "stNumberInputField", "stPageLink",
    "stPlotlyChart", "stPopover", "stPopoverBody", "stPopoverButton", "stStatusWidget",
    "stRadioOption", "stSelectbox", "stSkeleton", "stSkipToContent", "stSlider", "stSliderThumbValue", "stSliderTickBar",
    "stTabPanel", "stTable", "stTabs", "stTextArea", "stTextAreaRootElement", "stTextInput",
    "stTextInputRootElement", "stTooltipContent", "stTooltipIcon", "stVerticalBlock", "stWidgetLabel",
})
# fmt: on

warn_if_unchecked("streamlit", CHECKED_VERSIONS)


@cache
def let_callbacks_end() -> None:
    """Let every click reach its callback, and every callback run to its end. Call this function before the first click.

    When the next click arrives, Streamlit interrupts a script wherever the script accesses the session's state: also before
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


@cache
def leave_out_fragments_of_left_pages() -> None:
    """Prevent fragments of a page from running after the page was left. Call this function before the first page is left.

    A fragment that waits for an answer requests a run several times a second, with the page on the screen. If such a request
    comes during the run that leaves the page, Streamlit runs the fragment after that run, and announces the page that was
    left. The browser then takes the next page away, and nothing draws that page again; or the browser breaks with "Bad delta
    path" (https://github.com/streamlit/streamlit/issues/15084). A click in a fragment runs the whole page.
    """
    run_script = ScriptRunner._run_script

    def run_script_of_page(runner: ScriptRunner, request: RerunData) -> None:
        page = runner._pages_manager.current_page_script_hash
        is_left = bool(request.fragment_id_queue) and bool(page) and request.page_script_hash not in ("", page)
        if is_left and request.is_auto_rerun:
            return
        run_script(runner, replace(request, fragment_id_queue=[], page_script_hash=page) if is_left else request)

    setattr(ScriptRunner, run_script.__name__, run_script_of_page)


@cache
def send_all_messages_of_a_run() -> None:
    """Send every message of a run to the browser before the next run begins. Call this function before the first session.

    If a fragment requests a run just after the previous run has ended, Streamlit starts a new script runner, and ignores the
    messages of the previous runner that the server has not handled yet: elements, and the timers of fragments that wait for
    an answer. Nothing draws these elements again. The comment in `AppSession.request_rerun` describes the situation; its
    remedy covers only fragments that do not exist anymore (https://github.com/streamlit/streamlit/issues/9921). With this
    patch, the new runner starts once the server has handled the last message of the previous runner.
    """
    start_runner = AppSession._create_scriptrunner

    def start_runner_after_last_message(session: AppSession, request: RerunData) -> None:
        if session._state == AppSessionState.SHUTDOWN_REQUESTED:
            return
        runner = session._scriptrunner
        if runner is None:
            start_runner(session, request)
        elif not runner.request_rerun(request):
            session._call_soon_on_event_loop(partial(start_runner_after_last_message, session, request))

    setattr(AppSession, start_runner.__name__, start_runner_after_last_message)


@cache
def draw_first_element_at_once() -> None:
    """Skip Streamlit's check, at the first element of a process, whether the process runs in a console.

    `inspect.stack` compares the files of all modules for this check, which takes 0.05 s of the first page. The result is
    only used for a warning to people who start a page without `streamlit run`. No issue is known.
    """
    delta_generator._use_warning_has_been_displayed = True


class _IdleEventLoop(asyncio.BaseEventLoop):
    """An event loop that opens no file. Each coroutine runs in a new event loop."""

    def run_until_complete(self, future: Any) -> Any:
        async def wait() -> Any:
            return await future

        return asyncio.run(wait())


@cache
def open_one_file_for_each_session() -> None:
    """Reduce the files that a session opens to a single file, its connection. Call this function before the first session.

    Streamlit gives each session an event loop of three files, which stays open for minutes after the page was closed: 250
    pages exhaust the usual limit of 1,024. Pages run no coroutine, so that the loop needs no file. No issue is known.
    """
    make = AppSession.__init__

    @wraps(make)
    def make_with_idle_loop(session: AppSession, *arguments: Any, **named: Any) -> None:
        make(session, *arguments, **named)
        session._script_event_loop.close()
        session._script_event_loop = _IdleEventLoop()

    setattr(AppSession, make.__name__, make_with_idle_loop)


@cache
def write_no_files_for_browsers() -> None:
    """Make Streamlit ignore the browser messages that write files into this program's folder.

    Call this function before the first session. Streamlit installs instructions for programs that write code if a browser on
    this machine asks for them. No setting prevents that, and no issue is known.
    """
    register = BackendOperationDispatcher.register

    def register_others(dispatcher: BackendOperationDispatcher, kind: str, handler: Any) -> None:
        if kind not in WRITING_MESSAGES:
            register(dispatcher, kind, handler)

    setattr(BackendOperationDispatcher, register.__name__, register_others)


def rerun() -> NoReturn:
    """Rerun the page, unless the visitor has asked for something else meanwhile, such as another page.

    Streamlit merges the requests for a rerun and keeps the page of the last request: a link that was clicked while the page
    waited for a worker would lead nowhere. No issue is known.
    """
    st.session_state.get("page_title")  # any access to the session's state makes Streamlit handle requests of the browser
    st.rerun()


def session_id() -> str | None:
    """Return the id of the session whose script runs in this thread. Return None if no script runs in this thread."""
    context = get_script_run_ctx(suppress_warning=True)
    return None if context is None else context.session_id


def uploaded_files() -> MemoryUploadedFileManager | None:
    """Return Streamlit's store of uploaded files. Return None before the server is up.

    Streamlit keeps a file as long as its session and offers no way to release the file
    (https://github.com/streamlit/streamlit/issues/9218).
    """
    manager = runtime.get_instance().uploaded_file_mgr if runtime.exists() else None
    return manager if isinstance(manager, MemoryUploadedFileManager) else None
