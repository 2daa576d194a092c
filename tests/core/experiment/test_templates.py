"""Ready nets, on every data set."""

import keras
import numpy as np
import pytest

from core.catalogue.datasets import DATASETS
from core.checks.experiment_checks import check, is_valid
from core.experiment.memory import training_bytes
from core.experiment.templates import TEMPLATES, apply_template, lecture_experiment
from core.export.script import step_code
from core.worker.data.load import load_sets
from core.worker.training.build_model import build
from core.worker.training.summary import summarise
from tests.core.sample_experiments import LECTURE, template, with_data, with_fit
from tests.deep_cases import deep_except

each_template = pytest.mark.parametrize("name", TEMPLATES)


# Data sets differ in size, colours and classes; here in all of them.
OFTEN_MET = ("lecture-fashion_mnist", "lecture-cifar100", "convnet-cifar10", "lstm-digits", "transformer-mnist")


@pytest.mark.parametrize(
    ("name", "dataset"),
    deep_except(OFTEN_MET, [pytest.param(name, one, id=f"{name}-{one}") for name in TEMPLATES for one in DATASETS]),
)
def test_template_has_no_problem_on_any_data_set(name: str, dataset: str) -> None:
    experiment = template(name, dataset)
    summary = summarise(experiment)
    assert summary.reason == ""
    problems = check(experiment, summary)
    assert is_valid(problems)
    assert problems == ()
    assert summary.output_shape == (DATASETS[dataset].num_classes,)
    assert training_bytes(experiment, summary) < 1e9


@each_template
def test_template_changes_nothing_but_the_layers_and_the_pixels_where_it_must(name: str) -> None:
    experiment = with_data(with_fit(LECTURE, epochs=3, seed=7), pixels="-1-1")
    changed = apply_template(experiment, name)
    assert (changed.compile, changed.fit) == (experiment.compile, experiment.fit)
    assert changed.data == with_data(experiment, pixels=TEMPLATES[name].pixels or "-1-1").data


@each_template
def test_template_reads_well(name: str) -> None:
    one = TEMPLATES[name]
    assert one.name == name
    assert one.sentence.endswith(".")


@pytest.mark.parametrize(
    ("name", "parameters"), [("lecture", 101_770), ("lenet", 61_706), ("convnet", 34_826), ("lstm", 81_674)]
)
def test_template_has_the_parameters_that_books_give(name: str, parameters: int) -> None:
    # LeNet-5 as taught today; the convnet of keras.io
    expected = {
        "lecture": 784 * 128 + 128 + 1_290,
        "lenet": 156 + 2_416 + 48_120 + 10_164 + 850,
        "convnet": 320 + 18_496 + 16_010,
        "lstm": 4 * 128 * (28 + 128 + 1) + 1_290,
    }
    assert summarise(template(name, "fashion_mnist")).parameters == parameters == expected[name]


@pytest.mark.parametrize("name", deep_except(["residual"], TEMPLATES))
def test_template_trains_and_its_script_makes_the_same_net(name: str) -> None:
    experiment = with_data(template(name), train_images=64, validation_split=0.0)
    made: dict = {"keras": keras, "layers": keras.layers}
    keras.utils.set_random_seed(0)
    exec(step_code(experiment, "define"), made)  # noqa: S102 - our own script
    keras.utils.set_random_seed(0)
    model = build(experiment)
    for ours, theirs in zip(model.get_weights(), made["model"].get_weights(), strict=True):
        assert np.array_equal(ours, theirs)
    model.run_eagerly = True  # tracing takes longer than these two steps
    images, labels = load_sets(experiment).train
    before = [weight.copy() for weight in model.get_weights()]
    history = model.fit(images, labels, epochs=1, batch_size=32, verbose=0).history
    assert np.isfinite(history["loss"]).all()
    assert not any(np.array_equal(old, new) for old, new in zip(before, model.get_weights(), strict=True))


def test_lecture_is_the_lectures_net() -> None:
    experiment = lecture_experiment("fashion_mnist")
    assert [(layer.name, dict(layer.arguments)) for layer in experiment.layers] == [
        ("Flatten", {}),
        ("Dense", {"units": 128, "activation": "relu"}),
        ("Dense", {"units": 10, "activation": "softmax"}),
    ]
    assert (experiment.fit.epochs, experiment.fit.batch_size) == (5, 32)
