"""The resources of this machine: the number of trainers (training processes) and their memory. Settings take precedence."""

import math
import os
from functools import cache

import psutil

from core.settings import setting

GB = 1e9
CLUSTER = "DASK_SCHEDULER_ADDRESS"  # the environment variable that holds the address of an existing cluster
SERVER_AND_SYSTEM_GB = 3.0  # memory for the operating system, a browser, the server and its scheduler
TRAINER_GB = 3.0  # memory of a trainer: up to 1.9 GB with Fashion-MNIST; the rest is for larger networks
LEAN_BELOW_GB = 12.0  # with less memory, processes that are not needed are ended
LEAST_WORKER_GB = 2.0  # Keras and the lecture's network on Fashion-MNIST take 1.7 GB
MOST_WORKER_GB = 8.0
ENDED_AT = 0.95  # Dask ends a worker at this share of its memory (`distributed.worker.memory.terminate`)
KERAS_GB = 1.35  # measured: Keras, TensorFlow and Dask in a trainer, with remains of earlier runs, without data
KEPT_SHARE = 0.5  # a trainer that keeps more than this share of the memory for networks between two runs is restarted
SHARE_FOR_WORKERS = 0.6  # the share of the memory that all trainers have together


def memory_gb() -> float:
    """Return the memory for the dashboard in GB: the setting `memory`, or else the whole memory of the machine."""
    return float(setting("memory")) or _machine_memory_gb()


@cache  # a page asks several times, and the system reads a file for each question
def _machine_memory_gb() -> float:
    return float(psutil.virtual_memory().total / GB)


def num_cores() -> int:
    """Return the number of processor cores that this process may use."""
    return len(os.sched_getaffinity(0)) if hasattr(os, "sched_getaffinity") else os.cpu_count() or 1


def trainer_count() -> int:
    """Return the number of trainers: the setting, or else a trainer for every two cores, as far as the memory allows.

    Each trainer counts as 3 GB of memory, and 3 GB are kept for the system and the server. The number is at least 1.
    """
    configured = int(setting("trainers"))
    return configured or max(1, min(num_cores() // 2, int((memory_gb() - SERVER_AND_SYSTEM_GB) / TRAINER_GB)))


def worker_memory_gb() -> float:
    """Return the memory of a worker process in GB: the setting, or else a share of the machine's memory, from 2 to 8."""
    share = SHARE_FOR_WORKERS * memory_gb() / trainer_count()
    return float(setting("worker_memory")) or max(LEAST_WORKER_GB, min(MOST_WORKER_GB, share))


def trainer_memory_gb() -> float:
    """Return the memory in GB at which Dask ends a trainer."""
    return ENDED_AT * worker_memory_gb()


def network_memory_gb() -> float:
    """Return the memory in GB that a trainer has for a network and its data. Return 0 if Keras leaves no memory.

    Return infinity for the workers of an existing cluster, unless the setting `worker_memory` gives their limit.
    """
    if os.environ.get(CLUSTER) and not setting("worker_memory"):
        return math.inf
    return max(0.0, trainer_memory_gb() - KERAS_GB)


def idle_memory_limit_gb() -> float:
    """Return the memory in GB that a trainer may keep between two runs. A trainer that keeps more is restarted."""
    return KERAS_GB + KEPT_SHARE * network_memory_gb()


def is_lean() -> bool:
    """Return whether memory is scarce, so that the process that answers questions runs only when needed."""
    return memory_gb() < LEAN_BELOW_GB
