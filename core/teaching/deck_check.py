"""The check of an uploaded deck in a subprocess, so that a slow deck does not block the pages.

The server runs this module with the deck as standard input; the result comes back as the standard output:

    python -m core.teaching.deck_check NAME SECONDS
"""

import pickle
import subprocess
import sys

from core.child_process import limit_memory, lower_priority, start
from core.teaching.deck_files.parse_deck import MAXIMUM_BYTES, DeckReadResult, parse_deck

MEMORY_BYTES = 1_000_000_000  # of address space; the check of the lab takes a tenth


def check_in_subprocess(content: bytes, name: str, most_seconds: float, deadline: float) -> DeckReadResult | None:
    """Read and check a deck in another process, which has a lower priority than the server.

    Parameters
    ----------
    content
        The file.
    name
        The name of the deck.
    most_seconds
        The most computing time that the deck may take.
    deadline
        The seconds after which the process is ended. On a busy machine they are more than the computing time.

    Returns
    -------
    DeckReadResult | None
        The deck, or its mistakes. None if the process failed or was ended at the deadline.
    """
    process = start("core.teaching.deck_check", name, most_seconds, stdout=subprocess.PIPE)
    lower_priority(process.pid)
    try:
        answer, _ = process.communicate(content[: MAXIMUM_BYTES + 1], deadline)
    except subprocess.TimeoutExpired:
        process.kill()
        process.communicate()
        return None
    return pickle.loads(answer) if process.returncode == 0 else None  # noqa: S301 - written by `main` below


def main() -> None:
    """Read a deck from the standard input, and write the pickled DeckReadResult to the standard output."""
    limit_memory(MEMORY_BYTES)
    read = parse_deck(sys.stdin.buffer.read(), sys.argv[1], most_seconds=float(sys.argv[2]))
    sys.stdout.buffer.write(pickle.dumps(read))


if __name__ == "__main__":
    main()
