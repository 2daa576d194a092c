"""The gain between two forms: Hake's formula with its edges, a class of those who handed in both, and the effect size."""

from statistics import fmean, stdev

import pytest

from core.teaching.progress import Learner
from core.teaching.study.gain import FEWEST_FOR_EFFECT, FEWEST_LEARNERS, class_gain, normalised_gain, pre_post_pairs
from tests.core.teaching.study.inventory_answers import learner


@pytest.mark.parametrize(
    ("before", "after", "gain"),
    [
        (40, 70, 0.5),
        (0, 0, 0.0),
        (0, 100, 1.0),
        (50, 50, 0.0),
        (50, 25, -0.5),
        (95, 100, 1.0),
        (100, 100, None),
        (100, 90, None),
    ],
)
def test_normalised_gain_is_the_share_of_what_was_missing(before: float, after: float, gain: float | None) -> None:
    assert normalised_gain(before, after) == gain


@pytest.mark.parametrize(("before", "after"), [(-1, 50), (50, 101), (float("nan"), 50)])
def test_what_is_no_percentage_is_refused(before: float, after: float) -> None:
    with pytest.raises(ValueError, match="expected percentages from 0 to 100"):
        normalised_gain(before, after)


def test_only_those_who_handed_in_both_are_matched() -> None:
    whole = learner(8, 12)
    only_first = (whole[0], whole[1][:1], whole[2])
    learners = {"both": whole, "first": only_first, "never": (Learner(), (), ()), "out": whole, "unassigned": whole}
    firsts = dict.fromkeys(("both", "first", "never", "out"), "inventory-a")
    assert list(pre_post_pairs(learners, firsts, without={"out"})) == ["both"]


def pairs(*scores: tuple[int, int]) -> list:
    """Both forms of learners with these right answers; every second one had form B first."""
    learners = {str(number): learner(*score, f"inventory-{'ab'[number % 2]}") for number, score in enumerate(scores)}
    firsts = {str(number): f"inventory-{'ab'[number % 2]}" for number in range(len(scores))}
    return list(pre_post_pairs(learners, firsts).values())


def test_gain_of_a_class_is_that_of_its_averages() -> None:
    found = class_gain(pairs((4, 12), (8, 14), (10, 15), (6, 18), (12, 16)))
    assert found is not None
    assert (found.learners, found.before, found.after) == (5, 32.0, 60.0)
    assert found.gain == pytest.approx(28 / 68)
    assert found.effect is None  # too few for a standard deviation
    assert [one.concept for one in found.concepts][:2] == ["Pixels and channels", "Scaling pixels"]
    assert (found.concepts[0].before, found.concepts[0].after) == (1.0, 1.0)
    assert (found.concepts[11].before, found.concepts[11].after) == (0.2, 1.0)  # who had 12, and all but nobody


def test_misconceptions_that_stay_are_counted_in_both_forms() -> None:
    found = class_gain(pairs((9, 17), (13, 19), (15, 20), (11, 23), (17, 21)))
    assert found is not None
    counted = {one.belief: (one.concept, one.before, one.after) for one in found.misconceptions}
    # Of those who do not know question 25, each form's first wrong option is chosen: three had form B after, two before.
    source, mends = "A good accuracy on a test set of the same source holds everywhere.", "More training always mends"
    assert counted[source] == ("What the images do not show", 2, 3)
    assert counted[f"{mends} what the images lack."] == ("What the images do not show", 3, 2)
    counts = [one.after for one in found.misconceptions]
    assert counts == sorted(counts, reverse=True) and sum(counts) == 5 + 4 + 3 + 1  # of questions 25, 23, 21 and 19


def test_few_learners_have_no_average() -> None:
    assert class_gain(pairs(*[(8, 12)] * (FEWEST_LEARNERS - 1))) is None
    assert class_gain(pairs(*[(8, 12)] * FEWEST_LEARNERS)) is not None


def test_class_that_had_everything_right_has_no_gain() -> None:
    found = class_gain(pairs(*[(25, 24)] * FEWEST_LEARNERS))
    assert found is not None and found.gain is None


def test_effect_size_needs_enough_learners_who_differ() -> None:
    scores = [(4 + number % 5, 9 + number % 7) for number in range(FEWEST_FOR_EFFECT)]
    found = class_gain(pairs(*scores))
    before, after = ([4.0 * one for one in moment] for moment in zip(*scores, strict=True))
    assert found is not None
    assert found.effect == pytest.approx((fmean(after) - fmean(before)) / ((stdev(before) + stdev(after)) / 2))
    same = class_gain(pairs(*[(8, 12)] * FEWEST_FOR_EFFECT))
    assert same is not None and same.effect is None
