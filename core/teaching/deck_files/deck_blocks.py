"""The functions that turn each kind of fenced block of a deck into a part of a scene."""

from collections.abc import Callable, Mapping
from types import MappingProxyType

from core.experiment.templates import TEMPLATES
from core.parameters import BooleanValue, Choice, Integer, Real
from core.problems import ProblemError
from core.teaching.checks.experiment_form import MAY_CHANGE
from core.teaching.checks.predictable_values import POINTS, PREDICTABLE_VALUES, SHARE
from core.teaching.checks.task_checks import CHECKS
from core.teaching.deck import (
    HELD_BACK,
    HERE,
    SHOWN_SETS,
    TABS,
    CheckCall,
    Curves,
    Editor,
    ExperimentChange,
    Mark,
    Option,
    Part,
    Picture,
    Prediction,
    Question,
    Recorded,
    Result,
    Task,
)
from core.teaching.deck_files.deck_calls import read_call
from core.teaching.deck_files.deck_experiments import PARTS, expand_short_form, problem_line, read_content
from core.teaching.deck_files.deck_fields import Fields
from core.teaching.deck_files.deck_shows import read_show
from core.teaching.deck_files.deck_yaml import Node
from core.teaching.deck_problems import DeckProblem
from core.teaching.lecture_pictures import NAMES as PICTURES
from core.teaching.recorded_runs import RECORDED_CURVES, RECORDED_RUNS

CHANGED, HELD = Choice(MAY_CHANGE), Choice(HELD_BACK)
STARTS = Choice((HERE, *TEMPLATES))
TAB = Choice((*(title for titles in TABS.values() for title in titles), *SHOWN_SETS))
MOST_BANDS, MOST_SEEDS, MOST_EPOCHS_OFF = 8, 5, 20
EXAMPLE_CHECKS = "[{parameters: {equal: 101770}}]"
TASK_FIELDS = ("id", "do", "checks", "hints", "show", "seeds", "may_change", "reply", "variant")
EXAMPLE_OPTIONS = "[{text: ..., reply: ..., right: true}, {text: ..., reply: ...}]"

Problems = list[DeckProblem]


def _experiment(node: Node, problems: Problems, kind: str = "an experiment") -> ExperimentChange:
    fields = Fields(node, kind, ("start", "repair", "train", "tab", *PARTS), problems)
    start = fields.value("start", STARTS, HERE)
    needs_repair = fields.value("repair", BooleanValue(), False)
    train = fields.value("train", BooleanValue(), False)
    given = {part: part_node.plain for part in PARTS if (part_node := fields.node(part)) is not None}
    content = expand_short_form(given)
    for part, value in content.items():
        try:
            read_content({part: value})
        except ProblemError as error:
            problems.append(DeckProblem(problem_line(node, error.problem.where), error.problem))
    tab = fields.value("tab", TAB, "")
    return ExperimentChange(start, content, node.line, train, needs_repair, tab)


def _prediction(node: Node, problems: Problems) -> Prediction:
    keys = ("id", "ask", "figure", "bands", "options", "within", "reply", "variant", "may_change", "hold_back")
    fields = Fields(node, "a prediction", keys, problems)
    name, arguments = read_call(fields.node("figure", "test_accuracy"), fields, PREDICTABLE_VALUES, problems)
    answers = [key for key in ("bands", "options", "within") if fields.has(key)]
    if len(answers) != 1:
        given = " and ".join(answers) or "neither bands, options nor within"
        fields.report(node.line, f"A prediction has {given}.", "Expected one of bands, options, within.", "Keep one.")
    within = fields.value("within", Real(0, 1e9), None)
    if name in PREDICTABLE_VALUES and not PREDICTABLE_VALUES[name].kind.is_number and "bands" in answers:
        fields.report(node.line, f"{name} is no number.", "Expected options.", "Write options in place of bands.")
    bands = _bands(fields)
    if name in PREDICTABLE_VALUES:
        _check_unit(name, bands, fields)
    ask, names = fields.text("ask", "the question"), _names(fields)
    reply = fields.text("reply") if fields.has("reply") else ""
    variant, may_change = _variant(fields), _may_change(fields)
    held = tuple(fields.value_of(item, "hold_back", HELD, "") for item in fields.items("hold_back"))
    return Prediction(fields.id(), ask, name, bands, names, within, arguments, node.line, variant, reply, may_change, held)


def _variant(fields: Fields) -> str:
    """Return the variant of the deck to which a block belongs. If all variants have the block, return an empty string."""
    return fields.id("variant", "") if fields.has("variant") else ""


def _bands(fields: Fields) -> tuple[float, ...]:
    number = Real(-1e12, 1e12)
    edges = tuple(fields.value_of(node, "bands", number, 0.0) for node in fields.items("bands"))
    line = bands.line if (bands := fields.node("bands")) else fields.line
    if len(edges) > MOST_BANDS or list(edges) != sorted(set(edges)):
        expected = f"Expected at most {MOST_BANDS} different numbers, the smallest first."
        fields.report(line, f"bands of a prediction are {list(edges)}.", expected, "Sort them, and leave some out.")
    return edges


def _check_unit(name: str, edges: tuple[float, ...], fields: Fields) -> None:
    """Report bands in the wrong unit, such as 85 for a share from 0 to 1, or 0.05 for five percentage points."""
    kind = PREDICTABLE_VALUES[name].kind
    if kind is SHARE and not all(0 < edge < 1 for edge in edges):
        fields.report(fields.line, f"bands of {name} are {list(edges)}.", "Expected shares between 0 and 1.", "Write 0.85.")
    if kind is POINTS and edges and all(abs(edge) < 1 for edge in edges):
        fields.report(
            fields.line, f"bands of {name} are {list(edges)}.", "Expected percentage points.", "Write 5, not 0.05."
        )


def _names(fields: Fields) -> tuple[str, ...]:
    nodes = fields.items("options", fewest=2)
    names = tuple(fields.text_of(node, "options", 100) for node in nodes)
    if len(set(names)) < len(names):
        fields.report(nodes[0].line, f"Two options of {fields.kind} are the same.", "Expected each once.", "Change one.")
    return names


def _task(node: Node, problems: Problems) -> Task:
    fields = Fields(node, "a task", TASK_FIELDS, problems)
    calls = fields.items("checks", EXAMPLE_CHECKS)
    checks = tuple(CheckCall(*read_call(item, fields, CHECKS, problems), item.line) for item in calls)
    hints = tuple(fields.text_of(item, "hints") for item in fields.items("hints"))
    show = fields.node("show")
    change = None if show is None else _experiment(show, problems, "show of a task")
    seeds = fields.value("seeds", Integer(0, MOST_SEEDS), 0)
    do = fields.text("do", "what to reach")
    reply = fields.text("reply") if fields.has("reply") else ""
    return Task(fields.id(), do, checks, hints, change, seeds, node.line, _variant(fields), _may_change(fields), reply)


def _may_change(fields: Fields) -> tuple[str, ...] | None:
    """Return the parts of the experiment that a task lets the visitor change. If the field is missing, return None."""
    if not fields.has("may_change"):
        return None
    return tuple(fields.value_of(node, "may_change", CHANGED, "") for node in fields.items("may_change", "[layers]", 0))


def _question(node: Node, problems: Problems) -> Question:
    fields = Fields(node, "a question", ("id", "ask", "options", "variant"), problems)
    nodes = fields.items("options", EXAMPLE_OPTIONS, fewest=2)
    options = tuple(_option(item, problems) for item in nodes)
    if nodes and not any(option.is_right for option in options):
        happened = "No option of the question is right."
        fields.report(nodes[0].line, happened, "Expected one at least.", "Add right: true to the option that is.")
    if len({option.text for option in options}) < len(options):
        fields.report(nodes[0].line, "Two options of a question are the same.", "Expected each once.", "Change one.")
    return Question(fields.id(), fields.text("ask", "the question"), options, node.line, _variant(fields))


def _option(node: Node, problems: Problems) -> Option:
    fields = Fields(node, "an option", ("text", "reply", "right", "misconception"), problems)
    text, is_right = fields.text("text", "the answer", 300), fields.value("right", BooleanValue(), False)
    misconception = fields.text("misconception", longest=200) if fields.has("misconception") else ""
    if misconception and is_right:
        happened = "An option is right, and names a misconception."
        fields.report(node.line, happened, "Expected one or the other.", "Remove right, or misconception.")
    example = "" if misconception else "what is said to who chose it"
    return Option(text, fields.text("reply", example), is_right, misconception)


def _mark(node: Node, problems: Problems) -> Mark:
    fields = Fields(node, "a mark", ("id", "ask", "within", "variant"), problems)
    within = fields.value("within", Integer(0, MOST_EPOCHS_OFF), 0)
    return Mark(fields.id(), fields.text("ask", "what to mark"), within, node.line, _variant(fields))


def _recorded(node: Node, problems: Problems) -> Recorded:
    fields = Fields(node, "a recorded run", ("run",), problems)
    return Recorded(fields.value("run", Choice(tuple(RECORDED_RUNS)), "", "lecture-fashion"), node.line)


def _curves(node: Node, problems: Problems) -> Curves:
    fields = Fields(node, "recorded curves", ("run",), problems)
    return Curves(fields.value("run", Choice(tuple(RECORDED_CURVES)), "", "curve-a"), node.line)


def _picture(node: Node, problems: Problems) -> Picture:
    fields = Fields(node, "a picture", ("of",), problems)
    return Picture(fields.value("of", Choice(PICTURES), "", "network"), node.line)


def _result(node: Node, problems: Problems) -> Result:
    fields = Fields(node, "a result", ("of",), problems)
    return Result(fields.id("of"), node.line)


def _editor(node: Node, problems: Problems) -> Editor:
    fields = Fields(node, "an editor", ("lines",), problems)
    return Editor(fields.value("lines", Integer(5, 40), 24, "24"), node.line)


BLOCKS: Mapping[str, Callable[[Node, Problems], Part]] = MappingProxyType(
    {
        "experiment": _experiment,
        "predict": _prediction,
        "task": _task,
        "question": _question,
        "mark": _mark,
        "show": read_show,
        "recorded": _recorded,
        "curves": _curves,
        "picture": _picture,
        "result": _result,
        "editor": _editor,
    }
)
