"""Functions that write tables as CSV, safe against formula injection in spreadsheets with any separator."""

import csv
import io
import re
from collections.abc import Iterable

# FORMULA matches signs that a spreadsheet reads as the beginning of a formula (OWASP, "CSV Injection"), also in full width.
# UNSEEN matches invisible signs that may precede such a sign.
UNSEEN = r"(?:[^\S\t\r\n]|[\u00ad\u200b-\u200f\u202a-\u202e\u2060-\u206f\ufeff])*"
FORMULA = re.compile(rf"(^|[;\t\r\n])({UNSEEN}[=+\-@＝＋－＠])")
LEADING = ("\t", "\r")


def csv_text(titles: Iterable[str], rows: Iterable[Iterable[object]]) -> str:
    """Return a table as CSV, with texts in quotes and numbers without quotes.

    Texts are quoted because spreadsheets of some countries separate cells by semicolons.

    Parameters
    ----------
    titles
        The names of the columns.
    rows
        The cells of each row. None makes an empty cell.
    """
    written = io.StringIO()
    writer = csv.writer(written, lineterminator="\n", quoting=csv.QUOTE_NONNUMERIC)
    writer.writerow(titles)
    writer.writerows([_cell(cell) for cell in row] for row in rows)
    return written.getvalue()


def as_text(cell: str) -> str:
    """Return a text with an apostrophe before each character that would begin a formula in a spreadsheet."""
    guarded = FORMULA.sub(r"\1'\2", cell)
    return f"'{guarded}" if guarded.startswith(LEADING) else guarded


def _cell(cell: object) -> object:
    return as_text(cell) if isinstance(cell, str) else cell
