"""What this machine can carry: how many trainers, and how much memory each. The settings come first."""

import os

import psutil

from core.settings import setting

GB = 1e9
SERVER_AND_SYSTEM_GB = 3.0  # the operating system, a browser, and the server with its scheduler
TRAINER_GB = 3.0  # measured: up to 1.9 with Fashion-MNIST; and room for a net of some size
LEAN_BELOW_GB = 12.0  # with less, what is not needed now is not kept running
MOST_WORKER_GB = 8.0
SHARE_FOR_WORKERS = 0.6  # of the memory, over all trainers


def memory_gb() -> float:
    """The memory that the dashboard may count on, in GB: the setting `memory`, else what the machine has."""
    return float(setting("memory")) or psutil.virtual_memory().total / GB


def cores() -> int:
    """How many processor cores this process may use."""
    return len(os.sched_getaffinity(0)) if hasattr(os, "sched_getaffinity") else os.cpu_count() or 1


def trainers() -> int:
    """How many networks train at the same time: the setting, else one for two cores and each 3 GB that are left over."""
    wanted = int(setting("trainers"))
    return wanted or max(1, min(cores() // 2, int((memory_gb() - SERVER_AND_SYSTEM_GB) / TRAINER_GB)))


def worker_memory_gb() -> float:
    """What one worker process may take, in GB: the setting, else its share of the machine, at most 8."""
    share = SHARE_FOR_WORKERS * memory_gb() / trainers()
    return float(setting("worker_memory")) or max(1.0, min(MOST_WORKER_GB, share))


def is_lean() -> bool:
    """Whether memory is scarce: the inspector then runs only while it is asked something."""
    return memory_gb() < LEAN_BELOW_GB
