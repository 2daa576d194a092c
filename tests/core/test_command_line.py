"""The command line, as people and scripts call it."""

import json
import os
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path

import pytest

from core.__main__ import main, print_layer_table
from core.catalogue import keras_signatures
from core.catalogue.datasets import folder_of
from core.catalogue.layers import LAYERS
from core.catalogue.listing import KINDS
from core.experiment.edits import set_value
from core.experiment.execution import Execution
from core.experiment.model import Experiment
from core.experiment.serialization import dumps
from core.experiment.templates import lecture_experiment
from core.export.script import script
from core.worker.training.summary import summarise
from tests.core.conftest import Trained
from tests.core.datasets.sample_datasets import own_digits
from tests.core.sample_experiments import FLATTEN, LECTURE, OUTPUT, layer, stack, with_data
from tests.core.teaching.deck_files.test_parse_deck import DECK

ROOT = Path(__file__).parents[2]


def core(*arguments: object, **environment: str) -> subprocess.CompletedProcess:
    """Run `python -m core` in another process."""
    return subprocess.run(
        [sys.executable, "-m", "core", *map(str, arguments)],
        cwd=ROOT,
        env={**os.environ, **environment},
        capture_output=True,
        text=True,
        timeout=180,
    )


@pytest.fixture
def here(capsys: pytest.CaptureFixture) -> Callable[..., subprocess.CompletedProcess]:
    """Run a command in this process, where Keras is loaded only once; gives exit code and output."""

    def run(*arguments: object) -> subprocess.CompletedProcess:
        capsys.readouterr()  # drop earlier output
        try:
            code = main(list(map(str, arguments)))
        except SystemExit as wrong_usage:
            code = int(wrong_usage.code or 0)
        return subprocess.CompletedProcess(arguments, code, *capsys.readouterr())

    return run


def written(folder: Path, experiment: Experiment) -> Path:
    path = folder / "experiment.json"
    path.write_text(dumps(experiment))
    return path


@pytest.mark.deep
def test_run_trains_and_writes_the_result(trained: Trained, tmp_path: Path) -> None:
    output = tmp_path / "made" / "result.json"
    done = core("run", written(tmp_path, trained.experiment), "--output", output)
    assert (done.returncode, done.stderr) == (0, f"made the folder {output.parent}\n"), "a mistyped name is noticed"
    result = json.loads(output.read_text())
    assert list(result) == ["parameters", "history", "validation", "test", "confusion_matrix", "seconds"]
    for name in ("parameters", "history", "validation", "test", "confusion_matrix"):
        assert result[name] == trained.result[name]
    lines = done.stdout.splitlines()
    assert lines[:2] == ["loading …", "compiling …"]
    assert [line[:14] for line in lines[2:5]] == ["epoch 1: accur", "epoch 2: accur", "epoch 3: accur"]
    loss, accuracy = result["test"]["loss"], result["test"]["accuracy"]
    assert lines[-2:] == ["evaluating …", f"test loss {loss:.4f}, test accuracy {accuracy:.4f}; wrote {output}"]


def test_run_refuses_an_experiment_with_problems(here: Callable, tmp_path: Path) -> None:
    broken = set_value(LECTURE, ("layers", "output", "arguments", "units"), 3)
    output = tmp_path / "result.json"
    done = here("run", written(tmp_path, broken), "--output", output)
    assert (done.returncode, done.stdout) == (1, "")
    assert done.stderr == (
        "error: layers → output: The last layer, Dense, has units=3. Digits has 10 classes, and each needs one output. "
        "Set units to 10, or add a last layer that has 10.\n"
    )
    assert not output.exists()


def test_run_says_where_a_missing_data_set_belongs_before_it_loads_keras(tmp_path: Path) -> None:
    code = "import sys; from core.__main__ import main; status = main(sys.argv[1:]); print('keras' in sys.modules, status)"
    done = subprocess.run(
        [
            sys.executable,
            "-c",
            code,
            "run",
            written(tmp_path, lecture_experiment("mnist")),
            "--output",
            tmp_path / "result.json",
        ],
        cwd=ROOT,
        env={**os.environ, "KERAS_HOME": str(tmp_path / "keras")},
        capture_output=True,
        text=True,
        timeout=180,
    )
    assert done.stdout == "False 1\n"
    folder = tmp_path / "keras" / "datasets"
    assert done.stderr.startswith(
        f"error: data → dataset: MNIST is not on this machine: mnist.npz missing. Expected in {folder}. "
    )
    assert len(done.stderr.splitlines()) == 1


def test_check_prints_the_table_and_warnings_beside_it(here: Callable, tmp_path: Path) -> None:
    done = here("check", written(tmp_path, with_data(lecture_experiment("fashion_mnist"), pixels="0-255")))
    assert done.returncode == 0
    assert done.stderr == (
        "warning: data → pixels: Pixels go in as 0 to 255. Networks learn best from numbers near 0 to 1. "
        "Scale them to 0 to 1.\n"
    )
    table = [line.split() for line in done.stdout.splitlines()]
    assert table == [
        ["layer", "output", "shape", "parameters"],
        ["(the", "image)", "28", "×", "28", "×", "1"],
        ["Flatten", "784", "numbers", "0"],
        ["Dense", "128", "relu", "128", "numbers", "100,480"],
        ["Dense", "10", "softmax", "10", "numbers", "1,290"],
        ["total", "101,770"],
        ["memory", "to", "train:", "about", "5.32", "MB"],
    ]


def test_table_tells_parameters_that_training_leaves_alone(capsys: pytest.CaptureFixture) -> None:
    experiment = stack(layer("BatchNormalization"), FLATTEN, OUTPUT)
    print_layer_table(experiment, summarise(experiment))
    table = [line.split() for line in capsys.readouterr().out.splitlines()]
    assert table[-3:-1] == [["total", "654"], ["of", "them", "non-trainable", "2"]]


def test_export_of_pictures_of_ones_own_writes_their_file_beside(tmp_path: Path) -> None:
    name = own_digits("ada")
    script, beside = tmp_path / "out" / "script.py", tmp_path / "out" / f"{name}.npz"
    command = ["export", str(written(tmp_path, lecture_experiment(name))), str(script)]
    assert main(command) == 0
    assert beside.read_bytes() == (folder_of(name) / "images.npz").read_bytes()
    script.unlink()
    assert main(command) == 0, "the same file may stay"
    script.unlink()
    beside.write_bytes(b"another one's")
    assert main(command) == 1
    assert (beside.read_bytes(), script.exists()) == (b"another one's", False)


def test_export_writes_the_script(here: Callable, tmp_path: Path) -> None:
    output = tmp_path / "script.py"
    done = here("export", written(tmp_path, LECTURE), output)
    assert (done.returncode, done.stdout, done.stderr) == (0, f"wrote {output}\n", "")
    text = output.read_text()
    execution = Execution(8, reason="the largest power of 2 within 1/5 of an epoch")
    assert text == script(LECTURE, execution=execution)
    assert "steps_per_execution=8," in text, "as fast as the run"


@pytest.mark.parametrize(
    ("text", "message"),
    [
        ("null", "error: the experiment is null. Expected an object with the keys"),
        ('{"version": 1', "error: Line 1, column 14 is not JSON: Expecting ',' delimiter."),
        ('{"version": 1, "layer": []}', "error: the experiment has the unknown key 'layer'. Did you mean 'layers'?"),
        ("x" * 300_000, "error: The experiment has more than 262,144 bytes, the most that are read."),
    ],
    ids=["null", "truncated", "unknown key", "large"],
)
def test_input_that_cannot_be_read_is_exit_code_two(here: Callable, text: str, message: str, tmp_path: Path) -> None:
    path = tmp_path / "experiment.json"
    path.write_text(text)
    done = here("check", path)
    assert (done.returncode, done.stdout) == (2, "")
    assert done.stderr.startswith(message)


def test_exit_codes_are_those_of_the_process(tmp_path: Path) -> None:
    for arguments, code, start in ((("export", "gone.json", "script.py"), 2, "error: "), (("dance",), 2, "usage: ")):
        done = core(*arguments)
        assert (done.returncode, done.stdout) == (code, "")
        assert done.stderr.startswith(start)


def test_missing_file_and_folder_are_exit_code_two(here: Callable, tmp_path: Path) -> None:
    for path, reason in ((tmp_path / "gone.json", "No such file or directory"), (tmp_path, "Is a directory")):
        done = here("export", path, tmp_path / "script.py")
        assert done.returncode == 2
        assert done.stderr == (
            f"error: {path} cannot be read: {reason}. Expected a file with an experiment as JSON. Check the name.\n"
        )


def test_problem_says_its_place_once(here: Callable, tmp_path: Path) -> None:
    path = tmp_path / "experiment.json"
    path.write_text(dumps(LECTURE).replace('"name":"Dense"', '"name":"Dens"', 1))
    assert here("check", path).stderr == (
        "error: layers → number 2 has the unknown name 'Dens'. Did you mean 'Dense'? Correct the name.\n"
    )


@pytest.mark.parametrize("arguments", [(), ("dance",), ("run", "experiment.json")], ids=["nothing", "unknown", "no output"])
def test_wrong_usage_is_explained(here: Callable, arguments: tuple[str, ...]) -> None:
    done = here(*arguments)
    assert done.returncode == 2
    assert done.stderr.startswith("usage: python -m core")


def test_catalogue_prints_the_counts_and_what_is_left_out_and_why() -> None:
    printed = core("catalogue").stdout.splitlines()
    for name, kind in KINDS.items():
        assert f"{name}: {len(kind.entries)}" in printed
    assert len(LAYERS) >= 90
    assert "  Merging (8): Add, Concatenate, Multiply, Average, Maximum, Minimum, Subtract, Dot" in printed
    assert "    Lambda: holds Python code, which a stranger's experiment may not bring" in printed
    assert "    data_format: images are height, width, channels everywhere here" in printed


@pytest.mark.parametrize("kind", KINDS)
def test_every_argument_of_keras_is_offered_or_left_out_with_its_reason(kind: str) -> None:
    for name, entry in KINDS[kind].entries.items():
        offered = {parameter.name for parameter in entry.parameters}
        assert offered | set(entry.left_out) == set(keras_signatures()[kind][name]), name
        assert not offered & set(entry.left_out)
        assert all(len(reason) > 10 for reason in entry.left_out.values())


def test_deck_check_says_what_a_deck_holds(here: Callable) -> None:
    done = here("deck", "check", ROOT / "decks" / "lecture.md")
    assert (done.returncode, done.stderr) == (0, "")
    assert done.stdout.startswith(f"{ROOT / 'decks' / 'lecture.md'}: ")
    assert done.stdout.endswith(" experiments, no mistakes\n")


def test_deck_check_names_each_mistake_with_file_and_line(here: Callable, tmp_path: Path) -> None:
    path = tmp_path / "broken.md"
    path.write_text(DECK.replace("kind: lesson", "kind: leson").replace("minutes: 8", "minutes: eight"))
    done = here("deck", "check", ROOT / "decks" / "lecture.md", path)
    assert done.returncode == 1
    assert done.stderr.splitlines() == [
        f"{path}:3: kind of the deck is 'leson'. Expected one of 'lecture', 'lesson', 'lab', 'challenge', 'inventory'. "
        "Did you mean 'lesson'?",
        f"{path}:5: minutes of the deck is 'eight'. Expected a whole number from 1 to 600. Correct the value.",
    ]


def test_deck_check_asks_keras_whether_layers_fit(here: Callable, tmp_path: Path) -> None:
    path = tmp_path / "deck.md"
    broken = DECK.replace(
        "[Flatten, {Dense: {units: 128, activation: relu}}, ", "[Flatten, {Conv2D: {filters: 4, kernel_size: 3}}, "
    )
    path.write_text(broken)
    done = here("deck", "check", path)
    assert done.returncode == 1
    assert done.stderr.startswith(f"{path}:19: ") and "Conv2D" in done.stderr
    path.write_text(broken.replace("start: lecture", "start: lecture\nrepair: true"))
    done = here("deck", "check", path)
    assert (done.returncode, done.stderr) == (0, "")  # what it shows afterwards has the same fault, and no other
    path.write_text(DECK.replace("start: lecture", "start: lecture\nrepair: true"))
    assert "is to be repaired, and can be trained" in here("deck", "check", path).stderr


def test_deck_check_refuses_a_file_that_is_not_there(here: Callable) -> None:
    done = here("deck", "check", "nothing.md")
    assert done.returncode == 2
    assert "nothing.md cannot be read" in done.stderr
