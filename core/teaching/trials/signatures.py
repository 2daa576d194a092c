"""JSON that this server signs. The content of a file is used only after its signature was verified."""

import hashlib
import json
import re
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from itsdangerous.signer import HMACAlgorithm, Signer

from core.lecturer_token import token
from core.problems import Problem, ProblemError

MOST_BYTES = 2_000_000  # bytes of a file: seven runs of a thousand epochs with a few metrics
MOST_DEEP = 20  # brackets within brackets: an experiment nests less
AGAIN = "Ask the owner for the file as downloaded, without changes."


@dataclass(frozen=True)
class SignedFileKind:
    """A kind of signed JSON file, such as a receipt, with functions that sign content and verify signatures."""

    noun: str  # the kind of file, in messages: "receipt"
    salt: str  # makes a key of this kind from the server's secret, so that a signature is not valid for another kind
    code: str  # the code of the problem that refuses a file

    def sign(self, content: Mapping[str, Any]) -> dict[str, Any]:
        """Return the content with this server's signature added."""
        return {**content, "signature": self._signer().get_signature(_canonical(content)).decode()}

    def read(self, text: str | bytes) -> dict[str, Any]:
        """Return the content of a JSON text, after its signature by this server was verified.

        Raises
        ------
        ProblemError
            The text is no such file, or lacks the signature of this server. The problem says which.
        """
        content = self._parsed(text)
        signature = content.pop("signature", None)
        given = signature.encode("utf-8", "replace") if isinstance(signature, str) else b""
        if not self._signer().verify_signature(_canonical(content), given):
            raise self.refusal(
                f"The {self.noun} is not as this server signed it.",
                "Expected the signature that this server's secret gives to exactly this content: something was changed, or "
                "another server signed it, or its secret was changed since.",
            )
        return content

    def refusal(self, happened: str, expected: str) -> ProblemError:
        """Return the error to raise for an invalid file."""
        return ProblemError(Problem(self.code, (), happened, expected, AGAIN))

    def _signer(self) -> Signer:
        return Signer(token(), salt=self.salt, key_derivation="hmac", algorithm=HMACAlgorithm(hashlib.sha256))

    def _parsed(self, text: str | bytes) -> dict[str, Any]:
        raw = text.encode("utf-8", "surrogatepass") if isinstance(text, str) else text
        if len(raw) > MOST_BYTES:
            raise self.refusal(f"The file has {len(raw):,} bytes.", f"Expected at most {MOST_BYTES:,}.")
        if _depth(raw) > MOST_DEEP:
            raise self.refusal(f"The file nests more deeply than any {self.noun}.", f"Expected at most {MOST_DEEP} levels.")
        try:
            content = json.loads(raw, object_pairs_hook=_without_twins)
        except (ValueError, RecursionError) as error:
            if isinstance(error, DuplicateKeyError):
                raise self.refusal(
                    f"The key {error} stands twice in the {self.noun}.", "Expected each once, as this dashboard writes it."
                ) from None
            raise self.refusal("The file is no JSON.", f"Expected a {self.noun} as this dashboard writes it.") from None
        if not isinstance(content, dict) or "signature" not in content:
            raise self.refusal(f"The file is no {self.noun}.", "Expected JSON with a signature.")
        return content


class DuplicateKeyError(ValueError):
    """Raised if a JSON object has a key twice, since people would read the first value and programs the second."""


def _without_twins(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
    content: dict[str, Any] = {}
    for key, value in pairs:
        if key in content:
            raise DuplicateKeyError(key[:40])
        content[key] = value
    return content


def _canonical(content: Mapping[str, Any]) -> bytes:
    """Serialize content to the bytes that are signed.

    Equal content gives equal bytes, whatever the order of keys and the spaces of a file.
    """
    return json.dumps(content, sort_keys=True, separators=(",", ":"), ensure_ascii=True).encode()


def _depth(raw: bytes) -> int:
    """Return the nesting depth of JSON. The depth of damaged JSON may be too high, but never too low."""
    depth = deepest = 0
    for bracket in re.findall(rb"[\[\]{}]", re.sub(rb'"(?:[^"\\]|\\.)*"', b"", raw)):
        depth += 1 if bracket in b"[{" else -1
        deepest = max(deepest, depth)
    return deepest
