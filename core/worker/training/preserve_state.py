"""Call a network during its training without changing its state.

A call of a network has side effects: Keras' recurrent layers and some augmentation layers draw random numbers at inference
too. After such a call, the random generator would give the next training step other numbers than in the exported script.
"""

from collections.abc import Iterator
from contextlib import contextmanager

import keras
import numpy as np

from core.worker.keras_patches import global_seed_generator, restore_global_seed_generator, restore_seeds_state, seeds_state
from core.worker.training.backend_hooks import restore_rng_state, rng_state, sync_model


@contextmanager
def preserved_state(model: keras.Model) -> Iterator[keras.Model]:
    """Provide a network that the `with` block may call, and afterwards restore everything that a call can change.

    This covers the states of its random number generators, the other variables that no gradient changes (moving averages
    and the vectors of spectral normalization), its metrics, and the generators of this process. Weights and optimizer are
    not copied: only a training step changes them.

    Parameters
    ----------
    model
        The network, built, during a fit or afterwards.

    Yields
    ------
    Iterator[keras.Model]
        The same network, with its current weights.
    """
    model = sync_model(model)
    variables = [*model.non_trainable_variables, *model.metrics_variables]  # generators are among the first
    values = [keras.ops.copy(variable.value) for variable in variables]  # on TensorFlow, this copies no number
    common = global_seed_generator()
    common_value = None if common is None else keras.ops.copy(common.state.value)
    seeds, numbers, backend = seeds_state(), np.random.get_state(legacy=False), rng_state()
    try:
        yield model
    finally:
        for variable, value in zip(variables, values, strict=True):
            variable.assign(value)
        restore_global_seed_generator(common)
        if common is not None:
            common.state.assign(common_value)
        restore_seeds_state(seeds)
        np.random.set_state(numbers)
        if backend is not None:
            restore_rng_state(backend)
