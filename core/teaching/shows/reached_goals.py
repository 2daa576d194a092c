"""The goals that a visitor has reached in an interactive view. Each reached goal is stored as an answer."""

import json
from collections.abc import Mapping, Sequence
from typing import Any

from core.teaching.checks.check import as_tuples
from core.teaching.deck import Deck, Show
from core.teaching.progress import MOVED, Answer
from core.teaching.shows.catalogue import SHOWS

BETWEEN = ": "  # the separator of a goal and its value in a stored answer


def goals_reached(show: Show, answers: Sequence[Answer]) -> dict[str, Any]:
    """Return the goals that a visitor has reached, each with the value of the view that first reached the goal.

    Parameters
    ----------
    show
        The part of the deck.
    answers
        The visitor's answers in the deck, the oldest first.
    """
    reached: dict[str, Any] = {}
    for answer in answers:
        if (answer.item, answer.kind) == (show.id, MOVED):
            goal, _, value = answer.value.partition(BETWEEN)
            if goal in show.reach:
                reached.setdefault(goal, as_tuples(json.loads(value)))
    return reached


def newly_reached_answers(deck: Deck, show: Show, ground: Any, value: Any, reached: Mapping[str, Any]) -> list[Answer]:
    """Return an answer to store for each goal that a new value of the view reaches for the first time.

    Parameters
    ----------
    deck
        The deck.
    show
        The part of the deck that shows the view.
    ground
        The values from which the view is computed.
    value
        The value from a browser, which may be anything.
    reached
        The goals that were reached before.
    """
    entry, value = SHOWS[show.view], as_tuples(value)
    if not entry.moved_to.is_valid(value):
        return []
    now = entry.reached(ground, entry.settings(show.settings), value)
    new = [goal for goal in show.reach if goal in now and goal not in reached]
    counts = range(len(reached) + 1, len(reached) + len(new) + 1)
    return [
        Answer(deck.name, show.id, MOVED, f"{goal}{BETWEEN}{json.dumps(value)}", count / len(show.reach), 0.0)
        for goal, count in zip(new, counts, strict=True)
    ]


def reached_goals_text(show: Show, reached: Mapping[str, Any]) -> str:
    """Return the reached goals and their values as a text, such as "crawls: 0.003, jumps out: 3"."""
    entry = SHOWS[show.view]
    return ", ".join(f"{entry.goal_words(goal, show.settings)}: {entry.words(value)}" for goal, value in reached.items())
