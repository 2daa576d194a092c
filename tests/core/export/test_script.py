"""Scripts: their text, and that they give the trainer's numbers to the last digit.

All tests that run scripts are here, also scripts of notebooks and of corrected images, so that a single process runs them.
"""

import json
import shutil
from collections.abc import Callable
from pathlib import Path

import pytest

from core.catalogue.callbacks import CALLBACKS
from core.catalogue.datasets import DATASETS, OWN_IMAGES, folder_of
from core.catalogue.losses import LOSSES
from core.catalogue.metrics import METRICS
from core.catalogue.optimizers import OPTIMIZERS
from core.catalogue.schedules import SCHEDULES
from core.checks import training
from core.experiment import learning_rates
from core.experiment.edits import leave_out_image, relabel, set_value
from core.experiment.execution import Execution
from core.experiment.model import DATA, EntryRef, Experiment
from core.experiment.templates import TEMPLATES, lecture_experiment
from core.export.notebook import notebook, script_sections
from core.export.script import STEPS, labels_are_integers, python_value, script, step_code
from core.worker.training.train import train
from tests.core.conftest import Trained
from tests.core.datasets.sample_datasets import own_bursts, own_digits
from tests.core.experiment.test_corrections import corrected
from tests.core.export.test_notebook import code_of
from tests.core.sample_experiments import (
    FLATTEN,
    LECTURE,
    OUTPUT,
    RESIDUAL,
    layer,
    stack,
    template,
    with_compile,
    with_data,
    with_fit,
)
from tests.deep_cases import deep_except

REPORT = '\nimport json\nprint("RESULT " + json.dumps([history.history, test, predicted.tolist()]))\n'
Run = Callable[[str, Path], str]


def assert_script_equals_training(
    run: Run, experiment: Experiment, folder: Path, result: dict | None = None, execution: Execution | None = None
) -> None:
    printed = run(script(experiment, execution=execution) + REPORT, folder)
    history, test, predicted = json.loads(printed.rsplit("RESULT ", 1)[1])
    result = result or train(experiment, lambda event: None, lambda: None, execution=execution)
    assert history == result["history"]
    assert test == {name: result["test"][name] for name in test}
    matrix = result["confusion_matrix"]
    assert [predicted.count(label) for label in range(len(matrix))] == [sum(column) for column in zip(*matrix, strict=True)]


@pytest.mark.deep
def test_script_of_the_lecture_gives_the_same_numbers(run: Run, trained: Trained, tmp_path: Path) -> None:
    assert_script_equals_training(run, trained.experiment, tmp_path, trained.result)


@pytest.mark.deep
def test_notebook_gives_the_numbers_of_the_run(run: Run, trained: Trained, tmp_path: Path) -> None:
    drawn = '\nprint("DRAWN", len(curves), len(figure.data), [one.text for one in figure.layout.annotations][:12])'
    text = code_of(notebook("Run 1", script_sections(trained.experiment)), ("code", "shown"))
    printed = run(text + drawn + REPORT, tmp_path)
    history, test, predicted = json.loads(printed.rsplit("RESULT ", 1)[1])
    assert f"DRAWN {len(history)} 12 ['{predicted[0]}" in printed  # a curve for each number, and twelve pictures
    assert (history, test) == (trained.result["history"], {name: trained.result["test"][name] for name in test})


CHANGES = [{}, {"train_images": 400}, {"validation_split": 0.0}]


@pytest.mark.deep
@pytest.mark.parametrize("changes", deep_except([{"train_images": 400}], CHANGES))
def test_script_of_corrected_images_gives_the_same_numbers(changes: dict, run: Run, tmp_path: Path) -> None:
    assert_script_equals_training(run, corrected(with_data(with_fit(LECTURE, epochs=1), **changes)), tmp_path)


@pytest.mark.deep
def test_script_with_convolutions_and_dropout_gives_the_same_numbers(run: Run, tmp_path: Path) -> None:
    assert_script_equals_training(run, with_fit(template("convnet"), epochs=1, batch_size=64, seed=7), tmp_path)


# Each set ends with a batch of 8, since XLA compiles each size of a batch anew.
FAST = with_fit(with_data(LECTURE, train_images=296, validation_split=0.05), epochs=2, mode="fast")
BY_XLA = Execution(8, jit_compile=True)


@pytest.fixture(scope="module")
def fast() -> dict:
    """The result of FAST."""
    return train(FAST, lambda event: None, lambda: None, execution=BY_XLA)


@pytest.mark.deep
def test_script_of_mode_fast_gives_the_same_numbers(run: Run, fast: dict, tmp_path: Path) -> None:
    assert_script_equals_training(run, FAST, tmp_path, fast, execution=BY_XLA)


@pytest.mark.deep
def test_mode_fast_gives_nearly_the_numbers_of_mode_exact(fast: dict, whole: Callable) -> None:
    exact = whole(with_fit(FAST, mode="exact"))
    assert fast["history"]["loss"] == pytest.approx(exact["history"]["loss"], rel=1e-3)


@pytest.mark.deep
def test_script_of_a_graph_gives_the_same_numbers(run: Run, tmp_path: Path) -> None:
    assert_script_equals_training(run, RESIDUAL, tmp_path)


@pytest.mark.deep
def test_script_with_lstm_and_fewer_pictures_gives_the_same_numbers(run: Run, tmp_path: Path) -> None:
    experiment = with_data(template("lstm"), train_images=300, pixels="-1-1", validation_split=0.0)
    assert_script_equals_training(run, with_fit(experiment, epochs=1), tmp_path)


@pytest.mark.deep
def test_script_with_one_hot_labels_and_metrics_gives_the_same_numbers(run: Run, tmp_path: Path) -> None:
    experiment = with_compile(
        with_fit(LECTURE, epochs=1),
        optimizer={"name": "SGD", "arguments": {"learning_rate": 1, "momentum": 0.9, "nesterov": True}},
        loss={"name": "CategoricalCrossentropy", "arguments": {"label_smoothing": 0.1}},
        metrics=[
            {"name": "Accuracy"},
            {"name": "TopKCategoricalAccuracy", "arguments": {"k": 3}},
            {"name": "AUC"},
            {"name": "F1Score"},
        ],
    )
    assert_script_equals_training(run, experiment, tmp_path)


FALLING = EntryRef("ExponentialDecay", (("initial_learning_rate", 0.03), ("decay_steps", 20), ("decay_rate", 0.9)))
STOPPING = EntryRef("EarlyStopping", (("patience", 1), ("restore_best_weights", True)))
REDUCING = EntryRef("ReduceLROnPlateau", (("monitor", "loss"), ("factor", 0.5), ("patience", 3)))


@pytest.mark.deep
def test_script_with_schedule_and_early_stopping_gives_the_same_numbers(run: Run, tmp_path: Path) -> None:
    experiment = with_fit(with_data(LECTURE, train_images=300), epochs=30, callbacks=(STOPPING,))
    experiment = set_value(experiment, learning_rates.RATE, FALLING)
    result = train(experiment, lambda event: None, lambda: None)
    assert result["epochs"] < 30 and result["kept"]["which"] == "best"
    assert_script_equals_training(run, experiment, tmp_path, result)


def test_script_writes_schedules_and_callbacks_as_keras_has_them() -> None:
    experiment = set_value(LECTURE, learning_rates.RATE, FALLING)
    written = step_code(with_fit(experiment, callbacks=(STOPPING, REDUCING)), "compile").splitlines()
    assert written[1:4] == [
        "learning_rate = keras.optimizers.schedules.ExponentialDecay("
        "initial_learning_rate=0.03, decay_steps=20, decay_rate=0.9)",
        "model.compile(",
        "    optimizer=keras.optimizers.Adam(learning_rate=learning_rate),",
    ]
    written = step_code(with_fit(LECTURE, callbacks=(STOPPING, REDUCING)), "train").splitlines()
    assert written[-5:] == [
        "    callbacks=[",
        "        keras.callbacks.EarlyStopping(patience=1, restore_best_weights=True),",
        '        keras.callbacks.ReduceLROnPlateau(monitor="loss", factor=0.5, patience=3),',
        "    ],",
        ")",
    ]


@pytest.mark.deep
def test_every_schedule_and_callback_can_be_made_by_its_script(run: Run, tmp_path: Path) -> None:
    lines = ["import keras", "from keras import layers", step_code(LECTURE, "define")]
    for name in SCHEDULES:
        experiment = set_value(LECTURE, learning_rates.RATE, learning_rates.suggested_schedule(name, LECTURE))
        lines += [step_code(experiment, "compile"), "print(float(model.optimizer.learning_rate))"]
    for callback in (training.suggested_callback(name, LECTURE) for name in CALLBACKS):
        (line,) = (
            one for one in step_code(with_fit(LECTURE, callbacks=(callback,)), "train").splitlines() if "keras." in one
        )
        lines += [f"print({line.strip().rstrip(',')}.monitor)"]
    printed = run("\n".join(lines), tmp_path).split()
    assert printed[: len(SCHEDULES)] == ["0.0010000000474974513"] * len(SCHEDULES)
    assert printed[len(SCHEDULES) :] == ["val_loss"] * len(CALLBACKS)


@pytest.mark.deep
def test_script_on_fashion_mnist_gives_the_same_numbers(run: Run, fashion_mnist: str, tmp_path: Path) -> None:
    experiment = with_fit(with_data(lecture_experiment(fashion_mnist), train_images=2_000), epochs=1)
    assert_script_equals_training(run, experiment, tmp_path)


def test_script_of_the_lecture_is_the_lectures_code() -> None:
    assert (
        script(lecture_experiment("fashion_mnist"))
        == """\
import keras
import numpy as np
from keras import layers
from sklearn.model_selection import train_test_split

keras.utils.set_random_seed(0)

# Load
(x_train, y_train), (x_test, y_test) = keras.datasets.fashion_mnist.load_data()
x_train, x_val, y_train, y_val = train_test_split(
    x_train, y_train, test_size=0.1, stratify=y_train, random_state=0
)

class_names = [
    "T-shirt/top", "Trouser", "Pullover", "Dress", "Coat", "Sandal", "Shirt", "Sneaker",
    "Bag", "Ankle boot",
]


def prepare(images):
    return np.divide(images, 255, dtype="float32").reshape(-1, 28, 28, 1)


x_train = prepare(x_train)
x_val = prepare(x_val)
x_test = prepare(x_test)

# Define
model = keras.Sequential(
    [
        keras.Input((28, 28, 1)),
        layers.Flatten(),
        layers.Dense(128, activation="relu"),
        layers.Dense(10, activation="softmax"),
    ]
)

# Compile
model.compile(
    optimizer=keras.optimizers.Adam(learning_rate=0.001),
    loss=keras.losses.SparseCategoricalCrossentropy(),
    metrics=["accuracy"],
)

# Train
history = model.fit(
    x_train,
    y_train,
    epochs=5,
    batch_size=32,
    validation_data=(x_val, y_val),
)

# Evaluate
test = model.evaluate(x_test, y_test, return_dict=True)
print(test)
predicted = model.predict(x_test).argmax(axis=-1)
print([class_names[label] for label in predicted[:5]])
"""
    )


@pytest.mark.deep
def test_script_keeps_near_copies_together_as_the_training_does(run: Run, tmp_path: Path) -> None:
    name = own_bursts("ada")
    shutil.copy(folder_of(name) / OWN_IMAGES, tmp_path / f"{name}.npz")
    experiment = with_fit(with_data(lecture_experiment(name), train_images=300, validation_split=0.15), epochs=1, seed=3)
    experiment = leave_out_image(relabel(experiment, "train", 5, 2), "train", 6)
    assert_script_equals_training(run, experiment, tmp_path)


@pytest.mark.deep
def test_script_of_pictures_of_ones_own_equals_the_training(run: Run, tmp_path: Path) -> None:
    name = own_digits("ada")
    shutil.copy(folder_of(name) / OWN_IMAGES, tmp_path / f"{name}.npz")  # as on the page
    assert_script_equals_training(run, with_fit(with_data(lecture_experiment(name), pixels="-1-1"), epochs=1), tmp_path)


@pytest.mark.parametrize("dataset", DATASETS)
@pytest.mark.parametrize("pixels", DATA["pixels"].constraint.boundary_values())
def test_script_is_python_for_every_template(dataset: str, pixels: str) -> None:
    for name in TEMPLATES:
        experiment = with_data(template(name, dataset), pixels=pixels)
        text = script(experiment)
        compile(text, "script.py", "exec")
        assert all(step_code(experiment, step) in text for step in STEPS)
        assert text.endswith(")\n") and not text.endswith("\n\n")


def test_script_imports_no_more_than_it_needs() -> None:
    whole = with_data(lecture_experiment("mnist"), validation_split=0.0)
    assert "sklearn" not in script(whole)
    assert "x_val" not in script(whole)
    assert "validation_data" not in script(whole)
    assert "train_test_split" in script(with_data(whole, train_images=100))
    assert "load_digits" in script(LECTURE)


def test_script_flattens_labels_that_come_as_a_column() -> None:
    assert "y_train, y_test = y_train.ravel(), y_test.ravel()" in script(lecture_experiment("cifar10"))
    assert "ravel" not in script(lecture_experiment("mnist"))


def test_script_encodes_labels_as_the_loss_reads_them() -> None:
    one_hot = set_value(LECTURE, ("compile", "loss"), EntryRef("CategoricalCrossentropy"))
    assert (labels_are_integers(LECTURE), labels_are_integers(one_hot)) == (True, False)
    assert "y_val = keras.utils.to_categorical(y_val, 10)" in script(one_hot)
    assert "to_categorical" not in script(LECTURE)


def test_script_writes_only_what_differs_from_keras() -> None:
    experiment = stack(layer("Conv2D", filters=8, kernel_size=[3, 5], padding="valid", use_bias=False), FLATTEN, OUTPUT)
    assert "layers.Conv2D(8, (3, 5), use_bias=False)," in step_code(experiment, "define")


@pytest.mark.parametrize(
    ("value", "text"),
    [
        ("relu", '"relu"'),
        ('a "b" \\', '"a \\"b\\" \\\\"'),
        ((3,), "(3,)"),
        ((28, 28), "(28, 28)"),
        (0.001, "0.001"),
        (None, "None"),
        (True, "True"),
    ],
)
def test_python_value_is_read_back_by_python(value: object, text: str) -> None:
    assert python_value(value) == text
    assert eval(text) == value  # noqa: S307 -- a test of exactly that


@pytest.mark.deep
def test_every_optimizer_loss_and_metric_can_be_compiled(run: Run, tmp_path: Path) -> None:
    experiments = [set_value(LECTURE, ("compile", "optimizer"), EntryRef(name)) for name in OPTIMIZERS]
    experiments += [set_value(LECTURE, ("compile", "loss"), EntryRef(name)) for name in LOSSES]
    for loss in ("SparseCategoricalCrossentropy", "CategoricalCrossentropy"):
        start = set_value(LECTURE, ("compile", "loss"), EntryRef(loss))
        experiments += [
            set_value(start, ("compile", "metrics"), (EntryRef(name),))
            for name, entry in METRICS.items()
            if entry.trait("labels") in (None, "integer" if labels_are_integers(start) else "one-hot")
        ]
    blocks = [step_code(experiment, "compile") for experiment in experiments]
    for experiment in experiments:
        compile(script(experiment), "script.py", "exec")
    lines = [
        "import keras",
        "from keras import layers",
        step_code(LECTURE, "define"),
        "print(keras.__name__)",
        *blocks,
        f'print("compiled", {len(blocks)})',
    ]
    assert f"compiled {len(OPTIMIZERS) + len(LOSSES) + len(METRICS) + 3}" in run("\n".join(lines), tmp_path)
