"""The network builder: a drawing of the network, and the palette of layers beside the drawing."""

from collections.abc import Callable, Mapping, Sequence
from typing import Any

from core.network_state import PixelImage
from pages.components.browser_modules import register

_KERAS_ANSWER = register("keras_answer", folder="components/builder")
_BUILDER = register("builder", styles=("shared/layer_tones.css", "builder/palette.css", "builder/builder.css"))


def builder(  # noqa: PLR0913 - a value for each part of the drawing
    *,
    blocks: Sequence[Mapping[str, Any]],
    network: str,
    palette: Sequence[Mapping[str, Any]],
    sizes: Mapping[str, str],
    picture: str,
    picture_shape: Sequence[int],
    image: PixelImage | None,
    classes: Sequence[str],
    data: Mapping[str, Any] | None,
    selected: str | None,
    added: str | None,
    insert_label: str,
    locked: str,
    done: int,
    url: str,
    key: str,
    on_events: Callable[[], None],
) -> None:
    """Draw the network, which visitors build by pointer or keys, with the palette of layers beside the drawing.

    Parameters
    ----------
    blocks
        The layers, the first on top. See `pages.builder.view_model.blocks`.
    network
        A text that differs for different networks. See `keras_answer`.
    palette
        All layers that can be added. See `pages.builder.view_model.palette`.
    sizes
        The sizes of the palette, the smallest first: name and label.
    picture
        The input, in words.
    picture_shape
        Its height, width and channels.
    image
        The picture that is drawn until the network has answered, or None for no picture.
    classes
        The names of the classes.
    data
        The output of each layer for a picture (see `pages.builder.layer_output_preview.builder_data`). None shows no data.
    selected
        The id of the layer whose settings are shown, or None.
    added
        The id of the layer that was added last, if no settings are shown, or None.
    insert_label
        The position at which a click adds a layer, in words.
    locked
        Why the network cannot be changed. An empty string means that the network can be changed.
    done
        The number of the last command that Python has carried out. The browser resends later commands.
    url
        The path of the event stream of the run that trains the network, or an empty string.
    key
        The key of the element. Its session state has `events`, the commands after `done`: [{"do": ..., "number": ...}, ...].
    on_events
        Called before the script reruns for these commands.
    """
    net = {
        "blocks": list(blocks),
        "network": network,
        "picture": picture,
        "pictureShape": list(picture_shape),
        "image": image,
    }
    state = {"classes": list(classes), "data": data, "selected": selected, "added": added, "done": done, "url": url}
    layers = {"palette": list(palette), "sizes": dict(sizes), "insert_label": insert_label, "locked": locked}
    _BUILDER(key=key, data={**net, **state, **layers}, on_events_change=on_events)


def keras_answer(*, network: str, blocks: Sequence[Mapping[str, Any]], data: Mapping[str, Any] | None, key: str) -> None:
    """Tell the builder of this page what Keras has answered since the builder was drawn.

    The builder shows an edit before Keras answers. A second run of the script for the answer would draw the page twice.

    Parameters
    ----------
    network
        The network that was asked about, as `builder` has got it. The builder ignores answers about other networks.
    blocks, data
        The layers and their outputs, as for `builder`.
    key
        The key of the element.
    """
    _KERAS_ANSWER(key=key, data={"network": network, "blocks": list(blocks), "data": data}, height=1)
