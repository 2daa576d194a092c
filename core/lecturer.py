"""The lecturer's token: whoever holds it may steer every run, and goes first."""

import os
import secrets
from pathlib import Path

from core.files import home, write_atomically

VARIABLE = "DASHBOARD_LECTURER_TOKEN"
SHORTEST = 16  # characters; shorter ones could be guessed


def token() -> str:
    """The token: the variable `DASHBOARD_LECTURER_TOKEN` where it is long enough, else one made once and kept on disk."""
    given = os.environ.get(VARIABLE, "").strip()
    if len(given) >= SHORTEST:
        return given
    path = home() / "lecturer-token"
    if not path.is_file() or len(path.read_text().strip()) < SHORTEST:
        write_atomically(path, _write)
    return path.read_text().strip()


def _write(path: Path) -> None:
    path.write_text(secrets.token_urlsafe(24))
    path.chmod(0o600)


def is_token(text: str) -> bool:
    """Whether a text is the token; takes as long for a wrong one as for the right one."""
    return secrets.compare_digest(text.encode("utf-8", "replace"), token().encode())
