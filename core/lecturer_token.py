"""The lecturer's token: its holder may control every run, trains first, and may lock what a link opens."""

import hashlib
import os
import secrets
from pathlib import Path

from itsdangerous.signer import HMACAlgorithm, Signer

from core.files import home, write_atomically
from core.problems import Problem, ProblemError

VARIABLE = "DASHBOARD_LECTURER_TOKEN"
SHORTEST = 16  # characters; a shorter token could be guessed


def token() -> str:
    """The token: `DASHBOARD_LECTURER_TOKEN`, or a random one that is kept in the data folder.

    Raises
    ------
    ProblemError
        The variable holds a token that is too short.
    """
    configured = os.environ.get(VARIABLE, "").strip()
    if 0 < len(configured) < SHORTEST:
        raise ProblemError(
            Problem(
                code="lecturer-token-short",
                where=(),
                happened=f"The environment variable {VARIABLE} holds {len(configured)} characters.",
                expected=f"Expected at least {SHORTEST}, since whoever guesses them can steer every run.",
                fix="Set it to a longer one, or unset it to have one made.",
            )
        )
    if configured:
        return configured
    path = home() / "lecturer-token"
    if not path.is_file() or len(_read(path)) < SHORTEST:
        write_atomically(path, _write)
    return _read(path)


def _read(path: Path) -> str:
    return path.read_text("utf-8", "ignore").strip()


def _write(path: Path) -> None:
    path.write_text(secrets.token_urlsafe(24))
    path.chmod(0o600)


def is_token(text: str) -> bool:
    """Whether a text is the token, compared in constant time."""
    return secrets.compare_digest(text.encode("utf-8", "surrogatepass"), token().encode("utf-8", "surrogatepass"))


class _ShortHMAC(HMACAlgorithm):
    """HMAC-SHA256 cut to 16 bytes, which keeps links short."""

    def get_signature(self, key: bytes, value: bytes) -> bytes:
        return super().get_signature(key, value)[:16]


def signer() -> Signer:
    """A signer with the token as its key; it appends a dot and 22 letters, digits, - or _ to a text."""
    return Signer(token(), key_derivation="none", algorithm=_ShortHMAC(hashlib.sha256))
