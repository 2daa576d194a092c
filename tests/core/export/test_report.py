"""The page to hand in: complete, whole in itself, and deaf to markup in names."""

import math
import re
from dataclasses import replace
from html.parser import HTMLParser
from xml.etree import ElementTree

import pytest

from core.analysis.evaluation_files import EvaluatedSet, read_evaluated_set
from core.experiment.model import Experiment
from core.experiment.templates import TEMPLATES, apply_template, lecture_experiment
from core.export import svg
from core.export.report import Picture, Report, ReportScores, html
from core.export.script import script
from core.worker.training.summary import summarise
from tests.core.conftest import Trained
from tests.core.sample_experiments import FLATTEN, OUTPUT, RESIDUAL, layer, stack

HOSTILE = "</pre><script>alert(1)</script><img src=x onerror=alert(2)>\"'&"
PIXEL = "data:image/png;base64,AAAA"
VOID = {"meta", "img"}


class Page(HTMLParser):
    """A page as a browser parses it: its elements and its words."""

    def __init__(self, text: str) -> None:
        super().__init__()
        self.open: list[str] = []
        self.elements: list[tuple[str, dict]] = []
        self.words = ""
        self.feed(text)
        assert not self.open

    def handle_starttag(self, tag: str, attributes: list) -> None:
        self.elements.append((tag, dict(attributes)))
        if tag not in VOID:
            self.open.append(tag)

    def handle_startendtag(self, tag: str, attributes: list) -> None:
        self.elements.append((tag, dict(attributes)))

    def handle_endtag(self, tag: str) -> None:
        assert self.open.pop() == tag

    def handle_data(self, data: str) -> None:
        self.words += data


@pytest.fixture(scope="module")
def evaluated(trained: Trained) -> EvaluatedSet:
    found = read_evaluated_set(trained.folder / "validation.npz")
    assert found is not None
    return found


def page_of(trained: Trained, evaluated: EvaluatedSet, words: str = "fine") -> Report:
    return Report(
        title=words,
        colour="#6B4FA0",
        headline="88 of 100 right",
        day="2026-01-02",
        note=words,
        experiment=trained.experiment,
        summary=summarise(trained.experiment),
        parameters=trained.result["parameters"],
        code=script(trained.experiment, [words]),
        history=trained.result["history"],
        remarks=(words,),
        examples=(Picture(PIXEL, words),),
        marks=(ReportScores("Validation set", trained.result["validation"], evaluated, (Picture(PIXEL, words),)),),
    )


def test_all_parts_are_there_with_the_runs_numbers(trained: Trained, evaluated: EvaluatedSet) -> None:
    page = Page(html(page_of(trained, evaluated)))
    headings = re.findall(r"(The data|The network|Training|Validation set|The code)\n", page.words)
    assert list(dict.fromkeys(headings)) == ["The data", "The network", "Training", "Validation set", "The code"]
    assert f"accuracy {trained.result['validation']['accuracy']:.4f}" in page.words
    assert script(trained.experiment, ["fine"]) in page.words
    assert "Dense 128 relu" in page.words and "9,610 parameters" in page.words
    assert f"{evaluated.num_mistakes} mistakes, the worst first" in page.words


def test_run_has_its_colour_and_its_result_in_large_letters(trained: Trained, evaluated: EvaluatedSet) -> None:
    page = Page(html(page_of(trained, evaluated)))
    [square] = [attributes for tag, attributes in page.elements if tag == "span" and attributes.get("class") == "run"]
    assert square["style"] == "border-color: #6B4FA0"
    assert "fine\n88 of 100 right\n" in page.words


def test_parameters_that_training_leaves_alone_are_told_apart(trained: Trained, evaluated: EvaluatedSet) -> None:
    experiment = stack(layer("BatchNormalization"), FLATTEN, OUTPUT)
    report = replace(page_of(trained, evaluated), experiment=experiment, summary=summarise(experiment), parameters=654)
    page = Page(html(report))
    assert "654 parameters, 2 of them non-trainable." in page.words
    assert "8 × 8 × 1 · 4 parameters, 2 of them non-trainable" in page.words


def test_page_needs_nothing_else_and_runs_nothing(trained: Trained, evaluated: EvaluatedSet) -> None:
    page = Page(html(page_of(trained, evaluated, HOSTILE)))
    tags = {tag for tag, _ in page.elements}
    assert not tags & {"script", "link", "iframe", "object", "a", "base", "form"}
    for tag, attributes in page.elements:
        assert not [name for name in attributes if name.startswith("on")], tag
        for name in ("src", "href"):
            assert attributes.get(name, "data:").startswith("data:")
    assert page.words.count(HOSTILE) == 7  # in both titles, note, remark, example, mistake, and the code's comment
    assert "default-src 'none'" in str(page.elements)


@pytest.mark.parametrize("name", [*TEMPLATES, "residual"])
def test_every_net_is_drawn_with_all_its_layers(name: str) -> None:
    experiment: Experiment = RESIDUAL if name == "residual" else apply_template(lecture_experiment("digits"), name)
    drawn = svg.network(experiment, None)
    drawing = ElementTree.fromstring(drawn.partition("<p>")[0])
    boxes = drawing.findall("rect")
    assert len(boxes) == 1 + min(len(experiment.layers), svg.MOST_LAYERS)
    corners = {(box.get("x"), box.get("y")) for box in boxes}
    assert len(corners) == len(boxes), "no two lie on each other"


def test_curves_leave_out_what_is_no_number() -> None:
    drawing = ElementTree.fromstring(svg.curves({"loss": [2.0, math.nan, None, 1.0], "val_loss": [3.0]}, "loss"))
    assert [len(line.get("points", "").split()) for line in drawing.findall("polyline")] == [4, 1], "steps, and a line"
    names = {"".join(text.itertext()): float(text.get("y", "")) for text in drawing.findall("text")}
    assert names["validation 3.000"] + svg.NAMES_APART <= names["training 1.000"], "the higher line has the higher name"
    assert "no loss to draw" in svg.curves({"loss": [math.inf]}, "loss")
    assert "no accuracy to draw" in svg.curves({}, "accuracy")
    one_epoch = svg.curves({"loss": [2.0], "val_loss": [3.0]}, "loss")
    assert one_epoch == "<p>After 1 epoch, loss: training 2, validation 3.</p>"


def test_curves_show_the_gap_and_chance() -> None:
    history = {"accuracy": [0.3, 0.6], "val_accuracy": [0.2, 0.5]}
    drawing = ElementTree.fromstring(svg.curves(history, "accuracy", 0.1))
    [gap] = drawing.findall("polygon")
    assert len(gap.get("points", "").split()) == 5, "two steps of the training, and two dots of the validation"
    assert "guessing 0.1" in ["".join(text.itertext()) for text in drawing.findall("text")]
    high = ElementTree.fromstring(svg.curves({"accuracy": [0.8, 0.9]}, "accuracy", 0.1))
    assert not high.findall("polygon") and not high.findall("path[@class='chance']"), "the axis begins at 0.7"
