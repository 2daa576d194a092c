"""Start and steer runs. The class `Runs` joins the store, the queue, the workers and the event streams of browsers."""

import logging
import secrets
import shutil
import time
from collections.abc import Callable
from dataclasses import replace
from functools import partial
from pathlib import Path
from typing import Literal

from filelock import FileLock

from core.datasets.downloads import Downloads
from core.engine.inspector_images import Looks
from core.engine.inspector_summaries import Glimpses, Summaries
from core.engine.inspector_views import Views
from core.engine.supervisor import WARM, Engine, Listener, Supervisor, Workers
from core.experiment.edits import repeat_with_seeds
from core.experiment.learning_rates import schedule_of
from core.experiment.model import Experiment
from core.files import claim, remove_unfinished
from core.problems import ProblemError
from core.run_events import Actor, Command, WorkerEvent
from core.run_files import saved_epochs
from core.runs import failures
from core.runs.active_runs import TRAIN, ActiveRuns
from core.runs.advice import Readings
from core.runs.event_stream import EventStreams
from core.runs.run_queue import RunQueue
from core.runs.run_reader import RunReader
from core.runs.run_record import LECTURER, OWNER, Run
from core.runs.run_recorder import RunRecorder
from core.runs.server_checks import ServerChecks
from core.runs.store import Ledger
from core.runs.time_estimates import Estimates
from core.runs.time_left import Expected, Work

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
        self.streams = EventStreams()
        self.downloads = Downloads(workers, lambda: self.engine.state == "ready")
        self.summaries = Summaries(workers, lambda: self.engine.state == "ready")
        self.looks = Looks(workers, lambda: self.engine.state == "ready")
        self.glimpses = Glimpses(workers, lambda: self.engine.state == "ready")
        self.views = Views(workers, lambda: self.engine.state == "ready")
        self.checks = ServerChecks(workers, self.summaries, lambda: self.engine.seconds_per_step)
        self.estimates = Estimates(self.ledger, self.looks.trained, self.checks.estimated)
        self.readings = Readings(self.ledger)
        self.recorder = RunRecorder(self.ledger, self.streams)
        self.reader = RunReader(self.ledger, self.streams, folder / "runs")
        self.active_runs = ActiveRuns(folder / "runs", self.ledger, self.streams, workers, train)
        listener = Listener(
            event=self.handle,
            exit=self.active_runs.worker_exits.record,
            lost=self.active_runs.lost,
            ready=lambda: self.queue.dispatch(),
            tick=self.supervise,
        )
        self.supervisor = Supervisor(workers, listener, warm)
        execution, expected = self.checks.execution, self._expected
        self.queue = RunQueue(self.ledger, self.streams, self.active_runs, self.supervisor, execution, expected)
        self._folder = folder
        self._workers = workers
        self._claim: FileLock | None = None  # on the data folder

    @property
    def engine(self) -> Engine:
        """Whether the workers are ready."""
        return self.supervisor.engine

    def _expected(self, run: Run) -> Expected:
        return self.estimates.expected(run.experiment, run.visitor, self.reader.saved_epoch(run.id) or 0)

    def begin(self, dataset: str) -> None:
        """Start the workers in the background, and warm them up; pages can be used meanwhile.

        The preview of `dataset`, which a first visitor sees, is made first, without waiting for any worker. Raises
        ProblemError where another server uses the data folder.
        """
        self._claim = claim(self._folder)
        self.ledger.interrupt(failures.interrupted())  # the server that they ran on is gone
        remove_unfinished(self._folder / "runs")
        for run_id in self.ledger.purge(DELETED_KEPT_SECONDS):
            shutil.rmtree(self._folder / "runs" / run_id, ignore_errors=True)
        self.supervisor.begin(dataset)

    def close(self) -> None:
        """Mark what is going on as interrupted, and end the workers."""
        self.supervisor.close()
        self.streams.close()
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
        self.checks.refuse_blocked(experiment)
        with self.queue.lock:
            active = self.ledger.active_run(visitor)
            if active is not None:
                return active
            self.queue.refuse_full(visitor)
            run = self.ledger.add_run(experiment, visitor)
            if first_command is not None:
                self.active_runs.log_command(run.id, first_command.words, OWNER)
            self.queue.add(run, is_lecturer=is_lecturer, first_command=first_command)
        self.queue.dispatch()
        return self.reader.run(run.id)

    def repeat(self, experiment: Experiment, visitor: str, seeds: int, *, is_lecturer: bool = False) -> str:
        """Put an experiment in the queue several times, each with the next seed; the series; raises what `start` raises."""
        series = secrets.token_hex(8)
        self.start_all(repeat_with_seeds(experiment, seeds), visitor, series, is_lecturer=is_lecturer)
        return series

    def start_all(self, experiments: list[Experiment], visitor: str, series: str = "", *, is_lecturer: bool = False) -> None:
        """Put several experiments in the queue, in this order, whatever its visitor has on; raises what `start` raises."""
        for experiment in experiments:
            self.checks.refuse_blocked(experiment)
        with self.queue.lock:
            self.queue.refuse_full(visitor, len(experiments))
            for experiment in experiments:
                self.queue.add(self.ledger.add_run(experiment, visitor, series), is_lecturer=is_lecturer)
        self.queue.dispatch()

    # Steering

    def pause(self, run_id: str, *, by: Actor = OWNER) -> None:
        """Let a run wait at its next batch until `resume`."""
        run = self.ledger.run(run_id)
        if run is not None and run.state == "training":
            self.active_runs.command(run_id, Command("pause"), by)

    def steer(self, run_id: str, command: Command, *, by: Actor = OWNER) -> None:
        """Give a command to a run that trains or pauses: a single step, another learning rate or another pace.

        Raises ProblemError where a schedule drives the learning rate to change.
        """
        with self.queue.lock:
            run = self.ledger.run(run_id)
            if run is not None and run.state in ("training", "paused") and self.active_runs.get(run_id) is not None:
                if command.name == "learning_rate" and (schedule := schedule_of(run.experiment)):
                    raise ProblemError(failures.rate_is_scheduled(schedule.name))
                self.active_runs.command(run_id, command, by, changes=True)

    def resume(self, run_id: str, epochs: int | None = None, *, by: Actor = OWNER) -> Run:
        """Continue a run that pauses, or go on with one that is over from the last epoch that was saved.

        The run then ends after `epochs` in all; None leaves their number as it was. Raises ProblemError where the run cannot
        go on, or its owner has another one on.
        """
        run = self.reader.run(run_id)
        experiment = run.experiment
        if epochs is not None:
            experiment = replace(experiment, fit=replace(experiment.fit, epochs=epochs))
        self.checks.refuse_blocked(experiment)
        with self.queue.lock:
            active = self.active_runs.get(run_id)
            if run.state == "paused" and active is not None and not active.is_released:
                self.active_runs.command(run_id, Command("continue"), by)
                return run
            other = self.ledger.active_run(run.visitor)
            if other is not None and other.id != run.id:
                raise ProblemError(failures.one_at_a_time(other.title))
            self.queue.refuse_full(run.visitor)
            moved = (
                self.recorder.change_state(run_id, "queued")
                if run.state == "paused"
                else self.ledger.resume(run_id, experiment)
            )
            if not moved:
                return run
            self.reader.restore(run)
            self.streams.reopen(run_id)
            saved = self.reader.saved_epoch(run_id) or 0
            step = saved * Work.of(experiment, self.looks.trained(experiment)).steps
            words = "go on" if epochs is None else f"go on to {epochs:,} epochs"
            self.recorder.log_command(run_id, words, by, {"step": step, "epoch": float(saved)})
            self.queue.add(self.reader.run(run_id), is_lecturer=by == LECTURER)
        self.queue.dispatch()
        return self.reader.run(run_id)

    def stop(self, run_id: str, *, keep: Literal["last", "best"] = "last", by: Actor = OWNER) -> None:
        """Stop a run: one that waits is cancelled, one that trains ends at its next batch; asked again, it is forced.

        The run ends with the weights that `keep` names, "last" or "best".
        """
        forcing = None
        with self.queue.lock:
            run = self.ledger.run(run_id)
            if run is None or run.is_over:
                return
            active = self.active_runs.get(run_id)
            command = Command("stop" if keep == "last" else "stop-best")
            self.active_runs.log_command(run_id, command.words, by)
            if active is not None and run.state == "stopping":
                forcing = self.active_runs.force(run_id, partial(failures.forced, active.where))
            elif (
                active is None and run.state == "queued" and run.parts == 1 and not saved_epochs(self.reader.folder(run_id))
            ):
                self.queue.remove(run_id)
                self.recorder.end(run_id, "cancelled")
            else:
                self.recorder.change_state(run_id, "stopping")
                if active is not None:
                    self._workers.send_command(run_id, command)
                elif run.state == "paused":  # it gave its trainer back; another one evaluates what it has
                    self.queue.add(run)
        if forcing is not None:
            forcing.join(0.3)  # seconds: then whoever pressed sees the end at once, mostly
        self.queue.dispatch()

    # What the workers say

    def supervise(self) -> None:
        """Look after the runs that are on, and whether a trainer has come for those that wait."""
        self.active_runs.supervise(self.supervisor.fresh_because)
        self.queue.dispatch_late()

    def handle(self, run_id: str, event: WorkerEvent) -> None:
        """Take one event that a worker reported; whatever is wrong with it, the next one is taken too."""
        try:
            if event["kind"] == "fetched":
                self.downloads.handle(run_id, event)
            else:
                self.active_runs.handle(run_id, event)
        except Exception:  # it must not end the subscription that all runs share
            logging.getLogger("dashboard").exception("an event could not be taken: %s", str(event)[:200])
