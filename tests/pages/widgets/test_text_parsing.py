"""What a person types, as a value of the experiment."""

import pytest

from pages.widgets.text_parsing import as_text, read_number_or_pair, read_numbers, read_padding


@pytest.mark.parametrize(
    ("typed", "value"),
    [
        ("3", 3),
        (" 3 ", 3),
        ("3, 5", (3, 5)),
        ("(3, 5)", (3, 5)),
        ("[3,5]", (3, 5)),
        ("3x5", (3, 5)),
        ("3 × 5", (3, 5)),
        ("3 5", (3, 5)),
        ("3;5", (3, 5)),
        ("-1", -1),
        ("+2", 2),
        ("1, 2, 3", (1, 2, 3)),
        ("", None),
        ("   ", None),
        ("()", None),
        ("three", "three"),
        ("3.5", "3.5"),
        ("3, five", "3, five"),
        ("1e3", "1e3"),
        ("--3", "--3"),
        (",", ","),
        ("9" * 10, "9" * 10),  # no such number fits any argument
        ("x" * 100, "x" * 40),
    ],
)
def test_read_numbers(typed: str, value: object) -> None:
    assert read_numbers(typed, single=True) == value


def test_read_numbers_gives_a_tuple_where_a_shape_is_wanted() -> None:
    assert read_numbers("28", single=False) == (28,)
    assert read_numbers("28 x 28", single=False) == (28, 28)


@pytest.mark.parametrize(
    ("typed", "axes", "value"),
    [
        ("1", 2, 1),
        ("1, 2", 2, (1, 2)),
        ("1, 2", 1, (1, 2)),
        ("1, 2, 3, 4", 2, ((1, 2), (3, 4))),
        ("1 2 3 4 5 6", 3, ((1, 2), (3, 4), (5, 6))),
        ("1, 2, 3", 2, (1, 2, 3)),  # for the check to refuse
        ("one", 2, "one"),
    ],
)
def test_read_margins(typed: str, axes: int, value: object) -> None:
    assert read_padding(typed, axes) == value


@pytest.mark.parametrize(
    ("typed", "single", "value"),
    [
        ("0.2", True, 0.2),
        ("0.1, 0.3", True, (0.1, 0.3)),
        ("0, 255", False, (0.0, 255.0)),
        ("0.2", False, (0.2,)),  # for the check to refuse
        ("", True, None),
        ("little", True, "little"),
    ],
)
def test_read_span(typed: str, single: bool, value: object) -> None:
    assert read_number_or_pair(typed, single=single) == value


@pytest.mark.parametrize("value", [1, (1, 2), ((1, 2), (3, 4)), None])
def test_what_a_field_shows_is_read_as_the_same(value: object) -> None:
    assert read_padding(as_text(value), 2) == value
