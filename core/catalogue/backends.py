"""The libraries that can do Keras' computing: the same net and the same fit on each."""

from dataclasses import dataclass
from types import MappingProxyType

VARIABLE = "KERAS_BACKEND"  # of the environment: what Keras reads once, when it is imported


@dataclass(frozen=True)
class Backend:
    """One library that does the computing."""

    name: str  # as Keras calls it
    title: str
    module: str  # what is imported
    sentence: str  # for a beginner
    start_seconds: int  # about how long a trainer takes to start
    several_steps: bool = True  # whether Keras can run several steps at a call
    always_compiled: bool = False  # whether Keras compiles each step with XLA, unless it is told not to
    has_fast_mode: bool = False  # whether XLA is a choice


BACKENDS = MappingProxyType(
    {
        backend.name: backend
        for backend in (
            Backend(
                "tensorflow",
                "TensorFlow",
                "tensorflow",
                "Google's library of 2015: it turns a training step into a graph, and then runs the graph.",
                start_seconds=10,
                has_fast_mode=True,
            ),
            Backend(
                "jax",
                "JAX",
                "jax",
                "Google's library of 2018: a training step is a pure function, which XLA compiles to machine code.",
                start_seconds=6,
                always_compiled=True,
            ),
            Backend(
                "torch",
                "PyTorch",
                "torch",
                "Meta's library of 2016: each line of a training step runs at once, as Python does.",
                start_seconds=8,
                several_steps=False,
            ),
        )
    }
)
DEFAULT = next(iter(BACKENDS))
