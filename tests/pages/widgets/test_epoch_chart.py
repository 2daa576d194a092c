"""The chart of a metric by epoch: means are steps, the gap is shaded, chance is a dotted line, names do not overlap."""

from dataclasses import replace
from typing import Any

import pytest

from pages.widgets.epoch_chart import EpochLine, epoch_figure, spread_labels, thinned_indexes

TRAINING = EpochLine("training", [0.5, 0.8, 0.95], "#0072B2", is_mean=True)
VALIDATION = EpochLine("validation", [0.4, 0.7, 0.75], "#B36B00", has_dots=True)


def drawn(*lines: EpochLine, **options: Any) -> dict[str, Any]:
    """The settings of a chart, with all its traces, and each named trace by its name."""
    figure = epoch_figure(lines, "accuracy", **options).to_plotly_json()
    named = {trace["name"]: trace for trace in figure["data"] if "name" in trace}
    return {**named, **figure["layout"], "all": figure["data"]}


def test_mean_of_an_epoch_is_a_step_from_its_begin_to_its_end_and_a_measured_value_a_dot() -> None:
    chart = drawn(TRAINING, VALIDATION)
    assert list(chart["training"]["x"]) == [0, 1, 2, 3] and list(chart["training"]["y"]) == [0.5, 0.5, 0.8, 0.95]
    assert chart["training"]["line"]["shape"] == "vh" and chart["training"]["mode"] == "lines"
    assert list(chart["validation"]["x"]) == [1, 2, 3] and chart["validation"]["mode"] == "lines+markers"


def test_each_line_ends_with_its_name_and_its_value() -> None:
    labels = [trace for trace in drawn(TRAINING, VALIDATION)["all"] if trace.get("mode") == "lines+text"]
    assert [label["text"][1] for label in labels] == [" training 0.9500", " validation 0.7500"]
    assert [label["line"]["color"] for label in labels] == [TRAINING.colour, VALIDATION.colour]


def test_chance_is_a_line_where_the_axis_reaches_it() -> None:
    chart = drawn(TRAINING, VALIDATION, chance=0.1)
    assert [shape["y0"] for shape in chart["shapes"]] == [0.1]
    assert [trace["text"][1] for trace in chart["all"] if trace.get("mode") == "lines+text"][-1] == " guessing 0.1"
    high = EpochLine("training", [0.8, 0.9], "#0072B2")
    assert not drawn(high, chance=0.1).get("shapes"), "the axis begins at 0.7"


def test_gap_is_shaded_between_two_lines_where_it_is_asked_for() -> None:
    [area] = [trace for trace in drawn(TRAINING, VALIDATION, has_gap=True)["all"] if trace.get("fill") == "tonexty"]
    assert list(area["y"]) == VALIDATION.values
    for chart in drawn(TRAINING, VALIDATION), drawn(TRAINING, has_gap=True):
        assert not any(trace.get("fill") for trace in chart["all"])


@pytest.mark.parametrize("heights", [[0.5, 0.5, 0.5], [1.0, 0.99, 0.0], [0.2, 0.9]])
def test_labels_lie_within_the_chart_and_on_no_other(heights: list[float]) -> None:
    moved = spread_labels(heights, 0.0, 1.0, 270)
    assert all(-1e-9 <= height <= 1 for height in moved)
    ordered = sorted(moved)
    assert all(later - earlier > 0.09 for earlier, later in zip(ordered, ordered[1:], strict=False))


def test_long_curves_are_thinned_from_the_first_to_the_last_epoch() -> None:
    assert thinned_indexes(3) == [0, 1, 2]
    many = thinned_indexes(5_000)
    assert many[0] == 0 and many[-1] == 4_999 and len(many) == 600


def test_lines_that_end_at_the_same_value_share_a_label() -> None:
    labels = [trace for trace in drawn(TRAINING, VALIDATION, replace(TRAINING, label="JAX"))["all"] if "text" in trace]
    assert [label["text"][1] for label in labels] == [" training, JAX 0.9500", " validation 0.7500"]
