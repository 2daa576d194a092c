"""The coach's card: what it says during a run and after it, and the button that makes the change."""

import sqlalchemy as sql

from core.coach.rules import NO_ALARM
from core.runs.failures import not_finite
from tests.core.sample_experiments import with_fit
from tests.pages.real_keras import short
from tests.pages.training_run import Room, tell_epochs

RUN = with_fit(short(), epochs=6)


def alarms(room: Room, run: str) -> list[tuple[str, str, float]]:
    found = room.installed.database.events(run, kinds=("alarm",))
    return [(event["code"], event["title"], event["epoch"]) for event in found]


def test_coach_is_silent_before_the_second_epoch_and_quiet_where_all_is_well(room: Room) -> None:
    run = room.begin(experiment=RUN)
    tell_epochs(room, run, 2.31)
    screen = room.open("train", RUN)
    assert not screen.has("coach") and NO_ALARM not in screen.text()
    tell_epochs(room, run, 1.2, 0.5)
    room.installed.supervise()
    assert NO_ALARM in screen.run().text()
    assert alarms(room, run) == []


def test_alarm_is_reported_once_drawn_and_undone(room: Room) -> None:
    run = room.begin(experiment=RUN)
    tell_epochs(room, run, 2.31, 2.306, 2.305)
    room.installed.supervise()
    room.installed.supervise()  # nothing has happened since
    assert alarms(room, run) == [("underfitting", "Underfitting", 3.0)]
    screen = room.open("train", RUN)
    assert screen.component(f"progress-{run}")["alarm"] == "underfitting"
    assert "Coach: Underfitting" in screen.text()
    assert "Likely cause:" in screen.text() and "What to try:" in screen.text()
    room.workers.report(run, kind="resumed", step=0, epoch=0.0)
    tell_epochs(room, run, 1.5, 0.8, 0.4)
    room.installed.supervise()
    assert alarms(room, run)[1:] == [("", NO_ALARM, 3.0)]
    assert not screen.run().has("coach")
    assert screen.component(f"progress-{run}")["alarm"] == ""


def test_try_makes_a_draft_beside_the_run(room: Room) -> None:
    run = room.begin(experiment=RUN)
    tell_epochs(room, run, 2.31, 2.306, 2.305)
    screen = room.open("train", RUN)
    [first, *_] = [one for one in screen.app.button if str(one.key).startswith("try-")]
    screen.press(first.key)
    draft, before = room.installed.database.draft("ada"), room.installed.database.run(run)
    assert draft is not None and before is not None
    assert draft.experiment != RUN == before.experiment
    assert before.state == "training"
    assert first.label.startswith("Try ")


def test_what_ended_a_run_is_not_said_twice(room: Room) -> None:
    run = room.begin(experiment=RUN)
    tell_epochs(room, run, 2.31)
    room.workers.report(run, kind="batch", step=50, epoch=1.2, loss=None, accuracy=0.1, seconds=0.3)
    screen = room.open("train", RUN)
    assert "Coach: The loss is no number any more" in screen.text()
    room.installed.database.change_state(run, "stopping")
    room.installed.database.change_state(run, "stopped", problem=not_finite(RUN, 50, 41))
    assert not screen.run().has("coach")


def test_a_coach_that_fails_ends_nothing(room: Room) -> None:
    run = room.begin(experiment=RUN)
    room.workers.report(run, kind="epoch", step=41, epoch=1.0, seconds=0.2, loss="no number")
    room.installed.supervise()
    assert room.state(run) == "training"
    assert alarms(room, run) == []


def test_page_reads_no_numbers_of_a_run_that_goes_on(room: Room) -> None:
    """Else each page would cost more the longer the run in view has been going on."""
    run = room.begin(experiment=RUN)
    tell_epochs(room, run, 2.31, 2.306, 2.305)
    room.installed.supervise()
    asked: list[tuple[str, tuple]] = []

    def note(_connection: object, _cursor: object, statement: str, parameters: tuple, *_: object) -> None:
        asked.append((statement, parameters))

    sql.event.listen(sql.Engine, "before_cursor_execute", note)
    try:
        screen = room.open("train", RUN)
    finally:
        sql.event.remove(sql.Engine, "before_cursor_execute", note)
    assert "Coach: Underfitting" in screen.text()
    of_events = [parameters for statement, parameters in asked if "FROM events" in statement]
    assert of_events == [(run, "steered")], "only what was done by hand is read, which is little"


def test_numbers_of_a_run_that_is_over_are_read_once_for_all_pages(room: Room) -> None:
    run = room.begin(experiment=RUN)
    tell_epochs(room, run, 2.31, 2.306, 2.305)
    room.end(run, "failed")
    first = room.open("train", RUN).text()
    assert "Coach: Underfitting" in first
    room.installed.database.append(run, {"kind": "epoch", "step": 164, "epoch": 4.0, "loss": 0.1, "seconds": 0.3})
    assert room.open("train", RUN).text() == first, "a run that is over gets no new numbers"
