"""The goals of a view: judged by the server from the value moved to, kept once, and counted as a task."""

from pathlib import Path

import pytest

from core.runs.schema import open_file
from core.teaching.class_overview import deck_progress
from core.teaching.deck import Deck, Show
from core.teaching.deck_files.parse_deck import parse_deck
from core.teaching.deck_items import has_passed, has_tasks, open_items, open_items_text
from core.teaching.hand_in import handed_in
from core.teaching.progress import MOVED, Answer, Progress
from core.teaching.shows.reached_goals import goals_reached, newly_reached_answers, reached_goals_text
from tests.core.teaching.shows.test_ball import VALLEY

TEXT = """\
---
title: Steps
kind: lab
sentence: How far a step goes.
minutes: 6
---

# How far?

```experiment
start: lecture
```

```show
view: ball
id: rates
do: Find a rate that
reach: [crawls, arrives, jumps-out]
```
"""


@pytest.fixture
def deck() -> Deck:
    read = parse_deck(TEXT, "steps")
    assert read.deck is not None, read.problems
    return read.deck


@pytest.fixture
def show(deck: Deck) -> Show:
    found = deck.scenes[0].show
    assert found is not None
    return found


def moved(deck: Deck, show: Show, *values: object) -> list[Answer]:
    answers: list[Answer] = []
    for value in values:
        answers += newly_reached_answers(deck, show, VALLEY, value, goals_reached(show, answers))
    return answers


def test_each_goal_is_kept_with_the_first_value_that_reached_it(deck: Deck, show: Show) -> None:
    answers = moved(deck, show, 0.02, 0.003, 0.001, 0.2)
    assert [(one.kind, one.value, round(one.share or 0, 2)) for one in answers] == [
        (MOVED, "crawls: 0.003", 0.33),
        (MOVED, "arrives: 0.2", 0.67),
    ]
    assert goals_reached(show, answers) == {"crawls": 0.003, "arrives": 0.2}
    assert reached_goals_text(show, goals_reached(show, answers)) == "crawls: 0.003, arrives: 0.2"


@pytest.mark.parametrize("value", ["crawls", None, {"goal": "crawls"}, [0.001], -1, float("nan"), 1e300, True])
def test_what_a_browser_says_of_goals_is_not_believed(deck: Deck, show: Show, value: object) -> None:
    assert moved(deck, show, value) == []


def test_goals_that_the_deck_does_not_ask_for_are_not_kept(deck: Deck, show: Show) -> None:
    text = TEXT.replace("[crawls, arrives, jumps-out]", "[arrives]")
    asked = parse_deck(text, "steps").deck
    assert asked is not None and asked.scenes[0].show is not None
    answers = moved(asked, asked.scenes[0].show, 0.001, 0.2)
    assert [(one.value, one.share) for one in answers] == [("arrives: 0.2", 1.0)]


def test_view_is_an_open_task_until_all_its_goals_are_reached(deck: Deck, show: Show) -> None:
    assert has_tasks(deck)
    some, all_of_them = moved(deck, show, 0.001, 0.2), moved(deck, show, 0.001, 0.2, 2.0)
    assert open_items_text(open_items(deck, some)) == "1 task"
    assert [one.words for one in open_items(deck, some)] == ["Find a rate that"]
    assert not has_passed(deck, some)
    assert open_items(deck, all_of_them) == () and has_passed(deck, all_of_them)


def test_view_that_is_only_moved_asks_for_nothing() -> None:
    text = TEXT.replace("do: Find a rate that\nreach: [crawls, arrives, jumps-out]\n", "")
    only_moved = parse_deck(text, "steps").deck
    assert only_moved is not None and open_items(only_moved, ()) == () and not has_tasks(only_moved)


def test_page_to_hand_in_has_the_values(deck: Deck, show: Show) -> None:
    (scene,) = handed_in(deck, moved(deck, show, 0.001, 2.0))
    (item,) = scene.items
    assert (item.asked, item.said, item.mark) == ("Find a rate that", "crawls: 0.001, jumps out: 2", "not done")
    (scene,) = handed_in(deck, moved(deck, show, 0.001, 2.0, 0.2))
    assert scene.items[0].mark == "done"
    (scene,) = handed_in(deck, ())
    assert (scene.items[0].said, scene.items[0].mark) == ("not answered", "not done")


def test_class_counts_the_view_among_the_tasks(deck: Deck, show: Show, tmp_path: Path) -> None:
    progress = Progress(open_file(tmp_path / "progress.sqlite"))
    progress.go_to("ada", deck.name, deck.scenes[0].id)
    for answer in moved(deck, show, 0.001, 2.0):
        progress.answer("ada", answer)
    (standing,) = deck_progress(progress.learners(), [deck])
    assert (standing.tasks_done, standing.tasks, standing.is_passed) == (0, 1, False)
    for answer in moved(deck, show, 0.001, 2.0, 0.2)[2:]:
        progress.answer("ada", answer)
    (standing,) = deck_progress(progress.learners(), [deck])
    assert (standing.tasks_done, standing.tasks, standing.is_passed) == (1, 1, True)
