"""What of a deck is open: a task that is not done, a guess without its result, a question that is not right yet."""

import pytest

from core.teaching import library
from core.teaching.deck import Prediction, Show, Task
from core.teaching.deck_items import first_answers, has_passed, items_to_do, open_items, open_items_text
from core.teaching.progress import HINT, PREDICTION, QUESTION, TASK, Answer
from tests.core.teaching.sample_deck import sample_deck
from tests.core.teaching.study.inventory_answers import passing


def answer(item: str, kind: str, share: float | None, deck: str = "epochs") -> Answer:
    return Answer(deck, item, kind, "", share, 1.0)


RIGHT, DONE = answer("epoch", QUESTION, 1.0), answer("ten", TASK, 1.0)


@pytest.mark.parametrize(
    ("answers", "still_open"),
    [
        ((), ["epoch", "ten"]),
        ((answer("epoch", QUESTION, 0.0), answer("ten", HINT, None)), ["epoch", "ten"]),
        ((answer("epoch", QUESTION, 0.0), RIGHT), ["ten"]),
        ((DONE,), ["epoch"]),
        ((answer("ten", TASK, 1.0, deck="another"), RIGHT), ["ten"]),
        ((RIGHT, DONE), []),
    ],
)
def test_open_items_are_those_that_are_not_right_or_done(answers: tuple[Answer, ...], still_open: list[str]) -> None:
    deck = sample_deck()
    assert [one.item.id for one in open_items(deck, answers)] == still_open
    assert has_passed(deck, answers) is (not still_open)


@pytest.mark.parametrize(
    ("answers", "left"),
    [
        ((), [["epoch"], ["ten"]]),
        ((answer("epoch", QUESTION, 0.0), answer("ten", HINT, 1.0)), [["epoch"], ["ten"]]),
        ((RIGHT,), [[], ["ten"]]),
        ((RIGHT, DONE), [[], []]),
    ],
)
def test_scene_leaves_to_do_what_is_not_right_or_done(answers: tuple[Answer, ...], left: list[list[str]]) -> None:
    assert [[item.id for item in items_to_do(scene, answers)] for scene in sample_deck().scenes] == left


def test_guess_is_to_do_until_it_is_made_and_never_beside_a_task() -> None:
    scenes = [scene for deck in library.decks() for scene in deck.scenes]
    guesses = [(scene, part) for scene in scenes for part in scene.parts if isinstance(part, Prediction)]
    has_task = [any(isinstance(part, Task) for part in scene.parts) for scene, _ in guesses]
    assert set(has_task) == {True, False}
    for (scene, guess), beside_task in zip(guesses, has_task, strict=True):
        assert (guess in items_to_do(scene, ())) is not beside_task
        assert guess not in items_to_do(scene, [answer(guess.id, PREDICTION, None)])


def test_view_to_move_is_to_do_where_it_has_a_goal() -> None:
    shows = [(scene, scene.show) for deck in library.decks() for scene in deck.scenes if scene.show is not None]
    assert {bool(show.reach) for _, show in shows} == {True, False}
    for scene, show in shows:
        assert (show in items_to_do(scene, ())) is bool(show.reach)
        assert not any(isinstance(item, Show) for item in items_to_do(scene, [answer(show.id, TASK, 1.0)]))


def test_guess_is_open_until_its_result_is_there_right_or_wrong() -> None:
    deck = library.find_deck("lesson-01-keras")
    assert deck is not None
    rest = [one for one in passing(deck.name) if one.kind != PREDICTION]
    for share, count in ((None, 2), (0.0, 0), (1.0, 0)):
        guesses = [answer(item, PREDICTION, share, deck.name) for item in ("five-epochs", "one-epoch")]
        assert len(open_items(deck, [*rest, *guesses])) == count


def test_deck_without_a_task_is_never_passed() -> None:
    deck = library.find_deck("lecture")
    assert deck is not None
    assert not has_passed(deck, passing("lecture")) and open_items(deck, passing("lecture")) == ()


@pytest.mark.parametrize("deck", library.decks(), ids=lambda deck: deck.name)
def test_nobody_passes_by_nothing_and_everybody_by_all(deck: object) -> None:
    name = deck.name
    assert not has_passed(deck, ())
    assert has_passed(deck, passing(name)) is (deck.kind in ("lesson", "challenge", "lab"))


def test_guess_of_one_variant_keeps_nobody_from_passing() -> None:
    deck = library.find_deck("lesson-06-loss")
    assert deck is not None
    without = [one for one in passing(deck.name) if one.item != "first"]
    assert has_passed(deck, without) and has_passed(deck.in_variant("watch-first"), without)


def test_first_answers_are_counted() -> None:
    deck = sample_deck()
    assert first_answers(deck, ()) == (0, 1)
    assert first_answers(deck, (answer("epoch", QUESTION, 0.0), RIGHT)) == (0, 1)
    assert first_answers(deck, (RIGHT, answer("epoch", QUESTION, 0.0))) == (1, 1)


def test_what_is_open_is_said_in_words() -> None:
    deck = library.find_deck("lesson-07-learning-rate")
    assert deck is not None
    assert open_items_text(open_items(deck, ())) == "4 tasks, 3 questions and 3 guesses"
    assert open_items_text(open_items(sample_deck(), (RIGHT,))) == "1 task"
