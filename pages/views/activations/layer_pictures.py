"""A single layer: all feature maps of its output, and pictures of its weights."""

from collections.abc import Callable, Sequence

import streamlit as st

from core.experiment.shapes import shape_text
from core.number_text import short_text
from core.views.activations import Gallery, LayerActivations, Picture, galleries_on_common_scale, layers_on_common_scale
from pages.components.picture_grid.picture_grid import picture_grid, picture_item
from pages.shell.messages import escape_markdown
from pages.views.activations.layer_rows import layer_rows
from pages.views.shared.moments import Side, columns, scaled

MAP = 64  # the size of a map or kernel, in pixels
FEW_SIZE = 180  # the size of each of a few pictures
WHOLE = 170  # the height of a single picture
FEW_PICTURES = 8  # up to so many pictures have room for their whole names


def draw_maps(
    sides: Sequence[Side], several: Sequence[LayerActivations], channel: int, on_channel: Callable[[int], None]
) -> None:
    """Draw all feature maps of a layer, at each moment.

    Parameters
    ----------
    sides
        The moments.
    several
        The outputs of the layer at each moment.
    channel
        The selected channel.
    on_channel
        Called with the channel of a clicked map, before the script reruns.
    """
    shown = scaled(layers_on_common_scale, several, sides[0].common)
    for column, side, maps in zip(columns(len(sides)), sides, shown, strict=True):
        with column:
            _maps(side, maps, channel, on_channel)


def draw_galleries(sides: Sequence[Side], several: Sequence[Sequence[Gallery]], layer: str) -> None:
    """Draw the pictures of a layer's weights, and the layer's other pictures except feature maps, at each moment.

    Parameters
    ----------
    sides
        The moments.
    several
        The galleries of the layer at each moment.
    layer
        The layer's id, for the keys.
    """
    for number, of_moments in enumerate(zip(*several, strict=True)):
        is_missing = bool(of_moments[0].missing)  # then the reason is shown once
        shown = of_moments[:1] if is_missing else scaled(galleries_on_common_scale, of_moments, sides[0].common)
        for column, side, gallery in zip(columns(len(shown)), sides, shown, strict=False):
            with column:
                _gallery(side, gallery, f"{layer}-{number}")


def _maps(side: Side, maps: LayerActivations, channel: int, on_channel: Callable[[int], None]) -> None:
    """Draw all feature maps of a layer at a moment, on a common scale. A click on a map selects its channel."""
    with st.container(border=True, key=f"card-opened-maps{side.suffix}", height="stretch"):
        if maps.channels == 1:
            title = side.titled("What it gives")
            _whole(maps.pictures[0], title, (shape_text(maps.shape), scale(maps)), f"opened-whole{side.suffix}")
            return
        st.header(side.titled("Its maps"))
        words = ". ".join(filter(None, (f"{shape_text(maps.shape)}, {scale(maps)}", maps.words)))
        st.caption(f"{words}. {side.scale}".rstrip())
        items = [
            picture_item(
                picture.index,
                picture.source,
                picture.words + (", all zero for this image" if picture.silent else ""),
                caption=f"{picture.index + 1}" + (" ●" if picture.index == channel else ""),
                detail="all zero" if picture.silent else "",
            )
            for picture in maps.pictures
        ]
        key = f"opened-pictures{side.suffix}"

        def take() -> None:
            if (picked := getattr(st.session_state[key], "picked", None)) and str(picked).isdecimal():
                on_channel(min(int(picked), maps.channels - 1))

        picture_grid(items, key=key, size=MAP, selectable=True, on_picked=take)


def scale(maps: LayerActivations) -> str:
    """Return a text on the values that black and white stand for."""
    return f"from {short_text(maps.low)} (black) to {short_text(maps.high)} (white)"


def _gallery(side: Side, gallery: Gallery, name: str) -> None:
    key = name + side.suffix
    with st.container(border=True, key=f"card-gallery-{key}", height="stretch"):
        if gallery.missing:
            st.header(gallery.title)
            st.info(escape_markdown(gallery.missing))
            return
        st.header(side.titled(gallery.title))
        colours = f" Blue is positive, up to {gallery.bound:.3g}; vermilion negative; white is 0."
        st.caption(f"{escape_markdown(gallery.words)}{colours} {side.scale}".rstrip())
        if len(gallery.pictures) == 1:
            _whole(gallery.pictures[0], gallery.pictures[0].words.capitalize(), (), f"gallery-pictures-{key}")
            return
        few = len(gallery.pictures) <= FEW_PICTURES
        items = [
            picture_item(
                picture.index, picture.source, picture.words, caption=picture.words if few else str(picture.index + 1)
            )
            for picture in gallery.pictures
        ]
        picture_grid(items, key=f"gallery-pictures-{key}", size=FEW_SIZE if few else MAP)


def _whole(picture: Picture, title: str, details: tuple[str, ...], key: str) -> None:
    """Draw a single picture with its own proportions, and a text beside the picture."""
    shown = {"src": picture.source, "alt": picture.words, "channel": 0, "silent": False}
    sides = [{"name": "", "pictures": [shown], "note": "", "scale": []}]
    row = {"id": key, "title": title, "details": list(details), "sides": sides, "opens": False}
    layer_rows([row], key=key, size=WHOLE)
