"""Warnings for predictions whose answer the page already shows. Such a deck can still be opened, but teaches less."""

from collections.abc import Iterator

from core.teaching.checks.predictable_values import PREDICTABLE_VALUES
from core.teaching.deck import Deck, Prediction, Scene
from core.teaching.deck_problems import DeckProblem, mistake

ON_EVERY_PAGE = ("parameters",)  # values of the draft that the rail shows on every page; other pages show other values
ASK_ANOTHER = "Ask it as a question with options before the experiment is opened, or ask for a figure that a run answers."
NO_PAGE = "Remove page= from the heading of the scene, so that it takes place on Learn."


def answers_given_away(deck: Deck) -> Iterator[DeckProblem]:
    """Yield a problem for each prediction whose answer a page already shows to the visitor.

    Parameters
    ----------
    deck
        The deck.
    """
    for scene in deck.scenes:
        for part in scene.parts:
            if isinstance(part, Prediction) and (where := _where(part, scene)):
                fix = ASK_ANOTHER if part.predictable_value in ON_EVERY_PAGE else NO_PAGE
                happened = f"The guess {part.id} asks for {part.predictable_value}, which {where} shows."
                yield mistake(part.line, "deck-shown-answer", happened, "Expected an answer that is not in sight.", fix)


def _where(prediction: Prediction, scene: Scene) -> str:
    """Return the page that shows the answer of a prediction. If no page shows the answer, return an empty string."""
    if PREDICTABLE_VALUES[prediction.predictable_value].needs_run:
        return ""
    return "every page" if prediction.predictable_value in ON_EVERY_PAGE else scene.page
