"""Checks of answers: numbers within a tolerance, orders, options, and guesses beside what came of them."""

import re
from itertools import combinations
from textwrap import shorten

from core.number_text import number, quantity
from core.parameters import Choice, Integer, Optional, Parameter, Real
from core.teaching.answers import as_list, as_number, is_percentage, plain
from core.teaching.checks.argument_constraints import Text, Texts
from core.teaching.checks.check import VISITOR, Arguments, Check, Seen, partly, passed
from core.teaching.checks.evidence import Evidence
from core.teaching.checks.figures import FIGURES, compare

NEARLY_EQUAL = 1e-9  # relative: 0.1 + 0.2 is 0.3
FAR = 0.3  # the share for an answer that is there, and wrong


LONGEST_QUESTION = 80  # characters of a question that a message quotes


def _question(evidence: Evidence, name: str) -> str:
    """A question in a message: its words without signs of Markdown, cut where they are long."""
    words = " ".join(re.sub(r"[*`]", "", evidence.asked.get(name, name)).split())
    return f"“{shorten(words, LONGEST_QUESTION, placeholder=' …')}”"


def _unanswered(evidence: Evidence, name: str) -> Seen:
    return Seen(0.0, f"no answer yet to {_question(evidence, name)}", "answer it")


def _number(evidence: Evidence, arguments: Arguments) -> Seen:
    answer, asked, within = evidence.answers.get(arguments["answer"]), arguments["equal"], arguments["within"]
    if answer is None:
        return _unanswered(evidence, arguments["answer"])
    value = as_number(answer)
    if value is None:
        return partly(0.1, f"the answer {answer}", "a number is asked")
    if is_percentage(answer) and abs(asked) <= 1:
        value /= 100
    return _near(value, asked, within, f"the answer {answer}")


def _near(value: float, asked: float, within: float, saw: str) -> Seen:
    if abs(value - asked) <= within + NEARLY_EQUAL * max(1.0, abs(asked)):
        return passed(saw)
    side = "too high" if value > asked else "too low"
    return partly(FAR, saw, f"it is {side}{f', by more than {number(within)}' if within else ''}")


def _order(evidence: Evidence, arguments: Arguments) -> Seen:
    answer, asked = evidence.answers.get(arguments["answer"]), tuple(map(plain, arguments["equal"]))
    if answer is None:
        return _unanswered(evidence, arguments["answer"])
    given = as_list(answer)
    saw = f"the order {', '.join(given)}"
    if given == asked:
        return passed(saw)
    if sorted(given) != sorted(asked):
        return partly(0.1, saw, f"an order of all of these is asked: {', '.join(sorted(asked))}")
    pairs = list(combinations(asked, 2))
    right = sum(given.index(one) < given.index(other) for one, other in pairs)
    return partly(right / len(pairs), saw, f"{quantity(right, 'pair')} of {len(pairs)} in the right order")


def _option(evidence: Evidence, arguments: Arguments) -> Seen:
    answer = evidence.answers.get(arguments["answer"])
    if answer is None:
        return _unanswered(evidence, arguments["answer"])
    saw = f"the answer {answer}"
    return passed(saw) if _is_option(answer, arguments["equal"]) else partly(FAR, saw, "another option is right")


def _is_option(answer: object, right: tuple[str, ...]) -> bool:
    return plain(answer) in map(plain, right)


def _options(evidence: Evidence, arguments: Arguments) -> Seen:
    ids, right = arguments["answers"], arguments["equal"]
    least = min(arguments["at_least"] or len(ids), len(ids))
    given = [(evidence.answers.get(name), option) for name, option in zip(ids, right, strict=False)]
    answered = sum(answer is not None for answer, _ in given)
    count = sum(answer is not None and _is_option(answer, (option,)) for answer, option in given)
    saw = f"{count} right of {quantity(answered, 'answer')}"
    return passed(saw) if count >= least else partly(count / least, saw, f"{least} of {len(ids)} are asked")


def _answered(evidence: Evidence, arguments: Arguments) -> Seen:
    ids = arguments["answers"]
    open_ones = [name for name in ids if evidence.answers.get(name) in (None, "")]
    saw = f"{len(ids) - len(open_ones)} of {quantity(len(ids), 'answer')}"
    if not open_ones:
        return passed(saw)
    return partly(
        1 - len(open_ones) / len(ids), saw, f"still open: {', '.join(_question(evidence, name) for name in open_ones)}"
    )


def _figure(evidence: Evidence, arguments: Arguments) -> Seen:
    answer, figure = evidence.answers.get(arguments["answer"]), FIGURES[arguments["figure"]]
    if answer is None:
        return _unanswered(evidence, arguments["answer"])
    outcome = evidence.judged or next(iter(evidence.finished), None)
    value = figure.value(evidence, outcome, arguments)
    if value is None:
        what = "train a run, and the answer can be compared" if figure.needs_run else "wait a moment: Keras counts"
        return partly(FAR, f"the answer {answer}", what)
    compared = compare(figure, answer, value, within=arguments["within"])
    saw = f"the answer {answer} beside {figure.words(value)}"
    if compared.is_right:
        return passed(saw)
    room = f", within {number(arguments['within'])}" if arguments["within"] else ""
    return partly(FAR, saw, f"the same is asked{room}")


ANSWER = Parameter("answer", "answer", Text("the id of a question"), "The question or prediction.")
IDS = Parameter("answers", (), Texts(), "The questions.")
WITHIN = Parameter("within", 0.0, Real(0.0, 1e12), "How far it may be off.")

ANSWER_CHECKS = (
    Check(
        "number",
        "The answer is this number, or off by at most a tolerance.",
        _number,
        (ANSWER, Parameter("equal", 0.0, Real(-1e15, 1e15), "The right number."), WITHIN),
        required=("answer", "equal"),
        subject=VISITOR,
    ),
    Check(
        "order",
        "The answer puts these in this order.",
        _order,
        (ANSWER, Parameter("equal", (), Texts(), "The right order.")),
        required=("answer", "equal"),
        subject=VISITOR,
    ),
    Check(
        "option",
        "The answer is this option, or one of several.",
        _option,
        (ANSWER, Parameter("equal", (), Texts(), "The options that are right.")),
        required=("answer", "equal"),
        subject=VISITOR,
    ),
    Check(
        "options",
        "Of several questions, so many are answered rightly.",
        _options,
        (
            IDS,
            Parameter("equal", (), Texts(), "The right option of each."),
            Parameter("at_least", None, Optional(Integer(1, 50), "all"), "How many must be right."),
        ),
        required=("answers", "equal"),
        subject=VISITOR,
    ),
    Check("answered", "These questions have an answer.", _answered, (IDS,), required=("answers",), subject=VISITOR),
    Check(
        "figure",
        "The answer is a figure of the draft or of the newest run, or off by at most a tolerance.",
        _figure,
        (
            ANSWER,
            Parameter("figure", "parameters", Choice(tuple(FIGURES)), "The figure."),
            WITHIN,
            Parameter("layer", None, Optional(Text("a layer's name or class"), "the output"), "The layer of output_shape."),
        ),
        required=("answer", "figure"),
        subject=VISITOR,
    ),
)
