"""Start, steer and stop runs. The class `Runs` joins the database, the queue, the workers and the event streams."""

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

from core.child_process import StartProgram
from core.datasets.downloads import Downloads
from core.engine.experiment_facts import ExperimentFacts
from core.engine.inspector import Inspector
from core.engine.supervisor import WARM, EngineState, Listener, Supervisor, WorkerPool
from core.experiment.edits import repeat_with_seeds
from core.experiment.learning_rates import schedule_of
from core.experiment.model import Experiment
from core.files import lock_data_folder, remove_unfinished
from core.problems import ProblemError
from core.run_events import Actor, Command, WorkerEvent
from core.runs import failures
from core.runs.active_runs import TRAIN, ActiveRuns
from core.runs.advice import CurvesAndAdviceCache
from core.runs.event_stream import EventStreams
from core.runs.head_start import HeadStarts
from core.runs.run_database import RunDatabase
from core.runs.run_queue import RunQueue
from core.runs.run_reader import RunReader
from core.runs.run_record import LECTURER, OWNER, Run
from core.runs.run_recorder import RunRecorder
from core.runs.server_checks import ServerChecks
from core.runs.time_estimates import Estimates
from core.runs.time_left import RunTimeEstimate, RunWorkload

# Seconds that Stop waits for the end of a fit, and of a process: the page of the click is then drawn once, not twice.
STOPPED_SECONDS, FORCED_SECONDS = 0.15, 0.3


class Runs:
    """All runs of this server, with the methods that start, steer, resume and stop a run.

    Parameters
    ----------
    folder
        The data folder.
    workers
        The workers of this server.
    now
        The clock: seconds since 1970.
    train, warm
        The names of the functions that train a network and warm a trainer up. An empty name warms nothing up.

    Raises
    ------
    ProblemError
        The data folder cannot be used.
    """

    def __init__(
        self,
        folder: Path,
        workers: WorkerPool,
        now: Callable[[], float] = time.time,
        *,
        train: str = TRAIN,
        warm: str = WARM,
    ) -> None:
        self.database = RunDatabase(folder / "runs.sqlite", now)
        self.streams = EventStreams()
        self.downloads = Downloads(workers, lambda: self.engine.state == "ready")
        self.inspector = Inspector(workers, lambda: self.engine.state == "ready")
        self.facts = ExperimentFacts(self.inspector)
        self.checks = ServerChecks(workers, self.facts, lambda: self.engine.seconds_per_step)
        self.estimates = Estimates(self.database, self.facts.training_images, self.checks.estimated)
        self.curves_and_advice = CurvesAndAdviceCache(self.database, self.facts.known_summary)
        self.recorder = RunRecorder(self.database, self.streams)
        self.reader = RunReader(self.database, self.streams, folder / "runs")
        self.head_starts = HeadStarts(
            workers,
            self.checks.execution,
            self.facts.known_summary,
            lambda: self.queue.has_idle_trainer,
            lambda: self.engine.seconds_per_step,
        )
        self.active_runs = ActiveRuns(
            folder / "runs", self.database, self.streams, workers, self.head_starts, self.facts.known_summary, train
        )
        listener = Listener(
            event=self.receive_event,
            exit=self.handle_exit,
            lost=self._lost,
            ready=lambda: self.queue.dispatch(),
            tick=self.supervise,
        )
        self.supervisor = Supervisor(workers, listener, warm)
        execution, expected = self.checks.execution, self._expected
        self.queue = RunQueue(self.database, self.streams, self.active_runs, self.supervisor, execution, expected)
        self.folder = folder
        self._workers = workers
        self._claim: FileLock | None = None  # on the data folder
        self._refused = False  # because another server uses the data folder

    @property
    def engine(self) -> EngineState:
        """The state of the workers, which says whether they are ready."""
        return self.supervisor.engine

    @property
    def run_program(self) -> StartProgram:
        """The function that runs a program which needs Keras. See `core.engine.supervisor.WorkerPool`."""
        return self._workers.run

    def _expected(self, run: Run) -> RunTimeEstimate:
        return self.estimates.expected(run.experiment, run.visitor, self.reader.saved_epoch(run.id) or 0)

    def begin(self, dataset: str) -> None:
        """Start the workers and warm them up, in the background. Pages can be used meanwhile.

        Parameters
        ----------
        dataset
            The data set that a first visitor sees.

        Raises
        ------
        ProblemError
            Another server uses the data folder.
        """
        self._refused = True
        self._claim = lock_data_folder(self.folder)
        self._refused = False
        self.database.interrupt(failures.interrupted())  # their server is gone
        remove_unfinished(self.folder / "runs")
        self.supervisor.begin(dataset)

    def purge(self, older_than: float) -> None:
        """Remove the runs that were deleted more than `older_than` seconds ago, with their files."""
        for run_id in self.database.purge(older_than):
            shutil.rmtree(self.folder / "runs" / run_id, ignore_errors=True)

    def close(self) -> None:
        """Mark unfinished runs as interrupted, and end the workers."""
        self.supervisor.close()
        self.streams.close()
        if not self._refused:  # otherwise the runs belong to another server
            self.database.interrupt(failures.interrupted())  # first, or the end of their workers would look like a failure
        self._workers.close()
        self.database.close()
        if self._claim is not None:
            self._claim.release()

    # Starting

    def start(
        self, experiment: Experiment, visitor: str, *, is_lecturer: bool = False, first_command: Command | None = None
    ) -> Run:
        """Put an experiment in the queue, and return its run.

        Parameters
        ----------
        experiment
            The experiment to train.
        visitor
            The owner of the run. A visitor with an active run gets that run, so that a second press starts no second run.
        is_lecturer
            Whether the run belongs to the lecturer; such runs come first.
        first_command
            The command before the first batch, or None. The command "step", for example, trains on a batch and then pauses.

        Raises
        ------
        ProblemError
            The experiment has a problem that can be seen without Keras, or the queue is full.
        """
        self.checks.refuse_blocked(experiment)
        with self.queue.lock:
            active = self.database.active_run(visitor)
            if active is not None:
                return active
            self.queue.refuse_full(visitor, is_lecturer=is_lecturer)
            run = self.database.add_run(experiment, visitor)
            if first_command is not None:
                self.active_runs.log_command(run.id, first_command.words, OWNER)
            self.queue.add(run, is_lecturer=is_lecturer, first_command=first_command)
        self.queue.dispatch()
        return self.reader.run(run.id)

    def repeat(self, experiment: Experiment, visitor: str, seeds: int, *, is_lecturer: bool = False) -> str:
        """Queue an experiment several times with different seeds, and return the series id. For errors see `start`."""
        series = secrets.token_hex(8)
        self.start_all(repeat_with_seeds(experiment, seeds), visitor, series, is_lecturer=is_lecturer)
        return series

    def start_all(self, experiments: list[Experiment], visitor: str, series: str = "", *, is_lecturer: bool = False) -> None:
        """Queue several experiments in this order, even if the visitor has an active run. For errors see `start`."""
        for experiment in experiments:
            self.checks.refuse_blocked(experiment)
        with self.queue.lock:
            self.queue.refuse_full(visitor, len(experiments), is_lecturer=is_lecturer)
            for experiment in experiments:
                self.queue.add(self.database.add_run(experiment, visitor, series), is_lecturer=is_lecturer)
        self.queue.dispatch()

    # Commands

    def pause(self, run_id: str, *, by: Actor = OWNER) -> None:
        """Pause a run at its next batch, until `resume` is called."""
        run = self.database.run(run_id)
        if run is not None and run.state == "training":
            self.active_runs.command(run_id, Command("pause"), by)

    def steer(self, run_id: str, command: Command, *, by: Actor = OWNER) -> None:
        """Send a command to a run that trains or pauses: a single step, another learning rate or another pace.

        Parameters
        ----------
        run_id
            The run.
        command
            The command.
        by
            Who gives the command.

        Raises
        ------
        ProblemError
            A schedule sets the learning rate, so that no command can change the rate.
        """
        with self.queue.lock:
            run = self.database.run(run_id)
            if run is not None and run.state in ("training", "paused") and self.active_runs.get(run_id) is not None:
                if command.name == "learning_rate" and (schedule := schedule_of(run.experiment)):
                    raise ProblemError(failures.scheduled_rate_problem(schedule.name))
                self.active_runs.command(run_id, command, by, changes=True)

    def resume(self, run_id: str, epochs: int | None = None, *, by: Actor = OWNER, is_lecturer: bool = False) -> Run:
        """Continue a paused run, or resume a run that is over from its last saved epoch.

        Parameters
        ----------
        run_id
            The run.
        epochs
            The number of epochs after which the run ends, completed epochs included. None keeps the experiment's number.
        by
            Who gives the command.
        is_lecturer
            Whether the owner is the lecturer, whose runs come first.

        Raises
        ------
        ProblemError
            The experiment has a problem, the owner has another active run, or the queue is full.
        """
        run, goes_first = self.reader.run(run_id), is_lecturer or by == LECTURER
        experiment = run.experiment
        if epochs is not None:
            experiment = replace(experiment, fit=replace(experiment.fit, epochs=epochs))
        self.checks.refuse_blocked(experiment)
        with self.queue.lock:
            active = self.active_runs.get(run_id)
            if run.state == "paused" and active is not None and not active.is_released:
                self.active_runs.command(run_id, Command("continue"), by)
                return run
            other = self.database.active_run(run.visitor)
            if other is not None and other.id != run.id:
                raise ProblemError(failures.other_run_active_problem(other.title))
            self.queue.refuse_full(run.visitor, is_lecturer=goes_first)
            is_paused = run.state == "paused"
            if not (self.recorder.change_state(run_id, "queued") if is_paused else self.database.resume(run_id, experiment)):
                return run
            self.reader.restore(run)
            self.streams.reopen(run_id)
            saved = self.reader.saved_epoch(run_id) or 0
            step = saved * RunWorkload.of(experiment, self.facts.training_images(experiment)).steps
            words = "go on" if epochs is None else f"go on to {epochs:,} epochs"
            self.recorder.log_command(run_id, words, by, {"step": step, "epoch": float(saved)})
            self.queue.add(self.reader.run(run_id), is_lecturer=goes_first)
        self.queue.dispatch()
        return self.reader.run(run_id)

    def stop(self, run_id: str, *, keep: Literal["last", "best"] = "last", by: Actor = OWNER) -> None:
        """Stop a run: cancel a waiting run, or end a training run at its next batch. A second call ends its process.

        Parameters
        ----------
        run_id
            The run.
        keep
            The weights that the run keeps: "last" or "best".
        by
            Who gives the command.
        """
        forcing = stopping = None
        with self.queue.lock:
            run = self.database.run(run_id)
            if run is None or run.is_over:
                return
            active = self.active_runs.get(run_id)
            command = Command("stop" if keep == "last" else "stop-best")
            self.active_runs.log_command(run_id, command.words, by)
            if active is not None and run.state == "stopping":
                forcing = self.active_runs.force(run_id, partial(failures.forced_stop_problem, active.where))
            elif active is None and run.state == "queued" and run.parts == 1 and self.reader.saved_epoch(run_id) is None:
                self.queue.remove(run_id)
                self.recorder.end(run_id, "cancelled")
            else:
                self.recorder.change_state(run_id, "stopping")
                if active is not None:
                    self._workers.send_command(run_id, command)
                    stopping = active.has_fitted if run.state in ("training", "paused") else None
                elif run.state == "paused":  # the run has released its trainer; another trainer evaluates the network
                    self.queue.add(run)
        if forcing is not None:
            forcing.join(FORCED_SECONDS)
        if stopping is not None:
            stopping.wait(STOPPED_SECONDS)
        self.queue.dispatch()

    def unfinished(self) -> list[Run]:
        """Return the unfinished runs of all visitors: first the runs on trainers, then the waiting runs in their order."""
        order = {run: number for number, run in enumerate(self.queue.waiting, 1)}
        return sorted(self.database.unfinished(), key=lambda run: order.get(run.id, 0))

    def cancel_waiting(self, *, by: Actor) -> None:
        """Cancel all runs that wait for a trainer. `by` says who gives the command."""
        for run_id in self.queue.waiting:
            self.stop(run_id, by=by)

    # Events of the workers

    def supervise(self) -> None:
        """Supervise the active runs, and assign waiting runs to new trainers. The supervisor calls this method regularly."""
        self.active_runs.supervise(self.supervisor.fresh_because)
        self.queue.dispatch_late()
        self.head_starts.supervise()

    def handle_exit(self, worker: str, exit_code: int | str) -> None:
        """Record the exit code of a worker process, and forget the head start, which is lost."""
        self.head_starts.forget()
        self.active_runs.worker_exits.record(worker, exit_code)

    def _lost(self) -> None:
        self.head_starts.forget()
        self.downloads.lose_workers()
        self.active_runs.lost()

    def receive_event(self, run_id: str, event: WorkerEvent) -> None:
        """Pass an event of a worker on to the runs or to the downloads. Log an event that cannot be handled."""
        try:
            if event["kind"] == "fetched":
                self.downloads.note_progress(run_id, event)
            else:
                self.active_runs.record_event(run_id, event)
        except Exception:  # all runs share the subscription to events, which must go on
            logging.getLogger("dashboard").exception("an event could not be handled: %s", str(event)[:200])
