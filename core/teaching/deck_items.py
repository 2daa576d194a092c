"""The items that visitors have to do to pass a deck: tasks, questions, guesses, marked epochs and goals of views."""

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from typing import TypeGuard

from core.number_text import enumeration
from core.teaching.deck import Deck, Mark, Part, Prediction, Question, Scene, Show, Task
from core.teaching.progress import HINT, Answer, DeckPosition

Item = Prediction | Task | Question | Mark | Show
SETTLED = {"task": "tasks", "question": "questions", "guess": "guesses", "mark": "marks"}  # the kinds, and their plurals


@dataclass(frozen=True)
class DeckItem:
    """An item that visitors have to do in a deck, such as a task or a question, with the number of its scene."""

    number: int  # the index of the item's scene, counted from 0
    item: Item
    variant: str = ""  # the only variant of the deck with this item; "" means all variants

    @property
    def name(self) -> str:
        """The kind of the item: "task", "question", "guess" or "mark"."""
        kinds = {Task: "task", Show: "task", Question: "question", Prediction: "guess", Mark: "mark"}
        return kinds[type(self.item)]

    @property
    def words(self) -> str:
        """The text of the item: its question, or the sentence about its task."""
        return self.item.do if isinstance(self.item, Task | Show) else self.item.ask


def items_of(deck: Deck) -> Iterator[DeckItem]:
    """Yield all tasks, questions, guesses, marks and views with goals of a deck, in the order of the deck."""
    for number, scene in enumerate(deck.scenes):
        for part in scene.parts:
            if isinstance(part, Prediction | Task | Question | Mark) or _is_goal(part):
                yield DeckItem(number, part, part.variant or scene.variant)


def tries_by_item(deck: Deck, answers: Iterable[Answer]) -> dict[str, list[Answer]]:
    """Return a visitor's answers to each item of a deck, by the item's id. The first answer comes first.

    Hints that a visitor was shown are stored as answers, too. They are left out.
    """
    tries: dict[str, list[Answer]] = {}
    for answer in answers:
        if answer.deck == deck.name and answer.kind != HINT:
            tries.setdefault(answer.item, []).append(answer)
    return tries


def is_item_done(item: Item, tries: Sequence[Answer]) -> bool:
    """Return whether a visitor has done an item.

    A guess is done if its result is known. Any other item is done if one of the answers was right.

    Parameters
    ----------
    item
        The item.
    tries
        The visitor's answers to the item.
    """
    if isinstance(item, Prediction):
        return any(answer.share is not None for answer in tries)
    return any(answer.share == 1.0 for answer in tries)


def open_items(deck: Deck, answers: Sequence[Answer]) -> tuple[DeckItem, ...]:
    """Return the items of a deck that a visitor has not done yet, in the order of the deck.

    Parameters
    ----------
    deck
        The deck in the visitor's variant.
    answers
        All answers of the visitor.
    """
    tries = tries_by_item(deck, answers)
    return tuple(entry for entry in items_of(deck) if not is_item_done(entry.item, tries.get(entry.item.id, ())))


def items_to_do(scene: Scene, answers: Sequence[Answer]) -> tuple[Item, ...]:
    """Return the items of a scene that a visitor still has to do.

    A guess is done as soon as the visitor has guessed. In a scene with a task, visitors need not guess, since the task shows
    the results of the guesses.

    Parameters
    ----------
    scene
        The scene, taken from the deck in the visitor's variant.
    answers
        The visitor's answers in the scene's deck, since the visitor last began the deck.
    """
    tries = [answer for answer in answers if answer.kind != HINT]
    done = {answer.item for answer in tries if answer.share == 1.0}
    wanted: list[Item] = [part for part in scene.parts if isinstance(part, Task | Question | Mark) or _is_goal(part)]
    to_do = [item for item in wanted if item.id not in done]
    if not any(isinstance(item, Task) for item in wanted):
        made = {answer.item for answer in tries}
        to_do += [part for part in scene.parts if isinstance(part, Prediction) and part.id not in made]
    return tuple(to_do)


def _is_goal(part: Part) -> TypeGuard[Show]:
    return isinstance(part, Show) and bool(part.reach)


def has_tasks(deck: Deck) -> bool:
    """Return whether a deck has a task or a view with goals. Only such decks can be passed."""
    return any(isinstance(entry.item, Task | Show) for entry in items_of(deck))


def has_passed(deck: Deck, answers: Sequence[Answer]) -> bool:
    """Return whether a visitor has passed a deck, by doing all items that every variant of the deck has.

    A deck without a task and without a view with goals cannot be passed.

    See `open_items` for the arguments.
    """
    return has_tasks(deck) and all(entry.variant for entry in open_items(deck, answers))


def first_answers(deck: Deck, answers: Sequence[Answer]) -> tuple[int, int]:
    """Return the number of questions whose first answer was right, and the number of all questions in the deck.

    See `open_items` for the arguments.
    """
    questions, tries = (
        [entry.item for entry in items_of(deck) if isinstance(entry.item, Question)],
        tries_by_item(deck, answers),
    )
    firsts = [tries[question.id][0].share for question in questions if question.id in tries]
    return sum(share == 1.0 for share in firsts), len(questions)


def is_deck_finished(position: DeckPosition) -> bool:
    """Return whether a visitor has reached the end of a deck since the visitor last began the deck."""
    return position.finished is not None and position.finished >= position.begun


def open_items_text(several: Sequence[DeckItem]) -> str:
    """Return the numbers of open items as a text, such as "1 task and 2 questions"."""
    counts = {name: sum(entry.name == name for entry in several) for name in SETTLED}
    words = [f"{count} {name if count == 1 else SETTLED[name]}" for name, count in counts.items() if count]
    return enumeration(words)
