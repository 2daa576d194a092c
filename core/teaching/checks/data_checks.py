"""Checks of the page Load: the data set, the number of images in each set, and the range of pixels."""

from core.catalogue.datasets import DATASETS, OWN, is_own
from core.experiment.model import PIXEL_RANGES
from core.experiment.set_sizes import ImagesPerSet, images_per_set
from core.number_text import number, percent
from core.parameters import Choice, Integer, Optional, Parameter
from core.teaching.checks.check import (
    BOUNDS,
    Arguments,
    Check,
    CheckResult,
    count_bounds,
    judge_count,
    judge_number,
    number_bounds,
    partly_passed,
    passed,
)
from core.teaching.checks.evidence import Evidence
from core.teaching.checks.network_form import is_range, pixels_before_learning

UNCOUNTED = 25  # the allowed error of a set's size before a worker has counted: near-duplicates stay in the same set
SETS = ("train", "validation", "test")
TITLES = {"train": "training", "validation": "validation", "test": "test"}


def _data_set(evidence: Evidence, arguments: Arguments) -> CheckResult:
    data, wanted = evidence.experiment.data, arguments["name"]
    observed = f"the data set {data.entry.title}"
    if data.dataset == wanted:
        return passed(observed)
    return CheckResult(0.0, observed, f"asked for: {DATASETS[wanted].title if wanted in DATASETS else wanted}")


def _sizes(evidence: Evidence) -> ImagesPerSet:
    return images_per_set(evidence.experiment.data, evidence.counts)


def _set_sizes(evidence: Evidence, arguments: Arguments) -> CheckResult:
    actual, room = _sizes(evidence), arguments["within"]
    wanted = {name: arguments[name] for name in SETS if arguments[name] is not None}
    if not actual.is_exact and any(name != "test" for name in wanted):
        room = max(room, UNCOUNTED)
    wrong = [name for name, size in wanted.items() if abs(getattr(actual, name) - size) > room]
    observed = ", ".join(f"{getattr(actual, name):,} {TITLES[name]} images" for name in wanted)
    if not wrong:
        return passed(observed)
    words = ", ".join(f"{wanted[name]:,} {TITLES[name]} images" for name in wrong)
    return partly_passed(1 - len(wrong) / len(wanted), observed, f"asked for: {words}")


def _train_images(evidence: Evidence, arguments: Arguments) -> CheckResult:
    return judge_count(_sizes(evidence).train, arguments, "training image")


def _validation_share(evidence: Evidence, arguments: Arguments) -> CheckResult:
    share = evidence.experiment.data.validation_split
    return judge_number(share, arguments, f"{percent(share)} kept aside for validation", percent)


def _pixels(evidence: Evidence, arguments: Arguments) -> CheckResult:
    wanted = PIXEL_RANGES[arguments["range"]]
    numbers = pixels_before_learning(evidence.experiment) or evidence.experiment.data.pixel_range
    observed = f"pixels from {number(numbers[0])} to {number(numbers[1])}"
    if is_range(numbers, wanted):
        return passed(observed)
    return CheckResult(
        0.0, observed, f"asked for: {wanted[0]} to {wanted[1]}", "choose the range on Load, or add a Rescaling layer"
    )


def _own_images(evidence: Evidence, arguments: Arguments) -> CheckResult:
    data = evidence.experiment.data
    if not is_own(data.dataset):
        return CheckResult(
            0.0, f"the data set {data.entry.title}", "asked for: a data set of your own pictures", "bring them on Load"
        )
    entry = data.entry
    images, classes = entry.num_train + entry.num_test, entry.num_classes
    observed = f"{entry.title}: {images:,} images of {classes} classes"
    asked_images, asked_classes = arguments["images"], arguments["classes"]
    share = (min(1.0, images / asked_images) + min(1.0, classes / asked_classes)) / 2
    if share >= 1:
        return passed(observed)
    return partly_passed(share, observed, f"asked for: at least {asked_images:,} images of {asked_classes} classes")


def _corrections(evidence: Evidence, arguments: Arguments) -> CheckResult:
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
