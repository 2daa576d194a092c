"""The answers without names: one row each, nothing that names a person, and the columns that the documentation explains."""

import csv
import io
import random
from collections import Counter
from dataclasses import replace
from datetime import datetime

from core.teaching.study import study_export
from core.teaching.study.study_export import COLUMNS, as_csv
from tests.core.teaching.study.inventory_answers import learner
from tests.test_readme import PROJECT, table_under

LEARNERS = {f"secret-{number}": learner(6 + number, 12, nickname=f"Nick {number}") for number in range(6)}
FIRSTS = dict.fromkeys(LEARNERS, "inventory-a")
VARIANTS = {"lesson-06-loss": {"secret-0": "predict-first", "secret-1": "watch-first"}}


def rows(**more: object) -> list[dict[str, str]]:
    return list(csv.DictReader(io.StringIO(as_csv(LEARNERS, FIRSTS, VARIANTS, **more))))


def test_each_answer_is_a_row() -> None:
    found = rows()
    assert len(found) == 6 * 2 * 25
    assert tuple(found[0]) == tuple(COLUMNS)
    assert Counter(row["moment"] for row in found) == {"before": 150, "after": 150}
    assert sum(int(row["right"]) for row in found) == sum(range(6, 12)) + 6 * 12
    assert {row["handed_in"] for row in found} == {"yes"}
    right = next(row for row in found if row["question"] == "1")
    assert (right["concept"], right["option"], right["right"], right["misconception"]) == (
        "Pixels and channels",
        "D",
        "1",
        "",
    )
    unsure = next(row for row in found if row["option"] == "?")
    assert (unsure["right"], unsure["misconception"]) == ("0", "")
    assert all(row["misconception"] for row in found if row["right"] == "0" and row["option"] != "?")


def test_nothing_names_a_person_or_a_moment() -> None:
    text = as_csv(LEARNERS, FIRSTS, VARIANTS)
    assert "secret" not in text and "Nick" not in text
    assert {row["day"] for row in rows()} == {f"{datetime.fromtimestamp(0.0):%Y-%m-%d}"}
    assert {row["learner"] for row in rows()} == {"1", "2", "3", "4", "5", "6"}


def test_numbers_of_learners_are_drawn_anew() -> None:
    def order(seed: int) -> list[int]:
        found = rows(chance=random.Random(seed))
        return [sum(int(row["right"]) for row in found if row["learner"] == str(number)) for number in range(1, 7)]

    assert len({tuple(order(seed)) for seed in range(5)}) > 1
    assert sorted(order(0)) == sorted(order(1))
    assert isinstance(study_export.CHANCE, random.SystemRandom)


def test_who_does_not_take_part_is_left_out() -> None:
    found = rows(without={"secret-0", "secret-3"})
    assert {row["learner"] for row in found} == {"1", "2", "3", "4"}
    assert {row["variants"] for row in found} == {"", "lesson-06-loss=watch-first"}


def test_form_that_was_only_begun_is_marked() -> None:
    who, _, answers = learner(3, 3)
    text = as_csv({"one": (who, (), answers[:5])}, {"one": "inventory-a"}, {})
    found = list(csv.DictReader(io.StringIO(text)))
    assert len(found) == 5 and {row["handed_in"] for row in found} == {"no"}


def test_form_that_was_clicked_through_has_no_minutes() -> None:
    who, places, answers = learner(3, 3)
    for seconds, minutes in ((1.0, "0"), (30.0, "12")):  # for each question
        timed = tuple(replace(answer, answered=seconds * number) for number, answer in enumerate(answers))
        text = as_csv({"learner": (who, places, timed)}, {"learner": "inventory-a"}, {})
        assert {row["minutes"] for row in csv.DictReader(io.StringIO(text))} == {minutes}


def test_documentation_explains_every_column() -> None:
    text = (PROJECT / "docs" / "inventory.md").read_text(encoding="utf-8")
    assert "not joined" in text or "cannot be joined" in text
    assert [(row[0].strip("`"), row[1]) for row in table_under("Column of the export")] == list(COLUMNS.items())
