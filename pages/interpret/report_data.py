"""The report on a run, gathered from its experiment, history, results and worst mistakes."""

from core.analysis.evaluation_files import probabilities_of, true_label, worst_mistakes
from core.application import application
from core.datasets.previews import read_preview
from core.export.report import Picture, Report, ReportScores
from core.number_text import day_text, percent
from core.png import to_data_uri
from core.runs.run_record import Run
from core.runs.run_summaries import result_headline
from pages.interpret.evaluated_sets import VisibleSet, visible_sets
from pages.shell.colours import RUNS, run_colour

MISTAKES = 12
MOST_EXAMPLES = 20  # an image of each of the first classes


def report(run: Run) -> Report:
    """Return the report on an evaluated run. The report includes the test set only if the test set was opened."""
    result = run.result or {}
    return Report(
        title=run.title,
        colour=RUNS[run_colour(run.number) - 1],
        headline=result_headline(application().results.outcome(run)).title,
        day=day_text(run.created),
        note=run.note,
        experiment=run.experiment,
        summary=application().facts.summary(run.experiment),
        parameters=result["parameters"],
        code=application().results.script(run),
        history=result["history"],
        remarks=(*application().results.differences(run), *_stamp(run)),
        examples=_examples(run),
        marks=tuple(_marks(shown, result[shown.name]) for shown in visible_sets(run) if result.get(shown.name)),
        counts=application().facts.counts(run.experiment),
    )


def _stamp(run: Run) -> tuple[str, ...]:
    stamp = application().results.stamp(run)
    if stamp is None or not stamp.is_same:
        return ()
    day = day_text(stamp.at)
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


def _marks(shown: VisibleSet, metrics: dict[str, float]) -> ReportScores:
    kept = shown.evaluated.pictures()
    few = [int(index) for index in worst_mistakes(shown.evaluated) if int(index) in kept][:MISTAKES]
    answers = probabilities_of(shown.evaluated, few)
    mistakes = []
    for index, answer in zip(few, answers, strict=True):
        predicted = int(answer.argmax())
        actual = shown.classes[true_label(shown.evaluated, index)]
        words = f"{actual}, said {shown.classes[predicted]} ({percent(answer[predicted])})"
        mistakes.append(Picture(to_data_uri(kept[index]), words))
    return ReportScores(shown.title, metrics, shown.evaluated, tuple(mistakes))
