"""Record what a step computes anyway and Keras throws away: its gradient, and the answers for the validation set."""

from typing import Any

import keras
import numpy as np
import tensorflow as tf

from core.worker.keras_patches import record_steps


class Recorder:
    """Record within TensorFlow's graph, so that no second pass is needed. This changes none of the numbers.

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
        """The next answers are those to the first images of the validation set."""
        self._next_row.assign(0)

    @property
    def answers(self) -> np.ndarray:
        """The answers in the last validation, (images, classes)."""
        return np.asarray(self._answers.numpy()[: self._num_images])

    def gradient_norms(self) -> list[float]:
        """The length of the last step's gradient, for each of `model.trainable_variables`."""
        return [float(np.linalg.norm(gradient.numpy())) for gradient in self._gradients]

    def gradient_norm(self) -> float:
        """The length of the last step's whole gradient."""
        return float(np.linalg.norm(self.gradient_norms()))

    def _record_gradients(self, gradients: list[Any]) -> None:
        # Kept whole, which costs nothing: adding up squares in each step would double the time of a step under XLA.
        for variable, gradient in zip(self._gradients, gradients, strict=True):
            variable.assign(tf.zeros(variable.shape) if gradient is None else tf.cast(_read_apart(gradient), tf.float32))

    def _record_answers(self, answers: Any) -> None:
        count = tf.shape(answers)[0]
        # Other sets may have more images: what does not fit overwrites the end.
        rows = tf.minimum(self._next_row + tf.range(count), self._answers.shape[0] - 1)
        self._answers.scatter_nd_update(rows[:, None], tf.cast(answers, tf.float32))
        self._next_row.assign_add(count)


def _read_apart(gradient: Any) -> tf.Tensor:
    """A gradient's numbers, read in such a way that TensorFlow computes the update as it would without a reader.

    The optimizer multiplies a gradient by the learning rate. Where the gradient is a product itself, as that of a
    normalization's scale, and nothing else reads it, TensorFlow multiplies all factors in the order that takes the fewest
    operations (`MinimizeBroadcasts` of its arithmetic optimizer), which rounds otherwise. So the factors are read, and
    multiplied once more by an operation that TensorFlow takes for another one.
    """
    tensor = tf.convert_to_tensor(gradient)
    if tf.executing_eagerly() or tensor.op.type != "Mul":
        return tensor
    first, second = map(_read_apart, tensor.op.inputs)
    return tf.raw_ops.MulNoNan(x=first, y=second)
