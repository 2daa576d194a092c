"""Progress: places, answers, activities, and that a person can take theirs away and delete it."""

from collections.abc import Iterator
from pathlib import Path

import pytest
from sqlalchemy.event import listen

from core.runs.schema import open_file
from core.teaching import progress as kept
from core.teaching.progress import MOST_TRIES, PREDICTION, QUESTION, REVIEW, TASK, Answer, Learner, Progress


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
    finished = progress.places("ada")[0].finished
    progress.begin_again("ada", "pixels")
    progress.go_to("ada", "pixels", "look")
    place = progress.open_place("ada")
    assert place is not None and finished is not None
    assert (place.scene, place.finished) == ("look", finished), "that it was finished stays on record"
    assert place.begun > finished


def test_scene_is_new_once_in_each_go(progress: Progress) -> None:
    assert [progress.go_to("ada", "pixels", scene) for scene in ("look", "scale", "look")] == [True, True, False]
    first = progress.visits("ada", "pixels")["look"].opened
    progress.keep_draft("ada", "pixels", "look", "{}")
    progress.go_to("ada", "pixels", "look")
    assert (progress.visits("ada", "pixels")["look"].opened, progress.visits("ada", "pixels")["look"].draft) == (first, "{}")
    progress.begin_scene("ada", "pixels", "look")
    visit = progress.visits("ada", "pixels")["look"]
    assert visit.opened > first and visit.draft == ""
    progress.note("ada", "brought")
    progress.note("ada", "page", "train.py")
    progress.forget("ada", "brought")
    assert [activity.kind for activity in progress.activities("ada")] == ["page"]
    progress.begin_again("ada", "pixels")
    assert progress.go_to("ada", "pixels", "look")
    assert progress.go_to("bob", "pixels", "look")


def test_only_the_first_guess_is_kept(progress: Progress) -> None:
    for value in ("0.5", "0.9"):
        progress.answer_once("ada", Answer("pixels", "share", PREDICTION, value, None, 0.0), since=0.0)
    (kept,) = progress.answers("ada")
    assert kept.value == "0.5"
    progress.answer_once("ada", Answer("pixels", "share", PREDICTION, "0.7", None, 0.0), since=kept.answered + 1)
    assert [one.value for one in progress.answers("ada")] == ["0.5", "0.7"], "who begins anew guesses anew"


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


def test_answer_in_a_review_counts_for_no_deck_and_belongs_to_the_visitor(progress: Progress) -> None:
    progress.go_to("ada", "pixels", "look")
    progress.answer("ada", Answer("pixels", "range", QUESTION, "0 to 1", 0.0, 0.0))
    progress.answer("ada", Answer("pixels", "range", REVIEW, "0 to 255", 1.0, 0.0))
    (first,), (again,) = progress.answers("ada"), progress.reviews("ada")
    assert (first.share, again.share) == (0.0, 1.0)
    assert progress.learners()["ada"][2] == (first,)
    assert [one["kind"] for one in progress.everything_of("ada")["answers"]] == [QUESTION, REVIEW]
    progress.delete("ada")
    assert progress.reviews("ada") == ()


def test_receipts_are_kept_by_task_and_go_with_the_rest(progress: Progress) -> None:
    for passed in (1.0, 2.0):
        progress.save_task_receipt("ada", {"deck": "pixels", "task": "scale", "passed": passed, "nickname": "Ada"})
    progress.save_task_receipt("ada", {"deck": "shapes", "task": "four", "passed": 3.0, "nickname": ""})
    kept = progress.receipts("ada", "pixels")
    assert {task: content["passed"] for task, content in kept.items()} == {"scale": 2.0}
    assert progress.receipts("ada", "pixels", since=2.5) == {} == progress.receipts("bob")
    assert len(progress.everything_of("ada")["receipts"]) == 2
    progress.delete("ada")
    assert progress.receipts("ada") == {}


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
    assert [one["scene"] for one in taken["scenes"]] == ["look"]
    assert [one["kind"] for one in taken["activities"]] == ["drawn"]
    progress.delete("ada")
    assert progress.everything_of("ada") == {
        "learner": {"nickname": "", "guesses_first": False},
        "places": [],
        "scenes": [],
        "answers": [],
        "receipts": [],
        "activities": [],
        "assignments": [],
        "takes_part": True,
    }
    assert list(progress.learners()) == ["bob"]
    assert progress.everything_of("bob")["learner"]["nickname"] == "BOB"


def test_all_learners_are_read_at_once_and_as_each_alone(progress: Progress) -> None:
    for visitor in ("bob", "ada", "eve"):
        for deck in ("pixels", "shapes"):
            progress.go_to(visitor, deck, "look")
            progress.answer(visitor, Answer(deck, "scale", TASK, f"of {visitor}", 1.0, 0.0))
    progress.choose("ada", Learner("Countess"))
    progress.answer("guesser", Answer("", "loss", PREDICTION, "2.3", None, 0.0))
    progress.choose("only chose", Learner("Nobody"))
    queries: list[str] = []
    listen(progress._engine, "before_cursor_execute", lambda *arguments: queries.append(arguments[2]))
    learners = progress.learners()
    assert len(queries) == 4
    assert learners == {
        visitor: (progress.learner(visitor), progress.places(visitor), progress.answers(visitor))
        for visitor in ("ada", "bob", "eve", "guesser")
    }


def test_learners_are_as_they_are_now_and_unchanged_ones_are_not_read_again(progress: Progress) -> None:
    for visitor in ("ada", "bob"):
        progress.go_to(visitor, "pixels", "look")
        progress.answer(visitor, Answer("pixels", "scale", QUESTION, "first", None, 0.0))
    bob = progress.learners()["bob"]
    changes = [
        lambda: progress.answer("ada", Answer("pixels", "scale", QUESTION, "second", None, 0.0)),
        lambda: progress.judge("ada", "pixels", "scale", 1.0),
        lambda: progress.choose("ada", Learner("Countess")),
        lambda: progress.go_to("ada", "shapes", "look"),
        lambda: progress.finish("ada", "shapes"),
        lambda: progress.delete("ada"),
    ]
    for change in changes:
        before = progress.learners().get("ada")
        change()
        after = progress.learners()
        assert after.get("ada") != before
        if "ada" in after:
            assert after["ada"] == (progress.learner("ada"), progress.places("ada"), progress.answers("ada"))
        assert after["bob"] is bob


def test_tries_of_an_item_are_limited_and_the_first_and_the_last_stay(progress: Progress) -> None:
    progress.answer("ada", Answer("pixels", "other", QUESTION, "kept", 1.0, 0.0))
    for number in range(MOST_TRIES + 10):
        progress.answer("ada", Answer("pixels", "scale", QUESTION, str(number), 0.0, 0.0))
    values = [answer.value for answer in progress.answers("ada")]
    assert values == ["kept", "0", *map(str, range(11, MOST_TRIES + 10))]


def test_guesses_of_a_deck_that_is_begun_again_and_again_are_limited_too(progress: Progress) -> None:
    for number in range(MOST_TRIES + 10):
        progress.go_to("ada", "pixels", "look")
        begun = progress.places("ada")[0].begun
        progress.answer_once("ada", Answer("pixels", "share", PREDICTION, str(number), None, 0.0), since=begun)
        progress.begin_again("ada", "pixels")
    values = [answer.value for answer in progress.answers("ada")]
    assert values == ["0", *map(str, range(11, MOST_TRIES + 10))]


def test_nothing_of_a_deleted_visitor_is_left_on_the_disk(tmp_path: Path) -> None:
    engine = open_file(tmp_path / "runs.sqlite")
    progress = Progress(engine)
    progress.choose("secret-cookie", Learner("Countess Lovelace"))
    for number in range(100):
        progress.go_to("secret-cookie", f"deck-{number}", "look")
        progress.answer("secret-cookie", Answer("pixels", f"item-{number}", QUESTION, "answer", 1.0, 0.0))
    assert any(b"Lovelace" in path.read_bytes() for path in tmp_path.iterdir())
    progress.delete("secret-cookie")
    for path in tmp_path.iterdir():
        assert b"Lovelace" not in path.read_bytes(), path
        assert b"secret-cookie" not in path.read_bytes(), path
    engine.dispose()
