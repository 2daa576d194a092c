"""The concept inventory: two forms of equal kind, one before the lessons and the other one after, and how far somebody is.

Which form comes first is assigned by chance, so that a form which is easier than the other favours neither before nor after.
"""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from core.teaching import library
from core.teaching.deck import INVENTORY, LAB, LECTURE, LESSON, Deck, Option, Question, Words
from core.teaching.inventory_form import UNSURE, question_of
from core.teaching.progress import CHOICE, Answer, Place

BEFORE, AFTER = MOMENTS = ("before", "after")
TEACHING = (LESSON, LECTURE, LAB)  # kinds of decks of which one must be done between before and after


@dataclass(frozen=True)
class Item:
    """A question of a form."""

    number: int  # counted from 1
    concept: str  # its title, the same in both forms
    words: str  # Markdown above the question; "" for none
    question: Question


@dataclass(frozen=True)
class Form:
    """One form of the inventory."""

    deck: Deck
    items: tuple[Item, ...]

    @property
    def name(self) -> str:
        """The name of its deck, such as "inventory-a"."""
        return self.deck.name


@dataclass(frozen=True)
class Taken:
    """What a visitor answered in a form, each question at last."""

    form: Form
    moment: str  # one of MOMENTS
    chosen: dict[str, Answer]  # by the id of the question
    finished: float | None  # when it was handed in, in seconds since 1970; None before

    @property
    def open_items(self) -> tuple[Item, ...]:
        """The questions without an answer."""
        return tuple(item for item in self.form.items if item.question.id not in self.chosen)

    @property
    def right(self) -> int:
        """How many questions are answered rightly."""
        return sum(self.is_right(item) for item in self.form.items)

    @property
    def percentage(self) -> float:
        """How many of a hundred questions are answered rightly."""
        return 100 * self.right / len(self.form.items)

    def is_right(self, item: Item) -> bool:
        """Whether a question is answered rightly; one without an answer is not."""
        answer = self.chosen.get(item.question.id)
        return answer is not None and answer.share == 1.0

    def option(self, item: Item) -> Option | None:
        """The option that was chosen; None for "I do not know", and for none."""
        answer = self.chosen.get(item.question.id)
        return next((one for one in item.question.options if answer and one.text == answer.value), None)


def forms() -> tuple[Form, ...]:
    """Both forms of the inventory; () where this server has not two forms with the same concepts in the same order."""
    found = tuple(Form(deck, tuple(_items(deck))) for deck in library.decks(INVENTORY))
    concepts = {tuple((item.question.id, item.concept) for item in form.items) for form in found}
    return found if len(found) == 2 and len(concepts) == 1 else ()


def _items(deck: Deck) -> Iterable[Item]:
    for number, scene in enumerate(deck.scenes, 1):
        words = "\n\n".join(part.markdown for part in scene.parts if isinstance(part, Words))
        yield Item(number, scene.title, words, question_of(scene))


def taken(answers: Sequence[Answer], places: Iterable[Place], first: str) -> tuple[Taken, ...]:
    """What a visitor did of both forms, the one before first; () where this server has no inventory.

    Parameters
    ----------
    answers
        All tries of the visitor, the first one first.
    places
        The visitor's places in decks.
    first
        The name of the form that they were assigned before.
    """
    finished = {place.deck: place.finished for place in places}
    ordered = sorted(forms(), key=lambda form: form.name != first)
    return tuple(
        Taken(form, moment, _chosen(form, answers), finished.get(form.name))
        for moment, form in zip(MOMENTS, ordered, strict=False)
    )


def _chosen(form: Form, answers: Sequence[Answer]) -> dict[str, Answer]:
    ids = {item.question.id for item in form.items}
    mine = (answer for answer in answers if answer.deck == form.name and answer.kind == CHOICE)
    return {answer.item: answer for answer in mine if answer.item in ids}


def learned_since(places: Iterable[Place], time: float, decks: Iterable[Deck]) -> bool:
    """Whether a visitor came to the end of a lesson, a lecture or a lab since a time.

    Parameters
    ----------
    places
        The visitor's places.
    time
        In seconds since 1970.
    decks
        The decks of this server.
    """
    teaching = {deck.name for deck in decks if deck.kind in TEACHING}
    return any(place.deck in teaching and place.finished is not None and place.finished > time for place in places)


def answer_of(form: Form, item: Item, text: str) -> Answer | None:
    """The answer to keep for an option of a question; None for a text that is no option.

    Parameters
    ----------
    form
        The form.
    item
        Its question.
    text
        The text of the option, or UNSURE.
    """
    option = next((one for one in item.question.options if one.text == text), None)
    if option is None and text != UNSURE:
        return None
    return Answer(form.name, item.question.id, CHOICE, text, float(option is not None and option.is_right), 0.0)
