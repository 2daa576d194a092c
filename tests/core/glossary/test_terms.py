"""The glossary: each term is complete and drawn, and the search finds the term."""

import re
from xml.etree import ElementTree

import pytest

from core.glossary import learning_terms, network_drawings
from core.glossary.term import Term
from core.glossary.terms import TERMS, TOPICS, search
from tests.core.glossary.term_finder import find_terms
from tests.test_recipes import PROJECT

ALL = pytest.mark.parametrize("term", TERMS.values(), ids=TERMS)
SMALLEST_TEXT = 16  # pixels
MOST_WORDS = 30
# Words that stood unexplained on pages when people tried them.
MET_ON_PAGES = """
    activation, attention, backend, baseline, batch, batch normalisation, bias, calibration, callback, channel, class,
    compile, confusion matrix, convolution, cross-entropy, decision boundary, dropout, early stopping, embedding, epoch,
    F1, feature, flatten, GPU, Grad-CAM, gradient, history, integrated gradients, Keras, kernel, L2 norm, label,
    learning curve, learning rate, logits, loss, metric, model, momentum, multiply-adds, normalisation, occlusion,
    one-hot, optimizer, overfitting, padding, parameter, PCA, pixel, pooling, precision, recall, regularisation, relu,
    residual connection, RGB, RMSprop, saliency, scaling, seed, SGD, shape, shuffle, softmax, split, stride, test set,
    top-k, unit, validation set, weight
"""


def test_terms_of_pages_are_explained() -> None:
    wanted = {name.strip() for name in MET_ON_PAGES.split(",")}
    assert wanted - {term.name for term in TERMS.values()} == set()


OTHER_MEANINGS = (
    ("classroom", "Nobody has begun a deck yet. Send your class the address of Learn."),
    ("learn", "I heard the lecture in class"),
    ("why", "Completeness: they differ by 0.01 after 293 steps"),
    ("take_away", "The lecture's five steps as run 1 took them, each explained."),
    ("define", "Reads a sequence step by step."),
    ("learn", "A goal and no steps; hints where you want them."),
)


@pytest.mark.parametrize(("page", "words"), OTHER_MEANINGS, ids=[words for _, words in OTHER_MEANINGS])
def test_word_with_another_meaning_is_not_explained_as_a_term(page: str, words: str) -> None:
    assert {found.term.key for found in find_terms(words, page)} & {"class", "step"} == set()


def test_same_words_are_explained_where_they_are_terms() -> None:
    found = find_terms("At each step the network moves, whatever the class.", "train")
    assert [each.term.key for each in found if each.term.key in ("step", "class")] == ["step", "class"]


def test_no_name_stands_for_two_terms() -> None:
    names = [name.lower() for term in TERMS.values() for name in (term.name, *term.also)]
    assert sorted(name for name in set(names) if names.count(name) > 1) == []
    assert len(TERMS) == sum(map(len, TOPICS.values())), "two terms have the same key"


@ALL
def test_term_is_one_sentence_and_one_picture_or_example(term: Term) -> None:
    assert term.sentence[0].isupper() and term.sentence.endswith(".")
    assert not re.search(r"\.\s", term.sentence) and len(term.sentence.split()) <= MOST_WORDS
    assert (term.drawing is None) != (not term.example)


@ALL
def test_link_leads_to_a_page_here_or_to_an_address(term: Term) -> None:
    if term.page:
        assert (PROJECT / "pages" / f"{term.page}.py").exists()
        assert term.source == ""
    else:
        assert re.fullmatch(r"https://[\w.-]+\.[a-z]+/\S+", term.link) and "." in term.source


@ALL
def test_drawing_has_words_and_large_letters(term: Term) -> None:
    if term.drawing is not None:
        drawing = ElementTree.fromstring(term.drawing())
        assert drawing.get("role") == "img" and drawing.get("aria-label")
        texts = [element for element in drawing.iter() if element.tag.endswith("text")]
        assert all(float(element.get("font-size", 0)) >= SMALLEST_TEXT for element in texts)
        width, height = float(drawing.get("width", 0)), float(drawing.get("height", 0))
        assert all(0 <= float(text.get("x", -1)) <= width and 0 < float(text.get("y", -1)) <= height for text in texts)


def test_drawings_compute_what_they_say() -> None:
    assert network_drawings.convolved(((0, 9), (0, 9)), ((-1, 1), (-1, 1))) == [[18]]
    assert learning_terms.seed_numbers(1) == learning_terms.seed_numbers(1) != learning_terms.seed_numbers(2)
    assert ">−1 × 0 + 1 × 9 − 1 × 0 + 1 × 9 = 18<" in network_drawings.convolution_drawing()
    assert ">0.11<" in learning_terms.cross_entropy_drawing()


def names(words: str) -> list[str]:
    return [term.name for term in search(words)]


def test_search_puts_names_before_sentences() -> None:
    assert names("loss")[:2] == ["loss", "loss surface"] and "cross-entropy" in names("loss")
    assert names("Neuron")[0] == "unit"
    assert names("validation  SET")[0] == "validation set"
    assert names("cross entropy")[0] == "cross-entropy"
    assert names("no such word") == []
    assert len(search("")) == len(TERMS) and names("")[:2] == ["accuracy", "activation"]


def test_compound_is_one_term_and_xla_compiles_nothing_of_keras() -> None:
    assert [found.term.name for found in find_terms("Words of machine learning.")] == ["machine learning"]
    assert "compile" not in [found.term.name for found in find_terms("A function that XLA compiles.")]


def test_bias_of_data_is_not_the_bias_of_a_unit() -> None:
    assert [found.term.name for found in find_terms("Each unit has a bias.")] == ["unit", "bias"]
    assert "bias" not in [found.term.name for found in find_terms("This is a data bias.")]
