"""A task that depends on chance: a passed run is tried on seeds that the visitor did not choose, and a receipt is signed."""

import pytest

from core.application import application
from core.runs import manager
from core.teaching import library
from tests.bring_deck import bring
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
    deck = bring(DECK)
    screen = open_screen("learn", short())
    screen.app.query_params["deck"] = deck.name
    return screen.run().press("accept-deck")


def end(training: Training, installed: manager.Runs, workers: ScriptedWorkers, accuracy: float) -> None:
    """End the run that trains with a validation accuracy."""
    run = workers.started_runs[-1]
    training.end(installed, workers, run, validation={"loss": 0.5, "accuracy": accuracy})


def test_passed_run_is_tried_on_other_seeds_and_gets_a_receipt(
    opened: Screen, training: Training, installed: manager.Runs, workers: ScriptedWorkers
) -> None:
    training.whole(installed, workers, VISITOR)
    opened.run()
    assert (
        ":material/radio_button_unchecked: the same with 3 other seeds, or 6 if one comes close: chance may help"
        in opened.text("guide")
    )
    assert "Chance may have helped. 3 runs with other seeds will tell." in opened.text("guide")
    assert opened.has(f"checks-1-of-2-{library.all_uploaded_decks()[0].name}-bar"), (
        "the script of the browser reads the counts"
    )
    assert not any(answer.kind == "task" for answer in application().progress.answers(VISITOR))
    primary = [button.label for button in opened.app.button if button.proto.type == "primary"]
    assert primary == ["Try 3 other seeds"], "neither the next run nor its result"
    opened.press("Try 3 other seeds")
    assert "0 of 3 more runs done." in opened.text("guide")
    for accuracy in (0.93, 0.94, 0.95):
        end(training, installed, workers, accuracy)
    text = opened.run().text("guide")
    assert "Passed: 3 of 3 more runs with other seeds pass, too." in text and "Done. Go on" in text
    assert [answer.share for answer in application().progress.answers(VISITOR) if answer.kind == "task"] == [1.0]


def test_miss_is_said(opened: Screen, training: Training, installed: manager.Runs, workers: ScriptedWorkers) -> None:
    training.whole(installed, workers, VISITOR)
    opened.run().press("Try 3 other seeds")
    end(training, installed, workers, 0.1)
    text = opened.run().text("guide")
    assert "Missed: 0 of 1 run with other seeds passed, and all must." in text
    assert "0.1000" in text and "Done." not in text


@pytest.mark.deep
def test_trial_is_stopped_and_goes_on(
    opened: Screen, training: Training, installed: manager.Runs, workers: ScriptedWorkers
) -> None:
    training.whole(installed, workers, VISITOR)
    opened.run().press("Try 3 other seeds")
    opened.press("Stop")
    training.end(installed, workers, workers.started_runs[-1], how="stop")
    assert "Stopped after 0 of 3 more runs" in opened.run().text("guide")
    assert opened.has_button("Go on")


SECOND = """
# What was it? {page=train.py}

Words.
"""


@pytest.mark.deep
def test_trial_that_passes_in_a_later_scene_counts_and_finish_waits_for_it(
    open_screen: Open,
    data_folder: object,
    training: Training,
    installed: manager.Runs,
    workers: ScriptedWorkers,
) -> None:
    deck = bring(DECK + SECOND)
    screen = open_screen("learn", short())
    screen.app.query_params["deck"] = deck.name
    screen.run().press("accept-deck")
    training.whole(installed, workers, VISITOR)
    screen.run().press("Try 3 other seeds").press("guide-next")
    assert "Runs with other seeds still train. Finish waits for them." in screen.text("guide")
    assert screen.app.button(key="guide-next").disabled
    for accuracy in (0.93, 0.94, 0.95):
        end(training, installed, workers, accuracy)
    screen.run()
    assert not screen.app.button(key="guide-next").disabled
    assert [answer.share for answer in application().progress.answers(VISITOR) if answer.kind == "task"] == [1.0]
