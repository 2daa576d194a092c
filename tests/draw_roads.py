"""Draw the paths through the code (roads) that docs/ARCHITECTURE.md shows: `python -m tests.draw_roads`.

Each step names a file, a function of the file, and the word in the function that leads to the next step. If the code no
longer has a step, the command fails, so that no picture shows an outdated road.
"""

import ast
import re
from dataclasses import dataclass
from pathlib import Path

PROJECT = Path(__file__).parent.parent
DOCS = PROJECT / "docs"
BOX, GAP, MARGIN = (620, 56), 30, 20  # width and height of a box, between two boxes, around all; in pixels


@dataclass(frozen=True)
class Step:
    """A function on a road."""

    file: str
    function: str  # a function or a class
    words: str  # the work of the function, in words
    leads_by: str = ""  # the word in the code that leads to the next step, or "" at the end of a road


EVENT = (
    Step("core/worker/training/progress_callback.py", "_stepped", "measures a step of the fit", "report"),
    Step("core/worker/entrypoints.py", "report", "sends the event out of the process", "log_event"),
    Step("core/engine/cluster.py", "take", "receives the event in the server", "handle"),
    Step("core/runs/manager.py", "receive_event", "tells runs from downloads", "record_event"),
    Step("core/runs/active_runs.py", "record_event", "checks the event, updates the run", "record"),
    Step("core/runs/run_recorder.py", "record", "writes the event to SQLite", "publish"),
    Step("core/runs/event_stream.py", "follow", "waits for the next frames of a run", "yield"),
    Step("pages/frame/routes.py", "stream_run_events", "answers the browser with the frames", "StreamingResponse"),
    Step("pages/components/shared/event_stream.js", "receive", "keeps what a chart needs", "send"),
    Step("pages/components/curves/curves.js", "receive", "draws the point"),
)
QUESTION = (
    Step("pages/interpret/layer_detail.py", "_numbers", "makes the typed question of a click", "WeightedSumQuestion"),
    Step("core/views/weighted_sums.py", "WeightedSumQuestion", "names the function that answers", "function"),
    Step("pages/interpret/network_ref.py", "ask_network", "notes what the visitor looks at", "ask"),
    Step("core/engine/inspector.py", "_Answers", "asks once for all visitors, keeps the answer", "inspect"),
    Step("core/engine/cluster.py", "inspect", "sends the question to a process", "entrypoints.call"),
    Step("core/worker/entrypoints.py", "call", "finds the function there", "arguments"),
    Step("core/worker/views/weighted_sums.py", "sums", "computes the answer with Keras", "WeightedSum"),
    Step("pages/views/weighted_sums/weighted_sums.py", "draw", "draws the answer", "_WEIGHTED_SUMS"),
    Step("pages/views/weighted_sums/weighted_sums.js", "weightedSums", "shows the numbers in the browser"),
)
ROADS = {
    "event-road.svg": ("The road of an event, from a step of the fit to a point of a curve", EVENT),
    "question-road.svg": ("The road of a question, from a click to a picture", QUESTION),
}


def body(step: Step) -> str:
    """Return the code of a step's function. Raise LookupError if the file has no such function."""
    text = (PROJECT / step.file).read_text(encoding="utf-8")
    if step.file.endswith(".js"):
        found = re.search(rf"function {step.function}\(.*?\n}}\n", text, re.DOTALL)
        if found is None:
            raise LookupError(f"{step.file} has no function {step.function}")
        return found[0]
    for node in ast.walk(ast.parse(text)):
        if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef | ast.ClassDef) and node.name == step.function:
            return ast.get_source_segment(text, node) or ""
    raise LookupError(f"{step.file} has no function {step.function}")


def _call(step: Step) -> str:
    """Return the name of a step's function with parentheses, or the name of its class without."""
    return step.function if step.function.lstrip("_")[0].isupper() else f"{step.function}()"


def check(step: Step) -> None:
    """Raise LookupError if the code of a step lacks the word that leads to the next step."""
    if not re.search(rf"\b{step.leads_by}\b", body(step)):
        raise LookupError(f"{step.function} in {step.file} does not lead on by {step.leads_by!r}")


def svg(title: str, road: tuple[Step, ...]) -> str:
    """Return the picture of a road as SVG, from top to bottom."""
    width, tall = BOX[0] + 2 * MARGIN, len(road) * (BOX[1] + GAP) - GAP + 2 * MARGIN
    parts = []
    for number, step in enumerate(road):
        check(step)
        top, middle = MARGIN + number * (BOX[1] + GAP), width // 2
        parts.append(f'<rect class="box" x="{MARGIN}" y="{top}" width="{BOX[0]}" height="{BOX[1]}" rx="8"/>')
        parts.append(f'<text class="name" x="{middle}" y="{top + 23}">{step.file}</text>')
        parts.append(f'<text x="{middle}" y="{top + 44}">{_call(step)} {step.words}</text>')
        if number + 1 < len(road):
            y = top + BOX[1]
            parts.append(f'<path class="arrow" marker-end="url(#head)" d="M {middle} {y} V {y + GAP - 6}"/>')
    return "\n".join(
        [
            f'<svg xmlns="http://www.w3.org/2000/svg" role="img" width="{width}" height="{tall}">',
            f"<title>{title}</title>",
            "<style>",
            ".box { fill: #ffffff; stroke: #0072b2; stroke-width: 2 }",
            ".arrow { fill: none; stroke: #555555; stroke-width: 1.5 }",
            "text { font-family: sans-serif; font-size: 14px; text-anchor: middle; fill: #111111 }",
            ".name { font-weight: 600 }",
            "</style>",
            '<defs><marker id="head" markerWidth="10" markerHeight="8" refX="4" refY="4" orient="auto">'
            '<path d="M 0 0 L 10 4 L 0 8 z" fill="#555555"/></marker></defs>',
            f'<rect width="{width}" height="{tall}" fill="#ffffff"/>',
            *parts,
            "</svg>",
            "",
        ]
    )


if __name__ == "__main__":
    for name, (title, road) in ROADS.items():
        (DOCS / name).write_text(svg(title, road), encoding="utf-8")
        print(f"wrote {DOCS / name}")
