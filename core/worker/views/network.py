"""Compute the values that a network drawing shows: outputs of layers for an image, and the strongest links."""

from core.experiment.model import Experiment
from core.network_state import NetworkState
from core.worker.data.load import prepare
from core.worker.training.network_observer import SAMPLE_IMAGES
from core.worker.training.network_state import NetworkReader, choose_image
from core.worker.views.shared.load_trained import errors_as_problems, load_model, load_set


@errors_as_problems
def network(experiment: Experiment, path: str) -> NetworkState:
    """Return the values that the network drawing shows, for the same image as during training."""
    is_learned = not experiment.data.num_validation
    images, labels = load_set(experiment, "training" if is_learned else "validation")
    index = choose_image(labels[:SAMPLE_IMAGES], experiment.data.entry.num_classes)
    image = prepare(images[index][None], experiment.data)
    return NetworkReader(load_model(experiment, path), experiment, image, int(labels[index]), is_learned=is_learned).read()
