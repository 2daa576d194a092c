"""Colour spaces, such as RGB and HSV: each converts a picture to channels, and has the line of code that does so."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from types import MappingProxyType

import numpy as np
from PIL import Image


@dataclass(frozen=True)
class ColourSpace:
    """A colour space: a way to write the colour of a pixel as numbers."""

    name: str
    sentence: str
    planes: tuple[str, ...]  # the name of each plane of numbers
    convert: Callable[[np.ndarray], np.ndarray]  # converts red, green and blue, uint8 (height, width, 3), to the planes
    code: str  # the line of NumPy or Pillow that makes the same conversion


def _by_pillow(mode: str) -> Callable[[np.ndarray], np.ndarray]:
    return lambda pixels: np.asarray(Image.fromarray(pixels).convert(mode)).reshape(*pixels.shape[:2], -1)


def _hsl(pixels: np.ndarray) -> np.ndarray:
    """Return the HSL channels, 0 to 255. The hue is that of HSV, the lightness is the mean of the extreme RGB channels."""
    hue = _by_pillow("HSV")(pixels)[..., 0]
    share = pixels.astype("float64") / 255
    largest, smallest = share.max(axis=-1), share.min(axis=-1)
    lightness, spread = (largest + smallest) / 2, largest - smallest
    saturation = spread / np.maximum(1 - np.abs(2 * lightness - 1), 1e-12)
    planes = (hue, np.rint(255 * np.clip(saturation, 0, 1)), np.rint(255 * lightness))
    return np.stack(planes, axis=-1).astype("uint8")


COLOUR_SPACES: Mapping[str, ColourSpace] = MappingProxyType(
    {
        space.name: space
        for space in (
            ColourSpace(
                "RGB",
                "How much red, green and blue: screens show and Keras reads these numbers.",
                ("red", "green", "blue"),
                lambda pixels: pixels,
                "red, green, blue = np.moveaxis(image, 2, 0)",
            ),
            ColourSpace(
                "BGR",
                "The same three in the other order, as OpenCV reads them: other colours to a network that learned from RGB.",
                ("blue", "green", "red"),
                lambda pixels: pixels[..., ::-1],
                "image = image[:, :, ::-1]",
            ),
            ColourSpace(
                "Grey",
                "A number instead of three: the brightness to an eye, 30 % red, 59 % green, 11 % blue.",
                ("brightness",),
                _by_pillow("L"),
                'image = np.asarray(Image.fromarray(image).convert("L"))',
            ),
            ColourSpace(
                "HSV",
                "Which colour, how pure, and how bright: hue, saturation, value.",
                ("hue", "saturation", "value"),
                _by_pillow("HSV"),
                'image = np.asarray(Image.fromarray(image).convert("HSV"))',
            ),
            ColourSpace(
                "HSL",
                "As HSV, but white is the lightest of every colour: hue, saturation, lightness.",
                ("hue", "saturation", "lightness"),
                _hsl,
                "lightness = (image.max(axis=2) / 2 + image.min(axis=2) / 2)  # the hue is that of HSV",
            ),
            ColourSpace(
                "CMYK",
                "The four inks of a printer: cyan, magenta, yellow and black. Pillow leaves the black ink at 0.",
                ("cyan", "magenta", "yellow", "black"),
                _by_pillow("CMYK"),
                'image = np.asarray(Image.fromarray(image).convert("CMYK"))',
            ),
        )
    }
)


def as_colours(pixels: np.ndarray) -> np.ndarray:
    """Return a picture with three channels, uint8 (height, width, 3). The channels of a grey picture are equal."""
    return np.repeat(pixels[..., None], 3, axis=-1) if pixels.ndim == 2 else pixels


def num_features(width: int, height: int, channels: int) -> str:
    """Return the number of values in a picture as text: "1,920 × 1,920 × 3 = 11,059,200"."""
    return f"{width:,} × {height:,} × {channels} = {width * height * channels:,}"
