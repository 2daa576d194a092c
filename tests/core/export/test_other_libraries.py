"""The same task in three libraries: each script runs, and learns as well as the others."""

from collections.abc import Callable
from pathlib import Path

import pytest

from core.experiment.edits import insert_layer, new_layer, set_value
from core.experiment.model import Experiment
from core.experiment.templates import lecture_experiment
from core.export.other_libraries import KERAS, SCIKIT_LEARN, TENSORFLOW, is_comparable, library_scripts, portable_experiment
from tests.core.sample_experiments import template, with_compile, with_data, with_fit

LECTURE = lecture_experiment("digits")
TWO_HIDDEN = insert_layer(LECTURE, new_layer(LECTURE, "Dense", units=64, activation="relu"), "output")


@pytest.mark.deep
@pytest.mark.parametrize("place", [0, 1, 2], ids=[TENSORFLOW, KERAS, SCIKIT_LEARN])
def test_script_runs_and_learns(run: Callable[[str, Path], str], tmp_path: Path, place: int) -> None:
    one = library_scripts(portable_experiment(with_fit(TWO_HIDDEN, epochs=8)))[place]
    accuracy = float(run(one.text, tmp_path).strip().splitlines()[-1])
    assert 0.88 < accuracy <= 1, f"{one.title}: a network that learns gets there"


def test_keras_takes_fewer_lines_than_raw_tensorflow() -> None:
    lines = {one.name: one.lines() for one in library_scripts(portable_experiment(LECTURE))}
    assert lines == {TENSORFLOW: 35, KERAS: 16, SCIKIT_LEARN: 14}
    for one in library_scripts(portable_experiment(LECTURE)):
        assert one.lines() == sum(one.lines(step) for step in one.steps)


def test_lines_that_load_the_data_are_the_same() -> None:
    loading = {one.head.partition("# Load")[2] for one in library_scripts(portable_experiment(LECTURE))}
    assert len(loading) == 1 and "train_test_split" in loading.pop()


@pytest.mark.parametrize(
    "experiment",
    [
        template("convnet"),
        insert_layer(LECTURE, new_layer(LECTURE, "Dropout", rate=0.3), "output"),
        set_value(LECTURE, ("layers", "hidden", "arguments", "activation"), "gelu"),
        with_compile(LECTURE, optimizer={"name": "SGD"}),
        with_compile(LECTURE, loss={"name": "CategoricalCrossentropy"}),
    ],
    ids=["convolutions", "dropout", "gelu", "SGD", "loss"],
)
def test_what_not_all_can_do_is_replaced_by_the_lectures_network(experiment: Experiment) -> None:
    assert not is_comparable(experiment)
    task = portable_experiment(with_fit(experiment, epochs=7))
    assert task.layers == LECTURE.layers and task.fit.epochs == 7


def test_own_sizes_activation_and_rate_stand_in_all_scripts() -> None:
    tanh = set_value(TWO_HIDDEN, ("layers", "hidden", "arguments", "activation"), "tanh")
    assert not is_comparable(tanh), "scikit-learn has one activation for all hidden layers"
    other = with_compile(TWO_HIDDEN, optimizer={"name": "Adam", "arguments": {"learning_rate": 0.01}})
    assert is_comparable(other)
    raw, keras, scikit_learn = library_scripts(portable_experiment(other))
    assert "sizes = [64, 128, 64, 10]" in raw.text and "rate = 0.01 *" in raw.text
    assert "layers.Dense(64" in keras.text
    assert "hidden_layer_sizes=(128, 64)," in scikit_learn.text and "learning_rate_init=0.01," in scikit_learn.text


def test_images_are_kept_aside_where_the_draft_keeps_none() -> None:
    assert portable_experiment(with_data(LECTURE, validation_split=0.0)).data.validation_split == 0.1
