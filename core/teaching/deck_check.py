"""The check of an uploaded deck in a subprocess, so that a slow deck does not block the pages.

The server runs this module with the deck as standard input; the result comes back as the standard output:

    python -m core.teaching.deck_check NAME SECONDS ALL_SECONDS
"""

import pickle
import subprocess
import sys

from core.child_process import limit_computing, limit_memory, lower_priority, start
from core.teaching.deck_files.parse_deck import MAXIMUM_BYTES, DeckReadResult, parse_deck

MEMORY_BYTES = 1_000_000_000  # of address space; the check of the lab takes a tenth
PATIENCE = 9  # on a busy machine a process may take this multiple of its computing time


def check_in_subprocess(content: bytes, name: str, most_seconds: float, all_seconds: float) -> DeckReadResult | None:
    """Read and check a deck in another process, which has a lower priority than the server.

    Parameters
    ----------
    content
        The file.
    name
        The name of the deck.
    most_seconds
        The most computing time that the deck may take.
    all_seconds
        The computing time after which the process is ended, or PATIENCE times as long on the clock.

    Returns
    -------
    DeckReadResult | None
        The deck, or its mistakes. None if the process failed or was ended.
    """
    process = start("core.teaching.deck_check", name, most_seconds, all_seconds, stdout=subprocess.PIPE)
    lower_priority(process.pid)
    try:
        answer, _ = process.communicate(content[: MAXIMUM_BYTES + 1], PATIENCE * all_seconds)
    except subprocess.TimeoutExpired:
        process.kill()
        process.communicate()
        return None
    return pickle.loads(answer) if process.returncode == 0 else None  # noqa: S301 - written by `main` below


def main() -> None:
    """Read a deck from the standard input, and write the pickled DeckReadResult to the standard output."""
    limit_memory(MEMORY_BYTES)
    limit_computing(float(sys.argv[3]))
    read = parse_deck(sys.stdin.buffer.read(), sys.argv[1], most_seconds=float(sys.argv[2]))
    sys.stdout.buffer.write(pickle.dumps(read))


if __name__ == "__main__":
    main()
