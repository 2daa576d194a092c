"""The backends of Keras, such as TensorFlow, which do its computing. A network can be trained with any of them."""

from dataclasses import dataclass
from types import MappingProxyType

VARIABLE = "KERAS_BACKEND"  # the environment variable that Keras reads once, on import


@dataclass(frozen=True)
class Backend:
    """A backend of Keras, such as TensorFlow."""

    name: str
    title: str
    module: str  # the module to import
    sentence: str  # for a beginner
    start_seconds: int  # roughly, until a trainer is ready
    several_steps: bool = True  # whether Keras supports several steps per execution
    always_compiled: bool = False  # whether Keras compiles each step with XLA by default
    has_fast_mode: bool = False  # whether XLA is optional


BACKENDS = MappingProxyType(
    {
        backend.name: backend
        for backend in (
            Backend(
                "tensorflow",
                "TensorFlow",
                "tensorflow",
                "Google's library of 2015, which turns a training step into a graph, and then runs the graph.",
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
                "Meta's library of 2016: each line of a training step runs immediately, one after the other.",
                start_seconds=8,
                several_steps=False,
            ),
        )
    }
)
DEFAULT = next(iter(BACKENDS))
