"""The base classes of the requests that pages send to a worker process, and the keys under which results are cached."""

from collections.abc import Hashable
from dataclasses import dataclass, fields, replace
from pathlib import Path
from typing import Any, ClassVar, Generic, Self, TypeVar

from core.experiment.model import Experiment

Answer = TypeVar("Answer", covariant=True)


@dataclass(frozen=True)
class Question(Generic[Answer]):
    """A request to a worker process. Its fields are the arguments of the function that computes the result.

    Attributes
    ----------
    function
        The worker's function, such as "core.worker.views.border:border", which returns an `Answer` or a Problem.
    kept
        The number of results that the server caches.
    """

    function: ClassVar[str]
    kept: ClassVar[int]

    @property
    def arguments(self) -> tuple[Any, ...]:
        """The values of the fields, in their order."""
        return tuple(getattr(self, field.name) for field in fields(self))

    @property
    def key(self) -> Hashable:
        """The cache key. Requests with equal keys have equal results."""
        return self.arguments

    @property
    def shown_dataset(self) -> str:
        """The name of the data set whose images the result shows, or an empty string.

        After the images of this data set are deleted, the result is not shown any more.
        """
        return ""


@dataclass(frozen=True)
class ImagesQuestion(Question[Answer]):
    """A request for images or labels of an experiment, which needs no network."""

    experiment: Experiment  # only its data and its seed matter

    @property
    def key(self) -> Hashable:
        """The cache key: the data, the seed, and the other fields."""
        return (self.experiment.data, self.experiment.fit.seed, self.arguments[1:])

    @property
    def shown_dataset(self) -> str:
        """The data set of the experiment."""
        return self.experiment.data.dataset


@dataclass(frozen=True)
class NetworkQuestion(Question[Answer]):
    """A request about a network with its initial weights or with the weights of a file."""

    experiment: Experiment  # only its data, its layers and its seed matter
    model: str  # the file of the weights; "" for the weights that training starts from

    @property
    def key(self) -> Hashable:
        """The cache key: the data, the seed, the layers, the weights, and the other fields."""
        experiment = self.experiment
        weights = (experiment.layers, self.model, file_write_time(self.model))
        return (experiment.data, experiment.fit.seed, weights, self.arguments[2:])

    @property
    def shown_dataset(self) -> str:
        """The data set of the experiment."""
        return self.experiment.data.dataset

    def of_weights(self, model: str) -> Self:
        """Return the same request for the weights of another file."""
        return replace(self, model=model)


@dataclass(frozen=True)
class LossQuestion(Question[Answer]):
    """A request about the loss of a network around its initial weights."""

    experiment: Experiment  # only its data, its layers, its loss and its seed matter

    @property
    def key(self) -> Hashable:
        """The cache key: all values on which the loss depends."""
        experiment = self.experiment
        return (experiment.data, experiment.layers, experiment.compile.loss, experiment.fit.seed)


def file_write_time(path: str) -> int:
    """Return the modification time of a file, which training writes again and again. Return 0 if the file is missing."""
    try:
        return Path(path).stat().st_mtime_ns if path else 0
    except OSError:
        return 0
