"""An event must hold the fields that its type requires."""

from typing import Any, cast

from core.run_events import RunEvent
from core.runs.active_run import missing_event_fields


def lacks(**event: Any) -> list[str]:
    return missing_event_fields(cast(RunEvent, event))


def test_missing_fields_are_those_that_the_type_requires() -> None:
    assert lacks(kind="batch", step=3) == ["epoch", "seconds"], "Keras' logs may be missing"
    assert lacks(kind="phase", phase="training") == []
    assert lacks(kind="of a later version") == []
