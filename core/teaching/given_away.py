"""Warnings for predictions whose answer the page already shows. Such a deck can still be opened, but teaches less."""

from collections.abc import Iterator
from functools import cache

from core.checks.experiment_checks import check
from core.experiment.model import Experiment
from core.teaching.checks.predictable_values import PREDICTABLE_VALUES
from core.teaching.deck import CHALLENGE, WARNINGS, Deck, ExperimentChange, Prediction, Scene, Task
from core.teaching.deck_problems import DeckProblem, mistake
from core.teaching.scene_experiments import opening_scene_number, scene_experiment

ON_EVERY_PAGE = ("parameters",)  # values of the draft that the rail shows on every page; other pages show other values
ASK_ANOTHER = "Ask it as a question with options before the experiment is opened, or ask for a figure that a run answers."
HOLD = "Write hold_back: [warnings] in the guess, so that the warning waits for the result."
NO_PAGE = "Remove page= from the heading of the scene, so that it takes place on Learn."


def answers_given_away(deck: Deck) -> Iterator[DeckProblem]:
    """Yield a problem for each prediction whose answer a page already shows to the visitor.

    Parameters
    ----------
    deck
        The deck.
    """
    warning_on = cache(_first_warning)  # guesses share experiments, and a check takes time
    for number, scene in enumerate(deck.scenes):
        own = scene_experiment(deck, number)
        for guess in (part for part in scene.parts if isinstance(part, Prediction)):
            if own is not None and not _waits(guess, deck, number) and (warning := warning_on(own.start)):
                happened = f"While the guess {guess.id} is open, pages say: {warning}"
                yield mistake(guess.line, "deck-shown-answer", happened, "Expected no advice before a guess.", HOLD)
            if where := _where(guess, scene):
                fix = ASK_ANOTHER if guess.predictable_value in ON_EVERY_PAGE else NO_PAGE
                happened = f"The guess {guess.id} asks for {guess.predictable_value}, which {where} shows."
                yield mistake(guess.line, "deck-shown-answer", happened, "Expected an answer that is not in sight.", fix)


def _waits(prediction: Prediction, deck: Deck, number: int) -> bool:
    """Return whether warnings on the experiment of a guess are no hint, or wait for its result, as in each challenge."""
    scenes = deck.scenes[opening_scene_number(deck, number) or 0 : number + 1]
    changes = (part for scene in scenes for part in scene.parts if isinstance(part, ExperimentChange))
    shows = (part.show for scene in scenes[:-1] for part in scene.parts if isinstance(part, Task))
    may_be_repaired = any(change.needs_repair for change in changes) or any(show is not None for show in shows)
    needs_run = PREDICTABLE_VALUES[prediction.predictable_value].needs_run
    return deck.kind == CHALLENGE or WARNINGS in prediction.hold_back or may_be_repaired or not needs_run


def _first_warning(experiment: Experiment) -> str:
    return next((problem.happened for problem in check(experiment) if not problem.blocks), "")


def _where(prediction: Prediction, scene: Scene) -> str:
    """Return the page that shows the answer of a prediction. If no page shows the answer, return an empty string."""
    if PREDICTABLE_VALUES[prediction.predictable_value].needs_run:
        return ""
    return "every page" if prediction.predictable_value in ON_EVERY_PAGE else scene.page
