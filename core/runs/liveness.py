"""Whether the process of a run still gives signs of life.

Silence is counted in checks, not by a clock, so that a laptop that slept does not lose its runs. A trainer gives a sign each
second from a thread of its own, so a long step is no silence.
"""

from dataclasses import dataclass

CHECK_SECONDS = 0.2  # between two checks
WORDS_SECONDS = 3.0  # of waiting or silence before a page reports it
AGAIN_SECONDS = 5.0  # between two such reports
FROZEN_SECONDS = 60.0  # of silence before the process is ended
IDLE_SECONDS = 60.0  # for an idle trainer to begin a run
COLD_SECONDS = 180.0  # the same for a new trainer, which starts and warms up in a minute on a slow laptop


@dataclass
class Liveness:
    """The signs of life of a run's trainer."""

    signs: int = -1  # count at the last check
    checks: int = 0  # since the last sign, or since the run was sent to the trainer
    reported: int = 0  # value of `checks` at the last report to pages; 0 for none
    is_renewed: bool = False  # True after a new trainer was started for a run that none had begun

    @property
    def seconds(self) -> float:
        """The length of the silence, in seconds."""
        return self.checks * CHECK_SECONDS

    def check(self, signs: int) -> bool:
        """Count a check; True if the trainer gives signs again after its silence was reported."""
        self.checks += 1
        if signs == self.signs:
            return False
        was_reported = self.reported > 0
        self.signs, self.checks, self.reported = signs, 0, 0
        return was_reported

    def is_report_due(self) -> bool:
        """Whether pages must be sent a report of the silence now; counts as reported."""
        due = WORDS_SECONDS if not self.reported else self.reported * CHECK_SECONDS + AGAIN_SECONDS
        if self.seconds < due:
            return False
        self.reported = self.checks
        return True

    def restart(self) -> None:
        """Count from 0 again: a new trainer was started for the run."""
        self.is_renewed, self.checks, self.reported = True, 0, 0


def waiting_words(reason: str, seconds: float) -> str:
    """The words for a run that no trainer has begun; `reason` says why a new trainer is starting, "" if none is."""
    what = f"A fresh trainer is starting, since {reason}" if reason else "Waiting for the trainer to begin"
    return f"{what}: {seconds:.0f} s so far"


def silence_words(seconds: float) -> str:
    """The words for a silent trainer."""
    return f"No news from the trainer for {seconds:.0f} s; after {FROZEN_SECONDS:.0f} s its process is ended"
