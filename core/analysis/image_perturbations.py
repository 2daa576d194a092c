"""Custom pictures for a network: convert a drawing to the form of the data set, then perturb it until the answer changes."""

import base64
import io
from dataclasses import dataclass, fields
from typing import Any

import numpy as np
from PIL import Image, ImageFilter

from core.parameters import Integer, Parameter, Real, Switch

INK = 32  # a pixel that differs from the background by more levels is drawn
FAR = 128  # backgrounds that differ by more levels are dark and bright
NUDGE = Parameter(
    "nudge", 0, Integer(0, 48), "How far every pixel is moved against the network, in levels of 255.", "levels"
)
SHEET = 280  # pixels along a side of the drawing sheet
PNG_ADDRESS = "data:image/png;base64,"  # how the address of a drawing begins
LONGEST_DRAWING = 400_000  # characters; a sheet full of lines has about 10,000

PERTURBATIONS: tuple[Parameter, ...] = (
    Parameter("rotate", 0, Integer(-180, 180), "How far it is turned, against the clock.", "degrees"),
    Parameter("right", 0, Integer(-50, 50), "How far it is shifted to the right, of its width.", "%"),
    Parameter("down", 0, Integer(-50, 50), "How far it is shifted downwards, of its height.", "%"),
    Parameter("zoom", 1.0, Real(0.3, 3.0), "How large it is drawn.", "times"),
    Parameter("blur", 0.0, Real(0.0, 4.0), "How far each pixel is smeared: the radius of a Gaussian.", "pixels"),
    Parameter("brightness", 0, Integer(-200, 200), "What is added to each pixel, in levels of 255.", "levels"),
    Parameter(
        "noise",
        0,
        Integer(0, 150),
        "How much chance is added to each pixel: its standard deviation in levels of 255.",
        "levels",
    ),
    Parameter("invert", False, Switch(), "Dark becomes bright, and bright dark."),
)


@dataclass(frozen=True)
class AdversarialImage:
    """A picture whose pixels were all moved a little, in the direction that misleads the network most."""

    pixels: bytes  # uint8, row by row
    away_from: int  # the class that the network predicted before
    probabilities: tuple[float, ...]  # of the classes, for the moved picture


@dataclass(frozen=True)
class Perturbation:
    """Changes of a picture, in this order: invert, then rotate, zoom and shift at once, blur, brighten, add noise."""

    rotate: int = 0  # degrees, against the clock
    right: int = 0  # percent of the width
    down: int = 0  # percent of the height
    zoom: float = 1.0  # times
    blur: float = 0.0  # pixels, the radius of a Gaussian
    brightness: int = 0  # levels of 255
    noise: int = 0  # levels of 255, the standard deviation
    invert: bool = False

    @property
    def words(self) -> str:
        """The changes as words: "rotate 30, invert"; "" if there are none."""
        words = []
        for field in fields(self):
            value: Any = getattr(self, field.name)
            if value != field.default:
                words.append(field.name if value is True else f"{field.name} {value:g}")
        return ", ".join(words)


@dataclass(frozen=True)
class DrawingStyle:
    """The typical background and size of the pictures of a data set."""

    background: tuple[int, ...]  # median colour of the pixels at the edges, a level of 255 for each channel
    fill: float  # the drawn object's longer side, as a share of the picture's side

    @property
    def is_bright(self) -> bool:
        """Whether the background is closer to white than to black."""
        return float(np.mean(self.background)) > FAR


def drawing_style(pictures: np.ndarray) -> DrawingStyle:
    """The typical background and size of the pictures of a data set.

    Parameters
    ----------
    pictures
        An array of uint8, (..., height, width, channels), some of each class.
    """
    flat = pictures.reshape(-1, *pictures.shape[-3:])
    background = background_of(flat)
    boxes = np.array([_box(picture, background) for picture in flat])
    sides = np.maximum((boxes[:, 1] - boxes[:, 0]) / flat.shape[1], (boxes[:, 3] - boxes[:, 2]) / flat.shape[2])
    return DrawingStyle(background, float(np.median(sides)) or 1.0)


def background_of(pictures: np.ndarray) -> tuple[int, ...]:
    """The median colour of the edge pixels of pictures, uint8 (count, height, width, channels)."""
    rims = (pictures[:, 0], pictures[:, -1], pictures[:, :, 0], pictures[:, :, -1])
    rim = np.concatenate([pixels.reshape(-1, pictures.shape[-1]) for pixels in rims])
    return tuple(int(level) for level in np.median(rim, axis=0))


def _box(picture: np.ndarray, background: tuple[int, ...]) -> tuple[int, int, int, int]:
    """The bounding box of what is drawn: top, bottom, left, right, ends exclusive; all 0 for an empty picture."""
    is_drawn = (np.abs(picture.astype("int16") - np.array(background, dtype="int16")) > INK).any(axis=-1)
    rows, columns = np.flatnonzero(is_drawn.any(axis=1)), np.flatnonzero(is_drawn.any(axis=0))
    if not len(rows):
        return 0, 0, 0, 0
    return int(rows[0]), int(rows[-1]) + 1, int(columns[0]), int(columns[-1]) + 1


def centred(drawing: np.ndarray, style: DrawingStyle) -> np.ndarray:
    """Crop a drawing and centre it in a square, in the typical size of the data set.

    Parameters
    ----------
    drawing
        An array of uint8, (height, width, channels), on `style.background`.
    style
        The style of the data set.

    Returns
    -------
    np.ndarray
        An array of uint8, (side, side, channels); the unchanged drawing if it is empty.
    """
    top, bottom, left, right = _box(drawing, style.background)
    if bottom == top:
        return drawing
    cut = drawing[top:bottom, left:right]
    side = max(round(max(cut.shape[:2]) / style.fill), *cut.shape[:2])
    square = np.full((side, side, drawing.shape[2]), style.background, dtype="uint8")
    row, column = (side - cut.shape[0]) // 2, (side - cut.shape[1]) // 2
    square[row : row + cut.shape[0], column : column + cut.shape[1]] = cut
    return square


def fit_to_shape(picture: np.ndarray, shape: tuple[int, ...]) -> np.ndarray:
    """Crop the middle of a picture to the proportions of the data set, and resize it.

    Parameters
    ----------
    picture
        An array of uint8, (height, width) or (height, width, 1 or 3).
    shape
        The wanted height, width and channels.

    Returns
    -------
    np.ndarray
        An array of uint8, (height, width, channels).
    """
    height, width, channels = shape
    image = Image.fromarray(picture[..., 0] if picture.ndim == 3 and picture.shape[2] == 1 else picture)
    image = image.convert("L" if channels == 1 else "RGB")
    scale = min(image.width / width, image.height / height)
    cut = (width * scale, height * scale)
    left, top = (image.width - cut[0]) / 2, (image.height - cut[1]) / 2
    if image.size != (width, height):
        image = image.resize((width, height), Image.Resampling.LANCZOS, box=(left, top, left + cut[0], top + cut[1]))
    return np.asarray(image).reshape(shape)


def has_inverted_background(picture: np.ndarray, style: DrawingStyle) -> bool:
    """Whether the picture is dark on bright and the data bright on dark, or the reverse."""
    rim = background_of(picture[None])
    return abs(float(np.mean(rim)) - float(np.mean(style.background))) > FAR


def perturbed(picture: np.ndarray, change: Perturbation, seed: int = 0) -> np.ndarray:
    """Perturb a picture; the colour of its edges fills what moves in.

    Parameters
    ----------
    picture
        An array of uint8, (height, width, channels).
    change
        The perturbation.
    seed
        The seed of the noise.

    Returns
    -------
    np.ndarray
        An array of uint8, of the same shape; the same array if nothing changes.
    """
    if change == Perturbation():
        return picture
    start = 255 - picture if change.invert else picture
    fill = background_of(start[None])
    planes = [_moved(start[..., channel], change, fill[channel]) for channel in range(picture.shape[2])]
    result = np.stack(planes, axis=-1).astype("float64") + change.brightness
    if change.noise:
        result += np.random.default_rng(seed).normal(0.0, change.noise, result.shape)
    return np.asarray(np.rint(np.clip(result, 0, 255)).astype("uint8"))


def _moved(plane: np.ndarray, change: Perturbation, fill: int) -> np.ndarray:
    image = Image.fromarray(plane)
    if change.rotate or change.right or change.down or change.zoom != 1.0:
        image = image.transform(
            image.size, Image.Transform.AFFINE, _affine(change, *image.size), Image.Resampling.BICUBIC, fillcolor=fill
        )
    if change.blur:
        image = image.filter(ImageFilter.GaussianBlur(change.blur))
    return np.asarray(image)


def _affine(change: Perturbation, width: int, height: int) -> tuple[float, ...]:
    """The source of each pixel, as Pillow expects it: x' = a x + b y + c, y' = d x + e y + f."""
    angle = np.deg2rad(change.rotate)
    cos, sin = float(np.cos(angle)) / change.zoom, float(np.sin(angle)) / change.zoom
    to_x, to_y = width / 2 + change.right / 100 * width, height / 2 + change.down / 100 * height
    return (cos, -sin, width / 2 - cos * to_x + sin * to_y, sin, cos, height / 2 - sin * to_x - cos * to_y)


def drawing_file(address: object) -> bytes | None:
    """Decode the file in a drawing's address from base64; None for an invalid address.

    Parameters
    ----------
    address
        A data: URI of PNG from a browser, which may send anything.
    """
    if not isinstance(address, str) or not address.startswith(PNG_ADDRESS) or len(address) > LONGEST_DRAWING:
        return None
    try:
        return base64.b64decode(address.removeprefix(PNG_ADDRESS), validate=True)
    except ValueError:
        return None


def read_drawing(content: bytes, channels: int) -> np.ndarray | None:
    """The pixels of a drawing, uint8 (SHEET, SHEET, channels); None if the file is not a sheet.

    Parameters
    ----------
    content
        A PNG, perhaps from a stranger: see `core.engine.picture_decoder`.
    channels
        1 for grey, 3 for colour.
    """
    try:
        with Image.open(io.BytesIO(content), formats=("PNG",)) as image:
            if image.size != (SHEET, SHEET):
                return None
            return np.asarray(image.convert("L" if channels == 1 else "RGB")).reshape(SHEET, SHEET, channels)
    except (ValueError, OSError, SyntaxError):  # Pillow raises SyntaxError for a broken PNG
        return None
