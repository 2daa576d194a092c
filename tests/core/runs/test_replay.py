"""Replay: the recorded events in their own time, divided by the speed; these tests do not wait."""

import asyncio
import json
from math import inf
from pathlib import Path

import pytest

from core.problems import Problem, ProblemError
from core.runs.replay import (
    FRAME_EVERY_SECONDS,
    LONGEST_SILENCE_SECONDS,
    SLICE_SECONDS,
    SPEEDS,
    read_speed,
    replay,
    replayed_events,
)
from core.runs.run_database import RunDatabase
from tests.core.conftest import Trained
from tests.core.sample_experiments import LECTURE

EVENTS = [
    {"kind": "phase", "phase": "loading"},
    {"kind": "start", "steps": 4, "epochs": 1, "seconds": 0.0},
    {"kind": "batch", "step": 1, "seconds": 1.0},
    {"kind": "sample", "step": 1},
    {"kind": "batch", "step": 2, "seconds": 1.5},
    {"kind": "epoch", "step": 4, "seconds": 9.5},
    {"kind": "state", "state": "finished", "message": ""},
]


class Clock:
    """A time that passes when somebody sleeps."""

    def __init__(self) -> None:
        self.now = 0.0
        self.naps: list[float] = []

    async def sleep(self, seconds: float) -> None:
        self.now += seconds
        self.naps.append(seconds)


def frames(text: str) -> list[tuple[int, dict]]:
    """The ids and contents in the text that a browser receives."""
    found = []
    for frame in text.split("\n\n")[:-1]:
        first, second = frame.split("\n")
        found.append((int(first.removeprefix("id: ")), json.loads(second.removeprefix("data: "))))
    return found


def play(events: list[dict], speed: float, **options: object) -> list[tuple[float, int, dict]]:
    """The time, the id and the content of each frame."""
    clock = Clock()

    async def listen() -> list[tuple[float, int, dict]]:
        stream = replay(events, speed, clock.sleep, **options)
        return [(clock.now, *frame) async for text in stream for frame in frames(text)]

    return asyncio.run(listen())


def test_replay_begins_with_an_empty_history_and_gives_each_event_once() -> None:
    played = play(EVENTS, 1.0)
    assert [(number, event) for _, number, event in played] == [
        (-1, {"kind": "history", "events": []}),
        *enumerate(EVENTS),
    ]


@pytest.mark.parametrize("speed", [0.5, 1.0, 4.0])
def test_events_come_in_their_own_time_divided_by_the_speed(speed: float) -> None:
    times = [when * speed for when, _, _ in play(EVENTS, speed)]
    silence = LONGEST_SILENCE_SECONDS  # instead of eight seconds
    assert times == pytest.approx([0, 0, 0, 1.0, 1.0, 1.5, 1.5 + silence, 1.5 + silence])


def test_all_at_once_waits_for_nothing() -> None:
    assert {when for when, _, _ in play(EVENTS, inf)} == {0.0}
    assert len(play(EVENTS, inf)) == len(EVENTS) + 1


@pytest.mark.deep
def test_replay_of_a_real_run_takes_as_long_as_it_took(trained: Trained) -> None:
    played = play(trained.events, 2.0)
    assert [event for _, _, event in played[1:]] == trained.events
    seconds = [event["seconds"] for event in trained.events if "seconds" in event]
    silences = [max(0.0, after - before) for before, after in zip(seconds, seconds[1:], strict=False)]
    expected = sum(min(one, LONGEST_SILENCE_SECONDS) for one in silences) / 2
    assert played[-1][0] == pytest.approx(expected, abs=FRAME_EVERY_SECONDS)


@pytest.mark.parametrize(("after", "times"), [(0, [0, 1.0, 1.0, 1.5, 3.5, 3.5]), (3, [0, 2.0, 2.0]), (5, [0])])
def test_whoever_lost_the_connection_goes_on_where_it_was(after: int, times: list[float]) -> None:
    played = play(EVENTS, 1.0, after=after)
    assert [number for _, number, _ in played] == list(range(after + 1, len(EVENTS)))
    assert [when for when, _, _ in played] == pytest.approx(times)  # the wait for the first of them is over


def test_whoever_had_all_gets_nothing() -> None:
    assert play(EVENTS, 1.0, after=len(EVENTS) - 1) == []


@pytest.mark.parametrize("after", [None, -1, 99])
def test_strange_ids_start_afresh(after: int | None) -> None:
    assert play(EVENTS, 1.0, after=after)[0][2] == {"kind": "history", "events": []}


def test_replay_ends_within_a_slice_when_the_server_closes() -> None:
    clock = Clock()

    async def listen() -> list[str]:
        stream = replay(EVENTS, 0.5, clock.sleep, closing=lambda: clock.now >= 1.1)
        return [text async for text in stream]

    received = frames("".join(asyncio.run(listen())))
    assert [number for number, _ in received] == [-1, 0, 1]
    assert max(clock.naps) <= SLICE_SECONDS
    assert clock.now <= 1.1 + SLICE_SECONDS


def test_events_close_together_travel_together() -> None:
    events = [{"kind": "batch", "step": step, "seconds": step / 1_000} for step in range(1_000)]
    clock = Clock()

    async def listen() -> list[str]:
        return [text async for text in replay(events, 1.0, clock.sleep)]

    assert len(asyncio.run(listen())) <= 1 / FRAME_EVERY_SECONDS + 1
    assert clock.now == pytest.approx(1.0, abs=FRAME_EVERY_SECONDS)


def test_replay_has_what_counts_and_how_it_ended(tmp_path: Path) -> None:
    database = RunDatabase(tmp_path / "runs.sqlite")
    run = database.add_run(LECTURE, "ada")
    problem = Problem("killed", (), "The process died.", "Expected it to go on.", "Train again.")
    database.change_state(run.id, "failed", problem=problem)
    for event in (
        {"kind": "batch", "epoch": 0.5, "seconds": 1.0},
        {"kind": "batch", "epoch": 1.5, "seconds": 2.0},
        {"kind": "resumed", "epoch": 1.0},
        {"kind": "batch", "epoch": 1.5, "seconds": 3.0},
    ):
        database.append(run.id, event)
    over = database.run(run.id)
    assert over is not None
    events = replayed_events(over, database.events(run.id))
    assert [event["seconds"] for event in events if event["kind"] == "batch"] == [1.0, 3.0]
    message = "The process died. Expected it to go on. Train again."
    assert events[-1] == {"kind": "state", "state": "failed", "word": "failed", "over": True, "message": message}
    database.close()


@pytest.mark.parametrize("text", list(SPEEDS))
def test_speed_is_read(text: str) -> None:
    assert read_speed(text) == (inf if text == "all" else float(text))


@pytest.mark.parametrize(
    ("text", "happened"),
    [
        (None, "No speed was given."),
        ("", "There is no speed ''."),
        ("3", "There is no speed '3'."),
        ("0", "There is no speed '0'."),
        ("nan", "There is no speed 'nan'."),
        ("9" * 99, f"There is no speed '{'9' * 39}…."),
    ],
)
def test_other_speeds_are_refused(text: str | None, happened: str) -> None:
    with pytest.raises(ProblemError) as caught:
        read_speed(text)
    problem = caught.value.problem
    assert problem.happened.startswith(happened.removesuffix("….")) and problem.code == "replay-speed"
    assert problem.expected == "Expected one of 0.5, 1, 2, 4, 8, 16, all."
    assert problem.fix == "Choose a speed on the page Runs, or write ?speed=4 at the end of the address."
