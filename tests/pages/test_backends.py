"""Backends on pages: the choice on Train, and the same net on each of them."""

from core.runs import manager
from tests.core.sample_experiments import with_fit
from tests.pages.conftest import DIGITS, VISITOR, Open
from tests.pages.fake_workers import ScriptedWorkers
from tests.pages.real_keras import short

ALL = ("tensorflow", "jax", "torch")
INSTALL = "pip install -r requirements-backends.txt"
SHORT = short()


def test_backend_that_is_here_is_chosen_on_train(open_screen: Open, workers: ScriptedWorkers) -> None:
    workers.backends = ("tensorflow", "jax")
    screen = open_screen("train").put("fit/backend", "jax")
    assert screen.draft == with_fit(DIGITS, backend="jax")
    assert "XLA compiles to machine code. On JAX, the mode changes nothing." in screen.text()
    assert "PyTorch is not installed on this machine." in screen.text() and "JAX is not installed" not in screen.text()


def test_backend_that_is_not_here_is_a_problem_with_a_way_back(open_screen: Open) -> None:
    screen = open_screen("train", with_fit(DIGITS, backend="torch"))
    assert "PyTorch is not installed on this machine." in screen.text("problem-fit-0")
    assert INSTALL in screen.text("problem-fit-0")
    assert screen.press("Use TensorFlow").draft == DIGITS


def test_one_press_trains_the_net_on_each_backend_side_by_side(
    open_screen: Open, installed: manager.Runs, workers: ScriptedWorkers
) -> None:
    workers.backends = ALL
    screen = open_screen("backends", SHORT).press("train-on-each")
    known = installed.ledger.runs_of(VISITOR)
    assert [run.experiment for run in reversed(known)] == [with_fit(SHORT, backend=name) for name in ALL]
    assert 'os.environ["KERAS_BACKEND"] = "jax"' in screen.text()
    assert screen.text().count("**waiting**") == 2  # the first has the trainer


def test_backends_that_are_not_here_are_shown_with_how_to_get_them(open_screen: Open) -> None:
    screen = open_screen("backends", SHORT)
    assert "Train it on TensorFlow" in screen.text("what-is-keras")
    assert screen.text().count(INSTALL) == 2
