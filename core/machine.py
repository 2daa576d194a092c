"""The resources of this machine: how many trainers, and how much memory for each. Settings take precedence."""

import math
import os

import psutil

from core.settings import setting

GB = 1e9
CLUSTER = "DASK_SCHEDULER_ADDRESS"  # the environment variable with the address of an existing cluster
SERVER_AND_SYSTEM_GB = 3.0  # for the operating system, a browser, the server and its scheduler
TRAINER_GB = 3.0  # measured: up to 1.9 with Fashion-MNIST; the rest is for larger networks
LEAN_BELOW_GB = 12.0  # below it, processes that are not needed are ended
LEAST_WORKER_GB = 2.0  # Keras and the lecture's network on Fashion-MNIST take 1.7
MOST_WORKER_GB = 8.0
ENDED_AT = 0.95  # share of its memory at which Dask ends a worker (`distributed.worker.memory.terminate`)
KERAS_GB = 1.35  # measured: what Keras, TensorFlow and Dask take in a trainer and keep of earlier runs, without data
KEPT_SHARE = 0.5  # share of the networks' memory; a trainer that keeps more between runs is restarted
SHARE_FOR_WORKERS = 0.6  # share of the memory, for all trainers


def memory_gb() -> float:
    """The memory for the dashboard in GB: the setting `memory`, or that of the machine."""
    return float(setting("memory")) or psutil.virtual_memory().total / GB


def cores() -> int:
    """The number of processor cores that this process may use."""
    return len(os.sched_getaffinity(0)) if hasattr(os, "sched_getaffinity") else os.cpu_count() or 1


def trainers() -> int:
    """The number of trainers: the setting, or at most one for two cores and one for each 3 GB that are free."""
    configured = int(setting("trainers"))
    return configured or max(1, min(cores() // 2, int((memory_gb() - SERVER_AND_SYSTEM_GB) / TRAINER_GB)))


def worker_memory_gb() -> float:
    """The memory of a worker process in GB: the setting, or its share of the machine, from 2 to 8."""
    share = SHARE_FOR_WORKERS * memory_gb() / trainers()
    return float(setting("worker_memory")) or max(LEAST_WORKER_GB, min(MOST_WORKER_GB, share))


def trainer_memory_gb() -> float:
    """The memory in GB at which Dask ends a trainer."""
    return ENDED_AT * worker_memory_gb()


def network_memory_gb() -> float:
    """The memory in GB for a network and its data in a trainer; 0 if Keras leaves none.

    Workers of a cluster have limits of their own, which they set as `worker_memory`.
    """
    if os.environ.get(CLUSTER) and not setting("worker_memory"):
        return math.inf
    return max(0.0, trainer_memory_gb() - KERAS_GB)


def kept_memory_gb() -> float:
    """The memory in GB that a trainer may keep between two runs before it is restarted."""
    return KERAS_GB + KEPT_SHARE * network_memory_gb()


def is_lean() -> bool:
    """Whether memory is scarce: the inspector then only runs when needed."""
    return memory_gb() < LEAN_BELOW_GB
