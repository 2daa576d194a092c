"""One picture of a stranger: bytes to pixels, with a limit before decoding, and every conversion said."""

import io
import threading
from contextlib import nullcontext
from dataclasses import dataclass

import numpy as np
from PIL import Image, ImageOps, UnidentifiedImageError

from core.settings import setting

FORMATS = ("JPEG", "PNG", "GIF", "BMP", "WEBP", "TIFF", "PPM")
ENDINGS = ("jpg", "jpeg", "jpe", "jfif", "png", "gif", "bmp", "webp", "tif", "tiff", "ppm", "pgm", "heic", "heif", "svg")
MILLION = 1_000_000
MOST_BYTES = 100 * MILLION  # of a file: one of 50 million pixels with 16 bit each
LARGE = 8 * MILLION  # pixels; pictures of more are decoded one at a time, whatever the number of threads
WORKING_SIDE = 96  # pixels of the shorter side that are kept: the largest picture that a data set can have
LONGEST_SIDE = 8 * WORKING_SIDE
SHOWN_SIDE = 640  # pixels of either side of a picture that is only looked at: as large as a page shows it
HEIC = (b"ftypheic", b"ftypheix", b"ftypmif1", b"ftyphevc")
SIXTEEN_BITS = ("I;16", "I;16B", "I;16L", "I;16N", "I")
ORIENTATION = 0x0112  # in what a camera notes (EXIF)
LYING = (5, 6, 7, 8)  # orientations whose width is the height
WHITE = (255, 255, 255, 255)

Image.MAX_IMAGE_PIXELS = None  # our own limit is lower, and names the file
_large = threading.Lock()


class UnreadableError(Exception):
    """Raised where a file is no picture that can be learned from; says why, to follow the file's name."""

    def __init__(self, reason: str) -> None:
        super().__init__(reason)
        self.reason = reason


@dataclass(frozen=True)
class Picture:
    """A picture as it is kept until its size is chosen."""

    pixels: np.ndarray  # uint8 (height, width) where it is grey, else (height, width, 3); made smaller, see `read`
    width: int  # of the file, as it is looked at
    height: int
    mode: str  # what the file holds, for people: "colour", "grey", "palette" ...
    conversions: tuple[str, ...]  # what was done to it


def read(content: bytes, shorter: int = WORKING_SIDE, longer: int = LONGEST_SIDE) -> Picture:
    """A picture from the bytes of a file.

    Parameters
    ----------
    content
        The bytes.
    shorter, longer
        The most pixels of its shorter and of its longer side that are kept; larger pictures are made smaller.

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
        raise UnreadableError("it takes more memory than a picture may") from None
    except UnidentifiedImageError:
        raise UnreadableError("it is no picture that can be read (JPEG, PNG, GIF, BMP, WebP, TIFF)") from None
    except Image.DecompressionBombError:
        raise UnreadableError("it has more pixels than can be read") from None
    except Exception as error:  # damaged pictures fail in as many ways as there are formats
        cut = "truncated" in str(error).lower() or isinstance(error, EOFError)
        words = str(error).partition("\n")[0][:80] or type(error).__name__
        raise UnreadableError("it is cut off: only a part of it is there" if cut else f"it is damaged ({words})") from None


def _refuse_others(content: bytes) -> None:
    if not content:
        raise UnreadableError("it is empty")
    if len(content) > MOST_BYTES:
        raise UnreadableError(f"it has {len(content) / MILLION:,.0f} MB; at most {MOST_BYTES // MILLION} are read")
    start = content[:256].lstrip(b"\xef\xbb\xbf \t\r\n")
    if start.startswith(b"<"):
        what = "a drawing (SVG)" if b"<svg" in content[:2048].lower() else "a web page or another text"
        raise UnreadableError(f"it is {what}, not a picture made of pixels")
    if content[4:12] in HEIC:
        raise UnreadableError("it is a HEIC photo, which cannot be read here: export it as JPEG")


def _read(content: bytes, shorter: int, longer: int) -> Picture:
    with Image.open(io.BytesIO(content), formats=FORMATS) as image:
        width, height = image.size
        if width * height > setting("picture_size") * MILLION:
            raise UnreadableError(
                f"it has {width:,} × {height:,} pixels; at most {setting('picture_size'):g} million are read"
            )
        if image.format == "PNG":
            image.verify()  # its checksums; a verified image must be opened again
    with _large if width * height > LARGE else nullcontext(), Image.open(io.BytesIO(content), formats=FORMATS) as image:
        return _converted(image, shorter, longer)


def _converted(image: Image.Image, shorter: int, longer: int) -> Picture:
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
    return Picture(np.ascontiguousarray(pixels), *size, _spoken(mode), tuple(done))


def _wanted(size: tuple[int, int], shorter: int) -> tuple[int, int]:
    """The least size that a JPEG may be decoded to, at a half, a quarter or an eighth: half more than what is kept."""
    scale = min(1.0, 1.5 * shorter / min(size))
    return max(1, round(size[0] * scale)), max(1, round(size[1] * scale))


def _spoken(mode: str) -> str:
    names = {"RGB": "colour", "L": "grey", "1": "black and white", "P": "palette", "CMYK": "CMYK"}
    if mode in SIXTEEN_BITS:
        return "16 bit"
    return names.get(mode, "with transparency" if mode in ("RGBA", "LA", "PA", "La", "RGBa") else mode)


def _plain(image: Image.Image, done: list[str]) -> Image.Image:
    """Any kind of picture as grey ("L") or colour ("RGB"); what was done is added to `done`."""
    if image.mode in ("RGB", "L"):
        if "transparency" not in image.info:
            return image
        image = image.convert("RGBA")
    if image.mode in SIXTEEN_BITS:
        done.append("16 bit brought to 8")
        return Image.fromarray(_eight_bits(np.asarray(image)))
    if image.mode == "F":
        raise UnreadableError("its pixels are real numbers: save it with 8 bit")
    if image.mode == "P":
        done.append("palette turned into colours")
        image = image.convert("RGBA" if "transparency" in image.info else "RGB")
    if image.mode in ("RGBA", "LA", "PA", "La", "RGBa"):
        done.append("transparent parts laid on white")
        with_alpha = image.convert("RGBA")
        return Image.alpha_composite(Image.new("RGBA", with_alpha.size, WHITE), with_alpha).convert("RGB")
    if image.mode == "1":
        done.append("black and white turned into grey")
        return image.convert("L")
    if image.mode not in ("RGB", "L"):
        done.append(f"{image.mode} turned into red, green and blue")
        return image.convert("RGB")
    return image


def _eight_bits(values: np.ndarray) -> np.ndarray:
    """Whole numbers, of which 65,535 is white, as bytes; those up to 255 stay as they are."""
    shift = 8 if values.max() > 255 else 0
    result = np.empty(values.shape, "uint8")
    for row, picture in enumerate(values):  # a whole copy of them all would take many times the file
        result[row] = np.clip(picture, 0, 65_535) >> shift
    return result


def _smaller(image: Image.Image, shorter: int = WORKING_SIDE, longer: int = LONGEST_SIDE) -> Image.Image:
    """The picture with at most so many pixels of its shorter and its longer side; never enlarged."""
    scale = min(1.0, shorter / min(image.size), longer / max(image.size))
    if scale == 1.0:
        return image
    size = (max(1, round(image.width * scale)), max(1, round(image.height * scale)))
    return image.resize(size, Image.Resampling.LANCZOS, reducing_gap=3.0)


def smaller(pixels: np.ndarray) -> np.ndarray:
    """Pixels as they are kept: the shorter side at most 96, the longer one at most 768; grey where all channels agree."""
    small = pixels if max(pixels.shape[:2]) <= WORKING_SIDE else np.asarray(_smaller(Image.fromarray(pixels)))
    return np.ascontiguousarray(_without_needless_channels(small))


def _without_needless_channels(pixels: np.ndarray) -> np.ndarray:
    if pixels.ndim == 3 and bool((pixels[..., 0] == pixels[..., 1]).all() and (pixels[..., 0] == pixels[..., 2]).all()):
        return pixels[..., 0]
    return pixels


def fitted(pixels: np.ndarray, side: int, rule: str, *, is_grey: bool) -> np.ndarray:
    """A picture as a square of one size.

    Parameters
    ----------
    pixels
        An array of uint8, (height, width) or (height, width, 3).
    side
        The side of the square, in pixels.
    rule
        "crop" brings the shorter side to `side` and cuts the middle out, "pad" brings the longer side to `side` and fills
        the rest with black, "stretch" brings both to it.
    is_grey
        Whether one channel is left.

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


def brightened(pixels: np.ndarray, white: int) -> np.ndarray:
    """A picture in which `white` becomes 255, and all below it in proportion; nothing changes where it is 255."""
    table = np.rint(np.arange(256) * (255 / white)).clip(0, 255).astype("uint8")
    return pixels if white == 255 else table[pixels]
