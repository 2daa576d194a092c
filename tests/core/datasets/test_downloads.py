"""Downloads as the server follows them; the worker is a scripted one."""

from concurrent.futures import Future
from pathlib import Path

import pytest

from core.catalogue.datasets.digits import DIGITS
from core.datasets.downloads import MOST_TRIES, RUN_PREFIX, Download, Downloads
from core.datasets.previews import make_preview, write_preview
from core.problems import Problem, ProblemError
from core.run_events import Command

PROBLEM = Problem("download-failed", ("data", "dataset"), "It did not come.", "Expected files.", "Use Digits.")


class Inspector:
    """A worker that answers when the test says so."""

    def __init__(self) -> None:
        self.asked: list[tuple[str, ...]] = []
        self.commands: list[tuple[str, Command]] = []
        self.futures: list[Future] = []

    def inspect(self, name: str, *arguments: str) -> Future:
        self.asked.append((name, *arguments))
        self.futures.append(Future())
        return self.futures[-1]

    def inspect_watched(self, run: str, name: str, *arguments: str) -> Future:
        return self.inspect(run, name, *arguments)

    def send_command(self, run: str, command: Command) -> None:
        self.commands.append((run, command))


@pytest.fixture
def inspector() -> Inspector:
    return Inspector()


@pytest.fixture
def downloads(inspector: Inspector) -> Downloads:
    return Downloads(inspector, lambda: True)


def event(share: float, seconds: float) -> dict:
    return {"kind": "fetched", "share": share, "bytes": int(share * 1_000), "seconds": seconds}


def test_download_is_started_once(downloads: Downloads, inspector: Inspector) -> None:
    assert downloads.progress("mnist") is None
    downloads.start("mnist")
    downloads.start("mnist")
    assert inspector.asked == [(RUN_PREFIX + "mnist", "core.worker.data.download:fetch", "mnist")]
    assert downloads.progress("mnist") == Download()


def test_download_is_followed_to_its_end(downloads: Downloads, inspector: Inspector) -> None:
    downloads.start("mnist")
    downloads.note_progress(RUN_PREFIX + "mnist", event(0.25, 5.0))
    found = downloads.progress("mnist")
    assert found == Download(0.25, 250, 5.0)
    assert found.seconds_left == pytest.approx(15.0)
    downloads.note_progress(RUN_PREFIX + "mnist", event(1.0, 0.0))
    inspector.futures[0].set_result(None)
    assert downloads.progress("mnist") == Download(1.0, 1_000, 0.0, None, is_over=True)
    assert downloads.progress("cifar10") is None


def test_time_left_is_unknown_before_anything_came() -> None:
    assert Download(0.0, 0, 3.0).seconds_left is None


def test_download_that_failed_keeps_its_problem_and_can_be_tried_again(downloads: Downloads, inspector: Inspector) -> None:
    downloads.start("mnist")
    inspector.futures[0].set_exception(ProblemError(PROBLEM))
    found = downloads.progress("mnist")
    assert found is not None and (found.problem, found.is_over) == (PROBLEM, True)
    downloads.start("mnist")
    assert downloads.progress("mnist") == Download()
    assert len(inspector.futures) == 2


def test_error_of_another_kind_becomes_a_problem(downloads: Downloads, inspector: Inspector) -> None:
    downloads.start("mnist")
    inspector.futures[0].set_exception(EOFError("Compressed file ended early"))
    assert str(downloads.progress("mnist").problem) == (
        "MNIST could not be prepared: EOFError: Compressed file ended early "
        "Expected its files to be complete and readable. Try again, or use Digits, which works without a network."
    )


def test_stop_reaches_the_worker(downloads: Downloads, inspector: Inspector) -> None:
    downloads.start("mnist")
    downloads.stop("mnist")
    assert inspector.commands == [(RUN_PREFIX + "mnist", Command("stop"))]


def test_missing_preview_is_asked_for_once(downloads: Downloads, inspector: Inspector) -> None:
    assert not downloads.ask_for_preview("digits")
    assert not downloads.ask_for_preview("digits")
    assert inspector.asked == [("core.worker.data.download:make_preview_of", "digits")]
    write_preview("digits", make_preview(*DIGITS.load_quickly(), 10))
    assert downloads.ask_for_preview("digits")


def test_preview_is_not_asked_for_before_the_worker_is_ready(inspector: Inspector) -> None:
    assert not Downloads(inspector, lambda: "").ask_for_preview("digits")
    assert inspector.asked == []


def test_preview_is_not_asked_for_of_a_data_set_that_is_not_here(
    downloads: Downloads, inspector: Inspector, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("KERAS_HOME", str(tmp_path))
    assert not downloads.ask_for_preview("mnist")
    assert inspector.asked == []


def test_preview_that_failed_is_asked_for_once_more_and_then_explained(downloads: Downloads, inspector: Inspector) -> None:
    downloads.ask_for_preview("digits")
    inspector.futures[0].set_exception(ConnectionError("the worker died"))
    assert downloads.preview_problem("digits") is None
    downloads.ask_for_preview("digits")
    inspector.futures[1].set_exception(EOFError("a file ended early"))
    assert not downloads.ask_for_preview("digits")
    assert len(inspector.asked) == MOST_TRIES
    assert str(downloads.preview_problem("digits")) == (
        "Digits could not be shown: EOFError: a file ended early Expected its files to be complete and readable. Try again."
    )
    downloads.forget_failures("digits")
    downloads.ask_for_preview("digits")
    assert len(inspector.asked) == MOST_TRIES + 1
    assert downloads.preview_problem("digits") is None


def test_preview_is_asked_for_again_of_new_workers(downloads: Downloads, inspector: Inspector) -> None:
    downloads.ask_for_preview("digits")
    downloads.lose_workers()
    inspector.futures[0].cancel()
    downloads.ask_for_preview("digits")
    assert len(inspector.asked) == 2
    assert downloads.preview_problem("digits") is None


def test_download_ends_with_its_workers(downloads: Downloads) -> None:
    downloads.start("mnist")
    downloads.lose_workers()
    download = downloads.progress("mnist")
    assert download is not None
    assert download.is_over
    assert download.problem is not None
    assert download.problem.happened == "MNIST could not be prepared: its worker process ended"


def test_cancelled_download_says_so(downloads: Downloads, inspector: Inspector) -> None:
    downloads.start("mnist")
    inspector.futures[0].cancel()
    inspector.futures[0].set_running_or_notify_cancel()
    download = downloads.progress("mnist")
    assert download is not None
    assert download.problem is not None
    assert download.problem.happened == "MNIST could not be prepared: the call was cancelled"
