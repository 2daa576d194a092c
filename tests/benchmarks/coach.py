"""What the coach says of each failure that was planted, at which epoch, and whether it is silent on healthy runs.

`python -m tests.benchmarks.coach` trains all of them on Digits and prints the table that stands in docs/coach.md.
"""

import math

from tests.core.coached import HEALTHY, PLANTED, first_alarm


def main() -> None:
    """Train, listen, print."""
    print("| Planted failure | What the coach said | At epoch |\n|---|---|---|")
    right = 0
    for name, (experiment, code) in PLANTED.items():
        found = first_alarm(experiment)
        right += found is not None and found.code == code
        said = f"`{found.code}`: {found.problem.happened}" if found and found.problem else "nothing"
        print(f"| {name} | {said} | {math.ceil(found.epoch) if found else 0} |")
    silent = sum(first_alarm(experiment) is None for experiment in HEALTHY.values())
    print(f"\nplanted={right}/{len(PLANTED)} healthy={silent}/{len(HEALTHY)}")


if __name__ == "__main__":
    main()
