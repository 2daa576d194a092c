"""Images are numbers: a picture taken apart, changed step by step beside its code, and augmented by Keras."""

from collections.abc import Callable
from concurrent.futures import Future
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from core.catalogue.datasets import DATASETS, missing_files
from core.datasets.image_operations import MANIPULATIONS, as_keras_array, script
from core.datasets.previews import Preview, read_preview, write_preview
from core.png import to_data_uri
from core.problems import Problem
from core.views.augmentation import AugmentedImagesQuestion
from tests.core.sample_experiments import net, with_fit
from tests.pages.conftest import DIGITS, Open
from tests.pages.fake_workers import ScriptedWorkers, done
from tests.pages.screen import Screen

AUGMENTED = AugmentedImagesQuestion.function
COLOURS = DATASETS["cifar10"]
RANDOM = net(("flip", "RandomFlip"), ("flat", "Flatten"), ("output", "Dense", {"units": 10, "activation": "softmax"}))


def first_nine(layers: str) -> np.ndarray:
    """Nine grey pictures, another shade for each network."""
    return np.full((9, 8, 8, 1), len(layers), dtype="uint8")


@pytest.fixture
def augmenting(workers: ScriptedWorkers, monkeypatch: pytest.MonkeyPatch) -> list[tuple]:
    """What the inspector was asked to augment; it answers at once."""
    asked: list[tuple] = []
    inspect = workers.inspect

    def answer(name: str, *arguments: Any) -> Future:
        if name != AUGMENTED:
            return inspect(name, *arguments)
        asked.append(arguments)
        return done(first_nine(arguments[1][0].name))

    monkeypatch.setattr(workers, "inspect", answer)
    return asked


@pytest.fixture
def colour_picture(open_screen: Open, keras_home: Path) -> np.ndarray:
    """The first picture of the last class of CIFAR-10, as far as this machine knows it."""
    assert open_screen
    for path in missing_files("cifar10"):
        path.parent.mkdir(parents=True, exist_ok=True)
        path.touch()
    images = np.random.default_rng(0).integers(0, 256, (10, 12, 32, 32, 3), dtype="uint8")
    write_preview("cifar10", Preview(images, np.full(10, 5_000), np.full(10, 1_000)))
    return images[9, 0]


def source(screen: Screen, key: str, number: int = 0) -> str:
    return screen.component(key)["items"][number]["src"]


def digit(label: int = 9, number: int = 0) -> np.ndarray:
    preview = read_preview("digits")
    assert preview is not None
    return preview.images[label, number]


def test_picture_is_shown_as_its_numbers(open_screen: Open) -> None:
    screen = open_screen("images")
    assert screen.component("pixels")["values"] == digit().tolist()
    assert screen.component("pixels")["channels"] == [""]
    assert "is 64 numbers" in screen.text("apart")
    assert not screen.has("channels")
    assert f"the mean is {digit().mean():.0f}" in screen.text("histogram")


def test_picture_that_is_pressed_is_marked_and_its_numbers_follow(open_screen: Open) -> None:
    screen = open_screen("images").tell("images-choice", "picked", "4")
    grid = screen.component("images-choice")
    assert (grid["selected"], grid["answer"]) == ("4", "apart")
    assert screen.component("pixels")["values"] == digit(9, 4).tolist()


def test_what_needs_no_draft_is_shown_while_a_value_is_not_allowed(open_screen: Open) -> None:
    screen = open_screen("images", with_fit(DIGITS, epochs=0))
    assert screen.has("pixels") and screen.has("images-code")
    assert "A value of your draft is not allowed." in screen.text()
    assert not screen.has("try-augmentation")


def test_another_class_is_another_picture(open_screen: Open) -> None:
    screen = open_screen("images").put("images-class-digits", 3)
    assert screen.component("pixels")["values"] == digit(3).tolist()
    assert len(screen.component("images-choice")["items"]) == 12


def test_steps_are_done_one_after_the_other_and_the_script_does_the_same(open_screen: Open) -> None:
    screen = open_screen("images").put("images-steps", ["flip", "crop"])
    screen.put("images-crop-8x8-top", 2).put("images-flip-6x6-exchange", "top and bottom")
    cropped = as_keras_array(digit())[2:8, 1:7]
    assert source(screen, "images-shown-crop") == to_data_uri(cropped)
    assert source(screen, "images-shown-flip") == to_data_uri(np.flipud(cropped))
    lines = ["image = image[2:8, 1:7]", "image = np.flipud(image)"]
    assert screen.component("images-code")["script"] == script("digits", 9, 0, lines)
    assert [one.value for one in screen.app.code][:2] == lines


def test_all_steps_stand_on_the_page_together(open_screen: Open) -> None:
    screen = open_screen("images").put("images-steps", list(MANIPULATIONS))
    assert all(screen.has(f"images-shown-{name}") for name in MANIPULATIONS)
    assert screen.component("images-code")["script"].count("\nimage = ") == 1 + len(MANIPULATIONS)


def test_no_step_leaves_the_picture_alone(open_screen: Open) -> None:
    screen = open_screen("images").put("images-steps", [])
    assert screen.component("images-code")["script"] == script("digits", 9, 0, [])


@pytest.mark.usefixtures("augmenting")
def test_colour_picture_has_three_channels(open_screen: Open, colour_picture: np.ndarray) -> None:
    screen = open_screen("load").put("data/dataset", "cifar10").go("images")
    assert screen.component("pixels")["channels"] == ["red", "green", "blue"]
    for number in range(3):
        assert source(screen, "channel-pictures", number) == to_data_uri(colour_picture[:, :, number])
    assert COLOURS.classes[9].lower() in screen.text("apart")
    assert "RandomHue" in screen.widget("augmentation-3").options


def test_examples_of_a_layer_come_with_its_line_and_a_way_into_the_network(
    open_screen: Open, augmenting: list[tuple]
) -> None:
    screen = open_screen("images").put("augmentation-1", "RandomRotation")
    assert "RandomHue" not in screen.widget("augmentation-1").options
    items = screen.component("examples-RandomRotation, example")["items"]
    assert [one["src"] for one in items] == [to_data_uri(one) for one in first_nine("RandomRotation")]
    data, layers, picture = augmenting[-1]
    assert (data, [one.name for one in layers]) == (DIGITS.data, ["RandomRotation"])
    np.testing.assert_array_equal(picture, digit())
    assert "layers.RandomRotation(" in screen.app.code[-1].value
    assert "Every image unchanged" in screen.text("network-sees")
    screen.press("add-augmentation")
    assert screen.layers == ["RandomRotation", "Flatten", "Dense", "Dense"]
    assert "After RandomRotation" in screen.text("network-sees")


def test_network_sees_what_its_own_layers_make(open_screen: Open, augmenting: list[tuple]) -> None:
    screen = open_screen("images", RANDOM)
    assert source(screen, "examples-What the network sees") == to_data_uri(first_nine("RandomFlip")[0])
    assert RANDOM.layers[:1] in [layers for _, layers, _ in augmenting]


def test_page_waits_for_no_worker(open_screen: Open) -> None:
    screen = open_screen("images", RANDOM)
    assert screen.text().count("Keras makes nine examples …") == 2


def test_settings_that_keras_refuses_are_a_message(
    open_screen: Open, workers: ScriptedWorkers, monkeypatch: pytest.MonkeyPatch
) -> None:
    inspect: Callable[..., Future] = workers.inspect
    problem = Problem("augmentation-refused", (), "Keras refuses these settings: no.", "Expected others.", "Change them.")
    monkeypatch.setattr(workers, "inspect", lambda name, *more: done(problem) if name == AUGMENTED else inspect(name, *more))
    assert "Keras refuses these settings: no." in open_screen("images").text("try-augmentation")


def test_data_that_is_not_here_leads_to_load(open_screen: Open) -> None:
    screen = open_screen("load").put("data/dataset", "cifar100").go("images")
    assert "is not on this machine yet" in screen.text()
    assert not screen.has("pixels")
