"""Pages of a server that could not be set up, and pages that fail: a message, never a traceback."""

from streamlit.testing.v1 import AppTest

from core.application import install_application
from core.problems import Problem
from core.runs import manager
from pages.shell.messages import escape_markdown


def refused() -> None:
    """A page of it."""
    from core.application import application
    from core.problems import ProblemError
    from dashboard import explain

    try:
        application()
    except (ProblemError, RuntimeError) as error:
        explain(error)


def test_page_says_why_nothing_could_be_set_up(installed: manager.Runs) -> None:
    problem = Problem("folder", (), "The data folder is a file.", "Expected a folder.", "Choose another one.")
    install_application(problem)
    page = AppTest.from_function(refused).run()
    assert [error.value for error in page.error] == ["Expected a folder. Choose another one."]
    assert page.error[0].proto.title == "The data folder is a file."
    assert not page.exception


def test_page_that_fails_says_so_without_a_traceback(installed: manager.Runs) -> None:
    install_application(None)
    page = AppTest.from_function(refused).run()
    assert page.error[0].proto.title == escape_markdown("This page failed: RuntimeError.")
    assert "Reload the page." in page.error[0].value
    assert not page.exception
