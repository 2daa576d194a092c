"""The picture of a result: its content, its limits, and the code that a phone reads."""

import re
from dataclasses import replace
from xml.etree import ElementTree

import numpy as np

from core.export.result_card import MisclassifiedImage, ResultCard, card_description, to_svg
from core.png import to_data_uri

SVG = "{http://www.w3.org/2000/svg}"
FACE = to_data_uri(np.zeros((4, 4), "uint8"))
CARD = ResultCard(
    title="Run 1: <b>first</b>",
    accuracy=0.8763,
    data="Fashion-MNIST",
    network="Flatten, Dense 128 relu, Dense 10 softmax",
    columns=(64, 128, 10),
    training=(0.8, 0.86, 0.891),
    validation=(0.84, 0.87, 0.8763),
    mistakes=tuple(MisclassifiedImage(FACE, said, "Coat") for said in ("Shirt", "Dress", "Bag", "Pullover", "Sandal")),
    address="http://192.168.1.20:8501/follow?run=abc",
)


def texts(card: ResultCard) -> list[str]:
    return [str(element.text) for element in ElementTree.fromstring(to_svg(card)).iter(f"{SVG}text")]


def test_picture_says_how_many_of_100_are_right_and_shows_four_mistakes() -> None:
    said = texts(CARD)
    assert {"Run 1: <b>first</b>", "88 of 100 right", CARD.network, "Shirt", "Pullover", "not Coat"} <= set(said)
    assert "Sandal" not in said, "four are shown"
    assert len(list(ElementTree.fromstring(to_svg(CARD)).iter(f"{SVG}image"))) == 4


def test_curves_end_in_their_exact_values_and_begin_at_half_or_more() -> None:
    said = texts(CARD)
    assert {"training 0.891", "validation 0.876", "0.7", "epoch 3"} <= set(said)
    assert "0.5" in texts(replace(CARD, training=(0.6, 0.7)))
    assert "0" in texts(replace(CARD, training=(0.1, 0.7)))


def test_names_of_curves_do_not_touch() -> None:
    root = ElementTree.fromstring(to_svg(replace(CARD, training=(0.88,), validation=(0.8763,))))
    heights = [float(one.get("y", 0)) for one in root.iter(f"{SVG}text") if re.match("training|validation", str(one.text))]
    assert abs(heights[0] - heights[1]) >= 22


def test_what_is_not_known_is_left_out() -> None:
    bare = replace(CARD, training=(), validation=(), mistakes=(), address="")
    said = texts(bare)
    assert "follow this run" not in said and "Some it got wrong" not in said
    assert not any("epoch" in one for one in said)


def test_network_is_drawn_as_columns_of_dots_with_links() -> None:
    root = ElementTree.fromstring(to_svg(replace(CARD, columns=(3, 2), training=(), validation=())))
    assert len(list(root.iter(f"{SVG}circle"))) == 3 + 2
    links = [path for path in root.iter(f"{SVG}path") if path.get("opacity")]
    assert len(links) == 3 * 2
    without = ElementTree.fromstring(to_svg(replace(CARD, columns=(), training=(), validation=())))
    assert not list(without.iter(f"{SVG}circle"))


def test_long_network_is_cut() -> None:
    (line,) = [one for one in texts(replace(CARD, network="Conv2D 32, " * 20)) if one.startswith("Conv2D")]
    assert len(line) <= 78 and line.endswith("…")


def test_words_say_what_the_picture_shows() -> None:
    network = "Flatten, Dense 128 relu, Dense 10 softmax"
    assert card_description(replace(CARD, title="Run 1", mistakes=CARD.mistakes[:1])) == (
        f"Run 1: 88 of 100 right on Fashion-MNIST, with {network}. Mistakes: Coat, called Shirt."
    )
