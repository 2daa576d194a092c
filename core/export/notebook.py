"""An experiment as a notebook for Colab, or as a script with explanations, under the five headings of the lecture.

Both contain the same code as `core.export.script`. The code is cut at its headings, and explanations stand in between.
"""

import re
import textwrap
from collections.abc import Sequence
from dataclasses import dataclass
from importlib.metadata import version

import nbformat
from nbformat.v4 import new_code_cell, new_markdown_cell, new_notebook

from core.experiment.descriptions import compile_phrase, data_phrase, fit_phrase, layer_phrase
from core.experiment.execution import Execution
from core.experiment.graph import is_sequential
from core.experiment.model import CATALOGUES, Experiment
from core.experiment.set_sizes import ImagesPerClass, images_per_set
from core.experiment.shapes import shape_text
from core.export.script import STEPS, labels_are_integers, script

PACKAGES = ("keras", "tensorflow", "scikit-learn", "numpy")  # the versions of these decide about the last digit
COMMENT_WIDTH = 110
METADATA = {
    "colab": {"provenance": []},
    "kernelspec": {"display_name": "Python 3", "language": "python", "name": "python3"},
    "language_info": {"name": "python"},
}
# Matches signs with a meaning in Markdown, and the beginnings of addresses.
MARKED = re.compile(r"[\\`*_{}\[\]<>#!|~$&@]|:(?=/)|(?<=www)\.")
INSTALLING = (
    "The versions that made the numbers; Plotly, which Colab has too, draws. If Colab then asks for it, restart the session "
    "once and go on with the next cell."
)
CURVES = """\
import plotly.graph_objects as go

curves = [go.Scatter(y=values, name=name) for name, values in history.history.items()]
go.Figure(curves, {"xaxis_title": "epoch, from 0", "title": "Loss and metrics after each epoch"})"""
PREDICTIONS = """\
from plotly.subplots import make_subplots

actual = ACTUAL
titles = [
    class_names[said] if said == label else f"{class_names[said]} (is {class_names[label]})"
    for said, label in zip(predicted[:12], actual[:12])
]
figure = make_subplots(3, 4, subplot_titles=titles)
for number, image in enumerate(x_test[:12]):
    pixels = 255 * (image - x_test.min()) / (x_test.max() - x_test.min())
    pixels = np.broadcast_to(pixels, (*image.shape[:2], 3)).astype("uint8")
    figure.add_trace(go.Image(z=pixels), number // 4 + 1, number % 4 + 1)
figure.update_xaxes(visible=False).update_yaxes(visible=False)
figure.update_layout(height=700, title="The first test images, and the network's answers")"""


@dataclass(frozen=True)
class ScriptSection:
    """A section of the script: a heading, an explanation and the code."""

    title: str
    words: tuple[str, ...]  # the paragraphs of the explanation; "- " begins an item of a list
    code: str
    shown: str = ""  # code that draws the result, in notebooks only


def script_sections(
    experiment: Experiment,
    notes: Sequence[str] = (),
    execution: Execution | None = None,
    counts: ImagesPerClass | None = None,
) -> list[ScriptSection]:
    """Return the script of an experiment in sections, each with an explanation: the imports, and the five steps.

    Parameters
    ----------
    experiment, notes, execution
        The arguments of `core.export.script.script`.
    counts
        The counts of the images after corrections, as a worker counted them. None gives estimates.
    """
    headings = [f"# {step.capitalize()}" for step in STEPS]
    pieces: list[list[str]] = [[]]
    for line in script(experiment, notes, execution).splitlines():
        if line in headings[len(pieces) - 1 : len(pieces)]:
            pieces.append([])
        else:
            pieces[-1].append(line)
    titles = ("What is needed", *(step.capitalize() for step in STEPS))
    words = (
        _needed(experiment),
        _load(experiment, counts),
        _define(experiment),
        _compile(experiment),
        _train(experiment),
        EVALUATE,
    )
    drawings = dict(zip(titles, ("", "", "", "", CURVES, _predictions(experiment)), strict=True))
    return [
        ScriptSection(title, paragraphs, "\n".join(lines).strip("\n"), drawings[title])
        for title, paragraphs, lines in zip(titles, words, pieces, strict=True)
    ]


def _predictions(experiment: Experiment) -> str:
    """Return the code of a cell that draws test images with the network's predictions."""
    actual = "y_test" if labels_are_integers(experiment) else "y_test.argmax(axis=-1)"
    return PREDICTIONS.replace("ACTUAL", actual)


def install_cell() -> str:
    """Return the code of a cell that installs Plotly, and the exact versions of the packages that affect the results."""
    return f"%pip install --quiet {' '.join(f'{name}=={version(name)}' for name in (*PACKAGES, 'plotly'))}"


def _needed(experiment: Experiment) -> tuple[str, ...]:
    wanted = ", ".join(f"{name} {version(name)}" for name in PACKAGES)
    words = (
        f"Keras and the libraries it computes with. The numbers were made with {wanted}; other versions may round elsewhere."
    )
    return (words, f"The seed, {experiment.fit.seed}, is where chance starts: the same seed gives the same numbers again.")


def _load(experiment: Experiment, counts: ImagesPerClass | None) -> tuple[str, ...]:
    data, held = experiment.data, images_per_set(experiment.data, counts)
    entry, words = data.entry, []
    words.append(
        f"{data_phrase(experiment, counts)}. {entry.sentence} Each is {shape_text(entry.image_shape)}, in "
        f"{entry.num_classes} classes."
    )
    if entry.is_own:
        words.append(f"The file {data.dataset}.npz belongs beside this one; in Colab, upload it in the folder on the left.")
    if data.num_validation:
        words.append(
            f"{_capital(held.words(held.validation))} images are kept aside for validation: progress is checked on them, "
            f"but they are not learned from. The {held.test:,} test images are for the end."
        )
    words.append(
        f"Pixels are brought to the range {data.pixels.replace('-', ' to ', 1) if data.pixels != '-1-1' else '-1 to 1'}."
    )
    return tuple(words)


def _capital(words: str) -> str:
    return words[:1].upper() + words[1:]


def _define(experiment: Experiment) -> tuple[str, ...]:
    kind = "The layers follow each other" if is_sequential(experiment) else "The layers form a graph"
    items = tuple(f"- **{layer_phrase(layer)}**: {layer.entry.sentence}" for layer in experiment.layers)
    return (f"{kind}; each passes its output on to the next.", *dict.fromkeys(items))


def _compile(experiment: Experiment) -> tuple[str, ...]:
    chosen = experiment.compile
    items = [
        f"- **{chosen.optimizer.name}**, the optimizer: {CATALOGUES['optimizer'][chosen.optimizer.name].sentence}",
        f"- **{chosen.loss.name}**, the loss: {CATALOGUES['loss'][chosen.loss.name].sentence}",
        *(f"- **{metric.name}**, a metric: {CATALOGUES['metrics'][metric.name].sentence}" for metric in chosen.metrics),
    ]
    return (
        f"How the network learns, which loss becomes small, and which metrics are measured: {compile_phrase(experiment)}.",
        *items,
    )


def _train(experiment: Experiment) -> tuple[str, ...]:
    fit = experiment.fit
    items = (f"- **{callback.name}**: {CATALOGUES['callbacks'][callback.name].sentence}" for callback in fit.callbacks)
    return (
        f"{fit_phrase(experiment)}: it goes through all training images {fit.epochs:,} times, and changes its weights after "
        f"each batch of {fit.batch_size:,}.",
        *items,
    )


EVALUATE = ("On test images, which the network never saw: a network is worth what it does on them.",)


def notebook(title: str, script_parts: Sequence[ScriptSection]) -> str:
    """Return a notebook in the Jupyter format 4.5, as JSON.

    Parameters
    ----------
    title
        The first heading.
    script_parts
        The sections of the script, as `script_sections` returns them.
    """
    cells = [
        new_markdown_cell(f"# {_as_words(_in_a_line(title))}\n\n{INSTALLING}", id="title"),
        new_code_cell(install_cell(), id="install"),
    ]
    for number, part in enumerate(script_parts):
        words = "\n".join(part.words[:1]) + "".join(
            ("\n" if paragraph.startswith("- ") and before.startswith("- ") else "\n\n") + paragraph
            for before, paragraph in zip(part.words, part.words[1:], strict=False)
        )
        cells.append(new_markdown_cell(f"## {part.title}\n\n{words}", id=f"words-{number}"))
        cells.append(new_code_cell(part.code, id=f"code-{number}"))
        if part.shown:
            cells.append(new_code_cell(part.shown, id=f"shown-{number}"))
    return f"{nbformat.writes(new_notebook(cells=cells, metadata=METADATA))}\n"


def _in_a_line(title: str) -> str:
    return " ".join(title.split())


def _as_words(text: str) -> str:
    """Escape a person's text so that Markdown shows all characters literally, and makes no HTML, pictures or links."""
    return MARKED.sub(r"\\\g<0>", text)


def script_with_comments(title: str, script_parts: Sequence[ScriptSection]) -> str:
    """Return a script that has the explanations as comments.

    Parameters
    ----------
    title
        The first heading.
    script_parts
        The sections of the script, as `script_sections` returns them.
    """
    lines = [f"# {_in_a_line(title)}", ""]
    for part in script_parts:
        lines += [f"# {part.title}", "#"]
        for paragraph in part.words:
            text = paragraph.replace("**", "")
            later = "#   " if text.startswith("- ") else "# "
            lines += textwrap.wrap(text, COMMENT_WIDTH, initial_indent="# ", subsequent_indent=later)
        lines += ["", part.code, "", ""]
    return "\n".join(lines).rstrip() + "\n"
