"""Observe and run steps on TensorFlow: several at once, or singly if a person wants to see each step."""

from collections.abc import Callable
from typing import Any, cast

import keras
import numpy as np
import tensorflow as tf

from core.worker.keras_patches import record_steps


class Recorder:
    """A recorder of gradients and validation outputs within TensorFlow's graph, without any effect on the training.

    Parameters
    ----------
    model
        The network, compiled and not traced yet.
    num_images
        The number of answers to keep: the number of images in the validation set.
    """

    def __init__(self, model: keras.Model, num_images: int) -> None:
        self._gradients = [tf.Variable(tf.zeros(variable.shape), trainable=False) for variable in model.trainable_variables]
        self._answers = tf.Variable(tf.zeros((max(1, num_images), model.output_shape[-1])), trainable=False)
        self._next_row = tf.Variable(0, trainable=False)
        self._num_images = num_images
        record_steps(model, self._record_gradients, self._record_answers)

    def begin_validation(self) -> None:
        """Record the next outputs from the first row on, since they belong to the first images of the validation set."""
        self._next_row.assign(0)

    @property
    def answers(self) -> np.ndarray:
        """The network's outputs in the last validation, (images, classes)."""
        return np.asarray(self._answers.numpy()[: self._num_images])

    def gradient_norms(self) -> list[float]:
        """Return the L2 norm of the last step's gradient for each of `model.trainable_variables`."""
        return [float(np.linalg.norm(gradient.numpy())) for gradient in self._gradients]

    def gradient_norm(self) -> float:
        """Return the L2 norm of the last step's gradient over all variables."""
        return float(np.linalg.norm(self.gradient_norms()))

    def _record_gradients(self, gradients: list[Any]) -> None:
        # The gradients stay whole, which costs nothing: adding up squares in a step would double its time under XLA.
        for variable, gradient in zip(self._gradients, gradients, strict=True):
            variable.assign(tf.zeros(variable.shape) if gradient is None else tf.cast(_read_apart(gradient), tf.float32))

    def _record_answers(self, answers: Any) -> None:
        count = tf.shape(answers)[0]
        # Other sets may have more images: their answers overwrite the end.
        rows = tf.minimum(self._next_row + tf.range(count), self._answers.shape[0] - 1)
        self._answers.scatter_nd_update(rows[:, None], tf.cast(answers, tf.float32))
        self._next_row.assign_add(count)


def _read_apart(gradient: Any) -> tf.Tensor:
    """Return a gradient's value for recording, without changing how TensorFlow rounds the optimizer's update.

    The optimizer multiplies a gradient by the learning rate. If the gradient itself is a product, such as the gradient of
    a normalization's scale, and no other operation reads the product, TensorFlow multiplies all factors in the order with
    the fewest operations (`MinimizeBroadcasts` of its arithmetic optimizer), which rounds differently. Therefore this
    function reads the factors, and multiplies them by an operation that TensorFlow does not join with the product.
    """
    tensor = tf.convert_to_tensor(gradient)
    if tf.executing_eagerly() or tensor.op.type != "Mul":
        return tensor
    first, second = map(_read_apart, tensor.op.inputs)
    return tf.raw_ops.MulNoNan(x=first, y=second)


class Batches:
    """A replacement of a model's train function that counts the steps and can run them singly.

    Keras' own function runs `steps_per_execution` steps in a call. In a slowed run, or by hand, this class runs them
    singly, on the same batches, in the same order and with the same numbers.

    Parameters
    ----------
    model
        The network, compiled and built.
    steps
        The number of steps in an epoch.
    before
        Called before each call of Keras' function. Returns True if the steps are to run singly.
    after
        Called with the logs after each single step.
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
        """Run steps in place of Keras' train function, and return the logs. The last argument iterates over batches."""
        self._iterator = arguments[-1]
        one_by_one = self._before()
        if self.done >= self._steps:  # single steps used up the batches: Keras counts without steps
            return self._logs
        if not one_by_one:
            self._logs = self._several(*arguments)
            self.done = min(self._steps, self.done + self._model.steps_per_execution)
            return self._logs
        for _ in range(min(self._model.steps_per_execution, self._steps - self.done)):
            self._after(self.take_step())
        return self._logs

    def begin_epoch(self) -> None:
        """Set the number of steps to 0 for a new epoch."""
        self.done = 0

    def next(self) -> Any | None:
        """Return the next batch, (images, labels). Return None if the epoch has no more batches."""
        return None if self._iterator is None or self.done >= self._steps else next(self._iterator, None)

    def take_step(self, data: Any | None = None) -> dict[str, Any]:
        """Run a step on a batch that `next` returned, or else on the next batch. Return the logs of the step."""
        if self._single is None:
            self._single = _one_step(self._model, self._iterator.element_spec)
        self._logs = self._single(self.next() if data is None else data)
        self.done += 1
        return self._logs


def _one_step(model: keras.Model, batch: Any) -> Callable[..., Any]:
    """Return a function that runs a single training step. `batch` is the `element_spec` of the fit's iterator.

    In Keras' own function, the batch size is not fixed. A fixed batch size would change the order of additions.
    """
    return cast("Callable[..., Any]", tf.function(model.train_step, jit_compile=model.jit_compile, input_signature=[batch]))


def build_optimizer(model: keras.Model) -> None:
    """Build a compiled model's optimizer as a fit does: while TensorFlow traces a function.

    Some optimizers assign values to their variables when they are built, such as ScheduleFreeAdamW. A fit makes the
    variables while TensorFlow traces its first step, and TensorFlow then traces this step once more to run it. The
    assignments therefore never run (Keras 3.15). A function around the build is traced twice in the same way.
    """
    tf.function(lambda: model.optimizer.build(model.trainable_variables), autograph=False)()
