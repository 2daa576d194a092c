"""Every private name of Keras that this program touches, and what it replaces in Keras.

Importing this module replaces two things in Keras for the whole process: the source of layers' seeds, and the way from
arrays to batches on TensorFlow. tests/core/worker/test_keras_patches.py and tests/backends fail where a version of Keras
behaves otherwise.
"""

import random
import threading
from collections.abc import Callable, Iterable, Iterator
from contextlib import contextmanager
from typing import Any

import keras
from keras.src.backend.common import global_state
from keras.src.layers.preprocessing.image_preprocessing import aug_mix
from keras.src.random import seed_generator
from keras.src.trainers.data_adapters.array_data_adapter import ArrayDataAdapter
from keras.src.utils import naming

from core.checked_versions import warn_if_unchecked

CHECKED_VERSIONS = ("3.15.1",)
JAX_STATE = ("trainable_variables", "non_trainable_variables", "optimizer_variables", "metrics_variables")

warn_if_unchecked("keras", CHECKED_VERSIONS)

# Batches without tf.data's tuner. No issue is known.
#
# The tuner is a thread that sleeps twice as long each time, up to a minute. Code that ends a data set waits for the thread,
# which at times misses its wake-up: fit then stood still at the end of an epoch, or wherever Python collected garbage, and
# held Python's lock meanwhile. A few arrays in memory leave nothing to tune. Batches and their order stay the same.

tuned_dataset = ArrayDataAdapter.get_tf_dataset  # Keras' own


def _untuned_dataset(adapter: ArrayDataAdapter) -> Any:
    import tensorflow as tf  # noqa: PLC0415 - other backends never call this, and run without TensorFlow

    options = tf.data.Options()
    options.autotune.enabled = False
    return tuned_dataset(adapter).with_options(options)


ArrayDataAdapter.get_tf_dataset = _untuned_dataset

# Seeds of layers that other threads cannot change. No issue is known.
#
# A layer draws its seed from Python's `random`, which Dask's threads draw from at any moment. Without this patch, a run
# differs from its exported script now and then.

_thread = threading.local()


class _RandomOfThread:
    """Replaces the module `random` in Keras: a seeded thread draws from its own generator, others from the module."""

    def __getattr__(self, name: str) -> Any:
        return getattr(getattr(_thread, "generator", random), name)


seed_generator.python_random = aug_mix.py_random = _RandomOfThread()  # the only modules of Keras' layers that draw from it


@contextmanager
def seeded(seed: int) -> Iterator[None]:
    """Give the layers that this thread makes the seeds that they have after `keras.utils.set_random_seed(seed)`."""
    before = getattr(_thread, "generator", random)
    _thread.generator = random.Random(seed)
    try:
        yield
    finally:
        _thread.generator = before


def seeds_state() -> object:
    """The state of this thread's generator of seeds; None where the thread has none of its own.

    The state of the module `random` is left out: other threads draw from it, and must not draw the same numbers twice.
    """
    generator = getattr(_thread, "generator", random)
    return generator.getstate() if isinstance(generator, random.Random) else None


def restore_seeds_state(state: Any) -> None:
    """Restore what `seeds_state` returned, in the same thread."""
    if state is not None:
        _thread.generator.setstate(state)


# State of the process. Keras has no public functions for it; `keras.utils.clear_session` resets all of it at once.
# No issue is known.


def reset_layer_names() -> None:
    """Number the names of new layers from the first, as in a new process."""
    naming.reset_uids()


def global_seed_generator() -> Any:
    """The seed generator of random operations that got no seed; None before the first of these."""
    return global_state.get_global_attribute(seed_generator.GLOBAL_SEED_GENERATOR)


def restore_global_seed_generator(generator: Any) -> None:
    """Restore what `global_seed_generator` returned."""
    global_state.set_global_attribute(seed_generator.GLOBAL_SEED_GENERATOR, generator)


@contextmanager
def variables_without_values() -> Iterator[None]:
    """Let this thread make layers whose variables take no memory. Keras forgets them at the end of the block.

    Keras itself puts each of them into a list, and gives a value to all in the list at the end of the next `StatelessScope`,
    where a network of billions of parameters would take its memory after all.
    """
    waiting = list(global_state.get_global_attribute("uninitialized_variables", []))
    try:
        with keras.StatelessScope(initialize_variables=False):
            yield
    finally:
        global_state.set_global_attribute("uninitialized_variables", waiting)


# What a step computes anyway and Keras throws away. The methods are public; that each step calls them is not promised.
# No issue is known.


def record_steps(model: keras.Model, on_gradients: Callable[[list[Any]], None], on_answers: Callable[[Any], None]) -> None:
    """Hand over the gradients of each training step and the answers of each test step, on TensorFlow and PyTorch.

    Parameters
    ----------
    model
        The network, compiled and not traced yet.
    on_gradients
        Called with the gradients, one for each of `model.trainable_variables`.
    on_answers
        Called with the answers to a batch, (images, classes). TensorFlow calls both functions while it traces a step.
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
    """Let a fit run these steps, each from (state, batch) to (logs, state), as it runs those of Keras."""
    model.train_function = model._make_function(train_step)
    model.test_function = model._make_function(test_step)


def hold_jax_state(model: keras.Model, state: Any) -> None:
    """Hold the state after a step where `model.jax_state_sync` finds it."""
    model._jax_state = dict(zip(JAX_STATE, state, strict=True))
    model._jax_state_synced = False


def take_jax_state(model: keras.Model) -> Any:
    """The state of a model that was synchronized, taken out of its variables; None where it was not.

    A synchronized model may have been changed since the last step.
    """
    if not model._jax_state_synced:
        return None
    return model._get_jax_state(**dict.fromkeys(JAX_STATE, True), purge_model_variables=True)
