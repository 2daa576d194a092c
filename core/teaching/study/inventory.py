"""The concept inventory: two equal forms of a test, before and after the lessons, and the answers of a visitor.

Chance decides which form a learner gets first, so that an easier form does not distort the gain.
"""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from core.teaching import library
from core.teaching.deck import INVENTORY, LAB, LECTURE, LESSON, Deck, Option, Question, Words
from core.teaching.deck_items import has_passed
from core.teaching.inventory_form import UNSURE, form_question
from core.teaching.progress import CHOICE, Answer, DeckPosition

BEFORE, AFTER = MOMENTS = ("before", "after")
TEACHING = (LESSON, LECTURE, LAB)  # kinds of decks; between both forms, a visitor must do a deck of these kinds


@dataclass(frozen=True)
class Item:
    """A question of a form of the inventory."""

    number: int  # counted from 1
    concept: str  # its title, the same in both forms
    words: str  # Markdown above the question; "" means no words
    question: Question


@dataclass(frozen=True)
class Form:
    """A form of the inventory, which is a test with a question on each concept."""

    deck: Deck
    items: tuple[Item, ...]

    @property
    def name(self) -> str:
        """The name of its deck, such as "inventory-a"."""
        return self.deck.name


@dataclass(frozen=True)
class FormAnswers:
    """The last answers of a visitor in a form of the inventory."""

    form: Form
    moment: str  # an element of MOMENTS
    chosen: dict[str, Answer]  # by the id of the question
    finished: float | None  # the time of handing in, in seconds since 1970; None before that

    @property
    def open_items(self) -> tuple[Item, ...]:
        """The questions that the visitor has not answered."""
        return tuple(item for item in self.form.items if item.question.id not in self.chosen)

    @property
    def items(self) -> tuple[Item, ...]:
        """The questions that the percentage counts: after handing in, only answered questions; before, all questions."""
        return self.form.items if self.finished is None else tuple(item for item in self.form.items if self._was_asked(item))

    def _was_asked(self, item: Item) -> bool:
        return item.question.id in self.chosen

    @property
    def right(self) -> int:
        """The number of right answers."""
        return sum(self.is_right(item) for item in self.form.items)

    @property
    def percentage(self) -> float:
        """The share of right answers, in percent."""
        return 100 * self.right / max(1, len(self.items))

    def is_right(self, item: Item) -> bool:
        """Return whether a question is answered correctly. Return False if the question has no answer."""
        answer = self.chosen.get(item.question.id)
        return answer is not None and answer.share == 1.0

    def option(self, item: Item) -> Option | None:
        """Return the chosen option. If the question has no answer, or the answer "I do not know", return None."""
        answer = self.chosen.get(item.question.id)
        return next((option for option in item.question.options if answer and option.text == answer.value), None)


def forms() -> tuple[Form, ...]:
    """Return both forms of the inventory.

    Return an empty tuple unless this server has two forms with the same concepts in the same order.
    """
    forms = tuple(Form(deck, tuple(_items(deck))) for deck in library.decks(INVENTORY))
    concepts = {tuple((item.question.id, item.concept) for item in form.items) for form in forms}
    return forms if len(forms) == 2 and len(concepts) == 1 else ()


def _items(deck: Deck) -> Iterable[Item]:
    for number, scene in enumerate(deck.scenes, 1):
        words = "\n\n".join(part.markdown for part in scene.parts if isinstance(part, Words))
        yield Item(number, scene.title, words, form_question(scene))


def answers_by_form(answers: Sequence[Answer], places: Iterable[DeckPosition], first: str) -> tuple[FormAnswers, ...]:
    """Return a visitor's answers in both forms. The form from before the lessons comes first.

    Return an empty tuple if this server has no inventory.

    Parameters
    ----------
    answers
        All answers of the visitor, the first answer first.
    places
        The visitor's positions in decks.
    first
        The name of the form that the visitor was assigned before the lessons.
    """
    finished = {position.deck: position.finished for position in places}
    ordered = sorted(forms(), key=lambda form: form.name != first)
    return tuple(
        FormAnswers(form, moment, _chosen(form, answers), finished.get(form.name))
        for moment, form in zip(MOMENTS, ordered, strict=False)
    )


def _chosen(form: Form, answers: Sequence[Answer]) -> dict[str, Answer]:
    ids = {item.question.id for item in form.items}
    mine = (answer for answer in answers if answer.deck == form.name and answer.kind == CHOICE)
    return {answer.item: answer for answer in mine if answer.item in ids}


def learned_since(
    places: Iterable[DeckPosition], time: float, decks: Iterable[Deck], answers: Sequence[Answer] = ()
) -> bool:
    """Return whether a visitor passed a lesson or a lab, or heard a lecture to its end, since a time.

    Parameters
    ----------
    places
        The visitor's positions in decks.
    time
        The time, in seconds since 1970.
    decks
        The decks of this server.
    answers
        All answers of the visitor.
    """
    teaching = {deck.name: deck for deck in decks if deck.kind in TEACHING}
    ended = [
        position
        for position in places
        if position.deck in teaching and position.finished is not None and position.finished > time
    ]
    return any(teaching[position.deck].kind == LECTURE or has_passed(teaching[position.deck], answers) for position in ended)


def answer_for_option(form: Form, item: Item, text: str) -> Answer | None:
    """Return the answer to store for a chosen option. If the text is no option of the question, return None.

    Parameters
    ----------
    form
        The form.
    item
        Its question.
    text
        The text of the option, or UNSURE.
    """
    option = next((option for option in item.question.options if option.text == text), None)
    if option is None and text != UNSURE:
        return None
    return Answer(form.name, item.question.id, CHOICE, text, float(option is not None and option.is_right), 0.0)
