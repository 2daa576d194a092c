"""What the patches of Streamlit rely on: a test fails here where a new version of Streamlit behaves otherwise.

That no quick click is lost, and that a link is followed, test_session.py tests on the pages.
"""

import asyncio
import inspect
import re
from importlib.metadata import version
from pathlib import Path
from types import SimpleNamespace
from unittest.mock import Mock, patch

import psutil
import pytest
import streamlit
from streamlit import delta_generator, env_util
from streamlit.proto.BackMsg_pb2 import BackendOperationRequest
from streamlit.proto.ClientState_pb2 import ClientState
from streamlit.runtime.app_session import AppSession
from streamlit.runtime.backend_operation_handler import BackendOperationDispatcher
from streamlit.runtime.memory_uploaded_file_manager import MemoryUploadedFileManager
from streamlit.runtime.pages_manager import PagesManager
from streamlit.runtime.runtime import Runtime
from streamlit.runtime.script_data import ScriptData
from streamlit.runtime.scriptrunner import RerunData, ScriptRunContext, ScriptRunner, get_script_run_ctx
from streamlit.runtime.scriptrunner.script_cache import ScriptCache
from streamlit.runtime.scriptrunner_utils.script_requests import ScriptRequest, ScriptRequests
from streamlit.runtime.uploaded_file_manager import UploadedFileRec
from streamlit.testing.v1 import AppTest

from pages.components.browser_modules import PAGES
from pages.shell import streamlit_patches

BUNDLE = Path(streamlit.__file__).parent / "static"


def test_installed_version_was_checked() -> None:
    """After an update: run the tests of this file, of pages and in the browser, then add the version."""
    assert version("streamlit") in streamlit_patches.CHECKED_VERSIONS


def test_script_runner_looks_for_the_next_click_in_the_patched_method() -> None:
    streamlit_patches.let_callbacks_end()
    patched = ScriptRunner._maybe_handle_execution_control_request
    assert patched.__module__ == streamlit_patches.__name__
    original = inspect.getclosurevars(patched).nonlocals["handle_next_click"]
    assert list(inspect.signature(original).parameters) == ["self"]
    source = inspect.getsource(ScriptRunner)
    assert "yield_callback=self._maybe_handle_execution_control_request" in source, "accesses of the session's state call it"


@pytest.mark.parametrize(
    ("page", "is_auto_rerun", "is_run", "fragments"),
    [
        ("shown", True, True, ["part"]),
        ("shown", False, True, ["part"]),
        ("left", True, False, []),
        ("left", False, True, []),
    ],
)
def test_fragment_of_a_page_that_was_left_does_not_take_the_next_page_away(
    monkeypatch: pytest.MonkeyPatch, page: str, is_auto_rerun: bool, is_run: bool, fragments: list[str]
) -> None:
    run_script = Mock(__name__="_run_script")
    monkeypatch.setattr(ScriptRunner, "_run_script", run_script)
    streamlit_patches.leave_out_fragments_of_left_pages.__wrapped__()
    manager = PagesManager("main.py")
    manager.set_current_page_script_hash("shown")
    runner = SimpleNamespace(_pages_manager=manager)
    ScriptRunner._run_script(
        runner, RerunData(page_script_hash=page, fragment_id_queue=["part"], is_auto_rerun=is_auto_rerun)
    )
    assert run_script.called == is_run
    if is_run:
        request = run_script.call_args.args[1]
        assert (request.page_script_hash, request.fragment_id_queue) == ("shown", fragments)


def test_script_runner_has_the_pages_of_its_session() -> None:
    assert "self._run_script(request.rerun_data)" in inspect.getsource(ScriptRunner._run_script_thread)
    assert "self._pages_manager = pages_manager" in inspect.getsource(ScriptRunner.__init__)
    assert "set_current_page_script_hash(page_script_hash)" in inspect.getsource(ScriptRunContext.reset)


def test_session_opens_no_file_beside_its_connection() -> None:
    """Without the patch a session opens three: its event loop's."""

    async def make() -> list[AppSession]:
        patched = list[AppSession]()
        for _ in range(10):
            patched.append(_session())
        return patched

    streamlit_patches.open_one_file_for_each_session()
    before = psutil.Process().num_fds()
    sessions = asyncio.run(make())
    assert psutil.Process().num_fds() == before
    loop = sessions[0]._script_event_loop
    asyncio.set_event_loop(loop)
    assert asyncio.get_event_loop() is loop, "libraries find it on the thread of a script"
    assert loop.run_until_complete(asyncio.sleep(0, "done")) == "done"
    for session in sessions:
        session.shutdown()
    assert loop.is_closed()
    asyncio.set_event_loop(None)


@pytest.mark.parametrize("is_patched", [True, False])
def test_elements_of_a_run_arrive_though_a_fragment_runs_just_after_it(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path, is_patched: bool
) -> None:
    """The server handles no message of the first run until the fragment is requested, as on a busy machine."""
    script = tmp_path / "page.py"
    script.write_text(
        "import streamlit as st\n@st.fragment\ndef part():\n    st.text('the part')\npart()\nst.text('the page')\n"
    )
    monkeypatch.setattr(Runtime, "_instance", Mock())
    start_runner = AppSession._create_scriptrunner
    original = inspect.getclosurevars(start_runner).nonlocals.get("start_runner", start_runner)  # if a test installed it
    monkeypatch.setattr(AppSession, "_create_scriptrunner", original)
    if is_patched:
        streamlit_patches.send_all_messages_of_a_run.__wrapped__()

    async def texts() -> list[str]:
        session = _session(str(script), ScriptCache())
        session.request_rerun(ClientState())
        _wait_for_script(session)
        (part,) = session._fragment_storage._fragments
        session.request_rerun(ClientState(fragment_id=part))
        while session._scriptrunner is not None:
            await asyncio.sleep(0)
        messages = session.flush_browser_queue()
        session.shutdown()
        return [message.delta.new_element.text.body for message in messages if message.delta.new_element.HasField("text")]

    shown = asyncio.run(texts())
    assert shown.count("the part") >= 1
    assert ("the page" in shown) == is_patched, "without the patch, Streamlit loses the element: else the patch can go"


def _wait_for_script(session: AppSession) -> None:
    runner = session._scriptrunner
    assert runner is not None
    assert runner._script_thread is not None
    runner._script_thread.join()


def test_no_browser_makes_streamlit_write_files() -> None:
    streamlit_patches.write_no_files_for_browsers()
    for kind in streamlit_patches.WRITING_MESSAGES:
        request = BackendOperationRequest(request_id="1")
        getattr(request, kind).SetInParent()
        answer = asyncio.run(_dispatcher().dispatch(request, "session"))
        assert answer.error_msg == f"No handler registered for payload type: {kind}"
    request = BackendOperationRequest(request_id="1")
    request.deferred_file.file_id = "unknown"
    assert "No handler" not in asyncio.run(_dispatcher().dispatch(request, "session")).error_msg


def _dispatcher() -> BackendOperationDispatcher:
    async def make() -> BackendOperationDispatcher:
        return _session()._backend_operation_dispatcher

    return asyncio.run(make())


def _session(script: str = "main.py", cache: ScriptCache | None = None) -> AppSession:
    with patch("streamlit.runtime.app_session.LocalSourcesWatcher"), patch("streamlit.runtime.app_session.config"):
        return AppSession(ScriptData(script, is_hello=False), Mock(), cache or Mock(), Mock(), {}, None)


def test_first_element_is_drawn_without_a_look_at_all_modules(monkeypatch: pytest.MonkeyPatch) -> None:
    look = Mock(side_effect=env_util.is_repl)
    monkeypatch.setattr(env_util, "is_repl", look)
    monkeypatch.setattr(delta_generator, "_use_warning_has_been_displayed", False)

    def page() -> None:
        import streamlit as st

        st.text("the first element")

    streamlit_patches.draw_first_element_at_once.__wrapped__()
    AppTest.from_function(page).run()
    look.assert_not_called()
    monkeypatch.setattr(delta_generator, "_use_warning_has_been_displayed", False)
    AppTest.from_function(page).run()
    look.assert_called_once()  # else Streamlit needs the patch no more


def test_reading_the_session_state_looks_for_requests(monkeypatch: pytest.MonkeyPatch) -> None:
    looks: list[bool] = []
    look = ScriptRequests.on_scriptrunner_yield

    def counted(requests: ScriptRequests) -> ScriptRequest | None:
        looks.append(True)
        return look(requests)

    def page() -> None:
        import streamlit as st

        st.session_state["before"] = len(st.session_state["looks"])
        st.session_state.get("page_title")
        st.session_state["after"] = len(st.session_state["looks"])

    monkeypatch.setattr(ScriptRequests, "on_scriptrunner_yield", counted)
    app = AppTest.from_function(page)
    app.session_state["looks"] = looks
    app.run()
    assert app.session_state["after"] > app.session_state["before"]


def test_session_has_an_id_where_a_script_runs_and_nowhere_else() -> None:
    def page() -> None:
        import streamlit as st

        from pages.shell.streamlit_patches import session_id

        st.text(session_id() or "")

    assert AppTest.from_function(page).run().text[0].value
    assert get_script_run_ctx(suppress_warning=True) is None
    assert streamlit_patches.session_id() is None


def test_uploaded_files_are_found_and_removed_by_session_and_file() -> None:
    assert streamlit_patches.uploaded_files() is None, "there is no server"
    files = MemoryUploadedFileManager("/_stcore/upload_file")
    files.add_file("session", UploadedFileRec("file", "a.png", "image/png", b"12"))
    assert [one.file_id for one in files.get_files("session", ["file", "other"])] == ["file"]
    files.remove_file("session", "file")
    files.remove_file("session", "file")  # also one that is gone
    assert not files.get_files("session", ["file"])


def test_names_of_elements_in_style_sheets_and_scripts_are_listed() -> None:
    texts = [path.read_text(encoding="utf-8") for path in PAGES.rglob("*.*") if path.suffix in (".css", ".js", ".html")]
    assert {
        name for text in texts for name in re.findall(r"(?:data-testid[~|^$*]?=\\?[\"']|\.(?=st[A-Z]))(\w+)", text)
    } == streamlit_patches.TEST_IDS


def test_streamlits_browser_code_has_the_names_of_elements() -> None:
    """Read from the files that Streamlit sends to a browser, where each stands as a text of its own."""
    bundle = "\n".join(path.read_text(encoding="utf-8") for path in BUNDLE.rglob("*.js"))
    prefixes = {"stBaseButton"}  # the kind of button follows, as in stBaseButton-primary
    texts = set(re.findall(r"[\"'`](st[A-Z]\w*)[\"'`]", bundle))
    assert streamlit_patches.TEST_IDS - prefixes <= texts
    assert all(re.search(rf"[\"'`]{prefix}-", bundle) for prefix in prefixes)
