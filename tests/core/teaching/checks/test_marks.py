"""Where overfitting begins, marked on one's own curves: within a few epochs of the lowest validation loss."""

from dataclasses import replace

import pytest

from core.teaching import library
from core.teaching.checks.marks import judge_mark, run_to_mark
from core.teaching.checks.run_numbers import best_epoch
from core.teaching.deck import Mark
from core.teaching.deck_files.parse_deck import parse_deck
from tests.core.teaching.recorded_runs import recorded

OVERFITTING = recorded("overfitting")
BEST = best_epoch(OVERFITTING) or 0
TEXT = """\
---
title: Mark it
kind: lesson
sentence: Where it begins.
minutes: 6
---

# Mark

```mark
id: begin
ask: Where does it begin?
within: 2
```
"""


def test_recorded_run_overfits_in_the_middle() -> None:
    assert 3 < BEST < len(OVERFITTING.epochs) - 3


@pytest.mark.parametrize(("off", "is_right"), [(-3, False), (-2, True), (0, True), (2, True), (3, False)])
def test_mark_may_be_off_by_two_epochs(off: int, is_right: bool) -> None:
    assert judge_mark(OVERFITTING, BEST + off, 2).is_right is is_right


def test_wrong_mark_says_the_side_and_not_the_place() -> None:
    last = len(OVERFITTING.epochs)
    late, early = judge_mark(OVERFITTING, last, 2).words, judge_mark(OVERFITTING, 1, 2).words
    assert late.startswith(f"After epoch {last} the validation loss is ") and late.endswith("It is lower earlier.")
    assert early.endswith("It is lower later.")
    assert f"epoch {BEST}," not in late + early
    assert f"lowest after epoch {BEST}, " in judge_mark(OVERFITTING, BEST, 2).words


def test_mark_outside_the_run_is_asked_for_again() -> None:
    judged = judge_mark(OVERFITTING, len(OVERFITTING.epochs) + 1, 2)
    assert not judged.is_right and "is not in this run" in judged.words


def test_longest_run_with_validation_losses_is_marked() -> None:
    short = replace(OVERFITTING, epochs=OVERFITTING.epochs[:6])
    newer = replace(OVERFITTING, run=replace(OVERFITTING.run, id="newer"))
    unmeasured = replace(OVERFITTING, epochs=tuple({"loss": 1.0} for _ in range(90)))
    assert run_to_mark((short, newer, OVERFITTING, unmeasured)) == newer
    assert run_to_mark((short, unmeasured)) == short
    assert run_to_mark((recorded("one epoch"), unmeasured)) is None
    assert run_to_mark(()) is None


def test_block_is_read_and_its_mistakes_are_named() -> None:
    deck = parse_deck(TEXT, "deck").deck
    assert deck is not None
    assert deck.scenes[0].parts == (Mark("begin", "Where does it begin?", 2, 11),)
    problems = parse_deck(TEXT.replace("within: 2", "within: two").replace("id: begin", "id: Begin"), "deck").problems
    assert [problem.line for problem in problems] == [11, 13]


def test_lesson_on_overfitting_asks_for_a_mark() -> None:
    deck = library.find_deck("lesson-09-overfitting")
    assert deck is not None
    (mark,) = [part for scene in deck.scenes for part in scene.parts if isinstance(part, Mark)]
    assert mark.within == 2
