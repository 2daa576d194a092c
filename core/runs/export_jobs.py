"""Jobs that run exports, each in its own process. They wait in a fair queue, show their output, and can be stopped.

A job is a module that runs as a program. It prints its progress, writes its result to a file, and ends with this server.

Jobs run one at a time. A job keeps all cores of a small machine busy and takes as much memory as a trainer, so two jobs at
once would end later than one after the other, and would slow all runs down. Visitors take turns, and the number of waiting
jobs of each visitor is limited.
"""

import tempfile
import threading
from collections import deque
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from pathlib import Path

from core import child_process
from core.child_process import Program, StartProgram
from core.files import scratch_folder
from core.problems import Problem, ProblemError
from core.runs.scheduling import QueuedRun, full_queue, queue_order

LINES_KEPT = 40
LONGEST_LINE = 300


@dataclass
class Job:
    """The state of a job, with the last lines of its output."""

    key: str  # the next job with the same key replaces this job
    lines: deque[str] = field(default_factory=lambda: deque(maxlen=LINES_KEPT))  # the last lines of its output
    state: str = "waiting"  # "waiting", "running", "done", "failed" or "stopped"

    @property
    def said(self) -> str:
        """The last line of the job's output, or an empty string before the first line."""
        return self.lines[-1] if self.lines else ""

    @property
    def is_over(self) -> bool:
        """Whether the job has ended or was stopped."""
        return self.state not in ("waiting", "running")


def _nothing(_folder: Path) -> None:
    """Do nothing. This is the default of `prepare`, for a job that needs no files."""


@dataclass(frozen=True)
class JobRequest:
    """A request to run a program as a job for a visitor."""

    key: str  # the key of the job; while a job with this key waits or runs, no second job starts
    module: str  # the program, such as "core.worker.export_model"
    arguments: tuple[str, ...] = ()  # arguments of the program after its folder, which is removed when the job ends
    prepare: Callable[[Path], object] = _nothing  # puts the files of the job into that folder; called on any thread
    environment: Mapping[str, str] = field(default_factory=dict)  # variables beside those of this process
    visitor: str = ""  # the owner
    is_first: bool = False  # True for a job of the lecturer
    needs_keras: bool = False  # True for a program that begins with Keras imported; a person's script begins in a new Python


class Jobs:
    """The jobs of this server, which run in turn. Safe to use from several threads.

    Parameters
    ----------
    run_with_keras
        Runs a program that begins with Keras imported. See `core.engine.processes.Processes.run`.
    """

    def __init__(self, run_with_keras: StartProgram = child_process.run) -> None:
        self._run_with_keras = run_with_keras
        self._lock = threading.RLock()
        self._jobs: dict[str, Job] = {}
        self._waiting: list[JobRequest] = []  # in order of arrival
        self._turns: dict[str, int] = {}  # the number of each visitor's last turn; emptied when no job waits
        self._program: Program | None = None
        self._running: Job | None = None

    @property
    def running(self) -> Job | None:
        """The running job, or None if no job runs."""
        return self._running

    def start(self, task: JobRequest) -> Job:
        """Start a job, or queue it if another job runs.

        Returns
        -------
        Job
            The new job, or the job with this key that waits or runs already. A job that could not be started has failed,
            and its output says why.

        Raises
        ------
        ProblemError
            Too many jobs wait already, in all or from this visitor.
        """
        with self._lock:
            known = self._jobs.get(task.key)
            if known is not None and not known.is_over:
                return known
            if problem := self.full(task.visitor, is_lecturer=task.is_first):
                raise ProblemError(problem)
            job = self._jobs[task.key] = Job(task.key)
            self._waiting.append(task)
        self._start_next()
        return job

    def full(self, visitor: str, *, is_lecturer: bool = False) -> Problem | None:
        """Return why the queue cannot take another job from this visitor, or None if the queue has room."""
        with self._lock:
            waiting = [_turn(task) for task in self._waiting]
            return full_queue(waiting, visitor, is_lecturer=is_lecturer, noun="export", end="stop")

    def look(self, key: str) -> Job | None:
        """Return the last job with this key, or None if no such job was started."""
        return self._jobs.get(key)

    def before(self, key: str) -> int:
        """Return the number of jobs that must end before a waiting job starts. Return 0 if the job does not wait."""
        with self._lock:
            keys = [task.key for task in self._in_turn()]
            return keys.index(key) + (self._running is not None) if key in keys else 0

    def stop(self, key: str) -> None:
        """Stop a running job, or remove a waiting job from the queue. Do nothing if the job is over."""
        with self._lock:
            job, program = self._jobs.get(key), self._program
            if job is None or job.is_over:
                return
            was_running, job.state = job is self._running, "stopped"
            self._waiting = [task for task in self._waiting if task.key != key]
        if was_running and program is not None:  # otherwise `_begin` ends the program
            program.stop()

    def close(self) -> None:
        """Stop the running job, and remove all waiting jobs."""
        with self._lock:
            keys = [*(task.key for task in self._waiting), *([self._running.key] if self._running else [])]
        for key in keys:
            self.stop(key)

    def _in_turn(self) -> list[JobRequest]:
        """Return the waiting requests in the order of their start. Visitors whose last job is longest ago come first."""
        tasks = {task.key: task for task in self._waiting}
        longest_ago = sorted(self._waiting, key=lambda task: self._turns.get(task.visitor, 0))
        return [tasks[entry.run] for entry in queue_order([_turn(task) for task in longest_ago], ())]

    def _start_next(self) -> None:
        """Start the next job if no job runs. If its program cannot be started, start the job after that."""
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

    def _begin(self, task: JobRequest, job: Job) -> None:
        folder = None
        try:
            folder = tempfile.TemporaryDirectory(prefix="job-", dir=scratch_folder(), ignore_cleanup_errors=True)
            task.prepare(Path(folder.name))
            run = self._run_with_keras if task.needs_keras else child_process.run
            program = run(
                task.module,
                folder.name,
                *task.arguments,
                folder=Path(folder.name),
                environment={"TF_CPP_MIN_LOG_LEVEL": "3", **task.environment},
                gives_way=True,
            )
        except Exception as error:  # a full disk, or missing files: the waiting jobs must get their turn
            job.lines.append(str(error)[:LONGEST_LINE])
            if folder is not None:
                folder.cleanup()
            self._end(job, "failed")
            return
        with self._lock:
            self._program, was_stopped = program, job.state == "stopped"
        if was_stopped:
            program.stop()
        threading.Thread(target=self._follow, args=(job, program, folder), daemon=True).start()

    def _follow(self, job: Job, program: Program, folder: tempfile.TemporaryDirectory[str]) -> None:
        for line in program.lines():
            words = "".join(character for character in line if character.isprintable()).strip()
            if words:
                job.lines.append(words[:LONGEST_LINE])
        code = program.wait()
        folder.cleanup()
        self._end(job, "done" if code == 0 else "failed")
        self._start_next()

    def _end(self, job: Job, state: str) -> None:
        """Set the final state of the running job. A stopped job stays stopped."""
        with self._lock:
            if job.state == "running":
                job.state = state
            self._running = self._program = None


def _turn(task: JobRequest) -> QueuedRun:
    return QueuedRun(task.key, task.visitor, task.is_first)
