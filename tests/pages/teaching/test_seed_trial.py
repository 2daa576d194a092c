"""A task that depends on chance: a passed run is tried on seeds that the visitor did not choose, and a receipt is signed."""

import pytest

from core.application import application
from core.runs import manager
from core.teaching import library
from tests.pages.conftest import Open
from tests.pages.fake_workers import ScriptedWorkers
from tests.pages.real_keras import Training, short
from tests.pages.screen import VISITOR, Screen

DECK = """\
---
title: Luck
kind: challenge
sentence: Reach a bar.
minutes: 5
---

# Reach it {page=train.py}

```task
id: bar
do: Reach a validation accuracy of 0.2.
checks:
  - accuracy: {at_least: 0.2}
seeds: 3
```
"""


@pytest.fixture
def opened(open_screen: Open, data_folder: object) -> Screen:
    read = library.bring(DECK.encode())
    assert read.deck is not None
    screen = open_screen("learn", short())
    screen.app.query_params["deck"] = read.deck.name
    return screen.run()


def end(training: Training, installed: manager.Runs, workers: ScriptedWorkers, accuracy: float) -> None:
    """End the run that trains with a validation accuracy."""
    run = workers.started_runs[-1]
    training.end(installed, workers, run, validation={"loss": 0.5, "accuracy": accuracy})


def test_passed_run_is_tried_on_other_seeds_and_gets_a_receipt(
    opened: Screen, training: Training, installed: manager.Runs, workers: ScriptedWorkers
) -> None:
    training.whole(installed, workers, VISITOR)
    opened.run()
    assert "Chance may have helped. 3 runs with other seeds will tell." in opened.text("guide")
    assert not any(answer.kind == "task" for answer in application().progress.answers(VISITOR))
    opened.press("Try 3 other seeds")
    assert "Trained with 0 of 3 seeds" in opened.text("guide")
    for accuracy in (0.93, 0.94, 0.95):
        end(training, installed, workers, accuracy)
    text = opened.run().text("guide")
    assert "Passed with 3 of 3 seeds that you did not choose." in text and "Done. Go on" in text
    assert [answer.share for answer in application().progress.answers(VISITOR) if answer.kind == "task"] == [1.0]


def test_miss_is_said(opened: Screen, training: Training, installed: manager.Runs, workers: ScriptedWorkers) -> None:
    training.whole(installed, workers, VISITOR)
    opened.run().press("Try 3 other seeds")
    end(training, installed, workers, 0.1)
    text = opened.run().text("guide")
    assert "Missed with seed 1: it was luck." in text and "0.1000" in text and "Done." not in text


def test_trial_is_stopped_and_goes_on(
    opened: Screen, training: Training, installed: manager.Runs, workers: ScriptedWorkers
) -> None:
    training.whole(installed, workers, VISITOR)
    opened.run().press("Try 3 other seeds")
    opened.press("Stop")
    training.end(installed, workers, workers.started_runs[-1], how="stop")
    assert "Stopped after 0 of 3 seeds" in opened.run().text("guide")
    assert opened.has_button("Go on")
