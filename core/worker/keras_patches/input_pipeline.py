"""How images get from arrays into a fit on TensorFlow: as Keras does it, without the tuner that can hold a run up."""

from typing import Any

from keras.src.trainers.data_adapters.array_data_adapter import ArrayDataAdapter

_with_tuner = ArrayDataAdapter.get_tf_dataset


def _without_tuner(adapter: ArrayDataAdapter) -> Any:
    import tensorflow as tf  # noqa: PLC0415 - other backends never ask for this, and do without TensorFlow

    options = tf.data.Options()
    options.autotune.enabled = False
    return _with_tuner(adapter).with_options(options)


def feed_without_tuner() -> None:
    """From now on the data sets that Keras makes of arrays start no tuner; same batches, same order.

    The tuner is a thread that sleeps twice as long each time, up to a minute. Whoever ends a data set waits for it, and at
    times it misses being woken: fit then stood still at the end of an epoch, or in the middle of anything where the garbage
    was collected, with Python's lock held. There is nothing to tune in a few arrays in memory.
    """
    ArrayDataAdapter.get_tf_dataset = _without_tuner
