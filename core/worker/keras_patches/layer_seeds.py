"""The seeds of layers, whatever other threads of this process draw meanwhile.

A layer draws its seed from Python's one `random`. So does Dask, at any moment and in another thread: without this, a run
gives other numbers than its script every now and then.
"""

import random
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

from keras.src.layers.preprocessing.image_preprocessing import aug_mix
from keras.src.random import seed_generator

_own = threading.local()


class _Source:
    """Stands in Keras where `random` stood: a thread that was seeded has a source of its own, others have the common one."""

    def __getattr__(self, name: str) -> Any:
        return getattr(getattr(_own, "source", random), name)


seed_generator.python_random = aug_mix.py_random = _Source()  # all places in Keras' layers that draw from it


@contextmanager
def seeded(number: int) -> Iterator[None]:
    """Layers that this thread makes have the seeds that they would have after `keras.utils.set_random_seed(number)`."""
    before = getattr(_own, "source", random)
    _own.source = random.Random(number)
    try:
        yield
    finally:
        _own.source = before


def source_state() -> object:
    """Where the source that this thread draws seeds from stands; None where it has none of its own.

    The common source is left out: other threads draw from it at any moment, and must not draw the same numbers twice.
    """
    source = getattr(_own, "source", random)
    return source.getstate() if isinstance(source, random.Random) else None


def restore_source(state: Any) -> None:
    """Bring back what `source_state` gave, in the same thread."""
    if state is not None:
        _own.source.setstate(state)
