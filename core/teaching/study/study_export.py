"""The answers to the inventory as CSV, without anything that names a person: for who teaches, and for research.

A learner is a number that each export draws anew, so that two exports cannot be joined by it. Times are days. Whoever does
not take part is left out.
"""

import csv
import io
import random
from collections.abc import Collection, Iterator, Mapping
from datetime import datetime

from core.teaching.class_overview import as_text
from core.teaching.study.gain import Learners
from core.teaching.study.inventory import Item, Taken, taken

COLUMNS: Mapping[str, str] = {
    "learner": "a number that this export drew by chance; the same person has another one in the next export",
    "moment": "before or after the lessons",
    "form": "the form: inventory-a or inventory-b",
    "handed_in": "yes where this form was handed in, no where it was begun only",
    "question": "the number of the question in its form, from 1",
    "concept": "what the question is about, the same in both forms",
    "option": "the option at last, A for the first one; ? for “I do not know”",
    "right": "1 for the right option, 0 for any other and for “I do not know”",
    "misconception": "what somebody believes who chooses this option; empty for the right one and for “I do not know”",
    "day": "the day of the answer, as year-month-day",
    "variants": "the variants of lessons that chance assigned, as lesson=variant, with ; between; empty for none",
}
CHANCE = random.SystemRandom()


def as_csv(
    learners: Learners,
    firsts: Mapping[str, str],
    variants: Mapping[str, Mapping[str, str]],
    without: Collection[str] = (),
    chance: random.Random = CHANCE,
) -> str:
    """The table, one row for each answer, ordered by learner, moment and question.

    Parameters
    ----------
    learners
        All visitors with their places and tries.
    firsts
        The name of the form that each visitor was assigned before.
    variants
        For each deck with variants, the variant of each visitor.
    without
        Visitors who do not take part.
    chance
        Draws the numbers of the learners.
    """
    visitors = sorted(visitor for visitor in firsts if visitor in learners and visitor not in without)
    chance.shuffle(visitors)
    written = io.StringIO()
    writer = csv.writer(written, lineterminator="\n")
    writer.writerow(COLUMNS)
    number = 0
    for visitor in visitors:
        _, places, answers = learners[visitor]
        rows = [row for one in taken(answers, places, firsts[visitor]) for row in _rows(one)]
        number += bool(rows)
        mine = ";".join(f"{deck}={several[visitor]}" for deck, several in variants.items() if visitor in several)
        writer.writerows((number, *map(as_text, row), as_text(mine)) for row in rows)
    return written.getvalue()


def _rows(one: Taken) -> Iterator[tuple[str, ...]]:
    handed_in = "no" if one.finished is None else "yes"
    for item in one.form.items:
        answer = one.chosen.get(item.question.id)
        if answer is not None:
            option = one.option(item)
            right, misconception = str(int(one.is_right(item))), option.misconception if option else ""
            day = f"{datetime.fromtimestamp(answer.answered):%Y-%m-%d}"
            head = (one.moment, one.form.name, handed_in, str(item.number), item.concept)
            yield *head, _letter(one, item), right, misconception, day


def _letter(one: Taken, item: Item) -> str:
    option = one.option(item)
    return "?" if option is None else chr(ord("A") + item.question.options.index(option))
