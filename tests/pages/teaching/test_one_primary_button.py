"""A scene of a deck has one primary button: the page's own while a task is open, and Next once nothing is left to do."""

from core.application import application
from core.runs import manager
from core.teaching import library
from core.teaching.deck import Question
from tests.pages.conftest import Open
from tests.pages.fake_workers import ScriptedWorkers
from tests.pages.real_keras import Training, short
from tests.pages.screen import VISITOR, Screen


def primary(screen: Screen) -> list[str | None]:
    return [one.key for one in screen.app.button if one.proto.type == "primary"]


def test_train_is_primary_while_a_task_is_open_and_next_once_it_is_done(opened: Screen) -> None:
    assert primary(opened) == ["guide-next"], "a scene of words alone"
    opened.press("guide-next").go("define")
    assert opened.title == "Define" and primary(opened) == ["line-train"]
    assert opened.button("guide-next").proto.type == "secondary"
    opened.press("Hint").press("A bigger hint").press("Show me").go("define")
    assert "Done." in opened.text("guide") and primary(opened) == ["guide-next"]
    assert not opened.button("line-train").disabled


def test_folded_guide_has_the_same_primary_button(opened: Screen) -> None:
    opened.press("guide-next").press("guide-fold").go("define")
    assert primary(opened) == ["line-train"]


def test_a_result_is_secondary_where_next_is_primary(
    open_screen: Open, training: Training, installed: manager.Runs, workers: ScriptedWorkers
) -> None:
    training.whole(installed, workers, VISITOR)
    screen = open_screen("train", short())
    assert screen.has("to-evaluate")
    screen.go("learn").press("open-lesson-01-keras")
    application().drafts.edit_draft(VISITOR, short())
    training.whole(installed, workers, VISITOR)  # a run from before the lesson is not in view
    assert primary(screen.go("compile")) == ["guide-next"] and screen.has_button("line-evaluate")
    assert screen.go("train").has("to-evaluate-later") and not screen.has("to-evaluate")


def test_questions_alone_make_no_button_of_the_page_primary(open_screen: Open) -> None:
    deck = library.find_deck("lesson-10-confusion-matrix")
    assert deck is not None
    screen = open_screen("learn").press(f"open-{deck.name}")
    scene = next(one for one in deck.scenes if one.title == "The matrix of another network")
    application().progress.go_to(VISITOR, deck.name, scene.id)
    assert primary(screen.go("evaluate")) == [] and screen.has_button("line-train")
    for part in scene.parts:
        if isinstance(part, Question):
            right = next(option.text for option in part.options if option.is_right)
            screen.put(f"question-{deck.name}-{part.id}-options", right)
    assert primary(screen) == ["guide-next"]


def test_train_floats_on_no_page_beside_the_steps(open_screen: Open) -> None:
    for page in ("glossary", "backends", "border"):
        screen = open_screen(page)
        assert not screen.has("line") and "line-train" not in primary(screen)
