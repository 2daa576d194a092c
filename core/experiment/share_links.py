"""Links that hold a whole experiment: write an experiment as a part of an address, and read the address back.

The text is small, versioned and checked, and is unpacked only up to a limit. Dots join its parts: version, checksum,
experiment. A lecturer's link has three more parts: the locked parts, the hidden parts, and a signature with the lecturer's
token, since only the holder of the token may lock anything.
"""

import re
import zlib
from dataclasses import dataclass

from itsdangerous.encoding import base64_decode, base64_encode
from itsdangerous.exc import BadData

from core.experiment.json_text import MAXIMUM_BYTES
from core.experiment.model import Experiment
from core.experiment.serialization import dumps, loads
from core.lecturer_token import signer
from core.problems import Problem, ProblemError, quoted

VERSION = "1"
MAXIMUM_CHARACTERS = 8_000  # proxies cut addresses off at 8,192; 40 layers take about 1,000
LOCKABLE = ("data", "layers", "compile", "fit")  # parts of an experiment, by field
HIDEABLE = ("code",)  # parts that a page may hide
LOCKED = "Locked by the link you opened. Unlock: open your own draft."
ALPHABET = re.compile(r"[A-Za-z0-9_-]+")
AGAIN = "Copy the whole link once more, or ask who sent it for the .json file."


@dataclass(frozen=True)
class Link:
    """The content of a link: an experiment, and the parts that are locked or hidden."""

    experiment: Experiment
    locked: tuple[str, ...] = ()  # the parts, elements of LOCKABLE, that the visitor cannot change
    hidden: tuple[str, ...] = ()  # the parts, elements of HIDEABLE, that the visitor does not see


def write(link: Link) -> str:
    """Write a link as a text of letters, digits, dots, - and _ only.

    Raises
    ------
    ProblemError
        The link would be longer than some browsers and proxies allow.
    """
    packed = base64_encode(zlib.compress(dumps(link.experiment).encode(), 9)).decode()
    text = f"{VERSION}.{_checksum(packed)}.{packed}"
    if link.locked or link.hidden:
        text = signer().sign(f"{text}.{'-'.join(link.locked)}.{'-'.join(link.hidden)}").decode()
    if len(text) > MAXIMUM_CHARACTERS:
        raise ProblemError(
            Problem(
                "link-too-long",
                (),
                f"A link with this experiment would have {len(text):,} characters.",
                f"Expected at most {MAXIMUM_CHARACTERS:,}, since some networks cut longer ones off.",
                "Share it as a .json file instead.",
            )
        )
    return text


def read(text: str) -> Link:
    """Read the experiment and the locked and hidden parts from a link's text.

    Parameters
    ----------
    text
        The text of the link, which anyone may have written. Each part is unpacked up to a limit.

    Raises
    ------
    ProblemError
        The text is no link of this version, or is damaged; the problem names the fault.
    """
    if len(text) > MAXIMUM_CHARACTERS:
        raise _refusal(
            f"The link has {len(text):,} characters.",
            f"At most {MAXIMUM_CHARACTERS:,} are read.",
            "Ask who sent it for the .json file.",
        )
    version, *parts = text.split(".")
    if version.isdecimal() and version != VERSION:
        raise _refusal(
            f"The link has version {quoted(version)}.",
            f"This dashboard reads version {VERSION}.",
            "Update the dashboard, or make the link with one of the same version.",
        )
    if version != VERSION or len(parts) not in (2, 5):
        raise _refusal(f"{quoted(text)} is no link of this dashboard.", f"Expected '{VERSION}.' and more parts.", AGAIN)
    checksum, packed = parts[:2]
    if not ALPHABET.fullmatch(packed) or checksum != _checksum(packed):
        raise _refusal(
            "The link is damaged: its checksum does not fit.",
            "Expected it whole, as it was made: a message may have cut it off.",
            AGAIN,
        )
    locked, hidden = _locks(text, parts[2:]) if len(parts) > 2 else ((), ())
    return Link(loads(_unpacked(packed)), locked, hidden)


def locked_changes(before: Experiment, after: Experiment, locked: tuple[str, ...]) -> tuple[str, ...]:
    """Return the locked parts that differ between two experiments."""
    return tuple(part for part in locked if getattr(before, part) != getattr(after, part))


def _refusal(happened: str, expected: str, fix: str) -> ProblemError:
    return ProblemError(Problem("link-unreadable", (), happened, expected, fix + " Your own draft is as it was."))


def _checksum(packed: str) -> str:
    return f"{zlib.crc32(packed.encode()):08x}"


def _unpacked(packed: str) -> bytes:
    """Unpack the bytes of a link, at most as many as an experiment may have."""
    try:
        inflating = zlib.decompressobj()
        content = inflating.decompress(base64_decode(packed), MAXIMUM_BYTES + 1)
    except (BadData, zlib.error):
        raise _refusal("The link cannot be unpacked.", "Expected compressed text in URL-safe base64.", AGAIN) from None
    if len(content) > MAXIMUM_BYTES:
        raise _refusal(
            "The link unpacks to more than an experiment can be.",
            f"Expected at most {MAXIMUM_BYTES:,} bytes; the rest was not unpacked.",
            "Ask who sent it for another one.",
        )
    if not inflating.eof or inflating.unused_data:
        raise _refusal("The link's experiment is not whole.", "Expected one compressed text to its end.", AGAIN)
    return content


def _locks(text: str, parts: list[str]) -> tuple[tuple[str, ...], tuple[str, ...]]:
    """Return the parts that a lecturer's link locks and the parts that it hides, in the order of the page.

    Unknown names are left out.
    """
    if not signer().validate(text.encode("utf-8", "surrogatepass")):
        raise _refusal(
            "The link locks parts of this page, but is not signed by this dashboard's lecturer.",
            "Expected the signature that the lecturer's token gives.",
            "Ask your lecturer to make the link again on this dashboard.",
        )
    locked, hidden = (part.split("-") for part in parts[:2])
    return tuple(part for part in LOCKABLE if part in locked), tuple(part for part in HIDEABLE if part in hidden)
