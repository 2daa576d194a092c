"""The ready nets as cards, each with its layers, shapes and number of parameters for the images of the draft."""

from pathlib import Path
from typing import Any

import streamlit as st

from core.application import application
from core.experiment.graph import inputs_of
from core.experiment.model import Experiment
from core.experiment.shapes import Summary, parameters_text
from core.experiment.templates import TEMPLATES, Template, apply_template
from core.number_text import quantity
from pages.builder.builder_events import SELECTED
from pages.builder.view_model import drawing
from pages.components.ready_nets.ready_nets import ready_nets
from pages.shell import session
from pages.shell.page_data import View
from pages.shell.streamlit_patches import rerun

STYLE = Path(__file__).parent / "ready_net_cards.css"
OPEN = "templates"  # in session state: whether the cards are shown
CARDS = "ready_nets"


def popover(view: View, **locked: Any) -> None:
    """Draw the button that opens the cards of the ready nets. Hidden cards are not built."""
    nets = st.popover("Ready nets", icon=":material/auto_awesome_mosaic:", key=OPEN, on_change="rerun", **locked)
    if not nets.open:
        return
    with nets, st.container(key="ready-nets"):
        st.html(STYLE)
        known = [_summary(view.experiment, template) for template in TEMPLATES.values()]
        ready_nets(
            nets=cards(view.experiment, known),
            picture=view.experiment.data.entry.image_shape,
            key=CARDS,
            on_chosen=_choose,
        )
        if None in known:
            _wait(view.experiment, known.count(None))


def cards(experiment: Experiment, summaries: list[Summary | None]) -> list[dict[str, Any]]:
    """Return the ready nets in the form of `pages.components.ready_nets.ready_nets.ready_nets`.

    Parameters
    ----------
    experiment
        The draft, for whose pictures the nets are made.
    summaries
        The table of the layers of each ready net, or None while Keras has not answered.
    """
    return [_card(experiment, template, summary) for template, summary in zip(TEMPLATES.values(), summaries, strict=True)]


def use_template(name: str) -> None:
    """Replace the draft's layers by the layers of a ready net."""
    st.session_state.pop(SELECTED, None)
    st.session_state[OPEN] = False  # the chosen net is seen at once
    session.change(apply_template, name)


def _choose() -> None:
    name = st.session_state[CARDS].chosen
    if isinstance(name, str) and name in TEMPLATES:
        use_template(name)


def _summary(experiment: Experiment, template: Template) -> Summary | None:
    return application().facts.known_summary(apply_template(experiment, template.name))


def _card(experiment: Experiment, template: Template, summary: Summary | None) -> dict[str, Any]:
    net = apply_template(experiment, template.name)
    inputs = inputs_of(net)
    rows = {layer.id: summary.row(layer.id) for layer in net.layers} if summary else {}
    layers = [
        {
            "id": layer.id,
            "drawing": drawing(layer.entry),
            "inputs": list(inputs[layer.id]),
            "dims": list(row.output_shape) if (row := rows.get(layer.id)) else [],
        }
        for layer in net.layers
    ]
    costs = parameters_text(summary.parameters, 0) if summary else "checking"
    return {
        "name": template.name,
        "title": template.title,
        "sentence": template.sentence,
        "count": f"{quantity(len(net.layers), 'layer')}, {costs}",
        "isChosen": net == experiment,
        "layers": layers,
    }


@st.fragment(run_every=0.5)
def _wait(experiment: Experiment, missing: int) -> None:
    """Rerun the script once Keras has answered about all ready nets, so that the cards change only once."""
    if missing and all(_summary(experiment, template) is not None for template in TEMPLATES.values()):
        rerun()
