"""Training of an experiment with several seeds in one process, to test the claims of decks. The network is compiled once."""

from collections.abc import Iterator
from dataclasses import dataclass, replace
from functools import cache

import numpy as np

from core.experiment.execution import Execution
from core.experiment.model import Experiment
from core.teaching import library
from core.teaching.deck import ExperimentChange
from core.teaching.deck_files.deck_experiments import apply_deck_change
from core.teaching.scene_experiments import experiment_to_open
from core.worker.data.load import load_sets
from core.worker.training.build_model import build, build_optimizer_and_metrics

SEEDS = 3
GUESSING = 0.1  # the accuracy of a guess among ten classes


@dataclass(frozen=True)
class Trained:
    """The results of a training with a seed, for each epoch."""

    seed: int
    loss: list[float]
    accuracy: list[float]
    val_loss: list[float]
    val_accuracy: list[float]
    probabilities: np.ndarray  # the final class probabilities of the validation images
    labels: np.ndarray  # the labels of the validation images
    test_accuracy: float

    @property
    def lowest(self) -> int:
        """The epoch with the lowest validation loss, from 0."""
        return int(np.argmin(self.val_loss))

    @property
    def rise(self) -> float:
        """The last validation loss as a multiple of the lowest validation loss."""
        return self.val_loss[-1] / min(self.val_loss)


def train_seeds(experiment: Experiment, seeds: int = SEEDS) -> Iterator[Trained]:
    """Train an experiment with the seeds 0, 1, 2 …, as the dashboard does, but without its callbacks."""
    import keras  # noqa: PLC0415 - tests that are not run import no Keras

    model = build(experiment, Execution(steps_per_execution=experiment.epoch_steps))
    build_optimizer_and_metrics(model, experiment, load_sets(experiment).train[1])
    start = [variable.numpy() for variable in model.optimizer.variables]
    for seed in range(seeds):
        seeded = replace(experiment, fit=replace(experiment.fit, seed=seed))
        sets = load_sets(seeded)
        keras.utils.set_random_seed(seed)
        model.set_weights(build(seeded).get_weights())
        for variable, value in zip(model.optimizer.variables, start, strict=True):
            variable.assign(value)
        fit = experiment.fit
        known = model.fit(
            *sets.train, epochs=fit.epochs, batch_size=fit.batch_size, validation_data=sets.validation, verbose=0
        ).history
        names = ("loss", "accuracy", "val_loss", "val_accuracy")
        yield Trained(
            seed,
            *([float(value) for value in known[name]] for name in names),
            np.asarray(model.predict(sets.validation[0], verbose=0)),
            np.asarray(sets.validation[1]),
            float(model.evaluate(*sets.test, verbose=0, return_dict=True)["accuracy"]),
        )


@cache
def seeds_of(experiment: Experiment) -> tuple[Trained, ...]:
    return tuple(train_seeds(experiment))


def opened_in(name: str, number: int = 0) -> Experiment:
    """The experiment that a deck opens as its first, second ... one."""
    deck = library.find_deck(name)
    assert deck is not None, library.unreadable_decks()
    experiment = [found for scene in deck.scenes if (found := experiment_to_open(scene)) is not None][number]
    assert experiment is not None
    return experiment


def changed(experiment: Experiment, **content: object) -> Experiment:
    return apply_deck_change(ExperimentChange("draft", content, 1), experiment)


def optimized(experiment: Experiment, name: str, rate: float) -> Experiment:
    return changed(experiment, compile={"optimizer": {"name": name, "arguments": {"learning_rate": rate}}})


def with_pixels(experiment: Experiment, pixels: str) -> Experiment:
    return changed(experiment, data={"pixels": pixels})


def last_accuracies(experiment: Experiment) -> list[float]:
    return [trained.val_accuracy[-1] for trained in seeds_of(experiment)]
