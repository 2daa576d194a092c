"""Observe and run steps on JAX. A step is a pure function there, so that a step must return all numbers to record.

During a fit, Keras keeps the network's numbers in `model._jax_state`; `backend_hooks.sync_model` copies them back.
"""

from collections.abc import Callable, Iterator
from functools import partial
from typing import Any

import jax
import keras
import numpy as np

from core.worker.keras_patches import hold_jax_state, set_jax_steps, take_jax_state

GRADIENTS, ANSWERS = "gradients", "answers"  # keys beside Keras' own logs of a step, which are names of metrics


class Recorder:
    """A recorder of the gradient of each step and of the outputs in validation, without any effect on the training.

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
        self._traced: dict[str, Any] = {}  # the values that JAX is tracing now
        model.optimizer.stateless_apply = self._record_gradients(model.optimizer.stateless_apply)
        model.compute_metrics = self._record_answers(model.compute_metrics)
        # Like Keras' own steps, with more entries in the logs.
        compiled = partial(jax.jit, donate_argnums=0) if model.jit_compile else _unchanged
        train_step = compiled(self._with_more_logs(model.train_step, GRADIENTS))
        test_step = compiled(self._with_more_logs(model.test_step, ANSWERS))
        set_jax_steps(model, self._take_from_logs(train_step), self._take_from_logs(test_step))

    def begin_validation(self) -> None:
        """Forget the recorded outputs, since the next outputs belong to the first images of the validation set."""
        self._answers, self._num_answers = [], 0

    @property
    def answers(self) -> np.ndarray:
        """The network's outputs in the last validation, (images, classes)."""
        return np.concatenate([np.asarray(answers) for answers in self._answers])[: self._num_images]

    def gradient_norms(self) -> list[float]:
        """Return the L2 norm of the last step's gradient for each of `model.trainable_variables`."""
        return [float(np.linalg.norm(np.asarray(gradient))) for gradient in self._gradients]

    def gradient_norm(self) -> float:
        """Return the L2 norm of the last step's gradient over all variables."""
        return float(np.linalg.norm(self.gradient_norms()))

    def _record_gradients(self, apply: Callable[..., Any]) -> Callable[..., Any]:
        def recorded(optimizer_variables: list[Any], gradients: list[Any], trainable_variables: list[Any]) -> Any:
            # The gradients stay whole: computing their lengths within the step would change how XLA rounds a convnet's loss.
            self._traced[GRADIENTS] = gradients
            return apply(optimizer_variables, gradients, trainable_variables)

        return recorded

    def _record_answers(self, compute_metrics: Callable[..., Any]) -> Callable[..., Any]:
        def recorded(x: Any, y: Any, y_pred: Any, sample_weight: Any = None) -> Any:
            self._traced[ANSWERS] = y_pred
            return compute_metrics(x, y, y_pred, sample_weight=sample_weight)

        return recorded

    def _with_more_logs(self, step: Callable[..., Any], key: str) -> Callable[..., Any]:
        """Wrap a step so that its logs contain the recorded values under `key`."""

        def step_with_more_logs(state: Any, data: Any) -> tuple[dict[str, Any], Any]:
            logs, state = step(state, data)
            return {**logs, key: self._traced[key]}, state

        return step_with_more_logs

    def _take_from_logs(self, step: Callable[..., Any]) -> Callable[..., Any]:
        """Wrap a compiled step so that the recorded values move from its logs to this recorder."""

        def step_with_own_logs(state: Any, data: Any) -> tuple[dict[str, Any], Any]:
            logs, state = step(state, data)
            if GRADIENTS in logs:
                self._gradients = logs.pop(GRADIENTS)
            if ANSWERS in logs:
                answers = logs.pop(ANSWERS)
                if self._num_answers < self._num_images:  # other sets may have more images
                    self._answers.append(answers)
                    self._num_answers += len(answers)
            return logs, state

        return step_with_own_logs


class Batches:
    """A replacement of a model's train function that counts the steps and can run them singly.

    See `core.worker.training.backend_tensorflow.Batches`, also for the parameters.
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
        self._held: Any = None  # the state after the last step
        model.train_function = self

    def __call__(self, state: Any, iterator: Iterator[Any]) -> tuple[Any, Any]:
        """Run steps in place of Keras' train function. Return the logs and the next state of the network."""
        self._iterator = iterator
        self._hold(state)  # so that a reader sees a complete model meanwhile
        one_by_one = self._before()
        if self.done < self._steps:
            if one_by_one:
                for _ in range(min(self._model.steps_per_execution, self._steps - self.done)):
                    self._after(self.take_step())
            else:
                self._run(self._iterator)
                self.done = min(self._steps, self.done + self._model.steps_per_execution)
        # Otherwise single steps have used up the batches: Keras counts without steps to the end of the epoch.
        self._hold(self._state())
        return self._logs, self._held

    def begin_epoch(self) -> None:
        """Set the number of steps to 0 for a new epoch."""
        self.done = 0

    def next(self) -> Any | None:
        """Return the next batch, (images, labels). Return None if the epoch has no more batches."""
        return None if self._iterator is None or self.done >= self._steps else next(self._iterator, None)

    def take_step(self, data: Any | None = None) -> dict[str, Any]:
        """Run a step on a batch that `next` returned, or else on the next batch. Return the logs of the step."""
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
        """Return the training state in the model's variables. If they have none, return the state after the last step."""
        state = take_jax_state(self._model)
        return self._held if state is None else state


def _unchanged(step: Callable[..., Any]) -> Callable[..., Any]:
    return step


def rng_state() -> list[Any]:
    """Return the state of NumPy's generator, which shuffles the images."""
    name, keys, *rest = np.random.get_state(legacy=True)
    return [name, np.asarray(keys).tolist(), *rest]


def restore_rng_state(saved: list[Any]) -> None:
    """Restore a state that `rng_state` returned."""
    name, keys, *rest = saved
    np.random.set_state((name, np.array(keys, "uint32"), *rest))
