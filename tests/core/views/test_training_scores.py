"""The gap between a training set and others, in words."""

from core.views.training_scores import SetScores, gap_sentence, gap_text

TRAINING = SetScores(accuracy=0.95, loss=0.12, images=54_000, available=54_000)


def test_sentence_has_the_gap_to_each_set() -> None:
    held_out = {"validation": {"accuracy": 0.9, "loss": 0.31}, "test": {"accuracy": 0.882, "loss": 0.34}}
    assert gap_sentence(TRAINING, held_out) == (
        "**Training set, asked after training:** accuracy 0.9500 (gap 5.0 points to validation, 6.8 points to test), "
        "loss 0.120."
    )


def test_gap_has_a_sign_where_the_training_set_is_the_harder_one() -> None:
    assert [gap_text(gap) for gap in (3.14, 0.0, -0.04, -0.4)] == [
        "3.1 points",
        "0.0 points",
        "0.0 points",
        "−0.4 points",
    ]


def test_images_are_named_as_they_were_asked() -> None:
    assert TRAINING.images_words == "54,000 images"
    assert SetScores(0.9, 0.1, 8_000, 54_000).images_words == "the first 8,000 of 54,000 images"
