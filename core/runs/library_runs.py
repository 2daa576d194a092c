"""Run the three scripts of `core.export.other_libraries` here, each in a process of its own, and keep what came of each."""

import hashlib
import json
from dataclasses import dataclass
from pathlib import Path

from core.catalogue.backends import DEFAULT, VARIABLE
from core.catalogue.datasets import OWN_IMAGES, folder_of
from core.experiment.model import Experiment
from core.export.other_libraries import LibraryScript
from core.files import write_atomically
from core.runs.export_jobs import Job, Jobs, Task

PROGRAM, SCRIPT = "core.worker.run_script", "script.py"


@dataclass(frozen=True)
class LibraryResult:
    """What a script gave on this machine."""

    accuracy: float  # on the validation set
    seconds: float  # of the whole script, with the start of its library


class LibraryRuns:
    """All such runs of this server.

    Parameters
    ----------
    folder
        Where results are kept.
    jobs
        What runs the scripts.
    """

    def __init__(self, folder: Path, jobs: Jobs) -> None:
        self._folder, self._jobs = folder, jobs

    def result(self, one: LibraryScript) -> LibraryResult | None:
        """What this very script gave here; None where it was not run."""
        try:
            content = json.loads(self._file(one).read_text())
            return LibraryResult(float(content["accuracy"]), float(content["seconds"]))
        except (OSError, ValueError, KeyError, TypeError):
            return None

    def job(self, one: LibraryScript) -> Job | None:
        """The last job of a script; None where there was none."""
        return self._jobs.look(_key(one))

    def stop(self, one: LibraryScript) -> None:
        """End a script that waits or runs."""
        self._jobs.stop(_key(one))

    def start(self, one: LibraryScript, experiment: Experiment, visitor: str, *, is_lecturer: bool = False) -> None:
        """Run a script for a visitor.

        Raises
        ------
        ProblemError
            Too many jobs wait, of all people or of this visitor.
        """

        def prepare(folder: Path) -> None:
            write_atomically(folder / SCRIPT, lambda path: path.write_text(one.text, encoding="utf-8"))
            if experiment.data.entry.is_own:  # the script reads the pictures from a file beside it
                content = (folder_of(experiment.data.dataset) / OWN_IMAGES).read_bytes()
                write_atomically(folder / f"{experiment.data.dataset}.npz", lambda path: path.write_bytes(content))

        backend = {VARIABLE: DEFAULT}
        self._jobs.start(Task(_key(one), PROGRAM, (str(self._file(one)),), prepare, backend, visitor, is_lecturer))

    def _file(self, one: LibraryScript) -> Path:
        return self._folder / f"{_key(one)}.json"


def _key(one: LibraryScript) -> str:
    return f"library-{one.name}-{hashlib.sha256(one.text.encode()).hexdigest()[:20]}"
