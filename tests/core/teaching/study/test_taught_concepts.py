"""Each concept that the inventory asks about is taught: the gain of a class says nothing of what no deck teaches."""

import pytest

from core.teaching import library
from core.teaching.deck import Deck, Notes, Prediction, Question, Task, Words
from core.teaching.study.inventory import TEACHING, forms

# For each concept, by the id of its question: a deck that teaches the concept, and a sentence or a part of a sentence of the
# deck that says the idea.
TAUGHT = {
    "channels": ("lesson-11-convolution", "For **channels**, such as red, green and blue"),
    "scaling": ("lesson-02-pixels", "Pixels 255 times as large make a step of SGD about 255 times as long"),
    "test-set": ("lesson-03-sets", "the best of ten openings is the luckiest one"),
    "held-out": ("lesson-03-sets", "Exam questions that a student knows already prove nothing."),
    "layer-inputs": ("lesson-04-layers", "Each of the 128 units has 784 weights and a bias"),
    "activation": ("lesson-14-border", "sums of sums are sums. Only an activation bends them."),
    "window-edge": ("lesson-05-shapes", "fits 6 times across and 6 times down"),
    "softmax": ("lesson-04-layers", "**Softmax** turns the sums of the last layer into probabilities"),
    "labels": ("lab", "each label as ten numbers: a 1 in the column of its class, and 0 in all others"),
    "first-loss": ("lesson-06-loss", "A network that knows nothing gives each of ten digits about the same probability"),
    "loss-accuracy": ("lesson-09-overfitting", "the **loss** also sees how sure each answer is"),
    "learning-rate": ("lesson-07-learning-rate", "The first steps jumped out of the valley."),
    "smaller-batches": ("lesson-08-batches", "Each step changes the network once"),
    "overfitting": ("lesson-09-overfitting", "the training loss keeps falling, the validation loss rises"),
    "broken": (
        "lesson-09-overfitting",
        "A network that overfits is good on what it learned by heart; this one is bad there",
    ),
    "uneven": ("lesson-10-confusion-matrix", "Its **recall** is the share of its row that was predicted correctly."),
    "confusion": (
        "lesson-10-confusion-matrix",
        "a row is the true digit, the **label**; a column is what the network predicted.",
    ),
    "convolution": ("lesson-11-convolution", "A window of 3 × 3 has 9 weights, a unit of a Dense layer one for every pixel"),
    "seeds": ("lesson-03-sets", "chance makes each a little different"),
    "evaluate": ("lesson-12-code", "That line measures, when training is over."),
    "gradient": ("lesson-13-weight", "each of them has a slope of its own, its **gradient**"),
    "filter": ("lesson-11-convolution", "The same few weights look at every part, so they find the same thing"),
    "augmentation": ("lab", "This is augmentation; in Keras, the layer RandomFlip does it."),
    "calibration": ("lab", "A network is **calibrated** if of its answers with 90 % about 90 % are right"),
    "bias": ("lab", "This is a data bias: training images and test images show only a part of what there is."),
}


def said(deck: Deck) -> str:
    """All sentences of a deck, in one text."""
    texts = []
    for part in (part for scene in deck.scenes for part in scene.parts):
        if isinstance(part, Words | Notes):
            texts.append(part.markdown)
        elif isinstance(part, Prediction | Task):
            texts.append(part.reply)
        elif isinstance(part, Question):
            texts += [part.ask, *(f"{option.text} {option.reply}" for option in part.options)]
    return " ".join(" ".join(texts).split())


def test_table_has_each_concept_of_the_inventory() -> None:
    assert [list(TAUGHT) for _ in forms()] == [[item.question.id for item in form.items] for form in forms()]


@pytest.mark.parametrize("concept", TAUGHT)
def test_deck_teaches_its_concept(concept: str) -> None:
    name, sentence = TAUGHT[concept]
    deck = library.find_deck(name)
    assert deck is not None and deck.kind in TEACHING
    assert sentence in said(deck)
