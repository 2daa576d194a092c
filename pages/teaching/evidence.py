"""The evidence by which the checks of a deck judge a task: the visitor's runs, draft and answers."""

import math

from core.application import application
from core.experiment.model import Experiment
from core.teaching.checks import evidence
from core.teaching.checks.evidence import Evidence, RunScope
from core.teaching.deck import Mark, Prediction, Question, Task
from core.teaching.progress import HINT
from core.teaching.scene_experiments import SceneExperiment, experiments_so_far, scene_experiment
from pages.shell import session
from pages.shell.page_data import View
from pages.teaching.current_scene import CurrentScene

BROUGHT = "it was opened from a file or a link"


def gather_evidence(now: CurrentScene, view: View, item: Task | Prediction | None = None) -> Evidence:
    """Gather the visitor's runs, draft and answers since the open deck asked for them.

    Parameters
    ----------
    now
        The open deck and its current scene.
    view
        The view of this script run, with the visitor's draft.
    item
        The task or guess that is judged, or None for another item.
    """
    progress, visitor, begun = application().progress, session.visitor(), now.place.begun
    own, brought = scene_experiment(now.deck, now.number, item), draft_import_time(now)
    return evidence.collect_evidence(
        application().runs,
        visitor,
        view.experiment,
        activities=progress.activities(visitor, since=now.opened),
        answers=_first_answers(now),
        questions={
            part.id: part.ask
            for scene in now.deck.scenes
            for part in scene.parts
            if isinstance(part, Question | Prediction | Mark)
        },
        start=own.start if own else None,
        foreign=foreign_draft_reasons(own, view.experiment, brought),
        belonging=_belonging(now, own, brought),
        since=begun,
    )


def draft_import_time(now: CurrentScene) -> float:
    """Return when the visitor last opened an experiment from a file or a link, after the scene opened its own experiment.

    Return infinity if that never happened.
    """
    activities = application().progress.activities(session.visitor(), since=now.experiment_opened)
    return max((activity.done for activity in activities if activity.kind == session.BROUGHT), default=math.inf)


def foreign_draft_reasons(own: SceneExperiment | None, draft: Experiment, brought: float) -> tuple[str, ...]:
    """Return the differences, in words, that make the draft another experiment than the scene's.

    Return an empty tuple if there are none.

    Parameters
    ----------
    own
        The scene's experiment, or None if the deck takes any draft.
    draft
        The draft.
    brought
        When the draft was opened from a file or a link, or infinity if that never happened.
    """
    if brought < math.inf:
        return (BROUGHT,)
    return () if own is None or own.is_of(draft) else tuple(own.differences(draft))


def _belonging(now: CurrentScene, own: SceneExperiment | None, brought: float) -> RunScope:
    several = experiments_so_far(now.deck, now.number)
    is_of_deck = (lambda experiment: any(known.is_of(experiment) for known in several)) if several else _always
    is_of_scene = own.is_of if own else _always
    return RunScope(
        is_of_scene,
        lambda experiment: is_of_scene(experiment) or is_of_deck(experiment),
        max(now.opened, now.experiment_opened),
        brought,
    )


def _always(_experiment: Experiment) -> bool:
    return True


def _first_answers(now: CurrentScene) -> dict[str, str]:
    """Return the first answer to each question of the deck. Later answers do not count, since the right answer was shown."""
    tries = application().progress.answers(session.visitor(), now.deck.name, since=now.place.begun)
    return {answer.item: answer.value for answer in reversed(tries) if answer.kind != HINT}
