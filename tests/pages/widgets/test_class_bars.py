"""The bars of a network's answer."""

import json

from streamlit.testing.v1 import AppTest


def draw() -> None:
    from pages.widgets.class_bars import answer_bars

    answer_bars(["cat", "dog"], [1 / 7, 6 / 7], key="bars", before=[0.5, 0.5])


def test_exact_percentages_are_written_as_everywhere() -> None:
    (element,) = AppTest.from_function(draw).run().get("plotly_chart")
    bars, before, _ = json.loads(element.proto.spec)["data"]
    assert bars["customdata"] == ["14.29\u00a0%", "85.71\u00a0%"]
    assert before["customdata"] == ["50.00\u00a0%", "50.00\u00a0%"]
    assert {trace["hovertemplate"] for trace in (bars, before)} == {
        "%{y}: %{customdata}<extra></extra>",
        "before: %{y} %{customdata}<extra></extra>",
    }
