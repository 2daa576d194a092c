"""The page of the decision boundary: a change asks for one network, trained once, and its code is the network's own."""

from dataclasses import replace

import numpy as np
import pytest

from core.problems import Problem
from core.views.border import (
    BorderNetSettings,
    BorderQuestion,
    BorderTraining,
    EarlyBorderQuestion,
    EpochScores,
    EpochWeights,
    Score,
)
from tests.pages.conftest import Open
from tests.pages.fake_workers import ScriptedWorkers
from tests.pages.screen import Screen

BORDER, EARLY = BorderQuestion.function, EarlyBorderQuestion.function
SCORE = Score(0.25, 0.9)


def answer_to(net: BorderNetSettings) -> BorderTraining:
    weights = np.zeros(net.parameters, "<f4").tobytes()
    return BorderTraining(
        ((0.5, -1.0), (2.0, 3.0)),
        (0, 1),
        1,
        (EpochWeights(0, weights), EpochWeights(2000, weights)),
        (EpochScores(0, SCORE, SCORE), EpochScores(2000, SCORE, SCORE)),
        0.1,
    )


def change(screen: Screen, **changes: object) -> Screen:
    """Change the network as the browser does."""
    return screen.tell("border", "net", {**screen.component("border")["net"], **changes})


def test_first_network_is_asked_for_and_drawn(open_screen: Open, workers: ScriptedWorkers) -> None:
    screen = open_screen("border")
    assert screen.component("border")["answers"] == []
    (asked,) = workers.answer(BORDER, answer_to(BorderNetSettings("ring", units=(3,))))
    assert asked == BorderNetSettings("ring", units=(3,)).trained_as
    drawn = screen.run().component("border")
    assert drawn["net"]["units"] == [3]
    assert drawn["answers"][0]["epochs"] == [0, 2000]
    assert drawn["answers"][0]["curve"][-1] == [2000, 0.25, 0.25, 0.9, 0.9]


def test_first_epochs_are_drawn_while_the_network_trains(open_screen: Open, workers: ScriptedWorkers) -> None:
    screen = open_screen("border")
    whole = answer_to(BorderNetSettings("ring", units=(3,)))
    workers.answer(
        EARLY,
        replace(whole, weights_by_epoch=(whole.weights_by_epoch[0], EpochWeights(110, whole.weights_by_epoch[1].weights))),
    )
    early = screen.run().component("border")
    assert early["answers"][0]["epochs"] == [0, 110] and not early["isWhole"]
    workers.answer(BORDER, whole)
    drawn = screen.run().component("border")
    assert drawn["answers"][0]["epochs"] == [0, 2000] and drawn["isWhole"]
    assert workers.asked.count(EARLY) == 1


def test_change_trains_at_once_and_an_equal_network_only_once(open_screen: Open, workers: ScriptedWorkers) -> None:
    screen = open_screen("border")
    workers.answer(BORDER, answer_to(BorderNetSettings("ring", units=(3,))))
    changed = change(screen.run(), units=[3, 2])
    assert workers.asked.count(BORDER) == 2
    (asked,) = workers.answer(BORDER, answer_to(BorderNetSettings("ring", units=(3, 2))))
    assert asked.units == (3, 2)
    assert changed.run().component("border")["answers"]
    change(changed, units=[3])
    assert workers.asked.count(BORDER) == 2, "the first network is known"


@pytest.mark.parametrize("wrong", [{"units": [99]}, {"units": "8"}, {"noise": []}, {"points": "moons"}], ids=str)
def test_network_that_cannot_be_chosen_changes_nothing(open_screen: Open, wrong: dict) -> None:
    screen = change(open_screen("border"), **wrong)
    assert screen.component("border")["net"]["units"] == [3]


def test_problem_is_said(open_screen: Open, workers: ScriptedWorkers) -> None:
    screen = open_screen("border")
    workers.answer(BORDER, Problem("view-failed", (), "It failed.", "Expected more.", "Ask again."))
    assert screen.run().component("border")["problem"] == "It failed. Ask again."


def test_code_is_that_of_the_network_and_marks_the_change(open_screen: Open, workers: ScriptedWorkers) -> None:
    screen = open_screen("border").press("fold-code")
    code = screen.component("code")
    assert '    layers.Dense(3, "relu"),' in code["script"]
    assert code["file_name"] == "two_inputs.py"
    code = change(screen, units=[4]).component("code")
    assert [code["script"].splitlines()[line] for line in code["marked"]] == ['    layers.Dense(4, "relu"),']
