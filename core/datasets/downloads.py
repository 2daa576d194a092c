"""Data sets on their way to this machine, and the previews that are made of them; asked of the inspector."""

from collections.abc import Callable
from concurrent.futures import Future
from dataclasses import dataclass, replace
from typing import Any, Protocol

from core.catalogue.datasets import adopt_package_files, data_set, missing_files
from core.datasets.previews import has_preview
from core.problems import Problem, ProblemError, Repair
from core.run_events import Command, DownloadEvent

RUN_PREFIX = "data:"  # marks the events of a download among those of runs


class DownloadWorkers(Protocol):
    """The workers, as far as a download needs them."""

    def inspect(self, name: str, *arguments: str) -> Future[Any]: ...
    def inspect_watched(self, run: str, name: str, *arguments: str) -> Future[Any]: ...
    def send_command(self, run: str, command: Command) -> None: ...


@dataclass(frozen=True)
class Download:
    """A data set on its way."""

    share: float = 0.0  # 0 to 1
    num_bytes: int = 0  # arrived so far
    seconds: float = 0.0  # since it began
    problem: Problem | None = None  # why it did not come
    is_over: bool = False

    @property
    def seconds_left(self) -> float | None:
        """How long it will still take at the pace so far, or None where nothing came yet."""
        return self.seconds * (1 - self.share) / self.share if self.share else None


class Downloads:
    """All downloads of this server.

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
        self._previews: dict[str, Future[Any]] = {}

    def start(self, name: str) -> None:
        """Begin to download a data set; `progress` follows it. Does nothing while it is on its way."""
        on_its_way = self._downloads.get(name)
        if on_its_way is not None and not on_its_way.is_over:
            return
        self._downloads[name] = Download()
        future = self._inspector.inspect_watched(RUN_PREFIX + name, "core.worker.data.download:fetch", name)
        future.add_done_callback(lambda done: self._arrived(name, done))

    def stop(self, name: str) -> None:
        """Give a download up."""
        self._inspector.send_command(RUN_PREFIX + name, Command("stop"))

    def progress(self, name: str) -> Download | None:
        """How the download of a data set goes, or went; None where there was none."""
        return self._downloads.get(name)

    def handle(self, run: str, event: DownloadEvent) -> None:
        """Take an event of a download."""
        name = run.removeprefix(RUN_PREFIX)
        self._downloads[name] = Download(event["share"], event["bytes"], event["seconds"])

    def ask_for_preview(self, name: str) -> bool:
        """Let a missing preview be made of a data set that is here; True when it is there."""
        adopt_package_files(name)
        if not has_preview(name) and not missing_files(name) and name not in self._previews and self._is_ready():
            self._previews[name] = self._inspector.inspect("core.worker.data.download:make_preview_of", name)
        return has_preview(name)

    def _arrived(self, name: str, future: Future[Any]) -> None:
        error = future.exception()
        problem = error.problem if isinstance(error, ProblemError) else None
        if error is not None and problem is None:
            problem = Problem(
                code="download-failed",
                where=("data", "dataset"),
                happened=f"{data_set(name).title} could not be prepared: {type(error).__name__}: {error}",
                expected="Expected its files to be complete and readable.",
                fix="Try again, or use Digits, which works without a network.",
                repairs=(Repair("Use Digits", "set", ("data", "dataset"), "digits"),),
            )
        self._downloads[name] = replace(self._downloads[name], problem=problem, is_over=True)
