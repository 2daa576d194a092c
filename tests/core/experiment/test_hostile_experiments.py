"""Hostile experiments: each can be read, checked, described, compared and exported, or is refused with a message.

Plain pytest tries 100, `pytest -m deep` 800. All of them, in some minutes:

    HOSTILE_EXAMPLES=20000 pytest -m deep tests/core/experiment/test_hostile_experiments.py
"""

import ast
import os
import time

import pytest
from hypothesis import HealthCheck, given, settings

from core.catalogue.datasets import DATASETS
from core.checks.experiment_checks import check
from core.experiment.descriptions import difference, network_sentence, sentence
from core.experiment.model import Experiment
from core.experiment.serialization import MAXIMUM_TEXT, dumps, loads
from core.experiment.templates import TEMPLATES
from core.export.script import script
from core.export.script_variables import variables
from core.problems import Problem, ProblemError
from core.worker.training.summary import summarise
from tests.core.experiment.hostile_experiments import TEXTS, hostile_stacks, hostile_texts
from tests.core.sample_experiments import LECTURE, template, text_of, with_compile, with_data, with_fit

QUICK_EXAMPLES = 40
EXAMPLES = int(os.environ.get("HOSTILE_EXAMPLES", "800"))
SECONDS = 1.0  # for all operations on a text
LONGEST = 1_000  # characters of a problem's message
OFTEN = settings(
    max_examples=EXAMPLES,
    derandomize="HOSTILE_EXAMPLES" not in os.environ,
    deadline=None,
    database=None,
    suppress_health_check=list(HealthCheck),
)


def names_in(code: str) -> set[str]:
    """The names in a script, without the texts that the script quotes."""
    return {node.id for node in ast.walk(ast.parse(code)) if isinstance(node, ast.Name)}


OUR_NAMES = {
    name
    for dataset in DATASETS
    for net in TEMPLATES
    for split in (0.0, 0.1)
    for images in (None, 100)
    for name in names_in(script(with_data(template(net, dataset), validation_split=split, train_images=images)))
} | names_in(script(with_fit(LECTURE, backend="torch")))


def assert_readable(problem: Problem) -> None:
    assert problem.happened and problem.expected and problem.fix
    assert len(str(problem)) < LONGEST, f"{len(str(problem))} characters: {problem}"
    assert str(problem).encode("utf-8")
    assert all(repair.label and repair.label.encode("utf-8") for repair in problem.repairs)


def read(text: str | bytes) -> Experiment | None:
    """The experiment, or None for a rightly refused text."""
    try:
        return loads(text)
    except ProblemError as error:
        assert_readable(error.problem)
        return None


def assert_usable(experiment: Experiment) -> None:
    assert loads(dumps(experiment)) == experiment
    for problem in check(experiment):
        assert_readable(problem)
    for words in (sentence(experiment), network_sentence(experiment, None)):
        assert words.encode("utf-8")
    assert difference(experiment, experiment) == "the same experiment"
    assert difference(experiment, LECTURE).encode("utf-8") and difference(LECTURE, experiment).encode("utf-8")
    code = script(experiment)
    compile(code, "script.py", "exec")
    assert code.encode("utf-8")
    assert names_in(code) <= OUR_NAMES | set(variables(experiment).values())


def assert_usable_or_refused(text: str | bytes) -> None:
    started = time.thread_time()
    experiment = read(text)
    if experiment is not None:
        assert_usable(experiment)
    assert time.thread_time() - started < SECONDS


@settings(OFTEN, max_examples=QUICK_EXAMPLES)
@given(hostile_texts())
def test_hostile_text_is_usable_or_refused(text: str | bytes) -> None:
    assert_usable_or_refused(text)


@pytest.mark.deep
@OFTEN
@given(hostile_texts())
def test_each_of_many_hostile_texts_is_usable_or_refused(text: str | bytes) -> None:
    assert_usable_or_refused(text)


@pytest.mark.parametrize("text", [text for text in TEXTS if len(text) <= MAXIMUM_TEXT])
def test_text_in_an_argument_stays_a_text(text: str) -> None:
    """A line break ended the script's line; half of a character pair could not be compiled, nor sent in the sentence."""
    experiment = loads(text_of({"version": 1, "layers": [{"name": "Dense", "arguments": {"activation": text}}]}))
    assert_usable(experiment)
    quoted = [node.value for node in ast.walk(ast.parse(script(experiment))) if isinstance(node, ast.Constant)]
    assert text in quoted
    assert all(one.isprintable() for one in sentence(experiment))


def test_metric_that_is_chosen_twice_is_compared_with_its_own() -> None:
    once = [{"name": "TopKCategoricalAccuracy"}]
    twice = with_compile(LECTURE, metrics=[*once, {"name": "TopKCategoricalAccuracy", "arguments": {"k": 1}}])
    assert difference(twice, twice) == "the same experiment"
    assert difference(twice, with_compile(LECTURE, metrics=once)) == "+ TopKCategoricalAccuracy"
    assert difference(with_compile(LECTURE, metrics=once), twice) == "− TopKCategoricalAccuracy"


def assert_checked_with_what_keras_says(text: str) -> None:
    experiment = loads(text)
    assert_usable(experiment)
    if any(problem.code == "value-not-allowed" for problem in check(experiment)):
        return  # the test asks Keras only about allowed values
    for problem in check(experiment, summarise(experiment)):
        assert_readable(problem)


@pytest.mark.deep
@settings(OFTEN, max_examples=QUICK_EXAMPLES // 4)
@given(hostile_stacks())
def test_hostile_stack_is_checked_with_what_keras_says(text: str) -> None:
    assert_checked_with_what_keras_says(text)


@pytest.mark.deep
@settings(OFTEN, max_examples=EXAMPLES // 4)
@given(hostile_stacks())
def test_each_of_many_hostile_stacks_is_checked_with_what_keras_says(text: str) -> None:
    assert_checked_with_what_keras_says(text)
