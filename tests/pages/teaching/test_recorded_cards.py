"""Recorded curves in a deck: charts, with their numbers in words for who does not see them."""

from core.application import application
from core.teaching import library
from tests.pages.conftest import Open
from tests.pages.screen import VISITOR


def test_curves_are_charts_and_their_words_do_not_name_what_is_wrong(open_screen: Open) -> None:
    deck = library.find_deck("challenge-09-diagnosis")
    assert deck is not None
    application().progress.go_to(VISITOR, deck.name, "run-d")
    screen = open_screen("learn")
    key = f"curves-{deck.name}-run-d"
    loss, accuracy = (screen.app.get_by_key(f"{key}-{number}").proto for number in ("loss", "accuracy"))
    assert "epoch 1: training loss 2.1" in loss.alt and "epoch 40: training loss 0.00" in loss.alt
    assert "epoch 40: training accuracy 1.0000, validation accuracy 0.8889" in accuracy.alt
    assert not any(word in loss.alt for word in ("overfit", "small", "large"))
    assert "|" not in screen.text("scene"), "no table"
