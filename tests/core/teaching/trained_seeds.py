"""Training of an experiment with several seeds in one process, to test the claims of decks. The network is compiled once."""

from collections.abc import Iterator
from dataclasses import dataclass, replace

import numpy as np

from core.experiment.execution import Execution
from core.experiment.model import Experiment
from core.worker.data.load import load_sets
from core.worker.training.build_model import build, build_optimizer_and_metrics


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


def train_seeds(experiment: Experiment, seeds: int = 3) -> Iterator[Trained]:
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
