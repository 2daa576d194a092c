"""Learners who answer the inventory, planted in the database or in memory."""

from core.teaching import library
from core.teaching.deck_items import items_of
from core.teaching.inventory_form import UNSURE
from core.teaching.progress import MARK, PREDICTION, QUESTION, TASK, Answer, DeckPosition, Learner, Progress
from core.teaching.study.inventory import Form, answer_for_option, forms

KINDS = {"task": TASK, "question": QUESTION, "guess": PREDICTION, "mark": MARK}
Planted = tuple[Learner, tuple[DeckPosition, ...], tuple[Answer, ...]]


def answers_to(form: Form, right: int) -> list[Answer]:
    """Answers to a form: the first ones right, then in turns a wrong option and "I do not know"."""
    found = []
    for item in form.items:
        wrong = next(one.text for one in item.question.options if not one.is_right)
        good = next(one.text for one in item.question.options if one.is_right)
        text = good if item.number <= right else wrong if item.number % 2 else UNSURE
        answer = answer_for_option(form, item, text)
        assert answer is not None
        found.append(answer)
    return found


def take(progress: Progress, visitor: str, form: Form, right: int, *, hand_in: bool = True) -> None:
    """Let a visitor answer a form, and hand it in."""
    for answer in answers_to(form, right):
        progress.answer(visitor, answer)
    if hand_in:
        progress.mark_done(visitor, form.name, form.deck.scenes[-1].id)


def passing(name: str) -> tuple[Answer, ...]:
    """The answers of somebody who passed a deck of the product."""
    deck = library.find_deck(name)
    assert deck is not None
    return tuple(Answer(name, one.item.id, KINDS[one.name], "", 1.0, 11.0) for one in items_of(deck))


def learner(before: int, after: int, first: str = "inventory-a", nickname: str = "") -> Planted:
    """A learner who handed in both forms, with so many right answers in each."""
    one, other = sorted(forms(), key=lambda form: form.name != first)
    places = tuple(DeckPosition(form.name, form.deck.scenes[-1].id, 1.0, 2.0, False, 2.0) for form in (one, other))
    return Learner(nickname), places, (*answers_to(one, before), *answers_to(other, after))
