"""The three parts of the card at the top of a result: headline, dots, and thumbnails of mistakes."""

from collections.abc import Sequence
from dataclasses import asdict, dataclass
from typing import Any

from core.runs.run_summaries import Headline
from core.runs.verdicts import Verdict
from pages.components.browser_modules import register

FOLDER = "views/result"
_HEADLINE = register("headline", folder=FOLDER)
_DOTS = register("dots", folder=FOLDER)
_FACES = register("faces", folder=FOLDER)


@dataclass(frozen=True)
class MistakeThumbnail:
    """An image that the network classified wrongly, with both classes."""

    src: str  # a data: URI
    label: str  # its class
    said: str  # the class that the network named
    sure: str  # "99 % sure"


def headline(result: Headline, verdict: Verdict | None, note: str, *, key: str) -> None:
    """Draw the headline of a finished run, and its comparison with the previous run.

    Parameters
    ----------
    result
        The headline.
    verdict
        The comparison with the previous run, or None if the two cannot be compared.
    note
        A further limitation of the result, as a sentence, or an empty string.
    key
        The key of the element.
    """
    words = verdict and {
        "size": verdict.size,
        "than": verdict.than,
        "cause": verdict.cause,
        "rest": verdict.rest,
        "direction": verdict.direction,
    }
    data = {
        "title": result.title,
        "note": f"{result.note} {note}".strip(),
        "verdict": words,
        "url": "",
        "of": 0,
        "epochs": 0,
        "state": "",
    }
    _HEADLINE(key=key, data=data)


def live_headline(url: str, *, of: int, epochs: int, state: str, key: str) -> None:
    """Draw the headline of an active run, which changes with each validation of the run.

    Parameters
    ----------
    url
        The path of the run's event stream.
    of
        The number of images that the headline counts.
    epochs
        The number of epochs of the run.
    state
        The name of the run's state, as in `core.runs.states.STATES`.
    key
        The key of the element.
    """
    data = {"title": "", "note": "", "verdict": None, "url": url, "of": of, "epochs": epochs, "state": state}
    _HEADLINE(key=key, data=data)


def dots(right: int, of: int, *, url: str = "", key: str) -> None:
    """Draw a field of dots: a filled dot for each correctly classified image, and a ring for each wrong image.

    Parameters
    ----------
    right
        The number of right answers.
    of
        The number of all answers.
    url
        The path of the event stream of an active run, whose validations fill the field.
    key
        The key of the element.
    """
    _DOTS(key=key, data={"right": right, "of": of, "url": url})


def mistake_thumbnails(shown: Sequence[MistakeThumbnail], *, key: str) -> None:
    """Draw thumbnails of images that the network classified wrongly."""
    data: dict[str, Any] = {"faces": [asdict(face) for face in shown]}
    _FACES(key=key, data=data)
