"""Questions to the inspector about a network with its weights: what the network makes of an image, and why."""

from collections.abc import Callable, Hashable
from pathlib import Path
from types import MappingProxyType
from typing import Any, NamedTuple, Protocol

from core.engine.inspector import Answers, Inspector
from core.experiment.model import Experiment
from core.problems import Problem


class View(NamedTuple):
    """One kind of question."""

    function: str  # of the inspector, which answers
    kept: int  # number of answers to keep
    of_weights: bool = True  # whether the answer depends on the network; otherwise all moments of all runs share it


VIEWS = MappingProxyType(
    {
        "labels": View("core.worker.interpret.load_trained:set_labels", 20, of_weights=False),
        "picture": View("core.worker.interpret.load_trained:image_pixels", 200, of_weights=False),
        "nudged": View("core.worker.interpret.adversarial:adversarial_image", 200),
        "inside": View("core.worker.interpret.layer_activations:activations", 100),
        "maps": View("core.worker.interpret.layer_view:all_maps", 60),
        "galleries": View("core.worker.interpret.layer_view:galleries", 60),
        "spreads": View("core.worker.interpret.histograms:distributions", 60),
        "sums": View("core.worker.interpret.weighted_sums:sums", 60),
        "says": View("core.worker.interpret.explain:predicted_probabilities", 500),
        "explain": View("core.worker.interpret.explain:explain", 400),
        "training": View("core.worker.interpret.training_scores:training_scores", 200),
        "shifted": View("core.worker.interpret.shifted_images:shifted_accuracy", 100),
        "cloud": View("core.worker.interpret.feature_map_2d:feature_map", 20),
    }
)


class Killable(Inspector, Protocol):
    """An inspector that may end because of a question, for instance for lack of memory."""

    def was_killed(self, error: BaseException | None) -> bool: ...


class Views:
    """The answers to the views that people opened. Safe to use from several threads.

    Parameters
    ----------
    inspector
        The workers that answer.
    is_ready
        Whether the workers are ready, so that waiting for an answer makes sense.
    """

    def __init__(self, inspector: Killable, is_ready: Callable[[], bool]) -> None:
        self._answers = {
            name: Answers(inspector, is_ready, view.function, view.kept, was_ended=inspector.was_killed)
            for name, view in VIEWS.items()
        }

    def ask(self, name: str, experiment: Experiment, model: str, *arguments: Hashable, wait: bool = True) -> Any | Problem:
        """The answer of a view; None while there is none: ask again.

        Parameters
        ----------
        name
            One of VIEWS.
        experiment
            The experiment; only its data, its layers and its seed matter.
        model
            The file of the weights, see `core.worker.interpret.load_trained.load_model`; "" for those that training starts
            from.
        arguments
            The arguments of the view itself.
        wait
            Whether to wait a moment for the answer.

        Returns
        -------
        Any | Problem
            A Problem where the inspector could not answer.
        """
        key = _key(name, experiment, model, arguments)
        return self._answers[name].ask(key, experiment, model, *arguments, wait=wait)

    def forget(self, name: str, experiment: Experiment, model: str, *arguments: Hashable) -> None:
        """Ask the inspector again at the next `ask` of the same."""
        self._answers[name].forget(_key(name, experiment, model, arguments))


def _key(name: str, experiment: Experiment, model: str, arguments: tuple[Hashable, ...]) -> Hashable:
    of_data = (experiment.data, experiment.fit.seed, arguments)
    return (of_data, experiment.layers, model, _written(model)) if VIEWS[name].of_weights else of_data


def _written(model: str) -> int:
    """The time of a file, which a run in training rewrites; 0 where there is no file."""
    try:
        return Path(model).stat().st_mtime_ns if model else 0
    except OSError:
        return 0
