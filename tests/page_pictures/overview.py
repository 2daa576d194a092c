"""An HTML page that shows all pictures in a grid, and the table of measurements, as HTML and as Markdown."""

import json
from collections import Counter
from collections.abc import Iterable
from html import escape
from pathlib import Path

from tests.page_pictures.accessibility import IMPACTS
from tests.page_pictures.capture import Taken

COLUMNS = (
    "page",
    "state",
    "size",
    "theme",
    "height",
    "overflow",
    "errors",
    *IMPACTS,
    "clicks from Start",
    "words",
    "sizes",
    "first screenful",
)
STYLE = """
body { font: 16px/1.4 system-ui, sans-serif; margin: 1rem; color-scheme: light dark; }
table { border-collapse: collapse; } th, td { padding: .2rem .6rem; text-align: left; vertical-align: top; }
tbody tr:nth-child(odd) { background: #8882; } td.number { text-align: right; font-variant-numeric: tabular-nums; }
td.bad { color: #d55e00; font-weight: bold; } section { margin-block: 2rem; }
.row { display: flex; gap: 1rem; overflow-x: auto; } figure { margin: 0; flex: none; }
img { border: 1px solid #888; height: 320px; display: block; } .wide img { height: auto; max-width: 100%; }
"""


def clicks_from_start(taken: Iterable[Taken], paths: dict[str, str]) -> dict[str, int]:
    """Return the smallest number of links from Start to each page. A page that no link leads to is left out.

    A link counts if the pages in `taken` show the link without a click.
    """
    pages = {f"/{path}": name for name, path in paths.items()}
    leads: dict[str, set[str]] = {}
    for one in taken:
        reached = {pages[link] for link in one.links if link in pages}
        leads.setdefault(one.page, set()).update(reached)
    clicks, border = {"start": 0}, ["start"]
    while border:
        page = border.pop(0)
        for new in leads.get(page, set()) - set(clicks):
            clicks[new] = clicks[page] + 1
            border.append(new)
    return clicks


def rows(taken: Iterable[Taken], clicks: dict[str, int]) -> list[tuple[object, ...]]:
    """Return the table's rows, in the order of COLUMNS."""
    table = []
    for one in taken:
        impacts = Counter(finding["impact"] for finding in one.axe)
        first = " · ".join(one.headings) + ("" if one.rested else " (still changing)")
        where = (one.page, one.state, one.size, one.theme, one.height, one.overflow, len(one.errors))
        sizes = ", ".join(sorted(one.sizes, key=lambda size: float(size.removesuffix("px"))))
        found = (*(impacts[impact] for impact in IMPACTS), clicks.get(one.page, "-"), one.words, sizes, first)
        table.append((*where, *found))
    return table


def markdown(table: list[tuple[object, ...]]) -> str:
    """Return the table as Markdown."""
    lines = [" | ".join(COLUMNS), " | ".join("---" for _ in COLUMNS)]
    lines += [" | ".join(str(value).replace("|", "/").replace("\n", " ") for value in row) for row in table]
    return "".join(f"| {line} |\n" for line in lines)


def write(taken: list[Taken], clicks: dict[str, int], folder: Path) -> None:
    """Write index.html, pages.md and pages.json into the folder of the pictures."""
    table = rows(taken, clicks)
    (folder / "pages.md").write_text(markdown(table), encoding="utf-8")
    content = {"clicks": clicks, "pages": [one.as_dict() for one in taken]}
    (folder / "pages.json").write_text(json.dumps(content, indent=1), encoding="utf-8")
    (folder / "index.html").write_text(_html(taken, table), encoding="utf-8")


def _html(taken: list[Taken], table: list[tuple[object, ...]]) -> str:
    sections = []
    for page in dict.fromkeys(one.page for one in taken):
        own = [one for one in taken if one.page == page]
        rows_of_pictures = [
            f'<h3>{escape(state)}, {escape(theme)}</h3><div class="row">'
            + "".join(_figures(one) for one in own if (one.state, one.theme) == (state, theme))
            + "</div>"
            for state, theme in dict.fromkeys((one.state, one.theme) for one in own)
        ]
        sections.append(f'<section id="{page}"><h2>{escape(page)}</h2>{"".join(rows_of_pictures)}</section>')
    found = "".join(f"<li>{_finding(one, finding)}</li>" for one in taken for finding in one.axe)
    said = "".join(f"<li>{escape(one.name)}: {escape(error)}</li>" for one in taken for error in one.errors)
    lists = f"<h2>Found by axe</h2><ul>{found}</ul><h2>Errors of the console</h2><ul>{said}</ul>"
    return page_of("Every page", _table(table) + "".join(sections) + lists)


def page_of(title: str, body: str) -> str:
    """Return a whole HTML page."""
    head = f'<meta charset="utf-8"><title>{escape(title)}</title><style>{STYLE}</style>'
    return f'<!doctype html><html lang="en">{head}<h1>{escape(title)}</h1>{body}</html>'


def _figures(one: Taken) -> str:
    def figure(which: str, words: str) -> str:
        file = escape(f"{one.name}-{which}.png")
        alt = escape(f"{one.page} in {one.size}, {words}")
        return (
            f'<figure><a href="{file}"><img loading="lazy" src="{file}" alt="{alt}"></a>'
            f"<figcaption>{escape(one.size)}, {words}</figcaption></figure>"
        )

    return figure("first", "first screenful") + figure("whole", f"whole, {one.height:,} px")


def _finding(one: Taken, finding: dict[str, str]) -> str:
    words = f"{finding['impact']} {finding['rule']} at {finding['where']}: {finding['why']}"
    return f"{escape(one.name)}: {escape(words)} <code>{escape(finding['html'])}</code>"


def _table(table: list[tuple[object, ...]]) -> str:
    bad = {COLUMNS.index(name) for name in ("overflow", "errors", *IMPACTS)}

    def cell(index: int, value: object) -> str:
        kinds = ["number"] * isinstance(value, int) + ["bad"] * (index in bad and bool(value))
        shown = f'<a href="#{value}">{value}</a>' if index == 0 else escape(str(value))
        return f'<td class="{" ".join(kinds)}">{shown}</td>'

    head = "".join(f"<th>{name}</th>" for name in COLUMNS)
    body = "".join(f"<tr>{''.join(cell(*one) for one in enumerate(row))}</tr>" for row in table)
    return f"<table><thead><tr>{head}</tr></thead><tbody>{body}</tbody></table>"
