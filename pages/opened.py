"""One layer of a network, looked at alone: its maps, one of its numbers, its weights, and how they are distributed."""

from collections.abc import Callable

import plotly.graph_objects as go
import streamlit as st

from core import runs
from core.experiment import INPUT, Layer
from core.graph import sources
from core.inside import Gallery, Maps, Opened, Picture, Spread, Spreads
from core.picked import Picked
from core.shapes import spoken
from core.sums import Sums
from pages import components
from pages.components.layers import layers
from pages.components.window import window
from pages.picked import NAMES
from pages.run_charts import text_colour
from pages.subject import Subject, answer, prefetch
from pages.widgets import plain

MAP = 64  # of a map or kernel, in pixels
FEW_SIZE = 180  # of one of few
WHOLE = 170  # height of a picture that stands alone
GREY = "#7D8790"
HEIGHT = 200  # of a histogram, in pixels
CHANNEL, PLACE, SLICES = "inside_channel", "inside_place", "inside_slices"  # in session state, by the layer's id
FEW = 8  # pictures that have room for their whole names
DEAD_NAMED = 12  # units that are named


def one_layer(subject: Subject, image: Picked, layer: Layer) -> None:
    """All there is to see of one layer."""
    st.caption(plain(layer.entry.sentence))
    _choose(subject, layer)
    channel, place = looked_at(CHANNEL, layer.id), looked_at(PLACE, layer.id)
    found: Opened | None = answer(subject, "opened", image, layer.id, channel, height=300, said="Opening the layer …")
    if found is not None:
        _maps(found.maps, layer, channel)
    _numbers(subject, image, layer, channel, place)
    if found is not None:
        for number, gallery in enumerate(found.galleries):
            _gallery(gallery, f"{layer.id}-{number}")
    _spreads(subject, layer)


def prefetch_layer(subject: Subject, image: Picked, layer: Layer) -> None:
    """Have the inspector begin with all that `one_layer` shows."""
    channel, place = looked_at(CHANNEL, layer.id), looked_at(PLACE, layer.id)
    prefetch(subject, "opened", image, layer.id, channel)
    prefetch(subject, "sums", image, layer.id, channel, place)
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
    summary = runs.current().summaries.ask(subject.experiment)
    row = summary.row(identity) if summary else None
    return int(row.output_shape[-1] or 1) if row and row.output_shape else 1


def _maps(maps: Maps, layer: Layer, channel: int) -> None:
    """All its maps on one scale; one can be picked."""
    scale = f"from {short(maps.low)} (black) to {short(maps.high)} (white)"
    if maps.channels == 1:
        with st.container(border=True, key="opened-maps"):
            _whole(maps.pictures[0], "What it gives", (spoken(maps.shape), scale), "opened-whole")
        return
    with st.container(border=True, key="opened-maps"):
        st.subheader("Its maps")
        st.caption(f"{spoken(maps.shape)}, {scale}. {maps.words}")
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

        def take() -> None:
            if (picked := getattr(st.session_state["opened-pictures"], "picked", None)) and str(picked).isdecimal():
                look_at(CHANNEL, layer.id, min(int(picked), maps.channels - 1))

        components.pictures(items, key="opened-pictures", size=MAP, selectable=True, on_picked=take)


def short(number: float) -> str:
    """A number to three digits, with a proper minus."""
    return f"{number:.3g}".replace("-", "−")


def _numbers(subject: Subject, image: Picked, layer: Layer, channel: int, place: int) -> None:
    """One of its numbers, taken apart."""
    with st.container(border=True, key="opened-sums"):
        st.subheader("One number, taken apart")
        found: Sums | None = answer(subject, "sums", image, layer.id, channel, place, height=300, said="Taking it apart …")
        if found is None:
            return
        if found.missing:
            st.info(plain(found.missing))
            return
        known = st.session_state.setdefault(SLICES, {})
        if known.get(layer.id, (1, "")) != (found.slices, found.slice_name):
            known[layer.id] = found.slices, found.slice_name
            if found.slices > 1:
                st.rerun()  # there is something more to choose
        st.caption(
            "Point at a number, or use the arrow keys: the window that it sees, the weights, and what they add up to."
        )
        taken = " and ".join(sources(subject.experiment)[layer.id])
        where = f", {found.slice_name} {place + 1}" if found.slices > 1 else ""
        what = "unit" if layer.entry.trait("answers_with") else "channel"
        window(
            found,
            layer=layer.id,
            takes="the image" if taken == INPUT else taken,
            gives=f"{layer.id}, {what} {channel + 1}{where}",
            key="opened-window",
        )


def _gallery(gallery: Gallery, key: str) -> None:
    with st.container(border=True, key=f"gallery-{key}"):
        st.subheader(gallery.title)
        if gallery.missing:
            st.info(plain(gallery.missing))
            return
        scale = f" Blue is positive, up to {gallery.bound:.3g}; vermilion negative; white is 0."
        st.caption(plain(gallery.words) + scale)
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
    row = {"id": key, "title": title, "details": list(details), "pictures": [shown], "note": "", "opens": False}
    layers([row], key=key, size=WHOLE)


def _spreads(subject: Subject, layer: Layer) -> None:
    """Distributions, and dead units."""
    with st.container(border=True, key="opened-spreads"):
        st.subheader("How its numbers are distributed")
        found: Spreads | None = answer(subject, "spreads", layer.id, height=HEIGHT, said="Showing it a sample of images …")
        if found is None:
            return
        several = [*found.weights, *((found.gives,) if found.gives else ())]
        with st.container(horizontal=True, key="spread-charts", gap="medium"):
            for place, one in enumerate(several):
                with st.container(key=f"spread-{place}"):
                    _histogram(one, f"{layer.id}-{place}")
        if found.gives is not None:
            st.markdown(plain(dead_words(found)))


def dead_words(found: Spreads) -> str:
    """How many units are dead, in a sentence."""
    sample = f"all {found.images} images of a sample of the {NAMES[found.part].lower()}"
    if not found.dead:
        return f"No unit is dead: none of the {found.units:,} is zero for {sample}."
    named = ", ".join(str(unit + 1) for unit in found.dead[:DEAD_NAMED])
    more = f" and {len(found.dead) - DEAD_NAMED} more" if len(found.dead) > DEAD_NAMED else ""
    are = "unit is" if len(found.dead) == 1 else "units are"
    return f"{len(found.dead)} of {found.units:,} {are} dead, zero for {sample}: {named}{more}."


def _histogram(one: Spread, key: str) -> None:
    words = f"{one.count:,} numbers, mean {short(one.mean)}, deviation {short(one.deviation)}"
    zeros = f", {one.zeros:.0%} exactly 0" if one.zeros else ""
    st.markdown(f"**{plain(one.name)}**")
    middles = [(low + high) / 2 for low, high in zip(one.edges, one.edges[1:], strict=False)]
    figure = go.Figure(go.Bar(x=middles, y=one.counts, marker_color=GREY, hovertemplate="%{x:.3g}: %{y:,}<extra></extra>"))
    figure.update_layout(
        height=HEIGHT, margin={"l": 0, "r": 0, "t": 4, "b": 0}, bargap=0.05, font={"size": 14, "color": text_colour()}
    )
    st.plotly_chart(figure, key=f"spread-chart-{key}", config={"displayModeBar": False}, alt=f"{one.name}: {words}{zeros}")
    st.caption(f"{words}{zeros}")
