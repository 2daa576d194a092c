"""A scene with a network on points: a change is trained, and told as a value moved to once all that judges it is known."""

from dataclasses import replace

import pytest

from core.application import application
from core.teaching.shows.border import OTHER_STARTS
from core.views.border import BorderNetSettings, BorderQuestion
from tests.bring_deck import bring
from tests.pages.conftest import DIGITS, Open
from tests.pages.fake_workers import ScriptedWorkers
from tests.pages.screen import VISITOR, Screen
from tests.pages.test_border import answer_to

BORDER = BorderQuestion.function
DECK = """\
---
title: Borders
kind: lesson
sentence: One unit.
minutes: 6
---

# One unit?

Press plus.

```show
view: border
id: one
points: ring
all_controls: false
do: Train
reach: [one-unit]
```
"""


@pytest.fixture
def screen(open_screen: Open, data_folder: object) -> Screen:
    deck = bring(DECK)
    application().progress.go_to(VISITOR, deck.name, deck.scenes[0].id)
    return open_screen("learn", DIGITS)


def test_change_that_reaches_the_goal_is_a_tick(screen: Screen, workers: ScriptedWorkers) -> None:
    (place,) = application().progress.places(VISITOR)
    key = f"show-{place.deck}-one"
    shown = screen.component(key)
    assert shown["controls"] == ["points", "activation", "seed"]
    assert (shown["net"]["units"], shown["value"]) == ([], []), "nothing is told before the network is trained"
    workers.answer(BORDER, answer_to(BorderNetSettings("ring")))
    screen.run().tell(key, "net", {**shown["net"], "units": [1]})
    workers.answer(BORDER, answer_to(BorderNetSettings("ring", units=(1,))))
    told = screen.run().component(key)["value"]
    assert told[:4] == ["ring", 10, [1], "relu"]
    assert "check_circle" not in screen.text("goals-one")
    screen.tell(key, "moved", told)
    assert "one hidden unit :gray[· Ring: 1 hidden unit, relu]" in screen.text("goals-one")


SEEDS = DECK.replace("reach: [one-unit]", "units: [1]\nreach: [several-starts]")


def test_scores_of_other_seeds_are_said(open_screen: Open, workers: ScriptedWorkers, data_folder: object) -> None:
    deck = bring(SEEDS)
    application().progress.go_to(VISITOR, deck.name, deck.scenes[0].id)
    screen = open_screen("learn", DIGITS)
    net = BorderNetSettings("ring", units=(1,))
    nets = [replace(net, seed=net.seed + more) for more in (0, *OTHER_STARTS)]
    for each in nets:
        workers.answer(BORDER, answer_to(each))
        screen.run()
    (place,) = application().progress.places(VISITOR)
    points = [answer_to(each) for each in nets[1:]]
    counts = [len(answer.labels) - answer.training_points for answer in points]
    rights = [round(answer.last.validation.accuracy * count) for answer, count in zip(points, counts, strict=True)]
    scores = ", ".join(f"{right} of {count}" for right, count in zip(rights, counts, strict=True))
    said = screen.component(f"show-{place.deck}-one")["otherStarts"]
    assert said == f"Right on the validation points with other seeds: {scores}."
