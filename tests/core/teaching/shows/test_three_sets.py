"""The three sets: which validation splits reach which goals, and when the seal opens."""

import pytest

from core.teaching.shows.three_sets import A_FIFTH, COARSE, SEAL, THREE_SETS, UNSEALED, sets_of
from tests.core.sample_experiments import LECTURE, with_data

SETS = sets_of(with_data(LECTURE, train_images=200).data)
CLOSED, OPENS = {"opens": False}, {"opens": True}


def test_sets_hold_all_images_whatever_the_draft_trains_on() -> None:
    assert all(split.train + split.validation == 1_437 for split in SETS.splits) and SETS.test == 360
    assert (SETS.of(0.2).train, SETS.of(0.2).validation) == (1_149, 288)


@pytest.mark.parametrize(("share", "goals"), [(0.2, [A_FIFTH]), (0.05, [COARSE]), (0.1, []), (0.5, [])])
def test_split_reaches_its_goal(share: float, goals: list[str]) -> None:
    assert list(THREE_SETS.reached(SETS, CLOSED, share)) == goals


def test_one_mistake_of_a_coarse_set_costs_a_point() -> None:
    assert 1 / SETS.of(0.05).validation >= 0.01 > 1 / SETS.of(0.1).validation


def test_seal_opens_only_where_the_lesson_lets_it() -> None:
    assert list(THREE_SETS.reached(SETS, CLOSED, SEAL)) == []
    assert list(THREE_SETS.reached(SETS, OPENS, SEAL)) == [UNSEALED]
    assert [THREE_SETS.words(value) for value in (0.2, SEAL)] == ["20\u00a0%", "opened"]
