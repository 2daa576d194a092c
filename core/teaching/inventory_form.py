"""The rules for a form of the concept inventory, which is a test whose wrong options stand for misconceptions.

Options that stand for known misconceptions, and two forms of equal kind, make an inventory: Hestenes, Wells and Swackhamer,
"Force Concept Inventory" (The Physics Teacher, 1992).
"""

from core.teaching.deck import Deck, Question, Scene, Words
from core.teaching.deck_problems import DeckProblem, mistake

UNSURE = "I do not know"  # the answer below the options of each question, so that nobody must guess


def form_question(scene: Scene) -> Question:
    """Return the only question of a scene of the inventory."""
    return next(part for part in scene.parts if isinstance(part, Question))


def check_inventory(deck: Deck, problems: list[DeckProblem]) -> None:
    """Check that a deck keeps the rules for a form of the inventory, and report each mistake.

    Parameters
    ----------
    deck
        A deck of the kind "inventory".
    problems
        The list to which problems are added.
    """
    if deck.variants:
        fix = "Remove the line variants, and the variants of scenes and blocks."
        problems.append(mistake(1, "deck-inventory", "An inventory has variants.", "Expected the same for everybody.", fix))
    for scene in deck.scenes:
        questions = [part for part in scene.parts if isinstance(part, Question)]
        others = [part for part in scene.parts if not isinstance(part, Question | Words)]
        if len(questions) != 1 or others or scene.page:
            happened = (
                f"The scene {scene.title} of an inventory holds {len(questions)} questions and {len(others)} other blocks."
            )
            if scene.page:
                happened = f"The scene {scene.title} of an inventory takes place on {scene.page}."
            fix = "Write a single question in each scene, with words before the question where needed."
            problems.append(mistake(scene.line, "deck-inventory", happened, "Expected a single question, and no page.", fix))
        for question in questions:
            _check_options(question, problems)


def _check_options(question: Question, problems: list[DeckProblem]) -> None:
    right = sum(option.is_right for option in question.options)
    if right > 1:
        happened = f"{right} options of the question {question.id} are right."
        fix = "Leave right: true at a single option."
        problems.append(mistake(question.line, "deck-inventory", happened, "Expected 1 in an inventory.", fix))
    for option in question.options:
        if not option.is_right and not option.misconception:
            happened = f"The option {option.text} of the question {question.id} names no misconception."
            fix = "Add misconception: and the belief of people who choose the option."
            expected = "Expected a misconception for each wrong option of an inventory."
            problems.append(mistake(question.line, "deck-inventory", happened, expected, fix))
        if option.text == UNSURE:
            happened = f"An option of the question {question.id} is {UNSURE}."
            expected, fix = "Expected no such option: the page adds the option to each question.", "Remove the option."
            problems.append(mistake(question.line, "deck-inventory", happened, expected, fix))
