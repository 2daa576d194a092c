"""An exercise: set the weights, bias and threshold of a unit with two inputs. XOR needs two layers."""

import streamlit as st

from core.analysis.threshold_units import (
    INPUTS,
    SOLVED,
    TASKS,
    LogicFunction,
    ThresholdUnit,
    TwoLayerNetwork,
    decision_line,
    num_correct_outputs,
    positive_regions,
)
from core.glossary.drawings import Point, line, text
from pages.components.drawing.drawing import drawing

LOW, HIGH, CELLS = -0.5, 1.5, 40  # the ends and the number of cells of both axes
SIDE, EDGE = 300, 34  # the sizes of the drawing and of the margin for its labels, in pixels
WRONG = "#D55E00"
FILL = "#7D8790"
DASHES = ("", "8 5")  # the dashes of the decision line of the first and of the second unit
STEP = 0.1
LARGEST_NUMBER = 2.0  # at either end of a slider
ONE_UNIT, TWO_LAYERS = "One unit", "Two layers"
START = ThresholdUnit(1.0, -1.0)
EXPLANATION = (
    "A unit multiplies each input by a weight, adds a bias, and gives 1 where the sum lies above its threshold. Where the "
    "sum equals the threshold there is a straight line: on one side 1, on the other 0. A higher threshold does what a lower "
    "bias does; layers of Keras have a bias only, and an activation instead of the step."
)
NO_LINE = (
    "No straight line has both 1 of XOR on one side and both 0 on the other: one unit gets at most 3 of 4. That is why "
    "networks have hidden layers."
)


@st.fragment
def card() -> None:
    """Draw the card of the exercise: sliders, table and drawing. A moved slider redraws only this card."""
    with st.container(key="one-unit"):
        st.caption(EXPLANATION)
        with st.container(horizontal=True, vertical_alignment="bottom", gap="medium"):
            task = TASKS[_choose("Wanted", tuple(TASKS), "AND", "unit-task")]
            net_name = _choose("Computed by", (ONE_UNIT, TWO_LAYERS), ONE_UNIT, "unit-net")
        st.markdown(f"**{task.name}**: {task.sentence}")
        left, right = st.columns([3, 2], gap="medium")
        with left:
            net: ThresholdUnit | TwoLayerNetwork = _one_unit(task) if net_name == ONE_UNIT else _two_layers()
            _table(net, task)
        with right:
            drawing(plane(net, task), key="unit-plane")
            st.markdown(verdict(net, task))


def _choose(label: str, options: tuple[str, ...], default: str, key: str) -> str:
    chosen = st.segmented_control(label, options, default=default, required=True, key=key, persist_state="session")
    return str(chosen or default)


def _slider(label: str, key: str, value: float) -> float:
    return float(st.slider(label, -LARGEST_NUMBER, LARGEST_NUMBER, value, STEP, key=key, persist_state="session"))


def _one_unit(task: LogicFunction) -> ThresholdUnit:
    """Draw the four sliders of a unit, and the button that sets them to a solution."""
    first, second = st.columns(2)
    with first:
        weight_1 = _slider("Weight of input 1", "unit-w1", START.first)
        bias = _slider("Bias", "unit-bias", START.bias)
    with second:
        weight_2 = _slider("Weight of input 2", "unit-w2", START.second)
        threshold = _slider("Threshold", "unit-threshold", START.threshold)
    st.button(
        "Show a unit that does it",
        key="unit-solve",
        icon=":material/lightbulb:",
        disabled=task.unit is None,
        help="" if task.unit else NO_LINE,
        on_click=_solve,
        args=(task,),
    )
    return ThresholdUnit(weight_1, weight_2, bias, threshold)


def _solve(task: LogicFunction) -> None:
    if task.unit is not None:
        unit = task.unit
        values = {"w1": unit.first, "w2": unit.second, "bias": unit.bias, "threshold": unit.threshold}
        st.session_state.update({f"unit-{name}": value for name, value in values.items()})


def _two_layers() -> TwoLayerNetwork:
    """Draw the sliders of two hidden units and of the output unit, which start at a solution of XOR."""
    units = []
    titles = (("Hidden unit 1", "input"), ("Hidden unit 2", "input"), ("Output unit", "hidden unit"))
    for number, (column, (title, source), start) in enumerate(
        zip(st.columns(3), titles, (SOLVED.first, SOLVED.second, SOLVED.last), strict=True)
    ):
        with column:
            st.markdown(f"**{title}**")
            first = _slider(f"Weight of {source} 1", f"unit-{number}-w1", start.first)
            second = _slider(f"Weight of {source} 2", f"unit-{number}-w2", start.second)
            units.append(ThresholdUnit(first, second, _slider("Bias", f"unit-{number}-bias", start.bias)))
    return TwoLayerNetwork(*units)


def _table(net: ThresholdUnit | TwoLayerNetwork, task: LogicFunction) -> None:
    """Draw a table of the net's output and the wanted output for each of the four input pairs."""
    middle = "hidden units" if isinstance(net, TwoLayerNetwork) else "weighted sum"
    lines = [f"| inputs | {middle} | gives | wanted |", "|---|---|---|---|"]
    for pair, wanted in zip(INPUTS, task.wanted, strict=True):
        inner = (
            ", ".join(map(str, net.hidden(*pair))) if isinstance(net, TwoLayerNetwork) else f"{net.weighted_sum(*pair):.1f}"
        )
        given = net.output(*pair)
        mark = ":material/check: right" if given == wanted else ":material/close: wrong"
        lines.append(f"| {pair[0]}, {pair[1]} | {inner} | {given} {mark} | {wanted} |")
    st.markdown("\n".join(lines))


def verdict(net: ThresholdUnit | TwoLayerNetwork, task: LogicFunction) -> str:
    """Say how many of the four outputs are right. If no single unit can get all four right, explain why."""
    right = num_correct_outputs(net, task)
    words = f"**{right} of 4** are right."
    if task.unit is None and isinstance(net, ThresholdUnit):
        return f"{words} {NO_LINE}"
    if right == len(INPUTS):
        drawn = "the two lines" if isinstance(net, TwoLayerNetwork) else "the line"
        return f"{words} The drawing shows {drawn}; the output is 1 in the grey area."
    return f"{words} Move the sliders until the full circles lie in the grey, and the empty ones outside."


def plane(net: ThresholdUnit | TwoLayerNetwork, task: LogicFunction) -> str:
    """Return an SVG of the input plane: the area with output 1, the units' decision lines, and the four input pairs."""
    parts = [
        f'<rect x="{_x(left):.1f}" y="{_y(top):.1f}" width="{_x(right) - _x(left):.1f}" height="{_y(bottom) - _y(top):.1f}" '
        f'fill="{FILL}" fill-opacity="0.45"/>'
        for left, bottom, right, top in positive_regions(net, LOW, HIGH, CELLS)
    ]
    units = (net.first, net.second) if isinstance(net, TwoLayerNetwork) else (net,)
    for unit, dashes in zip(units, DASHES, strict=False):
        if (ends := decision_line(unit, LOW, HIGH)) is not None:
            parts.append(line([_at(end) for end in ends], dashes=dashes, width=2.5))
    parts += [_point(pair, wanted, net.output(*pair)) for pair, wanted in zip(INPUTS, task.wanted, strict=True)]
    for value in (0, 1):
        parts += [text(_x(value), SIDE - 10, value), text(14, _y(value) + 5, value)]
    parts += [text(_x(0.5), SIDE - 10, "input 1"), text(EDGE + 4, 16, "input 2", anchor="start")]
    frame = (
        f'<rect x="{EDGE}" y="4" width="{SIDE - EDGE - 4}" height="{SIDE - EDGE - 4}" fill="none" stroke="currentColor"/>'
    )
    label = f"The plane of both inputs for {task.name}: {num_correct_outputs(net, task)} of 4 points lie on the right side."
    head = f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {SIDE} {SIDE}" role="img" aria-label="{label}">'
    return f"{head}{''.join(parts)}{frame}</svg>"


def _x(value: float) -> float:
    return EDGE + (value - LOW) / (HIGH - LOW) * (SIDE - EDGE - 4)


def _y(value: float) -> float:
    return 4 + (HIGH - value) / (HIGH - LOW) * (SIDE - EDGE - 4)


def _at(point: tuple[float, float]) -> Point:
    return _x(point[0]), _y(point[1])


def _point(pair: tuple[int, int], wanted: int, given: int) -> str:
    """Return an input pair as SVG: a full circle if output 1 is wanted, else an empty circle.

    A wrong output is crossed out.
    """
    x, y = _at(pair)
    fill = "currentColor" if wanted else "none"
    circle = f'<circle cx="{x:.1f}" cy="{y:.1f}" r="9" fill="{fill}" stroke="currentColor" stroke-width="3"/>'
    if given == wanted:
        return circle
    cross = [line([(x - 14, y - 14), (x + 14, y + 14)], WRONG), line([(x - 14, y + 14), (x + 14, y - 14)], WRONG)]
    return circle + "".join(cross)
