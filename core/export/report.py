"""A run on one page to hand in: an HTML file that needs nothing else, whatever names and notes are in it."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

from jinja2 import Environment, FileSystemLoader, StrictUndefined

from core.analysis.evaluation_files import EvaluatedSet
from core.experiment.descriptions import sentence
from core.experiment.model import Experiment
from core.experiment.set_sizes import Counts, sizes
from core.experiment.shapes import Summary, parameters_text, shape_text
from core.export import svg
from core.number_text import accuracy_text, metric_text, quantity

PAGES = Environment(
    loader=FileSystemLoader(Path(__file__).parent),
    autoescape=True,
    undefined=StrictUndefined,
    trim_blocks=True,
    lstrip_blocks=True,
)
PAGES.globals |= {
    "quantity": quantity,
    "NUMBERS_UP_TO": 20,  # classes; a larger matrix has no room for numbers on paper
}


@dataclass(frozen=True)
class Picture:
    """A picture with its words."""

    source: str  # a data: URI
    words: str


@dataclass(frozen=True)
class Marks:
    """What one set says of the network."""

    title: str  # "Validation set"
    metrics: Mapping[str, float]  # by Keras' names
    evaluated: EvaluatedSet
    mistakes: tuple[Picture, ...]  # the worst first

    def numbers(self) -> Iterator[tuple[str, str]]:
        """All metrics, names and values as people write them."""
        yield from ((name.replace("_", " "), metric_text(name, value)) for name, value in self.metrics.items())
        yield from ((f"top-{k}", accuracy_text(share)) for k, share in self.evaluated.top_k.items())

    def by_class(self, classes: Sequence[str]) -> Iterator[tuple[str, float, float, float, int]]:
        """Name, precision, recall, F1 and number of images of each class."""
        return zip(classes, *(self.evaluated.content[key] for key in ("precision", "recall", "f1", "support")), strict=False)


@dataclass(frozen=True)
class Report:
    """All that stands on the page."""

    title: str  # of the run
    day: str  # when it was trained
    note: str  # what its owner wrote about it
    experiment: Experiment
    summary: Summary | None
    parameters: int
    code: str
    history: Mapping[str, Sequence[float | None]]
    remarks: tuple[str, ...]  # what a reader must know: that it was steered, or that its export gave the same numbers
    examples: tuple[Picture, ...]  # of the data
    marks: tuple[Marks, ...]
    counts: Counts | None = None  # of its images, where corrections left some out


def html(report: Report) -> str:
    """The page. All words are escaped; it loads nothing, and runs nothing."""
    experiment, data = report.experiment, report.experiment.data
    return PAGES.get_template("report.html").render(
        report=report,
        dataset=data.entry,
        sentence=sentence(experiment, report.counts),
        image_shape=shape_text(data.entry.image_shape),
        sizes=sizes(data, report.counts),
        corrections=data.corrections.words(),
        network=svg.network(experiment, report.summary),
        parameters=parameters_text(report.parameters, report.summary.non_trainable if report.summary else 0),
        curves=[svg.curves(report.history, name) for name in ("loss", "accuracy")],
    )
