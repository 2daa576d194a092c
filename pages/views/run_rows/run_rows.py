"""A visitor's runs as rows to choose and compare: colour, curve, result, and the comparison with the previous run."""

from collections.abc import Callable, Collection, Sequence
from typing import Any

from core.runs.run_summaries import RunSummary
from pages.components.browser_modules import register
from pages.shell.colours import run_colour

_RUN_ROWS = register("run_rows", folder="views/run_rows")


def run_rows(
    summaries: Sequence[RunSummary], *, chosen: Collection[str], key: str, on_chosen: Callable[[], None], label: str
) -> None:
    """Draw runs as rows. The session state of the element has the ids of the chosen runs as the trigger `chosen`.

    Parameters
    ----------
    summaries
        The runs, the newest first.
    chosen
        The ids of the chosen runs.
    key
        The key of the element.
    on_chosen
        Called before the script reruns for another choice.
    label
        The name of the rows, for screen readers.
    """
    rows = [_row(summary, summary.outcome.run.id in chosen) for summary in summaries]
    _RUN_ROWS(key=key, data={"rows": rows, "label": label}, on_chosen_change=on_chosen)


def _row(summary: RunSummary, is_chosen: bool) -> dict[str, Any]:
    run, verdict = summary.outcome.run, summary.verdict
    return {
        "id": run.id,
        "title": f"Run {run.number}",
        "name": run.name,
        "colour": run_colour(run.number),
        "curve": summary.outcome.curve("accuracy"),
        "result": summary.headline.title,
        "isBest": summary.is_best,
        "size": verdict.size if verdict else "",
        "than": verdict.than if verdict else "",
        "reason": verdict.reason if verdict else "",
        "direction": verdict.direction if verdict else 0,
        "change": summary.change,
        "note": summary.note,
        "isChosen": is_chosen,
    }
