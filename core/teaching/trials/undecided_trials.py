"""The trials of a server that are not decided yet. They continue even if no page shows them."""

import logging
import threading
from dataclasses import replace

from core.experiment.model import Experiment
from core.problems import ProblemError
from core.runs.manager import Runs
from core.teaching.deck import Task
from core.teaching.trials import seed_trials
from core.teaching.trials.seed_trials import RUNNING, STOPPED, Trial

LOOK_EVERY_SECONDS = 1.0
CLOSE_SECONDS = 5.0  # the time for the last look at the trials while the server ends

Subject = tuple[str, str, Task, Experiment]  # visitor, name of the deck, task, experiment: the arguments of `seed_trials`


class UndecidedTrials:
    """The undecided trials of a server, which a background thread continues. The methods are thread-safe.

    Parameters
    ----------
    runs
        The runs of this server.
    """

    def __init__(self, runs: Runs) -> None:
        self._runs = runs
        self._lock = threading.Lock()
        self._trials: dict[str, tuple[Subject, bool]] = {}  # by their series; whether the trial is the lecturer's
        self._thread: threading.Thread | None = None
        self._closing = threading.Event()

    def begin(self, visitor: str, deck: str, task: Task, experiment: Experiment, *, is_lecturer: bool = False) -> None:
        """Queue the runs of a trial, and continue the trial in the background. See `seed_trials.begin_trial`.

        Raises
        ------
        ProblemError
            The experiment cannot be trained, or the queue is full.
        """
        subject = (visitor, deck, task, experiment)
        seed_trials.begin_trial(self._runs, *subject, is_lecturer=is_lecturer)
        with self._lock:
            self._trials[seed_trials.series_of(*subject)] = subject, is_lecturer
            if self._thread is None:
                self._thread = threading.Thread(target=self._go_on, daemon=True, name="go-on-with-trials")
                self._thread.start()

    def look(self, visitor: str, deck: str, task: Task, experiment: Experiment) -> Trial:
        """Return the state of a trial, without changing the trial or waiting for its runs.

        A trial that was interrupted by a restart of the server counts as stopped.
        """
        trial = seed_trials.trial_progress(self._runs, visitor, deck, task, experiment)
        is_left = trial.state == RUNNING and not trial.unfinished and trial.series not in self._trials
        return replace(trial, state=STOPPED) if is_left else trial

    def close(self) -> None:
        """Stop the background thread."""
        self._closing.set()
        if (thread := self._thread) is not None:
            thread.join(CLOSE_SECONDS)

    def _go_on(self) -> None:
        while not self._closing.wait(LOOK_EVERY_SECONDS):
            for series, (subject, is_lecturer) in list(self._trials.items()):
                if not self._is_undecided(subject, is_lecturer=is_lecturer):
                    self._trials.pop(series, None)
            with self._lock:
                if not self._trials:
                    self._thread = None
                    return

    def _is_undecided(self, subject: Subject, *, is_lecturer: bool) -> bool:
        """Continue a trial, and return whether the trial is still undecided."""
        try:
            return seed_trials.advance_trial(self._runs, *subject, is_lecturer=is_lecturer).state == RUNNING
        except ProblemError:  # the queue is full: more runs follow at a later look
            return True
        except Exception:  # a fault in a trial must not end all trials
            logging.getLogger("dashboard").exception("the trial of the task %s cannot go on", subject[2].id)
            return False
