"""The controls for the changes that Try it makes to a picture. Their values survive a change of pages."""

from typing import Any

import streamlit as st

from core.analysis.image_perturbations import NUDGE, PERTURBATIONS, Perturbation
from core.parameters import BooleanValue, Integer, Parameter, Real

SEED = "try-seed"  # in session state: the seed of the noise
CHANGED = "try-changed"  # in session state: the settings, by the names of the changes


def reset() -> None:
    """Undo all changes of the picture."""
    st.session_state.pop(CHANGED, None)


def slider(parameter: Parameter) -> Any:
    """Draw the slider or the switch for a change of the picture, and return its value."""
    key, constraint = f"try-{parameter.name}", parameter.constraint

    def take() -> None:
        st.session_state.setdefault(CHANGED, {})[parameter.name] = st.session_state[key]

    st.session_state[key] = st.session_state.get(CHANGED, {}).get(parameter.name, parameter.default)
    if isinstance(constraint, BooleanValue):
        return st.toggle(parameter.label, key=key, help=parameter.help, on_change=take)
    label = f"{parameter.label} ({parameter.unit})"
    if isinstance(constraint, Integer):
        return st.slider(label, constraint.low, constraint.high, key=key, step=1, help=parameter.help, on_change=take)
    assert isinstance(constraint, Real)
    low, high = float(constraint.low), float(constraint.high)
    return st.slider(label, low, high, key=key, step=0.1, help=parameter.help, on_change=take)


def changes() -> tuple[Perturbation, int]:
    """Draw the controls of all changes. Return their settings and the strength of the adversarial change."""
    columns = st.columns(3)
    values = {}
    for position, parameter in enumerate((*PERTURBATIONS, NUDGE)):
        with columns[position % len(columns)]:
            values[parameter.name] = slider(parameter)
    nudge = values.pop(NUDGE.name)
    with st.container(horizontal=True):
        st.button("Undo all", icon=":material/restart_alt:", key="try-reset", on_click=reset)
        st.button(
            "Other noise",
            icon=":material/casino:",
            key="try-dice",
            on_click=draw_new_noise_seed,
            help="Chance, drawn again.",
        )
    return Perturbation(**values), int(nudge)


def draw_new_noise_seed() -> None:
    st.session_state[SEED] = st.session_state.get(SEED, 0) + 1
