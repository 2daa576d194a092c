"""The stage: one screen for a hall, in each state of a run, for who steers it and for who watches."""

import pytest

from core.experiment.edits import set_value
from core.experiment.templates import lecture_experiment
from core.runs import manager
from core.views.set_images import ConfusionCell
from tests.pages.conftest import Open
from tests.pages.training_run import PAUSED, SHORT, Room, tell_epochs

FIVE = ("compile/optimizer", "fit/epochs", "fit/batch_size", "data/train_images")
CELL = ConfusionCell(3, 3, count=1, epoch=0.5, indexes=(5,))
RATE = ("compile", "optimizer", "arguments", "learning_rate")


def test_before_the_first_run_it_says_what_to_press(open_screen: Open) -> None:
    screen = open_screen("stage")
    assert not screen.has("rail") and not screen.has("line")
    assert "No run yet" in screen.text("stage-state")
    assert "Teach a network to read small handwritten digits" in screen.text("stage-empty")
    assert "Press **Train**, or the key **T**." in screen.text("stage-empty")
    assert screen.text("stage-sentence").startswith("Digits, 1,293 images → Flatten, Dense 128 relu")
    shortcuts = {one.key: one.proto.shortcut for one in screen.app.button}
    assert shortcuts == {"step": "s", "stage-train": "t"}


def test_train_stays_on_the_stage_and_all_parts_are_there(open_screen: Open, installed: manager.Runs) -> None:
    screen = open_screen("stage").press("stage-train")
    run = installed.database.runs_of("ada")[0]
    assert "Run 1" in screen.text("stage-state")
    assert screen.component(f"progress-{run.id}")["state"] == "starting"
    for part in ("curves", f"look-matrix-{run.id}", f"look-images-{run.id}"):
        assert screen.component(part)["url"].startswith(f"/live/{run.id}")
    assert screen.component(f"look-matrix-{run.id}")["compact"]
    assert screen.component("curves")["height"] is None, "the page gives the charts their height"
    assert screen.button("stop").proto.shortcut == "x"


def test_five_controls_change_the_draft(open_screen: Open) -> None:
    screen = open_screen("stage")
    for name in (*FIVE, "/".join(RATE)):
        assert screen.widget(name)
    assert screen.put("fit/epochs", 9).draft.fit.epochs == 9
    assert "9 epochs" in screen.text("stage-sentence")


def test_run_is_paused_and_continued(room: Room) -> None:
    run = room.begin()
    screen = room.open("stage", SHORT).press("Pause")
    assert room.workers.commands == [(run, "pause")]
    assert not screen.has("rail")
    assert [one.proto.shortcut for one in screen.app.button] == ["p", "s", "x"]
    assert not screen.has(f"stepped-{run}")
    room.workers.report(run, **PAUSED)
    assert screen.run().component(f"stepped-{run}")["compact"], "a batch that is taken alone is told of in one line"
    screen.press("Continue")
    assert room.workers.commands == [(run, "pause"), (run, "continue")]


def test_who_watches_sees_all_and_has_no_controls(room: Room) -> None:
    run = room.begin("grace")
    screen = room.open("stage", run=run)
    assert not screen.app.button and not screen.has("stage-controls")
    for part in (f"progress-{run}", "curves", f"look-matrix-{run}", f"look-images-{run}"):
        assert screen.has(part)


def test_finished_run_says_what_came_of_it_and_what_would_be_next(room: Room) -> None:
    room.training.whole(room.installed, room.workers, "ada")
    screen = room.open("stage", SHORT)
    accuracy = room.training.result["validation"]["accuracy"]
    assert f"Run 1: finished** · validation accuracy **{accuracy:.4f}**" in screen.text("stage-state")
    assert "next" not in screen.text("stage-state")
    [run] = room.installed.database.runs_of("ada")
    right = round(accuracy * 100)
    assert screen.component(f"headline-{run.id}")["title"] == f"{right} of 100 right"
    assert screen.component(f"dots-{run.id}")["right"] == right
    assert screen.has("run-colour-1")
    screen.put("fit/epochs", 9)
    assert "next: **epochs 9 (was 2)**" in screen.text("stage-state")


def test_run_that_is_on_counts_what_is_right_so_far(room: Room) -> None:
    run = room.begin()
    screen = room.open("stage", SHORT)
    assert screen.component(f"headline-{run}")["url"].startswith(f"/live/{run}")
    assert screen.component(f"dots-{run}")["of"] == 100


def test_settings_fold_once_there_is_a_run(room: Room) -> None:
    assert not room.open("stage", SHORT).has("show-settings")
    run = room.begin()
    screen = room.open("stage", SHORT)
    assert screen.has("show-settings") and screen.has("stage-controls")
    assert not screen.widget("show-settings").value
    assert not room.open("stage", visitor="grace", run=run).has("show-settings"), "who watches has nothing to change"


def test_failed_run_says_why_and_can_be_resumed(room: Room) -> None:
    run = room.begin()
    room.end(run, "failed")
    screen = room.open("stage", SHORT)
    problem = room.installed.database.run(run).problem
    assert problem is not None
    assert problem.happened in screen.text("stage-said")
    assert problem.fix in screen.text("stage-said")
    screen.press("Resume from epoch 1")
    assert room.state(run) in ("queued", "starting")
    assert not screen.has("rail"), "it stays on the stage"


def test_what_stands_in_the_way_of_training_is_said_with_its_repair(open_screen: Open) -> None:
    screen = open_screen("stage", set_value(SHORT, ("fit", "epochs"), 0))
    assert screen.button("stage-train").disabled
    assert "epochs is 0." in screen.text("stage-said")
    assert screen.press("Set epochs to 5").draft.fit.epochs == 5
    assert not screen.button("stage-train").disabled


def test_coach_says_that_nothing_is_wrong_only_after_it_has_looked(room: Room) -> None:
    run = room.begin()
    assert "The coach looks at the curves from epoch 2 on." in room.open("stage", SHORT).text("stage-said")
    tell_epochs(room, run, 2.31, 1.6, 0.9)
    assert "So far the coach sees nothing to worry about." in room.open("stage", SHORT).text("stage-said")


def test_coach_speaks_in_one_sentence_and_its_button_makes_a_draft(room: Room) -> None:
    run = room.begin()
    tell_epochs(room, run, 2.31, 2.306, 2.305)
    screen = room.open("stage", SHORT)
    [button] = [one for one in screen.app.button if str(one.key).startswith("try-")]
    screen.press(button.key)
    assert screen.draft != SHORT
    watching = room.open("stage", visitor="grace", run=run)
    assert watching.text("stage-said") and not watching.app.button


def test_pressed_cell_shows_its_images_in_the_place_of_the_dozen(room: Room) -> None:
    run = room.begin()
    screen = room.open("stage", SHORT)
    screen.app.session_state["cell"] = (run, CELL)
    assert screen.run().has("behind-cell") and not screen.has(f"look-images-{run}")
    assert screen.press("close-cell").has(f"look-images-{run}")


def test_run_without_validation_set_says_that_there_is_no_matrix(room: Room) -> None:
    run = room.begin(experiment=set_value(SHORT, ("data", "validation_split"), 0.0))
    screen = room.open("stage", SHORT)
    assert "keeps no validation set" in screen.text("stage-matrix")
    assert not screen.has(f"look-images-{run}")


@pytest.mark.parametrize("state", ["starting", "failed"])
def test_stage_stands_while_the_engine_does_not(open_screen: Open, installed: manager.Runs, state: str) -> None:
    installed.supervisor.engine = manager.EngineState(state, message="no memory")
    screen = open_screen("stage", lecture_experiment("cifar10"))
    assert screen.button("stage-train").disabled
    assert "CIFAR-10" in screen.text("stage-sentence")


def test_stage_is_one_press_from_train(open_screen: Open) -> None:
    link = next(one for one in open_screen("train").app.get("page_link") if one.value == "Stage")
    assert link.proto.page == "stage"
