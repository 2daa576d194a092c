"""Progress: places, answers, activities, and that a person can take theirs away and delete it."""

from collections.abc import Iterator
from pathlib import Path

import pytest

from core.runs.schema import open_file
from core.teaching import progress as kept
from core.teaching.progress import PREDICTION, TASK, Answer, Learner, Progress


class Clock:
    """A time that goes on by one second each time that somebody asks."""

    def __init__(self) -> None:
        self.now = 1_000.0

    def __call__(self) -> float:
        self.now += 1
        return self.now


@pytest.fixture
def progress(tmp_path: Path) -> Iterator[Progress]:
    engine = open_file(tmp_path / "runs.sqlite")
    yield Progress(engine, Clock())
    engine.dispose()


def test_one_deck_is_open_and_the_others_keep_their_places(progress: Progress) -> None:
    progress.go_to("ada", "pixels", "look")
    progress.go_to("ada", "pixels", "scale")
    progress.go_to("ada", "layers", "stack")
    place = progress.open_place("ada")
    assert place is not None
    assert (place.deck, place.scene) == ("layers", "stack")
    assert [(one.deck, one.scene, one.is_open) for one in progress.places("ada")] == [
        ("layers", "stack", True),
        ("pixels", "scale", False),
    ]
    assert progress.open_place("bob") is None


def test_left_deck_goes_on_where_it_was(progress: Progress) -> None:
    progress.go_to("ada", "pixels", "scale")
    begun = progress.places("ada")[0].begun
    progress.leave("ada")
    assert progress.open_place("ada") is None
    progress.go_to("ada", "pixels", progress.places("ada")[0].scene)
    place = progress.open_place("ada")
    assert place is not None
    assert (place.scene, place.begun) == ("scale", begun)


def test_finished_deck_is_closed_and_can_begin_again(progress: Progress) -> None:
    progress.go_to("ada", "pixels", "scale")
    progress.finish("ada", "pixels")
    assert progress.open_place("ada") is None
    assert progress.places("ada")[0].finished is not None
    progress.begin_again("ada", "pixels", "look")
    place = progress.open_place("ada")
    assert place is not None
    assert (place.scene, place.finished) == ("look", None)


def test_deck_is_done_without_its_guide(progress: Progress) -> None:
    progress.go_to("ada", "pixels", "look")
    progress.mark_done("ada", "lecture", "end")
    place = progress.open_place("ada")
    assert place is not None and place.deck == "pixels"
    done = next(one for one in progress.places("ada") if one.deck == "lecture")
    assert (done.scene, done.is_open, done.finished) == ("end", False, done.seen)
    progress.mark_done("ada", "pixels", "scale")
    assert progress.open_place("ada") is None


def test_every_try_is_kept_and_the_last_one_is_judged(progress: Progress) -> None:
    for value in ("0.5 to 0.7", "0.7 to 0.85"):
        progress.answer("ada", Answer("first", "accuracy", PREDICTION, value, None, 0.0))
    progress.judge("ada", "first", "accuracy", 1.0)
    first, second = progress.answers("ada", "first")
    assert (first.value, first.share) == ("0.5 to 0.7", None)
    assert (second.value, second.share) == ("0.7 to 0.85", 1.0)
    assert progress.answers("ada", "first", since=second.answered) == (second,)
    assert progress.answers("ada", "other") == ()
    assert progress.answers("bob") == ()


def test_activity_is_noted_once_with_its_last_time(progress: Progress) -> None:
    progress.note("ada", "cell", "shirt→coat")
    progress.note("ada", "page", "evaluate.py")
    progress.note("ada", "cell", "shirt→coat")
    done = progress.activities("ada")
    assert [(one.kind, one.detail) for one in done] == [("page", "evaluate.py"), ("cell", "shirt→coat")]
    assert progress.activities("ada", since=done[1].done) == done[1:]


def test_oldest_activities_make_room(progress: Progress, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(kept, "MOST_ACTIVITIES", 3)
    for number in range(5):
        progress.note("ada", "cell", f"{number}→0")
    assert [one.detail for one in progress.activities("ada")] == ["2→0", "3→0", "4→0"]


def test_nickname_is_kept_and_cut(progress: Progress) -> None:
    assert progress.learner("ada") == Learner("", guesses_first=False)
    progress.choose("ada", Learner("  Countess  ", guesses_first=True))
    assert progress.learner("ada") == Learner("Countess", guesses_first=True)
    progress.choose("ada", Learner("x" * 99))
    assert progress.learner("ada") == Learner("x" * kept.LONGEST_NICKNAME)


def test_visitor_takes_away_and_deletes_what_is_theirs_alone(progress: Progress) -> None:
    for visitor in ("ada", "bob"):
        progress.go_to(visitor, "pixels", "look")
        progress.answer(visitor, Answer("pixels", "scale", TASK, "0 to 1, as asked", 1.0, 0.0))
        progress.note(visitor, "drawn")
        progress.choose(visitor, Learner(visitor.upper()))
    taken = progress.everything_of("ada")
    assert taken["learner"]["nickname"] == "ADA"
    assert [one["value"] for one in taken["answers"]] == ["0 to 1, as asked"]
    assert [one["deck"] for one in taken["places"]] == ["pixels"]
    assert [one["kind"] for one in taken["activities"]] == ["drawn"]
    progress.delete("ada")
    assert progress.everything_of("ada") == {
        "learner": {"nickname": "", "guesses_first": False},
        "places": [],
        "answers": [],
        "activities": [],
        "assignments": [],
        "takes_part": True,
    }
    assert list(progress.learners()) == ["bob"]
    assert progress.everything_of("bob")["learner"]["nickname"] == "BOB"
