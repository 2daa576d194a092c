"""The chain rule from the loss of an image back to a weight that the visitor chooses, as a chain of factors."""

import base64
from collections.abc import Mapping, Sequence
from dataclasses import asdict, replace
from typing import Any

import numpy as np
import streamlit as st

from core.application import application
from core.problems import Problem
from core.teaching.shows.weight_chain import WeightChainData
from core.views.weight_chain import GradientPath, WeightChain, WeightChainQuestion
from pages.components.browser_modules import register
from pages.shell.messages import escape_markdown, show_problem
from pages.shell.waiting import wait_for
from pages.views.shared.view_context import MOVED, ViewContext

_WEIGHT_CHAIN = register("weight_chain", folder="views/weight_chain")
BRIGHTEST = 255


def draw(shown: ViewContext) -> None:
    """Draw the chain of factors for the chosen weight. See `pages.views.shared.view_context.ViewContext`."""
    ground: WeightChainData = shown.ground
    if ground.first.missing:
        st.info(escape_markdown(ground.first.missing), icon=":material/info:")
        return
    source, unit = st.session_state.get(_pick_key(shown), ground.start)
    weight = replace(ground.weight, input=source, unit=unit)
    question = WeightChainQuestion(ground.network.experiment, ground.network.model, ground.image, weight)
    answer = application().ask(question)
    if isinstance(answer, Problem):
        show_problem(answer, shown.key)
        return
    _draw(answer or st.session_state.get(_last_key(shown), ground.first), shown)
    if answer is None:
        wait_for(lambda: application().ask(question, wait=False) is not None, "", 0)
    else:
        st.session_state[_last_key(shown)] = answer


def _pick_key(shown: ViewContext) -> str:
    return f"{shown.key}-picked"


def _last_key(shown: ViewContext) -> str:
    """Return the session key of the last drawn chain, which is shown until the next chain is computed."""
    return f"{shown.key}-last-{shown.ground.network.model}"


def _move(shown: ViewContext) -> None:
    """Save the weight that the visitor chose, and check the goals. Ignore anything but two integers from the browser."""
    told = getattr(st.session_state.get(shown.key), MOVED, None)
    if isinstance(told, list | tuple) and shown.entry.moved_to.is_valid(tuple(told)):
        st.session_state[_pick_key(shown)] = tuple(told)
    shown.on_move()


def _draw(chain: WeightChain, shown: ViewContext) -> None:
    assert chain.inputs is not None
    assert chain.units is not None
    classes = shown.ground.network.experiment.data.entry.classes
    data = shown.data() | {
        "key": f"{chain.layer_id}-{chain.input}-{chain.unit}-{chain.loss}",
        "input": chain.input,
        "unit": chain.unit,
        "shape": _plane(chain.input_shape, len(chain.inputs)),
        "pixels": _lights(chain.inputs),
        "inputs": chain.inputs.tolist(),
        "lights": _lights(chain.units),
        "units": chain.units.tolist(),
        "label": classes[chain.label],
        "loss": chain.loss,
        "ways": [_way(route, chain, classes) for route in chain.routes],
        "others": chain.others,
        "gradient": chain.gradient,
        "automatic": chain.automatic,
        "difference": chain.largest_difference,
        "curve": [list(point) for point in chain.curve],
        "words": shown.ground.network.words,
    }
    _WEIGHT_CHAIN(key=shown.key, data=data, on_moved_change=lambda: _move(shown))


def _way(route: GradientPath, chain: WeightChain, classes: Sequence[str]) -> Mapping[str, Any]:
    share = chain.probabilities[classes.index(route.name)] if route.name in classes else None
    factors = [asdict(factor) for factor in route.factors]
    return {"name": route.name, "share": share, "product": route.product, "factors": factors}


def _plane(shape: tuple[int, ...], count: int) -> list[int]:
    """Return the rows and columns of a picture whose channels are side by side. For a vector, return a single row."""
    return [shape[0], count // shape[0]] if shape else [1, count]


def _lights(values: np.ndarray) -> str:
    """Convert numbers to bytes of brightness in base 64, from the lowest number (at most 0, dark) to the largest."""
    low, high = min(0.0, float(values.min())), float(values.max())
    levels = np.rint((values - low) / max(high - low, 1e-12) * BRIGHTEST).astype("uint8")
    return base64.b64encode(levels.tobytes()).decode("ascii")
