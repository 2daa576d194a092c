"""Keep TensorFlow out of processes that compute on another backend, where `keras.utils.set_random_seed` would load it.

Such a process imports this module first.
"""

import os
import sys
from importlib.abc import Loader, MetaPathFinder
from importlib.machinery import ModuleSpec
from types import ModuleType

from core.catalogue.backends import DEFAULT, VARIABLE

NAME = "tensorflow"


class NoTensorFlow(MetaPathFinder, Loader):
    """Find TensorFlow before others do, and refuse to load it.

    None in `sys.modules` would refuse it too, but Keras' layers of augmentation take None for a loaded TensorFlow.
    """

    def find_spec(self, name: str, _path: object = None, _target: object = None) -> ModuleSpec | None:
        """Called by Python with the name of each module to import."""
        return ModuleSpec(name, self) if name == NAME else None

    def create_module(self, spec: ModuleSpec) -> ModuleType | None:
        """Called by Python to load TensorFlow."""
        raise ModuleNotFoundError(f"{spec.name} is left out of this process", name=spec.name)

    def exec_module(self, module: ModuleType) -> None:
        """Never called."""


if os.environ.get(VARIABLE, DEFAULT) != DEFAULT:
    sys.meta_path.insert(0, NoTensorFlow())
