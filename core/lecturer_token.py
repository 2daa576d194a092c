"""The lecturer's token, a password. Its holder may control every run, trains first, and may lock parts of a link."""

import hashlib
import os
import secrets
from pathlib import Path

from itsdangerous.signer import HMACAlgorithm, Signer

from core.files import home, write_atomically
from core.problems import Problem, ProblemError

VARIABLE = "DASHBOARD_LECTURER_TOKEN"
SHORTEST_TOKEN = 16  # characters; a shorter token could be guessed


def token() -> str:
    """Return the token of `DASHBOARD_LECTURER_TOKEN`, or else a random token that is kept in the data folder.

    Raises
    ------
    ProblemError
        The variable holds a token that is too short.
    """
    configured = os.environ.get(VARIABLE, "").strip()
    if 0 < len(configured) < SHORTEST_TOKEN:
        raise ProblemError(
            Problem(
                code="lecturer-token-short",
                where=(),
                happened=f"The environment variable {VARIABLE} holds {len(configured)} characters.",
                expected=f"Expected at least {SHORTEST_TOKEN}, since whoever guesses the token can steer every run.",
                fix="Set a longer token, or unset the variable to have a token made.",
            )
        )
    if configured:
        return configured
    path = home() / "lecturer-token"
    if not path.is_file() or len(_read(path)) < SHORTEST_TOKEN:
        write_atomically(path, _write)
    return _read(path)


def _read(path: Path) -> str:
    return path.read_text("utf-8", "ignore").strip()


def _write(path: Path) -> None:
    path.write_text(secrets.token_urlsafe(24))
    path.chmod(0o600)


def is_token(text: str) -> bool:
    """Return whether a text is the token. The comparison takes constant time, which prevents timing attacks."""
    return secrets.compare_digest(text.encode("utf-8", "surrogatepass"), token().encode("utf-8", "surrogatepass"))


class _ShortHMAC(HMACAlgorithm):
    """HMAC-SHA256 cut to 16 bytes, so that signed links stay short."""

    def get_signature(self, key: bytes, value: bytes) -> bytes:
        return super().get_signature(key, value)[:16]


def signer() -> Signer:
    """Return a signer that has the token as its key. A signature adds a dot and 22 letters, digits, - or _ to a text."""
    return Signer(token(), key_derivation="none", algorithm=_ShortHMAC(hashlib.sha256))
