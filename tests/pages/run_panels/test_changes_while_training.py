"""What is turned while a run is on: one batch at a time, its learning rate, its pace."""

import pytest

from core.experiment.edits import set_value
from core.experiment.learning_rates import RATE, suggested_schedule
from core.experiment.model import EntryRef
from core.run_events import Command
from tests.core.sample_experiments import with_fit
from tests.pages.training_run import BATCH, LONG, PLACE, SHORT, WATCHERS, Room


def test_one_batch_is_asked_of_a_run_that_trains_or_pauses(room: Room) -> None:
    run, screen = room.pause()
    screen.press("One batch").press("One batch")
    assert room.workers.commands == [(run, "pause"), (run, "step"), (run, "step")]
    assert room.steered(run)[1:] == [("step", "owner")] * 2
    assert screen.component(f"stepped-{run}")["classes"] == [str(digit) for digit in range(10)]


def test_a_run_may_begin_with_one_batch(room: Room) -> None:
    screen = room.open("train", SHORT).press("One batch")
    [run] = room.installed.database.runs_of("ada")
    assert room.workers.options[run.id]["first_command"] == Command("step")
    assert room.steered(run.id) == [("step", "owner")]
    assert "Run 1: starting" in screen.text()
    room.workers.finish(run.id, {"how": "release", "epochs": 0})
    room.installed.start(LONG, "grace")
    assert room.workers.options[room.installed.database.runs_of("grace")[0].id]["first_command"] is None


def test_one_batch_says_why_it_cannot_be(room: Room) -> None:
    screen = room.open("train", set_value(SHORT, ("layers", "output", "arguments", "units"), 3))
    assert screen.button("step").disabled
    assert "The last layer" in str(screen.button("step").help)
    assert not room.open("define", SHORT).has_button("step")  # there is nothing of it to be seen there


def test_learning_rate_is_changed_in_mid_run_and_the_field_follows(room: Room) -> None:
    run = room.begin()
    screen = room.open("train", SHORT).put(f"rate-{run}-0.001", 0.02)
    assert room.workers.commands == [(run, "learning_rate=0.02")]
    screen.press("÷ 10")
    assert room.workers.commands[1:] == [(run, "learning_rate=0.002")]
    assert room.steered(run) == [("learning rate 0.02", "owner"), ("learning rate 0.002", "owner")]
    assert screen.widget(f"rate-{run}-0.002").value == 0.002
    room.workers.report(run, **BATCH, learning_rate=0.0005)  # a callback has changed it since
    assert screen.run().widget(f"rate-{run}-0.0005").value == 0.0005


def test_learning_rate_beyond_what_is_allowed_is_said(room: Room) -> None:
    run = room.begin()
    screen = room.open("train", SHORT)
    room.workers.report(run, **BATCH, learning_rate=5.0)
    button = screen.run().button("× 10")
    assert (button.disabled, button.help) == (True, "50 is not allowed: 1e-05 to 10 are.")


def test_learning_rate_that_a_schedule_sets_is_not_to_be_changed(room: Room) -> None:
    experiment = set_value(SHORT, RATE, suggested_schedule("CosineDecay", SHORT))
    run = room.begin(experiment=experiment)
    screen = room.open("train", experiment)
    assert screen.widget(f"rate-{run}-0.001").disabled
    assert screen.button("× 10").disabled
    assert screen.widget(f"rate-{run}-0.001").help.startswith("CosineDecay sets the learning rate of this run")


def test_pace_is_chosen_and_given_back(room: Room) -> None:
    run = room.begin()
    screen = room.open("train", SHORT)
    pace = screen.widget(f"pace-{run}-0")
    assert (pace.label, pace.options[0]) == ("One epoch takes", "as fast as possible")
    screen.put(f"pace-{run}-0", 20.0)
    assert room.workers.commands == [(run, "pace=20.0")]
    assert room.steered(run) == [("pace 20 s an epoch", "owner")]
    room.workers.report(run, **BATCH, pace=20.0)
    room.workers.report(run, kind="epoch", **PLACE, loss=2.0)  # which says nothing of the pace
    screen.run().put(f"pace-{run}-20", 0.0)
    assert room.workers.commands[1:] == [(run, "pace=0.0")]
    assert room.steered(run)[1:] == [("pace full speed", "owner")]


def test_a_watcher_turns_nothing(room: Room) -> None:
    run = room.begin()
    screen = room.open("train", SHORT, visitor="grace", run=run)
    assert not screen.has("turn")
    assert (screen.button("step").disabled, screen.button("step").help) == (True, WATCHERS)


def test_code_says_that_the_learning_rate_was_changed_by_hand(room: Room) -> None:
    run = room.begin()
    screen = room.open("train", SHORT).press("× 10")
    room.workers.report(run, **{**BATCH, "step": 30})
    code = screen.press("fold-code").press("× 10").component("code")["script"]
    changed = "# Run 1 had its learning rate changed by hand: to 0.01 at step 9, then to 0.01 at step 30.\n"
    assert changed in code
    assert "# This script keeps the one that it starts with: its numbers equal the run's only up to there.\n" in code


@pytest.mark.parametrize("page", ["train", "runs"])
def test_a_run_that_a_callback_ended_says_so_and_offers_no_more_epochs(room: Room, page: str) -> None:
    experiment = with_fit(SHORT, epochs=4, callbacks=(EntryRef("EarlyStopping"),))
    run = room.begin(experiment=experiment)
    room.training.end(room.installed, room.workers, run)
    screen = room.open(page, experiment, run=run)
    early = "Stopped early, after epoch 2 of 4: validation loss had not improved for 1 epoch."
    assert early in screen.text()
    assert page == "runs" or not screen.has_button("more-epochs")
