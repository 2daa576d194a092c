"""Work that takes a while beside all runs, each in a process of its own: in fair turns, with last words and a stop.

A job is a module that is run as a program. It says how far it is in lines, writes what comes of it into a file, and ends
when its standard input closes: so nothing outlives this server.

One is on at a time, and the others wait: each keeps all cores of a small machine busy and takes as much memory as a
trainer, so that two at once would end later than one after the other, and slow the runs of everybody down meanwhile.
So that nobody waits for all that another person asked for, people take turns, and of each only so many jobs may wait.
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
    """One job, as it is now."""

    key: str  # what it is about; the next one with the same key replaces it
    lines: deque[str] = field(default_factory=lambda: deque(maxlen=LINES_KEPT))  # the last ones that it said
    state: str = "waiting"  # "waiting", "running", "done", "failed" or "stopped"

    @property
    def said(self) -> str:
        """The last line that it said, "" before the first."""
        return self.lines[-1] if self.lines else ""

    @property
    def is_over(self) -> bool:
        """Whether it neither waits nor is on."""
        return self.state not in ("waiting", "running")


def _nothing(_folder: Path) -> None:
    """What a job needs in its folder, where it needs nothing."""


@dataclass(frozen=True)
class Task:
    """What a job does, once it is its turn, and whose it is."""

    key: str  # what it is about; while a job with this key waits or is on, there is no second one
    module: str  # that is run, such as "core.worker.export_model"
    arguments: tuple[str, ...] = ()  # for it, after the folder that it works in, which is taken away when it ends
    prepare: Callable[[Path], object] = _nothing  # puts into that folder what it needs; called on any thread
    environment: Mapping[str, str] = field(default_factory=dict)  # variables beside those of this process
    visitor: str = ""  # who asked for it
    is_first: bool = False  # the lecturer's go first


class Jobs:
    """The jobs of this server. Safe to use from several threads."""

    def __init__(self) -> None:
        self._lock = threading.RLock()
        self._jobs: dict[str, Job] = {}
        self._waiting: list[Task] = []  # in the order in which they came
        self._turns: dict[str, int] = {}  # of each visitor the number of the last turn, since nothing was left to do
        self._process: subprocess.Popen[str] | None = None
        self._running: Job | None = None

    @property
    def running(self) -> Job | None:
        """The job that is on, or None."""
        return self._running

    def start(self, task: Task) -> Job:
        """Start a job; where another one is on, it waits for its turn and starts by itself.

        Returns
        -------
        Job
            The new job, or the job with this key that waits or is on already. A job that could not be prepared or started
            has failed already, and says why.

        Raises
        ------
        ProblemError
            Too many jobs wait, of all people or of this visitor.
        """
        with self._lock:
            known = self._jobs.get(task.key)
            if known is not None and not known.is_over:
                return known
            if problem := self.full(task.visitor):
                raise ProblemError(problem)
            job = self._jobs[task.key] = Job(task.key)
            self._waiting.append(task)
        self._go_on()
        return job

    def full(self, visitor: str) -> Problem | None:
        """Why no job of a visitor can be taken now; None where one can."""
        with self._lock:
            return full_queue([_turn(task) for task in self._waiting], visitor, noun="export", end="stop")

    def look(self, key: str) -> Job | None:
        """The last job with this key, or None."""
        return self._jobs.get(key)

    def before(self, key: str) -> int:
        """How many jobs come before one that waits, the one that is on among them; 0 where it does not wait."""
        with self._lock:
            keys = [task.key for task in self._in_turn()]
            return keys.index(key) + (self._running is not None) if key in keys else 0

    def stop(self, key: str) -> None:
        """End a job that is on, or let one wait no longer; nothing where it is over."""
        with self._lock:
            job, process = self._jobs.get(key), self._process
            if job is None or job.is_over:
                return
            was_on, job.state = job is self._running, "stopped"
            self._waiting = [task for task in self._waiting if task.key != key]
        if was_on and process is not None:  # else it is ended as soon as it has begun
            child_process.stop(process)

    def close(self) -> None:
        """End what is on, and all that waits."""
        with self._lock:
            keys = [*(task.key for task in self._waiting), *([self._running.key] if self._running else [])]
        for key in keys:
            self.stop(key)

    def _in_turn(self) -> list[Task]:
        """Those that wait in the order in which they begin: whoever had a turn last comes after the others."""
        tasks = {task.key: task for task in self._waiting}
        longest_ago = sorted(self._waiting, key=lambda task: self._turns.get(task.visitor, 0))
        return [tasks[one.run] for one in in_turn([_turn(task) for task in longest_ago], ())]

    def _go_on(self) -> None:
        """Begin the next job, if none is on; one that cannot begin makes room for the one after it."""
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
        except Exception as error:  # no room, or what it needs is gone: whatever it is, those that wait must get their turn
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
            words = "".join(one for one in line if one.isprintable()).strip()
            if words:
                job.lines.append(words[:LONGEST_LINE])
        code = process.wait()
        folder.cleanup()
        self._end(job, "done" if code == 0 else "failed")
        self._go_on()

    def _end(self, job: Job, state: str) -> None:
        """Note down how the job that was on ended; one that was stopped stays so."""
        with self._lock:
            if job.state == "running":
                job.state = state
            self._running = self._process = None


def _turn(task: Task) -> Waiting:
    return Waiting(task.key, task.visitor, task.is_first)
