"""Decode an uploaded picture, which may be harmful: check limits before decoding, and record each conversion."""

import io
import threading
from contextlib import nullcontext
from dataclasses import dataclass
from functools import cache
from importlib.util import find_spec
from pathlib import Path

import numpy as np
from PIL import Image, ImageOps, UnidentifiedImageError

from core.problems import Problem
from core.settings import setting

FORMATS = ("JPEG", "PNG", "GIF", "BMP", "WEBP", "TIFF", "PPM")
ENDINGS = ("jpg", "jpeg", "jpe", "jfif", "png", "gif", "bmp", "webp", "tif", "tiff", "ppm", "pgm", "heic", "heif", "svg")
MILLION = 1_000_000
MOST_BYTES = 100 * MILLION  # bytes of a file: 50 million pixels with 16 bits each
LARGE_PICTURE_PIXELS = 8 * MILLION  # pixels; larger pictures are decoded one after another, even with several threads
WORKING_SIDE = 96  # pixels of the shorter side that are kept: the largest side that pictures of a data set can have
LONGEST_SIDE = 8 * WORKING_SIDE
SHOWN_SIDE = 640  # pixels of a side of a picture that is only shown: the size on a page
HEIC = (b"ftypheic", b"ftypheix", b"ftypmif1", b"ftyphevc")
SIXTEEN_BITS = ("I;16", "I;16B", "I;16L", "I;16N", "I")
ORIENTATION = 0x0112  # the key of the orientation in the notes of a camera (EXIF)
LYING = (5, 6, 7, 8)  # orientations that exchange width and height
WHITE = (255, 255, 255, 255)
EXAMPLE = "datasets/images/china.jpg"  # the path of a photograph in the folder of scikit-learn

Image.MAX_IMAGE_PIXELS = None  # the limit of this module is lower, and its message names the file
_large = threading.Lock()


class UnreadableError(Exception):
    """Raised for a file that is no usable picture. `reason` is a phrase that can follow the name of the file."""

    def __init__(self, reason: str) -> None:
        super().__init__(reason)
        self.reason = reason

    def problem(self, name: str) -> Problem:
        """Return the problem of a refused picture. `name` is the name of its file, or a noun such as "The photo"."""
        return Problem(
            code="picture-unreadable",
            where=(),
            happened=f"{name} was not taken: {self.reason}.",
            expected="Expected a picture: JPEG, PNG, GIF, BMP, WebP or TIFF.",
            fix="Open it in a program for pictures, save it as PNG, and bring it again.",
        )


@dataclass(frozen=True)
class DecodedPicture:
    """A decoded picture, already reduced in size, with facts about its file."""

    pixels: np.ndarray  # uint8 (height, width) of a grey picture, else (height, width, 3); made smaller, see `read`
    width: int  # the width of the original picture, after turning the picture upright
    height: int
    mode: str  # the kind of the file in words: "colour", "grey", "palette" ...
    conversions: tuple[str, ...]  # the changes of the pixels, in words


def read(content: bytes, shorter: int = WORKING_SIDE, longer: int = LONGEST_SIDE) -> DecodedPicture:
    """Decode a picture from the bytes of a file.

    Parameters
    ----------
    content
        The bytes.
    shorter, longer
        The largest number of pixels of the shorter and of the longer side. Larger pictures are made smaller.

    Raises
    ------
    UnreadableError
        The content is no picture, is damaged, or is too large.
    """
    _refuse_others(content)
    try:
        return _read(content, shorter, longer)
    except UnreadableError:
        raise
    except MemoryError:
        raise UnreadableError("its pixels take more memory than allowed") from None
    except UnidentifiedImageError:
        raise UnreadableError("no picture that can be read (JPEG, PNG, GIF, BMP, WebP, TIFF)") from None
    except Image.DecompressionBombError:
        raise UnreadableError("more pixels than can be read") from None
    except Exception as error:  # damaged pictures fail in as many ways as there are formats
        cut = "truncated" in str(error).lower() or isinstance(error, EOFError)
        words = str(error).partition("\n")[0][:80] or type(error).__name__
        raise UnreadableError("cut off, with a part missing" if cut else f"damaged ({words})") from None


def _refuse_others(content: bytes) -> None:
    if not content:
        raise UnreadableError("empty")
    if len(content) > MOST_BYTES:
        raise UnreadableError(f"{len(content) / MILLION:,.0f} MB; at most {MOST_BYTES // MILLION} are read")
    start = content[:256].lstrip(b"\xef\xbb\xbf \t\r\n")
    if start.startswith(b"<"):
        kind = "a drawing (SVG)" if b"<svg" in content[:2048].lower() else "a web page or another text"
        raise UnreadableError(f"{kind}, not a picture made of pixels")
    if content[4:12] in HEIC:
        raise UnreadableError("a HEIC photo, which cannot be read here: export the photo as JPEG")


def _read(content: bytes, shorter: int, longer: int) -> DecodedPicture:
    with Image.open(io.BytesIO(content), formats=FORMATS) as image:
        width, height = image.size
        if width * height > setting("picture_size") * MILLION:
            raise UnreadableError(f"{width:,} × {height:,} pixels; at most {setting('picture_size'):g} million are read")
        if image.format == "PNG":
            image.verify()  # its checksums; a verified image must be opened again
    with (
        _large if width * height > LARGE_PICTURE_PIXELS else nullcontext(),
        Image.open(io.BytesIO(content), formats=FORMATS) as image,
    ):
        return _converted(image, shorter, longer)


def _converted(image: Image.Image, shorter: int, longer: int) -> DecodedPicture:
    done: list[str] = []
    if getattr(image, "is_animated", False) and image.format != "MPO":  # counting all frames may take minutes
        done.append("animated or of several pages: only the first picture was taken")
        image.seek(0)
    size, mode = image.size, image.mode
    if mode in ("RGB", "L"):
        image.draft(mode, _wanted(size, shorter))
    image.load()
    orientation, upright = image.getexif().get(ORIENTATION, 1), image
    if orientation not in (0, 1):
        upright = ImageOps.exif_transpose(image)
        done.append("turned upright, as the camera noted (EXIF)")
    if orientation in LYING:
        size = (size[1], size[0])
    plain = _plain(upright, done)
    pixels = _without_needless_channels(np.asarray(_smaller(plain, shorter, longer)))
    if min(size) == 1:
        done.append("only one pixel high or wide")
    return DecodedPicture(np.ascontiguousarray(pixels), *size, _spoken(mode), tuple(done))


def _wanted(size: tuple[int, int], shorter: int) -> tuple[int, int]:
    """Return the least size (width, height) to which a JPEG may be reduced during decoding: 1.5 times the kept size."""
    scale = min(1.0, 1.5 * shorter / min(size))
    return max(1, round(size[0] * scale)), max(1, round(size[1] * scale))


def _spoken(mode: str) -> str:
    names = {"RGB": "colour", "L": "grey", "1": "black and white", "P": "palette", "CMYK": "CMYK"}
    if mode in SIXTEEN_BITS:
        return "16 bit"
    return names.get(mode, "with transparency" if mode in ("RGBA", "LA", "PA", "La", "RGBa") else mode)


def _plain(image: Image.Image, done: list[str]) -> Image.Image:
    """Convert a picture to mode "L" (grey) or "RGB", and append a description of each change to `done`."""
    if image.mode in ("RGB", "L"):
        if "transparency" not in image.info:
            return image
        image = image.convert("RGBA")
    if image.mode in SIXTEEN_BITS:
        done.append("16 bit brought to 8")
        return Image.fromarray(_eight_bits(np.asarray(image)))
    if image.mode == "F":
        raise UnreadableError("its pixels are real numbers: save the picture with 8 bit")
    if image.mode == "P":
        done.append("palette turned into colours")
        image = image.convert("RGBA" if "transparency" in image.info else "RGB")
    if image.mode in ("RGBA", "LA", "PA", "La", "RGBa"):
        with_alpha = image.convert("RGBA")
        if np.asarray(with_alpha.getchannel("A")).min() < WHITE[-1]:
            done.append("transparent parts laid on white")
        return Image.alpha_composite(Image.new("RGBA", with_alpha.size, WHITE), with_alpha).convert("RGB")
    if image.mode == "1":
        done.append("black and white turned into grey")
        return image.convert("L")
    if image.mode not in ("RGB", "L"):
        done.append(f"{image.mode} turned into red, green and blue")
        return image.convert("RGB")
    return image


def _eight_bits(values: np.ndarray) -> np.ndarray:
    """Convert 16-bit pixels to uint8. If no pixel exceeds 255, keep the values."""
    shift = 8 if values.max() > 255 else 0
    result = np.empty(values.shape, "uint8")
    for row, picture in enumerate(values):  # a copy of all rows at once would take many times the file's memory
        result[row] = np.clip(picture, 0, 65_535) >> shift
    return result


def _smaller(image: Image.Image, shorter: int = WORKING_SIDE, longer: int = LONGEST_SIDE) -> Image.Image:
    """Reduce a picture so that its sides have at most `shorter` and `longer` pixels. Never enlarge a picture."""
    scale = min(1.0, shorter / min(image.size), longer / max(image.size))
    if scale == 1.0:
        return image
    size = (max(1, round(image.width * scale)), max(1, round(image.height * scale)))
    return image.resize(size, Image.Resampling.LANCZOS, reducing_gap=3.0)


def shrink_to_limit(pixels: np.ndarray) -> np.ndarray:
    """Reduce a picture to at most 96 by 768 pixels, and to a single channel if all channels are equal."""
    small = pixels if max(pixels.shape[:2]) <= WORKING_SIDE else np.asarray(_smaller(Image.fromarray(pixels)))
    return np.ascontiguousarray(_without_needless_channels(small))


def _without_needless_channels(pixels: np.ndarray) -> np.ndarray:
    if pixels.ndim == 3 and bool((pixels[..., 0] == pixels[..., 1]).all() and (pixels[..., 0] == pixels[..., 2]).all()):
        return pixels[..., 0]
    return pixels


def fit_to_square(pixels: np.ndarray, side: int, rule: str, *, is_grey: bool) -> np.ndarray:
    """Resize a picture to a square.

    Parameters
    ----------
    pixels
        An array of uint8, (height, width) or (height, width, 3).
    side
        The side of the square, in pixels.
    rule
        "crop" brings the shorter side to `side` and cuts the middle out, "pad" brings the longer side to `side` and fills
        the rest with black, "stretch" changes both sides.
    is_grey
        Whether the square is grey, with a single channel.

    Returns
    -------
    np.ndarray
        An array of uint8, (side, side) or (side, side, 3).
    """
    image = Image.fromarray(pixels)
    if image.size != (side, side):
        if rule == "crop":
            image = ImageOps.fit(image, (side, side), Image.Resampling.LANCZOS)
        elif rule == "pad":
            image = ImageOps.pad(image, (side, side), Image.Resampling.LANCZOS)
        else:
            image = image.resize((side, side), Image.Resampling.LANCZOS)
    return np.asarray(image.convert("L" if is_grey else "RGB"))


def stretch_to_white(pixels: np.ndarray, white: int) -> np.ndarray:
    """Scale the pixels of a picture so that the value `white` becomes 255. Larger values become 255 too."""
    table = np.rint(np.arange(256) * (255 / white)).clip(0, 255).astype("uint8")
    return pixels if white == 255 else table[pixels]


@cache
def example_picture() -> DecodedPicture:
    """Return a photograph that comes with scikit-learn, as an example of a picture with many details."""
    package = find_spec("sklearn")  # without importing the package
    assert package is not None and package.origin is not None, "requirements.txt has scikit-learn"
    return read((Path(package.origin).parent / EXAMPLE).read_bytes(), SHOWN_SIDE, SHOWN_SIDE)
