"""Class: who presents sees how far everybody is; nobody else sees anything of it."""

import pytest

from core.application import application
from core.teaching import class_overview, library
from core.teaching.deck import Question
from core.teaching.progress import QUESTION, Answer, Learner
from pages.shell import session
from tests.pages.conftest import Open

LAB = "lab"


@pytest.fixture
def as_lecturer(monkeypatch: pytest.MonkeyPatch) -> None:
    """The visitor holds the lecturer's token."""
    monkeypatch.setattr(session, "is_lecturer", lambda: True)


def work_through_the_lab(visitor: str, nickname: str) -> Question:
    """Let a visitor begin the lab and answer a question wrongly; returns the question."""
    deck, progress = library.find(LAB), application().progress
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
    assert "Only who presents sees this page" in screen.run().text()
    assert "Countess" not in screen.text()
    assert not screen.has("standings")


@pytest.mark.usefixtures("as_lecturer")
def test_lecturer_sees_everybody_by_nickname_or_number(open_screen: Open) -> None:
    screen = open_screen("classroom")
    assert "Nobody has begun a deck yet." in screen.text()
    question = work_through_the_lab("secret-1", "Countess")
    work_through_the_lab("secret-2", "")
    screen.run()
    table = screen.app.dataframe[0].value
    assert set(table["Who"]) == {"Countess", "Visitor 2"}
    assert set(table["Deck"]) == {"Image classification with Keras"}
    assert question.ask in screen.text("wrong-answers")
    assert "(2 of 2)" in screen.text("wrong-answers")
    assert "secret" not in screen.text()


@pytest.mark.usefixtures("as_lecturer")
def test_who_stays_for_long_is_named_as_stuck(open_screen: Open, monkeypatch: pytest.MonkeyPatch) -> None:
    screen = open_screen("classroom")
    work_through_the_lab("secret-1", "Countess")
    assert "Nobody has been at one scene for longer than four minutes." in screen.run().text("stuck")
    monkeypatch.setattr(class_overview, "STUCK_SECONDS", 0.0)
    assert "Countess" in screen.run().text("stuck")


@pytest.mark.usefixtures("as_lecturer")
def test_class_is_a_tab_for_who_presents(open_screen: Open) -> None:
    screen = open_screen("start")
    links = [link.proto.label for link in screen.app.get_by_key("tabs-beside").get("page_link")]
    assert "Class" in links
