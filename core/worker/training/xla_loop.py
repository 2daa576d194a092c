"""Run several training steps in a single XLA computation, for the mode "fast". Exported scripts contain `fuse`."""

import keras
import tensorflow as tf


def fuse(model: keras.Model, together: int, batch_size: int) -> None:
    """Let fit take `together` batches at a time: XLA compiles their steps as a loop."""

    @tf.function(jit_compile=True)
    def steps(images: tf.Tensor, labels: tf.Tensor, count: tf.Tensor) -> dict[str, tf.Tensor]:
        def step(number: tf.Tensor) -> list[tf.Tensor]:
            model.train_step((images[number], labels[number]))
            return [number + 1]

        tf.while_loop(lambda number: number < count, step, [0])
        logs: dict[str, tf.Tensor] = model.get_metrics_result()
        return logs

    smaller_step = tf.function(model.train_step, jit_compile=True, reduce_retracing=True)

    def take(iterator: tf.data.Iterator) -> list[tf.Tensor]:
        taken = [
            tf.TensorArray(part.dtype, 0, True, infer_shape=False, element_shape=(None, *part.shape[1:])).write(0, part)
            for part in iterator.get_next()
        ]
        number, has_more = tf.constant(1), tf.constant(True)
        while has_more and number < together:
            batch = iterator.get_next_as_optional()
            has_more = batch.has_value()
            if has_more:
                taken = [array.write(number, part) for array, part in zip(taken, batch.get_value(), strict=True)]
                number += 1
        return [array.concat() for array in taken]

    def padded(values: tf.Tensor, count: tf.Tensor) -> tf.Tensor:
        """`together` batches, for XLA compiles each shape anew: `count` whole ones, then zeros."""
        spare = (together - count) * batch_size
        whole = tf.pad(values[: count * batch_size], [[0, spare], *[[0, 0]] * (len(values.shape) - 1)])
        return tf.reshape(whole, (together, batch_size, *values.shape[1:]))

    @tf.function
    def train_function(iterator: tf.data.Iterator) -> dict[str, tf.Tensor]:
        images, labels = take(iterator)
        count = tf.shape(labels)[0] // batch_size
        logs: dict[str, tf.Tensor] = steps(padded(images, count), padded(labels, count), count)
        if count * batch_size < tf.shape(labels)[0]:  # the last batch of an epoch may be smaller
            logs = smaller_step((images[count * batch_size :], labels[count * batch_size :]))
        return logs

    model.train_function = train_function
