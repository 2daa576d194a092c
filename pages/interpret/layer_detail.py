"""One layer of a network in detail: its maps, one of its numbers, its weights, and the distributions of all of them."""

from collections.abc import Callable, Hashable, Sequence
from dataclasses import dataclass
from itertools import zip_longest
from typing import Any

import plotly.graph_objects as go
import streamlit as st

from core.analysis.common_scale import distributions_on_common_scale, galleries_on_common_scale, layers_on_common_scale
from core.analysis.layer_activations import Distribution, Gallery, LayerActivations, LayerDistributions, Picture
from core.analysis.weighted_sums import WeightedSum
from core.application import application
from core.experiment.descriptions import layer_titles
from core.experiment.graph import inputs_of
from core.experiment.image_ref import ImageRef
from core.experiment.model import Layer
from core.experiment.shapes import shape_text
from core.number_text import percent, rounded
from pages.components.layer_rows.layer_rows import layer_rows
from pages.components.picture_grid.picture_grid import picture_grid
from pages.components.weighted_sum.weighted_sum import weighted_sum
from pages.interpret.image_picker import NAMES
from pages.interpret.network_ref import NetworkRef, answers, prefetch
from pages.shell.messages import plain
from pages.shell.streamlit_patches import Container, rerun
from pages.widgets.charts import chart
from pages.widgets.picture_items import picture_item

MAP = 64  # the size of a map or kernel, in pixels
FEW_SIZE = 180  # the size of each of a few pictures
WHOLE = 170  # the height of a single picture
GREY = "#7D8790"
HEIGHT = 200  # of a histogram, in pixels
ABOVE = 1.05  # the height of its axis, relative to its highest bar
CHANNEL, PLACE, SLICES = "inside_channel", "inside_place", "inside_slices"  # in session state, by the layer's id
FEW = 8  # up to so many pictures have room for their whole names
DEAD_NAMED = 12  # units that are named


def one_layer(network: NetworkRef, moments: Sequence[NetworkRef], image: ImageRef, layer: Layer, *, common: bool) -> None:
    """All views of one layer.

    Parameters
    ----------
    subject
        The network at the moment in view.
    moments
        The moments side by side, in order of time: the moment in view, alone or with another one.
    image
        The image in view.
    layer
        The layer that is opened.
    common
        Whether two moments are shown on one scale.
    """
    st.caption(plain(layer.entry.sentence))
    _choose(network, layer)
    channel, position = selected_number(CHANNEL, layer.id), selected_number(PLACE, layer.id)
    several_moments = len(moments) > 1
    sides = [
        _Side(moment, moment.label if several_moments else "", "" if moment == network else "-other", common)
        for moment in moments
    ]
    for moment in moments:
        prefetch_layer(moment, image, layer)
    with st.container():  # whatever it holds, the cards below keep their positions and the selected number
        maps_of_moments = _answers(sides, "maps", image, layer.id, height=300, waiting_words="Opening the layer …")
        for column, side, maps in zip(
            _columns(len(sides)), sides, _scaled(layers_on_common_scale, maps_of_moments or (), common), strict=False
        ):
            with column:
                _maps(maps, layer, channel, side)
    _numbers(sides, image, layer, (channel, position))
    with st.container():
        if maps_of_moments is not None:
            _galleries(sides, image, layer, channel)
    _distribution_card(sides, layer)


def _scaled(rescale: Callable[[Sequence], Sequence], views: Sequence, common: bool) -> Sequence:
    """The views of several moments, brought to one scale if `common` says so."""
    return rescale(views) if common and views else views


@dataclass(frozen=True)
class _Side:
    """A moment of the network, and how its card differs from the one beside it."""

    network: NetworkRef
    name: str  # shown behind titles; "" if the moment stands alone
    suffix: str  # of keys
    common: bool  # whether both moments share a scale

    @property
    def scale(self) -> str:
        """A sentence on the colour scale, if another moment stands beside this one."""
        return which_scale(self.common) if self.name else ""

    def titled(self, title: str) -> str:
        return f"{title}: {self.name}" if self.name else title


def _answers(sides: Sequence[_Side], name: str, *arguments: Hashable, height: int, waiting_words: str) -> list[Any] | None:
    """The inspector's answers for all of these moments; None until they are there, with a placeholder."""
    return answers([side.network for side in sides], name, *arguments, height=height, waiting_words=waiting_words)


def which_scale(common: bool) -> str:
    """Whether two moments side by side can be compared by their colours, in a sentence."""
    return "Both moments are on one scale." if common else "Each moment has a scale of its own."


def _columns(count: int) -> Sequence[Container]:
    """Room for so many cards side by side; a single card takes the whole width."""
    return st.columns(count, gap="medium") if count > 1 else [st.container() for _ in range(count)]


def prefetch_layer(network: NetworkRef, image: ImageRef, layer: Layer) -> None:
    """Let the inspector begin with all views of `one_layer`."""
    channel, position = selected_number(CHANNEL, layer.id), selected_number(PLACE, layer.id)
    prefetch(network, "maps", image, layer.id)
    prefetch(network, "sums", image, layer.id, channel, position)
    prefetch(network, "galleries", image, layer.id, channel)
    prefetch(network, "spreads", layer.id)


def selected_number(kind: str, layer_id: str) -> int:
    """The selected channel or slice of a layer, from 0; kept even while its widget is not shown."""
    return st.session_state.get(kind, {}).get(layer_id, 0)


def select_number(kind: str, layer_id: str, number: int) -> None:
    """Select another channel or slice of a layer."""
    st.session_state.setdefault(kind, {})[layer_id] = number


def _choose(network: NetworkRef, layer: Layer) -> None:
    """The choice of a channel or unit, and of a slice if there are several."""
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
    """The number of channels or units of a layer; 1 while that is unknown."""
    summary = application().runs.summaries.ask(network.experiment)
    row = summary.row(layer_id) if summary else None
    return int(row.output_shape[-1] or 1) if row and row.output_shape else 1


def _maps(maps: LayerActivations, layer: Layer, channel: int, side: _Side) -> None:
    """All maps of a layer on one scale; pressing a map selects its channel."""
    with st.container(border=True, key=f"opened-maps{side.suffix}", height="stretch"):
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
                select_number(CHANNEL, layer.id, min(int(picked), maps.channels - 1))

        picture_grid(items, key=key, size=MAP, selectable=True, on_picked=take)


def scale(maps: LayerActivations) -> str:
    """The meaning of black and white, in words."""
    return f"from {short(maps.low)} (black) to {short(maps.high)} (white)"


def short(number: float) -> str:
    """A number with three digits and a real minus sign."""
    text = f"{number:.3g}"
    return (rounded(number) if "e" in text else text).replace("-", "−")


def _numbers(sides: Sequence[_Side], image: ImageRef, layer: Layer, selected: tuple[int, int]) -> None:
    """One number of the layer, taken apart, at each moment; `selected` is its channel and its slice."""
    channel, position = selected
    with st.container(border=True, key="opened-sums"):
        st.header("One number, taken apart")
        sums: list[WeightedSum] | None = _answers(
            sides, "sums", image, layer.id, channel, position, height=300, waiting_words="Taking it apart …"
        )
        if sums is None:
            return
        first = next((weighted_sum for weighted_sum in sums if weighted_sum.missing), sums[0])
        if first.missing:
            st.info(plain(first.missing))
            return
        known = st.session_state.setdefault(SLICES, {})
        if known.get(layer.id, (1, "")) != (first.slices, first.slice_name):
            known[layer.id] = first.slices, first.slice_name
            if first.slices > 1:
                rerun()  # there is something more to choose
        how = "Point at a number, or use the arrow keys: the window that it sees, the weights, and what they add up to."
        both = "Both moments show the same place." if len(sides) > 1 else ""
        st.caption(" ".join(filter(None, (how, both, sides[0].scale))))
        experiment = sides[0].network.experiment
        titles = layer_titles(experiment)
        input_titles = " and ".join(titles[input_id] for input_id in inputs_of(experiment)[layer.id])
        where = f", {first.slice_name} {position + 1}" if first.slices > 1 else ""
        unit_name = "unit" if layer.entry.trait("output_size_argument") else "channel"
        weighted_sum(
            [(side.name, channel_sums) for side, channel_sums in zip(sides, sums, strict=True)],
            layer=layer.id,
            takes=input_titles,
            gives=f"{titles[layer.id]}, {unit_name} {channel + 1}{where}",
            common=sides[0].common,
            key="opened-window",
        )


def _galleries(sides: Sequence[_Side], image: ImageRef, layer: Layer, channel: int) -> None:
    """All pictures of a layer beside its maps."""
    galleries = _answers(sides, "galleries", image, layer.id, channel, height=300, waiting_words="Looking at its weights …")
    for number, of_moments in enumerate(zip(*(galleries or ()), strict=True)):
        shown = of_moments[:1] if of_moments[0].missing else _scaled(galleries_on_common_scale, of_moments, sides[0].common)
        for column, side, gallery in zip(
            _columns(len(shown)), sides, shown, strict=False
        ):  # the reason for a missing gallery is shown once
            with column:
                _gallery(gallery, f"{layer.id}-{number}", side)


def _gallery(gallery: Gallery, name: str, side: _Side) -> None:
    key = name + side.suffix
    with st.container(border=True, key=f"gallery-{key}", height="stretch"):
        if gallery.missing:
            st.header(gallery.title)
            st.info(plain(gallery.missing))
            return
        st.header(side.titled(gallery.title))
        colours = f" Blue is positive, up to {gallery.bound:.3g}; vermilion negative; white is 0."
        st.caption(f"{plain(gallery.words)}{colours} {side.scale}".rstrip())
        if len(gallery.pictures) == 1:
            _whole(gallery.pictures[0], gallery.pictures[0].words.capitalize(), (), f"gallery-pictures-{key}")
            return
        few = len(gallery.pictures) <= FEW
        items = [
            picture_item(
                picture.index, picture.source, picture.words, caption=picture.words if few else str(picture.index + 1)
            )
            for picture in gallery.pictures
        ]
        picture_grid(items, key=f"gallery-pictures-{key}", size=FEW_SIZE if few else MAP)


def _whole(picture: Picture, title: str, details: tuple[str, ...], key: str) -> None:
    """A single picture in its own shape, with words beside it."""
    shown = {"src": picture.source, "alt": picture.words, "channel": 0, "silent": False}
    sides = [{"name": "", "details": [], "pictures": [shown], "note": ""}]
    row = {"id": key, "title": title, "details": list(details), "sides": sides, "opens": False}
    layer_rows([row], key=key, size=WHOLE)


def _distribution_card(sides: Sequence[_Side], layer: Layer) -> None:
    """The distributions, and the dead units; moments on one scale share bins and the height of the axis."""
    with st.container(border=True, key="opened-spreads"):
        st.header("How its numbers are distributed")
        all_answers = _answers(sides, "spreads", layer.id, height=HEIGHT, waiting_words="Showing it a sample of images …")
        if all_answers is None:
            return
        distributions: Sequence[LayerDistributions] = _scaled(distributions_on_common_scale, all_answers, sides[0].common)
        if sides[0].scale:
            st.caption(sides[0].scale)
        tops = [
            max(max(distribution.counts) for distribution in kind)
            for kind in zip(*(distribution.all for distribution in distributions), strict=True)
        ]
        for column, distribution, side in zip(_columns(len(distributions)), distributions, sides, strict=True):
            with column:
                _distributions(distribution, layer, side, tops if side.common else [])


def _distributions(distributions: LayerDistributions, layer: Layer, side: _Side, tops: Sequence[int]) -> None:
    """The distributions of one moment; `tops` are the heights of the axes, or empty if each fits its own bars."""
    if side.name:
        st.markdown(f"**{plain(side.name)}**")
    with st.container(horizontal=True, key=f"spread-charts{side.suffix}", gap="medium"):
        for number, (distribution, top) in enumerate(zip_longest(distributions.all, tops)):
            with st.container(key=f"spread-{number}{side.suffix}"):
                _histogram(distribution, f"{layer.id}-{number}{side.suffix}", top)
    if distributions.outputs is not None:
        st.markdown(plain(dead_words(distributions)))


def dead_words(distributions: LayerDistributions) -> str:
    """The number of dead units, in a sentence."""
    sample = f"all {distributions.images} images of a sample of the {NAMES[distributions.part].lower()}"
    if not distributions.dead:
        return f"No unit is dead: none of the {distributions.units:,} is zero for {sample}."
    named = ", ".join(str(unit + 1) for unit in distributions.dead[:DEAD_NAMED])
    more = f" and {len(distributions.dead) - DEAD_NAMED} more" if len(distributions.dead) > DEAD_NAMED else ""
    are = "unit is" if len(distributions.dead) == 1 else "units are"
    return f"{len(distributions.dead)} of {distributions.units:,} {are} dead, zero for {sample}: {named}{more}."


def _histogram(distribution: Distribution, key: str, top: int | None) -> None:
    words = f"{distribution.count:,} numbers, mean {short(distribution.mean)}, deviation {short(distribution.deviation)}"
    zeros = f", {percent(distribution.zeros)} exactly 0" if distribution.zeros else ""
    st.markdown(f"**{plain(distribution.name)}**")
    middles = [(low + high) / 2 for low, high in zip(distribution.edges, distribution.edges[1:], strict=False)]
    figure = go.Figure(
        go.Bar(x=middles, y=distribution.counts, marker_color=GREY, hovertemplate="%{x:.3g}: %{y:,}<extra></extra>")
    )
    figure.update_layout(height=HEIGHT, margin={"l": 0, "r": 0, "t": 4, "b": 0}, bargap=0.05)
    figure.update_xaxes(range=(distribution.edges[0], distribution.edges[-1]), title="value")
    figure.update_yaxes(range=(0, top * ABOVE) if top else None, title="how many")
    chart(figure, key=f"spread-chart-{key}", words=f"{distribution.name}: {words}{zeros}")
    st.caption(f"{words}{zeros}")
