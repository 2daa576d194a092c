"""What pages hold back while a guess of a deck is open."""

import pytest

from core.teaching import library
from core.teaching.held_back import held_back
from core.teaching.progress import PREDICTION, Answer


@pytest.mark.parametrize(
    ("name", "guess", "held", "from_scene", "scene"),
    [
        ("lesson-02-pixels", "large", "warnings", 0, 1),
        ("lesson-06-loss", "first", "chance", 0, 1),
        ("lesson-07-learning-rate", "huge", "warnings", 3, 3),
    ],
)
def test_guess_holds_back_what_would_answer_it_until_its_result(
    name: str, guess: str, held: str, from_scene: int, scene: int
) -> None:
    deck = library.find_deck(name)
    assert deck is not None
    deck = deck.in_variant("")
    numbers = [number for number in range(len(deck.scenes)) if held_back(deck, number, ())]
    assert numbers == list(range(from_scene, scene + 1))
    assert held_back(deck, scene, ()) == {held}
    made = Answer(name, guess, PREDICTION, "below 30 %", None, 0.0)
    assert held_back(deck, scene, (made,)) == {held}, "a guess that is made has no result yet"
    told = Answer(name, guess, PREDICTION, "below 30 %", 1.0, 0.0)
    assert held_back(deck, scene, (told,)) == frozenset()


def test_variant_that_does_not_guess_holds_nothing_back() -> None:
    deck = library.find_deck("lesson-06-loss")
    assert deck is not None
    assert held_back(deck.in_variant("watch-first"), 1, ()) == frozenset()
