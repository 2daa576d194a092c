"""Work that takes a while beside all runs, each in a process of its own: one at a time, with its last words, and a stop.

A job is a module that is run as a program. It says how far it is in lines, writes what comes of it into a file, and ends
when its standard input closes: so nothing outlives this server.
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

from core.processes import end_process

PROJECT = Path(__file__).parent.parent
LINES_KEPT = 40
LONGEST_LINE = 300


@dataclass
class Job:
    """One job, as it is now."""

    key: str  # what it is about; the next one with the same key replaces it
    lines: deque[str] = field(default_factory=lambda: deque(maxlen=LINES_KEPT))  # the last ones that it said
    state: str = "running"  # "running", "done", "failed" or "stopped"

    @property
    def said(self) -> str:
        """The last line that it said, "" before the first."""
        return self.lines[-1] if self.lines else ""


class Jobs:
    """The jobs of this server. Safe to use from several threads."""

    def __init__(self) -> None:
        self._lock = threading.RLock()
        self._jobs: dict[str, Job] = {}
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
    ) -> bool:
        """Start a job; False where another one is on.

        Arguments:
            key: what it is about.
            module: what is run, such as "core.worker.converting".
            arguments: for it, after the folder that it works in, which is taken away when it ends.
            prepare: puts into that folder what the job needs.
            environment: variables beside those of this process.

        Raises:
            OSError: it could not be prepared or started; the job says why as well.
        """
        with self._lock:
            if self._running is not None:
                return False
            job = self._jobs[key] = self._running = Job(key)
        folder = tempfile.TemporaryDirectory(prefix="layer-by-layer-job-", ignore_cleanup_errors=True)
        try:
            prepare(Path(folder.name))
            process = subprocess.Popen(
                [sys.executable, "-u", "-m", module, folder.name, *arguments],
                stdin=subprocess.PIPE,
                stdout=subprocess.PIPE,
                stderr=subprocess.STDOUT,
                cwd=folder.name,
                start_new_session=True,  # Ctrl-C is for the server, which ends it in order
                env={**os.environ, "PYTHONPATH": str(PROJECT), "TF_CPP_MIN_LOG_LEVEL": "3", **(environment or {})},
                text=True,
                errors="replace",
            )
        except BaseException as error:
            job.lines.append(str(error)[:LONGEST_LINE])
            with self._lock:
                self._running, job.state = None, "failed"
            folder.cleanup()
            raise
        self._process = process
        threading.Thread(target=self._follow, args=(job, process, folder), daemon=True).start()
        return True

    def look(self, key: str) -> Job | None:
        """The last job with this key, or None."""
        return self._jobs.get(key)

    def stop(self, key: str) -> None:
        """End a job that is on; nothing where it is not."""
        with self._lock:
            job, process = self._running, self._process
            if job is None or job.key != key or process is None:
                return
            job.state = "stopped"
        end_process(process)

    def close(self) -> None:
        """End what is on."""
        if self._running is not None:
            self.stop(self._running.key)

    def _follow(self, job: Job, process: subprocess.Popen, folder: tempfile.TemporaryDirectory) -> None:
        assert process.stdout is not None
        for line in process.stdout:
            words = "".join(one for one in line if one.isprintable()).strip()
            if words:
                job.lines.append(words[:LONGEST_LINE])
        code = process.wait()
        folder.cleanup()
        with self._lock:
            if job.state == "running":
                job.state = "done" if code == 0 else "failed"
            self._running = self._process = None


_current = Jobs()


def use(jobs: Jobs) -> None:
    """Install what runs jobs, for all pages of this process."""
    global _current
    _current = jobs


def current() -> Jobs:
    """The jobs of this server."""
    return _current
