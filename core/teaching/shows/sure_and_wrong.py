"""The interactive view of a run's validation images, placed by the confidence of the network's answers, epoch by epoch."""

from collections.abc import Iterable
from dataclasses import dataclass

import numpy as np

from core.number_text import percent
from core.parameters import Integer
from core.problems import Problem
from core.runs.comparison import Outcome
from core.runs.manager import Runs
from core.runs.results import RunResults
from core.teaching.shows.interactive_view import Goal, InteractiveView, Settings, ViewSubject
from core.views.predictions import (
    SURE,
    UNSURE,
    AnsweredImagesQuestion,
    SetAnswers,
    SetAnswersQuestion,
    newly_confident_errors,
)

TURNED, CAME_RIGHT, STAYED_WRONG = "turned", "came-right", "stayed-wrong"
MOST_IMAGES = 100_000  # images of a set; an index from a browser must be smaller
AT_THE_END = -1  # the value that names no image: the visitor saw the last epoch


@dataclass(frozen=True, eq=False)
class AnswersByEpoch:
    """The network's answers to the validation images of a run, after each epoch whose weights are stored."""

    number: int  # the number of the run
    epochs: tuple[int, ...]  # rising; the last number is the run's last epoch
    answers: tuple[SetAnswers, ...]  # the answers after each of these epochs
    pictures: np.ndarray  # uint8 (images, height, width, channels)
    classes: tuple[str, ...]

    @property
    def lowest(self) -> int:
        """The index of the epoch with the lowest validation loss, among the stored epochs."""
        return int(np.argmin([answers.loss for answers in self.answers]))

    @property
    def best(self) -> SetAnswers:
        return self.answers[self.lowest]

    @property
    def last(self) -> SetAnswers:
        return self.answers[-1]

    def goals_of(self, image: int) -> tuple[str, ...]:
        """Return the goal that an image reaches, from its answers at the lowest validation loss and at the last epoch.

        Return an empty tuple if the image reaches no goal.
        """
        if not 0 <= image < len(self.last.labels):
            return ()
        if image in newly_confident_errors(self.best, self.last):
            return (TURNED,)
        if not self.best.wrong[image]:
            return ()
        return (STAYED_WRONG,) if self.last.wrong[image] else (CAME_RIGHT,)

    @property
    def absent(self) -> tuple[str, ...]:
        """The goals that no image of this run reaches."""
        turned = newly_confident_errors(self.best, self.last)
        stayed = np.setdiff1d(np.flatnonzero(self.best.wrong & self.last.wrong), turned)
        came_right = np.flatnonzero(self.best.wrong & ~self.last.wrong)
        reached = {TURNED: turned, STAYED_WRONG: stayed, CAME_RIGHT: came_right}
        return tuple(goal for goal, images in reached.items() if not len(images))

    def reached(self, value: int) -> tuple[str, ...]:
        """Return the goals that an image reaches. For AT_THE_END, return the goals that no image of the run can reach."""
        return self.absent if value == AT_THE_END else self.goals_of(value)


def _longest(outcomes: Iterable[Outcome]) -> Outcome | None:
    """Return the run with the most epochs. If several runs have as many epochs, return the newest."""
    return max(outcomes, key=lambda outcome: len(outcome.epochs), default=None)


def _ground(runs: Runs, subject: ViewSubject, _settings: Settings, wait: bool) -> AnswersByEpoch | Problem | None:
    outcome = _longest(subject.outcomes)
    if outcome is None:
        return _no_run()
    run, results = outcome.run, RunResults(runs)
    paths = {epoch: path for epoch, path in results.epoch_weights(run).items() if epoch}
    if path := results.model(run):
        paths[len(outcome.epochs)] = path
    if len(paths) < 2:
        return _too_few_weights(run.number)
    ask, questions = runs.inspector.ask, [SetAnswersQuestion(run.experiment, path) for path in paths.values()]
    for question in questions:  # the worker begins with all questions before the page waits for the images
        ask(question, wait=False)
    images = ask(AnsweredImagesQuestion(run.experiment), wait=wait)
    answers = [ask(question, wait=False) for question in questions]
    if problem := next((answer for answer in (*answers, images) if isinstance(answer, Problem)), None):
        return problem
    known = tuple(answer for answer in answers if isinstance(answer, SetAnswers))
    if len(known) < len(questions) or not isinstance(images, np.ndarray):
        return None
    return AnswersByEpoch(run.number, tuple(paths), known, images, run.experiment.data.entry.classes)


def _no_run() -> Problem:
    return Problem(
        code="show-without-run",
        where=(),
        happened="You have not trained the network of this lesson since you began it, so it has no answers to look at.",
        expected="Expected a run that is over.",
        fix="Train it; the picture follows when the run is over.",
    )


def _too_few_weights(number: int) -> Problem:
    return Problem(
        code="show-without-weights",
        where=(),
        happened=f"Run {number} kept the weights of fewer than two epochs, so that no epochs can be compared.",
        expected="Expected stored weights of two epochs at least.",
        fix="Train once more, for more epochs.",
    )


SURE_AND_WRONG = InteractiveView(
    name="sure-and-wrong",
    sentence="Validation images stand by how sure the network is of its answer, right ones above and wrong ones below; a "
    "slider goes through the epochs of the longest run of the scene's experiment.",
    ground=_ground,
    moved_to=Integer(AT_THE_END, MOST_IMAGES),
    reached=lambda ground, _settings, value: ground.reached(value),
    words=lambda value: "no image of this run did" if value == AT_THE_END else f"image {value + 1}",
    goals=(
        Goal(
            TURNED,
            f"turned from unsure (below {percent(UNSURE)}) to sure ({percent(SURE)} or more) and wrong",
            f"The image that was clicked had an answer below {percent(UNSURE)} at the lowest validation loss, and has a "
            f"wrong one of at least {percent(SURE)} at the end. What no image of a run did is reached at the last epoch.",
        ),
        Goal(STAYED_WRONG, "was wrong, and still is", "The image was wrong both times, and did not turn."),
        Goal(CAME_RIGHT, "was wrong, and came right", "The image was wrong at the lowest validation loss, not at the end."),
    ),
)
