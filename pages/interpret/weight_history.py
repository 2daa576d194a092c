"""The moments of a run whose weights are stored: the moment that a page shows, and the questions of the page."""

from dataclasses import dataclass, field
from typing import Any

import streamlit as st

from core.application import application
from core.runs.run_record import Run
from core.views.shared.question import NetworkQuestion, Question

CHOSEN = "moment_chosen"  # in session state: the earlier moment that a person looks back at, by the run's id
DRAWN = "moment_drawn"  # in session state: the moment that a page shows while the page follows a run


@dataclass(frozen=True)
class WeightsMoment:
    """A moment of a run, such as the end of an epoch, whose weights are stored."""

    label: str  # its name on the slider
    words: str
    model: str  # the file, or "" for the initial weights, which are built again
    number: int  # the position in time: 0 before training, then the epoch, and the last epoch + 1 for the end


@dataclass
class FollowedMoment:
    """The moment that a page shows while the page follows a run.

    The page moves on once all its questions are answered for the next moment.
    """

    visit: int  # the number of the visit to the page
    run: str
    moment: WeightsMoment
    labels: tuple[str, ...]  # the labels of all moments so far
    coming: str = ""  # the label of the next moment, for which the questions are repeated, or an empty string
    questions: dict[NetworkQuestion[Any], None] = field(default_factory=dict)  # the questions of the page, in their order


def moments(run: Run) -> tuple[WeightsMoment, ...]:
    """Return the moments of a run whose weights are stored: before training, after some epochs, and at its end."""
    results, epochs = application().results, run.experiment.fit.epochs
    kept = results.epoch_weights(run)
    start = WeightsMoment(
        "start", f"{run.title} before training: the random weights that it started from.", kept.pop(0, ""), 0
    )
    result = [
        start,
        *(
            WeightsMoment(f"epoch {epoch}", f"{run.title} after epoch {epoch} of {epochs}.", kept[epoch], epoch)
            for epoch in kept
        ),
    ]
    if run.is_over and (path := results.model(run)):
        result.append(WeightsMoment("end", f"{run.title} after training.", path, result[-1].number + 1))
    return tuple(result)


def moment_in_view(run: Run, *, follows: bool) -> WeightsMoment:
    """Return the moment of a run that a page shows: the chosen moment, or the newest.

    Parameters
    ----------
    run
        The run in view.
    follows
        Whether the page follows the run (see `pages.interpret.timeline`). Then the newest moment is shown only once the
        inspector has answered all questions of the page about that moment, so that no part turns into a skeleton.
    """
    known_moments, visit = moments(run), st.session_state["visit"]
    before: FollowedMoment | None = st.session_state.get(DRAWN)
    if before is not None and (before.visit, before.run) != (visit, run.id):
        before = None
    moment = known_moments[-1]
    if (chosen := chosen_earlier_moment(run)) is not None:  # if its weights were removed, use the stored weights before
        moment = max(
            (candidate for candidate in known_moments if candidate.number <= chosen.number),
            key=lambda candidate: candidate.number,
        )
    elif follows and before is not None:
        moment = next((candidate for candidate in known_moments if candidate.label == before.moment.label), moment)
        if not before.moment.model:  # the rebuilt initial weights equal those in the file that exists by now
            moment = before.moment
    if follows:
        labels = tuple(candidate.label for candidate in known_moments)
        st.session_state[DRAWN] = FollowedMoment(visit, run.id, moment, labels, before.coming if before else "")
    return moment


def chosen_earlier_moment(run: Run) -> WeightsMoment | None:
    """Return the earlier moment that the visitor chose. Return None if the visitor looks at the newest moment."""
    return st.session_state.get(CHOSEN, {}).get(run.id)


def look_at_moment(run: Run, chosen: WeightsMoment) -> None:
    """Choose the moment that pages show. After the choice of the newest moment, pages always show the newest."""
    st.session_state.pop(DRAWN, None)
    kept = st.session_state.setdefault(CHOSEN, {})
    if chosen.label == moments(run)[-1].label:
        kept.pop(run.id, None)
    else:
        kept[run.id] = chosen


def record_question(run: Run | None, label: str, question: Question[Any]) -> None:
    """Save a question of the page about the moment in view, so that the question can be repeated for the next moment."""
    drawn: FollowedMoment | None = st.session_state.get(DRAWN)
    if run is None or drawn is None or not isinstance(question, NetworkQuestion):
        return
    if (drawn.run, drawn.moment.label) == (run.id, label):
        drawn.questions[question] = None


def forget_questions(run: Run | None) -> None:
    """Forget the recorded questions, since a fragment that redraws itself, as after a change of the picture, asks others."""
    drawn: FollowedMoment | None = st.session_state.get(DRAWN)
    if run is not None and drawn is not None and drawn.run == run.id:
        drawn.questions.clear()
