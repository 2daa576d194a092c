"""Every private name of Keras that this program touches, and the parts of Keras that this program replaces.

Importing this module replaces three things in Keras for the whole process: the source of layers' seeds, and, on TensorFlow,
the way from arrays to batches and the copy of the arrays. tests/core/worker/test_keras_patches.py and tests/backends fail
if a version of Keras behaves otherwise.
"""

import math
import random
import threading
from collections.abc import Callable, Iterable, Iterator
from contextlib import contextmanager
from typing import Any

import keras
import numpy as np
from keras.src.backend.common import global_state
from keras.src.layers.preprocessing.image_preprocessing import aug_mix
from keras.src.random import seed_generator
from keras.src.trainers.data_adapters.array_data_adapter import ArrayDataAdapter
from keras.src.trainers.data_adapters.array_slicing import NumpySliceable
from keras.src.utils import naming

from core.checked_versions import warn_if_unchecked

CHECKED_VERSIONS = ("3.15.1",)
JAX_STATE = ("trainable_variables", "non_trainable_variables", "optimizer_variables", "metrics_variables")

warn_if_unchecked("keras", CHECKED_VERSIONS)

# Batches without tf.data's tuner. No issue is known.
#
# The tuner is a thread that sleeps twice as long each time, up to a minute. Code that ends a data set waits for the thread,
# which sometimes misses its wake-up. Then fit stood still at the end of an epoch, or during Python's garbage collection, and
# held Python's lock. A few arrays in memory leave nothing to tune. Batches and their order stay the same.

tuned_dataset = ArrayDataAdapter.get_tf_dataset  # Keras' own


def _untuned_dataset(adapter: ArrayDataAdapter) -> Any:
    import tensorflow as tf  # noqa: PLC0415 - other backends never call this, and run without TensorFlow

    options = tf.data.Options()
    options.autotune.enabled = False
    return tuned_dataset(adapter).with_options(options)


ArrayDataAdapter.get_tf_dataset = _untuned_dataset

# Images that TensorFlow reads where they are. No issue is known.
#
# TensorFlow copies each array that Keras makes batches of. To copy the training images of Fashion-MNIST takes half a second
# and 150 MB, before the first step of each run. TensorFlow accepts shared memory by DLPack
# (https://dmlc.github.io/dlpack/latest), but ends the process if a tensor does not begin at a multiple of 64 bytes.

TENSOR_ALIGNMENT = 64  # bytes: `kAllocatorAlignment` in TensorFlow's allocator.h; each tensor begins at a multiple


def empty_for_tensor(shape: tuple[int, ...]) -> np.ndarray:
    """Return a float32 array without values, which TensorFlow can read without a copy."""
    size = math.prod(shape) * np.dtype("float32").itemsize
    memory = np.empty(size + TENSOR_ALIGNMENT, "uint8")
    begin = -memory.ctypes.data % TENSOR_ALIGNMENT
    return memory[begin : begin + size].view("float32").reshape(shape)


def _shared_tensor(array: np.ndarray) -> Any:
    """Return a tensor that shares the memory of an array from `empty_for_tensor`. Return any other array as it is."""
    import tensorflow as tf  # noqa: PLC0415 - see above

    is_aligned = array.ctypes.data % TENSOR_ALIGNMENT == 0 and array.flags.c_contiguous and array.flags.writeable
    if array.dtype != np.float32 or not array.size or not is_aligned:
        return array
    return tf.experimental.dlpack.from_dlpack(array.__dlpack__())


NumpySliceable.convert_to_tf_dataset_compatible = staticmethod(_shared_tensor)

# Seeds of layers that other threads cannot change. No issue is known.
#
# A layer draws its seed from Python's `random`, which Dask's threads draw from at any moment. Without this patch, a run
# differs from its exported script now and then.

_thread = threading.local()


class _RandomOfThread:
    """A replacement of `random` in Keras. A seeded thread draws from its own generator, other threads from the module."""

    def __getattr__(self, name: str) -> Any:
        return getattr(getattr(_thread, "generator", random), name)


seed_generator.python_random = aug_mix.py_random = _RandomOfThread()  # no other modules of Keras' layers draw from `random`


@contextmanager
def seeded(seed: int) -> Iterator[None]:
    """Seed the layers that this thread makes within the block, as `keras.utils.set_random_seed(seed)` would."""
    before = getattr(_thread, "generator", random)
    _thread.generator = random.Random(seed)
    try:
        yield
    finally:
        _thread.generator = before


def seeds_state() -> object:
    """Return the state of the generator that seeds this thread's layers. Return None outside of `seeded`.

    The state of the module `random` is left out, because other threads draw from the module: if its state were restored,
    these threads would draw the same numbers twice.
    """
    generator = getattr(_thread, "generator", random)
    return generator.getstate() if isinstance(generator, random.Random) else None


def restore_seeds_state(state: Any) -> None:
    """Restore the state that `seeds_state` returned, in the same thread."""
    if state is not None:
        _thread.generator.setstate(state)


# State of the process. Keras has no public functions for this state; `keras.utils.clear_session` resets all at once.
# No issue is known.


def reset_layer_names() -> None:
    """Restart the numbering of layer names, as in a new process."""
    naming.reset_uids()


def global_seed_generator() -> Any:
    """Return the seed generator of random operations without a seed. Return None before the first such operation."""
    return global_state.get_global_attribute(seed_generator.GLOBAL_SEED_GENERATOR)


def restore_global_seed_generator(generator: Any) -> None:
    """Restore the generator that `global_seed_generator` returned."""
    global_state.set_global_attribute(seed_generator.GLOBAL_SEED_GENERATOR, generator)


@contextmanager
def variables_without_values() -> Iterator[None]:
    """Let this thread make layers whose variables take no memory. Keras forgets these variables after the block.

    Without this block, Keras would keep a list of such variables and give them values at the end of the next
    `StatelessScope`, and a network of billions of parameters would take its memory after all.
    """
    waiting = list(global_state.get_global_attribute("uninitialized_variables", []))
    try:
        with keras.StatelessScope(initialize_variables=False):
            yield
    finally:
        global_state.set_global_attribute("uninitialized_variables", waiting)


# Gradients and answers, which Keras computes and throws away. The methods are public; Keras does not promise to call them.
# No issue is known.


def record_steps(model: keras.Model, on_gradients: Callable[[list[Any]], None], on_answers: Callable[[Any], None]) -> None:
    """Call functions with the gradients of each training step and the outputs of each test step (TensorFlow, PyTorch).

    Parameters
    ----------
    model
        The network, compiled and not traced yet.
    on_gradients
        Called with a list that has a gradient for each of `model.trainable_variables`.
    on_answers
        Called with the outputs for a batch, (images, classes). TensorFlow calls both functions while tracing a step.
    """
    apply, compute_metrics, test_step = model.optimizer.apply, model.compute_metrics, model.test_step
    is_testing = False

    def apply_and_record(gradients: Iterable[Any], trainable_variables: Any = None) -> Any:
        gradients = list(gradients)
        on_gradients(gradients)
        return apply(gradients, trainable_variables)

    def compute_and_record(x: Any, y: Any, y_pred: Any, sample_weight: Any = None) -> Any:
        if is_testing:
            on_answers(y_pred)
        return compute_metrics(x, y, y_pred, sample_weight=sample_weight)

    def marked_test_step(data: Any) -> Any:
        nonlocal is_testing
        is_testing = True
        try:
            return test_step(data)
        finally:
            is_testing = False

    model.optimizer.apply, model.compute_metrics, model.test_step = apply_and_record, compute_and_record, marked_test_step


# The state of a fit on JAX, which Keras holds outside of the model: https://github.com/keras-team/keras/issues/19054


def set_jax_steps(model: keras.Model, train_step: Callable[..., Any], test_step: Callable[..., Any]) -> None:
    """Replace the training step and the test step of a fit. Each step takes (state, batch) and returns (logs, state)."""
    model.train_function = model._make_function(train_step)
    model.test_function = model._make_function(test_step)


def hold_jax_state(model: keras.Model, state: Any) -> None:
    """Store the state after a step in the model, for `model.jax_state_sync` to read."""
    model._jax_state = dict(zip(JAX_STATE, state, strict=True))
    model._jax_state_synced = False


def take_jax_state(model: keras.Model) -> Any:
    """Take the training state out of a model's variables. Return None if the state is not in the variables.

    `model.jax_state_sync` copies the state into the variables, which other code may then have changed.
    """
    if not model._jax_state_synced:
        return None
    return model._get_jax_state(**dict.fromkeys(JAX_STATE, True), purge_model_variables=True)
