"""Mode "fast": several training steps in one computation of XLA. The exported script holds this function as it stands."""

import itertools

import keras
import tensorflow as tf


def fuse(model: keras.Model, together: int) -> None:
    """Let fit take `together` batches at a time: XLA compiles their steps as one loop, with the same numbers."""

    @tf.function(jit_compile=True)
    def steps(images: tf.Tensor, labels: tf.Tensor, count: tf.Tensor) -> dict:
        def step(number: tf.Tensor) -> list[tf.Tensor]:
            model.train_step((images[number], labels[number]))
            return [number + 1]

        tf.while_loop(lambda number: number < count, step, [0])
        return model.get_metrics_result()

    def train_function(iterator: tf.data.Iterator) -> dict:
        batches = itertools.islice(iterator, together)
        for _, several in itertools.groupby(batches, key=lambda batch: len(batch[1])):  # the last may be smaller
            whole = list(several)
            padded = whole + whole[:1] * (together - len(whole))  # always as many, for XLA compiles each shape anew
            images, labels = (tf.stack(one) for one in zip(*padded, strict=True))
            logs = steps(images, labels, tf.constant(len(whole)))
        return logs

    model.train_function = train_function
