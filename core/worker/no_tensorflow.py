"""Keep TensorFlow out of processes that compute on another backend.

In such a process, Keras' `set_random_seed` would load TensorFlow. The process imports this module before all others.
"""

import os
import sys
from importlib.abc import Loader, MetaPathFinder
from importlib.machinery import ModuleSpec
from types import ModuleType

from core.catalogue.backends import DEFAULT, VARIABLE

NAME = "tensorflow"


class NoTensorFlow(MetaPathFinder, Loader):
    """An importer that finds TensorFlow before other importers, and refuses to load TensorFlow.

    None in `sys.modules` would refuse TensorFlow too, but Keras' augmentation layers take None for a loaded TensorFlow.
    """

    def find_spec(self, name: str, _path: object = None, _target: object = None) -> ModuleSpec | None:
        """Return a spec for TensorFlow, else None. Python calls this method with the name of each module to import."""
        return ModuleSpec(name, self) if name == NAME else None

    def create_module(self, spec: ModuleSpec) -> ModuleType | None:
        """Refuse to load TensorFlow. Python calls this method with the spec that `find_spec` returned."""
        raise ModuleNotFoundError(f"{spec.name} is left out of this process", name=spec.name)

    def exec_module(self, module: ModuleType) -> None:
        """Do nothing: Python never calls this method, since `create_module` raises an error."""


if os.environ.get(VARIABLE, DEFAULT) != DEFAULT:
    sys.meta_path.insert(0, NoTensorFlow())
