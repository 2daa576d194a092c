"""Runs: the table of all of them, one looked at closely, several side by side, and replays."""

import json
from collections.abc import Callable
from dataclasses import replace
from typing import Any

import pytest

from core.experiment.edits import insert_layer, new_layer
from core.experiment.model import Experiment
from core.runs import manager
from core.runs.history import LONGEST_NAME
from core.runs.run_record import Run
from pages.shell.colours import RUNS
from tests.pages.conftest import DIGITS, Open
from tests.pages.fake_workers import ScriptedWorkers
from tests.pages.real_keras import Training, short
from tests.pages.screen import Screen

DROPOUT = insert_layer(short(), new_layer(short(), "Dropout", rate=0.3), "output")
RUNS_ON_A_PAGE = 50

Train = Callable[..., str]


@pytest.fixture
def train(training: Training, installed: manager.Runs, workers: ScriptedWorkers) -> Train:
    """Trains an experiment of Ada's to its end; its validation accuracies are those of a real run and `more`."""

    def whole(experiment: Experiment | None = None, more: float = 0.0, visitor: str = "ada") -> str:
        run = training.start(installed, workers, visitor, experiment)
        end(training, installed, workers, run, more)
        return run

    return whole


def end(training: Training, installed: manager.Runs, workers: ScriptedWorkers, run: str, more: float = 0.0) -> None:
    history = training.result["history"]
    raised = [value + more for value in history["val_accuracy"]]
    validation = {**training.result["validation"], "accuracy": raised[-1]}
    training.end(installed, workers, run, history={**history, "val_accuracy": raised}, validation=validation)


def stored_run(installed: manager.Runs, identity: str) -> Run:
    found = installed.database.run(identity)
    assert found is not None
    return found


def table(screen: Screen) -> Any:
    """The table of all numbers, which is opened where the runs stand as rows."""
    if not screen.app.dataframe:
        screen.put("runs-as-table", True)
    return screen.app.dataframe[0]


def numbers(screen: Screen) -> list[int]:
    """The numbers of the runs in the table, from the top."""
    return table(screen).value["number"].tolist()


def select(screen: Screen, *wanted: int) -> Screen:
    """Tick these runs in the table, and no others."""
    places = [place for place, number in enumerate(numbers(screen)) if number in wanted]
    screen.app.session_state[str(table(screen).key)] = {"selection": {"rows": places}}
    return screen.run()


def figure(screen: Screen, name: str) -> list[dict]:
    """The lines of one of the two charts."""
    chart: Any = screen.app.get_by_key(f"overlay-{name}")
    return json.loads(chart.proto.spec)["data"]


# The table


def test_without_a_run_it_says_what_to_do(open_screen: Open) -> None:
    screen = open_screen("runs")
    assert "No run yet\nPress **Train** below." in screen.text("empty")
    assert not screen.app.dataframe


def test_table_has_all_runs_the_newest_first(open_screen: Open, train: Train, training: Training) -> None:
    train()
    train(DROPOUT)
    shown = table(open_screen("runs")).value
    assert shown["number"].tolist() == [2, 1]
    assert shown["change"].tolist() == ["+ Dropout 0.3", ""]
    assert shown["state"].tolist() == ["finished", "finished"]
    assert shown["epochs"].tolist() == [2, 2]
    assert shown["accuracy"].tolist() == pytest.approx([training.result["history"]["val_accuracy"][-1]] * 2)
    assert shown["test_accuracy"].isna().all()  # nobody opened a test set


def test_run_in_view_is_selected_at_first_and_nothing_selected_says_what_to_do(open_screen: Open, train: Train) -> None:
    train()
    train(DROPOUT)
    screen = open_screen("runs")
    assert "Run 2\n" in screen.text("run-details")
    select(screen)
    assert not screen.has("run-details")
    words = "Press a run to look at it. Tick several to see them side by side."
    assert words in screen.text()


def test_runs_can_be_selected_by_typing(open_screen: Open, train: Train) -> None:
    first, second = train(), train(DROPOUT)
    screen = open_screen("runs").put("runs-as-table", True)
    assert screen.widget("runs-selected").value == [second]
    screen.put("runs-selected", [second, first])
    assert "2 runs side by side" in screen.text("runs-compared")
    assert select(screen, 1).widget("runs-selected").value == [first]


def test_link_selects_its_run(open_screen: Open, train: Train) -> None:
    first = train()
    train(DROPOUT)
    assert "Run 1\n" in open_screen("runs", run=first).text("run-details")


def test_filters_leave_what_was_asked_for(
    open_screen: Open, train: Train, training: Training, installed: manager.Runs, workers: ScriptedWorkers
) -> None:
    installed.database.describe(train(), name="The lecture's", note="too wide")
    train(DROPOUT)
    workers.fail(training.start(installed, workers, "ada"), ValueError("no"))
    screen = open_screen("runs").put("runs-as-table", True)
    assert numbers(screen.put("runs-find", "LECTURE wide")) == [1]
    assert numbers(screen.put("runs-find", "dropout")) == [3, 2]  # 3 is without it: − Dropout 0.3
    assert numbers(screen.put("runs-find", "").put("runs-states", ["failed"])) == [3]
    screen.put("runs-find", "lecture")
    assert "No run is left: change the words in Find, or the states." in screen.text()


@pytest.mark.deep
def test_many_runs_are_paged_and_sorted(open_screen: Open, train: Train, installed: manager.Runs) -> None:
    result = stored_run(installed, train()).result
    for number in range(2, 201):
        run = installed.database.add_run(replace(DIGITS, fit=replace(DIGITS.fit, seed=number)), "ada")
        for state in ("starting", "training", "finished"):
            kept = {**(result or {}), "seconds": float(number % 7)} if state == "finished" else None
            installed.database.change_state(run.id, state, result=kept)
    screen = open_screen("runs")
    assert numbers(screen) == list(range(200, 150, -1))
    assert "1 to 50 of 200 runs" in screen.text("runs-foot")
    screen.put("runs-page", 4)
    assert numbers(screen) == list(range(50, 0, -1))
    assert "Run 200\n" in screen.text("run-details")  # it stays selected, on another page
    screen.put("runs-order", "number")
    assert numbers(screen) == list(range(50, 0, -1))
    screen.put("runs-order", "seconds").put("runs-page", 1)
    assert screen.app.dataframe[0].value["seconds"].tolist()[:28] == [0.0] * 28
    screen.put("runs-find", "run 12 seed")
    assert len(numbers(screen)) == len([one for one in range(1, 201) if "12" in f"{one} {one - 1}"])


# One run


def test_one_run_says_what_it_was_and_what_it_brought(open_screen: Open, train: Train, installed: manager.Runs) -> None:
    train()
    second = train(DROPOUT, 0.012)
    installed.database.append(second, {"kind": "steered", "what": "pause", "by": "lecturer", "step": 41, "epoch": 1.0})
    installed.database.append(second, {"kind": "steered", "what": "wait", "by": "server", "step": 0, "epoch": 0.0})
    screen = open_screen("runs")
    text = screen.text("run-details")
    assert "Digits, 1,293 images → Flatten, Dense 128 relu, Dropout 0.3, Dense 10 softmax" in text
    assert "**Run 2 = run 1 + Dropout 0.3: validation accuracy +1.2 points.**" in text
    assert "Commands to this run: pause at epoch 1, by the lecturer." in text
    assert "Epochs\n2 of 2" in text
    charts = [metric.proto.chart_data for metric in screen.app.get_by_key("run-numbers").get("metric")]
    assert charts and not any(charts), "the row of the run has its curve already"


def test_name_and_note_are_kept_and_said_to_be_saved(open_screen: Open, train: Train, installed: manager.Runs) -> None:
    run = train()
    screen = open_screen("runs").put(f"run-name-{run}", "  *wide*   net ")
    assert "The name is saved." in screen.text("run-words")
    assert stored_run(installed, run).name == "*wide* net"
    assert screen.widget(f"run-name-{run}").value == "*wide* net"
    assert "*wide* net" in str(screen.component("runs-rows")["rows"])
    screen.put(f"run-note-{run}", "=SUM(A1)")
    assert "The note is saved." in screen.text("run-words") and "The name is saved." not in screen.text("run-words")
    assert stored_run(installed, run).note == "=SUM(A1)"
    assert "saved" not in screen.run().text("run-words")
    assert table(screen).value["name"].tolist() == ["*wide* net"]
    installed.database.describe(run, name="x" * 99)  # as another tab might
    assert screen.run().widget(f"run-name-{run}").value == "x" * LONGEST_NAME


def test_settings_that_are_changed_for_another_run_can_be_undone(open_screen: Open, train: Train) -> None:
    train(DROPOUT)
    screen = open_screen("runs", DIGITS).press("run-draft")
    assert screen.draft == DROPOUT
    assert screen.title == "Run 1: finished" and screen.app.session_state["show-settings"]
    assert screen.go("define").press("Undo").draft == DIGITS


def test_see_its_curves_shows_the_run_on_train(open_screen: Open, train: Train) -> None:
    first = train()
    train(DROPOUT)
    screen = select(open_screen("runs"), 1).press("See its curves")
    assert screen.title == "Run 1: finished"
    assert screen.app.query_params["run"] in (first, [first])
    assert "Run 1: finished" in screen.text()


def test_failed_run_says_why(
    open_screen: Open, training: Training, installed: manager.Runs, workers: ScriptedWorkers
) -> None:
    workers.fail(training.start(installed, workers, "ada"), ValueError("no"))
    screen = open_screen("runs")
    assert "ValueError: no" in screen.text("problem-runs")
    assert "Epochs\n0 of 2" in screen.text("run-details")


def test_run_can_go_on_from_here(open_screen: Open, train: Train) -> None:
    run = train()
    screen = open_screen("runs").put(f"more-{run}", 3).press("Train 3 more")
    assert screen.title == "Run 1: starting"
    assert stored_run(screen.installed, run).experiment.fit.epochs == 5
    assert stored_run(screen.installed, run).state in ("queued", "starting")


# Deleting


def test_delete_can_be_undone_until_the_next_action(open_screen: Open, train: Train, installed: manager.Runs) -> None:
    first = train()
    second = train(DROPOUT)
    screen = select(open_screen("runs"), 1).press("Delete")
    assert installed.database.run(first) is None
    assert numbers(screen) == [2]
    assert "Run 1 was deleted." in screen.text("runs-deleted")
    assert numbers(screen.press("runs-undo")) == [2, 1]
    assert "Run 1\n" in screen.text("run-details")
    assert not screen.has("runs-deleted")
    select(screen.press("Delete"), 2).press("run-draft")
    assert not screen.has("runs-deleted")
    assert installed.database.run(first) is None and installed.database.run(second) is not None


def test_undo_is_still_there_after_a_reload_and_for_nobody_else(
    open_screen: Open, train: Train, installed: manager.Runs
) -> None:
    run = train()
    open_screen("runs").press("Delete")
    for visitor, is_offered in (("grace", False), ("ada", True)):
        again = Screen(installed, visitor)
        again.app.query_params["deleted"] = run
        again.go("runs")
        assert again.has("runs-deleted") == is_offered
    assert numbers(again.press("runs-undo")) == [1]


def test_run_that_is_on_cannot_be_deleted(
    open_screen: Open, training: Training, installed: manager.Runs, workers: ScriptedWorkers
) -> None:
    training.start(installed, workers, "ada")
    screen = open_screen("runs")
    assert screen.button("run-delete").disabled
    assert screen.button("run-delete").help == "Run 1 is still training: stop it first."
    assert not any(screen.has(key) for key in ("replay", "run-repeat-popover", "go-on"))


# Several runs


def test_several_runs_are_drawn_side_by_side(open_screen: Open, train: Train, training: Training) -> None:
    train()
    train(DROPOUT, 0.012)
    screen = select(open_screen("runs"), 1, 2)
    text = screen.text("runs-compared")
    assert "2 runs side by side" in text
    assert "- Run 2 = run 1 + Dropout 0.3: validation accuracy +1.2 points." in text, "though run 2 was selected first"
    lines = [line for line in figure(screen, "accuracy") if line["mode"] == "lines"]
    assert [line["name"] for line in lines] == ["Run 2", "Run 1"]
    assert len({line["line"]["dash"] for line in lines}) == 2  # told apart without colour
    labels = [line["text"] for line in figure(screen, "accuracy") if line["mode"] == "lines+text"]
    last = training.result["history"]["val_accuracy"][-1]
    assert labels == [["", f" Run 2 {last + 0.012:.4f}"], ["", f" Run 1 {last:.4f}"]]
    assert [line["line"]["color"] for line in lines] == [RUNS[1], RUNS[0]], "a run has the colour that it has on Train"
    sentence = f"Run 2 ends highest, at {last + 0.012:.4f}; run 1 ends at {last:.4f}."
    assert sentence in text
    chart: Any = screen.app.get_by_key("overlay-accuracy")
    assert chart.proto.alt == f"Validation accuracy by epoch. {sentence}"
    assert not select(screen.press("runs-clear")).has("runs-compared")


def test_one_run_has_its_colour_and_the_verdict_beside_the_run_before(open_screen: Open, train: Train) -> None:
    train()
    train(DROPOUT, 0.012)
    screen = select(open_screen("runs"), 2)
    assert "1 more than run 1, no more than a new random start could change." in screen.text("run-details")
    assert screen.has("run-colour-2")


def test_runs_without_validation_set_are_drawn_by_their_training(
    open_screen: Open,
    train: Train,
    training_without_validation: Training,
    installed: manager.Runs,
    workers: ScriptedWorkers,
) -> None:
    train()
    training_without_validation.whole(installed, workers, "ada")
    workers.fail(training_without_validation.start(installed, workers, "ada"), ValueError("no"))
    screen = select(open_screen("runs"), 1, 2, 3)
    text = screen.text("runs-compared")
    assert "**Training or validation loss**" in text
    labels = [line["text"][1].rpartition(" ")[0] for line in figure(screen, "loss") if line["mode"] == "lines+text"]
    assert labels == [" Run 2 (training)", " Run 1 (validation)", " guessing"]
    assert "Without a curve, since no epoch is complete: run 3." in text
    assert "run 3 ended before its first epoch was complete" in text


def test_repeats_show_their_mean_and_spread(
    open_screen: Open, train: Train, training: Training, installed: manager.Runs, workers: ScriptedWorkers
) -> None:
    train()
    screen = open_screen("runs").put("run-seeds", 3).press("run-repeat")
    assert "3 runs are in the queue." in [one.value for one in screen.app.toast]
    assert numbers(screen) == [4, 3, 2, 1]
    mine = installed.database.runs_of("ada")[:3]
    assert [run.experiment.fit.seed for run in mine] == [2, 1, 0]
    for run, more in zip(reversed(mine), (0.0, 0.01, 0.02), strict=True):
        for event in training.events[:4]:
            workers.report(run.id, **event)
        end(training, installed, workers, run.id, more)
    screen.run()
    assert "3 runs side by side" in screen.text("runs-compared")
    text = screen.text(f"spread-{mine[0].series}")
    last = training.result["history"]["val_accuracy"][-1]
    assert "**The same experiment with other seeds:** run 2, run 3 and run 4" in text
    assert f"Validation accuracy\n{last + 0.01:.4f} ± 0.0100" in text
    assert f"Of 3 runs, accuracy is {last:.4f} at the lowest and {last + 0.02:.4f} at the highest." in text
    assert "mean of run 2, run 3 and run 4" in [line.get("name") for line in figure(screen, "accuracy")]
    assert any(line.get("fill") == "tonexty" for line in figure(screen, "accuracy"))  # the band
    select(screen, 3)
    assert "One of 3 repeats that differ in their seed alone." in screen.text("run-series")
    assert "3 runs side by side" in screen.press("See them side by side").text("runs-compared")


def test_repeat_that_finds_no_room_is_refused(open_screen: Open, train: Train, monkeypatch: pytest.MonkeyPatch) -> None:
    train()
    monkeypatch.setenv("DASHBOARD_QUEUE_EACH", "2")
    screen = open_screen("runs").put("runs-as-table", True).put("run-seeds", 5).press("run-repeat")
    assert numbers(screen) == [1]
    assert screen.has("problem-refusal")


# Somebody else's run


def test_watcher_sees_a_linked_run_and_changes_nothing(open_screen: Open, train: Train, installed: manager.Runs) -> None:
    run = train()
    installed.database.describe(run, name="Ada's", note="look")
    screen = open_screen("runs", DIGITS, visitor="grace", run=run)
    assert "Somebody else's run, which a link led to: to look at and to replay." in screen.text("runs-other")
    text = screen.text("run-details")
    assert "Run 1: Ada's" in text and "look" in text
    assert not screen.has("run-words") and not screen.has_button("run-delete") and not screen.has_button("run-repeat")
    assert screen.has_button("run-draft")
    screen.press("Start replay")
    assert "Replay of run 1 at 4 times the speed" in screen.text("replay")
    assert not screen.press("Close it").has("run-details")
    assert "No run yet" in screen.text("empty")


# Replay


def test_replay_is_marked_as_one_and_can_be_stopped(open_screen: Open, train: Train) -> None:
    run = train()
    screen = open_screen("runs")
    assert "See its curves grow once more, as they did in training." in screen.text("replay")
    screen.put("replay-speed", "16").press("Start replay")
    text = screen.text("replay")
    assert "Replay of run 1 at 16 times the speed" in text
    assert "This was recorded: nothing is trained now." in text
    assert [one for one in text.splitlines() if "badge" in one and "Replay" in one]
    data = screen.component(f"replay-{run}-1")
    assert (data["url"], data["replay"], data["epochs"]) == (f"/replay/{run}?speed=16&play=1", True, 2)
    screen.put("replay-speed", "all").press("Start again")
    assert screen.component(f"replay-{run}-2")["url"] == f"/replay/{run}?speed=all&play=2"
    assert "Replay of run 1 all at once" in screen.text("replay")
    screen.press("Stop replay")
    assert "Replay of run 1" not in screen.text("replay")
    assert not screen.has(f"replay-{run}-2")


def test_another_run_does_not_take_over_a_replay(open_screen: Open, train: Train) -> None:
    train()
    train(DROPOUT)
    screen = open_screen("runs").press("Start replay")
    assert "Replay of run 2" in screen.text("replay")
    assert "Replay of run" not in select(screen, 1).text("replay")
