"""The moments of a run whose weights can be looked into: which one a page shows, and what it asks about it."""

from collections.abc import Hashable
from dataclasses import dataclass, field

import streamlit as st

from core.application import application
from core.runs.run_record import Run

CHOSEN = "moment_chosen"  # in session state: by a run's id, the earlier moment that a person looks back at
DRAWN = "moment_drawn"  # in session state: the moment that a page shows while it follows a run


@dataclass(frozen=True)
class Moment:
    """A time of a run whose weights are kept."""

    label: str  # on the slider
    words: str
    model: str  # the file; "" for the weights that training starts from, made anew
    number: int  # its place in time: 0 before training, then the epoch, and one more for the end


@dataclass
class Drawn:
    """What a page that follows a run shows of it. It changes once all that the page asks is known of the next moment."""

    visit: int  # of the page
    run: str
    moment: Moment
    labels: tuple[str, ...]  # of all moments there were
    coming: str = ""  # the label of the moment that the same is asked about; "" for none
    asked: dict[tuple[str, tuple[Hashable, ...]], None] = field(default_factory=dict)  # what it asks: view and arguments


def moments(run: Run) -> tuple[Moment, ...]:
    """The times of a run that can be looked at: before training, after some epochs, and as it ended."""
    results, epochs = application().results, run.experiment.fit.epochs
    kept = results.epoch_weights(run)
    start = Moment("start", f"{run.title} before training: the random weights that it started from.", kept.pop(0, ""), 0)
    found = [
        start,
        *(Moment(f"epoch {epoch}", f"{run.title} after epoch {epoch} of {epochs}.", kept[epoch], epoch) for epoch in kept),
    ]
    if run.is_over and (path := results.model(run)):
        found.append(Moment("end", f"{run.title}, as it left its weights.", path, found[-1].number + 1))
    return tuple(found)


def shown(run: Run, *, follows: bool) -> Moment:
    """The moment of a run that a page shows: the one that was chosen, or the newest.

    Parameters
    ----------
    run
        The run in view.
    follows
        Whether the page follows the run (see `pages.interpret.timeline`): then the newest moment comes only once the
        inspector has answered about it all that the page asks, so that nothing on it gives way to a skeleton.
    """
    several, visit = moments(run), st.session_state["visit"]
    before: Drawn | None = st.session_state.get(DRAWN)
    if before is not None and (before.visit, before.run) != (visit, run.id):
        before = None
    one = several[-1]
    if (chosen := looking_back(run)) is not None:  # where its weights were let go, those kept before it
        one = max((moment for moment in several if moment.number <= chosen.number), key=lambda moment: moment.number)
    elif follows and before is not None:
        one = next((moment for moment in several if moment.label == before.moment.label), one)
        if not before.moment.model:  # the weights made anew are those of the file that is here by now
            one = before.moment
    if follows:
        labels = tuple(moment.label for moment in several)
        st.session_state[DRAWN] = Drawn(visit, run.id, one, labels, before.coming if before else "")
    return one


def looking_back(run: Run) -> Moment | None:
    """The earlier moment that a person chose to look at; None where they look at the newest, whichever that is."""
    return st.session_state.get(CHOSEN, {}).get(run.id)


def choose(run: Run, chosen: Moment) -> None:
    """Look at this moment from now on; of the newest one, at whichever will be the newest."""
    st.session_state.pop(DRAWN, None)
    kept = st.session_state.setdefault(CHOSEN, {})
    if chosen.label == moments(run)[-1].label:
        kept.pop(run.id, None)
    else:
        kept[run.id] = chosen


def note(run: Run | None, label: str, name: str, arguments: tuple[Hashable, ...]) -> None:
    """Remember what the page asks about the moment that it shows, so that it can be asked about the next one."""
    drawn: Drawn | None = st.session_state.get(DRAWN)
    if run is not None and drawn is not None and (drawn.run, drawn.moment.label) == (run.id, label):
        drawn.asked[(name, arguments)] = None


def note_anew(run: Run | None) -> None:
    """Forget what was asked: a part of the page that draws itself alone, as a picture is changed, now asks otherwise."""
    drawn: Drawn | None = st.session_state.get(DRAWN)
    if run is not None and drawn is not None and drawn.run == run.id:
        drawn.asked.clear()
