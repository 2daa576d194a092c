"""Score a trained network on its training images. A run does not measure these scores."""

import keras

from core.experiment.model import Experiment
from core.export.script import labels_are_integers
from core.views.training_scores import SetScores
from core.worker.data.load import corrected_labels, load_raw, prepare, set_indexes
from core.worker.training.summary import summarise
from core.worker.views.shared.load_trained import compiled_copy, errors_as_problems

# Limits of an answer, so that other views need not wait: some three seconds of a processor, and 200 MB of float32.
MOST_MULTIPLY_ADDS = 40_000_000_000
MOST_NUMBERS = 50_000_000
FEWEST_IMAGES = 1_000


@errors_as_problems
def training_scores(experiment: Experiment, path: str) -> SetScores:
    """Measure accuracy and loss on the training set as on the other sets: without dropout, with the final weights.

    Returns
    -------
    SetScores
        The scores. If the network or the set is large, they are of the first images only, which have no special order.
    """
    data = experiment.data
    (images, labels), _ = load_raw(data.dataset)
    indexes = set_indexes(data, experiment.fit.seed).train
    multiply_adds, numbers = summarise(experiment).multiply_adds, images[0].size
    most = max(FEWEST_IMAGES, min(MOST_MULTIPLY_ADDS // max(1, multiply_adds), MOST_NUMBERS // numbers))
    chosen = indexes[:most]
    classes, prepared = corrected_labels(labels, data, "train")[chosen], prepare(images[chosen], data)
    is_one_hot = not labels_are_integers(experiment)
    encoded = keras.utils.to_categorical(classes, data.entry.num_classes) if is_one_hot else classes
    network = compiled_copy(experiment, path)
    metrics = network.evaluate(prepared, encoded, verbose=0, return_dict=True)
    if "accuracy" not in metrics:
        metrics["accuracy"] = (network.predict(prepared, verbose=0).argmax(axis=-1) == classes).mean()
    return SetScores(float(metrics["accuracy"]), float(metrics["loss"]), len(chosen), len(indexes))
