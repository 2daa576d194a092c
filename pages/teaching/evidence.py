"""The evidence that the checks of the open deck see, gathered for the visitor."""

from core.application import application
from core.experiment.model import Experiment
from core.problems import ProblemError
from core.teaching.checks import evidence
from core.teaching.checks.evidence import Evidence
from core.teaching.deck import HERE, ExperimentChange, Mark, Prediction, Question
from core.teaching.deck_files import deck_experiments
from pages.shell import session
from pages.shell.view import View
from pages.teaching.current_scene import Current


def gather_evidence(now: Current, view: View) -> Evidence:
    """What the visitor has done since they began the open deck.

    Parameters
    ----------
    now
        The deck that is open, and where its visitor is.
    view
        The view of this script run, with the visitor's draft.
    """
    progress, visitor, since = application().progress, session.visitor(), now.place.begun
    tries = progress.answers(visitor, now.deck.name, since=since)
    return evidence.gather(
        application().runs,
        visitor,
        view.experiment,
        activities=progress.activities(visitor, since=since),
        answers={answer.item: answer.value for answer in tries},
        asked={
            part.id: part.ask
            for scene in now.deck.scenes
            for part in scene.parts
            if isinstance(part, Question | Prediction | Mark)
        },
        start=_start(now),
        since=since,
    )


def _start(now: Current) -> Experiment | None:
    """The experiment that the scene opened, or the last scene before it that opened one; None where none did."""
    for scene in reversed(now.deck.scenes[: now.number + 1]):
        for part in reversed(scene.parts):
            if isinstance(part, ExperimentChange) and part.start != HERE:
                try:
                    return deck_experiments.apply(part, Experiment())
                except ProblemError:  # said where the scene opened it
                    return None
    return None
