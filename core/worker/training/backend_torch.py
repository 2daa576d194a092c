"""Observe and run steps on PyTorch, where each line of a step runs at once."""

from collections.abc import Callable
from typing import Any, cast

import keras
import numpy as np
import torch

from core.worker.keras_patches import record_steps


class Recorder:
    """A recorder of the gradient of each step and of the outputs in validation, without any effect on the training.

    Parameters
    ----------
    model
        The network, compiled.
    num_images
        The number of answers to keep: the number of images in the validation set.
    """

    def __init__(self, model: keras.Model, num_images: int) -> None:
        self._gradients: list[torch.Tensor | None] = [None for _ in model.trainable_variables]
        self._answers: list[np.ndarray] = []
        self._num_answers = 0
        self._num_images = num_images
        record_steps(model, self._record_gradients, self._record_answers)

    def begin_validation(self) -> None:
        """Forget the recorded outputs, since the next outputs belong to the first images of the validation set."""
        self._answers, self._num_answers = [], 0

    @property
    def answers(self) -> np.ndarray:
        """The network's outputs in the last validation, (images, classes)."""
        return np.concatenate(self._answers)[: self._num_images]

    def gradient_norms(self) -> list[float]:
        """Return the L2 norm of the last step's gradient for each of `model.trainable_variables`."""
        return [0.0 if gradient is None else float(torch.linalg.vector_norm(gradient)) for gradient in self._gradients]

    def gradient_norm(self) -> float:
        """Return the L2 norm of the last step's gradient over all variables."""
        return float(np.linalg.norm(self.gradient_norms()))

    def _record_gradients(self, gradients: list[Any]) -> None:
        self._gradients = gradients  # the next step creates new ones

    def _record_answers(self, answers: Any) -> None:
        if self._num_answers < self._num_images:  # other sets may have more images
            self._answers.append(keras.ops.convert_to_numpy(answers))
            self._num_answers += len(answers)


class Batches:
    """A replacement of a model's train function that counts the steps and can run them singly.

    See `core.worker.training.backend_tensorflow.Batches`, also for the parameters. Keras passes a batch in each
    call, and a single step by hand takes the batch of the current call.
    """

    def __init__(
        self, model: keras.Model, steps: int, before: Callable[[], bool], after: Callable[[dict[str, Any]], None]
    ) -> None:
        model.make_train_function()
        self.done = 0  # steps of this epoch
        self._before = before
        self._after = after
        self._single: Callable[..., Any] = model.train_function
        self._data: Any | None = None  # the batch of this call, until a step takes it
        self._logs: dict[str, Any] = {}  # of the last step
        model.train_function = self

    def __call__(self, data: Any) -> dict[str, Any]:
        """Run a step in place of Keras' train function, on the only batch in a list. Return the logs of the step."""
        self._data = data[0]
        one_by_one = self._before()
        if self._data is not None:
            logs = self.take_step()
            if one_by_one:
                self._after(logs)
        return self._logs

    def begin_epoch(self) -> None:
        """Set the number of steps to 0 for a new epoch."""
        self.done = 0

    def next(self) -> Any | None:
        """Take the batch of the current call, (images, labels). Return None if no batch is left."""
        data, self._data = self._data, None
        return data

    def take_step(self, data: Any | None = None) -> dict[str, Any]:
        """Run a step on a batch that `next` returned, or else on the next batch. Return the logs of the step."""
        self._logs = dict(self._single([self.next() if data is None else data]))
        self.done += 1
        return self._logs


def rng_state() -> list[Any]:
    """Return the state of the generator that shuffles the images."""
    return cast("list[Any]", torch.get_rng_state().tolist())


def restore_rng_state(saved: list[Any]) -> None:
    """Restore a state that `rng_state` returned."""
    torch.set_rng_state(torch.tensor(saved, dtype=torch.uint8))
