"""Custom pictures: converted to the form of the data set, perturbed, and moved until the answer changes."""

import base64
import io
from dataclasses import fields

import keras
import numpy as np
import pytest
from PIL import Image
from sklearn.datasets import load_digits

from core.analysis.image_perturbations import (
    PERTURBATIONS,
    SHEET,
    Perturbation,
    centred,
    drawing_style,
    fit_to_shape,
    has_inverted_background,
    perturbed,
    typical_image,
)
from core.engine.picture_decoder import decode_drawing
from core.experiment.image_ref import OWN, ImageRef
from core.problems import Problem
from core.views.adversarial_image import AdversarialImage
from core.worker.data.load import load_sets
from core.worker.views.adversarial_image import adversarial_image
from core.worker.views.predictions import predicted_probabilities
from tests.core.conftest import Trained
from tests.core.sample_experiments import template

DIGITS = np.rint(load_digits().images[:200] * (255 / 16)).astype("uint8")[..., None]
DIGIT = DIGITS[0]


def own(picture: np.ndarray) -> ImageRef:
    return ImageRef(OWN, pixels=picture.tobytes(), shape=picture.shape)


def test_data_says_how_a_drawing_is_framed() -> None:
    look = drawing_style(DIGITS)
    assert look.background == (0,) and not look.is_bright
    assert look.fill == 1.0, "digits fill their eight rows"
    inside = drawing_style(np.pad(DIGITS, ((0, 0), (4, 4), (4, 4), (0, 0))))
    assert inside.fill == 0.5
    assert drawing_style(255 - DIGITS).background == (255,) and drawing_style(255 - DIGITS).is_bright


def test_drawing_is_cut_out_and_put_in_the_middle() -> None:
    look = drawing_style(np.pad(DIGITS, ((0, 0), (4, 4), (4, 4), (0, 0))))
    drawing = np.zeros((280, 280, 1), "uint8")
    drawing[10:70, 200:230] = 255
    framed = centred(drawing, look)
    rows, columns = np.nonzero(framed[..., 0])
    assert framed.shape == (120, 120, 1), "what is 60 high takes half of 120"
    assert (rows.min(), rows.max(), columns.min(), columns.max()) == (30, 89, 45, 74)
    empty = np.zeros((280, 280, 1), "uint8")
    assert centred(empty, look) is empty


@pytest.mark.parametrize("shape", [(8, 8, 1), (28, 28, 1), (32, 32, 3), (20, 40, 3)])
@pytest.mark.parametrize("drawn_shape", [(30, 60), (60, 30, 1), (60, 90, 3), (1, 1, 3)])
def test_picture_of_any_form_is_brought_to_that_of_the_data(drawn_shape: tuple[int, ...], shape: tuple[int, ...]) -> None:
    fitted = fit_to_shape(np.full(drawn_shape, 90, "uint8"), shape)
    assert fitted.shape == shape and fitted.dtype == np.uint8
    assert (np.abs(fitted.astype(int) - 90) <= 1).all()


def test_middle_is_cut_out_and_what_fits_is_left_as_it_is() -> None:
    wide = np.zeros((10, 30), "uint8")
    wide[:, 10:20] = 200
    assert (fit_to_shape(wide, (10, 10, 1)) == 200).all()
    assert (fit_to_shape(DIGIT, (8, 8, 1)) == DIGIT).all()


def test_inverted_background_is_recognised() -> None:
    look = drawing_style(DIGITS)
    assert has_inverted_background(255 - DIGIT, look) and not has_inverted_background(DIGIT, look)


def test_perturbations_do_what_they_say() -> None:
    assert perturbed(DIGIT, Perturbation()) is DIGIT
    assert (perturbed(DIGIT, Perturbation(invert=True)) == 255 - DIGIT).all()
    np.testing.assert_allclose(
        perturbed(DIGIT, Perturbation(rotate=90)), np.rot90(DIGIT), atol=1, err_msg="against the clock"
    )
    assert (perturbed(DIGIT, Perturbation(right=25))[:, 2:] == DIGIT[:, :-2]).all()
    assert (perturbed(DIGIT, Perturbation(down=25))[2:] == DIGIT[:-2]).all()
    assert (perturbed(DIGIT, Perturbation(brightness=40)) == np.clip(DIGIT.astype(int) + 40, 0, 255)).all()
    grey = np.full((40, 40, 3), 128, "uint8")
    noisy = perturbed(grey, Perturbation(noise=20), seed=1).astype(int)
    assert abs(noisy.std() - 20) < 1 and (noisy == perturbed(grey, Perturbation(noise=20), seed=1)).all()
    assert (noisy != perturbed(grey, Perturbation(noise=20), seed=2)).any()
    dot = np.zeros((9, 9, 1), "uint8")
    dot[4, 4] = 255
    assert (perturbed(dot, Perturbation(blur=1.0)) > 0).sum() > 1
    assert (
        perturbed(np.pad(DIGIT, ((4, 4), (4, 4), (0, 0))), Perturbation(zoom=2.0)).mean()
        > 3.5 * np.pad(DIGIT, ((4,), (4,), (0,))).mean()
    )


def test_perturbation_fills_with_the_colour_of_the_edges() -> None:
    bright = 255 - DIGIT
    assert (perturbed(bright, Perturbation(right=50))[:, :3] == 255).all()
    assert (perturbed(255 - DIGIT, Perturbation(right=50, invert=True))[:, :3] == 0).all()


def test_each_perturbation_is_a_parameter() -> None:
    assert {parameter.name: parameter.default for parameter in PERTURBATIONS} == {
        parameter.name: parameter.default for parameter in fields(Perturbation)
    }
    assert Perturbation(rotate=30, zoom=0.5, invert=True).words == "rotate 30, zoom 0.5, invert"


def address(picture: np.ndarray, kind: str = "PNG") -> str:
    file = io.BytesIO()
    Image.fromarray(picture).save(file, kind)
    return "data:image/png;base64," + base64.b64encode(file.getvalue()).decode()


def test_sheet_is_read_and_anything_else_is_not() -> None:
    sheet = np.zeros((SHEET, SHEET, 3), "uint8")
    sheet[5, 7] = (255, 255, 255)
    assert (decode_drawing(address(sheet), 3) == sheet).all()
    assert (decode_drawing(address(sheet), 1) == sheet[..., :1]).all()
    whole = address(sheet)
    for sent in (
        "",
        None,
        5,
        "x" * 999,
        whole[:-40],
        whole[:60],
        whole + "A" * 400_000,
        address(sheet[:9]),
        address(sheet, "JPEG"),
    ):
        assert decode_drawing(sent, 3) is None


def test_answer_to_an_image_of_the_data_is_that_of_the_model(trained: Trained) -> None:
    path = str(trained.folder / "model.keras")
    images, _ = load_sets(trained.experiment).validation
    expected = keras.saving.load_model(path).predict(images[:3], verbose=0)
    for index in range(3):
        assert predicted_probabilities(trained.experiment, path, ImageRef("validation", index)) == pytest.approx(
            expected[index], abs=1e-6
        )
    assert sum(predicted_probabilities(trained.experiment, path, own(DIGIT))) == pytest.approx(1, abs=1e-5)


def test_nudge_moves_each_pixel_against_the_network(trained: Trained) -> None:
    path = str(trained.folder / "model.keras")
    before = np.array(predicted_probabilities(trained.experiment, path, own(DIGIT)))
    answers = []
    for levels in (0, 8, 24, 48):
        moved = adversarial_image(trained.experiment, path, own(DIGIT), levels)
        assert isinstance(moved, AdversarialImage) and moved.away_from == before.argmax()
        pixels = np.frombuffer(moved.pixels, "uint8").reshape(DIGIT.shape)
        assert np.abs(pixels.astype(int) - DIGIT).max() == levels
        assert moved.probabilities == pytest.approx(predicted_probabilities(trained.experiment, path, own(pixels)), abs=1e-6)
        answers.append(moved.probabilities[moved.away_from])
    assert answers[0] == pytest.approx(before.max(), abs=1e-6)
    assert answers == sorted(answers, reverse=True) and answers[3] < 0.5 * answers[0]


def test_network_that_looks_pixels_up_in_a_table_says_why_it_cannot_be_nudged() -> None:
    moved = adversarial_image(template("embedding"), "", own(DIGIT), 8)
    assert isinstance(moved, Problem)
    assert "through layer embedding." in moved.happened


def test_typical_image_is_nearest_to_the_mean_of_its_class() -> None:
    images = np.stack([np.full((4, 4, 1), level, "uint8") for level in (0, 100, 110, 250)])
    assert typical_image(images)[0, 0, 0] == 110
