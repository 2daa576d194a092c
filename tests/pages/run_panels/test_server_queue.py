"""The lecturer sees all runs of the server and clears the queue; others see nothing of it."""

import pytest
from streamlit.runtime.context import ContextProxy

from core.lecturer_token import token
from core.teaching.progress import Learner, Progress
from pages.shell.middleware import LECTURER_COOKIE
from tests.pages.training_run import SHORT, Room


@pytest.fixture
def busy(room: Room, monkeypatch: pytest.MonkeyPatch) -> tuple[str, list[str]]:
    """A run of grace on the only trainer, and two of linus that wait; ada is the lecturer."""
    training = room.begin("grace")
    room.installed.repeat(room.training.experiment, "linus", 2)
    Progress(room.installed.database.engine).choose("grace", Learner("Amazing *Grace*"))
    monkeypatch.setattr(ContextProxy, "cookies", {LECTURER_COOKIE: token()})
    return training, list(room.installed.queue.waiting)


def test_lecturer_cancels_all_runs_that_wait(room: Room, busy: tuple[str, list[str]]) -> None:
    training, waiting = busy
    screen = room.open("runs")
    words = screen.text("server-queue")
    assert "1 run on trainers, 2 waiting." in words
    assert "Run 1, of Amazing *Grace*: training" in words
    assert "Run 2, of a visitor without a nickname: waiting" in words
    screen.press("cancel-all-waiting")
    assert [room.state(run) for run in (training, *waiting)] == ["training", "cancelled", "cancelled"]
    assert screen.run().button("cancel-all-waiting").disabled


def test_lecturer_gets_into_a_full_queue_first(
    room: Room, busy: tuple[str, list[str]], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("DASHBOARD_QUEUE", "2")
    screen = room.open("train", SHORT).press("Train")
    assert not screen.has("problem-refusal")
    training, waiting = busy
    lecture = room.installed.database.newest("ada")
    assert [run.id for run in room.installed.unfinished()] == [training, lecture.id, *waiting]


def test_lecturer_stops_one_run(room: Room, busy: tuple[str, list[str]]) -> None:
    training, waiting = busy
    screen = room.open("runs").press(f"server-stop-{waiting[1]}").press(f"server-stop-{training}")
    assert [room.state(run) for run in (training, *waiting)] == ["stopping", "queued", "cancelled"]
    assert "1 run on trainers, 1 waiting." in screen.run().text("server-queue")


def test_others_see_no_run_but_their_own(room: Room, busy: tuple[str, list[str]], monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(ContextProxy, "cookies", {LECTURER_COOKIE: token() + "x"})
    screen = room.open("runs")
    assert not screen.has("server-queue")
    assert "Grace" not in screen.text()
