"""Every private name of Dask that this program touches, and what it replaces in Dask.

tests/core/engine/test_dask_patches.py fails where a version of Dask behaves otherwise.
"""

import asyncio
from concurrent.futures import Future
from typing import Any

from distributed import Client, Nanny, Scheduler

from core.checked_versions import warn_if_unchecked
from core.child_process import end_with_parent

CHECKED_VERSIONS = ("2026.8.0",)
EXIT_TOPIC = "exits"  # what a nanny logs the end of its worker under
OUT_OF_MEMORY = "memory"  # logged instead of an exit code where the nanny ended a worker that took too much

warn_if_unchecked("distributed", CHECKED_VERSIONS)


def dask_setup(process: Nanny | Scheduler) -> None:
    """Called by Dask in a process that preloads this module."""
    end_with_parent()
    if isinstance(process, Nanny):
        report_worker_exits(process)


def report_worker_exits(nanny: Nanny) -> None:
    """Let a nanny log under EXIT_TOPIC how its worker process ended.

    The error of a task whose worker died carries no exit code (https://github.com/dask/distributed/issues/2297). Only the
    nanny knows it, and whether the nanny itself ended the worker for its memory.
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


def register_once(client: Client, plugin: Any, name: str) -> None:
    """Register a plugin unless one of this name is registered: a new worker runs all that were ever registered.

    Dask takes the wish from an attribute of the plugin (https://github.com/dask/distributed/pull/8342).
    """
    plugin.idempotent = True
    client.register_plugin(plugin, name=name)


def ask_scheduler(client: Client) -> Future[Any]:
    """Ask a scheduler who it is, without waiting for the answer. No public function does so; no issue is known."""
    return asyncio.run_coroutine_threadsafe(client.scheduler.identity(n_workers=0), client.loop.asyncio_loop)
