"""Build the network of a run and trace its first step: when the run begins, or before, while a person edits the network.

Building before the run changes none of its numbers. The first step of the run is taken once, so that TensorFlow traces and
compiles the step. Then all that the step changed is restored: weights, optimizer, metrics and random generators.
"""

from collections.abc import Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass, field
from typing import Any

import keras
import numpy as np

from core.experiment.execution import Execution, random_when_traced
from core.experiment.model import Experiment
from core.run_events import Command
from core.worker.callables import CommandSource, Report
from core.worker.data.load import Sets, load_sets
from core.worker.keras_patches import (
    global_seed_generator,
    restore_global_seed_generator,
    restore_seeds_state,
    seeded,
    seeds_state,
)
from core.worker.training.build_model import build, build_optimizer_and_metrics
from core.worker.training.network_observer import NetworkObserver
from core.worker.training.preserve_state import preserved_state
from core.worker.training.progress_callback import ProgressCallback


@dataclass(frozen=True)
class PreparedModel:
    """A compiled network, its data, and the callback that reports the progress of its fit."""

    sets: Sets
    model: keras.Model
    watcher: ProgressCallback


@dataclass(frozen=True)
class PrebuiltNetwork:
    """A network that was built and traced before its run, and the states of the random generators after the build."""

    experiment: Experiment
    execution: Execution
    watched: PreparedModel
    seeds: object = field(default_factory=seeds_state)
    numbers: Any = field(default_factory=lambda: np.random.get_state(legacy=False))
    common: Any = field(default_factory=global_seed_generator)

    def restore_generators(self) -> None:
        """Restore the random generators to their states after the build, as in a run that builds its own network."""
        restore_seeds_state(self.seeds)
        np.random.set_state(self.numbers)
        restore_global_seed_generator(self.common)


_head_start: PrebuiltNetwork | None = None  # the prebuilt network of this process, which trains a single network at a time


class StopAfterFirstStep(keras.callbacks.Callback):
    """A callback that ends a fit after its first step."""

    class Ended(Exception):
        """Raised inside fit, since Keras has no other way to end an epoch."""

    def on_train_batch_end(self, batch: int, logs: dict[str, Any] | None = None) -> None:
        raise self.Ended


@contextmanager
def watched_model(
    experiment: Experiment, execution: Execution | None, report: Report, next_command: CommandSource
) -> Iterator[PreparedModel]:
    """Provide the compiled network of a run. Within the `with` block, all random numbers come from the run's seed.

    Parameters
    ----------
    experiment
        The experiment to train.
    execution
        How the steps are executed. None means single steps without XLA.
    report, next_command
        See `core.worker.training.train.train`.

    Yields
    ------
    Iterator[PreparedModel]
        The prebuilt network if its experiment and execution are equal, else a new network.
    """
    report({"kind": "phase", "phase": "loading"})
    head_start = _take_head_start(experiment, execution)
    sets = load_sets(experiment) if head_start is None else head_start.watched.sets
    report({"kind": "phase", "phase": "compiling"})
    keras.utils.set_random_seed(experiment.fit.seed)
    with seeded(experiment.fit.seed):
        if head_start is None:
            yield _build(experiment, execution, sets, report, next_command)
        else:
            head_start.restore_generators()
            watched = head_start.watched
            watched.watcher.report, watched.watcher.next_command = report, next_command
            yield watched


def _build(
    experiment: Experiment, execution: Execution | None, sets: Sets, report: Report, next_command: CommandSource
) -> PreparedModel:
    model = build(experiment, execution, named_as_in_script=True)
    build_optimizer_and_metrics(model, experiment, sets.train[1])
    watcher = ProgressCallback(experiment, report, next_command)
    watcher.attach(model, NetworkObserver(model, experiment, sets))
    return PreparedModel(sets, model, watcher)


def _take_head_start(experiment: Experiment, execution: Execution | None) -> PrebuiltNetwork | None:
    """Remove and return the prebuilt network. Return None if the network is for another experiment or execution."""
    global _head_start
    taken, _head_start = _head_start, None
    return taken if taken is not None and (taken.experiment, taken.execution) == (experiment, execution) else None


def drop_prebuilt_network() -> None:
    """Forget the prebuilt network, for instance before Keras' global state is cleared."""
    global _head_start
    _head_start = None


def prepare(experiment: Experiment, _report: Report, next_command: CommandSource, *, execution: Execution) -> bool:
    """Build and trace the network of an experiment, for a run that a person may start soon.

    Parameters
    ----------
    experiment
        An experiment without problems.
    next_command
        Returns a command as soon as a person needs this process for other work, and None until then.
    execution
        How the steps of the run would be executed.

    Returns
    -------
    bool
        True if the network is built and traced. False if a command came first, or a trace would change the numbers.
    """
    global _head_start
    drop_prebuilt_network()
    if random_when_traced(experiment):  # another trace would change its numbers
        return False
    sets = load_sets(experiment)
    if next_command() is not None:
        return False
    keras.utils.set_random_seed(experiment.fit.seed)
    with seeded(experiment.fit.seed):
        watched = _build(experiment, execution, sets, lambda event: None, _no_command)
        head_start = PrebuiltNetwork(experiment, execution, watched)
        if next_command() is not None:
            return False
        _take_first_step(watched.model, experiment, sets)
    _head_start = head_start
    return True


def _no_command() -> Command | None:
    return None


def _take_first_step(model: keras.Model, experiment: Experiment, sets: Sets) -> None:
    """Run the first step of a fit, and undo all its changes."""
    variables = [*model.trainable_variables, *model.optimizer.variables]
    values = [keras.ops.copy(variable.value) for variable in variables]
    with preserved_state(model), suppress(StopAfterFirstStep.Ended):
        model.fit(*sets.train, batch_size=experiment.fit.batch_size, callbacks=[StopAfterFirstStep()], verbose=0)
    for variable, value in zip(variables, values, strict=True):
        variable.assign(value)
