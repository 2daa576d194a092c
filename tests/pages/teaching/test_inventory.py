"""What do you know? on Learn: one form before, resumed after a reload, the other one after a lesson, and the gain."""

import json

import pytest

from core.application import application
from core.teaching import library
from core.teaching.deck import INVENTORY
from core.teaching.inventory_form import UNSURE
from core.teaching.study.inventory import Form, forms
from tests.core.teaching.study.inventory_answers import answers_to, passing, take
from tests.pages.conftest import Open
from tests.pages.screen import VISITOR, Screen

A, B = forms()
SECOND = "Begin with the second form"


@pytest.fixture
def starts_with_a(installed: object) -> None:
    """Chance has chosen form A to come first for the visitor."""
    application().assignments.assign(VISITOR, INVENTORY, [A.name])


def key_of(form: Form, number: int) -> str:
    return f"choice-{form.name}-{form.items[number - 1].question.id}"


def choose(screen: Screen, form: Form, number: int, *, right: bool) -> None:
    options = form.items[number - 1].question.options
    screen.put(key_of(form, number), next(one.text for one in options if one.is_right is right))


@pytest.mark.usefixtures("starts_with_a")
def test_both_forms_and_the_gain(open_screen: Open) -> None:
    screen = open_screen("learn").press("Begin with the first form")
    assert screen.title == "What do you know? Before"
    assert "Question 25" in screen.text("inventory-form")
    choose(screen, A, 1, right=True)
    choose(screen, A, 2, right=False)
    screen.put(key_of(A, 3), UNSURE)
    said = screen.text("inventory-form")
    for item in A.items[:3]:
        for option in item.question.options:
            assert not option.reply or option.reply not in said, "no word on right or wrong"
            assert not option.misconception or option.misconception not in said
    assert "3 of 25 answered" in said
    assert "22 questions without an answer: 4, 5, 6" in said
    assert screen.button("inventory-hand-in").disabled

    again = open_screen("learn")  # as after a reload
    assert again.title != "What do you know? Before"
    again.press("Go on: 3 of 25 answered")
    assert again.widget(key_of(A, 3)).value == UNSURE
    assert again.widget(key_of(A, 4)).value is None
    for answer in answers_to(A, 8)[3:]:
        application().progress.answer(VISITOR, answer)
    again.run().press("inventory-hand-in")
    assert again.title == "Learn"
    words = again.text()
    assert "The first form is handed in. Thank you." in again.text("inventory")
    assert words.index("The first form is handed in.") < words.index("The lecture"), "what comes next is in sight, on top"
    assert "of 25" not in again.text("inventory"), "no score before the second form"

    assert "once you have passed a lesson" in again.text("inventory")
    assert again.button("inventory-after").disabled
    lesson = library.decks("lesson")[0]
    application().progress.go_to(VISITOR, lesson.name, lesson.scenes[-1].id)
    application().progress.finish(VISITOR, lesson.name)
    assert again.run().button("inventory-after").disabled, "the pages of a lesson were only turned"
    for answer in passing(lesson.name):
        application().progress.answer(VISITOR, answer)
    again.run().press(SECOND)
    assert again.title == "What do you know? After"
    for answer in answers_to(B, 15):
        application().progress.answer(VISITOR, answer)
    again.run().press("inventory-hand-in")

    metrics = {one.label: one.value for one in again.app.metric}
    assert metrics == {"Right before": "6 of 25", "Right after": "15 of 25", "Gain": "0.47"}
    said = again.text("inventory")
    assert "19 were missing before, and 9 more are right now: 9 / 19 = 0.47" in said
    wrong = next(one for one in A.items[1].question.options if not one.is_right)
    assert wrong.misconception in said
    assert "You did not know." in said
    assert not again.has_button("inventory-after")
    again.press("inventory-close")
    assert "19 were missing before" in again.text("inventory"), "the button at the foot of Learn opens the same"
    assert again.text().index("19 were missing before") > again.text().index("The lecture")


@pytest.mark.usefixtures("starts_with_a")
def test_lecture_that_was_heard_in_class_leads_to_the_second_form(open_screen: Open) -> None:
    take(application().progress, VISITOR, A, 5)
    screen = open_screen("learn").press("I heard the lecture in class")
    assert screen.has_button(SECOND) and not screen.button(SECOND).disabled
    assert not screen.has("guide")
    assert "seen" in screen.text("deck-lecture")


@pytest.mark.usefixtures("starts_with_a")
def test_nothing_left_to_gain_is_said(open_screen: Open) -> None:
    take(application().progress, VISITOR, A, 25)
    take(application().progress, VISITOR, B, 24)
    screen = open_screen("learn")
    assert "You had everything right before, so there was nothing left to gain." in screen.text("inventory")
    assert {one.label: one.value for one in screen.app.metric}["Gain"] == "none to make"


@pytest.mark.usefixtures("starts_with_a")
@pytest.mark.parametrize(
    ("after", "words"), [(3, "You had 2 fewer right than before"), (5, "You had as many right as before")]
)
def test_no_gain_is_said(open_screen: Open, after: int, words: str) -> None:
    take(application().progress, VISITOR, A, 5)
    take(application().progress, VISITOR, B, after)
    assert words in open_screen("learn").text("inventory")


def test_form_is_assigned_when_it_is_begun_and_opens_by_no_link(open_screen: Open) -> None:
    screen = open_screen("learn")
    screen.app.query_params["deck"] = B.name
    screen.run()
    assert screen.title == "Learn" and not screen.has("guide")
    assert application().assignments.assigned(VISITOR, INVENTORY) is None
    screen.press("Begin with the first form")
    assert application().assignments.assigned(VISITOR, INVENTORY) in (A.name, B.name)


@pytest.mark.usefixtures("starts_with_a")
def test_form_that_is_handed_in_takes_no_more_answers(open_screen: Open) -> None:
    """Such as one that is still open in another tab."""
    screen = open_screen("learn").press("Begin with the first form")
    take(application().progress, VISITOR, A, 5)
    options = A.items[0].question.options
    screen.put(key_of(A, 1), next(one.text for one in options if not one.is_right))
    assert len(application().progress.answers(VISITOR)) == 25


@pytest.mark.usefixtures("starts_with_a")
def test_own_export_and_deletion_hold_the_answers(open_screen: Open) -> None:
    take(application().progress, VISITOR, A, 5, hand_in=False)
    screen = open_screen("learn")
    taken = json.loads(json.dumps(application().progress.everything_of(VISITOR)))
    assert len(taken["answers"]) == 25 and taken["assignments"][0]["value"] == A.name
    screen.press("Delete")
    assert screen.has_button("Begin with the first form")
    assert application().progress.answers(VISITOR) == ()


def test_lessons_differ_by_chance_unless_switched_off(open_screen: Open) -> None:
    screen = open_screen("learn")
    assert "chance decides which one you get" in screen.text("own-progress")
    screen.put("takes-part", False)
    assert not application().assignments.takes_part(VISITOR)
    application().assignments.assign("another", "lesson-06-loss", ["predict-first"])  # the next one would get the other
    screen.press("open-lesson-06-loss").press("guide-next")
    assert "Which loss will the very first step show?" in screen.text("guide")
    screen.press("guide-leave").go("learn").put("takes-part", True)
    screen.press("open-lesson-06-loss")
    assert application().assignments.assigned(VISITOR, "lesson-06-loss") == "watch-first"
    assert "Which loss will the very first step show?" not in screen.text("guide")
    assert "Press **Train**" in screen.text("guide")
    for name in library.find_deck("lesson-06-loss").variants:
        assert name not in screen.text()
