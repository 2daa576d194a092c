"""Compute the loss around the initial weights along the negative gradient, and over a plane of two gradients."""

import numpy as np

from core.experiment.model import Experiment
from core.views.shared.landscape import LossPlane, LossSlice
from core.worker.views.shared.landscape import PLANE_SECONDS, PLANE_SIDES, Landscape, landscape
from core.worker.views.shared.load_trained import errors_as_problems

SLICE_POINTS = (97, 65, 33, 17)
SLICE_SECONDS = 0.25  # the time for a slice, so that the inspector soon answers other requests
FIRST_DISTANCE = 1e-3  # where the search for the far side of the valley begins
DOUBLINGS = 24  # the search ends after so many doublings of that distance
BISECTIONS = 6
MOST_VALLEYS = 6  # the picture ends at this multiple of the lowest loss' distance, or the valley would be a crack
BEHIND, BEYOND = -0.35, 1.6  # the ends of the slice, as multiples of the distance to the far side
PLANE_MARGIN = 1.3  # the side of the plane, as a multiple of the distance from the start to the far side


@errors_as_problems
def loss_slice(experiment: Experiment) -> LossSlice:
    """Compute the loss along the negative gradient of some training images.

    Li et al., "Visualizing the Loss Landscape of Neural Nets" (2018), section 3, draw such slices. The training mode is on:
    dropout leaves out the same values at every point, and batch normalization uses the statistics of these images.
    """
    ground = landscape(experiment)
    far_side, start = _far_side(ground), ground.loss_at(0.0, 0.0)
    affordable = SLICE_SECONDS / ground.evaluation_seconds
    points = next((points for points in SLICE_POINTS if points <= affordable), SLICE_POINTS[-1])
    positions = np.linspace(BEHIND * far_side, BEYOND * far_side, points)
    losses = tuple(ground.loss_along(float(position)) for position in positions)
    return LossSlice(tuple(positions.tolist()), losses, start, ground.slope, ground.images)


@errors_as_problems
def loss_plane(experiment: Experiment, along: LossSlice) -> LossPlane:
    """Compute the loss over the plane that the gradients of two halves of the images span."""
    ground = landscape(experiment)
    affordable = PLANE_SECONDS / ground.evaluation_seconds
    side = next((side for side in PLANE_SIDES if side**2 <= affordable), PLANE_SIDES[-1])
    far_side = along.positions[-1] / BEYOND
    middle = [-slope / ground.slope * far_side / 2 for slope in ground.slopes]
    half = PLANE_MARGIN * far_side / 2
    across, up = (np.linspace(centre - half, centre + half, side).tolist() for centre in middle)
    losses = tuple(tuple(ground.loss_at(x, y) for x in across) for y in up)
    return LossPlane(tuple(across), tuple(up), losses, ground.images)


def _far_side(ground: Landscape) -> float:
    """Return the distance along the negative gradient where the loss has risen to its initial value again.

    The result is at most MOST_VALLEYS times the distance of the lowest loss on the way.
    """
    start, distance, losses = ground.loss_at(0.0, 0.0), FIRST_DISTANCE, {}
    for _ in range(DOUBLINGS):
        losses[distance] = ground.loss_along(distance)
        if losses[distance] > start:
            break
        distance *= 2
    farthest = MOST_VALLEYS * min(losses, key=lambda position: losses[position])
    if distance > farthest:
        return farthest
    low, high = distance / 2, distance
    for _ in range(BISECTIONS):
        middle = (low + high) / 2
        low, high = (low, middle) if ground.loss_along(middle) > start else (middle, high)
    return high
