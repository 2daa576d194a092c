"""All uses of private names of Dask, and all replacements of functions of Dask.

The tests in tests/core/engine/test_dask_patches.py fail if a version of Dask behaves differently.
"""

import asyncio
import multiprocessing
from concurrent.futures import Future
from typing import Any

from distributed import Client, Nanny, Scheduler
from distributed.utils import get_mp_context

from core.checked_versions import warn_if_unchecked
from core.child_process import end_with_parent
from core.engine.exit_reports import EXIT_TOPIC, OUT_OF_MEMORY
from core.worker.process_start import WARM_PARENT

CHECKED_VERSIONS = ("2026.8.0",)

warn_if_unchecked("distributed", CHECKED_VERSIONS)


def dask_setup(_scheduler: Scheduler) -> None:
    """End the scheduler when its parent process ends. Dask calls this function if a scheduler preloads this module."""
    end_with_parent()


def preload_fork_server() -> None:
    """Make the fork servers of this process import Keras before the first fork, so that forks need not import Keras.

    At its first use, Dask replaces the fork server's list of imports with its own list. After the death of a fork server,
    its successor would import Dask's list only, so this function sets this program's list again. No issue reports this.
    """
    get_mp_context()
    multiprocessing.set_forkserver_preload([WARM_PARENT])


def report_worker_exits(nanny: Nanny) -> None:
    """Make a Dask nanny log the exit code of its worker process under EXIT_TOPIC.

    The error of a task whose worker died carries no exit code (https://github.com/dask/distributed/issues/2297). Only the
    nanny knows the exit code, and whether the nanny itself ended the worker because of its memory.
    """
    handle_exit, memory = nanny._on_worker_exit_sync, nanny.memory_manager
    last_terminated = memory._last_terminated_pid

    def report_and_handle_exit(exit_code: int) -> None:
        nonlocal last_terminated
        terminated = memory._last_terminated_pid
        reason = exit_code if terminated == last_terminated else OUT_OF_MEMORY
        last_terminated = terminated
        nanny.log_event(EXIT_TOPIC, {"worker": nanny.name, "exit_code": reason})
        handle_exit(exit_code)

    nanny._on_worker_exit_sync = report_and_handle_exit


def register_plugin_once(client: Client, plugin: Any, name: str) -> None:
    """Register a Dask plugin unless a plugin with this name is registered already.

    A new worker runs all plugins that were ever registered. The attribute `idempotent` tells Dask to register a plugin once
    (https://github.com/dask/distributed/pull/8342).
    """
    plugin.idempotent = True
    client.register_plugin(plugin, name=name)


def ask_scheduler(client: Client) -> Future[Any]:
    """Ask a scheduler for its identity, and return a future. Every public function of Dask waits for the answer."""
    return asyncio.run_coroutine_threadsafe(client.scheduler.identity(n_workers=0), client.loop.asyncio_loop)
