"""What the coach says of each failure that was planted, at which epoch, and whether it is silent on healthy runs.

`python -m tests.benchmarks.coach` reads the recordings and prints the tables that stand in docs/coach.md;
`python -m tests.core.coach.record_coach_runs` makes recordings.
"""

import math

from tests.core.coach.coach_plan import HELD_OUT, RUNS, TUNED
from tests.core.coach.coach_recordings import MENDED, recordings
from tests.core.coach.coach_runs import Verdict, verdicts


def said(name: str) -> list[Verdict]:
    """What the coach says after each event of a recording that it listens to."""
    recording = recordings()[name]
    return verdicts(recording.experiment(), recording.events)


def is_right(name: str) -> bool:
    """Whether it says nothing but what was planted, and says that by the end; nothing at all of a healthy run."""
    codes, code = [one.code for one in said(name)], RUNS[name].code
    return set(codes) <= {"", code} and codes[-1:] == [code]


def main() -> None:
    """Read, listen, print."""
    print("| Planted failure | What the coach said | At epoch | What it advised, and the accuracy before and after |")
    print("|---|---|---|---|")
    recorded = {name: planned for name, planned in RUNS.items() if name in recordings()}
    for name, planned in recorded.items():
        if not planned.code:
            continue
        first = next((one for one in said(name) if one.problem), None)
        words = f"`{first.code}`: {first.problem.happened}" if first and first.problem else "nothing"
        print(f"| {name} | {words} | {math.ceil(first.epoch) if first else 0} | {advised(name)} |")
    for half in (TUNED, HELD_OUT):
        failures = [name for name, planned in recorded.items() if planned.half == half and planned.code]
        healthy = [name for name, planned in recorded.items() if planned.half == half and not planned.code]
        hits, silent = sum(map(is_right, failures)), sum(map(is_right, healthy))
        print(f"\n{half}: {hits} of {len(failures)} failures, {len(healthy) - silent} of {len(healthy)} false alarms")


def advised(name: str) -> str:
    """What was tried, and what it brought."""
    after = recordings().get(name + MENDED)
    if after is None:
        return ""
    return f"{', then '.join(after.tried)}: {recordings()[name].accuracy:.2f}, {after.accuracy:.2f}"


if __name__ == "__main__":
    main()
