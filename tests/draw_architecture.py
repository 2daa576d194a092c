"""Draw docs/architecture.svg, the picture of the packages and their imports, from the code.

    python -m tests.draw_architecture

A box is a package, and an arrow leads from a package to an imported package. An arrow is left out if a longer path leads to
the same package. An orange box imports Keras or one of its backends. A mark names each package that starts functions of
`core.worker` by name.
"""

import ast
from collections.abc import Mapping
from functools import cache, partial
from itertools import groupby
from pathlib import Path

from tests.source_code import nodes

PROJECT = Path(__file__).parent.parent
PICTURE = PROJECT / "docs" / "architecture.svg"
COMMAND_LINE = ("__main__", "command_output", "deck_command", "receipt_command")
LEARNING = {"keras", "tensorflow", "jax", "torch"}
WORKER = "core.worker"
GROUND = "problems, parameters, settings, files …"  # the modules of core that stand in no package

BOX = (200, 52)  # width and height, in pixels
GROUND_WIDTH = 380
GAP = (60, 44)  # between two boxes of a row, and between two rows
MARGIN = 24
LANE = 20  # between two arrows beside the boxes
HEAD = 6  # the length of an arrow's head
MARK = "starts functions of core.worker"

Graph = Mapping[str, frozenset[str]]


def package(module: str) -> str | None:
    """Return the box of a module. Return None for the folder `core` itself and for modules of other projects."""
    first, *rest = module.split(".")
    if first in ("dashboard", "pages"):
        return first
    if first != "core" or not rest:
        return None
    if rest[0] == "application" or (PROJECT / "core" / rest[0]).is_dir():
        return f"core.{rest[0]}"
    return "command line" if rest[0] in COMMAND_LINE else GROUND


def module(path: Path) -> str:
    return ".".join(path.relative_to(PROJECT).with_suffix("").parts)


@cache
def files() -> tuple[tuple[str, Path], ...]:
    """Return each file with its box."""
    paths = [PROJECT / "dashboard.py", *sorted((PROJECT / "core").rglob("*.py")), *sorted((PROJECT / "pages").rglob("*.py"))]
    boxes = [(package(module(path).removesuffix(".__init__")), path) for path in paths]
    return tuple((box, path) for box, path in boxes if box)


def imported(path: Path) -> set[str]:
    """Return the modules that a file imports, also within functions. `from core import files` counts as core.files."""
    found = set()
    for node in nodes(path):
        if isinstance(node, ast.Import):
            found |= {one.name for one in node.names}
        elif isinstance(node, ast.ImportFrom):
            found |= {f"{node.module}.{one.name}" for one in node.names}
    return found


def imports() -> Graph:
    """Return for each box the other boxes that it imports."""
    graph: dict[str, set[str]] = {box: set() for box, _ in files()}
    for box, path in files():
        graph[box] |= {other for one in imported(path) if (other := package(one)) and other != box}
    return {box: frozenset(others) for box, others in graph.items()}


def learns() -> set[str]:
    """Return the boxes that import Keras or one of its backends."""
    return {box for box, path in files() if {one.partition(".")[0] for one in imported(path)} & LEARNING}


def starts_workers() -> set[str]:
    """Return the boxes with the name of a function or module of core.worker in a string, for a worker process to import."""
    texts = {(box, node.value) for box, path in files() for node in nodes(path) if isinstance(node, ast.Constant)}
    return {box for box, text in texts if isinstance(text, str) and text.startswith(f"{WORKER}.")} - {WORKER}


def reachable(graph: Graph, box: str) -> frozenset[str]:
    """Return all boxes that a box imports, directly or through other boxes."""
    return graph[box].union(*(reachable(graph, other) for other in graph[box]))


def without_shortcuts(graph: Graph) -> Graph:
    """Return the graph without each arrow whose box a longer path reaches too."""
    return {
        box: frozenset(one for one in others if not any(one in reachable(graph, other) for other in others - {one}))
        for box, others in graph.items()
    }


def height(graph: Graph, box: str) -> int:
    """Return the row of a box, counted from the bottom. A box in row 0 imports no other box."""
    return 1 + max((height(graph, other) for other in graph[box]), default=-1)


def places(drawn: Graph) -> dict[str, tuple[int, int, int]]:
    """Return the left edge, the upper edge and the width of each box. A box is below all boxes that import it."""
    rows = [list(boxes) for _, boxes in groupby(sorted(drawn, key=lambda box: -height(drawn, box)), partial(height, drawn))]
    whole = max(len(row) for row in rows) * (BOX[0] + GAP[0]) - GAP[0]
    placed: dict[str, tuple[int, int, int]] = {}

    def wanted(box: str) -> tuple[float, str]:
        above = [left + wide / 2 for one, (left, _, wide) in placed.items() if box in drawn[one]]
        return (sum(above) / len(above) if above else 0.0, box)

    for number, row in enumerate(rows):
        widths = {box: GROUND_WIDTH if box == GROUND else BOX[0] for box in row}
        left = MARGIN + (whole - sum(widths.values()) - GAP[0] * (len(row) - 1)) // 2
        for box in sorted(row, key=wanted):
            placed[box] = (left, MARGIN + number * (BOX[1] + GAP[1]), widths[box])
            left += widths[box] + GAP[0]
    return placed


def short_arrow(start: tuple[int, int, int], end: tuple[int, int, int]) -> str:
    """Return the path from the bottom of a box to the top of another box, a row below."""
    x1, y1, x2, y2 = start[0] + start[2] // 2, start[1] + BOX[1], end[0] + end[2] // 2, end[1] - HEAD
    bend = (y2 - y1) // 2
    return f"M {x1} {y1} C {x1} {y1 + bend}, {x2} {y2 - bend}, {x2} {y2}"


def long_arrow(start: tuple[int, int, int], end: tuple[int, int, int], lane: int) -> str:
    """Return the path from the right side of a box, along a lane beside all boxes, to the right side of a lower box."""
    x1, y1, x2, y2 = start[0] + start[2], start[1] + BOX[1] // 2, end[0] + end[2] + HEAD, end[1] + BOX[1] // 2
    return f"M {x1} {y1} H {lane} V {y2} H {x2}"


def arrows(drawn: Graph, placed: Mapping[str, tuple[int, int, int]]) -> tuple[list[str], int]:
    """Return the paths of all arrows, and the right edge of the picture."""
    lane = max(left + wide for left, _, wide in placed.values())
    paths = []
    for box in placed:
        for other in sorted(drawn[box]):
            if height(drawn, box) - height(drawn, other) == 1:
                paths.append(short_arrow(placed[box], placed[other]))
            else:
                lane += LANE
                paths.append(long_arrow(placed[box], placed[other], lane))
    return paths, lane + MARGIN


def svg() -> str:
    """Return the whole picture as SVG."""
    drawn = without_shortcuts(imports())
    placed, marked, learning = places(drawn), starts_workers(), learns()
    paths, width = arrows(drawn, placed)
    tall = max(top for _, top, _ in placed.values()) + BOX[1] + MARGIN
    boxes = []
    for box, (left, top, wide) in placed.items():
        middle, is_marked = left + wide // 2, box in marked
        kind = "box learns" if box in learning else "box"
        boxes.append(f'<rect class="{kind}" x="{left}" y="{top}" width="{wide}" height="{BOX[1]}" rx="8"/>')
        boxes.append(f'<text class="name" x="{middle}" y="{top + (22 if is_marked else 32)}">{box}</text>')
        if is_marked:
            boxes.append(f'<text class="mark" x="{middle}" y="{top + 42}">{MARK}</text>')
    return "\n".join(
        [
            f'<svg xmlns="http://www.w3.org/2000/svg" role="img" width="{width}" height="{tall}">',
            "<title>The packages, and which of them imports which</title>",
            "<style>",
            ".box { fill: #ffffff; stroke: #0072b2; stroke-width: 2 }",
            ".learns { fill: #fff4dc; stroke: #d55e00; stroke-width: 3 }",
            ".arrow { fill: none; stroke: #555555; stroke-width: 1.5 }",
            "text { font-family: sans-serif; text-anchor: middle; fill: #111111 }",
            ".name { font-size: 16px } .mark { font-size: 12px }",
            "</style>",
            '<defs><marker id="head" markerWidth="10" markerHeight="8" refX="4" refY="4" orient="auto">'
            '<path d="M 0 0 L 10 4 L 0 8 z" fill="#555555"/></marker></defs>',
            f'<rect width="{width}" height="{tall}" fill="#ffffff"/>',
            *(f'<path class="arrow" marker-end="url(#head)" d="{path}"/>' for path in paths),
            *boxes,
            "</svg>",
            "",
        ]
    )


if __name__ == "__main__":
    PICTURE.write_text(svg(), encoding="utf-8")
    print(f"wrote {PICTURE}")
