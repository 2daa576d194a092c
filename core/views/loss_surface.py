"""Requests for the loss surface around the initial weights: along the negative gradient, and over a plane."""

from dataclasses import dataclass

from core.views.shared.landscape import LossPlane, LossSlice
from core.views.shared.question import LossQuestion


@dataclass(frozen=True)
class LossSliceQuestion(LossQuestion[LossSlice]):
    """A request for the loss along the negative gradient, around the initial weights."""

    function = "core.worker.views.loss_surface:loss_slice"
    kept = 100  # some kilobytes each


@dataclass(frozen=True)
class LossPlaneQuestion(LossQuestion[LossPlane]):
    """A request for the loss over a plane through the initial weights."""

    along: LossSlice  # the loss along the gradient, which says where the valley lies

    function = "core.worker.views.loss_surface:loss_plane"
    kept = 100
