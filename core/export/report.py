"""The report of a run, a self-contained HTML file to hand in. The file is safe for any names and notes."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

from jinja2 import Environment, FileSystemLoader, StrictUndefined

from core.analysis.curve_axes import guess_levels
from core.analysis.evaluation_files import EvaluatedSet
from core.experiment.descriptions import sentence
from core.experiment.model import Experiment
from core.experiment.set_sizes import ImagesPerClass, images_per_set
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
    "NUMBERS_UP_TO": 20,  # the number of classes up to which a matrix has room for numbers on paper
}


@dataclass(frozen=True)
class Picture:
    """A picture of the report, with a caption."""

    source: str  # a data: URI
    words: str


@dataclass(frozen=True)
class ReportScores:
    """The metrics of the network on a set of images, such as the validation set."""

    title: str  # "Validation set"
    metrics: Mapping[str, float]  # the values of the metrics, by Keras' names
    evaluated: EvaluatedSet
    mistakes: tuple[Picture, ...]  # the worst first

    def numbers(self) -> Iterator[tuple[str, str]]:
        """Yield the names and the values of all metrics as text, such as "accuracy" and "0.892"."""
        yield from ((name.replace("_", " "), metric_text(name, value)) for name, value in self.metrics.items())
        yield from ((f"top-{k}", accuracy_text(share)) for k, share in self.evaluated.top_k.items())

    def by_class(self, classes: Sequence[str]) -> Iterator[tuple[str, float, float, float, int]]:
        """Return the name, precision, recall, F1 and number of images of each class."""
        return zip(classes, *(self.evaluated.content[key] for key in ("precision", "recall", "f1", "support")), strict=False)


@dataclass(frozen=True)
class Report:
    """The content of the report of a run."""

    title: str  # the title of the run
    colour: str  # the colour of the run on every page, such as "#6B4FA0"
    headline: str  # the result in a few words, such as "88 of 100 right"
    day: str  # the day of training
    note: str  # the owner's note
    experiment: Experiment
    summary: Summary | None
    parameters: int
    code: str
    history: Mapping[str, Sequence[float | None]]
    remarks: tuple[str, ...]  # facts that a reader must know: a steered run, or an export that gave the same numbers
    examples: tuple[Picture, ...]  # pictures of the data set
    marks: tuple[ReportScores, ...]
    counts: ImagesPerClass | None = None  # the counts of the images, if corrections left some out


def html(report: Report) -> str:
    """Return the report as HTML. All words are escaped. The page loads no other files and runs no code."""
    experiment, data = report.experiment, report.experiment.data
    return PAGES.get_template("report.html").render(
        report=report,
        dataset=data.entry,
        sentence=sentence(experiment, report.counts),
        image_shape=shape_text(data.entry.image_shape),
        sizes=images_per_set(data, report.counts),
        corrections=data.corrections.words(),
        network=svg.network(experiment, report.summary),
        parameters=parameters_text(report.parameters, report.summary.non_trainable if report.summary else 0),
        curves=[svg.curves(report.history, name, chance) for name, chance in guess_levels(experiment).items()],
    )
