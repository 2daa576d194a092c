"""Questions to the inspector about whole data sets: what is measured of them, and a hundred images of a class."""

from collections.abc import Callable
from typing import cast

import numpy as np

from core.datasets.overview import Overview
from core.engine.inspector import Answers, Inspector
from core.problems import Problem

OVERVIEW = "core.worker.interpret.data_overview:overview"
HUNDRED = "core.worker.interpret.data_overview:hundred"
OVERVIEWS_KEPT = 30  # of data sets; 20 kB each, one of 100 classes 200 kB
HUNDREDS_KEPT = 60  # of Fashion-MNIST 80 kB each


class DataQuestions:
    """What is known of whole data sets, each asked once. Safe to use from several threads.

    Parameters
    ----------
    inspector
        The workers that answer.
    is_ready
        Whether the workers are ready, so that waiting for an answer makes sense.
    """

    def __init__(self, inspector: Inspector, is_ready: Callable[[], bool]) -> None:
        self._overviews = Answers(inspector, is_ready, OVERVIEW, OVERVIEWS_KEPT)
        self._hundreds = Answers(inspector, is_ready, HUNDRED, HUNDREDS_KEPT)

    def overview(self, name: str, *, wait: bool = True) -> Overview | Problem | None:
        """What was measured of a data set; None while there is no answer."""
        return cast("Overview | Problem | None", self._overviews.ask(name, name, wait=wait))

    def hundred(self, name: str, label: int, seed: int, *, wait: bool = True) -> np.ndarray | Problem | None:
        """A hundred images of a class, uint8 (count, height, width, channels); None while there is no answer.

        Parameters
        ----------
        name
            The data set.
        label
            The class.
        seed
            Another seed gives other images.
        wait
            Whether to wait a moment for the answer.
        """
        return cast("np.ndarray | Problem | None", self._hundreds.ask((name, label, seed), name, label, seed, wait=wait))
