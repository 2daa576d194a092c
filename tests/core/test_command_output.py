"""Outputs of commands: what is refused before the work, what is never replaced, and where results are rescued."""

import json
import os
import shutil
import signal
import subprocess
import sys
from pathlib import Path

import pytest

from core.__main__ import main
from core.command_output import OutputTarget
from core.experiment.edits import append_layer, new_layer
from core.experiment.model import Experiment
from core.experiment.serialization import dumps
from tests.core.sample_experiments import LECTURE, with_fit
from tests.core.test_command_line import ROOT

QUICK = with_fit(LECTURE, epochs=1)


@pytest.fixture
def experiment(tmp_path: Path) -> Path:
    return written(tmp_path, QUICK)


def written(folder: Path, experiment: Experiment) -> Path:
    path = folder / "experiment.json"
    path.write_text(dumps(experiment))
    return path


def begun(*arguments: object, **options: object) -> subprocess.Popen:
    """Run `python -m core` in another process, which is still running."""
    return subprocess.Popen(
        [sys.executable, "-m", "core", *map(str, arguments)],
        env={**os.environ, "PYTHONPATH": str(ROOT)},
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
        **options,
    )


def test_target_that_cannot_be_written_is_refused_before_the_work(
    experiment: Path, tmp_path: Path, capsys: pytest.CaptureFixture
) -> None:
    there = tmp_path / "there.json"
    there.write_text("mine")
    before = experiment.read_text()
    for target, said in (
        (
            tmp_path,
            f"The output {tmp_path} is a folder. Expected the name of a file. Name a file there: {tmp_path / 'NAME'}.",
        ),
        (
            there,
            f"The output {there} is there already. Expected a new name. Give another name, or add --force to replace it.",
        ),
        (
            experiment,
            f"The output {experiment} is the experiment itself. Expected another file. Give the output another name.",
        ),
        (there / "x.json", f"The output {there / 'x.json'} cannot be written (File exists). "),
        (tmp_path / ("x" * 300), "cannot be written (File name too long). "),
    ):
        for command in (["run", str(experiment), "--output", str(target)], ["export", str(experiment), str(target)]):
            assert main(command) == 1
            printed = capsys.readouterr()
            assert (printed.out, said in printed.err, len(printed.err.splitlines())) == ("", True, 1)
    assert main(["export", str(experiment), str(experiment), "--force"]) == 1
    assert (there.read_text(), experiment.read_text()) == ("mine", before)


@pytest.mark.skipif(not Path("/proc/self").exists(), reason="there is no /proc")
def test_target_in_a_folder_that_takes_no_files_is_refused(experiment: Path, capsys: pytest.CaptureFixture) -> None:
    assert main(["run", str(experiment), "--output", "/proc/x.json"]) == 1
    assert "The output /proc/x.json cannot be written" in capsys.readouterr().err


def test_folder_of_a_mistyped_name_is_made_and_told_before_the_work(tmp_path: Path, capsys: pytest.CaptureFixture) -> None:
    folder = tmp_path / "resluts" / "today"
    for said in (f"made the folder {folder}\n", ""):
        OutputTarget(folder / "run.json").check()
        assert capsys.readouterr().err == said
    assert list(folder.iterdir()) == [], "the check leaves no file"


def test_force_replaces_a_file_and_what_a_link_leads_to(experiment: Path, tmp_path: Path) -> None:
    target, link = tmp_path / "there.py", tmp_path / "link.py"
    target.write_text("mine")
    link.symlink_to(target)
    assert main(["export", str(experiment), str(link), "--force"]) == 0
    assert link.is_symlink() and target.read_text().startswith("import keras")


def test_device_is_written_to_and_never_replaced(tmp_path: Path) -> None:
    pipe = tmp_path / "pipe"
    os.mkfifo(pipe)
    reader = os.open(pipe, os.O_RDONLY | os.O_NONBLOCK)
    output = OutputTarget(pipe)
    output.check()
    output.write("a result")
    assert os.read(reader, 100) == b"a result"
    assert pipe.is_fifo()
    os.close(reader)


def test_result_that_cannot_be_written_is_kept_elsewhere(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)
    (tmp_path / "gone").write_text("no folder any more")
    where, error = OutputTarget(tmp_path / "gone" / "result.json").write_or_rescue("a result")
    assert isinstance(error, OSError)
    assert Path(where).parent == tmp_path and Path(where).suffix == ".json"
    assert Path(where).read_text() == "a result"


def test_result_that_has_no_place_at_all_is_printed(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture
) -> None:
    folder = tmp_path / "folder"
    folder.mkdir()
    monkeypatch.chdir(folder)
    shutil.rmtree(folder)  # the current folder of the command
    no_folder = tmp_path / "file"
    no_folder.write_text("")
    monkeypatch.setenv("DASHBOARD_HOME", str(no_folder / "home"))
    monkeypatch.setattr("tempfile.tempdir", str(no_folder / "temporary"))
    where, _ = OutputTarget(no_folder / "result.json").write_or_rescue("a result")
    assert (where, capsys.readouterr().out) == ("standard output, above", "a result\n")


@pytest.mark.deep
def test_result_of_a_run_whose_target_is_gone_in_the_end_is_elsewhere(experiment: Path, tmp_path: Path) -> None:
    target, here = tmp_path / "results" / "result.json", tmp_path / "here"
    here.mkdir()
    done = begun("run", experiment, "--output", target, cwd=here)
    for line in done.stdout:
        if line.startswith("compiling"):
            shutil.rmtree(target.parent)
            target.parent.write_text("now a file")
            break
    rest, errors = done.communicate(timeout=300)
    (kept,) = here.iterdir()
    assert rest.splitlines()[-1].endswith(f"; wrote {kept}")
    made, error = errors.splitlines()
    assert made == f"made the folder {target.parent}"
    assert error == f"error: {target} could not be written (File exists). The result is in {kept}: move it from there."
    assert done.returncode == 1
    assert json.loads(kept.read_text())["test"]["accuracy"] > 0.5


@pytest.mark.deep
def test_run_whose_reader_goes_away_writes_its_result(experiment: Path, tmp_path: Path) -> None:
    done = begun("run", experiment, "--output", tmp_path / "result.json")
    assert done.stdout.readline() == "loading …\n"
    done.stdout.close()  # as `| head -1` does
    assert (done.stderr.read(), done.wait(300)) == ("", 0)
    assert json.loads((tmp_path / "result.json").read_text())["test"]["accuracy"] > 0.5


@pytest.mark.deep
def test_result_on_standard_output_stands_alone_there(experiment: Path) -> None:
    done = begun("run", "-", "--output", "-", stdin=experiment.open())
    output, errors = done.communicate(timeout=300)
    assert json.loads(output)["test"]["accuracy"] > 0.5
    assert errors.splitlines()[0] == "loading …"
    assert errors.splitlines()[-1].endswith("; wrote standard output")


@pytest.mark.deep
@pytest.mark.skipif(sys.platform == "win32", reason="Windows has no SIGINT for one process")
def test_ctrl_c_ends_a_run_in_one_line(tmp_path: Path) -> None:
    done = begun("run", written(tmp_path, with_fit(LECTURE, epochs=1_000)), "--output", tmp_path / "result.json")
    assert next(line for line in done.stdout if line.startswith("epoch 1"))
    done.send_signal(signal.SIGINT)
    _, errors = done.communicate(timeout=300)
    assert (errors.strip(), done.returncode) == ("Stopped. Nothing was written.", 130)
    assert not (tmp_path / "result.json").exists()


def test_network_that_keras_refuses_is_not_exported(tmp_path: Path, capsys: pytest.CaptureFixture) -> None:
    broken = append_layer(LECTURE, new_layer(LECTURE, "Conv2D"), LECTURE.layers[0].id)
    assert main(["export", str(written(tmp_path, broken)), str(tmp_path / "script.py")]) == 1
    printed = capsys.readouterr()
    assert printed.err.startswith("error: layers → ")
    assert "Conv2D got 64 numbers, which is a row of numbers. Expected an image" in printed.err
    assert (printed.out, (tmp_path / "script.py").exists()) == ("", False)


@pytest.mark.deep
def test_closed_and_full_streams_are_no_crash(tmp_path: Path) -> None:
    path = tmp_path / "experiment.json"
    path.write_text("null")
    for shell, code, said in (
        (f"check {path} >&-", 2, "error: the experiment is null."),
        (f"check {path} 2>&-", 2, ""),
        ("check - <&-", 2, "error: Standard input cannot be read: it is closed."),
        ("catalogue | head -1", 0, ""),
        ("catalogue >&-", 0, ""),
        *([("catalogue >/dev/full", 0, "warning: standard output cannot be written")] if Path("/dev/full").exists() else []),
    ):
        done = subprocess.run(
            f"{sys.executable} -m core {shell}",
            shell=True,
            cwd=ROOT,
            capture_output=True,
            text=True,
            timeout=180,
            check=False,
        )
        assert done.returncode == code, shell
        assert done.stderr.startswith(said) and len(done.stderr.splitlines()) == bool(said), shell
