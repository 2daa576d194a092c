"""The backends of Keras in 2018 and today, and the later history of each backend. Every fact has its source."""

from dataclasses import dataclass

KERAS_STORY = (
    "In 2018 Keras computed with TensorFlow, CNTK or Theano. Keras 2.3 of September 2019 was the last version with such a "
    "choice; then Keras was a part of TensorFlow 2, as `tf.keras`. Since November 2023 Keras 3 lets you choose again: "
    "TensorFlow, JAX or PyTorch. A script names its backend in a line, then as now."
)


@dataclass(frozen=True)
class Source:
    """A web page that confirms a fact."""

    title: str
    url: str


@dataclass(frozen=True)
class PastBackend:
    """A library that Keras computes with, or did in 2018."""

    name: str
    maker: str
    idea: str  # the idea of the library, in a sentence
    became: str  # the later history of the library
    in_2018: bool
    today: bool
    sources: tuple[Source, ...]


KERAS_SOURCES = (
    Source("Keras 2.3.0", "https://github.com/keras-team/keras/releases/tag/2.3.0"),
    Source("Keras 3", "https://keras.io/keras_3/"),
)
PAST_BACKENDS = (
    PastBackend(
        "TensorFlow",
        "Google",
        "Describes a computation as a graph of operations on tensors; since version 2 each line is computed at once, too.",
        "Still developed. TensorFlow 2.0 of 2019 made Keras its own interface; since TensorFlow 2.16 that is Keras 3.",
        in_2018=True,
        today=True,
        sources=(
            Source("TensorFlow 2.0", "https://blog.tensorflow.org/2019/09/tensorflow-20-is-now-available.html"),
            Source("TensorFlow 2.16", "https://blog.tensorflow.org/2024/03/whats-new-in-tensorflow-216.html"),
        ),
    ),
    PastBackend(
        "CNTK",
        "Microsoft Research",
        "The Microsoft Cognitive Toolkit describes a network as computational steps along a directed graph.",
        "Version 2.7 of April 2019 was the last main release; development has ended.",
        in_2018=True,
        today=False,
        sources=(
            Source("Releases of CNTK", "https://github.com/microsoft/CNTK/releases"),
            Source("CNTK 2.7", "https://learn.microsoft.com/en-us/cognitive-toolkit/releasenotes/cntk_2_7_release_notes"),
        ),
    ),
    PastBackend(
        "Theano",
        "MILA, Université de Montréal",
        "A compiler for expressions over matrices in the syntax of NumPy, for a processor or a GPU.",
        "MILA announced in September 2017 that it ends its development after version 1.0, which came that November. The "
        "developers of PyMC carried it on as Aesara from 2021, and since the end of 2022 as PyTensor.",
        in_2018=True,
        today=False,
        sources=(
            Source("Theano", "https://github.com/Theano/Theano"),
            Source("The announcement", "https://groups.google.com/d/msg/theano-users/7Poq8BZutbY/rNCIfvAEAwAJ"),
            Source("PyTensor", "https://github.com/pymc-devs/pytensor"),
        ),
    ),
    PastBackend(
        "JAX",
        "Google",
        "Functions of NumPy that can be differentiated and compiled by XLA.",
        "A backend of Keras since Keras 3.",
        in_2018=False,
        today=True,
        sources=(Source("JAX", "https://docs.jax.dev/"),),
    ),
    PastBackend(
        "PyTorch",
        "Meta, since 2022 the PyTorch Foundation",
        "Computes line by line, as Python does, and records each operation for the gradients.",
        "A backend of Keras since Keras 3.",
        in_2018=False,
        today=True,
        sources=(Source("PyTorch", "https://pytorch.org/"), Source("Keras 3", "https://keras.io/keras_3/")),
    ),
)
