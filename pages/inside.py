"""Inside: what each layer makes of one image; open a layer, and then one of its numbers."""

from collections.abc import Iterable, Mapping, Sequence
from typing import Any

import streamlit as st

from core.analysis.common_scale import network_on_common_scale
from core.analysis.layer_activations import LayerActivations, NetworkActivations
from core.experiment.descriptions import layer_titles
from core.experiment.image_ref import ImageRef
from core.experiment.model import INPUT, Experiment, Layer
from core.experiment.shapes import shape_text
from core.number_text import percent
from pages.components.layer_rows.layer_rows import layer_rows
from pages.interpret.image_picker import is_blocked, picked_image, picker
from pages.interpret.layer_detail import CHANNEL, one_layer, prefetch_layer, scale, select_number, which_scale
from pages.interpret.network_ref import NetworkRef, answers, network_in_view, prefetch
from pages.interpret.timeline import choose_moment, compare, follow, on_one_scale
from pages.shell import page_layout, session
from pages.shell.messages import plain
from pages.shell.streamlit_patches import Container
from pages.shell.view import current_view

OPENED = "inside_opened"  # the id of the layer that is looked at alone
SIZE, SMALL = 88, 56  # of a map among those of all layers, in pixels; in a long network
LONG = 9  # layers; from so many on a network is long
BEST = 3  # answers that are named in the sentence
MOST_ANSWERS = 10  # bars of the last layer
ROWS = "inside-layers"


def open_layer() -> None:
    """Look at one layer alone."""
    told = getattr(st.session_state[ROWS], "opened", None)
    if isinstance(told, Mapping) and isinstance(told.get("layer"), str):
        st.session_state[OPENED] = told["layer"]
        session.note("open", f"layer:{told['layer']}")
        if isinstance(told.get("channel"), int):
            select_number(CHANNEL, told["layer"], max(0, told["channel"]))


def close_layer() -> None:
    st.session_state.pop(OPENED, None)


def opened_layer(experiment: Experiment) -> Layer | None:
    """The layer that is looked at alone, where it is one of this network."""
    return next((layer for layer in experiment.layers if layer.id == st.session_state.get(OPENED)), None)


def ways(experiment: Experiment, layer: Layer) -> None:
    """The layer's name, the way back to all layers, and to the one before and after it."""
    place, titles = experiment.layers.index(layer), layer_titles(experiment)
    beside = {"Layer before": place - 1, "Layer after": place + 1}
    with st.container(horizontal=True, vertical_alignment="center", gap="small"):
        st.button("All layers", key="close-layer", icon=":material/apps:", on_click=close_layer, width="content")
        st.header(plain(titles[layer.id]), width="content")
        with st.container(key="icons-layers", horizontal=True, gap="small", width="content"):
            for name, other in beside.items():
                there = 0 <= other < len(experiment.layers)
                st.button(
                    name,
                    key=name.lower().replace(" ", "-"),
                    icon=":material/arrow_upward:" if other < place else ":material/arrow_downward:",
                    help=f"{name}: {titles[experiment.layers[other].id]}" if there else f"{name}: there is none.",
                    disabled=not there,
                    on_click=lambda to=other: st.session_state.update({OPENED: experiment.layers[to].id}),
                )


def row(
    several: Sequence[tuple[str, LayerActivations]],
    last: str,
    common: bool,
    titles: Mapping[str, str],
    answers: Sequence[Sequence[Mapping[str, Any]]] = (),
) -> dict[str, Any]:
    """One layer as the overview shows it, at one moment or at two.

    Parameters
    ----------
    several
        Each moment: its name, and what the layer gives then.
    last
        The id of the layer above it.
    common
        Whether two moments are on one scale.
    titles
        The titles of the layers, by their ids.
    answers
        For the layer that gives the answer, the answers of each moment; else nothing.
    """
    one = several[0][1]
    takes = (
        [f"takes {' and '.join(titles[taken] for taken in one.inputs)}"]
        if one.inputs and one.inputs != (last,) and one.id != INPUT
        else []
    )
    alone = len(several) == 1 or one.id == INPUT
    title = "The image" if one.id == INPUT else titles[one.id]
    meaning = ["a probability for each class"] if answers else [scale(one)] if alone or common else []
    details = [shape_text(one.shape), *meaning, *takes]
    shown = [("", one, [])] if alone else [(name, maps, [] if common else [scale(maps)]) for name, maps in several]
    sides = [side(name, maps, title, details) for name, maps, details in shown]
    for each, of_moment in zip(sides, answers, strict=False):
        each["answers"], each["pictures"], each["note"] = list(of_moment), [], ""
    return {"id": one.id, "title": title, "details": details, "sides": sides, "opens": one.id != INPUT}


def side(name: str, maps: LayerActivations, title: str, details: Sequence[str]) -> dict[str, Any]:
    """A layer at one moment, as the overview shows it."""
    pictures = [
        {
            "src": picture.source,
            "alt": ", ".join(filter(None, (title, name, picture.words))) + (": all zero" if picture.silent else ""),
            "channel": picture.index,
            "silent": picture.silent and maps.channels > 1,
        }
        for picture in maps.pictures
    ]
    return {"name": name, "details": list(details), "pictures": pictures, "note": maps.words}


def rows(
    several: Sequence[tuple[str, NetworkActivations]], common: bool, titles: Mapping[str, str], classes: Sequence[str]
) -> Iterable[dict[str, Any]]:
    """Return all layers in the order of the graph; a layer names its inputs where they are not the layer before it."""
    names, last = [name for name, _ in several], ""
    layers = list(zip(*(found.layers for _, found in several), strict=False))
    for layers_then in layers:
        answers = [class_answers(found.probabilities, classes) for _, found in several] if layers_then is layers[-1] else ()
        gives_answers = len(layers_then[0].shape) == 1 and layers_then[0].shape[0] == len(classes) and all(answers)
        yield row(list(zip(names, layers_then, strict=True)), last, common, titles, answers if gives_answers else ())
        last = layers_then[0].id


def class_answers(probabilities: Sequence[float], classes: Sequence[str]) -> list[dict[str, Any]]:
    """Return the likeliest classes in the order of their labels, each with its name and its probability."""
    likeliest = sorted(range(len(probabilities)), key=lambda label: -probabilities[label])[:MOST_ANSWERS]
    return [
        {"name": classes[label], "share": probabilities[label], "words": percent(probabilities[label], 1)}
        for label in sorted(likeliest)
    ]


def overview(several: Sequence[tuple[str, NetworkActivations]], common: bool, experiment: Experiment) -> None:
    """All layers as small multiples, at one moment or at two; `common`, whether these are on one scale."""
    titles, classes = layer_titles(experiment), experiment.data.entry.classes
    with st.container(border=True, key="all-layers"):
        st.header("All layers")
        scale_of_both = which_scale(common) if len(several) > 1 else ""
        words = "What each layer makes of this image, in order. Press one to open it. A dashed frame: all zero."
        st.caption(f"{words} {scale_of_both}".rstrip())
        size = SMALL if len(experiment.layers) >= LONG or len(several) > 1 else SIZE
        layer_rows(list(rows(several, common, titles, classes)), key=ROWS, size=size, on_opened=open_layer)
        if stopped := several[0][1].stopped:
            st.caption(f"{plain(titles[stopped])} cannot take what it gets, so that nothing follows; Define says why.")


def says(experiment: Experiment, probabilities: tuple[float, ...]) -> str:
    """The network's best answers, in a sentence."""
    if not probabilities:
        return "The network gives no answer for each class."
    best = sorted(range(len(probabilities)), key=lambda label: -probabilities[label])[:BEST]
    return "It says: " + ", ".join(
        f"{experiment.data.entry.classes[label]} ({percent(probabilities[label], 1)})" for label in best
    )


def whole(subjects: Sequence[NetworkRef], image: ImageRef, common: bool, beside: Container) -> None:
    """All layers, and beside the image what the network says of it; at each moment that is looked at."""
    found = answers(subjects, "inside", image, height=400, waiting_words="Looking through all layers …")
    if found is None:
        return
    for one, seen in zip(subjects, found, strict=True):
        name = f"**{one.label}**: " if len(subjects) > 1 else ""
        beside.markdown(name + plain(says(one.experiment, seen.probabilities)))
    shown = network_on_common_scale(found) if common else found
    overview([(one.label, seen) for one, seen in zip(subjects, shown, strict=True)], common, subjects[0].experiment)


view = current_view()
page_layout.heading("Inside your net", "From the image to the answer: what each layer makes of it.", code=False)
looked_at = network_in_view(view, follows=True)
with st.container(horizontal=True, vertical_alignment="center"):
    st.caption(plain(looked_at.words), width="content")
    st.page_link("why.py", label="Why this answer?", icon=":material/help_center:")
if not is_blocked(looked_at):
    alone = opened_layer(looked_at.experiment)
    if alone is None:
        prefetch(looked_at, "inside", picked_image(looked_at))
    else:
        prefetch_layer(looked_at, picked_image(looked_at), alone)
    left, right = st.columns([3, 2], gap="medium", vertical_alignment="center")
    with left:
        image = picker(looked_at)
    with right:
        choose_moment(looked_at)
        subjects = compare(looked_at)
        common = on_one_scale(subjects)
    if alone is not None:
        ways(looked_at.experiment, alone)
        one_layer(looked_at, subjects, image, alone, common=common)
    else:
        whole(subjects, image, common, right)
    follow(looked_at)
page_layout.engine_foot()
