"""Run the three scripts of `core.export.other_libraries`, each in its own process, and store their results."""

import hashlib
import json
from dataclasses import dataclass
from pathlib import Path

from core.catalogue.backends import DEFAULT, VARIABLE
from core.catalogue.datasets import OWN_IMAGES, folder_of
from core.experiment.model import Experiment
from core.export.other_libraries import LibraryScript
from core.files import write_atomically
from core.runs.export_jobs import Job, JobRequest, Jobs

PROGRAM, SCRIPT = "core.worker.run_script", "script.py"


@dataclass(frozen=True)
class LibraryResult:
    """The accuracy and duration of a script for another library, measured on this machine."""

    accuracy: float  # the accuracy on the validation set
    seconds: float  # the duration of the whole script, with the start of its library


class LibraryRuns:
    """Runs and stored results of the scripts that train an experiment with other libraries.

    Parameters
    ----------
    folder
        The folder of the results.
    jobs
        The jobs that run the scripts.
    """

    def __init__(self, folder: Path, jobs: Jobs) -> None:
        self._folder, self._jobs = folder, jobs

    def result(self, script: LibraryScript) -> LibraryResult | None:
        """Return the stored result of a script with exactly this text. Return None if the script has not run yet."""
        try:
            content = json.loads(self._file(script).read_text())
            return LibraryResult(float(content["accuracy"]), float(content["seconds"]))
        except (OSError, ValueError, KeyError, TypeError):
            return None

    def job(self, script: LibraryScript) -> Job | None:
        """Return the last job that ran a script. Return None if the script was never started."""
        return self._jobs.look(_key(script))

    def stop(self, script: LibraryScript) -> None:
        """Stop the job of a script that waits or runs."""
        self._jobs.stop(_key(script))

    def start(self, script: LibraryScript, experiment: Experiment, visitor: str, *, is_lecturer: bool = False) -> None:
        """Start a job that runs a script for a visitor.

        Raises
        ------
        ProblemError
            Too many jobs wait already, in all or from this visitor.
        """

        def prepare(folder: Path) -> None:
            write_atomically(folder / SCRIPT, lambda path: path.write_text(script.text, encoding="utf-8"))
            if experiment.data.entry.is_own:  # the script reads the pictures from a file in its own folder
                content = (folder_of(experiment.data.dataset) / OWN_IMAGES).read_bytes()
                write_atomically(folder / f"{experiment.data.dataset}.npz", lambda path: path.write_bytes(content))

        backend = {VARIABLE: DEFAULT}
        self._jobs.start(
            JobRequest(_key(script), PROGRAM, (str(self._file(script)),), prepare, backend, visitor, is_lecturer)
        )

    def _file(self, script: LibraryScript) -> Path:
        return self._folder / f"{_key(script)}.json"


def _key(script: LibraryScript) -> str:
    return f"library-{script.name}-{hashlib.sha256(script.text.encode()).hexdigest()[:20]}"
