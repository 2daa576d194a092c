"""The processes of a server, as the operating system sees them: the process that trains, and the memory of each kind."""

import time
from collections import Counter
from dataclasses import dataclass

import psutil

from tests.server import Server, command_line

MEGABYTE = 1e6  # bytes
OTHERS = "others"
ALL = "all together, shared memory counted once"
SERVER, TRAINER, INSPECTOR = "server", "trainer", "inspector"
KINDS = {  # the kind of a process, by a part of its command line
    "resource_tracker": OTHERS,
    "dask_scheduler": "scheduler",
    "distributed.cli.dask_worker": "nannies",
    "core.engine": "nannies",  # a single process for all nannies
}
STARTED_PYTHON = "multiprocessing.spawn"
FORKSERVER = "multiprocessing.forkserver"


def processor_seconds(process: psutil.Process) -> float:
    """Return the processor time of a process so far, or 0 if the process has ended."""
    try:
        times = process.cpu_times()
    except psutil.Error:
        return 0.0
    return times.user + times.system


def busiest(server: Server, seconds: float = 1.0) -> psutil.Process:
    """Return the server's child process that computes most within `seconds`. During a run, this is the trainer."""
    processes = server.children()
    before = {process: processor_seconds(process) for process in processes}
    time.sleep(seconds)  # the measured time
    return max(processes, key=lambda process: processor_seconds(process) - before[process])


@dataclass(frozen=True)
class Memory:
    """The memory of a process, in MB."""

    kind: str
    own: float  # the memory that no other process shares (USS)
    share: float  # the own memory and a share of the shared memory (PSS), which adds up to the memory of all processes


def memory(server: Server) -> dict[int, Memory]:
    """Return the memory of each process of a server, by the process id.

    Every process that can compute counts as an inspector, since only a run shows which of these processes is the trainer.
    """
    found = {}
    for process in (psutil.Process(server.process.pid), *server.children()):
        try:
            size = process.memory_full_info()
            found[process.pid] = Memory(_kind(server, process), size.uss / MEGABYTE, size.pss / MEGABYTE)
        except psutil.Error:  # the process has just ended
            continue
    return found


def by_kind(of: dict[int, Memory], trainer: int) -> Counter[str]:
    """Return the sum of the own memory of each kind, and the memory of all. `trainer` is the id of the trainer's process."""
    sums: Counter[str] = Counter()
    for number, size in of.items():
        sums[TRAINER if number == trainer else size.kind] += size.own
    sums[ALL] = sum(size.share for size in of.values())
    return sums


def _kind(server: Server, process: psutil.Process) -> str:
    if process.pid == server.process.pid:
        return SERVER
    words = " ".join(command_line(process))
    if FORKSERVER in words:
        parent = process.parent()
        below = parent is not None and FORKSERVER in " ".join(command_line(parent))
        return INSPECTOR if below else "forkserver"
    if STARTED_PYTHON in words:
        return INSPECTOR
    return next((kind for part, kind in KINDS.items() if part in words), OTHERS)
