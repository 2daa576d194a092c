"""Carry out the server's commands in the process host: start and end Dask workers, and run programs."""

import asyncio
import json
import logging
import multiprocessing
import os
import threading
from collections.abc import Callable, Mapping
from contextlib import suppress
from multiprocessing.connection import Connection
from multiprocessing.context import BaseContext
from typing import Any

import psutil
from distributed import Nanny

from core.engine.dask_patches import preload_fork_server, report_worker_exits
from core.worker.process_start import run_program

LOOK_EVERY_SECONDS = 0.05  # the time between two checks for new worker processes
AGAIN_SECONDS = 0.5  # the time between two attempts to start a worker
Send = Callable[[Mapping[str, Any]], None]


class Nannies:
    """The Dask nannies of a process host. A nanny restarts its worker process after each death.

    Parameters
    ----------
    send
        Sends a report to the server: the keys "worker" and "process", after each start of a worker process.
    """

    def __init__(self, send: Send) -> None:
        self._send = send
        self._nannies: dict[str, Nanny] = {}
        self._tasks: dict[str, asyncio.Task[None]] = {}
        self._sent: dict[str, int] = {}  # the process number of each worker that the server knows

    def add(self, name: str, options: dict[str, Any]) -> None:
        """Start a nanny and its worker. The `options` go to `distributed.Nanny`."""
        self._tasks[name] = asyncio.create_task(self._keep(name, options))

    async def _keep(self, name: str, options: dict[str, Any]) -> None:
        while True:
            try:
                nanny = self._nannies[name] = Nanny(name=name, **options)
                report_worker_exits(nanny)
                async with nanny:
                    await nanny.finished()
            except Exception:  # for instance the warm parent died during the start
                logging.getLogger("distributed.nanny").exception("worker %s was not started; the next try follows", name)
            await asyncio.sleep(AGAIN_SECONDS)

    def remove(self, name: str) -> None:
        """Kill a worker and end its nanny."""
        if (task := self._tasks.pop(name, None)) is not None:
            task.cancel()
        nanny = self._nannies.pop(name, None)
        if nanny is not None:
            nanny.close_gracefully()  # so that the nanny does not start its worker again
            if nanny.pid:
                with suppress(psutil.Error):
                    psutil.Process(nanny.pid).kill()

    async def watch(self) -> None:
        """Watch the nannies: report each new worker process, and restart a worker that its nanny failed to restart."""
        failed: dict[str, float] = {}
        while True:
            await asyncio.sleep(LOOK_EVERY_SECONDS)
            for name, nanny in list(self._nannies.items()):
                process = nanny.process
                if process is not None and process.status.name == "running" and process.pid:
                    failed.pop(name, None)
                    if self._sent.get(name) != process.pid:
                        self._sent[name] = process.pid
                        self._send({"worker": name, "process": process.pid})
                elif nanny.status.name == "running" and (process is None or process.status.name != "starting"):
                    failed[name] = failed.get(name, 0.0) + LOOK_EVERY_SECONDS
                    if failed[name] > AGAIN_SECONDS:
                        failed[name] = 0.0
                        with suppress(Exception):  # the next look tries again
                            await nanny.instantiate()


def run(context: BaseContext, send: Send, number: int, options: dict[str, Any]) -> None:
    """Run a program, and report its process id, each line of its output, and its exit code.

    Parameters
    ----------
    context
        The context of `multiprocessing`, which decides how processes start.
    send
        Sends a report to the server: the key "program" with "process", "line" or "code".
    number
        The number that the server gave the program.
    options
        The arguments of `core.worker.process_start.run_program` by name, except the pipe.
    """
    code = 1
    try:
        reading, writing = context.Pipe(duplex=False)
        process = context.Process(target=run_program, kwargs={**options, "output": writing}, daemon=True)  # type: ignore[attr-defined]
        process.start()
        writing.close()
        send({"program": number, "process": process.pid})
        _send_lines(reading, send, number)
        process.join()
        code = process.exitcode
    finally:
        send({"program": number, "code": code})


def _send_lines(reading: Connection, send: Send, number: int) -> None:
    with reading, os.fdopen(os.dup(reading.fileno()), encoding="utf-8", errors="replace") as lines:
        for line in lines:
            send({"program": number, "line": line})


def serve(method: str) -> None:
    """Carry out commands from the standard input until its end. Then end this process.

    Parameters
    ----------
    method
        How processes start: "forkserver" or "spawn".
    """
    commands, reports = os.fdopen(os.dup(0), "rb"), os.fdopen(os.dup(1), "wb")
    nothing = os.open(os.devnull, os.O_RDONLY)
    os.dup2(nothing, 0)  # children inherit these streams: they must not read commands, and their output goes to the log
    os.dup2(2, 1)
    lock = threading.Lock()

    def send(report: Mapping[str, Any]) -> None:
        with lock, suppress(OSError):  # the server is gone, and so this process will be
            reports.write(json.dumps(report).encode() + b"\n")
            reports.flush()

    asyncio.run(_serve(method, commands, send))


async def _serve(method: str, commands: Any, send: Send) -> None:
    if method == "forkserver":
        preload_fork_server()
    context = multiprocessing.get_context(method)
    nannies = Nannies(send)
    loop = asyncio.get_running_loop()

    def carry_out(command: dict[str, Any]) -> None:
        match command:
            case {"do": "add", "name": name, "options": options}:
                nannies.add(name, options)
            case {"do": "remove", "name": name}:
                nannies.remove(name)
            case {"do": "run", "number": number, "options": options}:
                threading.Thread(target=run, args=(context, send, number, options), daemon=True).start()

    def read() -> None:
        for line in commands:
            loop.call_soon_threadsafe(carry_out, json.loads(line))
        os._exit(0)  # the server closed the pipe, or is gone; the children end with this process

    threading.Thread(target=read, daemon=True).start()
    await nannies.watch()
