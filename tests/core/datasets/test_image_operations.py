"""What is done to a picture is what the line of code beside it does, to the last bit."""

import runpy
from pathlib import Path

import numpy as np
import pytest

from core.catalogue.datasets import DATASETS
from core.datasets.image_operations import MANIPULATIONS, Manipulation, as_keras_array, script, to_display_image
from core.datasets.previews import make_preview
from core.parameters import Choice
from core.worker.data.load import load_raw, to_bytes

GREY = np.random.default_rng(0).integers(0, 256, (13, 11), dtype="uint8")
COLOUR = np.random.default_rng(1).integers(0, 256, (13, 11, 3), dtype="uint8")
FLAT = np.full((13, 11), 7, dtype="uint8")


def run(code: str, folder: Path, **names: np.ndarray) -> np.ndarray:
    """What a script leaves as `image`."""
    path = folder / "script.py"
    path.write_text(code)
    return runpy.run_path(str(path), names)["image"]


def settings(one: Manipulation, shape: tuple[int, ...]) -> list[dict]:
    """The defaults, each edge of each parameter, and each choice."""
    parameters = one.parameters(shape)
    start = {parameter.name: parameter.default for parameter in parameters}
    found = [start]
    for parameter in parameters:
        constraint = parameter.constraint
        values = constraint.options if isinstance(constraint, Choice) else constraint.boundary_values()
        found += [{**start, parameter.name: value} for value in values]
    return found


@pytest.mark.parametrize("image", [GREY, COLOUR, FLAT], ids=["grey", "colour", "flat"])
@pytest.mark.parametrize("name", MANIPULATIONS)
def test_line_of_code_gives_the_same_picture(name: str, image: np.ndarray, tmp_path: Path) -> None:
    one = MANIPULATIONS[name]
    for values in settings(one, image.shape):
        done = one.apply(image, **values)
        code = f"import numpy as np\nfrom PIL import Image\n{one.code(**values)}\n"
        np.testing.assert_array_equal(run(code, tmp_path, image=image), done, strict=True)
        assert done.size and np.isfinite(done).all()
        assert to_display_image(done).dtype == np.uint8


def test_every_default_is_allowed_whatever_the_picture() -> None:
    for one in MANIPULATIONS.values():
        for shape in ((1, 1), (2, 3, 3), (8, 8), (128, 128)):
            assert all(parameter.constraint.is_valid(parameter.default) for parameter in one.parameters(shape))


@pytest.mark.deep
@pytest.mark.parametrize("dataset", ["digits", "fashion_mnist"])
def test_script_loads_the_picture_and_does_the_same(dataset: str, fashion_mnist: str, tmp_path: Path) -> None:
    assert fashion_mnist in DATASETS
    (images, labels), (_, test_labels) = load_raw(dataset)
    preview = make_preview(to_bytes(images, dataset), labels, test_labels, 10)
    expected = as_keras_array(preview.images[3, 5])
    lines = []
    for one in MANIPULATIONS.values():
        values = {parameter.name: parameter.default for parameter in one.parameters(expected.shape)}
        lines.append(one.code(**values))
        expected = one.apply(expected, **values)
    np.testing.assert_array_equal(run(script(dataset, 3, 5, lines), tmp_path), expected, strict=True)


def test_normalised_picture_is_shown_from_black_to_white() -> None:
    shown = to_display_image(GREY / 127.5 - 1)
    assert (shown.min(), shown.max()) == (0, 255)
    assert to_display_image(GREY) is GREY
    assert not to_display_image(FLAT / 255).any()


def test_normalising_is_last_since_nothing_else_takes_real_numbers() -> None:
    assert list(MANIPULATIONS)[-1] == "normalise"
