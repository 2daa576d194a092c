"""The code as a text: a changed line changes the draft in one step of Undo, and a mistake is named and repaired."""

from core.application import application
from core.experiment.edits import set_value
from core.experiment.templates import lecture_experiment
from core.export.edited_code import editable_code
from core.teaching import library
from tests.pages.conftest import Open
from tests.pages.screen import VISITOR, Screen


def in_lesson(open_screen: Open) -> Screen:
    deck = library.find_deck("lesson-12-code")
    assert deck is not None
    scene = next(one for one in deck.scenes if one.title == "Change a line, and the network changes")
    application().drafts.edit_draft(VISITOR, set_value(lecture_experiment("digits"), ("fit", "epochs"), 3))
    application().progress.go_to(VISITOR, deck.name, scene.id)
    return open_screen("learn")


def field(screen: Screen) -> str:
    return next(one.key for one in screen.app.text_area if one.key.startswith("scene-text"))


def write(screen: Screen, old: str, new: str) -> Screen:
    text = editable_code(screen.draft)
    assert old in text
    return screen.put(field(screen), text.replace(old, new, 1))


def test_a_changed_line_changes_the_draft_in_one_step_of_undo(open_screen: Open) -> None:
    screen = in_lesson(open_screen)
    before = screen.draft
    write(screen, "layers.Dense(128", 'layers.Dense(64, activation="relu"),\n        layers.Dense(32')
    assert [dict(layer.arguments).get("units") for layer in screen.draft.layers] == [None, 64, 32, 10]
    application().drafts.undo(VISITOR)
    assert screen.draft == before


def test_the_task_of_the_lesson_is_done_by_the_code(open_screen: Open) -> None:
    screen = in_lesson(open_screen)
    assert "Done. Go on when you like." not in screen.text() and "Your code is" not in screen.text()
    write(screen, "layers.Dense(128", 'layers.Dense(64, activation="relu"),\n        layers.Dense(32')
    assert "Done. Go on when you like." in screen.run().text()
    assert "Your code is the draft now." in screen.text("scene-editor"), "beside the button, where the visitor looks"


def test_a_mistake_is_named_and_repaired_and_the_draft_stays(open_screen: Open) -> None:
    screen = in_lesson(open_screen)
    before = screen.draft
    write(screen, "layers.Dense(128", "layers.Dense(unit=64")
    assert screen.draft == before
    assert "Line 6: Dense(unit=...): unknown argument 'unit'." in screen.text("problem-scene-mistake")
    assert "Did you mean 'units'?" in screen.text("problem-scene-mistake")
    screen.press("scene-repair")
    assert screen.draft.layers[1].values["units"] == 64
    assert not screen.has("problem-scene-mistake")


def test_the_drawer_of_code_has_the_text_too(open_screen: Open) -> None:
    application().drafts.fold_code(VISITOR, True)
    screen = open_screen("compile")
    assert not screen.app.text_area
    screen.put("edit-code", True)
    (area,) = screen.app.text_area
    screen.put(area.key, editable_code(screen.draft).replace("epochs=5", "epochs=7"))
    assert screen.draft.fit.epochs == 7
