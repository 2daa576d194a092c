"""Files are written whole or not at all."""

import os
import subprocess
import sys
from pathlib import Path

import pytest

from core.files import home, keras_datasets, remove_unfinished, write_atomically


def entries(folder: Path) -> list[str]:
    return sorted(path.name for path in folder.iterdir())


def test_write_makes_the_folder_and_the_file(tmp_path: Path) -> None:
    path = tmp_path / "a" / "b" / "model.txt"
    write_atomically(path, lambda temporary: temporary.write_text("whole"))
    assert path.read_text() == "whole"
    assert entries(path.parent) == ["model.txt"]


def test_write_replaces_an_older_file(tmp_path: Path) -> None:
    path = tmp_path / "model.txt"
    path.write_text("old and longer")
    write_atomically(path, lambda temporary: temporary.write_text("new"))
    assert path.read_text() == "new"


def test_reader_of_the_old_file_keeps_it_whole(tmp_path: Path) -> None:
    path = tmp_path / "model.txt"
    path.write_text("old")
    with path.open() as reader:
        write_atomically(path, lambda temporary: temporary.write_text("new"))
        assert reader.read() == "old"


def test_write_that_fails_leaves_the_old_file_and_nothing_else(tmp_path: Path) -> None:
    path = tmp_path / "model.txt"
    path.write_text("old")

    def fail(temporary: Path) -> None:
        temporary.write_text("half a mod")
        raise OSError("no space left on device")

    with pytest.raises(OSError, match="no space left"):
        write_atomically(path, fail)
    assert path.read_text() == "old"
    assert entries(tmp_path) == ["model.txt"]


def test_writer_is_given_the_same_ending_and_sees_the_old_file(tmp_path: Path) -> None:
    path = tmp_path / "model.keras"
    path.write_text("old")
    seen: list[tuple[str, str]] = []

    def write(temporary: Path) -> None:
        seen.append((temporary.suffix, path.read_text()))
        temporary.write_text("new")

    write_atomically(path, write)
    assert seen == [(".keras", "old")]


def test_home_is_the_folder_of_its_variable_and_is_made(data_folder: Path) -> None:
    assert not data_folder.exists()
    assert home() == data_folder
    assert data_folder.is_dir()


def test_home_is_in_the_persons_folder_without_its_variable(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delenv("DASHBOARD_HOME")
    monkeypatch.setenv("HOME", str(tmp_path))
    assert home() == tmp_path / ".layer-by-layer"


def test_keras_datasets_follows_its_variable(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("KERAS_HOME", str(tmp_path / "keras"))
    assert keras_datasets() == tmp_path / "keras" / "datasets"
    monkeypatch.delenv("KERAS_HOME")
    monkeypatch.setenv("HOME", str(tmp_path))
    assert keras_datasets() == tmp_path / ".keras" / "datasets"


# Temporary folders

HOLD_SCRATCH = "from core.files import scratch_folder; print(scratch_folder(), flush=True); input()"


def hold_scratch(folder: Path) -> tuple[subprocess.Popen, Path]:
    """A process that has a temporary folder below `folder`, and its path."""
    process = subprocess.Popen(
        [sys.executable, "-c", HOLD_SCRATCH],
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        text=True,
        env={**os.environ, "TMPDIR": str(folder), "TEMP": str(folder)},
    )
    assert process.stdout is not None
    return process, Path(process.stdout.readline().strip())


@pytest.mark.gate("only a process that is gone leaves a folder that nobody holds")
def test_temporary_folder_of_a_killed_process_is_removed_by_the_next(tmp_path: Path) -> None:
    somebody_elses = tmp_path / "layer-by-layer-pictures"
    somebody_elses.mkdir()
    (killed, left), (going_on, used) = hold_scratch(tmp_path), hold_scratch(tmp_path)
    assert left.is_dir() and used.is_dir()
    killed.kill()
    killed.wait()
    assert left.is_dir(), "nobody could remove it"
    ends_by_itself, removed = hold_scratch(tmp_path)
    assert not left.exists()
    assert used.is_dir() and somebody_elses.is_dir(), "one is in use, the other is none of ours"
    for process in (ends_by_itself, going_on):
        process.communicate("\n")
    assert not removed.exists() and not used.exists()


def test_unfinished_files_of_a_killed_process_are_removed_and_others_kept(tmp_path: Path) -> None:
    run = tmp_path / "run"
    run.mkdir()
    for name in (".writing-abc.npz", "checkpoint-000001.npz"):
        (run / name).touch()
    remove_unfinished(tmp_path)
    assert [path.name for path in run.iterdir()] == ["checkpoint-000001.npz"]
