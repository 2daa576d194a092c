"""The concept inventory: two forms of equal kind, options that stand for misconceptions, and how far somebody is."""

import re
from collections import Counter
from dataclasses import replace

import pytest

from core.teaching import library
from core.teaching.deck_files.parse_deck import parse_deck
from core.teaching.inventory_form import UNSURE
from core.teaching.progress import DeckPosition
from core.teaching.study.inventory import Form, answer_for_option, answers_by_form, forms, learned_since
from tests.core.teaching.study.inventory_answers import answers_to, learner, passing

A, B = forms()
FORMS = pytest.mark.parametrize("form", (A, B), ids=lambda form: form.name)
TEXT = """\
---
title: Two concepts
kind: inventory
sentence: What do you know?
minutes: 2
---

# An epoch

```question
id: epoch
ask: What is an epoch?
options:
  - {text: One batch, misconception: A batch is an epoch.}
  - {text: All images once, reply: "Each image once.", right: true}
```
"""


def right_positions(form: Form) -> list[int]:
    return [[option.is_right for option in item.question.options].index(True) for item in form.items]


@FORMS
def test_form_has_25_questions_with_one_right_option_each(form: Form) -> None:
    assert len(form.items) == 25
    for item in form.items:
        assert sum(option.is_right for option in item.question.options) == 1, item.concept
        assert len(item.question.options) == 4, item.concept


@FORMS
def test_wrong_options_name_a_misconception_and_right_ones_a_reason(form: Form) -> None:
    for item in form.items:
        for option in item.question.options:
            assert bool(option.misconception) is not option.is_right, option.text
            assert (option.misconception or option.reply).endswith("."), option.text


def test_both_forms_ask_the_same_concepts_with_the_same_misconceptions() -> None:
    assert [(one.question.id, one.concept) for one in A.items] == [(one.question.id, one.concept) for one in B.items]
    for one, other in zip(A.items, B.items, strict=True):
        misconceptions = [Counter(option.misconception for option in item.question.options) for item in (one, other)]
        assert misconceptions[0] == misconceptions[1], one.concept


def test_forms_differ_in_every_question() -> None:
    for one, other in zip(A.items, B.items, strict=True):
        assert one.question.ask + one.words != other.question.ask + other.words, one.concept


@FORMS
def test_right_options_are_spread_over_the_positions(form: Form) -> None:
    positions = right_positions(form)
    assert all(4 <= count <= 8 for count in Counter(positions).values())
    assert len(Counter(positions)) == 4
    assert all(len(set(positions[start : start + 3])) > 1 for start in range(len(positions) - 2)), "three in a row"


@FORMS
def test_right_option_is_not_known_by_its_length(form: Form) -> None:
    """Who takes the longest option each time must not do much better than by chance."""
    longest = [max(item.question.options, key=lambda option: len(option.text)).is_right for item in form.items]
    assert sum(longest) <= 9


@pytest.mark.parametrize(("form", "sums"), ((A, (50, 50, 50)), (B, (50, 50, 50))), ids=("a", "b"))
def test_confusion_matrix_of_the_question_holds_what_the_options_say(form: Form, sums: tuple[int, ...]) -> None:
    item = next(one for one in form.items if one.question.id == "confusion")
    rows = [[int(number) for number in re.findall(r"\d+", line)] for line in item.words.splitlines() if "**" in line]
    rows = [row for row in rows if row]
    assert tuple(map(sum, rows)) == sums
    row, column = ((0, 1), (2, 1))[form is B]
    by_text = {option.text: option for option in item.question.options}
    assert by_text[str(rows[row][column])].is_right
    assert "The column is what an image is" in by_text[str(rows[column][row])].misconception
    assert "Both directions" in by_text[str(rows[row][column] + rows[column][row])].misconception


def test_answers_count_at_last_and_not_knowing_is_not_right() -> None:
    _, places, answers = learner(9, 15)
    before, after = answers_by_form(answers, places, "inventory-a")
    assert (before.moment, before.form, before.right, before.percentage) == ("before", A, 9, 36.0)
    assert (after.moment, after.form, after.right) == ("after", B, 15)
    assert before.open_items == ()
    unsure = next(item for item in A.items if before.chosen[item.question.id].value == UNSURE)
    assert not before.is_right(unsure) and before.option(unsure) is None
    changed = next(iter(answers_to(A, 0)))
    again, _ = answers_by_form((*answers, changed), places, "inventory-a")
    assert again.right == 8


def test_form_of_before_a_question_was_added_is_measured_by_its_own_questions() -> None:
    _, places, answers = learner(9, 15)
    later = {item.question.id for item in A.items[-5:]}
    before, _ = answers_by_form([one for one in answers if one.item not in later], places, "inventory-a")
    assert (before.right, len(before.items), before.percentage) == (9, 20, 45.0)


def test_answers_to_questions_that_a_form_asks_no_longer_are_left_out() -> None:
    """Replaced questions have ids of their own, so that nobody's answer is read as that to another question."""
    _, places, answers = learner(9, 15)
    replaced = {"channels": "pixels", "layer-inputs": "parameters", "window-edge": "shape", "smaller-batches": "steps"}
    earlier = [replace(one, item=replaced.get(one.item, one.item), value="105") for one in answers]
    before, _ = answers_by_form(earlier, places, "inventory-a")
    assert (before.right, len(before.items)) == (9 - 3, 21), "three of the first nine were replaced"
    assert not set(replaced.values()) & {item.question.id for item in (*A.items, *B.items)}


@FORMS
def test_no_question_is_arithmetic_alone(form: Form) -> None:
    """Beside the reading of a matrix, no question has four numbers to choose from: they ask for understanding."""
    of_numbers = [
        item.question.id
        for item in form.items
        if all(re.match(r"[\d,]+( times)?$", option.text) for option in item.question.options)
    ]
    assert of_numbers == ["confusion"]


def test_form_that_was_assigned_comes_first() -> None:
    before, after = answers_by_form((), (), "inventory-b")
    assert (before.form, after.form) == (B, A)
    assert len(before.open_items) == 25 and before.finished is None


def test_only_options_are_answers() -> None:
    assert answer_for_option(A, A.items[0], "something else") is None
    unsure = answer_for_option(A, A.items[0], UNSURE)
    assert unsure is not None and unsure.share == 0.0


@pytest.mark.parametrize(
    ("deck", "finished", "has_learned"),
    [
        ("lesson-06-loss", 11.0, True),
        ("lecture", 11.0, True),
        ("lab", 11.0, True),
        ("lesson-06-loss", 9.0, False),  # before the first form
        ("lesson-06-loss", None, False),  # only begun
        ("challenge-01-scaling", 11.0, False),
        ("inventory-a", 11.0, False),
    ],
)
def test_second_form_follows_a_deck_that_teaches(deck: str, finished: float | None, has_learned: bool) -> None:
    place = DeckPosition(deck, "any", 1.0, 12.0, False, finished)
    assert learned_since((place,), 10.0, library.decks(), passing(deck)) is has_learned


def test_lesson_that_was_only_turned_over_unlocks_nothing() -> None:
    place = DeckPosition("lesson-06-loss", "any", 1.0, 12.0, False, 11.0)
    assert not learned_since((place,), 10.0, library.decks(), ())
    assert not learned_since((place,), 10.0, library.decks(), passing("lesson-06-loss")[:-1])


@pytest.mark.parametrize(
    ("old", "new", "expected"),
    [
        (", misconception: A batch is an epoch.}", ", reply: A part of it.}", "names no misconception"),
        ("right: true}", "right: true, misconception: None.}", "An option is right, and names a misconception."),
        ("  - {text: One batch", "  - {text: I do not know", "is I do not know"),
        ("# An epoch", "# An epoch {page=train.py}", "takes place on train.py"),
        ("# An epoch", "# Empty\n\nWords.\n\n# An epoch", "holds 0 questions"),
        ("minutes: 2", "minutes: 2\nvariants: [one, other]", "An inventory has variants."),
        (
            ", misconception: A batch is an epoch.}\n",
            ', misconception: A batch is an epoch.}\n  - {text: All images, reply: "Yes.", right: true}\n',
            "2 options of the question epoch are right.",
        ),
    ],
)
def test_mistakes_of_a_form_are_named(old: str, new: str, expected: str) -> None:
    assert parse_deck(TEXT, "form").problems == ()
    assert old in TEXT
    assert expected in " ".join(map(str, parse_deck(TEXT.replace(old, new), "form").problems))


@pytest.mark.deep
def test_form_is_not_brought_as_a_deck_of_ones_own() -> None:
    read = library.save_uploaded_deck(TEXT.encode())
    assert read.deck is None
    assert [problem.problem.code for problem in read.problems] == ["deck-inventory"]
