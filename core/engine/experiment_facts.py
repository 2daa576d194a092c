"""Facts about experiments that need Keras or data files: the layer table of a network, and the image counts."""

from collections.abc import Hashable
from dataclasses import dataclass
from typing import ClassVar

from core.catalogue.datasets import missing_files
from core.checks.experiment_checks import check_values
from core.engine.inspector import Inspector
from core.experiment.model import Data, Experiment
from core.experiment.set_sizes import ImagesPerClass, images_per_set, needs_label_count
from core.experiment.shapes import Summary
from core.views.shared.question import Question


@dataclass(frozen=True)
class SummaryQuestion(Question[Summary]):
    """A request to the inspector for the layer table of a network."""

    experiment: Experiment  # only its data set and its layers matter

    function: ClassVar = "core.worker.training.summary:summarise"
    kept: ClassVar = 500  # a few kilobytes each

    @property
    def key(self) -> Hashable:
        """The data set and the layers, on which the table depends."""
        return (self.experiment.data.dataset, self.experiment.layers)


@dataclass(frozen=True)
class ClassCountsQuestion(Question[ImagesPerClass]):
    """A request to the inspector for the number of images of each class in each set."""

    data: Data
    seed: int

    function: ClassVar = "core.worker.data.load:class_counts"
    kept: ClassVar = 200

    @property
    def key(self) -> Hashable:
        """The settings on which the counts depend."""
        data = self.data
        return (data.dataset, data.train_images, data.validation_split, data.corrections, self.seed)


class ExperimentFacts:
    """Answers questions about experiments by means of the inspector. Safe to use from several threads.

    Parameters
    ----------
    inspector
        The inspector, which asks a worker process.
    """

    def __init__(self, inspector: Inspector) -> None:
        self._inspector = inspector

    def summary(self, experiment: Experiment, *, wait: bool = True) -> Summary | None:
        """Return the layer table of an experiment's network.

        Return None if the answer has not arrived yet (call again later), or if a value of the experiment is not allowed.

        Parameters
        ----------
        experiment
            The experiment. Only its data set and its layers matter.
        wait
            Whether to wait a moment for the answer.
        """
        question = SummaryQuestion(experiment)
        if (known := self._inspector.known(question)) is not None:
            return known
        if next(check_values(experiment), None) is not None:
            return None
        answer = self._inspector.ask(question, wait=wait)
        return answer if isinstance(answer, Summary) else None

    def known_summary(self, experiment: Experiment) -> Summary | None:
        """Return the layer table of an experiment's network without waiting, or None if the table is not known yet."""
        return self.summary(experiment, wait=False)

    def counts(self, experiment: Experiment, *, wait: bool = True) -> ImagesPerClass | None:
        """Return the number of images of each class in each set of an experiment, if labels must be counted for this.

        Parameters
        ----------
        experiment
            The experiment. Only its data and its seed matter.
        wait
            Whether to wait a moment for the answer.

        Returns
        -------
        ImagesPerClass | None
            None if the answer has not arrived yet, or if the sizes follow from the settings; see
            `core.experiment.set_sizes.images_per_set`.
        """
        if not needs_label_count(experiment.data):
            return None
        question = ClassCountsQuestion(experiment.data, experiment.fit.seed)
        if (known := self._inspector.known(question)) is not None:
            return known
        if missing_files(experiment.data.dataset):
            return None
        answer = self._inspector.ask(question, wait=wait)
        return answer if isinstance(answer, ImagesPerClass) else None

    def training_images(self, experiment: Experiment) -> int:
        """Return the number of training images without waiting. Left-out images are included until a worker has counted."""
        return images_per_set(experiment.data, self.counts(experiment, wait=False)).train
