"""One layer of a network, looked at alone: its maps, one of its numbers, its weights, and how they are distributed."""

from collections.abc import Callable, Hashable, Sequence
from dataclasses import dataclass
from itertools import zip_longest
from typing import Any

import plotly.graph_objects as go
import streamlit as st
from streamlit.delta_generator import DeltaGenerator

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
from pages import components
from pages.components.layers import layers
from pages.components.window import window
from pages.interpret.image_picker import NAMES
from pages.interpret.network_ref import Subject, answers, prefetch
from pages.shell.messages import plain
from pages.shell.streamlit_patches import draw_anew
from pages.widgets.charts import chart

MAP = 64  # of a map or kernel, in pixels
FEW_SIZE = 180  # of one of few
WHOLE = 170  # height of a picture that stands alone
GREY = "#7D8790"
HEIGHT = 200  # of a histogram, in pixels
ABOVE = 1.05  # how high its axis goes, of its highest bar
CHANNEL, PLACE, SLICES = "inside_channel", "inside_place", "inside_slices"  # in session state, by the layer's id
FEW = 8  # pictures that have room for their whole names
DEAD_NAMED = 12  # units that are named


def one_layer(subject: Subject, moments: Sequence[Subject], image: ImageRef, layer: Layer, *, common: bool) -> None:
    """All there is to see of one layer.

    Parameters
    ----------
    subject
        The network at the moment in view.
    moments
        The moments side by side, in the order of time: the moment in view alone, or with another.
    image
        The image in view.
    layer
        The layer that is opened.
    common
        Whether two moments are shown on one scale.
    """
    st.caption(plain(layer.entry.sentence))
    _choose(subject, layer)
    channel, place = looked_at(CHANNEL, layer.id), looked_at(PLACE, layer.id)
    several_moments = len(moments) > 1
    sides = [_Side(one, one.label if several_moments else "", "" if one == subject else "-other", common) for one in moments]
    for one in moments:
        prefetch_layer(one, image, layer)
    with st.container():  # whatever stands in it, the cards below keep their places, and the number that is looked at
        found = _asked(sides, "maps", image, layer.id, height=300, said="Opening the layer …")
        for column, side, maps in zip(
            _columns(len(sides)), sides, _scaled(layers_on_common_scale, found or (), common), strict=False
        ):
            with column:
                _maps(maps, layer, channel, side)
    _numbers(sides, image, layer, (channel, place))
    with st.container():
        if found is not None:
            _galleries(sides, image, layer, channel)
    _spreads(sides, layer)


def _scaled(together: Callable[[Sequence], Sequence], found: Sequence, common: bool) -> Sequence:
    """What was found of several moments, on one scale where they share one."""
    return together(found) if common and found else found


@dataclass(frozen=True)
class _Side:
    """A moment of the network, and how it is told from the one beside it."""

    subject: Subject
    name: str  # behind titles; "" where it stands alone
    suffix: str  # of keys
    common: bool  # whether both are on one scale

    @property
    def scale(self) -> str:
        """What is to be known of colours that stand beside those of another moment."""
        return which_scale(self.common) if self.name else ""

    def titled(self, title: str) -> str:
        return f"{title}: {self.name}" if self.name else title


def _asked(sides: Sequence[_Side], name: str, *arguments: Hashable, height: int, said: str) -> list[Any] | None:
    """What the inspector says of all of these moments; None, and something in its place, until it does."""
    return answers([side.subject for side in sides], name, *arguments, height=height, said=said)


def which_scale(common: bool) -> str:
    """Whether two moments that stand beside each other can be compared by their colours, in a sentence."""
    return "Both moments are on one scale." if common else "Each moment has a scale of its own."


def _columns(count: int) -> Sequence[DeltaGenerator]:
    """Room for so many cards beside each other; one alone has it all."""
    return st.columns(count, gap="medium") if count > 1 else [st.container() for _ in range(count)]


def prefetch_layer(subject: Subject, image: ImageRef, layer: Layer) -> None:
    """Have the inspector begin with all that `one_layer` shows."""
    channel, place = looked_at(CHANNEL, layer.id), looked_at(PLACE, layer.id)
    prefetch(subject, "maps", image, layer.id)
    prefetch(subject, "sums", image, layer.id, channel, place)
    prefetch(subject, "galleries", image, layer.id, channel)
    prefetch(subject, "spreads", layer.id)


def looked_at(what: str, identity: str) -> int:
    """Which channel, or which of several slices, of a layer is looked at; from 0. Kept while its widget is not there."""
    return st.session_state.get(what, {}).get(identity, 0)


def look_at(what: str, identity: str, number: int) -> None:
    """Look at another channel or slice of a layer."""
    st.session_state.setdefault(what, {})[identity] = number


def _choose(subject: Subject, layer: Layer) -> None:
    """Which channel or unit, and which of several slices where there are some."""
    units, (slices, name) = _units(subject, layer.id), st.session_state.get(SLICES, {}).get(layer.id, (1, ""))
    classes = subject.experiment.data.entry.classes
    is_answer = layer.id == subject.experiment.layers[-1].id and units == len(classes)
    with st.container(horizontal=True, gap="small"):
        if units > 1:
            named = (lambda number: classes[number]) if is_answer else (lambda number: f"{number + 1:,}")
            _select("Class" if is_answer else "Channel or unit", CHANNEL, layer.id, units, named)
        if slices > 1:
            _select(name.capitalize(), PLACE, layer.id, slices, lambda number: f"{number + 1:,}")


def _select(label: str, what: str, identity: str, count: int, named: Callable[[int], str]) -> None:
    key = f"{what}-{identity}"

    def take() -> None:
        look_at(what, identity, st.session_state[key])

    st.session_state[key] = min(looked_at(what, identity), count - 1)
    st.selectbox(label, range(count), format_func=named, key=key, on_change=take, width=220)


def _units(subject: Subject, identity: str) -> int:
    """How many channels or units a layer gives; 1 while that is not known."""
    summary = application().runs.summaries.ask(subject.experiment)
    row = summary.row(identity) if summary else None
    return int(row.output_shape[-1] or 1) if row and row.output_shape else 1


def _maps(maps: LayerActivations, layer: Layer, channel: int, side: _Side) -> None:
    """All its maps on one scale; one can be picked."""
    with st.container(border=True, key=f"opened-maps{side.suffix}", height="stretch"):
        if maps.channels == 1:
            title = side.titled("What it gives")
            _whole(maps.pictures[0], title, (shape_text(maps.shape), scale(maps)), f"opened-whole{side.suffix}")
            return
        st.header(side.titled("Its maps"))
        words = ". ".join(filter(None, (f"{shape_text(maps.shape)}, {scale(maps)}", maps.words)))
        st.caption(f"{words}. {side.scale}".rstrip())
        items = [
            {
                "id": str(picture.place),
                "src": picture.source,
                "alt": picture.words + (", all zero for this image" if picture.silent else ""),
                "caption": f"{picture.place + 1}" + (" ●" if picture.place == channel else ""),
                "detail": "all zero" if picture.silent else "",
                "tone": "",
            }
            for picture in maps.pictures
        ]
        key = f"opened-pictures{side.suffix}"

        def take() -> None:
            if (picked := getattr(st.session_state[key], "picked", None)) and str(picked).isdecimal():
                look_at(CHANNEL, layer.id, min(int(picked), maps.channels - 1))

        components.pictures(items, key=key, size=MAP, selectable=True, on_picked=take)


def scale(maps: LayerActivations) -> str:
    """What black and white stand for, in words."""
    return f"from {short(maps.low)} (black) to {short(maps.high)} (white)"


def short(number: float) -> str:
    """A number to three digits, with a proper minus."""
    text = f"{number:.3g}"
    return (rounded(number) if "e" in text else text).replace("-", "−")


def _numbers(sides: Sequence[_Side], image: ImageRef, layer: Layer, which: tuple[int, int]) -> None:
    """One of its numbers, taken apart, at each moment; `which` channel, and of several slices."""
    channel, place = which
    with st.container(border=True, key="opened-sums"):
        st.header("One number, taken apart")
        several: list[WeightedSum] | None = _asked(
            sides, "sums", image, layer.id, channel, place, height=300, said="Taking it apart …"
        )
        if several is None:
            return
        found = next((one for one in several if one.missing), several[0])
        if found.missing:
            st.info(plain(found.missing))
            return
        known = st.session_state.setdefault(SLICES, {})
        if known.get(layer.id, (1, "")) != (found.slices, found.slice_name):
            known[layer.id] = found.slices, found.slice_name
            if found.slices > 1:
                draw_anew()  # there is something more to choose
        how = "Point at a number, or use the arrow keys: the window that it sees, the weights, and what they add up to."
        both = "Both moments show the same place." if len(sides) > 1 else ""
        st.caption(" ".join(filter(None, (how, both, sides[0].scale))))
        experiment = sides[0].subject.experiment
        titles = layer_titles(experiment)
        taken = " and ".join(titles[one] for one in inputs_of(experiment)[layer.id])
        where = f", {found.slice_name} {place + 1}" if found.slices > 1 else ""
        what = "unit" if layer.entry.trait("answers_with") else "channel"
        window(
            [(side.name, one) for side, one in zip(sides, several, strict=True)],
            layer=layer.id,
            takes=taken,
            gives=f"{titles[layer.id]}, {what} {channel + 1}{where}",
            common=sides[0].common,
            key="opened-window",
        )


def _galleries(sides: Sequence[_Side], image: ImageRef, layer: Layer, channel: int) -> None:
    """All there is to see of a layer beside its maps."""
    found = _asked(sides, "galleries", image, layer.id, channel, height=300, said="Looking at its weights …")
    for number, several in enumerate(zip(*(found or ()), strict=True)):
        shown = several[:1] if several[0].missing else _scaled(galleries_on_common_scale, several, sides[0].common)
        for column, side, gallery in zip(_columns(len(shown)), sides, shown, strict=False):  # why there is none is said once
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
            {
                "id": str(one.place),
                "src": one.source,
                "alt": one.words,
                "caption": one.words if few else str(one.place + 1),
                "detail": "",
                "tone": "",
            }
            for one in gallery.pictures
        ]
        components.pictures(items, key=f"gallery-pictures-{key}", size=FEW_SIZE if few else MAP)


def _whole(picture: Picture, title: str, details: tuple[str, ...], key: str) -> None:
    """One picture that stands alone, in its own shape, with words beside it."""
    shown = {"src": picture.source, "alt": picture.words, "place": 0, "silent": False}
    sides = [{"name": "", "details": [], "pictures": [shown], "note": ""}]
    row = {"id": key, "title": title, "details": list(details), "sides": sides, "opens": False}
    layers([row], key=key, size=WHOLE)


def _spreads(sides: Sequence[_Side], layer: Layer) -> None:
    """Distributions, and dead units; where two moments are on one scale, in the same bins and as high for as many."""
    with st.container(border=True, key="opened-spreads"):
        st.header("How its numbers are distributed")
        found = _asked(sides, "spreads", layer.id, height=HEIGHT, said="Showing it a sample of images …")
        if found is None:
            return
        several: Sequence[LayerDistributions] = _scaled(distributions_on_common_scale, found, sides[0].common)
        if sides[0].scale:
            st.caption(sides[0].scale)
        tops = [max(max(one.counts) for one in kind) for kind in zip(*(one.all for one in several), strict=True)]
        for column, one, side in zip(_columns(len(several)), several, sides, strict=True):
            with column:
                _distributions(one, layer, side, tops if side.common else [])


def _distributions(found: LayerDistributions, layer: Layer, side: _Side, tops: Sequence[int]) -> None:
    """The distributions of one moment; `tops`, how high the axis of each goes, none where it goes as high as its bars."""
    if side.name:
        st.markdown(f"**{plain(side.name)}**")
    with st.container(horizontal=True, key=f"spread-charts{side.suffix}", gap="medium"):
        for place, (one, top) in enumerate(zip_longest(found.all, tops)):
            with st.container(key=f"spread-{place}{side.suffix}"):
                _histogram(one, f"{layer.id}-{place}{side.suffix}", top)
    if found.gives is not None:
        st.markdown(plain(dead_words(found)))


def dead_words(found: LayerDistributions) -> str:
    """How many units are dead, in a sentence."""
    sample = f"all {found.images} images of a sample of the {NAMES[found.part].lower()}"
    if not found.dead:
        return f"No unit is dead: none of the {found.units:,} is zero for {sample}."
    named = ", ".join(str(unit + 1) for unit in found.dead[:DEAD_NAMED])
    more = f" and {len(found.dead) - DEAD_NAMED} more" if len(found.dead) > DEAD_NAMED else ""
    are = "unit is" if len(found.dead) == 1 else "units are"
    return f"{len(found.dead)} of {found.units:,} {are} dead, zero for {sample}: {named}{more}."


def _histogram(one: Distribution, key: str, top: int | None) -> None:
    words = f"{one.count:,} numbers, mean {short(one.mean)}, deviation {short(one.deviation)}"
    zeros = f", {percent(one.zeros)} exactly 0" if one.zeros else ""
    st.markdown(f"**{plain(one.name)}**")
    middles = [(low + high) / 2 for low, high in zip(one.edges, one.edges[1:], strict=False)]
    figure = go.Figure(go.Bar(x=middles, y=one.counts, marker_color=GREY, hovertemplate="%{x:.3g}: %{y:,}<extra></extra>"))
    figure.update_layout(height=HEIGHT, margin={"l": 0, "r": 0, "t": 4, "b": 0}, bargap=0.05)
    figure.update_xaxes(range=(one.edges[0], one.edges[-1]), title="value")
    figure.update_yaxes(range=(0, top * ABOVE) if top else None, title="how many")
    chart(figure, key=f"spread-chart-{key}", words=f"{one.name}: {words}{zeros}")
    st.caption(f"{words}{zeros}")
