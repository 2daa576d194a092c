"""The versions and hardware of a run, as far as they can change the last digits of its numbers."""

import os
import platform
import sys
from pathlib import Path

import keras
import numpy as np
import sklearn

from core.catalogue.backends import BACKENDS
from core.machine import num_cores

CPU_INFO = Path("/proc/cpuinfo")  # only on Linux


def provenance() -> dict[str, str]:
    """Return the versions, processor, threads and devices of this process, by display names such as "scikit-learn"."""
    backend = keras.backend.backend()
    return {
        "Keras": keras.__version__,
        BACKENDS[backend].title: sys.modules[backend].__version__,
        "NumPy": np.__version__,
        "scikit-learn": sklearn.__version__,
        "Python": platform.python_version(),
        "system": f"{platform.system()} {platform.machine()}",
        "processor": _processor(),
        "threads": str(_threads(backend)),
        "devices": _devices(backend),
        "oneDNN": os.environ.get("TF_ENABLE_ONEDNN_OPTS", "as TensorFlow chooses"),
    }


def computing_devices() -> str:
    """Return the devices that Keras computes on in this process, such as "cpu:0, gpu:0"."""
    return _devices(keras.backend.backend())


def _processor() -> str:
    """Return the processor's model, since other models may have other instructions, which round differently."""
    try:
        lines = CPU_INFO.read_text(encoding="utf-8", errors="replace").splitlines()
    except OSError:
        return platform.processor() or platform.machine()
    names = [line.partition(":")[2].strip() for line in lines if line.startswith("model name")]
    return names[0] if names else platform.processor() or platform.machine()


def _threads(backend: str) -> int:
    """Return the number of threads of an operation, since another division into partial sums rounds differently."""
    return int(sys.modules[backend].get_num_threads()) if backend == "torch" else num_cores()


def _devices(backend: str) -> str:
    """Return the devices that the backend computes on, since graphics processors round differently."""
    if backend == "torch":  # Keras cannot list the devices of PyTorch
        return "cuda" if sys.modules[backend].cuda.is_available() else "cpu"
    return ", ".join(sorted(keras.distribution.list_devices()))
