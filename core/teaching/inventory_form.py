"""What one form of a concept inventory must hold: in each scene one question with one right option and named misconceptions.

Options that stand for known misconceptions, and two forms of equal kind, are what makes an inventory: Hestenes, Wells and
Swackhamer, "Force Concept Inventory" (The Physics Teacher, 1992).
"""

from core.teaching.deck import Deck, Question, Scene, Words
from core.teaching.deck_problems import DeckProblem, mistake

UNSURE = "I do not know"  # stands below the options of each question, so that nobody must guess


def question_of(scene: Scene) -> Question:
    """The question of a scene of a form."""
    return next(part for part in scene.parts if isinstance(part, Question))


def check_inventory(deck: Deck, problems: list[DeckProblem]) -> None:
    """Report what keeps a deck from being a form of an inventory.

    Parameters
    ----------
    deck
        A deck of the kind "inventory".
    problems
        Takes what is wrong.
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
            fix = "Write one question in each scene, with words before it where it needs them."
            problems.append(mistake(scene.line, "deck-inventory", happened, "Expected one question, and no page.", fix))
        for question in questions:
            _check_options(question, problems)


def _check_options(question: Question, problems: list[DeckProblem]) -> None:
    right = sum(option.is_right for option in question.options)
    if right > 1:
        happened = f"{right} options of the question {question.id} are right."
        fix = "Leave right: true at one of them."
        problems.append(mistake(question.line, "deck-inventory", happened, "Expected one in an inventory.", fix))
    for option in question.options:
        if not option.is_right and not option.misconception:
            happened = f"The option {option.text} of the question {question.id} names no misconception."
            fix = "Add misconception: and what somebody believes who chooses it."
            expected = "Expected one for each wrong option of an inventory."
            problems.append(mistake(question.line, "deck-inventory", happened, expected, fix))
        if option.text == UNSURE:
            happened = f"An option of the question {question.id} is {UNSURE}."
            expected, fix = "Expected it to be left out: the page adds it to each question.", "Remove the option."
            problems.append(mistake(question.line, "deck-inventory", happened, expected, fix))
