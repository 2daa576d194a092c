"""The numbers of a run equal the numbers of its exported script, to the last digit, however closely the run was watched.

Each experiment is trained three ways: by the trainer, which looks at the network as often as possible and takes a step by
hand; by its exported script; and, where layers or optimizers differ, by a plain fit of the same model. Losses and metrics of
each epoch and of the test set, all random number generators, weights and slots of the optimizer must be equal.

Plain pytest tries everything that may change a number. `pytest -m deep` trains an experiment of each kind, and `pytest -m
exhaustive` every layer, optimizer, schedule, loss and metric.
"""

import contextlib
import io
import json
import subprocess
import sys
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

import keras
import numpy as np
import pytest

from core.catalogue import Entry
from core.catalogue.layers import LAYERS
from core.catalogue.losses import LOSSES
from core.catalogue.metrics import METRICS
from core.catalogue.optimizers import OPTIMIZERS
from core.catalogue.schedules import SCHEDULES
from core.checks.experiment_checks import check
from core.experiment.edits import set_value
from core.experiment.execution import Execution, random_when_traced
from core.experiment.learning_rates import RATE, suggested_schedule
from core.experiment.model import Experiment
from core.experiment.serialization import from_dict
from core.export.reproducibility import compare, expected_numbers
from core.export.script import script
from core.run_events import Command
from core.run_files import CHECKPOINT
from core.worker.callables import CommandSource
from core.worker.data.load import load_sets
from core.worker.training.backend_hooks import as_arrays
from core.worker.training.build_model import build
from core.worker.training.prepare import prepare
from core.worker.training.preserve_state import preserved_state
from core.worker.training.summary import summarise
from core.worker.training.train import train
from tests.core.export.test_every_layer import AFTER_WHOLE_NUMBERS, as_json
from tests.core.sample_experiments import FLATTEN, OUTPUT, layer, stack, with_compile, with_fit
from tests.deep_cases import deep_except, exhaustive_except

TINY = {"train_images": 56, "validation_split": 0.05}  # 3 batches of 16 and a batch of 8
EVENTS = {"batch", "sample", "look", "health", "network", "stepped", "epoch"}  # each is a look at the network
SOME_CHANCE = {  # arguments with defaults that leave chance out
    **dict.fromkeys(("dropout", "recurrent_dropout"), 0.25),
    **dict.fromkeys(("brightness_factor", "contrast_factor", "saturation_factor", "hue_factor"), 0.25),
    **dict.fromkeys(("x_factor", "y_factor", "addition_factor"), 0.25),
}


def tiny(*layers: dict, epochs: int = 2) -> Experiment:
    """A stack on 56 images of Digits."""
    return with_fit(stack(*layers, **TINY), epochs=epochs, batch_size=16)


NET = tiny(
    FLATTEN,
    layer("Dense", units=16, activation="relu"),
    layer("BatchNormalization"),
    layer("Dropout", rate=0.3),
    OUTPUT,
    epochs=3,
)


@dataclass(frozen=True)
class Numbers:
    """The numbers of a training."""

    measured: dict  # {"history", "test"} as `core.export.reproducibility.compare` takes them
    variables: list[np.ndarray]  # of the network, then of the optimizer, at the end of fit


@contextlib.contextmanager
def all_observed() -> Iterator[None]:
    """Nothing is left out for want of time."""
    with pytest.MonkeyPatch.context() as patch:
        for name in ("SAMPLE_EVERY_SECONDS", "REPORT_EVERY_SECONDS", "LOOK_AGAIN_SECONDS", "HEALTH_EVERY_SECONDS"):
            patch.setattr(f"core.worker.training.progress_callback.{name}", 0.0)
        for name in ("SAMPLE_SHARE", "HEALTH_SHARE", "GRADIENT_SHARE", "NETWORK_SHARE"):
            patch.setattr(f"core.worker.training.progress_callback.{name}", float("inf"))
        patch.setattr("core.worker.training.checkpoints.COPY_EVERY_SECONDS", 0.0)
        yield


def one_step_by_hand() -> CommandSource:
    """Commands by which the second step is taken alone."""
    left = [None, None, Command("step"), Command("continue")]
    return lambda: left.pop(0) if left else Command("continue")  # which changes nothing where nothing pauses


def state(model: keras.Model) -> list[np.ndarray]:
    """Copies of all variables of a network and its optimizer."""
    return as_arrays([*model.variables, *model.optimizer.variables])


def plain_numbers(values: object) -> dict:
    """Numbers as JSON has them, as a run's result is kept."""
    return json.loads(json.dumps(values, default=lambda one: one.tolist()))


def watched(
    experiment: Experiment, folder: Path, execution: Execution | None = None, *, has_head_start: bool = False
) -> Numbers:
    """The numbers of the trainer while everything is observed."""
    keras.utils.clear_session()
    events: list[dict] = []
    with all_observed():
        if has_head_start:
            assert prepare(experiment, events.append, lambda: None, execution=execution)
        result = train(experiment, events.append, one_step_by_hand(), folder, execution=execution)
    assert not [event["error"] for event in events if event["kind"] == "unwatched"]
    refused = {"stepped"} if random_when_traced(experiment) else set()
    assert {event["kind"] for event in events} >= EVENTS - refused | ({"refused"} if refused else set())
    with np.load(folder / CHECKPOINT.format(epoch=experiment.fit.epochs)) as saved:
        variables = [saved[f"arr_{number}"] for number in range(len(saved.files) - 1)]
    return Numbers(plain_numbers(expected_numbers(result)), variables)


def fitted(experiment: Experiment) -> Numbers:
    """The numbers of Keras' own fit and evaluate for the same model."""
    keras.utils.clear_session()
    sets, fit = load_sets(experiment), experiment.fit
    keras.utils.set_random_seed(fit.seed)
    model = build(experiment, named_as_in_script=True)
    options = {"epochs": fit.epochs, "batch_size": fit.batch_size, "verbose": 0}
    history = model.fit(*sets.train, validation_data=sets.validation, **options).history
    variables = state(model)
    test = model.evaluate(*sets.test, return_dict=True, verbose=0)
    return Numbers(plain_numbers({"history": history, "test": test}), variables)


def exported(experiment: Experiment, execution: Execution | None = None) -> Numbers:
    """The numbers of the script, run in this process."""
    keras.utils.clear_session()
    names: dict = {"__name__": "__main__"}
    until_fit, separator, evaluating = script(experiment, execution=execution).rpartition("# Evaluate")
    with contextlib.redirect_stdout(io.StringIO()):
        exec(until_fit, names)  # noqa: S102 -- our own script
        variables = state(names["model"])
        exec(separator + evaluating, names)  # noqa: S102
    return Numbers(plain_numbers({"history": names["history"].history, "test": names["test"]}), variables)


def assert_equal(one: Numbers, other: Numbers) -> None:
    count, *differences = compare(one.measured, other.measured)
    assert differences == [0, 0.0, ""] and count > 0
    assert len(one.variables) == len(other.variables)
    for first, second in zip(one.variables, other.variables, strict=True):
        np.testing.assert_array_equal(first, second)


def assert_exact(
    experiment: Experiment, folder: Path, execution: Execution | None = None, *, without_plain_fit: bool = False
) -> None:
    problems = [problem for problem in check(experiment, summarise(experiment)) if problem.blocks]
    assert not problems, problems
    by_trainer = watched(experiment, folder, execution)
    assert_equal(by_trainer, exported(experiment, execution))
    if not without_plain_fit:
        assert_equal(by_trainer, fitted(experiment))


# Layers


def with_some_chance(entry: Entry) -> dict:
    """The arguments of a layer: required arguments, and arguments that let chance in."""
    chance = {name: value for name, value in SOME_CHANCE.items() if entry.parameter(name) and name not in entry.required}
    return {name: as_json(entry.parameter(name).default) for name in entry.required} | chance


# The input of a layer by its rank, as (name, arguments) after the layer "scaled"; ranks count the batch.
READS = {
    2: (("Flatten", {}),),
    3: (("Reshape", {"target_shape": [8, 24]}),),
    4: (),
    5: (("Reshape", {"target_shape": [4, 4, 4, 3]}),),
    6: (("Reshape", {"target_shape": [1, 4, 4, 4, 3]}),),
}
READS_OF_LAYER = {
    "GroupNormalization": (("Conv2D", {"filters": 32, "kernel_size": 4, "strides": 4}),),
    "Reshape": (("Flatten", {}), ("Dense", {"units": 28 * 28})),
}


def side_by_side(entries: list[Entry]) -> Experiment:
    """A network that holds these layers beside each other; each reads an input of its rank."""
    layers = [
        {**layer("Conv2D", filters=3, kernel_size=1, activation="sigmoid"), "id": "colours"},
        {**layer("Rescaling", scale=4, offset=-2), "id": "scaled", "inputs": ["colours"]},  # both signs
        {**layer("Rescaling", scale=255), "id": "bright", "inputs": ["colours"]},  # the range of layers that change colours
    ]
    ends = []
    for number, entry in enumerate(entries):
        reads = READS_OF_LAYER.get(entry.name) or READS[entry.trait("accepted_ranks", (4,))[0]]
        before = "bright" if entry.parameter("value_range") else "scaled"
        after = AFTER_WHOLE_NUMBERS if entry.trait("gives_whole_numbers") else ()
        chain = [*(layer(name, **arguments) for name, arguments in reads), layer(entry.name, **with_some_chance(entry))]
        for place, one in enumerate([*chain, *after, FLATTEN]):
            several = entry.trait("num_inputs", (1, 1))[0] > 1 and not entry.trait("self_attention")
            inputs = ["colours", before] if several and place == len(reads) else [before]
            before = f"branch-{number}-{place}"
            layers.append({**one, "id": before, "inputs": inputs})
        ends.append(before)
    read = {one for layer in layers for one in layer.get("inputs", ())}
    layers = [one for one in layers if one["id"] in read or one["id"] not in ("scaled", "bright")]
    if len(ends) > 1:
        layers.append({"name": "Concatenate", "id": "joined", "inputs": ends})
    layers.append({**OUTPUT, "id": "output", "inputs": ["joined" if len(ends) > 1 else ends[0]]})
    experiment = from_dict({"version": 1, "data": {"dataset": "digits", **TINY}, "layers": layers})
    experiment = with_compile(experiment, optimizer={"name": "SGD"}, metrics=[{"name": "Accuracy"}])
    return with_fit(experiment, epochs=2, batch_size=16)


LAYERS_AT_ONCE = 6
GROUPS = {
    "-".join(names): [LAYERS[name] for name in names]
    for first in range(0, len(LAYERS), LAYERS_AT_ONCE)
    for names in [list(LAYERS)[first : first + LAYERS_AT_ONCE]]
}
# With state of their own, with chance in each call, and with both; the others stand beside them in their groups.
KINDS = ("BatchNormalization", "Dropout", "GRU")
DEEP_CASES = {group for kind in KINDS for group in GROUPS if kind in group.split("-")}


@pytest.mark.parametrize(
    "group", deep_except((), exhaustive_except(DEEP_CASES, [pytest.param(group, id=name) for name, group in GROUPS.items()]))
)
def test_every_layer_is_exact(group: list[Entry], tmp_path: Path) -> None:
    assert_exact(side_by_side(group), tmp_path)


@pytest.mark.exhaustive
@pytest.mark.parametrize("group", [pytest.param(group, id=name) for name, group in GROUPS.items()])
def test_every_layer_is_exact_after_a_head_start(group: list[Entry], tmp_path: Path) -> None:
    experiment = side_by_side([entry for entry in group if not entry.trait("draws_when_traced")])
    without = watched(experiment, tmp_path / "without")
    assert_equal(watched(experiment, tmp_path / "with", has_head_start=True), without)


# Optimizers, schedules, losses and metrics


@pytest.mark.deep
def test_what_is_easily_disturbed_is_exact(tmp_path: Path) -> None:
    """The layer draws numbers at a mere look, and the optimizer sets its variables when built."""
    experiment = with_compile(side_by_side([LAYERS["GRU"]]), optimizer={"name": "ScheduleFreeAdamW"})
    assert_exact(experiment, tmp_path, without_plain_fit=True)


@pytest.mark.parametrize("name", deep_except((), exhaustive_except(["SGD", "Adam"], OPTIMIZERS)))
def test_every_optimizer_is_exact(name: str, tmp_path: Path) -> None:
    assert_exact(with_compile(NET, optimizer={"name": name}), tmp_path)


@pytest.mark.deep
@pytest.mark.parametrize("name", ["Adam", "ScheduleFreeAdamW"])
def test_optimizers_are_exact_where_several_steps_are_run_at_once(name: str, tmp_path: Path) -> None:
    assert_exact(with_compile(NET, optimizer={"name": name}), tmp_path, Execution(2))


@pytest.mark.parametrize("name", deep_except((), exhaustive_except(["CosineDecay"], SCHEDULES)))
def test_every_schedule_is_exact(name: str, tmp_path: Path) -> None:
    assert_exact(set_value(NET, RATE, suggested_schedule(name, NET)), tmp_path, without_plain_fit=True)


@pytest.mark.parametrize("name", deep_except((), exhaustive_except(["CategoricalCrossentropy"], LOSSES)))
def test_every_loss_is_exact(name: str, tmp_path: Path) -> None:
    assert_exact(with_compile(NET, loss={"name": name}), tmp_path, without_plain_fit=True)


@pytest.mark.deep
@pytest.mark.parametrize(
    ("loss", "labels"), [("SparseCategoricalCrossentropy", "integer"), ("CategoricalCrossentropy", "one-hot")]
)
def test_every_metric_is_exact(loss: str, labels: str, tmp_path: Path) -> None:
    names = [name for name, entry in METRICS.items() if entry.trait("labels") in (None, labels)]
    assert_exact(
        with_compile(NET, loss={"name": loss}, metrics=[{"name": name} for name in names]), tmp_path, without_plain_fit=True
    )


# Resuming, and where a script runs


RECURRENT = side_by_side([LAYERS["GRU"], LAYERS["RandomSaturation"]])


@pytest.mark.deep
@pytest.mark.parametrize("optimizer", ["SGD", "ScheduleFreeAdamW"])
def test_resumed_run_is_exact(optimizer: str, tmp_path: Path) -> None:
    experiment = with_compile(RECURRENT, optimizer={"name": optimizer})
    with all_observed():
        train(with_fit(experiment, epochs=1), lambda event: None, lambda: None, tmp_path)
        result = train(experiment, lambda event: None, lambda: None, tmp_path, resume=True)
    assert compare(plain_numbers(expected_numbers(result)), exported(experiment).measured)[1:] == (0, 0.0, "")


@pytest.mark.deep
def test_script_gives_the_same_numbers_in_this_process_and_in_one_of_its_own(tmp_path: Path) -> None:
    printing = "\nimport json\nprint('@' + json.dumps({'history': history.history, 'test': test}))\n"
    done = subprocess.run([sys.executable, "-c", script(RECURRENT) + printing], capture_output=True, text=True, cwd=tmp_path)
    assert done.returncode == 0, done.stderr
    alone = json.loads(done.stdout.rpartition("\n@")[2])
    assert compare(alone, exported(RECURRENT).measured)[1:] == (0, 0.0, "")


# Changes by a look


def test_look_leaves_every_variable_and_generator_as_it_was() -> None:
    model = build(side_by_side([LAYERS["GRU"], LAYERS["RandomHue"], LAYERS["BatchNormalization"]]))
    common = keras.random.normal((1,))  # makes the generator that all who have none of their own share
    before, numpy_state = state(model), np.random.get_state()[1].copy()
    images = np.zeros((4, 8, 8, 1), "float32")
    with preserved_state(model) as shown:
        shown.predict_on_batch(images)
        shown(images, training=True)
        first = keras.random.normal((1,))
        np.random.random()
    assert all(np.array_equal(one, other) for one, other in zip(before, state(model), strict=True))
    assert (np.random.get_state()[1] == numpy_state).all()
    assert float(keras.random.normal((1,))[0]) == float(first[0]) != float(common[0])
