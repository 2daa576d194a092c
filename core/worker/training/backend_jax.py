"""Watching and stepping on JAX, where a step is a pure function: all that it says travels in what it returns.

During a fit Keras holds the network's numbers aside (`model._jax_state`); `core.worker.training.backend_hooks.sync_model`
brings them back.
"""

from collections.abc import Callable, Iterator
from functools import partial
from typing import Any

import jax
import keras
import numpy as np

from core.worker.keras_patches import hold_jax_state, set_jax_steps, take_jax_state

GRADIENTS, ANSWERS = "gradients", "answers"  # beside Keras' own logs of a step, which are names of metrics


class Recorder:
    """Notes down what a step computes anyway. It changes none of the numbers.

    Parameters
    ----------
    model
        The network, compiled and not traced yet.
    num_images
        The number of answers to keep: the number of images in the validation set.
    """

    def __init__(self, model: keras.Model, num_images: int) -> None:
        self._gradients: list[Any] = [np.zeros(1) for _ in model.trainable_variables]
        self._answers: list[Any] = []
        self._num_answers = 0
        self._num_images = num_images
        self._traced: dict[str, Any] = {}  # what JAX is tracing now
        model.optimizer.stateless_apply = self._noting(model.optimizer.stateless_apply)
        model.compute_metrics = self._keeping(model.compute_metrics)
        # As Keras makes them, but for what a step tells beside its logs.
        compiled = partial(jax.jit, donate_argnums=0) if model.jit_compile else _as_it_is
        train_step = compiled(self._telling(model.train_step, GRADIENTS))
        test_step = compiled(self._telling(model.test_step, ANSWERS))
        set_jax_steps(model, self._hearing(train_step), self._hearing(test_step))

    def begin_validation(self) -> None:
        """The next answers are those to the first images of the validation set."""
        self._answers, self._num_answers = [], 0

    @property
    def answers(self) -> np.ndarray:
        """The answers in the last validation, (images, classes)."""
        return np.concatenate([np.asarray(one) for one in self._answers])[: self._num_images]

    def gradient_norms(self) -> list[float]:
        """The length of the last step's gradient, for each of `model.trainable_variables`."""
        return [float(np.linalg.norm(np.asarray(one))) for one in self._gradients]

    def gradient_norm(self) -> float:
        """The length of the last step's whole gradient."""
        return float(np.linalg.norm(self.gradient_norms()))

    def _noting(self, apply: Callable[..., Any]) -> Callable[..., Any]:
        def noted(optimizer_variables: list[Any], gradients: list[Any], trainable_variables: list[Any]) -> Any:
            # As they are: their lengths, taken within the step, change how XLA rounds the loss of a convnet.
            self._traced[GRADIENTS] = gradients
            return apply(optimizer_variables, gradients, trainable_variables)

        return noted

    def _keeping(self, compute_metrics: Callable[..., Any]) -> Callable[..., Any]:
        def kept(x: Any, y: Any, y_pred: Any, sample_weight: Any = None) -> Any:
            self._traced[ANSWERS] = y_pred
            return compute_metrics(x, y, y_pred, sample_weight=sample_weight)

        return kept

    def _telling(self, step: Callable[..., Any], what: str) -> Callable[..., Any]:
        """A step whose logs hold one thing more."""

        def told(state: Any, data: Any) -> tuple[dict[str, Any], Any]:
            logs, state = step(state, data)
            return {**logs, what: self._traced[what]}, state

        return told

    def _hearing(self, step: Callable[..., Any]) -> Callable[..., Any]:
        """A compiled step whose logs are Keras' own again; what else they hold is kept."""

        def heard(state: Any, data: Any) -> tuple[dict[str, Any], Any]:
            logs, state = step(state, data)
            if GRADIENTS in logs:
                self._gradients = logs.pop(GRADIENTS)
            if ANSWERS in logs:
                answers = logs.pop(ANSWERS)
                if self._num_answers < self._num_images:  # other sets may have more images
                    self._answers.append(answers)
                    self._num_answers += len(answers)
            return logs, state

        return heard


class Batches:
    """Stands where Keras keeps a model's train function, and counts the steps.

    See `core.worker.training.backend_tensorflow_steps.Batches`, also for the parameters.
    """

    def __init__(
        self, model: keras.Model, steps: int, before: Callable[[], bool], after: Callable[[dict[str, Any]], None]
    ) -> None:
        model.make_train_function()
        self.done = 0  # steps of this epoch
        self._model = model
        self._steps = steps
        self._before = before
        self._after = after
        self._several: Callable[..., Any] = model.train_function
        self._iterator: Iterator[Any] | None = None
        self._logs: dict[str, Any] | None = None  # of the last step
        self._held: Any = None  # the state after the last step; Keras wraps what the model is given
        model.train_function = self

    def __call__(self, state: Any, iterator: Iterator[Any]) -> tuple[Any, Any]:
        """Keras' train function: from the state of the network, and where batches come from, to logs and the next state."""
        self._iterator = iterator
        self._hold(state)  # so that whoever looks at the network meanwhile finds it whole
        one_by_one = self._before()
        if self.done < self._steps:
            if one_by_one:
                for _ in range(min(self._model.steps_per_execution, self._steps - self.done)):
                    self._after(self.one())
            else:
                self._run(self._iterator)
                self.done = min(self._steps, self.done + self._model.steps_per_execution)
        # Else steps were taken by hand: Keras counts on without them, to the end of the epoch.
        self._hold(self._state())
        return self._logs, self._held

    def begin_epoch(self) -> None:
        """The next batches are those of a new epoch."""
        self.done = 0

    def next(self) -> Any | None:
        """The next batch, (images, labels); None where the epoch has no more."""
        return None if self._iterator is None or self.done >= self._steps else next(self._iterator, None)

    def one(self, data: Any | None = None) -> dict[str, Any]:
        """Take one step, on the next batch or on one that `next` gave; its logs."""
        logs = self._run(iter([self.next() if data is None else data]))
        self.done += 1
        return logs

    def _run(self, batches: Iterator[Any]) -> dict[str, Any]:
        logs, state = self._several(self._state(), batches)
        self._logs = dict(logs)
        self._hold(state)
        return self._logs

    def _hold(self, state: Any) -> None:
        self._held = state
        hold_jax_state(self._model, state)

    def _state(self) -> Any:
        """The network's state, wherever it is: where it was brought back, it may have been changed there."""
        state = take_jax_state(self._model)
        return self._held if state is None else state


def _as_it_is(step: Callable[..., Any]) -> Callable[..., Any]:
    return step


def rng_state() -> list[Any]:
    """The state of the generator that orders the images, which is NumPy's."""
    name, keys, *rest = np.random.get_state(legacy=True)
    return [name, np.asarray(keys).tolist(), *rest]


def restore_rng_state(saved: list[Any]) -> None:
    """Restore what `rng_state` returned."""
    name, keys, *rest = saved
    np.random.set_state((name, np.array(keys, "uint32"), *rest))
