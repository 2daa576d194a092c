"""How fit runs its steps: several at once, or one by one where a person wants to see each."""

from collections.abc import Callable
from typing import Any, cast

import keras
import tensorflow as tf


class Batches:
    """Take the place of a model's train function, and count the steps.

    Keras' own function runs `steps_per_execution` steps in a call. In a slowed run, or by hand, this class runs them one by
    one, on the same batches, in the same order and with the same numbers.

    Parameters
    ----------
    model
        The network, compiled and built.
    steps
        The number of steps in an epoch.
    before
        Called before each call of Keras' function; returns True where the steps shall be taken one by one.
    after
        Called with the logs after each of those steps.
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
        self._single: Callable[..., Any] | None = None
        self._iterator: Any = None  # of the fit, over batches
        self._logs: dict[str, Any] | None = None  # of the last step
        model.train_function = self

    def __call__(self, *arguments: Any) -> Any:
        """Keras' train function: with an iterator on TensorFlow and PyTorch, with its state before it on JAX."""
        self._iterator = arguments[-1]
        one_by_one = self._before()
        if self.done >= self._steps:  # single steps used up the batches: Keras counts on without steps
            return self._logs
        if not one_by_one:
            self._logs = self._several(*arguments)
            self.done = min(self._steps, self.done + self._model.steps_per_execution)
            return self._logs
        for _ in range(min(self._model.steps_per_execution, self._steps - self.done)):
            self._after(self.take_step())
        return self._logs

    def begin_epoch(self) -> None:
        """Begin a new epoch."""
        self.done = 0

    def next(self) -> Any | None:
        """The next batch, (images, labels); None where the epoch has no more."""
        return None if self._iterator is None or self.done >= self._steps else next(self._iterator, None)

    def take_step(self, data: Any | None = None) -> dict[str, Any]:
        """Run one step, on the next batch or on a batch that `next` returned; the logs of the step."""
        if self._single is None:
            self._single = _one_step(self._model, self._iterator.element_spec)
        self._logs = self._single(self.next() if data is None else data)
        self.done += 1
        return self._logs


def _one_step(model: keras.Model, batch: Any) -> Callable[..., Any]:
    """A function for one step; `batch` is the specification of its input, from the iterator of the fit.

    A function that knew the number of images would add up in another order than Keras' own, which does not know it.
    """
    return cast("Callable[..., Any]", tf.function(model.train_step, jit_compile=model.jit_compile, input_signature=[batch]))


def build_optimizer(model: keras.Model) -> None:
    """Build a compiled model's optimizer as a fit does: while TensorFlow traces a function.

    Optimizers may give their variables values when they are built, as ScheduleFreeAdamW does. A fit makes the variables
    while it traces its first step, and then traces that step once more to run it: it never runs such assignments (Keras
    3.15). A function around the build is traced twice in the same way.
    """
    tf.function(lambda: model.optimizer.build(model.trainable_variables), autograph=False)()
