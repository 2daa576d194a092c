"""Gather the contents of the report on a run from all that is stored of the run."""

import time

from core.analysis.evaluation_files import label_of, probabilities_of, worst_mistakes
from core.application import application
from core.datasets.previews import read_preview
from core.export.report import Marks, Picture, Report
from core.number_text import percent
from core.png import to_data_uri
from core.runs.run_record import Run
from pages.interpret.evaluated_sets import ShownSet, visible_sets

MISTAKES = 12
MOST_EXAMPLES = 20  # one of each of the first classes


def report(run: Run) -> Report:
    """The report on a run that is over and evaluated; it shows the test set only if that was opened."""
    result = run.result or {}
    return Report(
        title=run.title,
        day=time.strftime("%Y-%m-%d", time.gmtime(run.created)),
        note=run.note,
        experiment=run.experiment,
        summary=application().runs.summaries.ask(run.experiment),
        parameters=result["parameters"],
        code=application().results.script(run),
        history=result["history"],
        remarks=(*application().results.differences(run), *_stamp(run)),
        examples=_examples(run),
        marks=tuple(_marks(shown, result[shown.name]) for shown in visible_sets(run) if result.get(shown.name)),
        counts=application().runs.looks.counts(run.experiment),
    )


def _stamp(run: Run) -> tuple[str, ...]:
    stamp = application().results.stamp(run)
    if stamp is None or not stamp.is_same:
        return ()
    day = time.strftime("%Y-%m-%d", time.gmtime(stamp.at))
    return (
        f"Reproduces: its code was run once more on {day}, and gave the same {stamp.numbers:,} numbers to the last digit.",
    )


def _examples(run: Run) -> tuple[Picture, ...]:
    entry = run.experiment.data.entry
    preview = read_preview(entry.name)
    if preview is None:
        return ()
    shown = zip(entry.classes[:MOST_EXAMPLES], preview.images, strict=False)
    return tuple(Picture(to_data_uri(images[0]), name) for name, images in shown)


def _marks(shown: ShownSet, metrics: dict[str, float]) -> Marks:
    kept = shown.evaluated.pictures()
    few = [int(index) for index in worst_mistakes(shown.evaluated) if int(index) in kept][:MISTAKES]
    answers = probabilities_of(shown.evaluated, few)
    mistakes = []
    for index, answer in zip(few, answers, strict=True):
        predicted = int(answer.argmax())
        actual = shown.classes[label_of(shown.evaluated, index)]
        words = f"{actual}, said {shown.classes[predicted]} ({percent(answer[predicted])})"
        mistakes.append(Picture(to_data_uri(kept[index]), words))
    return Marks(shown.title, metrics, shown.evaluated, tuple(mistakes))
