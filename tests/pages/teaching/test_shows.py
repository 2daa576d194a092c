"""A scene that shows a view to move: the view stands beside the guide, and a move that reaches a goal is a tick there."""

import pytest

from core.application import application
from core.problems import Problem
from core.teaching import library
from core.teaching.shows.catalogue import SHOWS
from core.teaching.shows.interactive_view import ViewSubject
from core.views.loss_surface import LossSliceQuestion
from core.views.optimizer_paths import FirstStepQuestion
from core.views.shared.landscape import LossSlice
from pages.teaching.current_scene import CurrentScene
from pages.teaching.show_goals import keep_view_value
from pages.teaching.shows import DRAWINGS
from tests.bring_deck import bring
from tests.core.sample_experiments import LECTURE
from tests.core.teaching.shows.test_ball import BOWL
from tests.deep_cases import deep_after
from tests.pages.conftest import DIGITS, Open
from tests.pages.fake_workers import ScriptedWorkers
from tests.pages.screen import VISITOR, Screen

FIRST_STEP = FirstStepQuestion.function
SLICE = LossSliceQuestion.function
DECK = """\
---
title: Steps
kind: lesson
sentence: How far a step goes.
minutes: 6
---

# How far?

Drag it.

```experiment
start: lecture
data: {dataset: digits}
compile: {optimizer: {SGD: {learning_rate: 0.1}}}
```

```show
view: ball
id: rates
do: Find a rate that
reach: [crawls, jumps-out]
```
"""


@pytest.fixture
def screen(open_screen: Open, data_folder: object) -> Screen:
    deck = bring(DECK)
    application().progress.go_to(VISITOR, deck.name, deck.scenes[0].id)
    return open_screen("learn", DIGITS)


def test_move_that_comes_after_its_scene_was_left_is_dropped(screen: Screen) -> None:
    (place,) = application().progress.places(VISITOR)
    deck = library.find_deck(place.deck)
    assert deck is not None
    show = deck.scenes[0].show
    assert show is not None
    keep_view_value(show, CurrentScene(deck, 0, place), ViewSubject(LECTURE, LECTURE), "of-a-component-that-is-gone")
    assert application().progress.answers(VISITOR, deck.name) == ()


def key_of(name: str) -> str:
    (place,) = application().progress.places(VISITOR)
    return f"show-{place.deck}-{name}"


def see(screen: Screen, workers: ScriptedWorkers, along: LossSlice | Problem = BOWL) -> Screen:
    workers.answer(SLICE, along)
    screen.run()
    if isinstance(along, LossSlice):
        workers.answer(FIRST_STEP, 1.0)
    return screen.run()


def test_every_view_of_the_catalogue_has_a_drawing() -> None:
    assert list(DRAWINGS) == list(SHOWS)


def test_view_waits_for_its_answer_beside_the_words_of_the_guide(screen: Screen) -> None:
    assert "Computing the picture" in screen.text("show")
    assert screen.title == "How far?"
    assert "Drag it." in screen.text("guide")
    assert "Find a rate that" in screen.text("guide") and ":material/flag:" in screen.text("goals-rates")


def test_view_is_of_the_scene_s_own_experiment(screen: Screen, workers: ScriptedWorkers) -> None:
    (asked,) = workers.answer(SLICE, BOWL)
    assert (asked.compile.optimizer.name, asked.data.dataset) == ("SGD", "digits")
    assert screen.draft.compile.optimizer.name == DIGITS.compile.optimizer.name


def test_move_that_reaches_a_goal_is_a_tick_and_a_flag(screen: Screen, workers: ScriptedWorkers) -> None:
    see(screen, workers)
    shown = screen.component(key_of("rates"))
    assert shown["reached"] == {} and [goal["words"] for goal in shown["goals"]] == ["crawls", "jumps out"]
    assert (shown["trains"], shown["optimizer"]) == (True, "SGD")
    screen.tell(key_of("rates"), "moved", 0.001)
    assert screen.text("goals-rates").count("check_circle") == 1
    assert "crawls :gray[· 0.001]" in screen.text("goals-rates")
    assert screen.component(key_of("rates"))["reached"] == {"crawls": 0.001}
    screen.tell(key_of("rates"), "moved", 2.0)
    assert screen.text("goals-rates").count("check_circle") == 2


def test_nothing_is_promised_to_be_trained_where_no_rate_is_asked_for(open_screen: Open, workers: ScriptedWorkers) -> None:
    deck = library.find_deck("lesson-07-learning-rate")
    assert deck is not None
    scene = next(scene for scene in deck.scenes if scene.show is not None and not scene.show.reach)
    application().progress.go_to(VISITOR, deck.name, scene.id)
    shown = see(open_screen("learn", DIGITS), workers).component(f"show-{deck.name}-{scene.show.id if scene.show else ''}")
    assert (shown["trains"], shown["goals"]) == (False, [])


@pytest.mark.parametrize("value", deep_after(2, [0.02, "crawls", {"goal": "crawls"}, -3, None]))
def test_move_that_reaches_nothing_leaves_no_tick(screen: Screen, workers: ScriptedWorkers, value: object) -> None:
    see(screen, workers)
    screen.tell(key_of("rates"), "moved", value)
    assert "check_circle" not in screen.text("goals-rates")
    assert application().progress.answers(VISITOR) == ()


def test_reason_stands_in_the_place_of_a_view_that_cannot_be_drawn(screen: Screen, workers: ScriptedWorkers) -> None:
    see(
        screen, workers, Problem("surface-too-large", (), "This network is too large.", "Expected less.", "Make it smaller.")
    )
    assert "This network is too large." in screen.text("show")
    assert not screen.has(key_of("rates"))
