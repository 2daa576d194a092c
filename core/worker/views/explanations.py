"""Explain a network's output for an image, by Grad-CAM, saliency, integrated gradients or occlusion.

All but occlusion explain the score of a class: the network's output before its softmax, or the output itself if the network
has no softmax.
"""

from collections.abc import Callable
from dataclasses import replace

import keras
import numpy as np

from core.analysis.image_perturbations import background_of
from core.experiment.image_ref import ImageRef
from core.experiment.model import Experiment
from core.png import to_data_uri
from core.views.explanations import METHODS, Explanation
from core.worker.views.shared.array_images import signed_colours
from core.worker.views.shared.class_scores import class_probabilities, scores_and_gradients, why_no_gradient
from core.worker.views.shared.grad_cam import class_activation, layers_with_maps, mixed_positions_sentence, why_no_maps
from core.worker.views.shared.integrated_gradients import MOST_MISSED_SHARE, integrate
from core.worker.views.shared.load_trained import errors_as_problems, load_image, load_model
from core.worker.views.shared.spatial_axes import COLUMN, PICTURE, ROW, Axes, as_picture_plane, axis_kinds

SQUARES = 7  # squares of occlusion that fit side by side along the shorter side of the image
OVERLAP = 2  # the number of squares over each pixel, in each direction
SIDE = 264  # pixels of the longer side of a picture, or as near to that as whole pixels of the image allow
LINE, LINE_GREY = 2, 64  # the width of the outlines, in pixels, and their grey
HALF = 0.5  # the share of the largest contrast at which the outlines run


@errors_as_problems
def explain(experiment: Experiment, path: str, image_ref: ImageRef, label: int, method: str, layer: str = "") -> Explanation:
    """Explain the network's output for a class on an image, with a method of METHODS."""
    raw, prepared = load_image(experiment, image_ref)
    built = load_model(experiment, path)
    if METHODS[method].weighs_maps:
        return grad_cam(experiment, built, (raw, prepared), label, layer)
    return EXPLAINING[method](experiment, built, raw, prepared, label)


# Grad-CAM


def grad_cam(
    experiment: Experiment, built: keras.Model, image: tuple[np.ndarray, np.ndarray], label: int, layer: str
) -> Explanation:
    """Explain an output with Grad-CAM (Selvaraju et al.); see `core.worker.views.shared.grad_cam`.

    Parameters
    ----------
    experiment
        The experiment that the network was made from.
    built
        The network.
    image
        The image for display, and the same image prepared for the network.
    label
        The class in question.
    layer
        The layer whose maps are weighed. An empty string means the last layer that has maps.
    """
    raw, prepared = image
    with_maps = layers_with_maps(experiment, built)
    if not with_maps:
        return Explanation(missing=why_no_maps(experiment, built))
    layer = layer if layer in with_maps else next(reversed(with_maps))
    heat = as_picture_plane(class_activation(experiment, built, prepared, label, layer), with_maps[layer])
    if not heat.any():
        explanation = Explanation(missing=f"Nothing that layer {layer} found anywhere speaks for this class.")
    else:
        large = np.asarray(keras.ops.image.resize(heat[..., None], raw.shape[:2], interpolation="bilinear"))[..., 0]
        words = f"From the maps of layer {layer}, {_places(heat, with_maps[layer])}."
        mixing = mixed_positions_sentence(experiment, built, layer)
        explanation = _explanation(raw, large, f"{words} {mixing}".rstrip(), ("0", "most"), with_maps[layer])
    return replace(explanation, layers=tuple(with_maps), layer=layer)


def _places(heat: np.ndarray, axes: Axes) -> str:
    """Describe the size of a map in words, such as "7 × 7 places"."""
    rows, columns = heat.shape
    kinds = axis_kinds(axes)
    if COLUMN not in kinds:
        return f"{rows} steps down the image: each is a band of rows"
    return f"{rows} × {columns} places" if ROW in kinds else f"{columns} steps across the image: each is a band of columns"


# Saliency and integrated gradients


def saliency(experiment: Experiment, built: keras.Model, raw: np.ndarray, prepared: np.ndarray, label: int) -> Explanation:
    """Explain an output with saliency (Simonyan et al.): each pixel's largest absolute gradient over the colours."""
    result = scores_and_gradients(experiment, built, prepared, label)
    if result is None:
        return Explanation(missing=why_no_gradient(experiment, built, prepared))
    steep = np.abs(result[1][0]).max(axis=-1)
    words = f"The steepest pixel changes the score by {steep.max():.3g} for each 1 that it changes."
    return _explanation(raw, steep, words, ("0", f"{steep.max():.3g}"))


def integrated_gradients(
    experiment: Experiment, built: keras.Model, raw: np.ndarray, prepared: np.ndarray, label: int
) -> Explanation:
    """Explain an output with integrated gradients (Sundararajan et al.), and check their sum (completeness)."""
    integral = integrate(experiment, built, prepared, label)
    if integral is None:
        return Explanation(missing=why_no_gradient(experiment, built, prepared))
    missed = "less than 0.0001" if integral.missed < 1e-4 else f"{integral.missed:.2g}"
    words = (
        f"All pixels together: {_signed(integral.total)}. The score of this image less that of a black one: "
        f"{integral.after:.3f} − {_bracketed(integral.before)} = {_signed(integral.difference)}. "
        f"Completeness: they differ by {missed} after {integral.steps:,} steps"
    ).replace("-", "−")
    complete = integral.missed <= MOST_MISSED_SHARE * abs(integral.difference)
    shares = integral.shares.sum(axis=-1)
    most = f"{np.abs(shares).max():.2g}"
    return _explanation(raw, shares, words + ("." if complete else "; more were not taken."), (f"−{most}", f"+{most}"))


def _signed(value: float) -> str:
    return f"{value:+.3f}"


def _bracketed(value: float) -> str:
    return f"({value:.3f})" if value < 0 else f"{value:.3f}"


# Occlusion


def probability_drops(
    experiment: Experiment, built: keras.Model, prepared: np.ndarray, label: int
) -> tuple[np.ndarray, int, float]:
    """Measure for each pixel how much a class's probability falls on average if a square hides the pixel.

    Returns
    -------
    tuple[np.ndarray, int, float]
        The falls, (height, width); the side of a square in pixels; and the largest fall of a square.
    """
    height, width = prepared.shape[1:3]
    side = max(2, round(min(height, width) / SQUARES))
    step = max(1, side // OVERLAP)
    starts = [(top, left) for top in _starts(height, side, step) for left in _starts(width, side, step)]
    hidden = np.repeat(prepared, len(starts) + 1, axis=0)
    colour = prepared.mean(axis=(0, 1, 2))
    for index, (top, left) in enumerate(starts):
        hidden[index, top : top + side, left : left + side] = colour
    probabilities = class_probabilities(built, hidden)[:, label]
    falls = probabilities[-1] - probabilities[:-1]
    total, covers = np.zeros((height, width)), np.zeros((height, width))
    for fall, (top, left) in zip(falls, starts, strict=True):
        total[top : top + side, left : left + side] += fall
        covers[top : top + side, left : left + side] += 1
    return total / covers, side, float(falls[np.abs(falls).argmax()])


def _starts(length: int, side: int, step: int) -> list[int]:
    last = max(0, length - side)
    return [*range(0, last, step), last]


def occlusion(experiment: Experiment, built: keras.Model, raw: np.ndarray, prepared: np.ndarray, label: int) -> Explanation:
    """Explain an output with occlusion (Zeiler and Fergus), with squares of the image's mean colour."""
    heat, side, largest = probability_drops(experiment, built, prepared, label)
    way = "falls" if largest >= 0 else "rises"
    words = f"Squares of {side} × {side} pixels in the image's mean colour; one lets the probability {way[:-1]} by "
    most = f"{np.abs(heat).max() * 100:.1f} percentage points"
    brightness = f"mean brightness ({raw.mean():.0f} of 255)"
    note = f"The square: {side} × {side} pixels of {brightness}. On a black place it adds something that was not there."
    ends = (f"+{most}", f"−{most}")  # of the probability of the class, once a place is covered
    return replace(_explanation(raw, heat, f"{words}{abs(largest) * 100:.1f} percentage points at most.", ends), note=note)


def _explanation(raw: np.ndarray, heat: np.ndarray, words: str, ends: tuple[str, str], axes: Axes = PICTURE) -> Explanation:
    """Draw a heat map over the image, and name its strongest position along `axes`, the picture axes of the heat map."""
    strongest = np.unravel_index(np.abs(heat).argmax(), heat.shape)
    direction = "for" if heat[strongest] >= 0 else "against"
    kinds = axis_kinds(axes)
    where = [f"{kind} {number + 1}" for kind, number in zip(PICTURE, strongest, strict=True) if kind in kinds]
    size = "\u00a0×\u00a0".join(str(length) for kind, length in zip(PICTURE, heat.shape, strict=True) if kind in kinds)
    strongest_words = f"Strongest {direction} it at {', '.join(where)} of {size}."
    return Explanation(heat_map(raw, heat), words, strongest_words, ends=ends, is_one_sided=ends[0] == "0")


def heat_map(raw: np.ndarray, heat: np.ndarray) -> str:
    """Draw blue for positive and vermilion for negative heat, with outlines of the image. Return a data: URI."""
    zoom = max(1, SIDE // max(heat.shape))
    colours = np.rint(signed_colours(heat, float(np.abs(heat).max()))).astype("uint8")
    picture = colours.repeat(zoom, axis=0).repeat(zoom, axis=1)
    picture[_outlines(raw, zoom)] = LINE_GREY
    return to_data_uri(picture)


def _outlines(raw: np.ndarray, zoom: int) -> np.ndarray:
    """Return which pixels of an enlarged image lie on the inner edge of what stands out from its ground."""
    contrast = np.abs(raw.mean(axis=-1) - np.mean(background_of(raw[None])))
    stands_out = (contrast > HALF * contrast.max()).repeat(zoom, axis=0).repeat(zoom, axis=1)
    inside = stands_out
    for _ in range(min(LINE, zoom)):
        padded = np.pad(inside, 1)
        inside = inside & padded[:-2, 1:-1] & padded[2:, 1:-1] & padded[1:-1, :-2] & padded[1:-1, 2:]
    return np.asarray(stands_out & ~inside)


EXPLAINING: dict[str, Callable[..., Explanation]] = {
    "saliency": saliency,
    "integrated_gradients": integrated_gradients,
    "occlusion": occlusion,
}
