"""Download data sets and make their previews, both in the inspector, a worker process."""

from collections.abc import Callable
from concurrent.futures import Future
from dataclasses import dataclass, replace
from typing import Any, Protocol

from core.catalogue.datasets import copy_package_files, data_set, missing_files
from core.datasets.previews import has_preview
from core.problems import Problem, ProblemError, Repair
from core.run_events import Command, DownloadEvent

RUN_PREFIX = "data:"  # marks the events of a download among those of runs
MOST_TRIES = 2  # attempts to make a preview: a second attempt helps if the worker died, not if the files are damaged


class DownloadWorkers(Protocol):
    """The methods of the workers that downloads need."""

    def inspect(self, name: str, *arguments: str) -> Future[Any]: ...
    def inspect_watched(self, run: str, name: str, *arguments: str) -> Future[Any]: ...
    def send_command(self, run: str, command: Command) -> None: ...


@dataclass(frozen=True)
class Download:
    """The progress of a data set's download."""

    share: float = 0.0  # the finished part, 0 to 1
    num_bytes: int = 0  # the bytes that have arrived so far
    seconds: float = 0.0  # the time since the start
    problem: Problem | None = None  # why the download failed
    is_over: bool = False

    @property
    def seconds_left(self) -> float | None:
        """The estimated seconds until the download is complete, or None before the first bytes have arrived."""
        return self.seconds * (1 - self.share) / self.share if self.share else None


class Downloads:
    """All downloads of data sets on this server, and the making of previews.

    Parameters
    ----------
    inspector
        The workers that download the data sets.
    is_ready
        Whether the inspector answers yet.
    """

    def __init__(self, inspector: DownloadWorkers, is_ready: Callable[[], bool]) -> None:
        self._inspector = inspector
        self._is_ready = is_ready
        self._downloads: dict[str, Download] = {}
        self._previews: dict[str, Future[Any]] = {}  # kept, since Dask cancels a call whose future is dropped
        self._failures: dict[str, list[Problem]] = {}  # the problem of each failed try to make a preview, by data set

    def start(self, name: str) -> None:
        """Begin to download a data set. Do nothing if the data set is being downloaded already."""
        on_its_way = self._downloads.get(name)
        if on_its_way is not None and not on_its_way.is_over:
            return
        self._downloads[name] = Download()
        future = self._inspector.inspect_watched(RUN_PREFIX + name, "core.worker.data.download:fetch", name)
        future.add_done_callback(lambda done: self._arrived(name, done))

    def stop(self, name: str) -> None:
        """Stop the download of a data set."""
        self._inspector.send_command(RUN_PREFIX + name, Command("stop"))

    def progress(self, name: str) -> Download | None:
        """Return the progress or result of a data set's last download. Return None if no download was started."""
        return self._downloads.get(name)

    def note_progress(self, run: str, event: DownloadEvent) -> None:
        """Update the progress of a download from an event of the worker. An event that comes after the end is ignored."""
        name = run.removeprefix(RUN_PREFIX)
        if not self._downloads[name].is_over:
            self._downloads[name] = Download(event["share"], event["bytes"], event["seconds"])

    def ask_for_preview(self, name: str) -> bool:
        """Start to make the missing preview of a downloaded data set. Return whether the preview exists already.

        If making the preview fails, the next call tries a second time. After that, `preview_problem` returns the reason.
        """
        copy_package_files(name)
        if has_preview(name):
            return True
        waits = name in self._previews or self.preview_problem(name) is not None
        if not waits and not missing_files(name) and self._is_ready():
            self._previews[name] = self._inspector.inspect("core.worker.data.download:make_preview_of", name)
            self._previews[name].add_done_callback(lambda done: self._previewed(name, done))
        return has_preview(name)

    def preview_problem(self, name: str) -> Problem | None:
        """Return why the preview of a data set could not be made, or None if no problem is known."""
        failures = self._failures.get(name, [])
        return failures[-1] if len(failures) >= MOST_TRIES else None

    def forget_failures(self, name: str) -> None:
        """Forget failed attempts to make a preview, so that `ask_for_preview` tries again."""
        self._failures.pop(name, None)

    def lose_workers(self) -> None:
        """Record all unfinished downloads as failed, since their workers are gone."""
        self._previews.clear()
        for name, download in list(self._downloads.items()):
            if not download.is_over:
                problem = _failed(name, "prepared", "its worker process ended")
                self._downloads[name] = replace(download, problem=problem, is_over=True)

    def _previewed(self, name: str, future: Future[Any]) -> None:
        if self._previews.get(name) is not future:  # the workers were lost meanwhile
            return
        if (problem := _problem_of(name, "shown", future)) is not None:
            self._failures.setdefault(name, []).append(problem)
        else:
            self.forget_failures(name)
        del self._previews[name]

    def _arrived(self, name: str, future: Future[Any]) -> None:
        problem = _problem_of(name, "prepared", future)
        self._downloads[name] = replace(self._downloads[name], problem=problem, is_over=True)


def _problem_of(name: str, verb: str, future: Future[Any]) -> Problem | None:
    """Return the problem of a finished call on a data set, or None if the call succeeded. `verb` is for the message."""
    if future.cancelled():  # Dask gives no exception then
        return _failed(name, verb, "the call was cancelled")
    error = future.exception()
    if error is None or isinstance(error, ProblemError):
        return error.problem if error is not None else None
    return _failed(name, verb, f"{type(error).__name__}: {error}")


def _failed(name: str, verb: str, reason: str) -> Problem:
    return Problem(
        code="download-failed",
        where=("data", "dataset"),
        happened=f"{data_set(name).title} could not be {verb}: {reason}",
        expected="Expected its files to be complete and readable.",
        fix="Try again." if name == "digits" else "Try again, or use Digits, which works without a network.",
        repairs=() if name == "digits" else (Repair("Use Digits", "set", ("data", "dataset"), "digits"),),
    )
