"""The experiment that a scene opens, with the parts that the visitor may change.

Only runs of this experiment count for guesses and tasks: a run of another lesson says nothing about this question.
"""

from dataclasses import dataclass

from core.experiment.descriptions import changes
from core.experiment.model import Experiment
from core.problems import ProblemError
from core.teaching.checks.experiment_form import PARTS, THINGS, canonical, with_layer_ids_of
from core.teaching.deck import HERE, Deck, ExperimentChange, Prediction, Scene, Task
from core.teaching.deck_files import deck_experiments

ALWAYS = frozenset(
    {"seed", "backend", "mode", "metrics"}
)  # parts that change how a network is computed or measured, but not the lesson
COMPARED = ("layers", *PARTS["data"], "optimizer", "loss", "epochs", "batch_size", "callbacks")


@dataclass(frozen=True)
class SceneExperiment:
    """An experiment that a scene opened, with the parts that the visitor may change."""

    start: Experiment
    free: frozenset[str] = ALWAYS  # the parts that may differ: names of `core.teaching.checks.experiment_form.THINGS`

    def is_of(self, experiment: Experiment) -> bool:
        """Return whether an experiment equals the scene's experiment, except for the parts that the visitor may change."""
        return self._form(experiment) == self._form(self.start)

    def _form(self, experiment: Experiment) -> Experiment:
        for name in sorted(self.free):
            experiment = THINGS[name](experiment)
        return canonical(experiment)

    def differences(self, experiment: Experiment) -> list[str]:
        """Describe how an experiment differs from the scene's experiment in parts that the visitor may not change."""
        return changes(with_layer_ids_of(self._form(experiment), self._form(self.start)), self._form(self.start))


def opening_scene_number(deck: Deck, number: int) -> int | None:
    """Return the index of the scene that opened the experiment of a scene. If there is no such scene, return None.

    Both indices are counted from 0.
    """
    return next((earlier for earlier in range(number, -1, -1) if deck.scenes[earlier].opens_experiment), None)


def scene_experiment(deck: Deck, number: int, item: Task | Prediction | None = None) -> SceneExperiment | None:
    """Return the experiment of a scene. If the scene uses the visitor's draft, return None.

    Parameters
    ----------
    deck
        The deck.
    number
        The scene, counted from 0.
    item
        The task or guess that is judged, or None. A task with neither `may_change` nor `show` leaves all parts free. A guess
        with `may_change` leaves no other part free, although the tasks of its scene may.
    """
    owner = opening_scene_number(deck, number)
    start = None if owner is None else experiment_to_open(deck.scenes[owner])
    if owner is None or start is None:
        return None
    if isinstance(item, Prediction) and item.may_change is not None:
        return SceneExperiment(start, ALWAYS | changeable_names(item.may_change))
    is_free = isinstance(item, Task) and item.show is None and item.may_change is None
    free = set(COMPARED if is_free else ()) | ALWAYS
    for scene in deck.scenes[owner : number + 1]:
        for part in scene.parts:
            if isinstance(part, Task):
                free |= changeable_names(part.may_change or ())
            change = part.show if isinstance(part, Task) else part
            if isinstance(change, ExperimentChange):
                free |= _changed(start, change)
    return SceneExperiment(start, frozenset(free))


def experiments_so_far(deck: Deck, number: int) -> tuple[SceneExperiment, ...]:
    """Return all experiments that a deck opened up to a scene, each with the parts that the visitor may change."""
    owners = [earlier for earlier in range(number + 1) if deck.scenes[earlier].opens_experiment]
    ends = [*(owner - 1 for owner in owners[1:]), number]
    return tuple(own for end in ends[: len(owners)] if (own := scene_experiment(deck, end)) is not None)


def experiment_to_open(scene: Scene) -> Experiment | None:
    """Return the experiment that a scene opens. If the scene opens no valid experiment, return None."""
    experiment = None
    try:
        for part in scene.parts:
            if isinstance(part, ExperimentChange) and (part.start != HERE or experiment is not None):
                experiment = deck_experiments.apply_deck_change(part, experiment or Experiment())
    except ProblemError:  # reported when the scene opens the experiment
        return None
    return experiment


def changeable_names(may_change: tuple[str, ...]) -> set[str]:
    """Return the parts that the field `may_change` of a task names, such as all parts of `fit` for "fit"."""
    return {name for word in may_change for name in PARTS.get(word, (word,))}


def _changed(start: Experiment, change: ExperimentChange) -> set[str]:
    """Return the names of the parts of an experiment that a change of the deck alters."""
    try:
        after = deck_experiments.apply_deck_change(change, start)
    except ProblemError:
        return set()
    names = {name for name in COMPARED if _alone(name, start) != _alone(name, after)}
    if "optimizer" in names and _same_but_for_rate(start, after):
        names = names - {"optimizer"} | {"learning_rate"}
    return names


def _same_but_for_rate(start: Experiment, after: Experiment) -> bool:
    form = THINGS["learning_rate"]
    return form(start).compile.optimizer == form(after).compile.optimizer


def _alone(name: str, experiment: Experiment) -> object:
    """Return a part of an experiment, such as "optimizer", by its name."""
    if name == "layers":
        return canonical(experiment).layers
    part = next(part for part, names in PARTS.items() if name in names)
    return getattr(getattr(experiment, part), name)
