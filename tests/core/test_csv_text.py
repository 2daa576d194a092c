"""CSV: texts are texts in every spreadsheet, and numbers stay numbers."""

import csv
import io

import pytest

from core.csv_text import csv_text

ATTACK = ";=cmd|'/C calc'!A0;"


@pytest.mark.parametrize("quoting", [csv.QUOTE_MINIMAL, csv.QUOTE_NONE], ids=["reads quotes", "ignores quotes"])
@pytest.mark.parametrize("separator", [",", ";", "\t"])
@pytest.mark.parametrize(
    "text",
    [ATTACK, "=1+1", "a;=1", "a\t=1", "a\n=1", "\uff1d1+1", "\u200b=1+1", "\ufeff@x", "; +1", "\t=1", "\r=1", "-2", 'x";=1'],
)
def test_no_cell_begins_a_formula_whatever_separates_cells(separator: str, text: str, quoting: int) -> None:
    written = csv_text(("who", "hints"), [(text, 3), ("next", 4)])
    cells = [
        cell for row in csv.reader(io.StringIO(written, newline=None), delimiter=separator, quoting=quoting) for cell in row
    ]
    for cell in cells:
        assert not cell.strip('"\u200b\ufeff \t\r\n').startswith(("=", "+", "-", "@", "\uff1d")), cells


@pytest.mark.parametrize("text", ["Ada", "half-hearted", "a = b", "2 - 1", "(=)", "ümläut"])
def test_ordinary_text_stays_as_it_is(text: str) -> None:
    assert csv_text(("who",), [(text,)]) == f'"who"\n"{text}"\n'


def test_numbers_have_no_quotes_and_nothing_is_an_empty_cell() -> None:
    assert csv_text(("a", "b", "c"), [(1, -0.5, None)]) == '"a","b","c"\n1,-0.5,""\n'
