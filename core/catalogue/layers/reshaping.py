"""The layers that reshape, permute, repeat, pad or crop."""

from typing import Any

from core.catalogue import Entry
from core.catalogue.layers.arguments import RANK, SPACE, VECTOR, layer, window
from core.parameters import Choice, Integer, Integers, Padding, Parameter

INTERPOLATIONS = ("nearest", "bilinear", "bicubic", "lanczos3", "lanczos5")


def _padding(axes: int, page: str) -> Entry:
    own = {"padding": Parameter("padding", 1, Padding(0, 64, axes), "How many zeros on each side.", "", (1, 2))}
    sentence = f"Puts zeros around {SPACE[axes]}."
    return _margin(f"ZeroPadding{axes}D", axes, page, sentence, own)


def _cropping(axes: int, page: str) -> Entry:
    own = {"cropping": Parameter("cropping", 1, Padding(0, 64, axes), "How much is cut off on each side.", "", (1, 2))}
    return _margin(f"Cropping{axes}D", axes, page, f"Cuts the sides of {SPACE[axes]} off.", own)


def _margin(name: str, axes: int, page: str, sentence: str, own: dict[str, Any]) -> Entry:
    return layer(
        name,
        group="Shape",
        sentence=sentence,
        page=f"layers/reshaping_layers/{page}/",
        own=own,
        first=tuple(own),
        accepted_ranks=RANK[axes],
    )


def _larger(axes: int, page: str) -> Entry:
    way = Parameter("interpolation", "nearest", Choice(INTERPOLATIONS), "How values between pixels are found.")
    return layer(
        f"UpSampling{axes}D",
        group="Shape",
        sentence=f"Makes {SPACE[axes]} larger by repeating each {'step' if axes == 1 else 'pixel'}, without weights.",
        page=f"layers/reshaping_layers/{page}/",
        own={"size": window(axes, "size", 2, "How often each is repeated.", (2, 3)), "interpolation": way},
        first=("size",),
        accepted_ranks=RANK[axes],
    )


RESHAPING = (
    layer(
        "Flatten",
        group="Shape",
        sentence="Lays all numbers of an image in a single row, so that a Dense layer can read them.",
        short="Lays the rows of an image end to end, as a single row of numbers.",
        page="layers/reshaping_layers/flatten/",
        size="lecture",
        flattens=True,
    ),
    layer(
        "Reshape",
        group="Shape",
        sentence="Arranges the same numbers in another shape.",
        page="layers/reshaping_layers/reshape/",
        first=("target_shape",),
        rearranges=True,
        size="course",
    ),
    layer(
        "Permute",
        group="Shape",
        sentence="Exchanges axes: (2, 1, 3) lays an image on its side, its columns become its rows.",
        page="layers/reshaping_layers/permute/",
        own={"dims": Parameter("dims", (2, 1, 3), Integers(1, 5, 1, 5), "The axes in their new order, counted from 1.")},
        first=("dims",),
        rearranges=True,
    ),
    layer(
        "RepeatVector",
        group="Shape",
        sentence="Repeats a row of numbers, so that a recurrent layer can read a sequence.",
        page="layers/reshaping_layers/repeat_vector/",
        own={"n": Parameter("n", 4, Integer(1, 4096), "How often.", "times", (2, 4, 8))},
        first=("n",),
        accepted_ranks=VECTOR,
    ),
    _padding(2, "zero_padding2d"),
    _padding(1, "zero_padding1d"),
    _padding(3, "zero_padding3d"),
    _cropping(2, "cropping2d"),
    _cropping(1, "cropping1d"),
    _cropping(3, "cropping3d"),
    _larger(2, "up_sampling2d"),
    _larger(1, "up_sampling1d"),
    _larger(3, "up_sampling3d"),
)
