"""Convert a person's drawing or picture to the style and shape of a data set, and perturb pictures."""

import base64
import io
from dataclasses import dataclass, fields
from typing import Any

import numpy as np
from PIL import Image, ImageFilter

from core.parameters import BooleanValue, Integer, Parameter, Real

INK_LEVELS = 32  # a pixel that differs from the background by more levels belongs to the drawing
CONTRAST_LEVELS = 128  # two backgrounds that differ by more levels are dark and bright
NUDGE = Parameter(
    "nudge", 0, Integer(0, 48), "How far every pixel is moved against the network, in levels of 255.", "levels"
)
SHEET = 280  # pixels along a side of the drawing sheet
PNG_ADDRESS = "data:image/png;base64,"  # the beginning of a drawing's address
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
    Parameter("invert", False, BooleanValue(), "Dark becomes bright, and bright dark."),
)


@dataclass(frozen=True)
class Perturbation:
    """Changes of a picture, applied in this order: invert, rotate with zoom and shift, blur, brighten, add noise."""

    rotate: int = 0  # the angle in degrees, anticlockwise
    right: int = 0  # the shift to the right, in percent of the width
    down: int = 0  # the shift down, in percent of the height
    zoom: float = 1.0  # the factor of the size
    blur: float = 0.0  # the radius of a Gaussian blur, in pixels
    brightness: int = 0  # the added levels of 255
    noise: int = 0  # the standard deviation of the noise, in levels of 255
    invert: bool = False

    @property
    def words(self) -> str:
        """The changed settings, such as "rotate 30, invert". Empty if all settings have their defaults."""
        words = []
        for field in fields(self):
            value: Any = getattr(self, field.name)
            if value != field.default:
                words.append(field.name if value is True else f"{field.name} {value:g}")
        return ", ".join(words)


@dataclass(frozen=True)
class DrawingStyle:
    """The typical background and size of objects in the pictures of a data set."""

    background: tuple[int, ...]  # median colour of the pixels at the edges, a level of 255 for each channel
    fill: float  # the drawn object's longer side, as a share of the picture's side

    @property
    def is_bright(self) -> bool:
        """Whether the background is closer to white than to black."""
        return float(np.mean(self.background)) > CONTRAST_LEVELS


def typical_image(images: np.ndarray) -> np.ndarray:
    """Return the image that is nearest to the mean of several images of a class.

    Parameters
    ----------
    images
        An array of uint8, (number, height, width, channels).
    """
    distances = np.abs(images - images.mean(axis=0)).reshape(len(images), -1).sum(axis=1)
    return np.asarray(images[int(np.argmin(distances))])


def drawing_style(pictures: np.ndarray) -> DrawingStyle:
    """Measure the typical background and size of objects in the pictures of a data set.

    Parameters
    ----------
    pictures
        Some pictures of each class, uint8 (..., height, width, channels).
    """
    flat = pictures.reshape(-1, *pictures.shape[-3:])
    background = background_of(flat)
    boxes = np.array([_box(picture, background) for picture in flat])
    sides = np.maximum((boxes[:, 1] - boxes[:, 0]) / flat.shape[1], (boxes[:, 3] - boxes[:, 2]) / flat.shape[2])
    return DrawingStyle(background, float(np.median(sides)) or 1.0)


def background_of(pictures: np.ndarray) -> tuple[int, ...]:
    """Return the median colour of the edge pixels of pictures, uint8 (count, height, width, channels)."""
    rims = (pictures[:, 0], pictures[:, -1], pictures[:, :, 0], pictures[:, :, -1])
    rim = np.concatenate([pixels.reshape(-1, pictures.shape[-1]) for pixels in rims])
    return tuple(int(level) for level in np.median(rim, axis=0))


def _box(picture: np.ndarray, background: tuple[int, ...]) -> tuple[int, int, int, int]:
    """Return the bounding box of the drawn pixels (top, bottom, left, right; ends exclusive), or zeros if empty."""
    is_drawn = (np.abs(picture.astype("int16") - np.array(background, dtype="int16")) > INK_LEVELS).any(axis=-1)
    rows, columns = np.flatnonzero(is_drawn.any(axis=1)), np.flatnonzero(is_drawn.any(axis=0))
    if not len(rows):
        return 0, 0, 0, 0
    return int(rows[0]), int(rows[-1]) + 1, int(columns[0]), int(columns[-1]) + 1


def centred(drawing: np.ndarray, style: DrawingStyle) -> np.ndarray:
    """Crop a drawing and centre the object in a square, in the size that objects of the data set usually have.

    Parameters
    ----------
    drawing
        An array of uint8, (height, width, channels), on `style.background`.
    style
        The style of the data set.

    Returns
    -------
    np.ndarray
        An array of uint8, (side, side, channels). An empty drawing is returned unchanged.
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
    """Return whether a picture has a bright background and the data set a dark background, or the reverse."""
    rim = background_of(picture[None])
    return abs(float(np.mean(rim)) - float(np.mean(style.background))) > CONTRAST_LEVELS


def perturbed(picture: np.ndarray, change: Perturbation, seed: int = 0) -> np.ndarray:
    """Apply a perturbation to a picture. The colour of the picture's edges fills parts that become empty.

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
        An array of uint8, of the same shape. The same array is returned if nothing changes.
    """
    if change == Perturbation():
        return picture
    start = 255 - picture if change.invert else picture
    fill = background_of(start[None])
    planes = [_transformed(start[..., channel], change, fill[channel]) for channel in range(picture.shape[2])]
    result = np.stack(planes, axis=-1).astype("float64") + change.brightness
    if change.noise:
        result += np.random.default_rng(seed).normal(0.0, change.noise, result.shape)
    return np.asarray(np.rint(np.clip(result, 0, 255)).astype("uint8"))


def _transformed(plane: np.ndarray, change: Perturbation, fill: int) -> np.ndarray:
    image = Image.fromarray(plane)
    if change.rotate or change.right or change.down or change.zoom != 1.0:
        image = image.transform(
            image.size, Image.Transform.AFFINE, _affine(change, *image.size), Image.Resampling.BICUBIC, fillcolor=fill
        )
    if change.blur:
        image = image.filter(ImageFilter.GaussianBlur(change.blur))
    return np.asarray(image)


def _affine(change: Perturbation, width: int, height: int) -> tuple[float, ...]:
    """Return (a, b, c, d, e, f) for Pillow: output pixel (x, y) is input pixel (a x + b y + c, d x + e y + f)."""
    angle = np.deg2rad(change.rotate)
    cos, sin = float(np.cos(angle)) / change.zoom, float(np.sin(angle)) / change.zoom
    to_x, to_y = width / 2 + change.right / 100 * width, height / 2 + change.down / 100 * height
    return (cos, -sin, width / 2 - cos * to_x + sin * to_y, sin, cos, height / 2 - sin * to_x - cos * to_y)


def drawing_file(address: object) -> bytes | None:
    """Return the bytes of a PNG file from a base64 data: URI. Return None if the URI is invalid.

    Parameters
    ----------
    address
        A data: URI of a PNG file from a browser, which may send anything.
    """
    if not isinstance(address, str) or not address.startswith(PNG_ADDRESS) or len(address) > LONGEST_DRAWING:
        return None
    try:
        return base64.b64decode(address.removeprefix(PNG_ADDRESS), validate=True)
    except ValueError:
        return None


def read_drawing(content: bytes, channels: int) -> np.ndarray | None:
    """Decode a PNG file of a drawing to pixels, uint8 (SHEET, SHEET, channels).

    Return None if the file is invalid or the image has another size.

    Parameters
    ----------
    content
        A PNG file, perhaps from a stranger: see `core.engine.picture_decoder`.
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
