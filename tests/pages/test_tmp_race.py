from tests.pages.test_steering import *
from tests.pages.test_steering import room

def test_race(room, monkeypatch):
    run, screen = room.pause()
    monkeypatch.setenv("DASHBOARD_PAUSE_MINUTES", "0")
    room.installed.ongoing.tend()
    print(room.workers.flags)
    screen.run().press("Stop")
    print(room.state(run), room.workers.flags)
    room.workers.report(run, kind="fitted", how="release", epochs=1, seconds=.1, finite_step=0)
    room.workers.finish(run, {"how": "release", "epochs": 1})
    print(room.state(run), room.workers.started_runs)
    screen.run()
    print(screen.text("line"))
    screen.press("Stop now")
    print(room.state(run), room.workers.started_runs)

def test_race_continue(room, monkeypatch):
    run, screen = room.pause()
    monkeypatch.setenv("DASHBOARD_PAUSE_MINUTES", "0")
    room.installed.ongoing.tend()
    screen.run().press("Continue")
    print(room.state(run), room.workers.flags)
    room.workers.finish(run, {"how": "release", "epochs": 1})
    print(room.state(run), room.workers.started_runs)

def test_stop_in_starting(room, monkeypatch):
    run = room.installed.start(SHORT, "ada").id
    screen = room.open("train", SHORT).press("Stop")
    print(room.state(run), room.workers.flags)
    room.workers.report(run, kind="start", steps=41, epochs=2, seconds=0)
    print(room.state(run)); screen.run(); print(screen.text("line"))
