"""Corrections: an overlay over the files, applied after the split; stored, described and exported like other settings."""

import json
from typing import Any

import numpy as np
import pytest

from core.experiment import corrections, share_links
from core.experiment.corrections import MOST_CORRECTIONS, NONE, Corrections
from core.experiment.descriptions import data_phrase, difference
from core.experiment.edits import leave_out_image, relabel, restore_original, set_value
from core.experiment.model import Experiment, to_dict
from core.experiment.serialization import dumps, from_dict, loads
from core.experiment.set_sizes import ImagesPerSet, images_per_set
from core.export.notebook import script_sections
from core.export.script import script
from core.problems import ProblemError
from core.worker.data.load import class_counts, load_raw, load_sets, set_indexes
from core.worker.training.train import train
from tests.core.sample_experiments import LECTURE, with_data, with_fit


def corrected(experiment: Experiment = LECTURE) -> Experiment:
    """With labels changed and images removed in each set."""
    there = set_indexes(experiment.data, experiment.fit.seed)
    for index in (*there.train[:3], *there.validation[:2]):
        experiment = relabel(experiment, "train", int(index), 7)
    for index in (*there.train[3:20], *there.validation[2:4]):
        experiment = leave_out_image(experiment, "train", int(index))
    return leave_out_image(relabel(experiment, "test", 5, 0), "test", 11)


def test_an_image_is_relabelled_or_removed_and_can_be_undone() -> None:
    once = corrections.relabel(NONE, "train", 5, 3)
    assert once == Corrections(relabelled=(("train", 5, 3),))
    assert corrections.relabel(once, "train", 5, 4).labels("train") == {5: 4}
    removed = corrections.remove(once, "train", 5)
    assert (removed.relabelled, removed.removed) == ((), (("train", 5),))
    assert corrections.relabel(removed, "train", 5, 3) == once
    assert corrections.restore_original(once, "test", 5) == once  # another image
    assert corrections.restore_original(once, "train", 5) == NONE


def test_equal_corrections_are_equal_in_whichever_order_they_were_made() -> None:
    one = corrections.relabel(corrections.relabel(NONE, "test", 1, 0), "train", 12, 3)
    other = corrections.relabel(corrections.relabel(NONE, "train", 12, 3), "test", 1, 0)
    assert one == other
    assert one.words() == "2 labels changed"
    assert corrections.remove(one, "test", 7).words() == "2 labels changed, 1 image removed"


def test_there_are_only_so_many() -> None:
    full = NONE
    for index in range(MOST_CORRECTIONS):
        full = corrections.remove(full, "train", index)
    with pytest.raises(ValueError, match="at most 200"):
        corrections.remove(full, "train", MOST_CORRECTIONS)
    assert len(corrections.relabel(full, "train", 0, 1)) == MOST_CORRECTIONS
    assert len(share_links.write(share_links.Link(with_data(LECTURE, corrections=full)))) < share_links.MAXIMUM_CHARACTERS


def test_corrections_come_back_from_json_and_links() -> None:
    experiment = corrected()
    assert loads(dumps(experiment)) == experiment
    assert share_links.read(share_links.write(share_links.Link(experiment))).experiment == experiment
    assert "corrections" not in to_dict(LECTURE)["data"]  # old links and drafts stay unchanged


@pytest.mark.parametrize(
    "content",
    [
        None,
        [],
        {"renamed": []},
        {"removed": {}},
        {"removed": ["train"]},
        {"removed": [["train", 1, 2]]},
        {"removed": [["train", True]]},
        {"removed": [["train", 1.0]]},
        {"removed": [["train", -1]]},
        {"removed": [["train", 1_437]]},
        {"removed": [["test", 360]]},
        {"removed": [["validation", 1]]},
        {"removed": [[["train"], 1]]},
        {"removed": [["train", 1], ["train", 1]]},
        {"removed": [["train", index] for index in range(MOST_CORRECTIONS + 1)]},
        {"relabelled": [["train", 1]]},
        {"relabelled": [["train", 1, 10]]},
        {"relabelled": [["train", 1, -1]]},
        {"relabelled": [["train", 1, "2"]]},
        {"relabelled": [["train", 1, 2], ["train", 1, 3]]},
        {"relabelled": [["train", 1, 2]], "removed": [["train", 1]]},
        {"relabelled": [["train", index, 1] for index in range(MOST_CORRECTIONS)], "removed": [["test", 1]]},
    ],
)
def test_corrections_without_meaning_are_refused(content: Any) -> None:
    experiment = to_dict(LECTURE)
    experiment["data"]["corrections"] = content
    with pytest.raises(ProblemError) as caught:
        from_dict(json.loads(json.dumps(experiment)))
    assert caught.value.problem.where[:2] == ("data", "corrections")


def test_sets_are_the_same_but_for_what_was_corrected() -> None:
    experiment = corrected()
    before, after = set_indexes(LECTURE.data, 0), set_indexes(experiment.data, 0)
    assert after.train.tolist() == [*before.train[:3], *before.train[20:]]
    assert after.validation.tolist() == [*before.validation[:2], *before.validation[4:]]
    assert after.test.tolist() == [index for index in range(360) if index != 11]
    (_, labels), (_, test_labels) = load_raw("digits")
    sets = load_sets(experiment)
    assert sets.validation is not None
    assert sets.train[1].tolist() == [7, 7, 7, *labels[before.train[20:]]]
    assert sets.validation[1].tolist() == [7, 7, *labels[before.validation[4:]]]
    assert (sets.test[1] == np.delete(np.where(np.arange(360) == 5, 0, test_labels), 11)).all()
    assert len(sets.train[0]) == len(sets.train[1]) == 1_276
    assert (load_raw("digits")[0][1] == labels).all()  # corrections never change the files' own labels


@pytest.mark.parametrize("changes", [{}, {"train_images": 400}, {"validation_split": 0.0}])
def test_counts_are_those_of_the_sets_that_are_trained_on(changes: dict) -> None:
    experiment = corrected(with_data(LECTURE, **changes))
    found, sets, data = class_counts(experiment.data, 0), load_sets(experiment), experiment.data
    for name in ("train", "validation", "test"):
        pair = getattr(sets, name)
        expected = [0] * 10 if pair is None else np.bincount(pair[1].astype(int), minlength=10).tolist()
        assert list(getattr(found, name)) == expected, name
    (_, labels), _ = load_raw("digits")
    right, left_out = data.corrections.labels("train"), data.corrections.left_out("train")
    labels = [right.get(index, label) for index, label in enumerate(labels.tolist()) if index not in left_out]
    assert list(found.files) == np.bincount(labels, minlength=10).tolist()
    held = images_per_set(data, found)
    assert held.train + held.validation + held.unused == 1_437 - len(left_out)


def test_what_is_left_is_reported_exactly_or_as_about() -> None:
    experiment = LECTURE
    for index in set_indexes(LECTURE.data, 0).train[:3]:
        experiment = leave_out_image(experiment, "train", int(index))
    experiment = leave_out_image(experiment, "test", 1)
    assert images_per_set(LECTURE.data) == ImagesPerSet(1_293, 144, 0, 360)
    assert images_per_set(experiment.data) == ImagesPerSet(1_293, 144, 0, 359, is_exact=False)
    found = class_counts(experiment.data, 0)
    assert images_per_set(experiment.data, found) == ImagesPerSet(1_290, 144, 0, 359)
    assert data_phrase(experiment) == "Digits, about 1,293 images, 4 images removed"
    assert data_phrase(experiment, found) == "Digits, 1,290 images, 4 images removed"
    for known, told in ((None, "About 144 images are kept aside"), (found, "144 images are kept aside")):
        words = " ".join(script_sections(experiment, counts=known)[1].words)
        assert told in words and "The 359 test images" in words


@pytest.mark.deep
def test_corrections_count_in_what_is_trained() -> None:
    experiment, events = corrected(with_fit(LECTURE, epochs=1)), []  # 17 images fewer: 1,276 are 40 steps, not 41
    train(experiment, events.append, lambda: None)
    assert next(event for event in events if event["kind"] == "start")["steps"] == 40
    assert max(event["step"] for event in events if event["kind"] == "epoch") == 40


def test_longest_script_can_be_read_by_python() -> None:
    experiment = LECTURE
    for index in range(0, MOST_CORRECTIONS, 2):
        experiment = leave_out_image(relabel(experiment, "train", index, 3), "train", index + 1)
    text = script(experiment)
    compile(text, "script", "exec")
    assert max(map(len, text.splitlines())) <= 120


def test_runs_are_distinguished_in_words() -> None:
    once = relabel(LECTURE, "train", 5, 3)
    assert difference(once, LECTURE) == "1 label changed (was none)"
    assert difference(LECTURE, once) == "no corrections (was 1 label changed)"
    assert difference(relabel(LECTURE, "train", 6, 3), once) == "other labels changed or images removed"
    assert data_phrase(leave_out_image(once, "test", 1)) == "Digits, 1,293 images, 1 label changed, 1 image removed"


def test_corrections_go_with_their_data_set() -> None:
    once = relabel(LECTURE, "train", 5, 3)
    assert set_value(once, ("data", "dataset"), "mnist").data.corrections == NONE
    assert set_value(once, ("data", "dataset"), "digits") == once
    assert set_value(once, ("data", "pixels"), "-1-1").data.corrections == once.data.corrections
    assert restore_original(once, "train", 5) == LECTURE


def test_set_of_which_nothing_is_left_is_a_problem() -> None:
    experiment = with_data(LECTURE, train_images=10, validation_split=0.0)
    for index in set_indexes(experiment.data, 0).train:
        experiment = leave_out_image(experiment, "train", int(index))
    with pytest.raises(ProblemError) as caught:
        load_sets(experiment)
    assert caught.value.problem.code == "nothing-left"
    assert set_value(experiment, caught.value.problem.repairs[0].path, NONE).data.corrections == NONE
