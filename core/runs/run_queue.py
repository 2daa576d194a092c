"""The queue: the order in which waiting runs get free trainers, and the events about their positions."""

import math
import threading
import time
from collections.abc import Callable

from core.engine.supervisor import Supervisor
from core.experiment.execution import Execution
from core.experiment.model import Experiment
from core.run_events import Command
from core.runs.active_runs import ActiveRuns
from core.runs.event_stream import EventStreams
from core.runs.run_database import RunDatabase
from core.runs.run_record import Run
from core.runs.scheduling import QueuedRun, expected_starts, move_to_queue_end, queue_order, refuse_full_queue
from core.runs.states import state_event
from core.runs.time_left import RunTimeEstimate

OVERDUE_TIMES = 2  # a start is overdue after this multiple of the promised wait, since estimates can be so wrong
OVERDUE_SECONDS = 5.0  # the seconds that are added to this multiple


class RunQueue:
    """The runs that wait for a trainer. Safe to use from several threads.

    Parameters
    ----------
    database, streams
        The database and the event streams.
    active_runs
        The runs that are on trainers.
    supervisor
        The supervisor of the workers.
    execution
        Returns how an experiment is executed on this machine.
    expected
        Returns the work of a run, and its expected duration.
    """

    def __init__(
        self,
        database: RunDatabase,
        streams: EventStreams,
        active_runs: ActiveRuns,
        supervisor: Supervisor,
        execution: Callable[[Experiment], Execution],
        expected: Callable[[Run], RunTimeEstimate],
    ) -> None:
        self.lock = threading.RLock()  # held while the state of a run changes
        self._database = database
        self._streams = streams
        self._active_runs = active_runs
        self._supervisor = supervisor
        self._execution = execution
        self._expected = expected
        self._waiting: list[QueuedRun] = []  # in order of arrival
        self._overdue = math.inf  # when the promised start of the first run is overdue, by the monotonic clock

    def refuse_full(self, visitor: str, count: int = 1, *, is_lecturer: bool = False) -> None:
        """Raise ProblemError if the queue has no room for `count` more runs of a visitor."""
        refuse_full_queue(self._waiting, visitor, count, is_lecturer=is_lecturer)

    def add(self, run: Run, *, is_lecturer: bool = False, first_command: Command | None = None) -> None:
        """Add a run to the queue."""
        expected = self._expected(run)
        self._waiting.append(QueuedRun(run.id, run.visitor, is_lecturer, expected.seconds, first_command, expected=expected))

    def remove(self, run_id: str) -> None:
        """Remove a run from the queue."""
        self._waiting = [waiting for waiting in self._waiting if waiting.run != run_id]

    @property
    def waiting(self) -> tuple[str, ...]:
        """The ids of the waiting runs, in the order in which they begin."""
        return tuple(waiting.run for waiting in self._order())

    def position(self, run_id: str) -> int | None:
        """Return the position of a waiting run, where 1 is next. Return None for any other run."""
        order = self.waiting
        return order.index(run_id) + 1 if run_id in order else None

    def dispatch(self) -> None:
        """Assign the next waiting runs to the free trainers, a single run for each trainer."""
        with self.lock:
            while self._active_runs.num_free_trainers > 0 and self._supervisor.engine.state == "ready":
                training = self._active_runs.visitors()
                turn = next((waiting for waiting in self._order() if waiting.visitor not in training), None)
                if turn is None:
                    break
                if (run := self._database.run(turn.run)) is not None:
                    self._active_runs.assign(run, turn, self._execution(run.experiment), self._release)
                self._waiting.remove(turn)  # last: on a full disk `assign` fails and the run keeps its turn
            self._announce_positions()

    @property
    def has_idle_trainer(self) -> bool:
        """Whether a trainer is idle: no run waits, and fewer runs than trainers are active."""
        is_ready = self._supervisor.engine.state == "ready"
        return is_ready and not self._waiting and self._active_runs.num_free_trainers > 0

    def dispatch_late(self) -> None:
        """Assign waiting runs if a trainer is free. Otherwise announce unknown starts if the first start is overdue."""
        if self._waiting and self._active_runs.num_free_trainers > 0:
            self.dispatch()
        elif self._waiting and time.monotonic() > self._overdue:
            with self.lock:
                self._announce_positions(is_overdue=True)

    def _release(self, run_id: str, died: bool) -> None:
        """Reset the trainer of a run that is over, and then give the trainer to the next waiting run."""

        def free() -> None:
            with self.lock:
                active = self._active_runs.get(run_id)
                self._active_runs.leave(run_id)
                if active is not None:
                    self._waiting = move_to_queue_end(self._waiting, active.run.visitor, active.waits_again)
            self.dispatch()

        self._supervisor.reset(run_id, cold=died, then=free)

    def _order(self) -> list[QueuedRun]:
        return queue_order(list(self._waiting), self._active_runs.visitors())

    def _announce_positions(self, *, is_overdue: bool = False) -> None:
        """Send the position and the expected start of each waiting run to the browsers that follow the run.

        If the first start is overdue, as on a machine that is slower than usual, all starts are announced as unknown.
        """
        order, is_ready = self._order(), self._supervisor.engine.state == "ready"
        num_trainers = self._active_runs.num_trainers if is_ready and not is_overdue else 0
        starts = expected_starts(order, self._active_runs.seconds_left(), num_trainers)
        first = starts[0] if starts else None
        self._overdue = math.inf if first is None else time.monotonic() + OVERDUE_TIMES * first + OVERDUE_SECONDS
        for position, (waiting, start) in enumerate(zip(order, starts, strict=True), 1):
            starts_in = None if start is None else round(start)
            self._streams.publish(waiting.run, {**state_event("queued"), "place": position, "starts_in": starts_in})
