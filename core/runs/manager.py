"""The queue: start, steer and follow runs. It joins the ledger (truth), the workers and the stream (browsers)."""

import logging
import secrets
import shutil
import threading
import time
from collections.abc import AsyncIterator, Callable
from dataclasses import replace
from functools import partial
from pathlib import Path
from typing import Literal

from filelock import FileLock

from core.analysis.curves import MAXIMUM_POINTS
from core.checks.run import check
from core.datasets.downloads import Downloads
from core.engine.inspector_images import Looks
from core.engine.inspector_summaries import Glimpses, Summaries
from core.engine.inspector_views import Views
from core.engine.installed_backends import check_backend
from core.engine.supervisor import WARM, Engine, Listener, Tender, Workers
from core.experiment.edits import repeat_with_seeds
from core.experiment.execution import Execution, choose_execution
from core.experiment.learning_rates import schedule_of
from core.experiment.model import Experiment
from core.files import claim, remove_unfinished
from core.problems import Problem, ProblemError
from core.run_events import Actor, Command, RunEvent, WorkerEvent
from core.run_files import saved_epochs
from core.runs import failures
from core.runs.active_runs import TRAIN, Ongoing
from core.runs.advice import Readings
from core.runs.event_stream import Live
from core.runs.run_record import LECTURER, OWNER, Run
from core.runs.scheduling import Waiting, after_turn, expected_starts, in_turn, refuse_full_queue
from core.runs.states import described
from core.runs.store import Ledger
from core.runs.time_estimates import Estimates, estimated
from core.runs.time_left import Durations, Work

DELETED_KEPT_SECONDS = 24 * 3600.0  # a deletion can be undone so long


class Runs:
    """All runs of this server.

    Parameters
    ----------
    folder
        The data folder.
    workers
        The workers of this server.
    now
        The clock: seconds since 1970.
    train, warm
        The names of the functions that train a network and warm a trainer up; "" warms nothing up.

    Raises
    ------
    ProblemError
        The data folder cannot be used.
    """

    def __init__(
        self, folder: Path, workers: Workers, now: Callable[[], float] = time.time, *, train: str = TRAIN, warm: str = WARM
    ) -> None:
        self.ledger = Ledger(folder / "runs.sqlite", now)
        self.live = Live()
        self.downloads = Downloads(workers, lambda: self.engine.state == "ready")
        self.summaries = Summaries(workers, lambda: self.engine.state == "ready")
        self.looks = Looks(workers, lambda: self.engine.state == "ready")
        self.glimpses = Glimpses(workers, lambda: self.engine.state == "ready")
        self.estimates = Estimates(self.ledger, self.looks.trained, self._estimated)
        self.views = Views(workers, lambda: self.engine.state == "ready")
        self.ongoing = Ongoing(folder / "runs", self.ledger, self.live, workers, train)
        self.readings = Readings(self.ledger)
        listener = Listener(self.handle, self.ongoing.note_exit, self.ongoing.lost, self.dispatch, self.tend)
        self.tender = Tender(workers, listener, warm)
        self._folder = folder
        self._workers = workers
        self._claim: FileLock | None = None  # on the data folder
        self._lock = threading.RLock()
        self._waiting: list[Waiting] = []  # in the order in which they came

    @property
    def engine(self) -> Engine:
        """Whether the workers are ready."""
        return self.tender.engine

    def begin(self, dataset: str) -> None:
        """Start the workers in the background, and warm them up; pages can be used meanwhile.

        The preview of `dataset`, which a first visitor sees, is made first, without waiting for any worker. Raises
        ProblemError where another server uses the data folder.
        """
        self._claim = claim(self._folder)
        self.ledger.interrupt(failures.interrupted())  # the server that they ran on is gone
        remove_unfinished(self._folder / "runs")
        for identity in self.ledger.purge(DELETED_KEPT_SECONDS):
            shutil.rmtree(self._folder / "runs" / identity, ignore_errors=True)
        self.tender.begin(dataset)

    def close(self) -> None:
        """Mark what is going on as interrupted, and end the workers."""
        self.tender.close()
        self.live.close()
        self.ledger.interrupt(failures.interrupted())  # first, or their workers' end would look like a failure
        self._workers.close()
        self.ledger.close()
        if self._claim is not None:
            self._claim.release()

    # Starting

    def start(
        self, experiment: Experiment, visitor: str, *, is_lecturer: bool = False, first_command: Command | None = None
    ) -> Run:
        """Put an experiment in the queue.

        Parameters
        ----------
        experiment
            The experiment to train.
        visitor
            The owner of the run. A visitor who has a run on already gets that run: a second press is no second run.
        is_lecturer
            Whether the run is the lecturer's; those go first.
        first_command
            The command before the first batch: "step" takes one batch and then waits; None for none.

        Raises
        ------
        ProblemError
            A problem that needs no Keras to see stands in the way, or the queue is full.
        """
        self._refuse_problems(experiment)
        with self._lock:
            going_on = self.going_on(visitor)
            if going_on is not None:
                return going_on
            refuse_full_queue(self._waiting, visitor)
            run = self.ledger.add_run(experiment, visitor)
            if first_command is not None:
                self.ongoing.log_command(run.id, first_command.words, OWNER)
            self._queue(run, is_lecturer=is_lecturer, first_command=first_command)
        self.dispatch()
        return self._known(run.id)

    def repeat(self, experiment: Experiment, visitor: str, seeds: int, *, is_lecturer: bool = False) -> str:
        """Put an experiment in the queue several times, each with the next seed; the series; raises what `start` raises."""
        series = secrets.token_hex(8)
        self.start_all(repeat_with_seeds(experiment, seeds), visitor, series, is_lecturer=is_lecturer)
        return series

    def start_all(self, experiments: list[Experiment], visitor: str, series: str = "", *, is_lecturer: bool = False) -> None:
        """Put several experiments in the queue, in this order, whatever its visitor has on; raises what `start` raises."""
        for experiment in experiments:
            self._refuse_problems(experiment)
        with self._lock:
            refuse_full_queue(self._waiting, visitor, len(experiments))
            for experiment in experiments:
                self._queue(self.ledger.add_run(experiment, visitor, series), is_lecturer=is_lecturer)
        self.dispatch()

    def going_on(self, visitor: str) -> Run | None:
        """The visitor's run that is not over; the one that trains before those that wait."""
        on = [run for run in self.ledger.runs_of(visitor) if not run.is_over]
        return min(on, key=lambda run: (run.state == "queued", run.number), default=None)

    # Steering

    def pause(self, identity: str, *, by: Actor = OWNER) -> None:
        """Let a run wait at its next batch until `go_on`."""
        run = self.ledger.run(identity)
        if run is not None and run.state == "training":
            self.ongoing.command(identity, Command("pause"), by)

    def steer(self, identity: str, command: Command, *, by: Actor = OWNER) -> None:
        """Give a command to a run that trains or pauses: a single step, another learning rate or another pace.

        Raises ProblemError where a schedule drives the learning rate to change.
        """
        with self._lock:
            run = self.ledger.run(identity)
            if run is not None and run.state in ("training", "paused") and self.ongoing.flight(identity) is not None:
                if command.name == "learning_rate" and (schedule := schedule_of(run.experiment)):
                    raise ProblemError(failures.rate_is_scheduled(schedule.name))
                self.ongoing.command(identity, command, by, changes=True)

    def go_on(self, identity: str, epochs: int | None = None, *, by: Actor = OWNER) -> Run:
        """Continue a run that pauses, or go on with one that is over from the last epoch that was saved.

        The run then ends after `epochs` in all; None leaves their number as it was. Raises ProblemError where the run cannot
        go on, or its owner has another one on.
        """
        run = self._known(identity)
        experiment = run.experiment
        if epochs is not None:
            experiment = replace(experiment, fit=replace(experiment.fit, epochs=epochs))
        self._refuse_problems(experiment)
        with self._lock:
            flight = self.ongoing.flight(identity)
            if run.state == "paused" and flight is not None and not flight.is_released:
                self.ongoing.command(identity, Command("continue"), by)
                return run
            other = self.going_on(run.visitor)
            if other is not None and other.id != run.id:
                raise ProblemError(failures.one_at_a_time(other.title))
            refuse_full_queue(self._waiting, run.visitor)
            moved = (
                self.ongoing.change(identity, "queued") if run.state == "paused" else self.ledger.go_on(identity, experiment)
            )
            if not moved:
                return run
            self._restore(run)
            self.live.reopen(identity)
            saved = self.saved_epoch(identity) or 0
            step = saved * Work.of(experiment, self.looks.trained(experiment)).steps
            words = "go on" if epochs is None else f"go on to {epochs:,} epochs"
            self.ongoing.log_command(identity, words, by, {"step": step, "epoch": float(saved)})
            self._queue(self._known(identity), is_lecturer=by == LECTURER)
        self.dispatch()
        return self._known(identity)

    def stop(self, identity: str, *, keep: Literal["last", "best"] = "last", by: Actor = OWNER) -> None:
        """Stop a run: one that waits is cancelled, one that trains ends at its next batch; asked again, it is forced.

        The run ends with the weights that `keep` names, "last" or "best".
        """
        forcing = None
        with self._lock:
            run = self.ledger.run(identity)
            if run is None or run.is_over:
                return
            flight = self.ongoing.flight(identity)
            command = Command("stop" if keep == "last" else "stop-best")
            self.ongoing.log_command(identity, command.words, by)
            if flight is not None and run.state == "stopping":
                forcing = self.ongoing.force(identity, partial(failures.forced, flight.where))
            elif flight is None and run.state == "queued" and run.parts == 1 and not saved_epochs(self.folder(identity)):
                self._waiting = [one for one in self._waiting if one.run != identity]
                self.ongoing.end(identity, "cancelled")
            else:
                self.ongoing.change(identity, "stopping")
                if flight is not None:
                    self._workers.send_command(identity, command)
                elif run.state == "paused":  # it gave its trainer back; another one evaluates what it has
                    self._queue(run)
        if forcing is not None:
            forcing.join(0.3)  # seconds: then whoever pressed sees the end at once, mostly
        self.dispatch()

    # Following

    def place(self, identity: str) -> int | None:
        """A waiting run's place in the queue; 1 is next. None when it does not wait."""
        order = [one.run for one in self._order()]
        return order.index(identity) + 1 if identity in order else None

    def events(self, identity: str, most: int | None = 2 * MAXIMUM_POINTS) -> list[RunEvent]:
        """What a run reported so far; of batches about `most`, evenly chosen, or all."""
        return self.ledger.events(identity, most)

    def saved_epoch(self, identity: str) -> int | None:
        """The last epoch whose end is saved, from which a run can go on; None where none is."""
        epochs = saved_epochs(self.folder(identity))
        return epochs[-1] if epochs else None

    def folder(self, identity: str) -> Path:
        """Where a run's files are kept. Ids are ours, never typed: an unknown one has no folder."""
        return self._folder / "runs" / self._known(identity).id

    async def stream(self, identity: str, after: int | None) -> AsyncIterator[str]:
        """A run's events as server-sent events: the history first, then each as it comes."""
        if (run := self.ledger.run(identity)) is not None:
            self._restore(run)
        async for frame in self.live.follow(identity, after):
            yield frame

    def _restore(self, run: Run) -> None:
        """Have a run's events at hand for those who follow it, where an earlier server, or many runs ago, had them."""
        if not self.live.has(run.id):
            state = described(run.state, run.problem)
            self.live.restore(run.id, [*self.events(run.id), state], finished=run.is_over)

    def problems(self, experiment: Experiment) -> tuple[Problem, ...]:
        """All problems of an experiment, those of this server too: a backend that it does not have."""
        here = check_backend(experiment, self._workers.backends, elsewhere=self._workers.shares_no_disk)
        return (*check(experiment, self.summaries.known(experiment)), *here)

    def execution(self, experiment: Experiment) -> Execution:
        """How an experiment is executed here: from what is in it, and what was measured on this machine."""
        return choose_execution(experiment, self.summaries.known(experiment), self.engine.seconds_per_step)

    def _estimated(self, experiment: Experiment, work: Work) -> Durations | None:
        step, summary = self.engine.seconds_per_step, self.summaries.known(experiment)
        return estimated(experiment, work, step, summary, self.execution(experiment))

    # The queue

    def dispatch(self) -> None:
        """Give waiting runs to free trainers, those whose turn it is; one task in flight for each trainer."""
        with self._lock:
            while self.engine.state == "ready" and len(self.ongoing) < self._workers.trainers:
                training = self.ongoing.visitors()
                turn = next((one for one in self._order() if one.visitor not in training), None)
                run = self.ledger.run(turn.run) if turn else None
                if turn is None:
                    break
                if run is not None:
                    self.ongoing.give(run, turn, self.execution(run.experiment), self._left)
                self._waiting.remove(turn)  # now: where its state cannot be written, as on a full disk, it keeps its turn
            self._announce_places()

    def tend(self) -> None:
        """Look after the runs that are on, and whether a trainer has come for those that wait."""
        self.ongoing.tend(self.tender.fresh_because)
        if self._waiting and len(self.ongoing) < self._workers.trainers:
            self.dispatch()

    def handle(self, identity: str, event: WorkerEvent) -> None:
        """Take one event that a worker reported; whatever is wrong with it, the next one is taken too."""
        try:
            if event["kind"] == "fetched":
                self.downloads.handle(identity, event)
            else:
                self.ongoing.handle(identity, event)
        except Exception:  # it must not end the subscription that all runs share
            logging.getLogger("dashboard").exception("an event could not be taken: %s", str(event)[:200])

    def _left(self, identity: str, died: bool) -> None:
        """A run is over; its trainer is tidied, and then free."""

        def free() -> None:
            with self._lock:
                flight = self.ongoing.flight(identity)
                self.ongoing.leave(identity)
                if flight is not None:
                    self._waiting = after_turn(self._waiting, flight.run.visitor, flight.waits_again)
            self.dispatch()

        self.tender.tidy(identity, cold=died, then=free)

    def _known(self, identity: str) -> Run:
        run = self.ledger.run(identity)
        if run is None:
            raise KeyError(identity)
        return run

    def _order(self) -> list[Waiting]:
        return in_turn(list(self._waiting), self.ongoing.visitors())

    def _queue(self, run: Run, *, is_lecturer: bool = False, first_command: Command | None = None) -> None:
        expected = self.estimates.expected(run.experiment, run.visitor, self.saved_epoch(run.id) or 0)
        self._waiting.append(Waiting(run.id, run.visitor, is_lecturer, expected.seconds, first_command, expected=expected))

    def _announce_places(self) -> None:
        """Tell all who wait their place, and in about how many seconds they begin."""
        order, trainers = self._order(), self._workers.trainers if self.engine.state == "ready" else 0
        starts = expected_starts(order, self.ongoing.seconds_left(), trainers)
        for place, (one, start) in enumerate(zip(order, starts, strict=True), 1):
            starts_in = None if start is None else round(start)
            self.live.publish(one.run, {**described("queued"), "place": place, "starts_in": starts_in})

    def _refuse_problems(self, experiment: Experiment) -> None:
        for problem in self.problems(experiment):
            if problem.blocks:
                raise ProblemError(problem)
