"""The network as a drawing, and the palette of layers beside it."""

from collections.abc import Callable, Mapping, Sequence
from typing import Any

from pages.components.browser_modules import register

_BUILDER = register("builder", styles=("shared/layer_tones.css", "builder/palette.css", "builder/builder.css"))


def builder(  # noqa: PLR0913 - each is one thing that it shows
    *,
    blocks: Sequence[Mapping[str, Any]],
    palette: Sequence[Mapping[str, Any]],
    sizes: Mapping[str, str],
    picture: str,
    picture_shape: Sequence[int],
    data: Mapping[str, Any] | None,
    selected: str | None,
    insert_label: str,
    locked: str,
    done: int,
    key: str,
    on_events: Callable[[], None],
) -> None:
    """The network as a drawing that a person builds by pointer or keys, with the palette of layers beside it.

    Parameters
    ----------
    blocks
        The layers, the first one on top; see `pages.builder.view_model.blocks`.
    palette
        All layers that can be added; see `pages.builder.view_model.palette`.
    sizes
        The sizes of the palette, the smallest first: name and label.
    picture
        What goes in, in words.
    picture_shape
        Its height, width and channels.
    data
        What one picture becomes after each layer; see `pages.builder.data_preview.builder_data`; None shows no data.
    selected
        The id of the layer whose settings are shown, or None.
    insert_label
        Where a click adds a layer, in words.
    locked
        Why the network cannot be changed; "" where it can.
    done
        The number of the last command that Python has carried out; the browser resends later ones.
    key
        The key of the element; its session state has `events`, the commands since: [{"do": ..., "number": ...}, ...].
    on_events
        Called before the script reruns for them.
    """
    net = {"blocks": list(blocks), "picture": picture, "pictureShape": list(picture_shape)}
    state = {"data": data, "selected": selected, "done": done}
    layers = {"palette": list(palette), "sizes": dict(sizes), "insert_label": insert_label, "locked": locked}
    _BUILDER(key=key, data={**net, **state, **layers}, on_events_change=on_events)
