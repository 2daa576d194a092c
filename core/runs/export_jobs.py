"""Jobs of exports, each in its own process; they wait in a fair queue, show their output, and can be stopped.

A job is a module that runs as a program. It prints its progress, writes its result to a file, and ends when its standard
input closes, so that no job outlives this server.

One job runs at a time. A job keeps all cores of a small machine busy and takes as much memory as a trainer, so two jobs at
once would end later than one after the other, and would slow all runs down. Visitors take turns, and the number of waiting
jobs of each visitor is limited.
"""

import subprocess
import tempfile
import threading
from collections import deque
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from pathlib import Path

from core import child_process
from core.engine.processes import give_way
from core.files import scratch_folder
from core.problems import Problem, ProblemError
from core.runs.scheduling import Waiting, full_queue, in_turn

LINES_KEPT = 40
LONGEST_LINE = 300


@dataclass
class Job:
    """The present state of a job."""

    key: str  # the next job with the same key replaces this one
    lines: deque[str] = field(default_factory=lambda: deque(maxlen=LINES_KEPT))  # the last lines of its output
    state: str = "waiting"  # "waiting", "running", "done", "failed" or "stopped"

    @property
    def said(self) -> str:
        """The last line of its output; "" before the first."""
        return self.lines[-1] if self.lines else ""

    @property
    def is_over(self) -> bool:
        """Whether the job neither waits nor runs."""
        return self.state not in ("waiting", "running")


def _nothing(_folder: Path) -> None:
    """Prepare the folder of a job that needs no files."""


@dataclass(frozen=True)
class Task:
    """The task of a job, and its owner."""

    key: str  # of the job; while a job with this key waits or runs, no second one starts
    module: str  # the program, such as "core.worker.export_model"
    arguments: tuple[str, ...] = ()  # of the program, after its folder, which is removed when the job ends
    prepare: Callable[[Path], object] = _nothing  # puts the files of the job into that folder; called on any thread
    environment: Mapping[str, str] = field(default_factory=dict)  # variables beside those of this process
    visitor: str = ""  # the owner
    is_first: bool = False  # True for a job of the lecturer


class Jobs:
    """The jobs of this server. Safe to use from several threads."""

    def __init__(self) -> None:
        self._lock = threading.RLock()
        self._jobs: dict[str, Job] = {}
        self._waiting: list[Task] = []  # in the order in which they came
        self._turns: dict[str, int] = {}  # the number of each visitor's last turn; emptied when no job waits
        self._process: subprocess.Popen[str] | None = None
        self._running: Job | None = None

    @property
    def running(self) -> Job | None:
        """The running job, or None."""
        return self._running

    def start(self, task: Task) -> Job:
        """Start a job, or queue it if another job runs.

        Returns
        -------
        Job
            The new job, or the job with this key that waits or runs already. A job that could not be started has failed,
            and its output says why.

        Raises
        ------
        ProblemError
            Too many jobs wait, in all or of this visitor.
        """
        with self._lock:
            known = self._jobs.get(task.key)
            if known is not None and not known.is_over:
                return known
            if problem := self.full(task.visitor):
                raise ProblemError(problem)
            job = self._jobs[task.key] = Job(task.key)
            self._waiting.append(task)
        self._start_next()
        return job

    def full(self, visitor: str) -> Problem | None:
        """The problem with adding a job of a visitor to a full queue; None if there is room."""
        with self._lock:
            return full_queue([_turn(task) for task in self._waiting], visitor, noun="export", end="stop")

    def look(self, key: str) -> Job | None:
        """The last job with this key, or None."""
        return self._jobs.get(key)

    def before(self, key: str) -> int:
        """The number of jobs before a waiting job, the running job included; 0 if the job does not wait."""
        with self._lock:
            keys = [task.key for task in self._in_turn()]
            return keys.index(key) + (self._running is not None) if key in keys else 0

    def stop(self, key: str) -> None:
        """End a running job, or remove a waiting job; does nothing if the job is over."""
        with self._lock:
            job, process = self._jobs.get(key), self._process
            if job is None or job.is_over:
                return
            was_running, job.state = job is self._running, "stopped"
            self._waiting = [task for task in self._waiting if task.key != key]
        if was_running and process is not None:  # else `_begin` ends the process
            child_process.stop(process)

    def close(self) -> None:
        """End the running job, and remove all waiting jobs."""
        with self._lock:
            keys = [*(task.key for task in self._waiting), *([self._running.key] if self._running else [])]
        for key in keys:
            self.stop(key)

    def _in_turn(self) -> list[Task]:
        """The waiting tasks in the order in which they begin; visitors with the longest wait since their turn come first."""
        tasks = {task.key: task for task in self._waiting}
        longest_ago = sorted(self._waiting, key=lambda task: self._turns.get(task.visitor, 0))
        return [tasks[entry.run] for entry in in_turn([_turn(task) for task in longest_ago], ())]

    def _start_next(self) -> None:
        """Start the next job, if none runs; if a job cannot start, the one after it does."""
        while True:
            with self._lock:
                if self._running is not None:
                    return
                if not self._waiting:
                    self._turns.clear()
                    return
                task = self._in_turn()[0]
                self._waiting.remove(task)
                self._turns[task.visitor] = 1 + max(self._turns.values(), default=0)
                self._running = job = self._jobs[task.key]
                job.state = "running"
            self._begin(task, job)

    def _begin(self, task: Task, job: Job) -> None:
        folder = None
        try:
            folder = tempfile.TemporaryDirectory(prefix="job-", dir=scratch_folder(), ignore_cleanup_errors=True)
            task.prepare(Path(folder.name))
            process = child_process.start(
                task.module,
                folder.name,
                *task.arguments,
                environment={"PYTHONUNBUFFERED": "1", "TF_CPP_MIN_LOG_LEVEL": "3", **task.environment},
                stdout=subprocess.PIPE,
                stderr=subprocess.STDOUT,
                cwd=folder.name,
                text=True,
                errors="replace",
            )
        except Exception as error:  # a full disk, or missing files: the waiting jobs must get their turn
            job.lines.append(str(error)[:LONGEST_LINE])
            if folder is not None:
                folder.cleanup()
            self._end(job, "failed")
            return
        give_way(process.pid)
        with self._lock:
            self._process, was_stopped = process, job.state == "stopped"
        if was_stopped:
            child_process.stop(process)
        threading.Thread(target=self._follow, args=(job, process, folder), daemon=True).start()

    def _follow(self, job: Job, process: subprocess.Popen[str], folder: tempfile.TemporaryDirectory[str]) -> None:
        assert process.stdout is not None
        for line in process.stdout:
            words = "".join(character for character in line if character.isprintable()).strip()
            if words:
                job.lines.append(words[:LONGEST_LINE])
        code = process.wait()
        folder.cleanup()
        self._end(job, "done" if code == 0 else "failed")
        self._start_next()

    def _end(self, job: Job, state: str) -> None:
        """Set the final state of the running job; a stopped job stays stopped."""
        with self._lock:
            if job.state == "running":
                job.state = state
            self._running = self._process = None


def _turn(task: Task) -> Waiting:
    return Waiting(task.key, task.visitor, task.is_first)
