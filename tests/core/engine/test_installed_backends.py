"""Backends: the usable ones, the messages on all others, and the differences of scripts and executions."""

import difflib
from pathlib import Path

import pytest

from core.__main__ import main
from core.catalogue.backends import BACKENDS
from core.checks.experiment_checks import check
from core.engine.installed_backends import check_backend, installed, resource
from core.experiment.descriptions import difference
from core.experiment.execution import Execution, choose_execution
from core.experiment.serialization import dumps, loads
from core.experiment.templates import lecture_experiment
from core.export.script import script
from core.worker.training.summary import summarise
from tests.core.sample_experiments import LECTURE, template, with_fit

OTHERS = tuple(name for name in BACKENDS if name != "tensorflow")
FASHION = lecture_experiment("fashion_mnist")


def test_tensorflow_is_installed_and_nothing_is_said_of_it() -> None:
    assert "tensorflow" in installed()
    assert check_backend(LECTURE, installed()) == ()


@pytest.mark.parametrize("name", OTHERS)
def test_backend_that_is_not_installed_says_how_to_get_it_and_offers_tensorflow(name: str) -> None:
    (problem,) = check_backend(with_fit(LECTURE, backend=name), ("tensorflow",))
    assert problem.code == "backend-not-installed" and problem.blocks
    assert BACKENDS[name].title in problem.happened
    assert "pip install -r requirements-backends.txt" in problem.fix and "start the dashboard again" in problem.fix
    assert problem.repairs[0].value == "tensorflow"


@pytest.mark.parametrize("name", OTHERS)
def test_backend_that_no_worker_of_a_cluster_offers_says_how_to_start_one(name: str) -> None:
    (problem,) = check_backend(with_fit(LECTURE, backend=name), ("tensorflow",), elsewhere=True)
    assert problem.code == "backend-not-offered"
    assert resource(name) in problem.expected


@pytest.mark.parametrize("name", OTHERS)
def test_experiment_with_a_backend_is_valid_and_comes_back_from_json(name: str) -> None:
    experiment = with_fit(LECTURE, backend=name)
    assert check(experiment) == ()
    assert loads(dumps(experiment).encode()) == experiment
    assert difference(experiment, LECTURE) == f"backend {name} (was tensorflow)"


@pytest.mark.parametrize("name", OTHERS)
def test_script_chooses_its_backend_before_it_imports_keras(name: str) -> None:
    plain, other = (script(with_fit(LECTURE, backend=one)).splitlines() for one in ("tensorflow", name))
    new = [line[2:] for line in difflib.ndiff(plain, other) if line.startswith("+ ") and line[2:]]
    assert new == ["import os", f'os.environ["KERAS_BACKEND"] = "{name}"']
    assert other.index(new[1]) < other.index("import keras")


def test_pytorch_takes_one_step_at_a_time_and_only_tensorflow_has_xla_as_a_choice() -> None:
    summary = summarise(FASHION)
    chosen = {name: choose_execution(with_fit(FASHION, backend=name, mode="fast"), summary) for name in BACKENDS}
    assert chosen["torch"] == Execution()
    assert chosen["jax"].steps_per_execution >= 16 and not chosen["jax"].jit_compile
    assert chosen["tensorflow"].jit_compile


def test_convolutions_on_jax_are_executed_a_few_at_once() -> None:
    convnet = with_fit(template("convnet"), backend="jax")
    summary = summarise(convnet)
    assert (
        choose_execution(convnet, summary).steps_per_execution
        < choose_execution(with_fit(convnet, backend="tensorflow"), summary).steps_per_execution
    )


def test_command_line_says_that_a_backend_is_not_installed(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture
) -> None:
    monkeypatch.setattr("core.__main__.installed", lambda: ("tensorflow",))
    file = tmp_path / "experiment.json"
    file.write_text(dumps(with_fit(LECTURE, backend="jax")))
    assert main(["run", str(file), "--output", str(tmp_path / "result.json")]) == 1
    assert "JAX is not installed on this machine." in capsys.readouterr().err
