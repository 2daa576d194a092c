"""What watches and steps a fit on each backend: one form of `Recorder` and of `Batches` for each."""

import pkgutil
from collections.abc import Callable, Sequence
from typing import Any, Protocol, cast

import keras
import numpy as np

from core.catalogue.backends import BACKENDS, VARIABLE
from core.experiment.model import Experiment
from core.problems import Problem, ProblemError, Repair

FORMS = {  # recorder, batches, and the module with the state of the backend's random generator
    "tensorflow": (
        "core.worker.training.backend_tensorflow:Recorder",
        "core.worker.training.backend_tensorflow_steps:Batches",
        "",
    ),
    "jax": (
        "core.worker.training.backend_jax:Recorder",
        "core.worker.training.backend_jax:Batches",
        "core.worker.training.backend_jax",
    ),
    "torch": (
        "core.worker.training.backend_torch:Recorder",
        "core.worker.training.backend_torch:Batches",
        "core.worker.training.backend_torch",
    ),
}


class Recorder(Protocol):
    """Notes down what a step computes anyway and Keras throws away; see `core.worker.training.backend_tensorflow`."""

    @property
    def answers(self) -> np.ndarray: ...
    def begin_validation(self) -> None: ...
    def gradient_norms(self) -> list[float]: ...
    def gradient_norm(self) -> float: ...


class Batches(Protocol):
    """Stands where Keras keeps a model's train function; see `core.worker.training.backend_tensorflow_steps`."""

    done: int

    def begin_epoch(self) -> None: ...
    def next(self) -> Any | None: ...
    def one(self, data: Any | None = None) -> dict[str, Any]: ...


def recorder(model: keras.Model, num_images: int) -> Recorder:
    """The recorder of this process' backend; see `core.worker.training.backend_tensorflow.Recorder` for the arguments."""
    return cast("Recorder", pkgutil.resolve_name(FORMS[keras.backend.backend()][0])(model, num_images))


def batches(model: keras.Model, steps: int, before: Callable[[], bool], after: Callable[[dict[str, Any]], None]) -> Batches:
    """The batches of this process' backend.

    See `core.worker.training.backend_tensorflow_steps.Batches` for the arguments.
    """
    return cast("Batches", pkgutil.resolve_name(FORMS[keras.backend.backend()][1])(model, steps, before, after))


def build_optimizer(model: keras.Model) -> None:
    """Make the optimizer of a compiled model with the values that a fit gives it.

    See `core.worker.training.backend_tensorflow_steps`.
    """
    if keras.backend.backend() == "tensorflow":
        pkgutil.resolve_name("core.worker.training.backend_tensorflow_steps:build_optimizer")(model)
    else:
        model.optimizer.build(model.trainable_variables)


def sync_model(model: keras.Model) -> keras.Model:
    """The same network, with the numbers of the last step: during a fit on JAX, Keras holds them elsewhere."""
    if keras.backend.backend() == "jax":
        model.jax_state_sync()
    return model


def rng_state() -> list[Any] | None:
    """The state of the generator that orders the images; None on TensorFlow, whose data sets hold their own."""
    form = FORMS[keras.backend.backend()][2]
    return pkgutil.resolve_name(form).rng_state() if form else None


def restore_rng_state(saved: list[Any]) -> None:
    """Restore what `rng_state` returned."""
    pkgutil.resolve_name(FORMS[keras.backend.backend()][2]).restore_rng_state(saved)


def as_arrays(variables: Sequence[Any]) -> list[np.ndarray]:
    """Copies of variables that stay what they are while training goes on."""
    return [np.array(keras.ops.convert_to_numpy(one)) for one in variables]


def refuse_other_backend(experiment: Experiment) -> None:
    """Make sure that this process computes on the backend that an experiment names.

    Raises
    ------
    ProblemError
        This process computes with another backend: a worker of a cluster that was started without the variable.
    """
    wanted, found = (BACKENDS[name] for name in (experiment.fit.backend, keras.backend.backend()))
    if wanted != found:
        raise ProblemError(
            Problem(
                code="worker-on-another-backend",
                where=("fit", "backend"),
                happened=f"The worker that was given this run computes on {found.title}, not on {wanted.title}.",
                expected=f"Expected {VARIABLE}={wanted.name} in its environment.",
                fix=f"Start the worker with {VARIABLE}={wanted.name}, or train on {found.title}.",
                repairs=(Repair(f"Use {found.title}", "set", ("fit", "backend"), found.name),),
            )
        )
