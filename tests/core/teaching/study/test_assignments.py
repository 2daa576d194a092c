"""What chance assigns: once for each visitor, in groups of equal size, and the usual variant for who does not take part."""

import random
from collections import Counter
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import pytest

from core.runs.schema import open_file
from core.teaching import library
from core.teaching.deck import Deck, Prediction
from core.teaching.progress import Progress
from core.teaching.study.assignments import Assignments

VARIANTS = ("predict-first", "watch-first")


@pytest.fixture
def assignments(tmp_path: Path) -> Iterator[Assignments]:
    engine = open_file(tmp_path / "runs.sqlite")
    yield Assignments(engine)
    engine.dispose()


@pytest.fixture
def lesson() -> Deck:
    deck = library.find_deck("lesson-06-loss")
    assert deck is not None and deck.variants == VARIANTS
    return deck


def test_groups_are_of_equal_size_at_any_time(assignments: Assignments) -> None:
    counts: Counter[str] = Counter()
    for number in range(41):
        counts[assignments.assign(str(number), "lesson", VARIANTS)] += 1
        assert abs(counts["predict-first"] - counts["watch-first"]) <= 1
    assert Counter(assignments.all_of("lesson").values()) == counts


def test_assignment_stays_and_is_of_one_thing_alone(assignments: Assignments) -> None:
    assert assignments.assigned("ada", "lesson") is None
    given = assignments.assign("ada", "lesson", VARIANTS)
    for number in range(9):
        assignments.assign(f"other-{number}", "lesson", VARIANTS)
        assert assignments.assign("ada", "lesson", VARIANTS) == given
    assert assignments.assigned("ada", "lesson") == given
    assert assignments.assigned("ada", "another lesson") is None


def test_first_assignment_is_by_chance(tmp_path: Path) -> None:
    engine = open_file(tmp_path / "runs.sqlite")
    by_chance = Assignments(engine, random.Random(4))
    first = {by_chance.assign("ada", f"lesson {number}", VARIANTS) for number in range(20)}
    assert first == set(VARIANTS)
    engine.dispose()


def test_variant_that_the_deck_has_no_more_is_assigned_anew(assignments: Assignments) -> None:
    assignments.assign("ada", "lesson", ("old",))
    assert assignments.assign("ada", "lesson", VARIANTS) in VARIANTS


def test_many_at_once_are_counted_one_after_the_other(assignments: Assignments) -> None:
    with ThreadPoolExecutor(8) as threads:
        list(threads.map(lambda number: assignments.assign(str(number), "lesson", VARIANTS), range(24)))
    assert Counter(assignments.all_of("lesson").values()) == {"predict-first": 12, "watch-first": 12}


def test_variants_of_a_lesson_differ_in_the_guess_alone(lesson: Deck) -> None:
    predict, watch = lesson.versions
    guesses = [
        [part for scene in one.scenes for part in scene.parts if isinstance(part, Prediction)] for one in (predict, watch)
    ]
    assert [len(several) for several in guesses] == [1, 0]
    without = [[part for part in scene.parts if part not in guesses[0]] for scene in predict.scenes]
    assert without == [list(scene.parts) for scene in watch.scenes]


def test_visitor_sees_the_assigned_variant_and_the_usual_one_without_taking_part(
    assignments: Assignments, lesson: Deck
) -> None:
    seen = [assignments.version_of(visitor, lesson) for visitor in ("ada", "bob")]
    assert sorted(map(len, ([part for scene in one.scenes for part in scene.parts] for one in seen))) == sorted(
        len([part for scene in one.scenes for part in scene.parts]) for one in lesson.versions
    )
    assert assignments.takes_part("cid")
    assignments.take_part("cid", False)
    assignments.take_part("cid", False)
    assert assignments.version_of("cid", lesson) == lesson.in_variant("predict-first")
    assert assignments.assigned("cid", lesson.name) is None
    assert assignments.abstaining() == {"cid"}
    assignments.take_part("cid", True)
    assert assignments.takes_part("cid") and assignments.abstaining() == frozenset()


def test_deck_without_variants_is_assigned_to_nobody(assignments: Assignments) -> None:
    deck = library.find_deck("lecture")
    assert deck is not None
    assert assignments.version_of("ada", deck) is deck
    assert assignments.all_of("lecture") == {}


def test_visitor_takes_away_and_deletes_what_chance_chose(tmp_path: Path) -> None:
    engine = open_file(tmp_path / "runs.sqlite")
    assignments, progress = Assignments(engine), Progress(engine)
    assignments.assign("ada", "lesson", VARIANTS[:1])
    assignments.take_part("ada", False)
    taken = progress.everything_of("ada")
    assert [(one["what"], one["value"]) for one in taken["assignments"]] == [("lesson", "predict-first")]
    assert taken["takes_part"] is False
    progress.delete("ada")
    assert (assignments.assigned("ada", "lesson"), assignments.takes_part("ada")) == (None, True)
    engine.dispose()
