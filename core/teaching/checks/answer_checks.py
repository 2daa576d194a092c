"""Checks of answers to questions: numbers, orders, options, and guesses that are compared with their result."""

import re
from itertools import combinations
from textwrap import shorten

from core.number_text import number, quantity
from core.parameters import Choice, Integer, Optional, Parameter, Real
from core.teaching.answer_parsing import as_list, as_number, is_percentage, normalised_answer
from core.teaching.checks.argument_constraints import Text, Texts
from core.teaching.checks.check import VISITOR, Arguments, Check, CheckResult, partly_passed, passed
from core.teaching.checks.evidence import Evidence
from core.teaching.checks.predictable_values import PREDICTABLE_VALUES, compare

NEARLY_EQUAL = 1e-9  # a relative tolerance, so that 0.1 + 0.2 equals 0.3
WRONG_ANSWER_SHARE = 0.3  # the share of the goal that a wrong answer reaches


LONGEST_QUESTION = 80  # characters of a question that a message quotes


def _question(evidence: Evidence, name: str) -> str:
    """Return the text of a question for a message, without Markdown, and shortened to 80 characters."""
    words = " ".join(re.sub(r"[*`]", "", evidence.asked.get(name, name)).split())
    return f"“{shorten(words, LONGEST_QUESTION, placeholder=' …')}”"


def _unanswered(evidence: Evidence, name: str) -> CheckResult:
    return CheckResult(0.0, f"no answer yet to {_question(evidence, name)}", "answer it")


def _number(evidence: Evidence, arguments: Arguments) -> CheckResult:
    answer, wanted, within = evidence.answers.get(arguments["answer"]), arguments["equal"], arguments["within"]
    if answer is None:
        return _unanswered(evidence, arguments["answer"])
    value = as_number(answer)
    if value is None:
        return partly_passed(0.1, f"the answer {answer}", "asked for: a number")
    if is_percentage(answer) and abs(wanted) <= 1:
        value /= 100
    return _near(value, wanted, within, f"the answer {answer}")


def _near(value: float, wanted: float, within: float, observed: str) -> CheckResult:
    if abs(value - wanted) <= within + NEARLY_EQUAL * max(1.0, abs(wanted)):
        return passed(observed)
    side = "too high" if value > wanted else "too low"
    return partly_passed(WRONG_ANSWER_SHARE, observed, f"it is {side}{f', by more than {number(within)}' if within else ''}")


def _order(evidence: Evidence, arguments: Arguments) -> CheckResult:
    answer, wanted = evidence.answers.get(arguments["answer"]), tuple(map(normalised_answer, arguments["equal"]))
    if answer is None:
        return _unanswered(evidence, arguments["answer"])
    given = as_list(answer)
    observed = f"the order {', '.join(given)}"
    if given == wanted:
        return passed(observed)
    if sorted(given) != sorted(wanted):
        return partly_passed(0.1, observed, f"asked for: an order of all of these: {', '.join(sorted(wanted))}")
    pairs = list(combinations(wanted, 2))
    right = sum(given.index(first) < given.index(second) for first, second in pairs)
    return partly_passed(right / len(pairs), observed, f"{quantity(right, 'pair')} of {len(pairs)} in the right order")


def _option(evidence: Evidence, arguments: Arguments) -> CheckResult:
    answer = evidence.answers.get(arguments["answer"])
    if answer is None:
        return _unanswered(evidence, arguments["answer"])
    observed = f"the answer {answer}"
    return (
        passed(observed)
        if _is_option(answer, arguments["equal"])
        else partly_passed(WRONG_ANSWER_SHARE, observed, "another option is right")
    )


def _is_option(answer: object, right: tuple[str, ...]) -> bool:
    return normalised_answer(answer) in map(normalised_answer, right)


def _options(evidence: Evidence, arguments: Arguments) -> CheckResult:
    ids, right = arguments["answers"], arguments["equal"]
    least = min(arguments["at_least"] or len(ids), len(ids))
    given = [(evidence.answers.get(name), option) for name, option in zip(ids, right, strict=False)]
    answered = sum(answer is not None for answer, _ in given)
    count = sum(answer is not None and _is_option(answer, (option,)) for answer, option in given)
    observed = f"{count} right of {quantity(answered, 'answer')}"
    return (
        passed(observed)
        if count >= least
        else partly_passed(count / least, observed, f"asked for: {least} of {len(ids)} right")
    )


def _answered(evidence: Evidence, arguments: Arguments) -> CheckResult:
    ids = arguments["answers"]
    open_ones = [name for name in ids if evidence.answers.get(name) in (None, "")]
    observed = f"{len(ids) - len(open_ones)} of {quantity(len(ids), 'answer')}"
    if not open_ones:
        return passed(observed)
    return partly_passed(
        1 - len(open_ones) / len(ids), observed, f"still open: {', '.join(_question(evidence, name) for name in open_ones)}"
    )


def _predictable_value(evidence: Evidence, arguments: Arguments) -> CheckResult:
    answer, predicted = evidence.answers.get(arguments["answer"]), PREDICTABLE_VALUES[arguments["figure"]]
    if answer is None:
        return _unanswered(evidence, arguments["answer"])
    outcome = evidence.judged or next(iter(evidence.finished_of_deck), None)
    value = predicted.value(evidence, outcome, arguments)
    if value is None:
        advice = "train a run, and the answer can be compared" if predicted.needs_run else "wait a moment: Keras counts"
        return partly_passed(WRONG_ANSWER_SHARE, f"the answer {answer}", advice)
    compared = compare(predicted, answer, value, within=arguments["within"])
    observed = f"the answer {answer} beside {predicted.words(value)}"
    if compared.is_right:
        return passed(observed)
    room = f", within {number(arguments['within'])}" if arguments["within"] else ""
    return partly_passed(
        WRONG_ANSWER_SHARE,
        observed,
        f"asked for: the same number{room}" if predicted.kind.is_number else "asked for: the same",
    )


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
        "Of several questions, so many are answered correctly.",
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
        _predictable_value,
        (
            ANSWER,
            Parameter("figure", "parameters", Choice(tuple(PREDICTABLE_VALUES)), "The figure."),
            WITHIN,
            Parameter("layer", None, Optional(Text("a layer's name or class"), "the output"), "The layer of output_shape."),
        ),
        required=("answer", "figure"),
        subject=VISITOR,
    ),
)
