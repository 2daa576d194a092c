"""The moments of a run whose weights can be looked into: which moment a page shows, and its questions about it."""

from collections.abc import Hashable
from dataclasses import dataclass, field

import streamlit as st

from core.application import application
from core.runs.run_record import Run

CHOSEN = "moment_chosen"  # in session state: the earlier moment that a person looks back at, by the run's id
DRAWN = "moment_drawn"  # in session state: the moment that a page shows while it follows a run


@dataclass(frozen=True)
class Moment:
    """A time of a run whose weights are stored."""

    label: str  # on the slider
    words: str
    model: str  # the file; "" for the initial weights, which are built again
    number: int  # its position in time: 0 before training, then the epoch, and one more for the end


@dataclass
class FollowedMoment:
    """The moment that a following page shows. It changes once all questions of the page are answered for the next moment."""

    visit: int  # the number of the visit to the page
    run: str
    moment: Moment
    labels: tuple[str, ...]  # the labels of all moments so far
    coming: str = ""  # the label of the next moment, for which the questions are repeated; "" for none
    asked: dict[tuple[str, tuple[Hashable, ...]], None] = field(
        default_factory=dict
    )  # the page's questions: view and arguments


def moments(run: Run) -> tuple[Moment, ...]:
    """The moments of a run that can be looked into: before training, after some epochs, and at its end."""
    results, epochs = application().results, run.experiment.fit.epochs
    kept = results.epoch_weights(run)
    start = Moment("start", f"{run.title} before training: the random weights that it started from.", kept.pop(0, ""), 0)
    result = [
        start,
        *(Moment(f"epoch {epoch}", f"{run.title} after epoch {epoch} of {epochs}.", kept[epoch], epoch) for epoch in kept),
    ]
    if run.is_over and (path := results.model(run)):
        result.append(Moment("end", f"{run.title}, as it left its weights.", path, result[-1].number + 1))
    return tuple(result)


def moment_in_view(run: Run, *, follows: bool) -> Moment:
    """The moment of a run that a page shows: the chosen one, or the newest.

    Parameters
    ----------
    run
        The run in view.
    follows
        Whether the page follows the run (see `pages.interpret.timeline`): then it shows the newest moment only once the
        inspector has answered all its questions about that, so that no part of the page turns into a skeleton.
    """
    known_moments, visit = moments(run), st.session_state["visit"]
    before: FollowedMoment | None = st.session_state.get(DRAWN)
    if before is not None and (before.visit, before.run) != (visit, run.id):
        before = None
    moment = known_moments[-1]
    if (chosen := looking_back(run)) is not None:  # if its weights were removed, those stored before it
        moment = max(
            (candidate for candidate in known_moments if candidate.number <= chosen.number),
            key=lambda candidate: candidate.number,
        )
    elif follows and before is not None:
        moment = next((candidate for candidate in known_moments if candidate.label == before.moment.label), moment)
        if not before.moment.model:  # the weights built again are those of the file that exists by now
            moment = before.moment
    if follows:
        labels = tuple(candidate.label for candidate in known_moments)
        st.session_state[DRAWN] = FollowedMoment(visit, run.id, moment, labels, before.coming if before else "")
    return moment


def looking_back(run: Run) -> Moment | None:
    """The earlier moment that a person chose; None while they look at the newest moment."""
    return st.session_state.get(CHOSEN, {}).get(run.id)


def look_at_moment(run: Run, chosen: Moment) -> None:
    """Look at this moment from now on; for the newest moment, always at the newest."""
    st.session_state.pop(DRAWN, None)
    kept = st.session_state.setdefault(CHOSEN, {})
    if chosen.label == moments(run)[-1].label:
        kept.pop(run.id, None)
    else:
        kept[run.id] = chosen


def record_question(run: Run | None, label: str, name: str, arguments: tuple[Hashable, ...]) -> None:
    """Remember a question of the page about the moment in view, so that it can be repeated for the next moment."""
    drawn: FollowedMoment | None = st.session_state.get(DRAWN)
    if run is not None and drawn is not None and (drawn.run, drawn.moment.label) == (run.id, label):
        drawn.asked[(name, arguments)] = None


def forget_questions(run: Run | None) -> None:
    """Forget the recorded questions: a fragment that draws itself again, as while a picture is changed, asks others."""
    drawn: FollowedMoment | None = st.session_state.get(DRAWN)
    if run is not None and drawn is not None and drawn.run == run.id:
        drawn.asked.clear()
