"""The imports of the warm parent: Python's fork server, whose children have Keras and TensorFlow from their first moment.

The fork server imports this module once, and each process that computes is a fork of the server. An import takes seconds,
a fork takes milliseconds, and all forks share the memory of the imports. The module only imports: no line opens a device,
starts a thread or runs an operation, since a fork copies none of these.
"""

import gc
import importlib
import os
import pkgutil
import sys

gc.disable()  # imported modules hold hardly any garbage, and the searches for garbage take 0.6 s

# Keras imports an installed pandas, to take tables as data. No worker has tables, and pandas brings pyarrow, whose memory
# allocator starts a thread (https://github.com/apache/arrow/issues/17285).
sys.modules["pandas"] = None  # type: ignore[assignment]

from core.worker import data, training, views  # noqa: E402
from core.worker.views import shared  # noqa: E402

OTHER_BACKENDS = ("backend_jax", "backend_torch")  # they import packages that may be missing
PACKAGES = (training, data, views, shared)

for name in ("distributed", "core.worker.entrypoints"):
    importlib.import_module(name)
for package in PACKAGES:
    for module in pkgutil.iter_modules(package.__path__, f"{package.__name__}."):
        if not module.name.endswith(OTHER_BACKENDS):
            importlib.import_module(module.name)

del sys.modules["pandas"]  # a program that needs pandas can import pandas

# Only the parent keeps the writing end open; its children close their copies. The pipe closes however the parent ends.
ALIVE, HELD = os.pipe()

gc.freeze()  # a collection in a child would otherwise write to the memory that all children share
gc.enable()
