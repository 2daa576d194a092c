"""Download a data set, with progress and a time limit, and make its preview."""

import shutil
import subprocess
import sys
import tempfile
import time
from functools import partial
from pathlib import Path

from core import child_process
from core.catalogue.datasets import data_set, missing_files
from core.checks.data import missing_pictures_problem
from core.datasets.previews import make_preview, write_preview
from core.files import home, keras_datasets, write_atomically
from core.problems import Problem, ProblemError, Repair
from core.run_events import DownloadEvent
from core.settings import setting
from core.worker.callables import CommandSource, Report
from core.worker.data.load import load_raw, to_bytes

LOOK_EVERY_SECONDS = 0.3


def fetch(name: str, report: Report, next_command: CommandSource) -> None:
    """Download a data set to Keras' folder for data sets, and make its preview.

    The download runs in a process of its own, which is ended after a time limit. Its files go into a temporary folder
    first, so that nobody reads half a file.

    Parameters
    ----------
    name
        The data set.
    report
        Called with a `core.run_events.DownloadEvent` several times a second.
    next_command
        Returns the next command of a person, or None. Any command ends the download.

    Raises
    ------
    ProblemError
        The download failed, or a folder has the name of a missing file. The problem names the files and a remedy.
    """
    missing = missing_files(name)
    if any(path.exists() for path in missing):  # a folder with the name of a file belongs to a person, and stays
        raise ProblemError(missing_pictures_problem(name))
    if missing:
        _download(name, report, next_command)
    report({"kind": "fetched", "share": 1.0, "bytes": data_set(name).num_bytes, "seconds": 0.0})
    make_preview_of(name)


def make_preview_of(name: str) -> None:
    """Make the preview of a data set whose files are on this machine."""
    (images, labels), (_, test_labels) = load_raw(name)
    write_preview(name, make_preview(to_bytes(images, name), labels, test_labels, data_set(name).num_classes))


def _download(name: str, report: Report, next_command: CommandSource) -> None:
    limit = setting("download_minutes") * 60
    (home() / "downloads").mkdir(exist_ok=True)
    with tempfile.TemporaryDirectory(dir=home() / "downloads") as folder:
        process = child_process.start(
            "core.worker.data.download",
            name,
            environment={"KERAS_HOME": folder},
            cwd=folder,
            stdout=subprocess.DEVNULL,
            stderr=subprocess.PIPE,
        )
        started = time.monotonic()
        while process.poll() is None:
            seconds = time.monotonic() - started
            if seconds > limit or next_command():
                child_process.stop(process, 0.0)
                raise ProblemError(_failed_problem(name, f"the download was ended after {seconds:,.0f} s"))
            report(_arrived(Path(folder), name, round(seconds, 1)))
            time.sleep(LOOK_EVERY_SECONDS)
        if process.returncode:
            lines = (process.stderr.read() if process.stderr else b"").decode("utf-8", "replace").strip().splitlines()
            raise ProblemError(_failed_problem(name, lines[-1][:200] if lines else f"exit code {process.returncode}"))
        for file in data_set(name).files:
            write_atomically(keras_datasets() / file, partial(shutil.copyfile, Path(folder) / "datasets" / file))


def _arrived(folder: Path, name: str, seconds: float) -> DownloadEvent:
    whole = data_set(name).num_bytes
    try:
        arrived = sum(path.stat().st_size for path in (folder / "datasets").rglob("*") if path.is_file())
    except FileNotFoundError:  # Keras moved a file meanwhile; the next look sees the file
        arrived = 0
    return {"kind": "fetched", "share": min(1.0, arrived / whole), "bytes": min(arrived, whole), "seconds": seconds}


def _failed_problem(name: str, why: str) -> Problem:
    dataset = data_set(name)
    files = ", ".join(path.name for path in missing_files(name))
    package = f" Or install Debian's package {dataset.package}." if dataset.package else ""
    return Problem(
        code="download-failed",
        where=("data", "dataset"),
        happened=f"{dataset.title} could not be downloaded: {why}.",
        expected=f"Expected the files {files} in {keras_datasets() / Path(dataset.files[0]).parent}.",
        fix=f"Check the network and try again, or copy the files there.{package} Digits works without a network.",
        repairs=(Repair("Use Digits", "set", ("data", "dataset"), "digits"),),
    )


if __name__ == "__main__":
    child_process.end_with_parent()
    data_set(sys.argv[1]).download()
