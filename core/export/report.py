"""A run on one page to hand in: an HTML file that needs nothing else, whatever names and notes are in it."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from html import escape
from pathlib import Path

import numpy as np

from core.analysis.evaluation_files import EvaluatedSet
from core.experiment.descriptions import sentence
from core.experiment.model import Experiment
from core.experiment.set_sizes import Counts, sizes
from core.experiment.shapes import Summary, parameters_text, shape_text
from core.export import svg
from core.number_text import quantity

NUMBERS_UP_TO = 20  # classes; a larger matrix has no room for numbers on paper
# Nothing is loaded and nothing runs, even where a name slipped through as markup.
POLICY = "default-src 'none'; style-src 'unsafe-inline'; img-src data:"
STYLE = Path(__file__).with_suffix(".css")


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
    one: EvaluatedSet
    mistakes: tuple[Picture, ...]  # the worst first


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
    body = [
        f"<h1>{escape(report.title)}</h1>",
        f'<p class="small">Trained on {escape(report.day)} with Layer by Layer.</p>',
        f"<p>{escape(sentence(report.experiment, report.counts))}.</p>",
        *([f"<p>{escape(report.note)}</p>"] if report.note else []),
        *(f"<p>{escape(one)}</p>" for one in report.remarks),
        *_data(report),
        "<h2>The network</h2>",
        svg.network(report.experiment, report.summary),
        f"<p>{parameters_text(report.parameters, report.summary.non_trainable if report.summary else 0)}.</p>",
        "<h2>Training</h2>",
        f'<div class="side">{svg.curves(report.history, "loss")}{svg.curves(report.history, "accuracy")}</div>',
        '<p class="small">Solid: training set. Dashed: validation set.</p>',
        *(part for marks in report.marks for part in _marks(marks, report.experiment.data.entry.classes)),
        "<h2>The code</h2>",
        f"<pre>{escape(report.code)}</pre>",
    ]
    policy = f'<meta http-equiv="Content-Security-Policy" content="{POLICY}">'
    style = STYLE.read_text(encoding="utf-8")
    head = f'<meta charset="utf-8">{policy}<title>{escape(report.title)}</title><style>{style}</style>'
    return f'<!DOCTYPE html>\n<html lang="en"><head>{head}</head>\n<body>\n{chr(10).join(body)}\n</body></html>\n'


def _data(report: Report) -> Iterable[str]:
    data = report.experiment.data
    entry, held = data.entry, sizes(data, report.counts)
    corrected = data.corrections.words()
    yield "<h2>The data</h2>"
    yield (
        f"<p>{escape(entry.title)}: {escape(entry.sentence)} Each is {escape(shape_text(entry.image_shape))}. "
        f"{held.words(held.train)} images for training, {held.words(held.validation)} for validation, {held.test:,} for "
        f"the test{'; corrected by hand: ' + escape(corrected) if corrected else ''}.</p>"
    )
    yield _pictures(report.examples)


def _pictures(pictures: Sequence[Picture]) -> str:
    items = (f'<li><img src="{escape(one.source)}" alt="">{escape(one.words)}</li>' for one in pictures)
    return f'<ul class="pictures">{"".join(items)}</ul>'


def _marks(marks: Marks, classes: Sequence[str]) -> Iterable[str]:
    yield f"<h2>{escape(marks.title)}</h2>"
    numbers = (f"{escape(name.replace('_', ' '))} <b>{value:.4f}</b>" for name, value in marks.metrics.items())
    top = (f"top-{k} <b>{share:.4f}</b>" for k, share in marks.one.top_k.items())
    yield f"<p>{', '.join((*numbers, *top))}.</p>"
    yield _matrix(marks.one.matrix, classes)
    yield _by_class(marks.one, classes)
    if marks.mistakes:
        total = marks.one.num_mistakes
        yield f"<h3>{quantity(total, 'mistake')}, the worst first</h3>"
        yield _pictures(marks.mistakes)


def _matrix(counts: np.ndarray, classes: Sequence[str]) -> str:
    if len(classes) > NUMBERS_UP_TO:
        return f'<p class="small">The confusion matrix of {len(classes):,} classes has no room here.</p>'
    head = "".join(f"<th><span>{escape(name)}</span></th>" for name in classes)
    rows = []
    for name, row in zip(classes, counts, strict=True):
        cells = (_cell(int(count), count / max(1, row.sum())) for count in row)
        rows.append(f"<tr><th>{escape(name)}</th>{''.join(cells)}</tr>")
    caption = '<p class="small">Confusion matrix: rows are what it is, columns what the network said.</p>'
    return f'{caption}<table class="matrix"><thead><tr><td></td>{head}</tr></thead><tbody>{"".join(rows)}</tbody></table>'


def _cell(count: int, share: float) -> str:
    if not count:
        return "<td></td>"
    light = 96 - 66 * share  # one blue, light to dark
    colour = "#fff" if share > 0.5 else "#16202a"
    return f'<td style="background: hsl(210 75% {light:.0f}%); color: {colour}">{count:,}</td>'


def _by_class(one: EvaluatedSet, classes: Sequence[str]) -> str:
    names = ("precision", "recall", "f1")
    rows = "".join(
        f"<tr><th>{escape(name)}</th>{''.join(f'<td>{one.content[key][place]:.3f}</td>' for key in names)}"
        f"<td>{int(one.content['support'][place]):,}</td></tr>"
        for place, name in enumerate(classes)
    )
    head = "<tr><th>class</th><th>precision</th><th>recall</th><th>F1</th><th>images</th></tr>"
    return f"<table><thead>{head}</thead><tbody>{rows}</tbody></table>"
