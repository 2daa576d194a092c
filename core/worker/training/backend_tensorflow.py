"""What a step computes anyway and Keras throws away: its gradient, and the answers to the validation set."""

from collections.abc import Callable, Iterable
from typing import Any

import keras
import numpy as np
import tensorflow as tf


class Recorder:
    """Notes down within TensorFlow's graph, so that watching takes no second pass. It changes none of the numbers.

    Parameters
    ----------
    model
        The network, compiled and not traced yet.
    num_images
        The number of answers to keep: the number of images in the validation set.
    """

    def __init__(self, model: keras.Model, num_images: int) -> None:
        self._gradients = [tf.Variable(tf.zeros(one.shape), trainable=False) for one in model.trainable_variables]
        self._answers = tf.Variable(tf.zeros((max(1, num_images), model.output_shape[-1])), trainable=False)
        self._place = tf.Variable(0, trainable=False)
        self._num_images = num_images
        self._is_testing = False
        model.optimizer.apply = self._recording(model.optimizer.apply)
        model.compute_metrics = self._keeping(model.compute_metrics)
        model.test_step = self._testing(model.test_step)

    def begin_validation(self) -> None:
        """The next answers are those to the first images of the validation set."""
        self._place.assign(0)

    @property
    def answers(self) -> np.ndarray:
        """The answers in the last validation, (images, classes)."""
        return np.asarray(self._answers.numpy()[: self._num_images])

    def gradient_norms(self) -> list[float]:
        """The length of the last step's gradient, for each of `model.trainable_variables`."""
        return [float(np.linalg.norm(one.numpy())) for one in self._gradients]

    def gradient_norm(self) -> float:
        """The length of the last step's whole gradient."""
        return float(np.linalg.norm(self.gradient_norms()))

    def _recording(self, apply: Callable[..., Any]) -> Callable[..., Any]:
        def recorded(gradients: Iterable[Any], trainable_variables: Any = None) -> Any:
            gradients = list(gradients)
            # Kept whole, which costs nothing: adding up squares in each step would double the time of one under XLA.
            for kept, gradient in zip(self._gradients, gradients, strict=True):
                kept.assign(tf.zeros(kept.shape) if gradient is None else tf.cast(_read_apart(gradient), tf.float32))
            return apply(gradients, trainable_variables)

        return recorded

    def _keeping(self, compute_metrics: Callable[..., Any]) -> Callable[..., Any]:
        def kept(x: Any, y: Any, y_pred: Any, sample_weight: Any = None) -> Any:
            if self._is_testing:
                count = tf.shape(y_pred)[0]
                # Other sets may have more images: what does not fit overwrites the end.
                places = tf.minimum(self._place + tf.range(count), self._answers.shape[0] - 1)
                self._answers.scatter_nd_update(places[:, None], tf.cast(y_pred, tf.float32))
                self._place.assign_add(count)
            return compute_metrics(x, y, y_pred, sample_weight=sample_weight)

        return kept

    def _testing(self, test_step: Callable[..., Any]) -> Callable[..., Any]:
        def tested(data: Any) -> Any:
            self._is_testing = True  # while TensorFlow traces it: the graph holds what follows from it
            try:
                return test_step(data)
            finally:
                self._is_testing = False

        return tested


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
