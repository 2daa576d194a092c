"""Integrated gradients: what each pixel adds to a class's score on the way from a black image, as exact as is asked for."""

from dataclasses import dataclass, fields

import keras
import numpy as np

from core.experiment.model import Experiment
from core.worker.interpret.class_scores import scores_and_gradients

CLOSE = 1e-3  # of the difference of the scores: what all steps together may miss
STEPS = 16  # at first
MOST_GRADIENTS = 600  # more take too long on a small machine; what is missed then is told


@dataclass(frozen=True)
class Integral:
    """Integrated gradients of a class's score."""

    shares: np.ndarray  # what each number of the image adds, (height, width, channels)
    before: float  # the score of the black image
    after: float  # of the image
    steps: int  # that the way was cut into

    @property
    def total(self) -> float:
        """What all numbers of the image add together."""
        return float(self.shares.sum())

    @property
    def difference(self) -> float:
        """What they should add together: the score of the image less that of the black one."""
        return self.after - self.before

    @property
    def missed(self) -> float:
        return abs(self.total - self.difference)


@dataclass(frozen=True)
class _Steps:
    """Steps on the way from 0, the black image, to 1, the picked image; each field has one number for each step."""

    starts: np.ndarray
    widths: np.ndarray
    low: np.ndarray  # the score at its start
    middle: np.ndarray  # in its middle
    high: np.ndarray  # at its end
    slopes: np.ndarray  # in its middle, (steps, height, width, channels)

    def missed(self, way: np.ndarray) -> np.ndarray:
        """By how much what it adds, with the slope of its middle, differs from how the score changes over it."""
        added = self.widths * (self.slopes * way).sum(axis=(1, 2, 3), dtype="float64")
        return np.asarray(np.abs(added - (self.high - self.low)))

    def only(self, chosen: np.ndarray) -> "_Steps":
        return _Steps(*(getattr(self, one.name)[chosen] for one in fields(self)))

    def and_also(self, others: "_Steps") -> "_Steps":
        return _Steps(*(np.concatenate([getattr(self, one.name), getattr(others, one.name)]) for one in fields(self)))


def integrate(experiment: Experiment, built: keras.Model, prepared: np.ndarray, label: int) -> Integral | None:
    """Integrated gradients from the black image to a prepared one; None without a gradient.

    A step takes the slope in its middle; what it misses is known, since the scores at its ends are. Steps that miss too
    much are halved, which of networks of ReLU are those on which a unit starts or stops.

    Source: Sundararajan, Taly, Yan, "Axiomatic Attribution for Deep Networks" (2017), equation 1, and proposition 1, by
    which the shares add up to the difference of the scores.

    Parameters
    ----------
    experiment
        The experiment that the network was made from.
    built
        The network.
    prepared
        The image, (1, height, width, channels).
    label
        The label of the class.
    """
    black = np.full_like(prepared, experiment.data.pixel_range[0])
    way = (prepared - black)[0]

    def at(shares: np.ndarray) -> tuple[np.ndarray, np.ndarray] | None:
        images = black + shares.reshape(-1, 1, 1, 1).astype("float32") * way
        return scores_and_gradients(experiment, built, images, label)

    ends = np.linspace(0, 1, STEPS + 1)
    middles = (ends[:-1] + ends[1:]) / 2
    looked = at(np.concatenate([middles, ends]))
    if looked is None:
        return None
    scored, slopes = looked
    at_ends = scored[STEPS:]
    steps = _Steps(ends[:-1], np.diff(ends), at_ends[:-1], scored[:STEPS], at_ends[1:], slopes[:STEPS])
    before, after = float(at_ends[0]), float(at_ends[-1])
    allowed, left = CLOSE * abs(after - before), MOST_GRADIENTS
    while left >= 2 and (missed := steps.missed(way)).sum() > allowed:
        worst = np.argsort(-missed)[: left // 2]
        worst = worst[missed[worst] > allowed / len(missed) / 2]
        left -= 2 * len(worst)
        one = steps.only(worst)
        half = one.widths / 2
        starts, widths = np.concatenate([one.starts, one.starts + half]), np.concatenate([half, half])
        halves = at(starts + widths / 2)
        assert halves is not None  # there was a gradient before
        scores_of = np.concatenate([one.low, one.middle]), halves[0], np.concatenate([one.middle, one.high])
        rest = np.setdiff1d(np.arange(len(missed)), worst)
        steps = steps.only(rest).and_also(_Steps(starts, widths, *scores_of, halves[1]))
    shares = way * np.tensordot(steps.widths, steps.slopes.astype("float64"), axes=1)
    return Integral(shares, before, after, len(steps.widths))
