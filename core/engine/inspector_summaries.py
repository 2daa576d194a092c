"""Questions to the inspector about the tables of networks, and about the data after each layer."""

from collections.abc import Callable, Hashable, Mapping
from pathlib import Path
from typing import cast

from core.analysis.layer_outputs import LayerOutput
from core.checks.run import check_values
from core.engine.inspector import Answers, Inspector
from core.experiment.model import Experiment
from core.experiment.shapes import Summary

SUMMARISE = "core.worker.training.summary:summarise"
KEPT = 500  # a few kilobytes each
GLIMPSE = "core.worker.interpret.layer_outputs:layer_outputs"
GLIMPSES_KEPT = 100  # of networks; some ten kilobytes each


class Summaries:
    """All summaries of this server. Safe to use from several threads.

    Parameters
    ----------
    inspector
        The workers that answer.
    is_ready
        Whether the workers are ready, so that waiting for an answer makes sense.
    """

    def __init__(self, inspector: Inspector, is_ready: Callable[[], bool]) -> None:
        self._answers = Answers(inspector, is_ready, SUMMARISE, KEPT)

    def known(self, experiment: Experiment) -> Summary | None:
        """The table of a stack if it is known; never waits."""
        return self.ask(experiment, wait=False)

    def ask(self, experiment: Experiment, *, wait: bool = True) -> Summary | None:
        """The table of a stack.

        Parameters
        ----------
        experiment
            The experiment; only its data set and its layers matter.
        wait
            Whether to wait a moment for the answer.

        Returns
        -------
        Summary | None
            None while there is no answer, or where a value is not allowed; ask again.
        """
        key = (experiment.data.dataset, experiment.layers)
        if (known := self._answers.known(key)) is not None:
            return cast("Summary | None", known)
        if next(check_values(experiment), None) is not None:
            return None
        return cast("Summary | None", self._answers.ask(key, experiment, wait=wait))


class Glimpses:
    """The data after each layer, for pictures that people picked. Safe to use from several threads.

    Parameters
    ----------
    inspector
        The workers that answer.
    is_ready
        Whether the workers are ready, so that waiting for an answer makes sense.
    """

    def __init__(self, inspector: Inspector, is_ready: Callable[[], bool]) -> None:
        self._answers = Answers(inspector, is_ready, GLIMPSE, GLIMPSES_KEPT)

    def ask(self, experiment: Experiment, index: int, model: str = "") -> Mapping[str, LayerOutput] | None:
        """The data after each layer by the layer's id; None while there is no answer; never waits.

        Parameters
        ----------
        experiment
            The experiment; only its data, its layers and its seed matter.
        index
            The index of the picture in the training set.
        model
            The file of a trained network with the same layers; "" for the weights that training starts from.
        """
        return cast(
            "Mapping[str, LayerOutput] | None",
            self._answers.ask(_key(experiment, index, model), experiment, index, model, wait=False),
        )

    def known(self, experiment: Experiment, index: int, model: str = "") -> Mapping[str, LayerOutput] | None:
        """The same if it is known; never asks."""
        return cast("Mapping[str, LayerOutput] | None", self._answers.known(_key(experiment, index, model)))


def _key(experiment: Experiment, index: int, model: str) -> Hashable:
    data = experiment.data
    written = Path(model).stat().st_mtime_ns if model else 0  # a run in training rewrites the file
    return (data.dataset, data.pixels, experiment.layers, experiment.fit.seed, index, model, written)
