"""What the patches of Streamlit rely on: a test fails here where a new version of Streamlit behaves otherwise.

That no quick click is lost, and that a link is followed, test_session.py tests on the pages.
"""

import inspect
import re
from importlib.metadata import version
from pathlib import Path

import pytest
import streamlit
from streamlit.runtime.memory_uploaded_file_manager import MemoryUploadedFileManager
from streamlit.runtime.scriptrunner import ScriptRunner, get_script_run_ctx
from streamlit.runtime.scriptrunner_utils.script_requests import ScriptRequest, ScriptRequests
from streamlit.runtime.uploaded_file_manager import UploadedFileRec
from streamlit.testing.v1 import AppTest

from pages.components.browser_modules import FOLDER
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
    texts = [
        path.read_text(encoding="utf-8") for path in FOLDER.parent.rglob("*.*") if path.suffix in (".css", ".js", ".html")
    ]
    assert {
        name for text in texts for name in re.findall(r"data-testid[~|^$*]?=\\?[\"'](\w+)", text)
    } == streamlit_patches.TEST_IDS


def test_streamlits_browser_code_has_the_names_of_elements() -> None:
    """Read from the files that Streamlit sends to a browser, where each stands as a text of its own."""
    bundle = "\n".join(path.read_text(encoding="utf-8") for path in BUNDLE.rglob("*.js"))
    prefixes = {"stBaseButton"}  # the kind of button follows, as in stBaseButton-primary
    texts = set(re.findall(r"[\"'`](st[A-Z]\w*)[\"'`]", bundle))
    assert streamlit_patches.TEST_IDS - prefixes <= texts
    assert all(re.search(rf"[\"'`]{prefix}-", bundle) for prefix in prefixes)
