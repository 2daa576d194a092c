"""Files under the names of Keras' data sets that are others: told, on the page as on the command line, and never touched.

Keras deletes such a file and downloads the original: with it a person's own work would be gone.
"""

import os
import tempfile
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest

from core.__main__ import main
from core.catalogue.datasets import DATASETS
from core.engine.lecture_preparation import fetch_data_set
from core.experiment.serialization import dumps
from core.experiment.templates import lecture_experiment
from core.problems import Problem, ProblemError
from core.worker.data.download import fetch, make_preview_of
from core.worker.data.load import load_raw

NOBODY = 65_534  # the account without rights, on every Linux
ARCHIVES = [name for name, data in DATASETS.items() if data.sha256]


@pytest.fixture
def folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """Where Keras looks for data sets; nothing can be downloaded."""
    monkeypatch.setenv("KERAS_HOME", str(tmp_path / "keras"))
    monkeypatch.setenv("https_proxy", "http://127.0.0.1:9")
    folder = tmp_path / "keras" / "datasets"
    folder.mkdir(parents=True)
    load_raw.cache_clear()  # another test may have loaded the same data set from another folder
    return folder


def other_file(folder: Path, name: str, num_bytes: int) -> Path:
    """Somebody's own file under the name of a data set's."""
    path = folder / DATASETS[name].files[0]
    with path.open("wb") as file:
        file.write(b"years of work")
        file.truncate(num_bytes)
    return path


def refusal(act: Callable[[], object]) -> Problem:
    with pytest.raises(ProblemError) as raised:
        act()
    return raised.value.problem


def test_every_archive_of_keras_is_known_by_its_digest() -> None:
    assert ARCHIVES == [name for name, data in DATASETS.items() if len(data.files) == 1] == ["mnist", "cifar10", "cifar100"]
    assert all(len(DATASETS[name].sha256) == 64 for name in ARCHIVES)


@pytest.mark.parametrize("name", ARCHIVES)
def test_file_that_is_not_the_original_is_reported_and_never_touched(folder: Path, name: str) -> None:
    data = DATASETS[name]
    path = other_file(folder, name, data.num_bytes)
    problem = refusal(lambda: load_raw(name))
    assert problem.happened.startswith(
        f"{data.title} cannot be read: {path.name} ({data.num_bytes:,} bytes) is damaged (its SHA-256 begins with "
    )
    assert problem.happened.endswith(f", the original's with {data.sha256[:12]}).")
    assert problem.expected == f"Expected a whole file in {folder}."
    assert problem.fix == f"Move it away and download {data.title} again on the Load page, or use Digits."
    assert refusal(lambda: make_preview_of(name)) == problem
    assert fetch_data_set(name, fetch, load_raw) == problem
    for size in (data.num_bytes - 1, 0):
        os.truncate(path, size)
        assert f"a whole file has {data.num_bytes:,} bytes" in refusal(lambda: load_raw(name)).happened
    assert path.stat().st_size == 0, "neither deleted nor replaced"


def test_run_with_such_a_file_is_one_line(folder: Path, tmp_path: Path, capsys: pytest.CaptureFixture) -> None:
    path = other_file(folder, "mnist", DATASETS["mnist"].num_bytes)
    experiment = tmp_path / "experiment.json"
    experiment.write_text(dumps(lecture_experiment("mnist")))
    capsys.readouterr()
    assert main(["run", str(experiment), "--output", str(tmp_path / "result.json")]) == 1
    printed = capsys.readouterr()
    assert printed.err.startswith("error: data → dataset: MNIST cannot be read: mnist.npz (11,490,434 bytes) is damaged (")
    assert len(printed.err.splitlines()) == 1
    assert path.read_bytes().startswith(b"years of work")


def test_file_that_is_changed_later_is_noticed(folder: Path) -> None:
    path = other_file(folder, "mnist", DATASETS["mnist"].num_bytes)
    before = DATASETS["mnist"].difference_from_original()
    path.write_bytes(b"others" + path.read_bytes()[6:])
    assert DATASETS["mnist"].difference_from_original() != before


@pytest.mark.parametrize("name", [name for name, data in DATASETS.items() if data.files])
def test_folder_in_place_of_a_file_is_reported_and_never_touched(folder: Path, name: str) -> None:
    data = DATASETS[name]
    for file in data.files:
        (folder / file).mkdir(parents=True)
        (folder / file / "work").write_text("of years")
    problem = refusal(lambda: load_raw(name))
    first = Path(data.files[0]).name
    assert problem.happened.startswith(f"{data.title} is not on this machine: {first} is a folder, not a file")
    assert problem.fix.startswith(f"Move {first}")
    assert refusal(lambda: fetch(name, lambda event: None, lambda: None)) == problem
    assert all((folder / file / "work").read_text() == "of years" for file in data.files)


@contextmanager
def without_roots_rights(folder: Path) -> Iterator[None]:
    """Root may read and write everything: be nobody for a while, who may go where the folder is."""
    if os.geteuid() != 0:
        yield
        return
    for parent in (folder, *folder.parents):
        if Path(tempfile.gettempdir()) in parent.parents:
            parent.chmod(0o755)
    os.setresuid(NOBODY, NOBODY, 0)
    try:
        yield
    finally:
        os.setresuid(0, 0, 0)


@pytest.mark.skipif(os.name == "nt", reason="Windows has other rights")
def test_file_that_this_account_may_not_read_is_reported_as_such(folder: Path) -> None:
    path = other_file(folder, "mnist", DATASETS["mnist"].num_bytes)
    refusal(lambda: load_raw("mnist"))  # loads what it needs
    path.chmod(0)
    with without_roots_rights(folder):
        assert refusal(lambda: load_raw("mnist")).code == "data-set-not-allowed"
    path.chmod(0o644)
    folder.parent.chmod(0o555)  # there Keras would look into a folder of its own, and download
    with without_roots_rights(folder):
        assert refusal(lambda: load_raw("mnist")).code == "data-set-not-allowed"
    folder.parent.chmod(0o755)
