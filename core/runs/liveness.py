"""Whether the trainers that have runs still go on: counted in looks, so that a machine that slept has lost nobody.

A trainer gives a sign each second from a thread of its own, whatever it computes: a long trace or step is no silence.
"""

from dataclasses import dataclass

LOOK_SECONDS = 0.2  # between two looks
WORDS_SECONDS = 3.0  # of waiting or silence, before a page says so
AGAIN_SECONDS = 5.0  # before it says the next number
FROZEN_SECONDS = 60.0  # of silence, after which a process is ended
IDLE_SECONDS = 60.0  # in which a trainer that has nothing to do must take a run
COLD_SECONDS = 180.0  # the same while one is being started or warmed up, which takes a slow laptop a minute


@dataclass
class Liveness:
    """What is known of one run's trainer."""

    signs: int = -1  # signs of life at the last look
    looks: int = 0  # since the last sign, or since the trainer was asked to begin
    told: int = 0  # looks at the last time that the page was told; 0: it was not
    is_renewed: bool = False  # a trainer was started afresh for it, since none had begun it

    @property
    def seconds(self) -> float:
        """How long nothing was heard."""
        return self.looks * LOOK_SECONDS

    def look(self, signs: int) -> bool:
        """Count one look; True where the trainer is heard again after the page was told of its silence."""
        self.looks += 1
        if signs == self.signs:
            return False
        was_told = self.told > 0
        self.signs, self.looks, self.told = signs, 0, 0
        return was_told

    def is_to_be_told(self) -> bool:
        """Whether the page must be told now; counts as told."""
        due = WORDS_SECONDS if not self.told else self.told * LOOK_SECONDS + AGAIN_SECONDS
        if self.seconds < due:
            return False
        self.told = self.looks
        return True

    def begin_anew(self) -> None:
        """A trainer was started afresh for the run."""
        self.is_renewed, self.looks, self.told = True, 0, 0


def waiting_words(reason: str, seconds: float) -> str:
    """What a run waits for that no trainer has begun; `reason` says why a trainer is started afresh, "" where none is."""
    what = f"A fresh trainer is starting, since {reason}" if reason else "Waiting for the trainer to begin"
    return f"{what}: {seconds:.0f} s so far"


def silence_words(seconds: float) -> str:
    """What a page says of a trainer that is not heard."""
    return f"No news from the trainer for {seconds:.0f} s; after {FROZEN_SECONDS:.0f} s its process is ended"
