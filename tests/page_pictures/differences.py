"""The differences between two folders of pictures: old, new and changed pixels side by side, the biggest change first."""

from dataclasses import dataclass
from html import escape
from pathlib import Path

from PIL import Image, ImageChops

from tests.page_pictures.overview import page_of

LEAST_CHANGE = 24  # in a colour, of 255; smaller differences come from the smoothing of letters
CHANGED = (213, 94, 0)  # vermilion
GAP = 16  # pixels between the pictures


@dataclass(frozen=True)
class Difference:
    """The difference between two pictures of the same page, size, theme and state."""

    name: str
    share: float  # the share of changed pixels, from 0 to 1
    heights: tuple[int, int]  # the old and the new height, in pixels


def compare(old: Image.Image, new: Image.Image) -> tuple[float, Image.Image]:
    """Return the share of changed pixels, and a picture of old, new and changed pixels side by side.

    Pixels that only the larger picture has count as changed.
    """
    width, height = max(old.width, new.width), max(old.height, new.height)
    padded = [Image.new("RGBA", (width, height)) for _ in range(2)]
    for canvas, picture in zip(padded, (old, new), strict=True):
        canvas.paste(picture.convert("RGBA"))
    bands = ImageChops.difference(*padded).split()
    most = bands[0]
    for band in bands[1:]:
        most = ImageChops.lighter(most, band)
    mask = most.point(lambda value: 255 if value >= LEAST_CHANGE else 0)
    share = mask.histogram()[255] / (width * height)
    pale = Image.blend(padded[1].convert("L").convert("RGB"), Image.new("RGB", (width, height), "white"), 0.6)
    pale.paste(CHANGED, mask=mask)
    beside = Image.new("RGB", (3 * width + 2 * GAP, height), "white")
    for place, picture in enumerate((*padded, pale)):
        beside.paste(picture.convert("RGB"), (place * (width + GAP), 0))
    return share, beside


def compare_folders(old: Path, new: Path) -> list[Difference]:
    """Compare all pictures that both folders have. Write the differences into `new` / "differences", with an HTML page.

    Returns
    -------
    list[Difference]
        The differences, the biggest change first.
    """
    folder = new / "differences"
    folder.mkdir(exist_ok=True)
    found = []
    for path in sorted(new.glob("*-whole.png")):
        if not (old / path.name).is_file():
            continue
        before, after = Image.open(old / path.name), Image.open(path)
        share, beside = compare(before, after)
        if share:
            beside.save(folder / path.name)
            found.append(Difference(path.name.removesuffix("-whole.png"), share, (before.height, after.height)))
    found.sort(key=lambda one: -one.share)
    (new / "differences.html").write_text(_html(found), encoding="utf-8")
    return found


def _html(found: list[Difference]) -> str:
    def figure(one: Difference) -> str:
        heights = "{:,} px before, {:,} px now".format(*one.heights)
        words = f"{one.name}: {one.share:.1%} of the pixels changed; {heights}"
        file = escape(f"differences/{one.name}-whole.png")
        return (
            f'<section class="wide"><h2>{escape(words)}</h2><a href="{file}">'
            f'<img loading="lazy" src="{file}" alt="old, new and changed pixels of {escape(one.name)}"></a></section>'
        )

    said = "" if found else "<p>Nothing differs.</p>"
    return page_of("What changed: old, new, changed pixels", said + "".join(figure(one) for one in found))
