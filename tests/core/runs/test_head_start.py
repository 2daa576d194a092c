"""The head start: the drafts that an idle trainer builds, and the moments at which it gives way; with scripted workers."""

from concurrent.futures import Future
from dataclasses import dataclass, field
from typing import Any

import pytest

from core.catalogue.backends import DEFAULT
from core.experiment.edits import insert_layer, new_layer, set_value
from core.experiment.execution import Execution
from core.experiment.model import Experiment
from core.experiment.templates import lecture_experiment
from core.run_events import Command
from core.runs import head_start
from core.runs.head_start import HeadStarts
from core.settings import variable
from core.worker.training.summary import summarise

DRAFT = lecture_experiment("digits")
OTHER = set_value(DRAFT, ("fit", "epochs"), 7)


@dataclass
class ScriptedPool:
    """Scripted workers: a head start ends when the test says so."""

    shares_no_disk: bool = False
    calls: dict[str, tuple[Experiment, Future[Any]]] = field(default_factory=dict)
    commands: list[tuple[str, str]] = field(default_factory=list)

    def prepare(self, run: str, _name: str, experiment: Experiment, **_options: Any) -> Future[Any]:
        self.calls[run] = (experiment, Future())
        return self.calls[run][1]

    def send_command(self, run: str, command: Command) -> None:
        self.commands.append((run, str(command)))

    @property
    def experiments(self) -> list[Experiment]:
        return [experiment for experiment, _ in self.calls.values()]

    def end(self, number: int = -1, error: Exception | None = None) -> None:
        future = list(self.calls.values())[number][1]
        future.set_result(True) if error is None else future.set_exception(error)


class Situation:
    """Head starts with a clock, and a trainer that is idle or not."""

    def __init__(self, monkeypatch: pytest.MonkeyPatch) -> None:
        self.now, self.is_idle, self.workers = 100.0, True, ScriptedPool()
        monkeypatch.setattr(head_start.time, "monotonic", lambda: self.now)
        monkeypatch.setattr(head_start.machine, "is_lean", lambda: False)
        self.starts = HeadStarts(self.workers, lambda _: Execution(), summarise, lambda: self.is_idle, lambda: 0.001)

    def wait(self, seconds: float) -> None:
        self.now += seconds
        self.starts.supervise()

    def look(self, experiment: Experiment, visitor: str = "somebody", seconds: float = 1.0) -> None:
        self.starts.look_at(experiment, visitor)
        self.wait(seconds)


@pytest.fixture
def situation(monkeypatch: pytest.MonkeyPatch) -> Situation:
    return Situation(monkeypatch)


def test_draft_is_built_once_it_was_looked_at_for_a_moment_and_only_once(situation: Situation) -> None:
    situation.look(DRAFT, seconds=0.1)
    assert situation.workers.experiments == []
    situation.wait(0.2)
    assert situation.workers.experiments == [DRAFT]
    situation.workers.end()
    situation.look(DRAFT)
    situation.look(DRAFT, "somebody else", 60.0)
    assert situation.workers.experiments == [DRAFT], "equal drafts once, whoever looks at them"


def test_edit_cancels_what_goes_on_and_the_new_draft_follows(situation: Situation) -> None:
    situation.look(DRAFT)
    situation.look(OTHER)
    assert situation.workers.commands == [("head-start-0", "stop")]
    situation.wait(1.0)
    assert situation.workers.experiments == [DRAFT], "one head start at a time"
    situation.workers.end()
    situation.wait(0.2)
    assert situation.workers.experiments == [DRAFT, OTHER], "a person who edits does not wait for a rest"


def test_run_of_the_same_experiment_uses_the_head_start_up(situation: Situation) -> None:
    situation.look(DRAFT)
    assert situation.starts.give_way(DRAFT) == "head-start-0", "also while it goes on: the run needs the same network"
    assert situation.workers.commands == []
    assert situation.starts.give_way(DRAFT) is None


def test_run_of_another_experiment_cancels_the_head_start(situation: Situation) -> None:
    situation.look(DRAFT)
    assert situation.starts.give_way(OTHER) is None
    assert situation.workers.commands == [("head-start-0", "stop")]


def test_no_head_start_while_a_run_waits_or_all_trainers_are_busy(situation: Situation) -> None:
    situation.is_idle = False
    situation.look(DRAFT, seconds=10.0)
    assert situation.workers.experiments == []
    situation.is_idle = True
    situation.wait(0.2)
    assert situation.workers.experiments == [DRAFT]


def test_many_visitors_take_a_third_of_a_trainer_at_most(situation: Situation) -> None:
    for number in range(300):
        situation.look(set_value(DRAFT, ("fit", "seed"), number), f"visitor {number}", 0.3)
        if situation.workers.calls and not list(situation.workers.calls.values())[-1][1].done():
            situation.now += 1.0
            situation.workers.end()
    seconds = situation.now - 100.0
    assert 20 < len(situation.workers.calls) <= seconds / 3.0, "one second of work, then two of rest"


def test_head_start_that_failed_or_died_is_forgotten(situation: Situation) -> None:
    situation.look(DRAFT)
    situation.workers.end(error=RuntimeError("the process died"))
    situation.wait(0.2)
    situation.wait(0.2)
    assert situation.workers.experiments == [DRAFT, DRAFT]
    situation.starts.forget()  # its trainer is gone
    assert situation.starts.give_way(DRAFT) is None


def test_nobody_is_expected_after_ten_minutes(situation: Situation) -> None:
    situation.is_idle = False
    situation.look(DRAFT, seconds=601.0)
    situation.is_idle = True
    situation.wait(0.2)
    assert situation.workers.experiments == []


@pytest.mark.parametrize("reason", ["setting", "lean", "cluster", "backend", "traced", "slow"])
def test_no_head_start_where_it_is_off_or_brings_nothing(
    situation: Situation, monkeypatch: pytest.MonkeyPatch, reason: str
) -> None:
    draft = DRAFT
    assert draft.fit.backend == DEFAULT
    if reason == "setting":
        monkeypatch.setenv(variable("head_start"), "0")
    elif reason == "lean":
        monkeypatch.setattr(head_start.machine, "is_lean", lambda: True)
    elif reason == "cluster":
        situation.workers.shares_no_disk = True
    elif reason == "backend":
        draft = set_value(draft, ("fit", "backend"), "jax")
    elif reason == "traced":
        draft = insert_layer(draft, new_layer(draft, "AugMix"), draft.layers[0].id)
    else:
        monkeypatch.setattr(head_start, "LONGEST_STEP_SECONDS", 0.0001)
    situation.look(draft, seconds=5.0)
    assert situation.workers.experiments == []
