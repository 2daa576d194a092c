"""Getting ready on the command line: data sets are verified despite failures, and the output names missing parts."""

import math
import socket
import time
from collections.abc import Callable, Iterator
from functools import partial
from pathlib import Path
from typing import NoReturn

import numpy as np
import pytest

from core.__main__ import main
from core.catalogue.datasets import DATASETS, default_data_set
from core.datasets.previews import has_preview
from core.engine.lecture_preparation import (
    TerminalDownload,
    configured_address,
    differences,
    fetch_data_set,
    prepare,
    warm_up,
)
from core.engine.readiness import MISSING, OK
from core.experiment.templates import lecture_experiment
from core.problems import ProblemError
from core.worker.data.download import fetch
from core.worker.data.load import Pair, load_raw, missing_pictures_problem
from tests.core.test_command_line import core


@pytest.fixture(autouse=True)
def timeout_of_sockets() -> Iterator[None]:
    """`prepare` is the last thing that its process does; here others follow."""
    yield
    socket.setdefaulttimeout(None)


def refuse(name: str, *_watched: Callable) -> NoReturn:
    """A download that fails."""
    raise ProblemError(missing_pictures_problem(name))


def changed(values: np.ndarray, index: int, value: float) -> np.ndarray:
    copy = values.copy()
    copy.flat[index] = value
    return copy


def test_what_the_makers_say_is_what_is_here(fashion_mnist: str) -> None:
    assert list(differences("digits", *load_raw("digits"))) == []
    assert list(differences(fashion_mnist, *load_raw(fashion_mnist))) == []


@pytest.mark.parametrize(
    ("damage", "words"),
    [
        (lambda x, y: (x[:-1], y), "training images: 1436 in place of 1437"),
        (lambda x, y: (x, y[:-1]), "training labels: 1436 in place of 1437"),
        (lambda x, y: (x[:, :, :7], y), "training image shape: 8 × 7 in place of 8 × 8"),
        (lambda x, y: (changed(x, 9, 17), y), "training pixels: 0 to 17 in place of 0 to 16"),
        (lambda x, y: (changed(x, 9, np.nan), y), "training pixels: nan to nan in place of 0 to 16"),
        (lambda x, y: (x, np.maximum(y, 1)), "training labels' range: 1 to 9 in place of 0 to 9"),
        (lambda x, y: (x, np.where(y == 3, 4, y)), "training classes: 9 in place of 10"),
    ],
)
def test_every_damage_is_named(damage: Callable[..., Pair], words: str) -> None:
    train, test = load_raw("digits")
    assert words in list(differences("digits", damage(*train), test))


def test_damage_of_the_test_set_is_named_as_such() -> None:
    train, (images, labels) = load_raw("digits")
    found = list(differences("digits", train, (images[:0], labels[:0])))
    assert "test images: 0 in place of 360" in found
    assert "test pixels: none in place of 0 to 16" in found


def test_data_set_is_brought_verified_and_looked_at(capsys: pytest.CaptureFixture) -> None:
    assert fetch_data_set("digits", fetch, load_raw) is None
    assert has_preview("digits")
    assert capsys.readouterr().out == "Digits: 1,797 images of 8 × 8 × 1 in 10 classes, as expected.\n"


def test_damaged_files_are_named_with_what_to_do(fashion_mnist: str) -> None:
    def torn(name: str, *_watched: Callable) -> None:
        raise EOFError("Compressed file ended before the end-of-stream marker was reached")

    problem = fetch_data_set(fashion_mnist, torn, load_raw)
    assert problem is not None
    assert problem.happened == (
        "Fashion-MNIST cannot be used: EOFError: Compressed file ended before the end-of-stream marker was reached."
    )
    assert problem.expected.startswith("Expected 60,000 training and 10,000 test images")
    assert problem.fix.startswith("Move ") and "train-images-idx3-ubyte.gz" in problem.fix


def test_download_that_brings_nothing_is_given_up() -> None:
    now = time.monotonic()
    event = {"kind": "fetched", "share": 0.5, "bytes": 500, "seconds": 1.0}
    arrival = TerminalDownload("MNIST", 500, now - 31)
    arrival.report(event)
    assert arrival.has_stalled()
    arrival.report({**event, "bytes": 501})
    assert not arrival.has_stalled()


def test_download_that_fails_does_not_keep_the_others(
    capsys: pytest.CaptureFixture, monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    monkeypatch.setenv("KERAS_HOME", str(tmp_path))
    functions = {
        "data.download:fetch": lambda name, *watched: refuse(name) if name == "mnist" else fetch(name, *watched),
        "data.load:load_raw": load_raw,
        "training.train:warm_up_trainer": lambda: {"seconds_per_step": 0.01},
    }
    assert not prepare(("mnist", "digits"), "0.0.0.0", 8501, functions.__getitem__)
    lines = capsys.readouterr().out.splitlines()
    assert lines[1] == "MNIST is not on this machine: mnist.npz missing."
    assert lines[2].startswith("Digits: 1,797 images")
    assert "missing  MNIST             MNIST is not on this machine: mnist.npz missing." in lines
    assert any(line.strip().startswith("Expected in ") for line in lines)
    data = DATASETS[default_data_set()]
    steps = math.ceil(lecture_experiment(data.name).data.num_used / 32) * 5
    assert (
        f"ok       Training          A step takes 10 ms, so 5 epochs on {data.title} take about {steps / 100:.0f} s."
        in lines
    )
    assert lines[-1].startswith("Missing: MNIST. ")


def test_training_that_fails_is_missing() -> None:
    def fail() -> dict:
        raise MemoryError("no room")

    found = warm_up(fail)
    assert (found.state, found.result) == (MISSING, "Failed: MemoryError: no room")
    found = warm_up(partial(refuse, "cifar10"))
    assert found.result.startswith("Failed: CIFAR-10 is not on this machine:")
    assert warm_up(lambda: {"seconds_per_step": 0.001}).state == OK


def test_address_is_the_servers() -> None:
    assert configured_address() == ("127.0.0.1", 8501)


@pytest.mark.deep
def test_command_says_that_all_is_ready(tmp_path: Path) -> None:
    done = core("prepare", "--only", "digits", "--address", "::1", "--port", "8600", KERAS_HOME=str(tmp_path))
    lines = done.stdout.splitlines()
    assert (done.returncode, lines[-1]) == (0, "Ready for class."), done.stderr
    assert "Digits: 1,797 images of 8 × 8 × 1 in 10 classes, as expected." in lines
    assert "warning  Address           http://[::1]:8600 answers to this machine only." in lines
    assert any(line.startswith("ok       Training          A step takes ") for line in lines)


def test_unknown_data_set_is_wrong_usage(capsys: pytest.CaptureFixture) -> None:
    with pytest.raises(SystemExit) as ended:
        main(["prepare", "--only", "dance"])
    assert ended.value.code == 2
    assert "invalid choice: 'dance'" in capsys.readouterr().err
