"""Each question of the views names the worker's function that takes its fields, and gives the answer that it promises."""

import pkgutil
import typing
from dataclasses import fields
from importlib import import_module
from pathlib import Path

import pytest

from core import views
from core.engine import experiment_facts, readiness
from core.problems import Problem
from core.views.shared.question import Question

VIEWS = [import_module(module.name) for module in pkgutil.iter_modules(views.__path__, "core.views.")]
QUESTIONS = [
    kind
    for module in (*VIEWS, experiment_facts, readiness)
    for kind in vars(module).values()
    if isinstance(kind, type) and issubclass(kind, Question) and kind.__module__ == module.__name__
]
WORKER = Path(views.__file__).parent.parent / "worker" / "views"


def promised(kind: type) -> object:
    """The type of the answer to a question, as its class names it, or the class that it follows."""
    (base,) = next(vars(parent)["__orig_bases__"] for parent in kind.__mro__ if "__orig_bases__" in vars(parent))
    (answer,) = typing.get_args(base)
    return answer


def test_every_question_is_found() -> None:
    assert len(QUESTIONS) > 30
    assert all(kind.__name__.endswith("Question") for kind in QUESTIONS)


@pytest.mark.parametrize("kind", QUESTIONS, ids=lambda kind: kind.__name__)
def test_function_of_a_question_takes_its_fields_and_gives_its_answer(kind: type[Question]) -> None:
    hints = typing.get_type_hints(pkgutil.resolve_name(kind.function))
    given = hints.pop("return")
    types = typing.get_type_hints(kind)
    assert list(hints.values()) == [types[field.name] for field in fields(kind)]
    answers = typing.get_args(given) if Problem in typing.get_args(given) else (given,)
    assert promised(kind) in answers


@pytest.mark.parametrize("kind", QUESTIONS, ids=lambda kind: kind.__name__)
def test_function_of_a_view_stands_in_the_worker_s_file_of_its_name(kind: type[Question]) -> None:
    package, _, view = kind.__module__.rpartition(".")
    if package == "core.views":
        assert kind.function.partition(":")[0] == f"core.worker.views.{view}"


def test_every_view_of_the_worker_has_its_question() -> None:
    names = {path.stem for path in WORKER.glob("*.py")} - {"__init__"}
    assert names == {module.__name__.rpartition(".")[2] for module in VIEWS} - {"shared"}
