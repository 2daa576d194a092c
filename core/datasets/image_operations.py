"""The operations that a visitor can apply to a picture, each with the line of NumPy or Pillow that does the same."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from types import MappingProxyType

import numpy as np
from PIL import Image

from core.catalogue.datasets import data_set
from core.parameters import Choice, Integer, Parameter, Real

Pixels = np.ndarray  # uint8 (height, width), or with three channels (height, width, 3); real numbers once normalised
METHODS = {
    "nearest": Image.Resampling.NEAREST,
    "bilinear": Image.Resampling.BILINEAR,
    "bicubic": Image.Resampling.BICUBIC,
    "lanczos": Image.Resampling.LANCZOS,
}
LARGEST_SIDE = 128  # pixels of a side of a resized picture
LEAST_SPREAD = 1e-7  # a picture of one colour has no spread to divide by
SCALES = {"0 to 1": "image / 255", "-1 to 1": "image / 127.5 - 1", "mean 0, spread 1": ""}


@dataclass(frozen=True)
class Manipulation:
    """An operation that a visitor can apply to a picture, such as cropping."""

    name: str  # the key in MANIPULATIONS
    title: str  # the title of its card on the page
    sentence: str  # the effect of the operation, for a beginner
    parameters: Callable[[tuple[int, ...]], tuple[Parameter, ...]]  # the settings, for the shape of a picture
    apply: Callable[..., Pixels]  # makes the change, given the picture and the parameters by name
    code: Callable[..., str]  # returns the line of Python, given the parameters by name


def _crop_parameters(shape: tuple[int, ...]) -> tuple[Parameter, ...]:
    height, width = shape[:2]
    return (
        Parameter("top", height // 7, Integer(0, height - 1), "The first row that stays.", "pixels"),
        Parameter("left", width // 7, Integer(0, width - 1), "The first column that stays.", "pixels"),
        Parameter("height", max(1, height - 2 * (height // 7)), Integer(1, height), "How many rows stay.", "pixels"),
        Parameter("width", max(1, width - 2 * (width // 7)), Integer(1, width), "How many columns stay.", "pixels"),
    )


def _crop(image: Pixels, top: int, left: int, height: int, width: int) -> Pixels:
    return image[top : top + height, left : left + width]


def _crop_code(top: int, left: int, height: int, width: int) -> str:
    return f"image = image[{top}:{top + height}, {left}:{left + width}]"


def _resize_parameters(shape: tuple[int, ...]) -> tuple[Parameter, ...]:
    height, width = shape[:2]
    return (
        Parameter("height", max(1, height // 2), Integer(1, LARGEST_SIDE), "How many rows it gets.", "pixels"),
        Parameter("width", max(1, width // 2), Integer(1, LARGEST_SIDE), "How many columns it gets.", "pixels"),
        Parameter("method", "bilinear", Choice(tuple(METHODS)), "How new pixels are made of the old ones."),
    )


def _resize(image: Pixels, height: int, width: int, method: str) -> Pixels:
    return np.asarray(Image.fromarray(image).resize((width, height), METHODS[method]))


def _resize_code(height: int, width: int, method: str) -> str:
    return f"image = np.asarray(Image.fromarray(image).resize(({width}, {height}), Image.Resampling.{method.upper()}))"


def _rotate_parameters(_shape: tuple[int, ...]) -> tuple[Parameter, ...]:
    return (
        Parameter("angle", 30, Integer(-180, 180), "How far, against the clock.", "degrees"),
        Parameter("method", "bilinear", Choice(tuple(METHODS)[:3]), "How new pixels are made of the old ones."),
    )


def _rotate(image: Pixels, angle: int, method: str) -> Pixels:
    return np.asarray(Image.fromarray(image).rotate(angle, METHODS[method]))


def _rotate_code(angle: int, method: str) -> str:
    return f"image = np.asarray(Image.fromarray(image).rotate({angle}, Image.Resampling.{method.upper()}))"


def _flip_parameters(_shape: tuple[int, ...]) -> tuple[Parameter, ...]:
    ways = Choice(("left and right", "top and bottom"))
    return (Parameter("exchange", "left and right", ways, "Which sides change places."),)


def _flip(image: Pixels, exchange: str) -> Pixels:
    return np.fliplr(image) if exchange == "left and right" else np.flipud(image)


def _flip_code(exchange: str) -> str:
    return f"image = np.{'fliplr' if exchange == 'left and right' else 'flipud'}(image)"


def _noise_parameters(_shape: tuple[int, ...]) -> tuple[Parameter, ...]:
    return (
        Parameter("spread", 25.0, Real(0.0, 255.0), "How far pixels stray: the standard deviation of the noise."),
        Parameter("seed", 0, Integer(0, 2**32 - 1), "Where chance starts: the same seed gives the same noise."),
    )


def _noise(image: Pixels, spread: float, seed: int) -> Pixels:
    return np.clip(image + np.random.default_rng(seed).normal(0, spread, image.shape), 0, 255).astype("uint8")


def _noise_code(spread: float, seed: int) -> str:
    noise = f"np.random.default_rng({seed}).normal(0, {spread!r}, image.shape)"
    return f'image = np.clip(image + {noise}, 0, 255).astype("uint8")'


def _normalise_parameters(_shape: tuple[int, ...]) -> tuple[Parameter, ...]:
    return (Parameter("to", "0 to 1", Choice(tuple(SCALES)), "The range of the numbers that come out."),)


def _normalise(image: Pixels, to: str) -> Pixels:
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


def as_keras_array(image: np.ndarray) -> Pixels:
    """Return a picture in the shape of `keras.datasets`: remove the axis of channels if the picture is grey."""
    return image[:, :, 0] if image.shape[2] == 1 else image


def to_display_image(image: Pixels) -> np.ndarray:
    """Convert a picture to uint8 for display. Real numbers are scaled so that the least is black and the greatest white."""
    if image.dtype == np.uint8:
        return image
    least, most = float(image.min()), float(image.max())
    return np.rint((image - least) * (255 / max(most - least, LEAST_SPREAD))).astype("uint8")


def script(dataset: str, label: int, number: int, lines: list[str]) -> str:
    """Return a Python script that loads a picture as `image` and applies the given operations.

    Parameters
    ----------
    dataset
        The picture's data set.
    label
        The picture's class.
    number
        The index of the picture among the training pictures of its class.
    lines
        The lines of code of the operations, in order.
    """
    data = data_set(dataset)
    imports = [*{"import numpy as np", "from PIL import Image", *data.script_imports()}]  # each import once
    imports.sort(key=lambda line: line.split()[1].lower())
    image = f"x_train[y_train == {label}][{number}]"
    if data.pixel_maximum != 255:
        image = f'np.rint({image} * (255 / {data.pixel_maximum})).astype("uint8")'
    return "\n".join([*imports, "", *data.script_lines(), f"image = {image}  # {data.classes[label]}", *lines]) + "\n"
