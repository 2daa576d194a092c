"""The buttons that steer a run: what they ask for, when they are there, and who may press them."""

import pytest
from streamlit.runtime.context import ContextProxy

from core import lecturer_token
from core.experiment.edits import get_value, set_value
from core.runs import manager
from core.runs.failures import not_finite
from pages.run_panels.run_controls import NOT_YET
from pages.shell import session
from tests.core.sample_experiments import template, with_compile, with_fit
from tests.deep_cases import deep_after
from tests.pages.real_keras import Training
from tests.pages.training_run import CONTINUED, LONG, PAUSED, SHORT, WATCHERS, Room, kept

BAR = ["pause", "step", "stop"]


@pytest.fixture
def become_lecturer(monkeypatch: pytest.MonkeyPatch, installed: manager.Runs) -> None:
    """Whoever looks has the lecturer's cookie."""
    monkeypatch.setattr(ContextProxy, "cookies", {session.LECTURER_COOKIE: lecturer_token.token()})


# Pause


def test_pause_is_asked_for_once_and_continue_leads_back(room: Room) -> None:
    run, screen = room.pause()
    assert room.workers.commands == [(run, "pause")]
    assert "Run 1: paused" in screen.text()
    assert screen.rail()["Train"] == ("busy", "run 1 is paused")
    assert screen.button("pause").label == "Continue"
    screen.press("Continue")
    assert room.workers.commands == [(run, "pause"), (run, "continue")]
    room.workers.report(run, **CONTINUED)
    assert "Run 1: training" in screen.run().text()
    assert screen.button("pause").label == "Pause"
    assert room.steered(run) == [("pause", "owner"), ("continue", "owner")]


def test_run_can_be_steered_from_every_page(room: Room) -> None:
    run = room.begin()
    screen = room.open("define", SHORT).press("Pause")
    assert screen.title == "Define"
    assert room.workers.commands == [(run, "pause")]


def test_pause_of_a_tab_that_was_drawn_before_is_no_second_one(room: Room) -> None:
    room.begin()
    other = room.open("train", SHORT)
    run = room.installed.database.runs_of("ada")[0].id
    room.open("train").press("pause")
    room.workers.report(run, **PAUSED)
    other.press("pause")
    assert room.workers.commands == [(run, "pause")]
    assert "Run 1: paused" in other.text()


def test_full_disk_pauses_with_its_message(room: Room) -> None:
    run = room.begin()
    room.workers.report(run, **{**PAUSED, "no_room": {"free": 1_000_000, "needed": 5_000_000, "error": ""}})
    screen = room.open("train", SHORT)
    assert "Run 1: paused" in screen.text()
    words = screen.text("problem-run")
    assert "The run pauses, since this epoch cannot be saved: 1 MB are free, 5 MB are needed." in words
    assert (
        "Free some space, for instance by deleting old runs, whose files go within a minute: then the run goes on by itself."
        in words
    )
    screen.press("Continue")
    assert room.workers.commands == [(run, "continue")]


def test_long_pause_gives_the_trainer_back_and_continue_queues_the_run(room: Room) -> None:
    run, screen = room.pause()
    other = room.installed.start(SHORT, "grace").id
    room.workers.finish(run, {"how": "release", "epochs": 1})
    assert room.workers.started_runs == [run, other]
    assert "Run 1: paused" in screen.run().text()
    assert "Run 1: waiting" in screen.press("Continue").text()
    assert screen.button("stop").label == "Cancel"
    room.training.end(room.installed, room.workers, other)
    assert room.workers.started_runs == [run, other, run]
    assert room.state(run) == "starting"


def test_stop_in_a_long_pause_evaluates_what_there_is(room: Room) -> None:
    run, screen = room.pause()
    room.save(run, 1)
    room.workers.finish(run, {"how": "release", "epochs": 1})
    screen.run().press("Stop")
    assert room.workers.started_runs == [run, run]
    assert room.workers.options[run]["resume"] is True
    assert room.workers.commands[-1] == (run, "stop")
    room.training.end(room.installed, room.workers, run, how="stop", kept=kept("last", 41))
    assert "Run 1: stopped" in screen.run().text()
    assert "Evaluate this run" in screen.text()


# Stop


def test_best_weights_are_kept_where_that_is_asked_for(room: Room) -> None:
    run = room.begin()
    screen = room.open("train", SHORT)
    more = screen.app.menu_button[0]
    assert (more.label, more.options, more.disabled) == ("More", ["Stop, keep the best weights"], False)
    more.click("Stop, keep the best weights")
    screen.run()
    assert room.workers.commands == [(run, "stop-best")]
    assert room.steered(run) == [("stop, best weights", "owner")]
    room.training.end(room.installed, room.workers, run, how="stop-best", kept=kept("best", 41))
    assert "best weights kept, of epoch 1" in screen.run().text("outcome")


def test_best_weights_need_a_validation_set(room: Room, training_without_validation: Training) -> None:
    room.begin(experiment=training_without_validation.experiment)
    more = room.open("train").app.menu_button[0]
    assert more.disabled
    assert more.help == "The best weights are those with the lowest validation loss, and this run has no validation set."


def test_second_press_on_stop_forces_a_run_that_does_not_listen(room: Room) -> None:
    run = room.begin()
    screen = room.open("train", SHORT).press("Stop")
    assert not screen.has_button("pause")
    assert not screen.app.menu_button
    screen.press("Stop now")
    assert "Run 1: stopped" in screen.text()
    words = screen.text("problem-run")
    assert "The run did not listen, so its process was ended at epoch 1, step 9." in words
    assert "Press Resume to go on from the last epoch that was saved, or from the start where none was." in words
    assert room.steered(run) == [("stop", "owner"), ("stop", "owner")]
    assert screen.has_button("Resume from the start")
    assert "Run 1 was stopped by force, so that nothing was evaluated. Resume it on the Train page." in screen.go(
        "evaluate"
    ).text("empty")


def test_a_double_click_on_stop_is_no_force(room: Room) -> None:
    run = room.begin()
    one, other = room.open("train", SHORT), room.open("train", SHORT)
    one.press("Stop")
    other.press("Stop")  # drawn before the first press, as the button under a double click is
    assert room.state(run) == "stopping"
    assert other.button("stop").label == "Stop now"


def test_cancel_leaves_the_queue(room: Room) -> None:
    room.begin("grace")
    first = room.installed.start(SHORT, "linus").id
    screen = room.open("train", SHORT).press("Train")
    run = room.installed.database.runs_of("ada")[0].id
    assert (room.installed.queue.position(first), room.installed.queue.position(run)) == (1, 2)
    assert screen.button("stop").help == "Leaves the queue."
    assert (screen.button("pause").disabled, screen.button("pause").help) == (True, NOT_YET)
    assert "Run 1: cancelled" in screen.press("Cancel").text()
    assert room.installed.queue.position(run) is None
    assert not screen.has("go-on")
    assert "Run 1 was cancelled before it could be evaluated." in screen.go("evaluate").text("empty")


# Going on


@pytest.mark.parametrize("how", ["failed", "interrupted", "stopped"])
def test_run_that_did_not_end_well_is_resumed_from_its_last_saved_epoch(room: Room, how: str) -> None:
    run = room.begin()
    room.end(run, how)
    screen = room.open("train", SHORT)
    assert f"Run 1: {how}" in screen.text()
    assert "Resume from epoch 1" in screen.text("above-curves")
    assert not screen.has_button("more-epochs")
    screen.press("Resume from epoch 1")
    assert room.workers.started_runs == [run, run]
    assert room.workers.options[run]["resume"] is True
    assert "Run 1: starting" in screen.text()
    assert not screen.has("problem-run")
    assert screen.component("curves")["url"] == f"/live/{run}?part=2"


def test_resume_waits_for_nobody_elses_press(room: Room) -> None:
    run = room.begin()
    room.end(run, "stopped")
    screen = room.open("train", SHORT, run=run)
    room.installed.start(SHORT, "ada")  # in another tab
    screen.press("resume")
    assert "Run 2 is still on." in screen.text("problem-refusal")
    assert "Stop it, or wait until it has ended; then try again." in screen.text("problem-refusal")
    assert room.state(run) == "stopped"


def test_more_epochs_go_on_with_the_same_run(room: Room) -> None:
    run = room.training.whole(room.installed, room.workers, "ada")
    room.save(run, 2)
    screen = room.open("train", SHORT)
    assert not screen.has_button("resume")
    assert screen.button("more-epochs").label == "Train 5 more"
    screen.put(f"more-{run}", 3).press("Train 3 more")
    [found] = room.installed.database.runs_of("ada")
    assert (found.id, found.number, found.experiment.fit.epochs) == (run, 1, 5)
    assert room.workers.options[run]["resume"] is True
    assert screen.component(f"progress-{run}")["epochs"] == 5
    assert screen.draft == with_fit(SHORT, epochs=5)  # which was the run's before, and is so still
    assert room.steered(run) == [("go on to 5 epochs", "owner")]


def test_more_epochs_leave_a_draft_alone_that_is_another_one(room: Room) -> None:
    run = room.training.whole(room.installed, room.workers, "ada")
    room.save(run, 2)
    screen = room.open("train", with_fit(SHORT, seed=7)).press("more-epochs")
    assert screen.draft == with_fit(SHORT, seed=7)


def test_weights_that_are_no_numbers_are_said_and_the_repair_changes_the_draft(room: Room) -> None:
    run = room.begin()
    problem = not_finite(SHORT, 9, 8)
    room.workers.report(run, kind="fitted", how="not-finite", epochs=0, seconds=0.1, finite_step=8)
    room.training.end(room.installed, room.workers, run, how="not-finite", kept=kept("last finite", 8))
    screen = room.open("train", SHORT)
    assert "Run 1: stopped" in screen.text()
    for words in (problem.happened, problem.expected, problem.fix):
        assert words in screen.text("problem-run")
    screen.press("Set the learning rate to 0.0001")
    assert get_value(screen.draft, ("compile", "optimizer", "arguments", "learning_rate")) == 0.0001
    words = "Since run 1: **learning rate 0.0001 (was 0.001)**"
    assert words in screen.text("line-sentence")
    assert str(screen.button("line-train").help).endswith(f"batches of 32.\n\n{words}"), "the bar may cut it"


@pytest.mark.parametrize("page", ["train", "stage", "runs"])
def test_repair_of_a_run_mends_the_run_whatever_the_draft_is(room: Room, page: str) -> None:
    run = room.begin()
    room.workers.report(run, kind="fitted", how="not-finite", epochs=0, seconds=0.1, finite_step=8)
    room.training.end(room.installed, room.workers, run, how="not-finite", kept=kept("last finite", 8))
    other = with_compile(template("convnet"), optimizer={"name": "SGD", "arguments": {"learning_rate": 0.5}})
    screen = room.open(page, other).press("Set the learning rate to 0.0001")
    assert screen.draft == set_value(SHORT, ("compile", "optimizer", "arguments", "learning_rate"), 0.0001)


def test_stage_says_that_a_problem_is_the_drafts_and_not_the_runs(room: Room) -> None:
    room.training.whole(room.installed, room.workers, "ada")
    screen = room.open("stage", set_value(SHORT, ("data", "train_images"), 1_000_000))
    assert "Your draft: **1,000,000 training images are asked for" in screen.text("stage-said")


def test_stop_keeps_its_place_when_the_training_begins(room: Room) -> None:
    waiting = room.open("train", SHORT).press("Train")
    run = room.installed.database.runs_of("ada")[0].id
    assert room.state(run) == "starting"
    assert all(waiting.button(key).disabled and waiting.button(key).help == NOT_YET for key in ("pause", "step"))
    assert (waiting.app.menu_button[0].disabled, waiting.app.menu_button[0].help) == (True, NOT_YET)
    before = [element.key for element in waiting.app.button]
    room.workers.report(run, kind="start", steps=41, epochs=SHORT.fit.epochs, seconds=0.0)
    training = waiting.run()
    assert "Run 1: training" in training.text()
    assert (
        [key for key in before if key in BAR]
        == [element.key for element in training.app.button if element.key in BAR]
        == BAR
    )
    assert not any(training.button(key).disabled for key in BAR)


# Who may


def test_a_watcher_reads_why_the_buttons_are_grey(room: Room) -> None:
    run = room.begin()
    screen = room.open("train", SHORT, visitor="grace", run=run)
    for key in ("pause", "stop"):
        assert screen.button(key).disabled
        assert screen.button(key).help == WATCHERS
    assert not screen.app.menu_button
    assert screen.has_button("line-train")  # a run of their own


@pytest.mark.parametrize("button", deep_after(2, ["stop", "step", "× 10", "pause", "more"]))
def test_a_forged_press_of_a_watcher_counts_nothing(room: Room, button: str) -> None:
    run = room.begin()
    screen = room.open("train", SHORT, run=run)
    screen.app.session_state["visitor_without_cookie"] = "grace"  # a press that the page never offered
    if button == "more":
        screen.app.menu_button[0].click("Stop, keep the best weights")
        screen.run()
    else:
        screen.press(button)
    assert not room.workers.commands
    assert room.state(run) == "training"
    assert room.steered(run) == []


def test_a_watcher_cannot_go_on_with_a_run(room: Room) -> None:
    run = room.begin()
    room.end(run, "stopped")
    assert not room.open("train", SHORT, visitor="grace", run=run).has("go-on")
    screen = room.open("train", SHORT, run=run)
    screen.app.session_state["visitor_without_cookie"] = "grace"
    screen.press("resume")
    assert room.state(run) == "stopped"


@pytest.mark.usefixtures("become_lecturer")
def test_the_lecturer_steers_anybodys_run_and_that_is_recorded(room: Room) -> None:
    run = room.begin("grace")
    screen = room.open("train", SHORT, run=run).press("pause")
    room.workers.report(run, **PAUSED)
    screen.run().press("Stop")
    assert room.workers.commands == [(run, "pause"), (run, "stop")]
    assert room.steered(run) == [("pause", "lecturer"), ("stop", "lecturer")]


@pytest.mark.usefixtures("become_lecturer")
def test_the_lecturers_own_run_goes_first(room: Room) -> None:
    room.begin("grace")
    student = room.installed.start(SHORT, "linus").id
    room.open("train", SHORT).press("Train")
    [own] = room.installed.database.runs_of("ada")
    assert (room.installed.queue.position(own.id), room.installed.queue.position(student)) == (1, 2)


def test_a_wrong_token_is_no_lecturer(room: Room, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(ContextProxy, "cookies", {session.LECTURER_COOKIE: lecturer_token.token() + "x"})
    run = room.begin("grace")
    assert room.open("train", SHORT, run=run).button("stop").help == WATCHERS


# Train


def test_a_second_press_on_train_shows_the_run_that_is_on(room: Room) -> None:
    first, second = room.open("train", SHORT), room.open("train", SHORT)
    first.press("Train")
    assert not first.app.toast
    second.press("Train")
    [run] = room.installed.database.runs_of("ada")
    assert [toast.value for toast in second.app.toast] == ["Run 1 is on already: here is the run."]
    assert room.workers.started_runs == [run.id]
    assert second.has(f"progress-{run.id}")


def test_a_full_queue_is_said(room: Room, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("DASHBOARD_QUEUE", "2")
    room.begin("grace")
    room.installed.repeat(SHORT, "linus", 2)
    words = room.open("train", SHORT).press("Train").text("problem-refusal")
    assert "2 runs wait already, so that 1 more cannot. Expected at most 2 to wait." in words.replace("\n", " ")
    assert "Wait until some have ended, or cancel some. The variable DASHBOARD_QUEUE sets the limit." in words
    assert room.installed.database.runs_of("ada") == []


# The code


def test_code_says_what_was_stopped_by_hand(room: Room) -> None:
    run = room.begin(experiment=LONG)
    room.installed.stop(run)
    room.training.end(room.installed, room.workers, run, how="stop", kept=kept("last", 50))
    code = room.open("train", LONG).press("fold-code").component("code")["script"]
    assert "# Run 1 was stopped by hand and kept its last weights, of step 50 of 246.\n" in code
    assert "# This script trains to the end: its numbers equal the run's only up to there.\n" in code
    changed = room.open("train", LONG).put("fit/epochs", 7).component("code")["script"]
    assert "by hand" not in changed  # the draft's, whose run this is not


def test_code_of_a_whole_run_says_nothing_of_hands(room: Room) -> None:
    room.training.whole(room.installed, room.workers, "ada")
    assert "by hand" not in room.open("train", SHORT).press("fold-code").component("code")["script"]
