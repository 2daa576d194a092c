"""Checks that a visitor did something: opened a page or a view, clicked a cell, drew an image, or ran an export."""

from core.experiment.layer_names import layer_names
from core.number_text import quantity
from core.parameters import BooleanValue, Integer, Optional, Parameter
from core.runs.comparison import Outcome
from core.teaching.answer_parsing import is_pair
from core.teaching.checks.argument_constraints import Text, Texts
from core.teaching.checks.check import VISITOR, Arguments, Check, CheckResult, judge_count, partly_passed, passed
from core.teaching.checks.evidence import Evidence

RUNS_LOOKED_AT = 5  # the newest runs with a result, since a visitor may look at any of their confusion matrices
LAYER, NUMBER = "layer", "number"  # kinds of views on the page Inside that show a part of a network
OF_RUN = "@"  # the separator of a layer or an answer and its run in the activities that pages record
NO_CELL = CheckResult(0.0, "no cell clicked yet", "the confusion matrix is on Evaluate")


def _pages(evidence: Evidence, arguments: Arguments) -> CheckResult:
    seen, wanted = set(evidence.noted("page")), arguments["files"]
    there = [file for file in wanted if file in seen or f"{file}.py" in seen]
    observed = (
        f"{len(there)} of {len(wanted)} pages" if len(wanted) > 1 else f"the page {wanted[0]}" if there else "another page"
    )
    absent = ", ".join(file for file in wanted if file not in there)
    return passed(observed) if not absent else partly_passed(len(there) / len(wanted), observed, f"still to open: {absent}")


def _opened(evidence: Evidence, arguments: Arguments) -> CheckResult:
    opened, wanted = evidence.noted("open"), arguments["views"]
    there = [view for view in wanted if any(_is_view(evidence, view, detail) for detail in opened)]
    absent = [view for view in wanted if view not in there]
    observed = f"opened: {', '.join(map(_view_words, there))}" if there else _other_net(evidence, opened, absent)
    return (
        passed(observed)
        if not absent
        else partly_passed(len(there) / len(wanted), observed, f"still to open: {', '.join(map(_view_words, absent))}")
    )


def _view_words(view: str) -> str:
    """Return the name of a view for messages: "a layer", "the layer Conv2D", or the title of a tab."""
    kind, _, name = view.partition(":")
    if kind not in (LAYER, NUMBER):
        return view
    words = "layer" if kind == LAYER else "number of the layer"
    return f"the {words} {name}" if name else "a layer" if kind == LAYER else "a number of a layer"


def _is_view(evidence: Evidence, view: str, detail: str) -> bool:
    """Return whether an opened view is the wanted view, which is a tab, or a layer in a network of this deck."""
    kind, _, name = view.partition(":")
    if kind not in (LAYER, NUMBER):
        return detail == view
    layer = _opened_layer(evidence, kind, detail)
    return layer is not None and name in ("", *layer)


def _opened_layer(evidence: Evidence, kind: str, detail: str) -> tuple[str, ...] | None:
    """Return the id, the name and the class of a layer that the visitor opened.

    Return None if the layer is not from a run of this deck.
    """
    opened_kind, _, rest = detail.partition(":")
    layer, _, run = rest.partition(OF_RUN)
    if opened_kind != kind:
        return None
    for outcome in evidence.finished_of_deck:
        experiment = outcome.run.experiment
        if outcome.run.id == run and (known := next((each for each in experiment.layers if each.id == layer), None)):
            return layer, layer_names(experiment)[layer], known.name
    return None


def _other_net(evidence: Evidence, opened: tuple[str, ...], wanted: list[str]) -> str:
    """Return the message that a wanted view is not open yet. The visitor may have opened a layer of another network."""
    kinds = {kind for view in wanted if (kind := view.partition(":")[0]) in (LAYER, NUMBER)}
    layers = [detail for detail in opened if detail.partition(":")[0] in kinds]
    is_other = bool(layers) and all(_opened_layer(evidence, detail.partition(":")[0], detail) is None for detail in layers)
    return "a layer of another network was opened" if is_other else "not opened yet"


def _noted(evidence: Evidence, arguments: Arguments) -> CheckResult:
    kind, detail = arguments["kind"], arguments["detail"]
    count = sum(detail is None or each == detail for each in evidence.noted(kind))
    return judge_count(count, {"at_least": arguments["at_least"]}, "time", f"{kind}: ")


def _cell(evidence: Evidence, arguments: Arguments) -> CheckResult:
    clicked = evidence.noted("cell")
    if not clicked:
        return NO_CELL
    observed = f"the cell {clicked[-1]}"
    if arguments["actual"] is not None or arguments["predicted"] is not None:
        actual, predicted = arguments["actual"] or "", arguments["predicted"] or ""
        if any(_is_cell(cell, actual, predicted) for cell in clicked):
            return passed(f"the cell {actual}→{predicted}")
        return partly_passed(0.3, observed, f"asked for: {actual or 'any class'}→{predicted or 'any class'}")
    if not (arguments["worst"] or arguments["diagonal"]):
        return passed(observed)
    pairs = [pair for outcome in evidence.finished_of_deck[:RUNS_LOOKED_AT] for pair in worst_pairs(evidence, outcome)]
    if arguments["diagonal"]:
        pairs = [(actual, actual) for actual, _ in pairs]
    right = [cell for cell in clicked for pair in pairs if is_pair(cell, *pair, is_ordered=True)]
    if right:
        return passed(f"the cell {right[-1]}")
    if not pairs:
        return partly_passed(0.1, observed, "there is no result whose worst cell could be known: train and evaluate a run")
    if arguments["diagonal"]:
        return partly_passed(0.3, observed, "asked for: the cell on the diagonal, in the row of the worst cell")
    return partly_passed(0.3, observed, "another one, off the diagonal, is the largest", "look for the darkest cell")


def _is_cell(cell: str, actual: str, predicted: str) -> bool:
    parts = [part.strip() for part in cell.split("→")]
    if len(parts) != 2:
        return False
    return is_pair(parts, actual or parts[0], predicted or parts[1], is_ordered=True)


def worst_pairs(evidence: Evidence, outcome: Outcome) -> list[tuple[str, str]]:
    """Return the most confused pairs of classes, by count or by share, each as (actual, predicted).

    The pairs are from the validation set, and also from the test set if the visitor has opened the test set.
    """
    classes = outcome.run.experiment.data.entry.classes
    worst = []
    for name in ("validation", "test") if outcome.run.test_is_open else ("validation",):
        evaluated = evidence.look_up.evaluation(outcome.run, name)
        pairs = evaluated.pairs() if evaluated else []
        most = max((pair.count for pair in pairs), default=0), max((pair.share for pair in pairs), default=0.0)
        worst += [pair for pair in pairs if pair.count == most[0] or pair.share == most[1]]
    return [(classes[pair.actual], classes[pair.predicted]) for pair in worst]


def _drawn(evidence: Evidence, arguments: Arguments) -> CheckResult:
    return judge_count(len(set(evidence.noted("drawn"))), {"at_least": arguments["at_least"]}, "drawing", "")


def _fooled(evidence: Evidence, arguments: Arguments) -> CheckResult:
    of_deck, least = {outcome.run.id for outcome in evidence.finished_of_deck}, arguments["at_least"]
    fooled = [detail.rpartition(OF_RUN) for detail in evidence.noted("fooled")]
    names = [name for name, _, run in fooled if run in of_deck]
    if len(names) >= least:
        return passed(f"the network said {names[-1]}")
    observed = f"fooled {len(names):,} of {quantity(least, 'time')}" if names else "not fooled yet"
    if fooled and not names:
        observed = "another network was fooled"
    return partly_passed(
        len(names) / least, observed, "the network must say what the dare asks for", "press Fool it under the answer"
    )


def _uploaded(evidence: Evidence, _arguments: Arguments) -> CheckResult:
    is_own = evidence.experiment.data.entry.is_own or any(
        each.run.experiment.data.entry.is_own for each in evidence.finished_of_deck
    )
    if evidence.noted("uploaded") or is_own:
        return passed("an upload of your own pictures")
    return CheckResult(0.0, "no upload", "bring pictures of your own on Load")


def _export_compared(evidence: Evidence, arguments: Arguments) -> CheckResult:
    equal = f"asked for: an export whose numbers {'equal those of' if arguments['same'] else 'were compared with'} its run"
    stamps = [
        (each.run, stamp) for each in evidence.finished_of_deck if (stamp := evidence.look_up.stamp(each.run)) is not None
    ]
    for run, stamp in stamps:
        if stamp.is_same or not arguments["same"]:
            return passed(
                f"{run.title}: {stamp.numbers - stamp.different:,} of {stamp.numbers:,} numbers of its export equal"
            )
    if stamps:
        run, stamp = stamps[0]
        return partly_passed(
            0.7, f"{run.title}: {stamp.different:,} of {stamp.numbers:,} numbers of its export differ", equal
        )
    if evidence.noted("export-compared"):  # another machine ran the export, or the run of the export is gone
        return (
            passed("an export that was run and compared")
            if not arguments["same"]
            else partly_passed(0.7, "an export was run", equal)
        )
    return CheckResult(0.0, "no export was run", equal, "run one on Take away")


def _test_opened(evidence: Evidence, _arguments: Arguments) -> CheckResult:
    opened = [outcome.run for outcome in evidence.finished_of_deck if outcome.run.test_openings]
    if opened:
        return passed(f"{opened[0].title}: its test set was opened")
    return CheckResult(0.0, "no test set was opened", "open one on Evaluate")


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
        "These were opened: tabs, by their titles; layer:Conv2D, a layer of a run of the deck on Inside, by class or name; "
        "number:Conv2D, a number of such a layer, taken apart.",
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
        "A cell of the confusion matrix was clicked: the one with most mistakes, the one on the diagonal of its row, or "
        "the one that is named.",
        _cell,
        (
            Parameter("worst", True, BooleanValue(), "Whether the cell with most mistakes, by count or by share, is asked."),
            Parameter(
                "diagonal", False, BooleanValue(), "Whether the cell on the diagonal in the row of the worst one is asked."
            ),
            Parameter("actual", None, CLASS, "The actual class, where a certain cell is asked."),
            Parameter("predicted", None, CLASS, "The predicted class."),
        ),
        subject=VISITOR,
    ),
    Check("drawn", "Images were drawn on Try it, each on an empty sheet.", _drawn, (ONCE,), subject=VISITOR),
    Check(
        "fooled",
        "A network of a run of the deck was made to say what the dare of Try it asks for.",
        _fooled,
        (ONCE,),
        subject=VISITOR,
    ),
    Check("uploaded", "Pictures of one's own were brought.", _uploaded, subject=VISITOR),
    Check(
        "export_compared",
        "An export was run and compared with its run.",
        _export_compared,
        (Parameter("same", True, BooleanValue(), "Whether all of its numbers must be equal."),),
        subject=VISITOR,
    ),
    Check("test_opened", "The test set of a run was opened.", _test_opened, subject=VISITOR),
)
