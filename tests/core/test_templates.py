"""Ready nets, on every data set."""

import pytest

from core.catalogue.datasets import DATASETS
from core.checks import check, is_valid
from core.shapes import training_bytes
from core.templates import TEMPLATES, apply_template, lecture
from core.worker.summary import summarise
from tests.core.nets import LECTURE, template, with_fit

each_template = pytest.mark.parametrize("name", TEMPLATES)
each_data_set = pytest.mark.parametrize("dataset", DATASETS)


@each_template
@each_data_set
def test_template_has_no_problem_on_any_data_set(name: str, dataset: str) -> None:
    experiment = template(name, dataset)
    summary = summarise(experiment)
    problems = check(experiment, summary)
    assert is_valid(problems)
    assert problems == ()
    assert summary.output_shape == (DATASETS[dataset].num_classes,)
    assert training_bytes(experiment, summary) < 1e9


@each_template
def test_template_changes_nothing_but_the_layers(name: str) -> None:
    experiment = with_fit(LECTURE, epochs=3, seed=7)
    changed = apply_template(experiment, name)
    assert (changed.data, changed.compile, changed.fit) == (experiment.data, experiment.compile, experiment.fit)


@each_template
def test_template_reads_well(name: str) -> None:
    one = TEMPLATES[name]
    assert one.name == name
    assert one.sentence.endswith(".")


@pytest.mark.parametrize(
    ("name", "parameters"), [("lecture", 101_770), ("lenet", 61_706), ("convnet", 50_186), ("lstm", 81_674)]
)
def test_template_has_the_parameters_that_books_give(name: str, parameters: int) -> None:
    # lecture: 784 * 128 + 128 + 128 * 10 + 10; LeNet-5 as it is taught today
    expected = {
        "lecture": 784 * 128 + 128 + 1_290,
        "lenet": 156 + 2_416 + 48_120 + 10_164 + 850,
        "convnet": 320 + 18_496 + 31_370,
        "lstm": 4 * 128 * (28 + 128 + 1) + 1_290,
    }
    assert summarise(template(name, "fashion_mnist")).parameters == parameters == expected[name]


def test_lecture_is_the_lectures_net() -> None:
    experiment = lecture("fashion_mnist")
    assert [(layer.name, dict(layer.arguments)) for layer in experiment.layers] == [
        ("Flatten", {}),
        ("Dense", {"units": 128, "activation": "relu"}),
        ("Dense", {"units": 10, "activation": "softmax"}),
    ]
    assert (experiment.fit.epochs, experiment.fit.batch_size) == (5, 32)
