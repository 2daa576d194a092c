"""Rooms: a code lets people answer the question of a lecture, and nothing else."""

from collections.abc import Iterator
from pathlib import Path

import pytest

from core.runs.schema import open_file
from core.teaching import rooms as kept
from core.teaching.progress import QUESTION, Progress
from core.teaching.rooms import Room, Rooms, answers_state, room_state


class Clock:
    """A time that stands still until a test moves it."""

    def __init__(self) -> None:
        self.now = 1_000.0

    def __call__(self) -> float:
        return self.now


@pytest.fixture
def clock() -> Clock:
    return Clock()


@pytest.fixture
def rooms(tmp_path: Path, clock: Clock) -> Iterator[Rooms]:
    engine = open_file(tmp_path / "runs.sqlite")
    progress = Progress(engine, clock)
    progress.go_to("ada", "lecture", "pixels")
    yield Rooms(engine, progress, clock)
    engine.dispose()


def room_of(rooms: Rooms, visitor: str) -> Room:
    room = rooms.find(rooms.open(visitor))
    assert room is not None
    return room


def test_a_lecture_has_one_code_of_four_digits(rooms: Rooms) -> None:
    code = rooms.open("ada")
    assert len(code) == 4 and code.isdecimal()
    assert rooms.open("ada") == code == rooms.code("ada")
    room = rooms.find(code)
    assert room is not None and (room.visitor, room.deck, room.scene) == ("ada", "lecture", "pixels")
    assert rooms.code("bob") == "" and rooms.find("nothing") is None


def test_two_lectures_have_two_codes(rooms: Rooms, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(kept, "CODES", 2)
    assert {rooms.open("ada"), rooms.open("bob")} == {"0000", "0001"}


def test_a_code_is_given_again_after_a_day(rooms: Rooms, clock: Clock) -> None:
    rooms.open("ada")
    clock.now += kept.KEPT_SECONDS + 1
    rooms.open("bob")
    assert rooms.code("ada") == ""


def test_the_last_answer_of_each_phone_counts(rooms: Rooms) -> None:
    room = room_of(rooms, "ada")
    for visitor, value in (("bob", "1"), ("cleo", "65"), ("bob", "65"), ("dan", "64")):
        rooms.answer(room, visitor, "unit", QUESTION, value)
    assert rooms.counts(room, "unit", 0.0) == {"65": 2, "64": 1}
    assert rooms.answer_of(room, "bob", "unit", 0.0) == "65" and rooms.answer_of(room, "eve", "unit", 0.0) == ""


def test_answers_of_an_earlier_class_and_of_another_room_do_not_count(rooms: Rooms, clock: Clock) -> None:
    room = room_of(rooms, "ada")
    rooms.answer(room, "bob", "unit", QUESTION, "1")
    clock.now += 60
    assert rooms.counts(room, "unit", clock.now) == {}
    other = Room("eve", "0000" if room.code != "0000" else "1111", room.deck, room.scene)
    assert rooms.counts(other, "unit", 0.0) == {}


def test_phones_are_in_the_room_as_long_as_they_ask(rooms: Rooms, clock: Clock) -> None:
    code = rooms.open("ada")
    rooms.be_here(code, "bob")
    rooms.be_here(code, "cleo")
    clock.now += kept.HERE_SECONDS - 1
    rooms.be_here(code, "cleo")
    clock.now += 2
    assert rooms.here(code) == 1


def test_the_projector_draws_anew_with_each_answer_and_each_phone(rooms: Rooms) -> None:
    room = room_of(rooms, "ada")
    states = [answers_state(rooms, room.code)]
    for value in ("1", "65"):
        rooms.answer(room, "bob", "unit", QUESTION, value)
        states.append(answers_state(rooms, room.code))
    rooms.be_here(room.code, "cleo")
    states.append(answers_state(rooms, room.code))
    assert len(set(states)) == 4 and answers_state(rooms, "9") == ""


def test_phones_draw_anew_when_an_answer_is_shown(rooms: Rooms, clock: Clock) -> None:
    code = rooms.open("ada")
    states = [room_state(rooms, code)]
    rooms.show("ada", "lecture", "unit")
    assert room_state(rooms, code) == states[0], "it is read at most twice a second"
    clock.now += kept.REMEMBERED_SECONDS
    states.append(room_state(rooms, code))
    assert len(set(states)) == 2 and room_state(rooms, "9") == ""
    assert rooms.is_shown("ada", "lecture", "unit", 0.0) and not rooms.is_shown("ada", "lecture", "other", 0.0)
    assert not rooms.is_shown("bob", "lecture", "unit", 0.0), "nobody shows the answers of another one's lecture"
