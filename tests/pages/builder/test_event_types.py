"""The types of the builder's events in JavaScript are those of the classes in Python."""

from pages.builder.event_types import FILE, event_types


def test_types_in_javascript_are_those_in_python() -> None:
    assert FILE.read_text(encoding="utf-8") == event_types(), "run `python -m pages.builder.event_types`"


def test_fields_that_may_be_missing_and_fixed_values_are_written_as_such() -> None:
    types = event_types()
    assert "  before?: string | null;" in types
    assert "  places: -1 | 1;" in types
    assert "  with: string | string[];" in types
    assert '  do: "duplicate";\n  layer: string;\n  times?: number;' in types
