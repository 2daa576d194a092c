"""What this machine can carry: how many trainers, and how much memory each. The settings come first."""

import math
import os

import psutil

from core.settings import setting

GB = 1e9
CLUSTER = "DASK_SCHEDULER_ADDRESS"  # the variable that names the scheduler of a cluster which is there already
SERVER_AND_SYSTEM_GB = 3.0  # the operating system, a browser, and the server with its scheduler
TRAINER_GB = 3.0  # measured: up to 1.9 with Fashion-MNIST; and room for a net of some size
LEAN_BELOW_GB = 12.0  # with less, what is not needed now is not kept running
LEAST_WORKER_GB = 2.0  # with less, Keras and the lecture's net on Fashion-MNIST, which take 1.7, would be ended
MOST_WORKER_GB = 8.0
ENDED_AT = 0.95  # of its memory: a worker that takes more is ended (Dask's own `distributed.worker.memory.terminate`)
KERAS_GB = 1.35  # measured: what Keras, TensorFlow and Dask take in a trainer, and keep of earlier runs, without any data
KEPT_SHARE = 0.5  # of what networks may take: a trainer that kept more of it between two runs is started afresh
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
    """What one worker process may take, in GB: the setting, else its share of the machine, from 2 to 8."""
    share = SHARE_FOR_WORKERS * memory_gb() / trainers()
    return float(setting("worker_memory")) or max(LEAST_WORKER_GB, min(MOST_WORKER_GB, share))


def trainer_memory_gb() -> float:
    """The memory at which a trainer is ended, in GB."""
    return ENDED_AT * worker_memory_gb()


def network_memory_gb() -> float:
    """What a network and its data may take in a trainer, in GB: what Keras leaves them; 0 where it leaves nothing.

    The workers of a cluster have limits of their own: each refuses by its own, which it sets as its `worker_memory`.
    """
    if os.environ.get(CLUSTER) and not setting("worker_memory"):
        return math.inf
    return max(0.0, trainer_memory_gb() - KERAS_GB)


def kept_memory_gb() -> float:
    """What a trainer may keep between two runs, in GB, before it is started afresh."""
    return KERAS_GB + KEPT_SHARE * network_memory_gb()


def is_lean() -> bool:
    """Whether memory is scarce: the inspector then runs only while it is asked something."""
    return memory_gb() < LEAN_BELOW_GB
