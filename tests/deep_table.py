"""Print what the tests of the deep set answered: `python -m tests.deep_table FOLDER`, where FOLDER holds pytest's reports.

Each report is a file of JUnit's XML. A test that failed stands in several reports, once for each of its tries.
"""

import sys
from collections import defaultdict
from dataclasses import dataclass, field
from pathlib import Path
from xml.etree import ElementTree


@dataclass
class Answers:
    """What one test answered, try after try."""

    passed: list[bool] = field(default_factory=list)
    seconds: float = 0.0  # of the longest try


def read_answers(reports: list[Path]) -> dict[str, Answers]:
    """Return the answers of each test.

    Parameters
    ----------
    reports
        Files of JUnit's XML, as `pytest --junitxml` writes them. The name of a file ends in the number of the try, and what
        stands before the number tells sets apart that hold tests of the same name, such as those of two backends.
    """
    answers: defaultdict[str, Answers] = defaultdict(Answers)
    for report in reports:
        set_name = report.stem.rpartition("-")[0]
        for case in ElementTree.parse(report).iter("testcase"):
            test = answers[f"{set_name} {case.get('classname')}::{case.get('name')}"]
            test.passed.append(case.find("failure") is None and case.find("error") is None)
            test.seconds = max(test.seconds, float(case.get("time", 0)))
    return answers


def table(answers: dict[str, Answers]) -> str:
    """Return the table of all tests. Tests that failed come first, then those that took longest."""
    ordered = sorted(answers.items(), key=lambda row: (all(row[1].passed), -row[1].seconds))
    rows = [f"{sum(test.passed)} of {len(test.passed)}  {test.seconds:7.1f}  {name}" for name, test in ordered]
    return "\n".join(["passed  seconds  test", *rows])


def main(folder: Path) -> int:
    """Print the table and a last line with the sums. Return 1 if a test passed in none of its tries, else 0."""
    answers = read_answers(sorted(folder.glob("*.xml")))
    failed = [name for name, test in answers.items() if not any(test.passed)]
    flipped = [name for name, test in answers.items() if any(test.passed) and not all(test.passed)]
    print(table(answers))
    print(f"\n{len(flipped)} passed in some of their tries only.")
    print(f"{len(answers) - len(failed)} passed, {len(failed)} failed")
    return 1 if failed or not answers else 0


if __name__ == "__main__":
    sys.exit(main(Path(sys.argv[1])))
