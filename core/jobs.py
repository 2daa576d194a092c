"""Work that takes a while beside all runs, each in a process of its own: first in, first out, with last words and a stop.

A job is a module that is run as a program. It says how far it is in lines, writes what comes of it into a file, and ends
when its standard input closes: so nothing outlives this server.

One is on at a time, and the others wait: each keeps all cores of a small machine busy and takes as much memory as a
trainer, so that two at once would end later than one after the other, and slow the runs of everybody down meanwhile.
"""

import os
import subprocess
import sys
import tempfile
import threading
from collections import deque
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path

from core.processes import end_process, give_way

PROJECT = Path(__file__).parent.parent
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


@dataclass(frozen=True)
class Task:
    """What a job does, once it is its turn."""

    job: Job
    module: str  # that is run
    arguments: tuple[str, ...]  # for it, after the folder that it works in
    prepare: Callable[[Path], object]  # puts into that folder what it needs
    environment: Mapping[str, str]  # variables beside those of this process


class Jobs:
    """The jobs of this server. Safe to use from several threads."""

    def __init__(self) -> None:
        self._lock = threading.RLock()
        self._jobs: dict[str, Job] = {}
        self._waiting: deque[Task] = deque()
        self._process: subprocess.Popen | None = None
        self._running: Job | None = None

    @property
    def running(self) -> Job | None:
        """The job that is on, or None."""
        return self._running

    def start(
        self,
        key: str,
        module: str,
        arguments: Sequence[str] = (),
        *,
        prepare: Callable[[Path], object] = lambda folder: None,
        environment: Mapping[str, str] | None = None,
    ) -> Job:
        """Start a job; where another one is on, it waits for its turn and starts by itself.

        Arguments:
            key: what it is about; while a job with this key waits or is on, there is no second one.
            module: what is run, such as "core.worker.converting".
            arguments: for it, after the folder that it works in, which is taken away when it ends.
            prepare: puts into that folder what the job needs, when it is its turn, on any thread.
            environment: variables beside those of this process.

        Returns:
            The job: it has failed already, and says why, where it could not be prepared or started.
        """
        with self._lock:
            known = self._jobs.get(key)
            if known is not None and not known.is_over:
                return known
            job = self._jobs[key] = Job(key)
            self._waiting.append(Task(job, module, tuple(arguments), prepare, environment or {}))
        self._go_on()
        return job

    def look(self, key: str) -> Job | None:
        """The last job with this key, or None."""
        return self._jobs.get(key)

    def before(self, key: str) -> int:
        """How many jobs come before one that waits, the one that is on among them; 0 where it does not wait."""
        with self._lock:
            keys = [task.job.key for task in self._waiting]
            return keys.index(key) + (self._running is not None) if key in keys else 0

    def stop(self, key: str) -> None:
        """End a job that is on, or let one wait no longer; nothing where it is over."""
        with self._lock:
            job, process = self._jobs.get(key), self._process
            if job is None or job.is_over:
                return
            was_on, job.state = job is self._running, "stopped"
            self._waiting = deque(task for task in self._waiting if task.job is not job)
        if was_on and process is not None:  # else it is ended as soon as it has begun
            end_process(process)

    def close(self) -> None:
        """End what is on, and all that waits."""
        with self._lock:
            keys = [*(task.job.key for task in self._waiting), *([self._running.key] if self._running else [])]
        for key in keys:
            self.stop(key)

    def _go_on(self) -> None:
        """Begin the next job, if none is on; one that cannot begin makes room for the one after it."""
        while True:
            with self._lock:
                if self._running is not None or not self._waiting:
                    return
                task = self._waiting.popleft()
                self._running, task.job.state = task.job, "running"
            self._begin(task)

    def _begin(self, task: Task) -> None:
        folder = tempfile.TemporaryDirectory(prefix="layer-by-layer-job-", ignore_cleanup_errors=True)
        try:
            task.prepare(Path(folder.name))
            process = subprocess.Popen(
                [sys.executable, "-u", "-m", task.module, folder.name, *task.arguments],
                stdin=subprocess.PIPE,
                stdout=subprocess.PIPE,
                stderr=subprocess.STDOUT,
                cwd=folder.name,
                start_new_session=True,  # Ctrl-C is for the server, which ends it in order
                env={**os.environ, "PYTHONPATH": str(PROJECT), "TF_CPP_MIN_LOG_LEVEL": "3", **task.environment},
                text=True,
                errors="replace",
            )
        except Exception as error:  # no room, or what it needs is gone: whatever it is, those that wait must get their turn
            task.job.lines.append(str(error)[:LONGEST_LINE])
            folder.cleanup()
            self._end(task.job, "failed")
            return
        give_way(process)
        with self._lock:
            self._process, was_stopped = process, task.job.state == "stopped"
        if was_stopped:
            end_process(process)
        threading.Thread(target=self._follow, args=(task.job, process, folder), daemon=True).start()

    def _follow(self, job: Job, process: subprocess.Popen, folder: tempfile.TemporaryDirectory) -> None:
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


_current = Jobs()


def use(jobs: Jobs) -> None:
    """Install what runs jobs, for all pages of this process."""
    global _current
    _current = jobs


def current() -> Jobs:
    """The jobs of this server."""
    return _current
