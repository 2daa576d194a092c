"""Integrated gradients: what each pixel adds to a class's score on the way from a black image, as exact as needed."""

from dataclasses import dataclass, fields

import keras
import numpy as np

from core.experiment.model import Experiment
from core.worker.interpret.class_scores import scores_and_gradients

CLOSE = 1e-3  # the share of the difference of the scores that all steps together may miss
STEPS = 16  # to begin with
MOST_GRADIENTS = 600  # more take too long on a small machine; the explanation then says what is missing


@dataclass(frozen=True)
class Integral:
    """Integrated gradients of a class's score."""

    shares: np.ndarray  # what each number of the image adds, (height, width, channels)
    before: float  # the score of the black image
    after: float  # the score of the image
    steps: int  # the number of steps on the way

    @property
    def total(self) -> float:
        """The sum of the shares of all numbers."""
        return float(self.shares.sum())

    @property
    def difference(self) -> float:
        """What the shares should add up to: the score of the image less that of the black one."""
        return self.after - self.before

    @property
    def missed(self) -> float:
        return abs(self.total - self.difference)


@dataclass(frozen=True)
class _Steps:
    """Steps on the way from 0, the black image, to 1, the picked image; each field has one number for each step."""

    starts: np.ndarray
    widths: np.ndarray
    low: np.ndarray  # the score at the start of a step
    middle: np.ndarray  # the score in its middle
    high: np.ndarray  # the score at its end
    slopes: np.ndarray  # the gradient of the score in its middle, (steps, height, width, channels)

    def missed(self, way: np.ndarray) -> np.ndarray:
        """By how much each step misses: its width times the gradient in its middle, against the change of the score."""
        added = self.widths * (self.slopes * way).sum(axis=(1, 2, 3), dtype="float64")
        return np.asarray(np.abs(added - (self.high - self.low)))

    def only(self, chosen: np.ndarray) -> "_Steps":
        return _Steps(*(getattr(self, field.name)[chosen] for field in fields(self)))

    def and_also(self, others: "_Steps") -> "_Steps":
        return _Steps(*(np.concatenate([getattr(self, field.name), getattr(others, field.name)]) for field in fields(self)))


def integrate(experiment: Experiment, built: keras.Model, prepared: np.ndarray, label: int) -> Integral | None:
    """Integrated gradients from the black image to a prepared one; None without a gradient.

    A step uses the gradient in its middle. The scores at its ends show by how much it misses, and steps that miss too much
    are halved: in networks of ReLU, those on which a unit starts or stops.

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

    def evaluate(shares: np.ndarray) -> tuple[np.ndarray, np.ndarray] | None:
        images = black + shares.reshape(-1, 1, 1, 1).astype("float32") * way
        return scores_and_gradients(experiment, built, images, label)

    ends = np.linspace(0, 1, STEPS + 1)
    middles = (ends[:-1] + ends[1:]) / 2
    evaluated = evaluate(np.concatenate([middles, ends]))
    if evaluated is None:
        return None
    scores, slopes = evaluated
    at_ends = scores[STEPS:]
    steps = _Steps(ends[:-1], np.diff(ends), at_ends[:-1], scores[:STEPS], at_ends[1:], slopes[:STEPS])
    before, after = float(at_ends[0]), float(at_ends[-1])
    allowed, remaining = CLOSE * abs(after - before), MOST_GRADIENTS
    while remaining >= 2 and (missed := steps.missed(way)).sum() > allowed:
        worst = np.argsort(-missed)[: remaining // 2]
        worst = worst[missed[worst] > allowed / len(missed) / 2]
        remaining -= 2 * len(worst)
        inexact = steps.only(worst)
        half = inexact.widths / 2
        starts, widths = np.concatenate([inexact.starts, inexact.starts + half]), np.concatenate([half, half])
        halved = evaluate(starts + widths / 2)
        assert halved is not None  # there was a gradient before
        scores_of = np.concatenate([inexact.low, inexact.middle]), halved[0], np.concatenate([inexact.middle, inexact.high])
        rest = np.setdiff1d(np.arange(len(missed)), worst)
        steps = steps.only(rest).and_also(_Steps(starts, widths, *scores_of, halved[1]))
    shares = way * np.tensordot(steps.widths, steps.slopes.astype("float64"), axes=1)
    return Integral(shares, before, after, len(steps.widths))
