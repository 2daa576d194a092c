"""Checks of Load: the data set, how many images each set holds, and the range of pixels."""

from core.catalogue.datasets import DATASETS, OWN, is_own
from core.experiment.model import PIXEL_RANGES
from core.experiment.set_sizes import Sizes, sizes
from core.number_text import number, percent
from core.parameters import Choice, Integer, Optional, Parameter
from core.teaching.checks.check import (
    BOUNDS,
    Arguments,
    Check,
    Seen,
    count_bounds,
    judge_count,
    judge_number,
    number_bounds,
    partly,
    passed,
)
from core.teaching.checks.evidence import Evidence
from core.teaching.checks.network_form import is_range, pixels_before_learning

UNCOUNTED = 25  # images: near-duplicates stay together, so that arithmetic is off by a few until a worker has counted
SETS = ("train", "validation", "test")
TITLES = {"train": "training", "validation": "validation", "test": "test"}


def _data_set(evidence: Evidence, arguments: Arguments) -> Seen:
    data, asked = evidence.experiment.data, arguments["name"]
    saw = f"the data set {data.entry.title}"
    if data.dataset == asked:
        return passed(saw)
    return Seen(0.0, saw, f"{DATASETS[asked].title if asked in DATASETS else asked} is asked")


def _sizes(evidence: Evidence) -> Sizes:
    return sizes(evidence.experiment.data, evidence.counts)


def _set_sizes(evidence: Evidence, arguments: Arguments) -> Seen:
    actual, room = _sizes(evidence), arguments["within"]
    asked = {name: arguments[name] for name in SETS if arguments[name] is not None}
    if not actual.is_exact and any(name != "test" for name in asked):
        room = max(room, UNCOUNTED)
    wrong = [name for name, size in asked.items() if abs(getattr(actual, name) - size) > room]
    saw = ", ".join(f"{getattr(actual, name):,} {TITLES[name]} images" for name in asked)
    if not wrong:
        return passed(saw)
    words = ", ".join(f"{asked[name]:,} {TITLES[name]} images are asked" for name in wrong)
    return partly(1 - len(wrong) / len(asked), saw, words)


def _train_images(evidence: Evidence, arguments: Arguments) -> Seen:
    return judge_count(_sizes(evidence).train, arguments, "training image")


def _validation_share(evidence: Evidence, arguments: Arguments) -> Seen:
    share = evidence.experiment.data.validation_split
    return judge_number(share, arguments, f"{percent(share)} kept aside for validation", percent)


def _pixels(evidence: Evidence, arguments: Arguments) -> Seen:
    asked = PIXEL_RANGES[arguments["range"]]
    numbers = pixels_before_learning(evidence.experiment) or evidence.experiment.data.pixel_range
    saw = f"pixels from {number(numbers[0])} to {number(numbers[1])}"
    if is_range(numbers, asked):
        return passed(saw)
    return Seen(0.0, saw, f"{asked[0]} to {asked[1]} is asked: choose the range on Load, or add a Rescaling layer")


def _own_images(evidence: Evidence, arguments: Arguments) -> Seen:
    data = evidence.experiment.data
    if not is_own(data.dataset):
        return Seen(0.0, f"the data set {data.entry.title}", "a data set of your own pictures is asked: bring them on Load")
    entry = data.entry
    images, classes = entry.num_train + entry.num_test, entry.num_classes
    saw = f"{entry.title}: {images:,} images of {classes} classes"
    asked_images, asked_classes = arguments["images"], arguments["classes"]
    share = (min(1.0, images / asked_images) + min(1.0, classes / asked_classes)) / 2
    if share >= 1:
        return passed(saw)
    return partly(share, saw, f"at least {asked_images:,} images of {asked_classes} classes are asked")


def _corrections(evidence: Evidence, arguments: Arguments) -> Seen:
    corrections = evidence.experiment.data.corrections
    return judge_count(len(corrections.relabelled) + len(corrections.removed), arguments, "corrected image")


DATA_CHECKS = (
    Check(
        "data_set",
        "This data set is chosen.",
        _data_set,
        (Parameter("name", "digits", Choice(tuple(DATASETS), also=OWN), "The data set."),),
        required=("name",),
    ),
    Check(
        "set_sizes",
        "The sets hold so many images.",
        _set_sizes,
        (
            *(
                Parameter(
                    name, None, Optional(Integer(0, 10**7), "not asked"), f"Images of the {TITLES[name]} set.", "images"
                )
                for name in SETS
            ),
            Parameter("within", 0, Integer(0, 10**6), "How many images more or fewer pass too.", "images"),
        ),
        one_of=SETS,
    ),
    Check(
        "train_images",
        "So many images are trained on.",
        _train_images,
        count_bounds("images"),
        one_of=BOUNDS,
    ),
    Check(
        "validation_share",
        "Such a share of the training images is kept aside for validation.",
        _validation_share,
        number_bounds(0.0, 0.5),
        one_of=BOUNDS[1:],
    ),
    Check(
        "pixels",
        "Pixels reach the first layer that learns in this range: chosen on Load, or scaled by a layer.",
        _pixels,
        (Parameter("range", "0-1", Choice(tuple(PIXEL_RANGES)), "The range."),),
        required=("range",),
    ),
    Check(
        "own_images",
        "The data set is of the visitor's own pictures, with at least so many images and classes.",
        _own_images,
        (
            Parameter("images", 1, Integer(1, 10**6), "The least number of images, those for the test included.", "images"),
            Parameter("classes", 2, Integer(1, 1_000), "The least number of classes.", "classes"),
        ),
    ),
    Check(
        "corrections",
        "So many images have a corrected label or are left out.",
        _corrections,
        count_bounds("images"),
        one_of=BOUNDS,
    ),
)
