"""How much somebody, or a class, learned between two forms of the inventory.

The normalised gain is the share of what could still be gained that was gained: g = (after - before) / (100 - before), in
percent of the questions. Hake, "Interactive-engagement versus traditional methods" (American Journal of Physics, 1998),
computes it from the averages of a class: 0.23 in traditional courses, 0.48 where students do something themselves. The
effect size is Cohen's d with the mean of both standard deviations: Lakens, "Calculating and reporting effect sizes to
facilitate cumulative science" (Frontiers in Psychology, 2013).
"""

from collections import Counter
from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from statistics import fmean, stdev

from core.teaching.progress import Answer, Learner, Place
from core.teaching.study.inventory import Taken, taken

FEWEST_LEARNERS = 5  # below, averages would show what single people answered
FEWEST_FOR_EFFECT = 20  # below, a standard deviation is off by more than a sixth

Learners = Mapping[str, tuple[Learner, tuple[Place, ...], tuple[Answer, ...]]]  # by visitor
Pair = tuple[Taken, Taken]  # before and after


@dataclass(frozen=True)
class ConceptGain:
    """How many of a class were right on one concept."""

    concept: str
    before: float  # share, from 0 to 1
    after: float


@dataclass(frozen=True)
class Misconception:
    """How many of a class chose an option that stands for a misconception."""

    concept: str
    belief: str
    before: int
    after: int


@dataclass(frozen=True)
class ClassGain:
    """What a class gained: those only who handed in both forms."""

    learners: int
    before: float  # mean of the percentages of right answers
    after: float
    gain: float | None  # of these means; None where everybody had everything right before
    effect: float | None  # Cohen's d; None for fewer than FEWEST_FOR_EFFECT learners, and where nobody differs
    concepts: tuple[ConceptGain, ...]  # in the order of the questions
    misconceptions: tuple[Misconception, ...]  # that somebody still has after, the commonest first


def normalised_gain(before: float, after: float) -> float | None:
    """Hake's normalised gain.

    Parameters
    ----------
    before, after
        Right answers, in percent.

    Returns
    -------
    float or None
        At most 1; below 0 where less was right after. None where everything was right before: nothing was left to gain.

    Raises
    ------
    ValueError
        One of them is no percentage.
    """
    if not (0 <= before <= 100 and 0 <= after <= 100):
        raise ValueError(f"before is {before} and after is {after}; expected percentages from 0 to 100")
    return None if before == 100 else (after - before) / (100 - before)


def matched(learners: Learners, firsts: Mapping[str, str], without: Collection[str] = ()) -> dict[str, Pair]:
    """Those who handed in both forms, by visitor.

    Parameters
    ----------
    learners
        All visitors with their places and tries.
    firsts
        The name of the form that each was assigned before.
    without
        Visitors who do not take part.
    """
    pairs = {}
    for visitor, (_, places, answers) in learners.items():
        if visitor in firsts and visitor not in without:
            both = taken(answers, places, firsts[visitor])
            if len(both) == 2 and all(one.finished is not None for one in both):
                pairs[visitor] = (both[0], both[1])
    return pairs


def class_gain(pairs: Sequence[Pair]) -> ClassGain | None:
    """What a class gained; None for fewer than FEWEST_LEARNERS.

    Parameters
    ----------
    pairs
        Both forms of each learner.
    """
    if len(pairs) < FEWEST_LEARNERS:
        return None
    before, after = ([one.percentage for one in moment] for moment in zip(*pairs, strict=True))
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
            for one in moment
            for item in one.form.items
            if (option := one.option(item)) is not None and option.misconception
        )
        for moment in zip(*pairs, strict=True)
    )
    return tuple(Misconception(*which, before[which], count) for which, count in after.most_common())
