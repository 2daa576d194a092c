"""What lessons and challenges show passes their own checks: each deck is done from scene to scene, with real runs."""

import tempfile
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

import pytest

from core.analysis.evaluation_files import read_evaluated_set
from core.experiment.execution import choose_execution
from core.experiment.templates import lecture_experiment
from core.runs.comparison import Outcome, outcome
from core.runs.run_record import Run
from core.teaching import library
from core.teaching.checks.check import RUN, VISITOR
from core.teaching.checks.evidence import Evidence, EvidenceLoaders
from core.teaching.checks.task_checks import CHECKS, judge
from core.teaching.deck import CHALLENGE, LESSON, Deck, ExperimentChange, Question, Task
from core.teaching.deck_files.deck_experiments import apply_deck_change
from core.worker.training.summary import summarise
from core.worker.training.train import train
from tests.deep_cases import deep_except, exhaustive_except

# Decks whose tasks need no run, or runs of a second.
QUICK = ("lesson-03-sets", "lesson-04-layers", "lesson-05-shapes", "challenge-02-shapes", "challenge-03-counting")
# Checks of what is clicked, brought or asked of a worker; tests of pages and of checks look at those.
ELSEWHERE = ("cell", "opened", "drawn", "export_compared", "own_images", "verdict", "repeats", "shift_robust")
CREATED = 1_700_000_000.0  # seconds since 1970


class Visitor:
    """Somebody who goes through a deck, answers rightly, and does what each task shows."""

    def __init__(self, deck: Deck, folder: Path) -> None:
        self.deck, self.folder = deck, folder
        self.draft, self.start = lecture_experiment("digits"), lecture_experiment("digits")
        self.outcomes: list[Outcome] = []
        self.answers: dict[str, str] = {}

    def go(self) -> Iterator[str]:
        """Do the deck; gives what went wrong."""
        for part in (part for scene in self.deck.scenes for part in scene.parts):
            if isinstance(part, ExperimentChange):
                self.draft = self.start = apply_deck_change(part, self.draft)
            elif isinstance(part, Question):
                self.answers[part.id] = next(option.text for option in part.options if option.is_right)
            elif isinstance(part, Task):
                yield from self.do(part)

    def do(self, task: Task) -> Iterator[str]:
        task = replace(task, checks=tuple(call for call in task.checks if call.name not in ELSEWHERE))
        subjects = {CHECKS[call.name].subject for call in task.checks}
        if not task.checks or (task.show is None and subjects != {VISITOR}):
            return
        if subjects != {VISITOR} and judge(task, self.evidence()).has_passed:
            yield f"line {task.line}: the task is passed before anything is done"
        if task.show is not None:
            self.draft = apply_deck_change(task.show, self.draft)
            if task.show.train or RUN in subjects:
                self.train()
        judged = judge(task, self.evidence())
        if not judged.has_passed:
            yield f"line {task.line}: {[result.words for result in judged.check_results]}"

    def train(self) -> None:
        number, experiment = len(self.outcomes) + 1, self.draft
        folder = self.folder / str(number)
        folder.mkdir()
        execution = choose_execution(experiment, summarise(experiment))
        result = train(experiment, lambda event: None, lambda: None, folder, execution=execution)
        created = CREATED + 60 * number
        run = Run(
            id=str(number),
            number=number,
            visitor="ada",
            experiment=experiment,
            state="finished",
            created=created,
            ended=created + 30,
            problem=None,
            result=result,
            test_openings=0,
            name="",
            note="",
            series="",
            parts=1,
            deleted=None,
        )
        self.outcomes.insert(0, outcome(run, lambda _run: []))

    def evidence(self) -> Evidence:
        look_up = EvidenceLoaders(
            summary=summarise, evaluation=lambda run, part: read_evaluated_set(self.folder / run.id / f"{part}.npz")
        )
        runs = tuple(self.outcomes)
        return Evidence(self.draft, runs, answers=self.answers, now=CREATED + 10_000, start=self.start, look_up=look_up)


LESSONS, CHALLENGES = ([deck.name for deck in library.decks(kind)] for kind in (LESSON, CHALLENGE))
DEEP_CASES = {*QUICK, *CHALLENGES}  # tests/browser/test_lessons.py does what each lesson shows, by clicks


@pytest.mark.parametrize("name", deep_except(QUICK, exhaustive_except(DEEP_CASES, [*LESSONS, *CHALLENGES])))
def test_who_does_what_is_shown_passes(name: str, request: pytest.FixtureRequest) -> None:
    deck = library.find_deck(name)
    assert deck is not None
    if name not in QUICK:
        request.getfixturevalue("fashion_mnist")
    with tempfile.TemporaryDirectory() as folder:
        assert list(Visitor(deck, Path(folder)).go()) == []
