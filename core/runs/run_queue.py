"""The queue: which run a free trainer gets next, and what browsers hear of the runs that wait."""

import threading
from collections.abc import Callable

from core.engine.supervisor import Supervisor
from core.experiment.execution import Execution
from core.experiment.model import Experiment
from core.run_events import Command
from core.runs.active_runs import ActiveRuns
from core.runs.event_stream import EventStreams
from core.runs.run_record import Run
from core.runs.scheduling import Waiting, after_turn, expected_starts, in_turn, refuse_full_queue
from core.runs.states import state_event
from core.runs.store import Ledger
from core.runs.time_left import Expected


class RunQueue:
    """The runs that wait for a trainer. Safe to use from several threads.

    Parameters
    ----------
    ledger, streams
        The store and the event streams.
    active_runs
        The runs that trainers have.
    supervisor
        The supervisor of the workers.
    execution
        Returns how an experiment is executed on this machine.
    expected
        Returns what a run has to do, and how long that should take.
    """

    def __init__(
        self,
        ledger: Ledger,
        streams: EventStreams,
        active_runs: ActiveRuns,
        supervisor: Supervisor,
        execution: Callable[[Experiment], Execution],
        expected: Callable[[Run], Expected],
    ) -> None:
        self.lock = threading.RLock()  # held while a run changes from one state to the next
        self._ledger = ledger
        self._streams = streams
        self._active_runs = active_runs
        self._supervisor = supervisor
        self._execution = execution
        self._expected = expected
        self._waiting: list[Waiting] = []  # in the order in which they came

    def refuse_full(self, visitor: str, count: int = 1) -> None:
        """Make sure that there is room for more runs of a visitor; raises ProblemError where there is none."""
        refuse_full_queue(self._waiting, visitor, count)

    def add(self, run: Run, *, is_lecturer: bool = False, first_command: Command | None = None) -> None:
        """Put a run in the queue."""
        expected = self._expected(run)
        self._waiting.append(Waiting(run.id, run.visitor, is_lecturer, expected.seconds, first_command, expected=expected))

    def remove(self, run_id: str) -> None:
        """Take a run out of the queue."""
        self._waiting = [waiting for waiting in self._waiting if waiting.run != run_id]

    def position(self, run_id: str) -> int | None:
        """A waiting run's position; 1 is next. None when it does not wait."""
        order = [waiting.run for waiting in self._order()]
        return order.index(run_id) + 1 if run_id in order else None

    def dispatch(self) -> None:
        """Assign waiting runs to free trainers, those whose turn it is; one task in flight for each trainer."""
        with self.lock:
            while self._active_runs.num_free_trainers > 0 and self._supervisor.engine.state == "ready":
                training = self._active_runs.visitors()
                turn = next((waiting for waiting in self._order() if waiting.visitor not in training), None)
                if turn is None:
                    break
                if (run := self._ledger.run(turn.run)) is not None:
                    self._active_runs.assign(run, turn, self._execution(run.experiment), self._release)
                self._waiting.remove(turn)  # now: where its state cannot be written, as on a full disk, it keeps its turn
            self._announce_positions()

    def dispatch_late(self) -> None:
        """Call `dispatch` if runs wait although a trainer is free, such as a new one."""
        if self._waiting and self._active_runs.num_free_trainers > 0:
            self.dispatch()

    def _release(self, run_id: str, died: bool) -> None:
        """A run is over: reset its trainer, which is then free."""

        def free() -> None:
            with self.lock:
                active = self._active_runs.get(run_id)
                self._active_runs.leave(run_id)
                if active is not None:
                    self._waiting = after_turn(self._waiting, active.run.visitor, active.waits_again)
            self.dispatch()

        self._supervisor.reset(run_id, cold=died, then=free)

    def _order(self) -> list[Waiting]:
        return in_turn(list(self._waiting), self._active_runs.visitors())

    def _announce_positions(self) -> None:
        """Send the browsers that follow waiting runs their positions, and in about how many seconds they begin."""
        order, is_ready = self._order(), self._supervisor.engine.state == "ready"
        starts = expected_starts(order, self._active_runs.seconds_left(), self._active_runs.num_trainers if is_ready else 0)
        for position, (waiting, start) in enumerate(zip(order, starts, strict=True), 1):
            starts_in = None if start is None else round(start)
            self._streams.publish(waiting.run, {**state_event("queued"), "place": position, "starts_in": starts_in})
