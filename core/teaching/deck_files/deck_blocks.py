"""The kinds of fenced blocks of a deck, and what each becomes."""

from collections.abc import Callable, Mapping
from types import MappingProxyType

from core.experiment.templates import TEMPLATES
from core.parameters import Choice, Integer, Real, Switch
from core.problems import ProblemError
from core.teaching.checks.figures import FIGURES, POINTS, SHARE
from core.teaching.checks.task_checks import CHECKS
from core.teaching.deck import HERE, CheckCall, ExperimentChange, Mark, Option, Part, Prediction, Question, Recorded, Task
from core.teaching.deck_files.deck_calls import read_call
from core.teaching.deck_files.deck_experiments import PARTS, expand, line_of, read_content
from core.teaching.deck_files.deck_fields import Fields
from core.teaching.deck_files.deck_yaml import Node
from core.teaching.deck_problems import DeckProblem
from core.teaching.recorded_runs import RECORDED_RUNS
from core.teaching.scene_pages import TABS

STARTS = Choice((HERE, *TEMPLATES))
TAB = Choice(tuple(title for titles in TABS.values() for title in titles))
MOST_BANDS, MOST_SEEDS, MOST_EPOCHS_OFF = 8, 5, 20
EXAMPLE_CHECKS = "[{parameters: {equal: 101770}}]"
EXAMPLE_OPTIONS = "[{text: ..., reply: ..., right: true}, {text: ..., reply: ...}]"

Problems = list[DeckProblem]


def _experiment(node: Node, problems: Problems, what: str = "an experiment") -> ExperimentChange:
    fields = Fields(node, what, ("start", "repair", "train", "tab", *PARTS), problems)
    start = fields.value("start", STARTS, HERE)
    needs_repair = fields.value("repair", Switch(), False)
    train = fields.value("train", Switch(), False)
    given = {part: found.plain for part in PARTS if (found := fields.node(part)) is not None}
    content = expand(given)
    for part, value in content.items():
        try:
            read_content({part: value})
        except ProblemError as error:
            problems.append(DeckProblem(line_of(node, error.problem.where), error.problem))
    tab = fields.value("tab", TAB, "")
    return ExperimentChange(start, content, node.line, train, needs_repair, tab)


def _prediction(node: Node, problems: Problems) -> Prediction:
    keys = ("id", "ask", "figure", "bands", "options", "within", "variant")
    fields = Fields(node, "a prediction", keys, problems)
    figure, arguments = read_call(fields.node("figure", "test_accuracy"), fields, FIGURES, problems)
    answers = [key for key in ("bands", "options", "within") if fields.has(key)]
    if len(answers) != 1:
        given = " and ".join(answers) or "neither bands, options nor within"
        fields.report(node.line, f"A prediction has {given}.", "Expected one of bands, options, within.", "Keep one.")
    within = fields.value("within", Real(0, 1e9), None)
    if figure in FIGURES and not FIGURES[figure].kind.is_number and "bands" in answers:
        fields.report(node.line, f"{figure} is no number.", "Expected options.", "Write options in place of bands.")
    bands = _bands(fields)
    if figure in FIGURES:
        _check_unit(figure, bands, fields)
    ask, names = fields.text("ask", "the question"), _names(fields)
    return Prediction(fields.id(), ask, figure, bands, names, within, arguments, node.line, _variant(fields))


def _variant(fields: Fields) -> str:
    """The variant of the deck that alone has a block; "" for all."""
    return fields.id("variant", "") if fields.has("variant") else ""


def _bands(fields: Fields) -> tuple[float, ...]:
    number = Real(-1e12, 1e12)
    edges = tuple(fields.value_of(node, "bands", number, 0.0) for node in fields.items("bands"))
    line = found.line if (found := fields.node("bands")) else fields.line
    if len(edges) > MOST_BANDS or list(edges) != sorted(set(edges)):
        expected = f"Expected at most {MOST_BANDS} different numbers, the smallest first."
        fields.report(line, f"bands of a prediction are {list(edges)}.", expected, "Sort them, and leave some out.")
    return edges


def _check_unit(figure: str, edges: tuple[float, ...], fields: Fields) -> None:
    """Shares lie between 0 and 1; a band of percentage points that narrow was meant as a share."""
    kind = FIGURES[figure].kind
    if kind is SHARE and not all(0 < edge < 1 for edge in edges):
        fields.report(
            fields.line, f"bands of {figure} are {list(edges)}.", "Expected shares between 0 and 1.", "Write 0.85."
        )
    if kind is POINTS and edges and all(abs(edge) < 1 for edge in edges):
        fields.report(
            fields.line, f"bands of {figure} are {list(edges)}.", "Expected percentage points.", "Write 5, not 0.05."
        )


def _names(fields: Fields) -> tuple[str, ...]:
    nodes = fields.items("options", fewest=2)
    names = tuple(fields.text_of(node, "options", 100) for node in nodes)
    if len(set(names)) < len(names):
        fields.report(nodes[0].line, f"Two options of {fields.what} are the same.", "Expected each once.", "Change one.")
    return names


def _task(node: Node, problems: Problems) -> Task:
    fields = Fields(node, "a task", ("id", "do", "checks", "hints", "show", "seeds", "variant"), problems)
    calls = fields.items("checks", EXAMPLE_CHECKS)
    checks = tuple(CheckCall(*read_call(item, fields, CHECKS, problems), item.line) for item in calls)
    hints = tuple(fields.text_of(item, "hints") for item in fields.items("hints"))
    show = fields.node("show")
    change = None if show is None else _experiment(show, problems, "show of a task")
    seeds = fields.value("seeds", Integer(0, MOST_SEEDS), 0)
    do = fields.text("do", "what to reach")
    return Task(fields.id(), do, checks, hints, change, seeds, node.line, _variant(fields))


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
    text, is_right = fields.text("text", "the answer", 300), fields.value("right", Switch(), False)
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


BLOCKS: Mapping[str, Callable[[Node, Problems], Part]] = MappingProxyType(
    {
        "experiment": _experiment,
        "predict": _prediction,
        "task": _task,
        "question": _question,
        "mark": _mark,
        "recorded": _recorded,
    }
)
