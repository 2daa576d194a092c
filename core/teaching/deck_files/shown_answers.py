"""Warnings for predictions whose answer the page already shows. Such a deck can still be opened, but teaches less."""

from collections.abc import Iterator

from core.checks.experiment_checks import check
from core.teaching.checks.predictable_values import PREDICTABLE_VALUES
from core.teaching.deck import CHALLENGE, WARNINGS, Deck, Prediction, Scene, Task
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
    for number, scene in enumerate(deck.scenes):
        for part in scene.parts:
            if isinstance(part, Prediction) and (warning := _warning(part, deck, number)):
                happened = f"While the guess {part.id} is open, pages say: {warning}"
                yield mistake(part.line, "deck-shown-answer", happened, "Expected no advice before a guess.", HOLD)
            if isinstance(part, Prediction) and (where := _where(part, scene)):
                fix = ASK_ANOTHER if part.predictable_value in ON_EVERY_PAGE else NO_PAGE
                happened = f"The guess {part.id} asks for {part.predictable_value}, which {where} shows."
                yield mistake(part.line, "deck-shown-answer", happened, "Expected an answer that is not in sight.", fix)


def _warning(prediction: Prediction, deck: Deck, number: int) -> str:
    """Return the first warning on the experiment of a guess about a run, unless an earlier task may have repaired it.

    Challenges hold warnings back by themselves.
    """
    own, opened = scene_experiment(deck, number, prediction), opening_scene_number(deck, number)
    earlier = (part for scene in deck.scenes[opened or 0 : number] for part in scene.parts)
    waits = deck.kind == CHALLENGE or WARNINGS in prediction.hold_back
    is_changed = any(isinstance(part, Task) and part.show is not None for part in earlier)
    if own is None or waits or is_changed or not PREDICTABLE_VALUES[prediction.predictable_value].needs_run:
        return ""
    return next((problem.happened for problem in check(own.start) if not problem.blocks), "")


def _where(prediction: Prediction, scene: Scene) -> str:
    """Return the page that shows the answer of a prediction. If no page shows the answer, return an empty string."""
    if PREDICTABLE_VALUES[prediction.predictable_value].needs_run:
        return ""
    return "every page" if prediction.predictable_value in ON_EVERY_PAGE else scene.page
