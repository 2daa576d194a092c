"""The scene of the three sets: the slider begins at the split that the visitor chose, and the pictures are of the data."""

from core.application import application
from core.experiment.edits import set_value
from core.teaching import library
from core.teaching.shows.three_sets import SEAL
from core.views.three_sets import SetPictures, SetPicturesQuestion
from tests.pages.conftest import DIGITS, Open
from tests.pages.fake_workers import ScriptedWorkers
from tests.pages.screen import VISITOR

PICTURES = SetPictures("data:image/png;base64,", 2, 3, 1, 1, tuple(["10"] * 12))


def test_slider_begins_at_the_split_of_the_draft(open_screen: Open, workers: ScriptedWorkers) -> None:
    deck = library.find_deck("lesson-03-sets")
    assert deck is not None
    scene = next(scene for scene in deck.scenes if scene.show is not None and scene.show.id == "seal")
    application().progress.go_to(VISITOR, deck.name, scene.id)
    screen = open_screen("learn", set_value(DIGITS, ("data", "validation_split"), 0.2))
    workers.answer(SetPicturesQuestion.function, PICTURES)
    shown = screen.run().component(f"show-{deck.name}-seal")
    assert shown["splits"][shown["first"]]["text"] == "20\u00a0%"
    assert (shown["held"], shown["testPictures"]) == (["10"] * 12, 1)
    assert "0.92" not in screen.text("guide")
    screen.tell(f"show-{deck.name}-seal", "moved", SEAL)
    assert "On the test set, the accuracy of the best network is 0.92" in screen.text("guide").replace("*", "")
