"""Class: who presents sees how far everybody is; nobody else sees anything of it."""

import pytest

from core.application import application
from core.teaching import class_overview, library
from core.teaching.deck import INVENTORY, Question
from core.teaching.progress import QUESTION, Answer, Learner
from core.teaching.study.inventory import forms
from pages.shell import session
from tests.core.teaching.study.inventory_answers import take
from tests.pages.conftest import Open

LAB = "lab"


@pytest.fixture
def as_lecturer(monkeypatch: pytest.MonkeyPatch) -> None:
    """The visitor holds the lecturer's token."""
    monkeypatch.setattr(session, "is_lecturer", lambda: True)


def work_through_the_lab(visitor: str, nickname: str) -> Question:
    """Let a visitor begin the lab and answer a question wrongly; returns the question."""
    deck, progress = library.find_deck(LAB), application().progress
    assert deck is not None
    scene, question = next((scene, part) for scene in deck.scenes for part in scene.parts if isinstance(part, Question))
    progress.choose(visitor, Learner(nickname))
    progress.go_to(visitor, LAB, scene.id)
    wrong = next(option for option in question.options if not option.is_right)
    progress.answer(visitor, Answer(LAB, question.id, QUESTION, wrong.text, 0.0, 0.0))
    return question


def test_others_are_told_whom_it_is_for(open_screen: Open) -> None:
    screen = open_screen("classroom")
    work_through_the_lab("secret", "Countess")
    said = screen.run().text()
    assert "For the lecturer only" in said and "your own lessons on Learn" in said
    assert "Countess" not in screen.text()
    assert not screen.has("standings")


@pytest.mark.usefixtures("as_lecturer")
def test_lecturer_sees_everybody_by_nickname_or_number(open_screen: Open) -> None:
    screen = open_screen("classroom")
    assert "Nobody has begun a deck yet." in screen.text()
    question = work_through_the_lab("secret-1", "Countess")
    work_through_the_lab("secret-2", "")
    work_through_the_lab("secret-3", "=HYPERLINK(0)")
    screen.run()
    table = screen.app.dataframe[0].value
    assert set(table["Who"]) == {"Countess", "No nickname (2)", "'=HYPERLINK(0)"}, "a spreadsheet opens a copy of the table"
    assert {type(share) for share in table["Seen"].tolist()} == {int}, "whole percent"
    assert set(table["Deck"]) == {"Image classification with Keras"}
    assert question.ask in screen.text("wrong-answers")
    assert "(3 of 3)" in screen.text("wrong-answers")
    assert "secret" not in screen.text()


@pytest.mark.usefixtures("as_lecturer")
def test_who_stays_for_long_is_named_as_stuck(open_screen: Open, monkeypatch: pytest.MonkeyPatch) -> None:
    screen = open_screen("classroom")
    work_through_the_lab("secret-1", "Countess")
    assert "Nobody has been at one scene for longer than four minutes." in screen.run().text("stuck")
    monkeypatch.setattr(class_overview, "STUCK_SECONDS", 0.0)
    assert "Countess" in screen.run().text("stuck")
    assert "more" not in screen.text("stuck")
    for number in range(2, 12):
        work_through_the_lab(f"secret-{number}", f"Count {number}")
    stuck = screen.run().text("stuck")
    named = [number for number in range(2, 12) if f"Count {number}" in stuck]
    assert "Countess" in stuck and len(named) == 7 and " and 3 more" in stuck, "of eleven, those who have waited longest"


@pytest.mark.usefixtures("as_lecturer")
def test_class_is_a_tab_for_who_presents(open_screen: Open) -> None:
    screen = open_screen("start")
    links = [link.proto.label for link in screen.app.get_by_key("tabs-beside").get("page_link")]
    assert "Classroom" in links


def plant(count: int) -> None:
    """Let visitors hand in both forms, with 4 to 10 right before and 10 to 16 after, and do lesson 6 in between."""
    progress, assignments = application().progress, application().assignments
    lesson, both = library.find_deck("lesson-06-loss"), {form.name: form for form in forms()}
    assert lesson is not None
    for number in range(count):
        visitor = f"secret-{number}"
        progress.choose(visitor, Learner(f"Nick {number}"))
        first = both[assignments.assign(visitor, INVENTORY, list(both))]
        second = next(form for form in both.values() if form is not first)
        take(progress, visitor, first, 4 + number % 7)
        variant = assignments.assign(visitor, lesson.name, lesson.variants)
        is_right = float(variant == "predict-first")
        progress.answer(visitor, Answer(lesson.name, "two", QUESTION, "0.69", is_right, 0.0))
        progress.mark_done(visitor, lesson.name, lesson.scenes[-1].id)
        take(progress, visitor, second, 10 + number % 7)


def table_of(markdown: str) -> list[list[str]]:
    """The cells of a table, without the line below its head."""
    rows = [[cell.strip() for cell in line.strip("|").split("|")] for line in markdown.splitlines() if line.startswith("|")]
    return [row for row in rows if set(row) != {"---"}]


@pytest.mark.deep
@pytest.mark.usefixtures("as_lecturer")
def test_lecturer_sees_the_gain_of_the_class(open_screen: Open) -> None:
    screen = open_screen("classroom")
    plant(30)
    application().assignments.take_part("secret-7", False)
    screen.run()
    said = screen.text("class-gain")
    assert "29 learners began the inventory on Learn, 29 handed in both forms. 1 more learner chose not" in said
    metrics = {one.label: one.value.replace("\u00a0", " ") for one in screen.app.metric}
    assert (metrics["Right before"], metrics["Right after"], metrics["Normalised gain"]) == ("28 %", "52 %", "0.33")
    assert float(metrics["Effect size d"]) == pytest.approx(3.0, abs=0.1)
    assert "of n = 29" in said
    chart = screen.app.get_by_key("concepts-chart")
    assert "The most was gained on" in chart.proto.alt and "The most was gained on" in said
    assert "Wrong, and still believed" in said and "of 29 after, " in said
    rows = {row[0]: row[1:] for row in table_of(screen.text("variants-lesson-06-loss"))}
    assert rows["Compared"] == ["predict-first", "watch-first"]
    assert sorted(map(int, rows["Learners"])) == [14, 15]
    cats = next(shares for asked, shares in rows.items() if "tell cats from dogs" in asked)
    assert [share.rpartition(" (")[2] for share in cats] == ["100 %)", "0 %)"]
    assert all("(n = 1" in text for text in rows["Gain in *What do you know?*"])
    assert not {"What do you know? Form A", "What do you know? Form B"} & set(screen.app.dataframe[0].value["Deck"])
    assert not screen.app.get_by_key("inventory-csv").proto.disabled
    assert "secret" not in said and "Nick" not in said


@pytest.mark.usefixtures("as_lecturer")
def test_few_learners_show_no_averages(open_screen: Open) -> None:
    screen = open_screen("classroom")
    plant(4)
    screen.run()
    said = screen.text("class-gain")
    assert "Averages are shown from 5 learners on" in said and "1 more." in said
    assert not screen.app.metric
    assert screen.app.get_by_key("inventory-csv").proto.disabled
    assert "4 so far" in screen.app.get_by_key("inventory-csv").proto.help
    plant(5)
    application().assignments.take_part("secret-0", False)
    assert screen.run().app.get_by_key("inventory-csv").proto.disabled, "who does not take part is not counted"
    application().assignments.take_part("secret-0", True)
    assert not screen.run().app.get_by_key("inventory-csv").proto.disabled
    assert set(table_of(screen.text("variants-lesson-06-loss"))[2][1:]) == {"shown from 5 learners on"}
