"""What is seen of a network while it learns: true losses, gradients, answers; steps by hand, a learning rate, a pace."""

import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from functools import cache

import keras
import numpy as np
import pytest
from sklearn.metrics import confusion_matrix

from core.experiment.execution import Execution
from core.experiment.model import Experiment
from core.run_events import read_command
from core.worker.callables import CommandSource
from core.worker.data.load import load_sets
from core.worker.training.build_model import build
from core.worker.training.train import train
from tests.core.sample_experiments import FLATTEN, LECTURE, OUTPUT, layer, stack, template, with_compile, with_data, with_fit
from tests.deep_cases import deep_except

STEPS, VALIDATION_STEPS = 41, 5  # in an epoch of Digits, in batches of 32
TWO = with_fit(LECTURE, epochs=2)
SGD = with_compile(TWO, optimizer={"name": "SGD", "arguments": {"learning_rate": 0.05}})
DROPOUT = with_fit(with_data(template("convnet"), train_images=320), epochs=2)
# Each set ends with a batch of 8, since XLA compiles each size of a batch anew.
DENSE_DROPOUT = with_compile(
    with_fit(
        stack(FLATTEN, layer("Dropout", rate=0.3), OUTPUT, train_images=296, validation_split=0.05), epochs=2, mode="fast"
    ),
    optimizer={"name": "SGD"},
)


def kinds(events: list[dict], kind: str) -> list[dict]:
    return [event for event in events if event["kind"] == kind]


def numbers(result: dict) -> tuple:
    return result["history"], result["validation"], result["test"], result["confusion_matrix"]


def commands(*texts: str) -> CommandSource:
    """One command at each look, the first one before training, "" for none; then to go on."""
    left = list(texts)
    return lambda: read_command(left.pop(0) if left else "continue")


@contextmanager
def nothing_left_out() -> Iterator[None]:
    """Nothing is left out for want of time."""
    with pytest.MonkeyPatch.context() as patch:
        for name in ("SAMPLE_EVERY_SECONDS", "REPORT_EVERY_SECONDS", "LOOK_AGAIN_SECONDS"):
            patch.setattr(f"core.worker.training.progress_callback.{name}", 0.0)
        yield


def told(experiment: Experiment, next_command: CommandSource = lambda: None, **options: object) -> tuple[dict, list[dict]]:
    events: list[dict] = []
    return train(experiment, events.append, next_command, **options), events


@pytest.fixture(scope="module")
def watched() -> Callable[[Experiment], tuple[dict, list[dict]]]:
    """What comes of an experiment, one step at a time, and all that can be told of it; each is trained once."""

    @cache
    def run(experiment: Experiment) -> tuple[dict, list[dict]]:
        with nothing_left_out():
            return told(experiment)

    return run


@pytest.fixture(scope="module")
def plain() -> Callable[[Experiment], tuple[dict, keras.Model]]:
    """The history and the network of Keras' own fit; each is trained once."""

    @cache
    def fit(experiment: Experiment) -> tuple[dict, keras.Model]:
        sets, settings = load_sets(experiment), experiment.fit
        keras.utils.set_random_seed(settings.seed)
        model = build(experiment)
        options = {"epochs": settings.epochs, "batch_size": settings.batch_size, "verbose": 0}
        return model.fit(*sets.train, validation_data=sets.validation, **options).history, model

    return fit


class Batchwise(keras.callbacks.Callback):
    """The true loss of each batch, by a metric that is emptied before each."""

    def __init__(self) -> None:
        super().__init__()
        self.losses: list[float] = []

    def on_train_batch_begin(self, batch: int, logs: dict | None = None) -> None:
        self.model.reset_metrics()

    def on_train_batch_end(self, batch: int, logs: dict | None = None) -> None:
        self.losses.append(float(logs["loss"]))


@pytest.mark.deep
def test_batch_loss_is_the_batchs_own_not_the_running_mean(watched: Callable) -> None:
    sets, batchwise = load_sets(TWO), Batchwise()
    keras.utils.set_random_seed(TWO.fit.seed)
    build(TWO).fit(*sets.train, epochs=2, batch_size=32, verbose=0, callbacks=[batchwise])
    batches = kinds(watched(TWO)[1], "batch")
    assert [event["batches"] for event in batches] == [1] * (2 * STEPS)
    np.testing.assert_allclose([event["batch_loss"] for event in batches], batchwise.losses, rtol=1e-4)
    first_epoch = batches[:STEPS]
    images = [32] * (STEPS - 1) + [1293 - 32 * (STEPS - 1)]
    assert np.average([one["batch_loss"] for one in first_epoch], weights=images) == pytest.approx(first_epoch[-1]["loss"])


def test_learning_rate_gradient_and_throughput_are_reported(watched: Callable) -> None:
    batches = kinds(watched(TWO)[1], "batch")[:STEPS]
    assert [event["learning_rate"] for event in batches] == pytest.approx([0.001] * STEPS)
    assert batches[0]["gradient_norm"] > 0, "at first, and then as often as costs next to nothing"
    assert all(event["gradient_norm"] > 0 for event in batches if "gradient_norm" in event)
    assert all(event["images_per_second"] > 0 for event in batches[1:])


@pytest.mark.deep
@pytest.mark.parametrize(
    "experiment", deep_except(["dropout"], [pytest.param(TWO, id="lecture"), pytest.param(DROPOUT, id="dropout")])
)
def test_observing_changes_none_of_the_numbers(experiment: Experiment, watched: Callable, plain: Callable) -> None:
    assert watched(experiment)[0]["history"] == plain(experiment)[0]


def test_confusion_at_an_epochs_end_is_the_whole_validation_set_as_scikit_learn_counts_it(
    watched: Callable, plain: Callable
) -> None:
    result, events = watched(TWO)
    (shown,) = kinds(events, "watched")
    assert len(shown["pictures"]) == 12 and set(shown["labels"]) == set(range(10))
    whole = [event for event in kinds(events, "look") if event["whole"]]
    assert [event["epoch"] for event in whole][-1] == 2.0
    last = whole[-1]
    assert last["images"] == 144
    matrix = np.zeros((10, 10), int)
    for actual, predicted, count, examples in last["cells"]:
        matrix[actual, predicted] = count
        assert 1 <= len(examples) <= min(count, 8)
    images, labels = load_sets(TWO).validation
    expected = plain(TWO)[1].predict(images, verbose=0)
    assert (matrix == confusion_matrix(labels, expected.argmax(axis=-1), labels=range(10))).all()
    assert np.trace(matrix) / 144 == pytest.approx(result["history"]["val_accuracy"][-1])
    np.testing.assert_allclose(last["probabilities"], expected[shown["indexes"]], atol=1e-4)


def test_looks_come_within_the_first_epoch_too(watched: Callable) -> None:
    places = [event["epoch"] for event in kinds(watched(TWO)[1], "look") if event["epoch"] <= 1]
    assert len(places) == 5 and places == sorted(places) and places[0] < 0.3


@pytest.mark.deep
@pytest.mark.parametrize(
    ("experiment", "steps"),
    deep_except(
        ["lecture-64", "dropout-4"],
        [
            pytest.param(TWO, 4, id="lecture-4"),
            pytest.param(TWO, 64, id="lecture-64"),
            pytest.param(DROPOUT, 4, id="dropout-4"),
            pytest.param(DROPOUT, 64, id="dropout-64"),
        ],
    ),
)
def test_several_steps_at_once_change_no_digit(experiment: Experiment, steps: int, watched: Callable) -> None:
    several, events = told(experiment, execution=Execution(steps))
    expected, _ = watched(experiment)
    assert numbers(several) == numbers(expected)
    assert all(event["step"] <= expected["kept"]["step"] for event in kinds(events, "batch"))


@pytest.mark.deep
def test_steps_that_xla_joins_and_those_by_hand_give_the_numbers_of_xla_alone() -> None:
    alone, _ = told(DENSE_DROPOUT, execution=Execution(1, jit_compile=True))
    three = commands("step", "step", "continue")  # the other steps of the first epoch, and all of the second, are joined
    joined, events = told(DENSE_DROPOUT, three, execution=Execution(8, jit_compile=True))
    assert [event["step"] for event in kinds(events, "stepped")] == [1, 2]
    assert numbers(joined) == numbers(alone)
    assert [event["step"] for event in kinds(events, "batch")][-1] <= alone["kept"]["step"]


# Steps by hand


@pytest.mark.deep
@pytest.mark.parametrize("at_once", deep_except([4], [1, 4]))
def test_steps_taken_by_hand_change_no_digit(at_once: int, watched: Callable) -> None:
    result, events = told(DROPOUT, commands("step", "step", "", "step", "continue"), execution=Execution(at_once))
    assert [event["step"] for event in kinds(events, "stepped")] == [1, 2, 3]
    assert [event["step"] for event in kinds(events, "paused")] == [1]
    assert numbers(result) == numbers(watched(DROPOUT)[0])


@pytest.fixture(scope="module")
def one_step() -> tuple[dict, list[dict]]:
    """A run that was stopped after one step by hand, and what it told."""
    return told(SGD, commands("step", "stop"))


@pytest.mark.deep
def test_step_by_gradient_descent_adds_up(one_step: tuple[dict, list[dict]]) -> None:
    _, events = one_step
    (stepped,) = kinds(events, "stepped")
    assert [layer["id"] for layer in stepped["layers"]] == ["hidden", "output"]
    for one in stepped["layers"]:
        assert one["change"] == pytest.approx(0.05 * one["gradient"], rel=1e-3), "learning rate times gradient"
        assert one["weights"] > one["change"]
    whole = sum(layer["gradient"] ** 2 for layer in stepped["layers"]) ** 0.5
    (batch,) = kinds(events, "batch")
    assert batch["gradient_norm"] == pytest.approx(whole, rel=1e-5)
    assert batch["batch_loss"] == pytest.approx(stepped["before"], rel=1e-5)
    assert stepped["after"] < stepped["before"]
    assert (stepped["batch_size"], len(stepped["pictures"]), len(stepped["labels"])) == (32, 12, 12)
    assert all(0 <= one <= 1 for one in stepped["right_before"] + stepped["right_after"])


@pytest.mark.deep
def test_step_at_the_end_of_an_epoch_is_the_first_of_the_next(watched: Callable) -> None:
    in_between = commands(*[""] * STEPS, "pause", "step", *[""] * VALIDATION_STEPS)
    result, events = told(TWO, in_between)
    assert [event["step"] for event in kinds(events, "stepped")] == [STEPS + 1]
    assert numbers(result) == numbers(watched(TWO)[0])


@pytest.mark.deep
def test_stop_follows_a_step(one_step: tuple[dict, list[dict]]) -> None:
    result, events = one_step
    assert result["how"] == "stop" and result["kept"]["step"] == 1
    assert len(kinds(events, "stepped")) == 1


# Changes while it goes on


@pytest.mark.deep
def test_learning_rate_changes_from_the_next_step_on() -> None:
    with nothing_left_out():
        _, events = told(SGD, commands("", "", "learning_rate=0.001"))
    rates = [event["learning_rate"] for event in kinds(events, "batch")]
    assert rates == pytest.approx([0.05] + [0.001] * (2 * STEPS - 1))


@pytest.mark.deep
def test_pace_makes_an_epoch_last_as_long_as_was_asked_and_changes_no_digit(watched: Callable) -> None:
    began = time.monotonic()
    result, events = told(TWO, commands("pace=1.5"), execution=Execution(8))
    assert time.monotonic() - began >= 1.5 * TWO.fit.epochs
    assert numbers(result) == numbers(watched(TWO)[0])
    first, *between, last = kinds(events, "batch")
    assert {event.get("pace") for event in (first, *between, last)} == {1.5}
    trained, passed = (last[clock] - first[clock] for clock in ("seconds", "at"))
    assert trained < passed - 0.5, "waiting is no training time"


@pytest.mark.deep
def test_stop_is_heard_while_a_run_is_slow() -> None:
    result, _ = told(TWO, commands("pace=6000", "", "", "stop"))
    assert result["how"] == "stop", "a step takes 146 s"
