"""Exports of a run, each as a job: the run's script is run again and compared, or its network is converted."""

import json
from pathlib import Path

from core.catalogue.backends import DEFAULT, VARIABLE
from core.catalogue.datasets import OWN_IMAGES, folder_of
from core.experiment.serialization import dumps
from core.export import model_formats, reproducibility
from core.export.model_formats import FORMATS, ExportedModel, Format
from core.export.script import script
from core.files import write_atomically
from core.runs.export_jobs import Job, JobRequest, Jobs
from core.runs.manager import Runs
from core.runs.results import RunResults
from core.runs.run_record import Run

RERUN = "reproduce"  # the export that runs the script again; all other exports have the name of their format
CONVERSION_STEPS = ("Loading the network", "Writing", "Loading")  # the beginnings of the lines that a conversion prints


class RunExports:
    """The exports of all runs of this server. The `name` of an export is RERUN or a key of FORMATS."""

    def __init__(self, runs: Runs, results: RunResults, jobs: Jobs) -> None:
        self._runs, self._results, self.jobs = runs, results, jobs

    def job(self, run: Run, name: str) -> Job | None:
        """Return the last job of an export. Return None if the export was never started."""
        return self.jobs.look(_key(run, name))

    def is_on(self, run: Run, name: str) -> bool:
        """Return whether an export waits or runs."""
        job = self.job(run, name)
        return job is not None and not job.is_over

    def start(self, run: Run, name: str, visitor: str, *, is_lecturer: bool = False) -> None:
        """Start an export for a visitor. Exports of the lecturer go first.

        Raises
        ------
        ProblemError
            Too many exports wait already, in all or from this visitor.
        """
        task = self._rerun if name == RERUN else self._conversion
        self.jobs.start(task(run, name, visitor, is_lecturer))

    def stop(self, run: Run, name: str) -> None:
        """Stop an export that waits or runs."""
        self.jobs.stop(_key(run, name))

    def progress(self, run: Run, name: str) -> tuple[float, str]:
        """Return the progress of an export that waits or runs: the finished share, from 0 to 1, and a text for the page."""
        if before := self.jobs.before(_key(run, name)):
            several = "1 export of this server is" if before == 1 else f"{before:,} exports of this server are"
            return 0.0, f"Waiting: {several} before it. It starts by itself."
        job = self.job(run, name)
        lines = list(job.lines) if job else []
        return _rerun_progress(lines, run.experiment.fit.epochs) if name == RERUN else _conversion_progress(lines)

    def shown(self, run: Run) -> list[tuple[str, str, int, list[str]]]:
        """Return everything that a page shows about a run's exports. If this value changes, the page is drawn again."""
        jobs = [job for name in (RERUN, *FORMATS) if (job := self.job(run, name)) is not None]
        return [(job.key, job.state, self.jobs.before(job.key), list(job.lines)) for job in jobs]

    def taken(self, run: Run, name: str) -> ExportedModel | None:
        """Return the result of converting the network, or None if this was not done since the run last changed."""
        return model_formats.read(self._runs.reader.folder(run.id), name)

    def file(self, run: Run, exported: Format) -> Path:
        """Return the path for the run's network in a file format. The file need not exist."""
        return self._runs.reader.folder(run.id) / exported.file

    def _rerun(self, run: Run, name: str, visitor: str, is_lecturer: bool) -> JobRequest:
        experiment = run.experiment
        code = script(
            experiment, execution=self._results.execution(run)
        )  # without comments: no text that a person wrote is run
        expected = json.dumps(reproducibility.expected_numbers(run.result or {}))

        def prepare(folder: Path) -> None:
            write_atomically(folder / reproducibility.SCRIPT, lambda path: path.write_text(code, encoding="utf-8"))
            write_atomically(folder / reproducibility.EXPECTED, lambda path: path.write_text(expected))
            if experiment.data.entry.is_own:  # the script reads the pictures from a file in its own folder
                content = (folder_of(experiment.data.dataset) / OWN_IMAGES).read_bytes()
                write_atomically(folder / f"{experiment.data.dataset}.npz", lambda path: path.write_bytes(content))

        arguments = (str(self._runs.reader.folder(run.id)), reproducibility.fingerprint(experiment))
        backend = {VARIABLE: experiment.fit.backend}
        return JobRequest(_key(run, name), "core.worker.rerun_script", arguments, prepare, backend, visitor, is_lecturer)

    def _conversion(self, run: Run, name: str, visitor: str, is_lecturer: bool) -> JobRequest:
        experiment = dumps(run.experiment)

        def prepare(folder: Path) -> None:
            write_atomically(folder / "experiment.json", lambda path: path.write_text(experiment))

        arguments = (str(self._runs.reader.folder(run.id)), name)
        backend = {VARIABLE: DEFAULT}  # this backend writes all formats, even if another backend trained the network
        key = _key(run, name)
        return JobRequest(
            key, "core.worker.export_model", arguments, prepare, backend, visitor, is_lecturer, needs_keras=True
        )


def _key(run: Run, name: str) -> str:
    return f"{name}-{run.id}"


def _rerun_progress(lines: list[str], epochs: int) -> tuple[float, str]:
    """Return the progress of a script that runs again, from the lines that Keras has printed."""
    begun = [line for line in lines if line.startswith("Epoch ")]
    if not begun:
        return 0.0, "Starting Keras, and loading the data …"
    now = begun[-1].removeprefix("Epoch ").partition("/")[0]
    done = int(now) - 1 if now.isdecimal() else 0
    return min(1.0, done / epochs), f"Epoch {min(done + 1, epochs):,} of {epochs:,}"


def _conversion_progress(lines: list[str]) -> tuple[float, str]:
    begun = [line for line in lines if line.startswith(CONVERSION_STEPS)]
    return len(begun) / (len(CONVERSION_STEPS) + 1), f"{begun[-1] if begun else 'Starting Keras'} …"
