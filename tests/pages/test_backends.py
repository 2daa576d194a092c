"""Backends on pages: the choice on Train, and the same net on each of them."""

from core.catalogue.backends import BACKENDS
from core.number_text import written_day_text
from core.runs import manager
from core.runs.recorded_backends import recording
from tests.core.sample_experiments import with_fit
from tests.pages.conftest import DIGITS, VISITOR, Open
from tests.pages.fake_workers import ScriptedWorkers
from tests.pages.real_keras import Training, short

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
    screen = open_screen("backends", SHORT).open_tab("Three backends", "keras-view").press("train-on-each")
    known = installed.database.runs_of(VISITOR)
    assert [run.experiment for run in reversed(known)] == [with_fit(SHORT, backend=name) for name in ALL]
    assert 'os.environ["KERAS_BACKEND"] = "jax"' in screen.text()
    assert screen.text().count("**waiting**") == 2  # the first has the trainer


def test_backends_that_are_not_here_are_shown_with_how_to_get_them(open_screen: Open) -> None:
    screen = open_screen("backends", SHORT).open_tab("Three backends", "keras-view")
    assert "Train it on TensorFlow" in screen.text("what-is-keras")
    assert screen.has("recorded-curves") and screen.has("recorded-times")
    assert f"Recorded on {written_day_text(recording().date)};" in screen.text("backends-pictures")


def test_own_runs_are_drawn_beside_what_was_recorded(
    open_screen: Open, training: Training, installed: manager.Runs, workers: ScriptedWorkers
) -> None:
    training.whole(installed, workers, VISITOR)
    screen = open_screen("backends", training.experiment).open_tab("Three backends", "keras-view")
    assert screen.has("recorded-curves") and not screen.has("own-curves")
    screen.put("backends-shown", "Your runs")
    assert screen.has("own-times") and not screen.has("recorded-curves")


def test_recording_holds_every_backend_with_its_times() -> None:
    made = recording()
    shown = made.of("digits")
    assert [run.backend for run in shown] == list(BACKENDS)
    assert {"keras", *(backend.module for backend in BACKENDS.values())} == set(made.versions)
    for run in made.runs:
        epochs = len(run.seconds)
        assert all(len(values) == epochs for values in run.history.values()) and epochs > 1
        assert run.typical_epoch > 0 and list(run.seconds) == sorted(run.seconds)
        assert 0.5 < run.history["val_accuracy"][-1] <= 1
    assert made.of("own-0123456789abcdef") == made.of(made.runs[-1].data)


def test_backends_that_are_not_here_say_how_they_are_brought(open_screen: Open) -> None:
    screen = open_screen("backends", SHORT).open_tab("Three backends", "keras-view")
    assert screen.text().count(INSTALL) == 1 and "To train on JAX and PyTorch" in screen.text()
