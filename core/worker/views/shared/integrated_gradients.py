"""Compute integrated gradients: how much each pixel adds to a class's score between a black image and the image."""

from dataclasses import dataclass, fields

import keras
import numpy as np

from core.experiment.model import Experiment
from core.worker.views.shared.class_scores import scores_and_gradients

MOST_MISSED_SHARE = 1e-3  # the share of the scores' difference that all steps together may miss
STEPS = 16  # the number of steps before any step is halved
MOST_GRADIENTS = 600  # more gradients take too long on a small machine; the explanation says how much is missing


@dataclass(frozen=True)
class Integral:
    """The integrated gradients of a class's score for an image."""

    shares: np.ndarray  # the share of each number of the image, (height, width, channels)
    before: float  # the score of the black image
    after: float  # the score of the image
    steps: int  # the number of steps on the way

    @property
    def total(self) -> float:
        """The sum of the shares of all numbers."""
        return float(self.shares.sum())

    @property
    def difference(self) -> float:
        """The sum that the shares should have: the score of the image less that of the black image."""
        return self.after - self.before

    @property
    def missed(self) -> float:
        return abs(self.total - self.difference)


@dataclass(frozen=True)
class _Steps:
    """The steps of the integral from 0 (the black image) to 1 (the image). Each field has a value for each step."""

    starts: np.ndarray
    widths: np.ndarray
    low: np.ndarray  # the score at the start of a step
    middle: np.ndarray  # the score in the middle of a step
    high: np.ndarray  # the score at the end of a step
    slopes: np.ndarray  # the gradient of the score in the middle of a step, (steps, height, width, channels)

    def missed(self, way: np.ndarray) -> np.ndarray:
        """Return the error of each step: its width times the gradient in its middle, against the change of the score."""
        added = self.widths * (self.slopes * way).sum(axis=(1, 2, 3), dtype="float64")
        return np.asarray(np.abs(added - (self.high - self.low)))

    def only(self, chosen: np.ndarray) -> "_Steps":
        return _Steps(*(getattr(self, field.name)[chosen] for field in fields(self)))

    def and_also(self, others: "_Steps") -> "_Steps":
        return _Steps(*(np.concatenate([getattr(self, field.name), getattr(others, field.name)]) for field in fields(self)))


def integrate(experiment: Experiment, built: keras.Model, prepared: np.ndarray, label: int) -> Integral | None:
    """Compute the integrated gradients from the black image to a prepared image. Return None without a gradient.

    A step uses the gradient in its middle. The scores at its ends show its error, and steps with too large an error
    are halved. In networks with ReLU, these are the steps within which a unit switches on or off.

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
    allowed, remaining = MOST_MISSED_SHARE * abs(after - before), MOST_GRADIENTS
    while remaining >= 2 and (missed := steps.missed(way)).sum() > allowed:
        worst = np.argsort(-missed)[: remaining // 2]
        worst = worst[missed[worst] > allowed / len(missed) / 2]
        remaining -= 2 * len(worst)
        inexact = steps.only(worst)
        half = inexact.widths / 2
        starts, widths = np.concatenate([inexact.starts, inexact.starts + half]), np.concatenate([half, half])
        halved = evaluate(starts + widths / 2)
        assert halved is not None  # the first gradient was known
        scores_of = np.concatenate([inexact.low, inexact.middle]), halved[0], np.concatenate([inexact.middle, inexact.high])
        rest = np.setdiff1d(np.arange(len(missed)), worst)
        steps = steps.only(rest).and_also(_Steps(starts, widths, *scores_of, halved[1]))
    shares = way * np.tensordot(steps.widths, steps.slopes.astype("float64"), axes=1)
    return Integral(shares, before, after, len(steps.widths))
