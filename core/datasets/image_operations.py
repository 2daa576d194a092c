"""What can be done to a picture by hand, each with the line of NumPy or Pillow that does exactly this."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from types import MappingProxyType
from typing import Any

import numpy as np
from PIL import Image

from core.catalogue.datasets import data_set
from core.datasets.user_datasets import own_lines
from core.parameters import Choice, Integer, Parameter, Real

Picture = np.ndarray  # uint8 (height, width), or with three channels (height, width, 3); real numbers once normalised
METHODS = {
    "nearest": Image.Resampling.NEAREST,
    "bilinear": Image.Resampling.BILINEAR,
    "bicubic": Image.Resampling.BICUBIC,
    "lanczos": Image.Resampling.LANCZOS,
}
LARGEST = 128  # pixels of a side that a picture may be brought to
LEAST_SPREAD = 1e-7  # a picture of one colour has no spread to divide by
SCALES = {"0 to 1": "image / 255", "-1 to 1": "image / 127.5 - 1", "mean 0, spread 1": ""}


@dataclass(frozen=True)
class Manipulation:
    """One thing to do to a picture."""

    name: str  # the key
    title: str  # what its card says
    sentence: str  # what it does, for a beginner
    parameters: Callable[[tuple[int, ...]], tuple[Parameter, ...]]  # what can be set, for the shape of a picture
    apply: Callable[..., Picture]  # given the picture and the parameters by name
    code: Callable[..., str]  # the line, given the parameters by name


def _crop_parameters(shape: tuple[int, ...]) -> tuple[Parameter, ...]:
    height, width = shape[:2]
    return (
        Parameter("top", height // 7, Integer(0, height - 1), "The first row that stays.", "pixels"),
        Parameter("left", width // 7, Integer(0, width - 1), "The first column that stays.", "pixels"),
        Parameter("height", max(1, height - 2 * (height // 7)), Integer(1, height), "How many rows stay.", "pixels"),
        Parameter("width", max(1, width - 2 * (width // 7)), Integer(1, width), "How many columns stay.", "pixels"),
    )


def _crop(image: Picture, top: int, left: int, height: int, width: int) -> Picture:
    return image[top : top + height, left : left + width]


def _crop_code(top: int, left: int, height: int, width: int) -> str:
    return f"image = image[{top}:{top + height}, {left}:{left + width}]"


def _resize_parameters(shape: tuple[int, ...]) -> tuple[Parameter, ...]:
    height, width = shape[:2]
    return (
        Parameter("height", max(1, height // 2), Integer(1, LARGEST), "How many rows it gets.", "pixels"),
        Parameter("width", max(1, width // 2), Integer(1, LARGEST), "How many columns it gets.", "pixels"),
        Parameter("method", "bilinear", Choice(tuple(METHODS)), "How new pixels are made of the old ones."),
    )


def _resize(image: Picture, height: int, width: int, method: str) -> Picture:
    return np.asarray(Image.fromarray(image).resize((width, height), METHODS[method]))


def _resize_code(height: int, width: int, method: str) -> str:
    return f"image = np.asarray(Image.fromarray(image).resize(({width}, {height}), Image.Resampling.{method.upper()}))"


def _rotate_parameters(_shape: tuple[int, ...]) -> tuple[Parameter, ...]:
    return (
        Parameter("angle", 30, Integer(-180, 180), "How far, against the clock.", "degrees"),
        Parameter("method", "bilinear", Choice(tuple(METHODS)[:3]), "How new pixels are made of the old ones."),
    )


def _rotate(image: Picture, angle: int, method: str) -> Picture:
    return np.asarray(Image.fromarray(image).rotate(angle, METHODS[method]))


def _rotate_code(angle: int, method: str) -> str:
    return f"image = np.asarray(Image.fromarray(image).rotate({angle}, Image.Resampling.{method.upper()}))"


def _flip_parameters(_shape: tuple[int, ...]) -> tuple[Parameter, ...]:
    ways = Choice(("left and right", "top and bottom"))
    return (Parameter("exchange", "left and right", ways, "Which sides change places."),)


def _flip(image: Picture, exchange: str) -> Picture:
    return np.fliplr(image) if exchange == "left and right" else np.flipud(image)


def _flip_code(exchange: str) -> str:
    return f"image = np.{'fliplr' if exchange == 'left and right' else 'flipud'}(image)"


def _noise_parameters(_shape: tuple[int, ...]) -> tuple[Parameter, ...]:
    return (
        Parameter("spread", 25.0, Real(0.0, 255.0), "How far pixels stray: the standard deviation of the noise."),
        Parameter("seed", 0, Integer(0, 2**32 - 1), "Where chance starts: the same seed gives the same noise."),
    )


def _noise(image: Picture, spread: float, seed: int) -> Picture:
    return np.clip(image + np.random.default_rng(seed).normal(0, spread, image.shape), 0, 255).astype("uint8")


def _noise_code(spread: float, seed: int) -> str:
    noise = f"np.random.default_rng({seed}).normal(0, {spread!r}, image.shape)"
    return f'image = np.clip(image + {noise}, 0, 255).astype("uint8")'


def _normalise_parameters(_shape: tuple[int, ...]) -> tuple[Parameter, ...]:
    return (Parameter("to", "0 to 1", Choice(tuple(SCALES)), "The range of the numbers that come out."),)


def _normalise(image: Picture, to: str) -> Picture:
    if to == "0 to 1":
        return image / 255
    return image / 127.5 - 1 if to == "-1 to 1" else (image - image.mean()) / max(image.std(), LEAST_SPREAD)


def _normalise_code(to: str) -> str:
    return f"image = {SCALES[to] or f'(image - image.mean()) / max(image.std(), {LEAST_SPREAD})'}"


MANIPULATIONS: Mapping[str, Manipulation] = MappingProxyType(
    {
        operation.name: operation
        for operation in (
            Manipulation("crop", "Crop", "Keeps a part of the picture.", _crop_parameters, _crop, _crop_code),
            Manipulation(
                *("resize", "Resize", "Gives it other numbers of rows and columns."),
                *(_resize_parameters, _resize, _resize_code),
            ),
            Manipulation("rotate", "Rotate", "Turns it about its middle.", _rotate_parameters, _rotate, _rotate_code),
            Manipulation("flip", "Flip", "Mirrors it.", _flip_parameters, _flip, _flip_code),
            Manipulation("noise", "Add noise", "Changes each pixel by chance.", _noise_parameters, _noise, _noise_code),
            Manipulation(
                *("normalise", "Normalise", "Same picture, smaller numbers: networks learn best from those."),
                *(_normalise_parameters, _normalise, _normalise_code),
            ),
        )
    }
)


def as_loaded(image: np.ndarray) -> Picture:
    """A picture of a preview, (height, width, channels), as `keras.datasets` gives it: grey ones without channels."""
    return image[:, :, 0] if image.shape[2] == 1 else image


def to_show(image: Picture) -> np.ndarray:
    """A picture to look at, uint8; real numbers are spread from black, their least, to white, their greatest."""
    if image.dtype == np.uint8:
        return image
    least, most = float(image.min()), float(image.max())
    return np.rint((image - least) * (255 / max(most - least, LEAST_SPREAD))).astype("uint8")


def script(dataset: str, label: int, number: int, lines: list[str]) -> str:
    """The Python script that loads a picture and does all that was done to it; at its end it is `image`.

    Parameters
    ----------
    dataset
        The picture's data set.
    label
        The picture's class.
    number
        The index of the picture among the training pictures of its class.
    lines
        The operations on the picture, in order.
    """
    data: Any = data_set(dataset)
    if data.is_own:
        imports = ["import numpy as np", "from PIL import Image"]
        load = [*own_lines(dataset), f"image = x_train[y_train == {label}][{number}]"]
    elif data.files:
        imports = ["import keras", "import numpy as np", "from PIL import Image"]
        load = [f"(x_train, y_train), _ = keras.datasets.{dataset}.load_data()"]
        load += [f"image = x_train[y_train.ravel() == {label}][{number}]  # {data.classes[label]}"]
    else:
        imports = ["import numpy as np", "from PIL import Image", "from sklearn.datasets import load_digits"]
        imports += ["from sklearn.model_selection import train_test_split"]
        split = "digits.images, digits.target, test_size=0.2, stratify=digits.target, random_state=0"
        load = ["digits = load_digits()", f"x_train, _, y_train, _ = train_test_split(\n    {split}\n)"]
        bright = f"(255 / {data.pixel_maximum})"
        load += [f'image = np.rint(x_train[y_train == {label}][{number}] * {bright}).astype("uint8")']
    return "\n".join([*imports, "", *load, *lines]) + "\n"
