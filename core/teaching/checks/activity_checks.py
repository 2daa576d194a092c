"""Checks of what was looked at and done: pages and views, cells of the confusion matrix, drawings, the export."""

from core.parameters import Integer, Optional, Parameter, Switch
from core.runs.comparison import Outcome
from core.teaching.answers import is_pair
from core.teaching.checks.argument_constraints import Text, Texts
from core.teaching.checks.check import VISITOR, Arguments, Check, Seen, judge_count, partly, passed
from core.teaching.checks.evidence import Evidence

RUNS_LOOKED_AT = 5  # the newest ones with a result, whose confusion matrices a person may have open
NO_CELL = Seen(0.0, "no cell was clicked", "click the one that is asked for in the confusion matrix on Evaluate")


def _pages(evidence: Evidence, arguments: Arguments) -> Seen:
    seen, asked = set(evidence.noted("page")), arguments["files"]
    there = [file for file in asked if file in seen or f"{file}.py" in seen]
    saw = f"{len(there)} of {len(asked)} pages" if len(asked) > 1 else f"the page {asked[0]}" if there else "another page"
    absent = ", ".join(file for file in asked if file not in there)
    return passed(saw) if not absent else partly(len(there) / len(asked), saw, f"still to open: {absent}")


def _opened(evidence: Evidence, arguments: Arguments) -> Seen:
    opened, asked = evidence.noted("open"), arguments["views"]
    there = [view for view in asked if any(detail == view or detail.startswith(f"{view}:") for detail in opened)]
    absent = [view for view in asked if view not in there]
    saw = f"opened: {', '.join(there)}" if there else "not opened yet"
    return passed(saw) if not absent else partly(len(there) / len(asked), saw, f"still to open: {', '.join(absent)}")


def _noted(evidence: Evidence, arguments: Arguments) -> Seen:
    kind, detail = arguments["kind"], arguments["detail"]
    count = sum(detail is None or each == detail for each in evidence.noted(kind))
    return judge_count(count, {"at_least": arguments["at_least"]}, "time", f"{kind}: ")


def _cell(evidence: Evidence, arguments: Arguments) -> Seen:
    clicked = evidence.noted("cell")
    if not clicked:
        return NO_CELL
    saw = f"the cell {clicked[-1]}"
    if arguments["actual"] is not None or arguments["predicted"] is not None:
        actual, predicted = arguments["actual"] or "", arguments["predicted"] or ""
        if any(_is_cell(cell, actual, predicted) for cell in clicked):
            return passed(f"the cell {actual}→{predicted}")
        return partly(0.3, saw, f"{actual or 'any class'}→{predicted or 'any class'} is asked")
    if not arguments["worst"]:
        return passed(saw)
    pairs = [pair for outcome in evidence.finished[:RUNS_LOOKED_AT] for pair in worst_pairs(evidence, outcome)]
    right = [cell for cell in clicked for pair in pairs if is_pair(cell, *pair, is_ordered=True)]
    if right:
        return passed(f"the cell {right[-1]}")
    if not pairs:
        return partly(0.1, saw, "there is no result whose worst cell could be known: train and evaluate a run")
    return partly(0.3, saw, "another one, off the diagonal, is the largest: look for the darkest cell")


def _is_cell(cell: str, actual: str, predicted: str) -> bool:
    parts = [part.strip() for part in cell.split("→")]
    if len(parts) != 2:
        return False
    return is_pair(parts, actual or parts[0], predicted or parts[1], is_ordered=True)


def worst_pairs(evidence: Evidence, outcome: Outcome) -> list[tuple[str, str]]:
    """The pairs of an actual and a predicted class that are confused most: by count or by share, on a set that is open."""
    classes = outcome.run.experiment.data.entry.classes
    found = []
    for name in ("validation", "test") if outcome.run.test_is_open else ("validation",):
        evaluated = evidence.look_up.evaluation(outcome.run, name)
        pairs = evaluated.pairs() if evaluated else []
        most = max((pair.count for pair in pairs), default=0), max((pair.share for pair in pairs), default=0.0)
        found += [pair for pair in pairs if pair.count == most[0] or pair.share == most[1]]
    return [(classes[pair.actual], classes[pair.predicted]) for pair in found]


def _drawn(evidence: Evidence, arguments: Arguments) -> Seen:
    return judge_count(len(evidence.noted("drawn")), {"at_least": arguments["at_least"]}, "drawing", "")


def _uploaded(evidence: Evidence, _arguments: Arguments) -> Seen:
    is_own = evidence.experiment.data.entry.is_own or any(each.run.experiment.data.entry.is_own for each in evidence.runs)
    if evidence.noted("uploaded") or is_own:
        return passed("an upload of your own pictures")
    return Seen(0.0, "no upload", "bring pictures of your own on Load")


def _export_compared(evidence: Evidence, arguments: Arguments) -> Seen:
    equal = f"an export is asked whose numbers {'equal those of' if arguments['same'] else 'were compared with'} its run"
    stamps = [(each.run, stamp) for each in evidence.finished if (stamp := evidence.look_up.stamp(each.run)) is not None]
    for run, stamp in stamps:
        if stamp.is_same or not arguments["same"]:
            return passed(
                f"{run.title}: {stamp.numbers - stamp.different:,} of {stamp.numbers:,} numbers of its export equal"
            )
    if stamps:
        run, stamp = stamps[0]
        return partly(0.7, f"{run.title}: {stamp.different:,} of {stamp.numbers:,} numbers of its export differ", equal)
    if evidence.noted("export-compared"):  # where another machine ran it, or its run is gone
        return (
            passed("an export that was run and compared")
            if not arguments["same"]
            else partly(0.7, "an export was run", equal)
        )
    return Seen(0.0, "no export was run", f"{equal}: run one on Take it away")


def _test_opened(evidence: Evidence, _arguments: Arguments) -> Seen:
    opened = [outcome.run for outcome in evidence.runs if outcome.run.test_openings]
    if opened:
        return passed(f"{opened[0].title}: its test set was opened")
    return Seen(0.0, "no test set was opened", "open one on Evaluate")


ONCE = Parameter("at_least", 1, Integer(1, 1_000), "How often, at least.")
CLASS = Optional(Text("a class"), "any")

ACTIVITY_CHECKS = (
    Check(
        "pages",
        "These pages were opened.",
        _pages,
        (Parameter("files", (), Texts(), "The files of the pages, such as evaluate.py."),),
        required=("files",),
        subject=VISITOR,
    ),
    Check(
        "opened",
        "These tabs were opened, by their titles; layer:hidden is a layer on Inside, layer any of them.",
        _opened,
        (Parameter("views", (), Texts(), "Titles of tabs, or layers."),),
        required=("views",),
        subject=VISITOR,
    ),
    Check(
        "noted",
        "Pages noted an activity so often.",
        _noted,
        (
            Parameter("kind", "page", Text("the kind of an activity"), "The kind of activity."),
            Parameter("detail", None, Optional(Text("its detail"), "any"), "Its detail."),
            ONCE,
        ),
        required=("kind",),
        subject=VISITOR,
    ),
    Check(
        "cell",
        "A cell of the confusion matrix was clicked: the one with most mistakes, or the one that is named.",
        _cell,
        (
            Parameter("worst", True, Switch(), "Whether it must be the one with most mistakes, by count or by share."),
            Parameter("actual", None, CLASS, "The actual class, where one cell is asked."),
            Parameter("predicted", None, CLASS, "The predicted class."),
        ),
        subject=VISITOR,
    ),
    Check("drawn", "An image was drawn on Try it.", _drawn, (ONCE,), subject=VISITOR),
    Check("uploaded", "Pictures of one's own were brought.", _uploaded, subject=VISITOR),
    Check(
        "export_compared",
        "An export was run and compared with its run.",
        _export_compared,
        (Parameter("same", True, Switch(), "Whether all of its numbers must be equal."),),
        subject=VISITOR,
    ),
    Check("test_opened", "The test set of a run was opened.", _test_opened, subject=VISITOR),
)
