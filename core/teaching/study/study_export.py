"""The anonymous export of the answers to the inventory as CSV, for lecturers and for research.

Each export draws a new number for each learner, so that two exports cannot be joined. Times are days. Visitors who do not
take part are left out.
"""

import random
from collections.abc import Collection, Iterator, Mapping
from datetime import datetime

from core.csv_text import csv_text
from core.teaching.study.gain import Learners
from core.teaching.study.inventory import FormAnswers, Item, answers_by_form

COLUMNS: Mapping[str, str] = {
    "learner": "a number that this export drew by chance; the same person has another number in the next export",
    "moment": "before or after the lessons",
    "form": "the form: inventory-a or inventory-b",
    "handed_in": "yes for a form that was handed in, no for a form that was only begun",
    "minutes": "the whole minutes from the first to the last answer in this form; 0 for a form that nobody can have read",
    "question": "the number of the question in its form, from 1",
    "concept": "the subject of the question, the same in both forms",
    "option": "the last option, A for the first; ? for “I do not know”",
    "right": "1 for the right option, 0 for any other and for “I do not know”",
    "misconception": "the belief of people who choose this option; empty for the right option and for “I do not know”",
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
    """Return all answers to the inventory as CSV, with a row for each answer, ordered by learner, moment and question.

    Parameters
    ----------
    learners
        All visitors with their positions in decks and their answers.
    firsts
        The name of the form that each visitor was assigned before the lessons.
    variants
        For each deck with variants, the variant of each visitor.
    without
        Visitors who do not take part.
    chance
        The generator that draws the numbers of the learners.
    """
    visitors = sorted(visitor for visitor in firsts if visitor in learners and visitor not in without)
    chance.shuffle(visitors)
    table: list[tuple[object, ...]] = []
    number = 0
    for visitor in visitors:
        _, places, answers = learners[visitor]
        rows = [row for test in answers_by_form(answers, places, firsts[visitor]) for row in _rows(test)]
        number += bool(rows)
        mine = ";".join(f"{deck}={several[visitor]}" for deck, several in variants.items() if visitor in several)
        table += [(number, *row, mine) for row in rows]
    return csv_text(COLUMNS, table)


def _rows(test: FormAnswers) -> Iterator[tuple[str, ...]]:
    handed_in = "no" if test.finished is None else "yes"
    times = [answer.answered for answer in test.chosen.values()]
    minutes = str(int(max(times, default=0.0) - min(times, default=0.0)) // 60)
    for item in test.form.items:
        answer = test.chosen.get(item.question.id)
        if answer is not None:
            option = test.option(item)
            right, misconception = str(int(test.is_right(item))), option.misconception if option else ""
            day = f"{datetime.fromtimestamp(answer.answered):%Y-%m-%d}"
            head = (test.moment, test.form.name, handed_in, minutes, str(item.number), item.concept)
            yield *head, _letter(test, item), right, misconception, day


def _letter(test: FormAnswers, item: Item) -> str:
    option = test.option(item)
    return "?" if option is None else chr(ord("A") + item.question.options.index(option))
