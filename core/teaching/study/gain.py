"""The gain: how much a learner, or a class, learned between the two forms of the inventory.

The normalised gain is the reached share of the possible gain: g = (after - before) / (100 - before), in percent of the
questions. Hake, "Interactive-engagement versus traditional methods" (American Journal of Physics, 1998), computes the gain
from the averages of a class: 0.23 in traditional courses, 0.48 in courses in which students do something themselves. The
effect size is Cohen's d with the mean of both standard deviations: Lakens, "Calculating and reporting effect sizes to
facilitate cumulative science" (Frontiers in Psychology, 2013).
"""

from collections import Counter
from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from statistics import fmean, stdev

from core.teaching.progress import Answer, DeckPosition, Learner
from core.teaching.study.inventory import FormAnswers, answers_by_form

FEWEST_LEARNERS = 5  # the averages of fewer people would show the answers of single people
FEWEST_FOR_EFFECT = 20  # with fewer people, a standard deviation is off by more than a sixth

Learners = Mapping[str, tuple[Learner, tuple[DeckPosition, ...], tuple[Answer, ...]]]  # by visitor
Pair = tuple[FormAnswers, FormAnswers]  # the answers before and after the lessons


@dataclass(frozen=True)
class ConceptGain:
    """The shares of a class that answered the question on a concept correctly, before and after the lessons."""

    concept: str
    before: float  # share, from 0 to 1
    after: float


@dataclass(frozen=True)
class Misconception:
    """The numbers of learners who chose an option that stands for a misconception, before and after the lessons."""

    concept: str
    belief: str
    before: int
    after: int


@dataclass(frozen=True)
class ClassGain:
    """The gain of a class, from all learners who handed in both forms of the inventory."""

    learners: int
    before: float  # mean of the percentages of right answers
    after: float
    gain: float | None  # the normalised gain of these means; None if everybody had everything right before
    effect: float | None  # Cohen's d; None for fewer than FEWEST_FOR_EFFECT learners, and if nobody differs
    concepts: tuple[ConceptGain, ...]  # in the order of the questions
    misconceptions: tuple[Misconception, ...]  # the misconceptions that somebody still has afterwards, the commonest first


def normalised_gain(before: float, after: float) -> float | None:
    """Return Hake's normalised gain, which is the reached share of the possible gain.

    Parameters
    ----------
    before, after
        Right answers, in percent.

    Returns
    -------
    float or None
        At most 1, and below 0 if fewer answers were right after. None if all were right before, without a possible gain.

    Raises
    ------
    ValueError
        A value is no percentage.
    """
    if not (0 <= before <= 100 and 0 <= after <= 100):
        raise ValueError(f"before is {before} and after is {after}; expected percentages from 0 to 100")
    return None if before == 100 else (after - before) / (100 - before)


def pre_post_pairs(learners: Learners, firsts: Mapping[str, str], without: Collection[str] = ()) -> dict[str, Pair]:
    """Return the answers in both forms of the inventory by visitor, if the visitor handed in both forms.

    Parameters
    ----------
    learners
        All visitors with their positions in decks and their answers.
    firsts
        The name of the form that each visitor was assigned before the lessons.
    without
        Visitors who do not take part.
    """
    pairs = {}
    for visitor, (_, places, answers) in learners.items():
        if visitor in firsts and visitor not in without:
            both = answers_by_form(answers, places, firsts[visitor])
            if len(both) == 2 and all(test.finished is not None for test in both):
                pairs[visitor] = (both[0], both[1])
    return pairs


def class_gain(pairs: Sequence[Pair]) -> ClassGain | None:
    """Return the gain of a class. If there are fewer than FEWEST_LEARNERS learners, return None.

    Parameters
    ----------
    pairs
        Both forms of each learner.
    """
    if len(pairs) < FEWEST_LEARNERS:
        return None
    before, after = ([test.percentage for test in moment] for moment in zip(*pairs, strict=True))
    gain = normalised_gain(fmean(before), fmean(after))
    effect, concepts = _effect(before, after), _concepts(pairs)
    return ClassGain(len(pairs), fmean(before), fmean(after), gain, effect, concepts, _misconceptions(pairs))


def _effect(before: Sequence[float], after: Sequence[float]) -> float | None:
    if len(before) < FEWEST_FOR_EFFECT:
        return None
    spread = (stdev(before) + stdev(after)) / 2
    return (fmean(after) - fmean(before)) / spread if spread else None


def _concepts(pairs: Sequence[Pair]) -> tuple[ConceptGain, ...]:
    def share(moment: int, number: int) -> float:
        return fmean(float(pair[moment].is_right(pair[moment].form.items[number])) for pair in pairs)

    items = pairs[0][0].form.items
    return tuple(ConceptGain(item.concept, share(0, number), share(1, number)) for number, item in enumerate(items))


def _misconceptions(pairs: Sequence[Pair]) -> tuple[Misconception, ...]:
    before, after = (
        Counter(
            (item.concept, option.misconception)
            for test in moment
            for item in test.form.items
            if (option := test.option(item)) is not None and option.misconception
        )
        for moment in zip(*pairs, strict=True)
    )
    return tuple(Misconception(*which, before[which], count) for which, count in after.most_common())
