"""The overview of a network's outputs for an image: each layer as a row of small pictures."""

from collections.abc import Callable, Iterable, Mapping, Sequence
from typing import Any

import streamlit as st

from core.experiment.descriptions import layer_titles
from core.experiment.model import INPUT, Experiment
from core.experiment.shapes import shape_text
from core.number_text import short_text
from core.views.activations import LayerActivations, NetworkActivations
from pages.shell.messages import escape_markdown
from pages.views.activations.layer_rows import layer_rows
from pages.views.shared.class_bars import labels_in_sight, rows_of
from pages.views.shared.moments import which_scale

MAP_PIXELS, SMALL_MAP_PIXELS = 88, 56  # the size of a map in the overview, in pixels, for a short and for a long network
LONG_NETWORK_LAYERS = 9  # the number of layers from which a network counts as long
STRIP = 16  # up to this length, a row of numbers is drawn as a single line


def draw_network(
    several: Sequence[tuple[str, NetworkActivations]],
    experiment: Experiment,
    *,
    common: bool,
    truth: int | None,
    key: str,
    on_opened: Callable[[], None],
) -> None:
    """Draw all layers as rows of small pictures, for a moment of the training or for two moments side by side.

    Parameters
    ----------
    several
        The name of each moment, and the outputs of all layers at that moment.
    experiment
        The experiment of the network.
    common
        Whether two moments share a scale.
    truth
        The label of the image, which is marked among the answers, or None.
    key
        The key of the rows. Its session state has `opened`, see `layer_rows`.
    on_opened
        Called before the script reruns for an opened layer.
    """
    titles, classes = layer_titles(experiment), experiment.data.entry.classes
    with st.container(border=True, key="card-all-layers"):
        st.header("How the image travels through the network")
        scale_of_both = which_scale(common) if len(several) > 1 else ""
        words = (
            "Bright means a large number; in a Dense layer, the image fits the weights of that unit. "
            "A dashed frame: all zeros. "
            "Press a layer to enlarge it."
        )
        st.caption(f"{words} {scale_of_both}".rstrip())
        size = SMALL_MAP_PIXELS if len(experiment.layers) >= LONG_NETWORK_LAYERS or len(several) > 1 else MAP_PIXELS
        layer_rows(list(_rows(several, titles, classes, truth)), key=key, size=size, on_opened=on_opened)
        if stopped := several[0][1].stopped:
            st.caption(
                f"{escape_markdown(titles[stopped])} cannot take what it gets, so that nothing follows; Define says why."
            )


def _rows(
    several: Sequence[tuple[str, NetworkActivations]], titles: Mapping[str, str], classes: Sequence[str], truth: int | None
) -> Iterable[dict[str, Any]]:
    """Yield a row for each layer, in the order of the graph.

    A row names the layer's inputs if they are not the layer before.
    """
    names, last = [name for name, _ in several], ""
    layers = list(zip(*(seen.layers for _, seen in several), strict=False))
    for layers_then in layers:
        answers = [_class_answers(seen.probabilities, classes, truth) for _, seen in several if seen.probabilities]
        gives_answers = (
            layers_then is layers[-1] and layers_then[0].shape == (len(classes),) and len(answers) == len(several)
        )
        yield _row(list(zip(names, layers_then, strict=True)), last, titles, answers if gives_answers else ())
        last = layers_then[0].id


def _row(
    several: Sequence[tuple[str, LayerActivations]],
    last: str,
    titles: Mapping[str, str],
    answers: Sequence[Mapping[str, Any]] = (),
) -> dict[str, Any]:
    """Return the row of a layer in the overview, for a moment or for two moments side by side.

    Parameters
    ----------
    several
        The name of each moment, and the layer's outputs at that moment.
    last
        The id of the layer above this layer.
    titles
        The titles of the layers, by their ids.
    answers
        The answers of each moment, if the layer gives the network's answer. Otherwise empty.
    """
    layer = several[0][1]
    takes = (
        [f"takes {' and '.join(titles[taken] for taken in layer.inputs)}"]
        if layer.inputs and layer.inputs != (last,) and layer.id != INPUT
        else []
    )
    alone = len(several) == 1 or layer.id == INPUT
    title = "The image" if layer.id == INPUT else titles[layer.id]
    shape = shape_text(layer.shape)
    details = [f"{shape}: a probability for each class"] if answers else [shape, *_wrapped(layer)]
    details += takes
    sides = [_side(name, maps, title) for name, maps in ([("", layer)] if alone else several)]
    for each, of_moment in zip(sides, answers, strict=False):
        each |= {"answers": of_moment, "pictures": [], "note": "", "scale": []}
    return {"id": layer.id, "title": title, "details": details, "sides": sides, "opens": layer.id != INPUT}


def _wrapped(layer: LayerActivations) -> list[str]:
    """Return a note on a row of numbers whose picture has several lines."""
    return ["one row, drawn in lines"] if len(layer.shape) == 1 and (layer.shape[0] or 0) > STRIP else []


def _side(name: str, maps: LayerActivations, title: str) -> dict[str, Any]:
    """Return the pictures of a layer at a moment, as a side of its row."""
    pictures = [
        {
            "src": picture.source,
            "alt": ", ".join(filter(None, (title, name, picture.words))) + (": all zero" if picture.silent else ""),
            "channel": picture.index,
            "silent": picture.silent and maps.channels > 1,
        }
        for picture in maps.pictures
    ]
    ends = [short_text(maps.low), short_text(maps.high)]
    return {"name": name, "pictures": pictures, "note": maps.words, "scale": ends}


def _class_answers(probabilities: Sequence[float], classes: Sequence[str], truth: int | None) -> dict[str, Any]:
    """Return the bars of an answer, as the type Answers of layer_rows.js."""
    best = max(range(len(classes)), key=probabilities.__getitem__)
    seen, _ = labels_in_sight(probabilities, (truth,))
    return {"rows": rows_of(classes, probabilities, seen, truth=truth), "best": classes[best]}
