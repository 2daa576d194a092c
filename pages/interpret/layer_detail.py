"""A layer of a network in detail: its feature maps, the weighted sum behind an output, its weights, and distributions."""

from collections.abc import Callable, Sequence
from functools import partial

import streamlit as st

from core.application import application
from core.experiment.image_ref import ImageRef
from core.experiment.model import Layer
from core.views.activations import LayerMapsQuestion, WeightsAndStatesQuestion
from core.views.distributions import DistributionsQuestion
from core.views.weighted_sums import WeightedSum, WeightedSumQuestion
from pages.interpret.network_ref import NetworkRef, answers, prefetch
from pages.shell import session
from pages.shell.messages import escape_markdown
from pages.shell.streamlit_patches import rerun
from pages.views.activations import layer_pictures
from pages.views.distributions import distributions
from pages.views.shared.moments import Side
from pages.views.weighted_sums import weighted_sums

HEIGHT = 300  # of the skeleton of a view, in pixels
CHANNEL, PLACE, SLICES = "inside_channel", "inside_place", "inside_slices"  # in session state, by the layer's id


def draw_layer_views(
    network: NetworkRef, moments: Sequence[NetworkRef], image: ImageRef, layer: Layer, *, common: bool
) -> None:
    """Draw all views of a layer: feature maps, the weighted sum behind an output, weights and distributions.

    Parameters
    ----------
    network
        The network at the moment in view.
    moments
        The moments to show side by side, in order of time: the moment in view, alone or with another.
    image
        The image in view.
    layer
        The layer that is opened.
    common
        Whether two moments are shown on one scale.
    """
    st.caption(escape_markdown(layer.entry.sentence))
    _choose(network, layer)
    channel, position = selected_number(CHANNEL, layer.id), selected_number(PLACE, layer.id)
    several_moments = len(moments) > 1
    sides = [
        Side(moment.label if several_moments else "", "" if moment == network else "-other", common) for moment in moments
    ]
    for moment in moments:
        prefetch_layer(moment, image, layer)
    with st.container():  # whatever this container holds, the cards below keep their positions and the selected number
        of_maps = LayerMapsQuestion(*network.weights, image, layer.id)
        maps = answers(moments, of_maps, height=HEIGHT, waiting_words="Opening the layer …")
        if maps is not None:
            layer_pictures.draw_maps(sides, maps, channel, partial(select_number, CHANNEL, layer.id))
    with st.container(border=True, key="card-opened-sums"):
        _numbers(sides, moments, image, weighted_sums.Opened(network.experiment, layer, channel, position))
    with st.container():
        if maps is not None:
            of_weights = WeightsAndStatesQuestion(*network.weights, image, layer.id, channel)
            galleries = answers(moments, of_weights, height=HEIGHT, waiting_words="Looking at its weights …")
            layer_pictures.draw_galleries(sides, galleries or (), layer.id)
    with st.container(border=True, key="card-opened-spreads"):
        st.header("How its numbers are distributed")
        spreads = DistributionsQuestion(*network.weights, layer.id)
        words = "Showing it a sample of images …"
        known = answers(moments, spreads, height=distributions.HEIGHT, waiting_words=words)
        if known is not None:
            distributions.draw(sides, known, layer.id)


def _numbers(sides: Sequence[Side], moments: Sequence[NetworkRef], image: ImageRef, opened: weighted_sums.Opened) -> None:
    """Draw the terms of the weighted sum behind the selected output of a layer, at each moment."""
    st.header("One number, taken apart")
    layer, network = opened.layer, moments[0]
    question = WeightedSumQuestion(*network.weights, image, layer.id, opened.channel, opened.position)
    sums = answers(moments, question, height=HEIGHT, waiting_words="Taking it apart …")
    if sums is None:
        return
    if not any(of_moment.missing for of_moment in sums):
        _remember_slices(layer, sums[0])
    noted = partial(_note_number, network, layer) if session.is_deck_open() else None
    weighted_sums.draw(sides, sums, opened, noted)


def _remember_slices(layer: Layer, sums: WeightedSum) -> None:
    """Remember the number of slices of a layer's output, for the selector of a slice."""
    known = st.session_state.setdefault(SLICES, {})
    if known.get(layer.id, (1, "")) != (sums.slices, sums.slice_name):
        known[layer.id] = sums.slices, sums.slice_name
        if sums.slices > 1:
            rerun()  # so that the selector of a slice appears


def _note_number(network: NetworkRef, layer: Layer) -> None:
    """Record that the visitor opened an output number of a layer, which a task of a deck may ask for."""
    session.note_activity("open", f"number:{layer.id}@{network.run.id if network.run else ''}")


def prefetch_layer(network: NetworkRef, image: ImageRef, layer: Layer) -> None:
    """Send the questions behind all views of `draw_layer_views` to the worker, so that the answers come sooner."""
    channel, position = selected_number(CHANNEL, layer.id), selected_number(PLACE, layer.id)
    prefetch(network, LayerMapsQuestion(*network.weights, image, layer.id))
    prefetch(network, WeightedSumQuestion(*network.weights, image, layer.id, channel, position))
    prefetch(network, WeightsAndStatesQuestion(*network.weights, image, layer.id, channel))
    prefetch(network, DistributionsQuestion(*network.weights, layer.id))


def selected_number(kind: str, layer_id: str) -> int:
    """Return the index of the selected channel or slice of a layer. The selection is kept while its widget is hidden."""
    return st.session_state.get(kind, {}).get(layer_id, 0)


def select_number(kind: str, layer_id: str, number: int) -> None:
    """Select another channel or slice of a layer."""
    st.session_state.setdefault(kind, {})[layer_id] = number


def _choose(network: NetworkRef, layer: Layer) -> None:
    """Draw the selectors of a channel or unit, and of a slice if the layer has several slices."""
    units, (slices, name) = _units(network, layer.id), st.session_state.get(SLICES, {}).get(layer.id, (1, ""))
    classes = network.experiment.data.entry.classes
    is_answer = layer.id == network.experiment.layers[-1].id and units == len(classes)
    with st.container(horizontal=True, gap="small"):
        if units > 1:
            format_number = (lambda number: classes[number]) if is_answer else (lambda number: f"{number + 1:,}")
            _select("Class" if is_answer else "Channel or unit", CHANNEL, layer.id, units, format_number)
        if slices > 1:
            _select(name.capitalize(), PLACE, layer.id, slices, lambda number: f"{number + 1:,}")


def _select(label: str, kind: str, layer_id: str, count: int, format_number: Callable[[int], str]) -> None:
    key = f"{kind}-{layer_id}"

    def take() -> None:
        select_number(kind, layer_id, st.session_state[key])

    st.session_state[key] = min(selected_number(kind, layer_id), count - 1)
    st.selectbox(label, range(count), format_func=format_number, key=key, on_change=take, width=220)


def _units(network: NetworkRef, layer_id: str) -> int:
    """Return the number of channels or units of a layer. Return 1 until that number is known."""
    summary = application().facts.summary(network.experiment)
    row = summary.row(layer_id) if summary else None
    return int(row.output_shape[-1] or 1) if row and row.output_shape else 1
