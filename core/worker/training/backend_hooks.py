"""Choose the classes that observe a fit and run its steps on this process' backend."""

import pkgutil
from collections.abc import Callable, Sequence
from typing import Any, Protocol, cast

import keras
import numpy as np

from core.catalogue.backends import BACKENDS, VARIABLE
from core.experiment.model import Experiment
from core.problems import Problem, ProblemError, Repair

FORMS = {  # for each backend: recorder, batches, and the module with the state of the backend's random generator
    "tensorflow": (
        "core.worker.training.backend_tensorflow:Recorder",
        "core.worker.training.backend_tensorflow:Batches",
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
    """A recorder of gradients and outputs, which Keras discards; see `core.worker.training.backend_tensorflow`."""

    @property
    def answers(self) -> np.ndarray: ...
    def begin_validation(self) -> None: ...
    def gradient_norms(self) -> list[float]: ...
    def gradient_norm(self) -> float: ...


class Batches(Protocol):
    """A train function that can run single steps; see `core.worker.training.backend_tensorflow`."""

    done: int

    def begin_epoch(self) -> None: ...
    def next(self) -> Any | None: ...
    def take_step(self, data: Any | None = None) -> dict[str, Any]: ...


def recorder(model: keras.Model, num_images: int) -> Recorder:
    """Create the recorder of gradients and outputs for this process' backend.

    See `core.worker.training.backend_tensorflow.Recorder` for the arguments.
    """
    return cast("Recorder", pkgutil.resolve_name(FORMS[keras.backend.backend()][0])(model, num_images))


def batches(model: keras.Model, steps: int, before: Callable[[], bool], after: Callable[[dict[str, Any]], None]) -> Batches:
    """Replace a model's train function by the `Batches` of this process' backend, which can run single steps.

    See `core.worker.training.backend_tensorflow.Batches` for the arguments.
    """
    return cast("Batches", pkgutil.resolve_name(FORMS[keras.backend.backend()][1])(model, steps, before, after))


def build_optimizer(model: keras.Model) -> None:
    """Build the optimizer of a compiled model, with the values that a fit sets.

    See `core.worker.training.backend_tensorflow`.
    """
    if keras.backend.backend() == "tensorflow":
        pkgutil.resolve_name("core.worker.training.backend_tensorflow:build_optimizer")(model)
    else:
        model.optimizer.build(model.trainable_variables)


def sync_model(model: keras.Model) -> keras.Model:
    """Return the model with its current weights. On JAX, first copy the weights from the training state into the model."""
    if keras.backend.backend() == "jax":
        model.jax_state_sync()
    return model


def rng_state() -> list[Any] | None:
    """Return the state of the generator that shuffles images. Return None on TensorFlow, since tf.data has its own."""
    form = FORMS[keras.backend.backend()][2]
    return pkgutil.resolve_name(form).rng_state() if form else None


def restore_rng_state(saved: list[Any]) -> None:
    """Restore a state that `rng_state` returned."""
    pkgutil.resolve_name(FORMS[keras.backend.backend()][2]).restore_rng_state(saved)


def as_arrays(variables: Sequence[Any]) -> list[np.ndarray]:
    """Copy variables to NumPy arrays, which later training steps do not change."""
    return [np.array(keras.ops.convert_to_numpy(variable)) for variable in variables]


def refuse_other_backend(experiment: Experiment) -> None:
    """Check that an experiment is for the backend of this process.

    Raises
    ------
    ProblemError
        This process computes with another backend, because its worker was started without the environment variable.
    """
    wanted, used = (BACKENDS[name] for name in (experiment.fit.backend, keras.backend.backend()))
    if wanted != used:
        raise ProblemError(
            Problem(
                code="worker-on-another-backend",
                where=("fit", "backend"),
                happened=f"The worker that was given this run computes on {used.title}, not on {wanted.title}.",
                expected=f"Expected {VARIABLE}={wanted.name} in its environment.",
                fix=f"Start the worker with {VARIABLE}={wanted.name}, or train on {used.title}.",
                repairs=(Repair(f"Use {used.title}", "set", ("fit", "backend"), used.name),),
            )
        )
