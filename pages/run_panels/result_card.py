"""The card at the top of a result: headline, comparison with the previous run, a field of dots, and four mistakes."""

import streamlit as st

from core.analysis.evaluation_files import EvaluatedSet, probabilities_of, true_label, varied_mistakes
from core.application import application
from core.coach.rules import alarm_title
from core.number_text import COUNTED_IMAGES, NO_BREAK, accuracy_text, loss_text, percent, quantity, seconds_text
from core.png import to_data_uri
from core.runs.run_record import Run
from core.runs.run_summaries import result_headline
from pages.run_panels import coach, run_controls
from pages.shell import session, waiting
from pages.shell.addresses import live_url
from pages.shell.messages import escape_markdown
from pages.shell.runs_in_view import previous_run
from pages.views.result import result
from pages.views.result.result import MistakeThumbnail

MOST_FACES = 4
KEY, WITHOUT_RESULT = "result-card", "result-card-without-result"


def draw(run: Run, page: str, label: str, *, is_primary: bool, has_scores: bool = True) -> None:
    """Draw the result card of a run.

    Parameters
    ----------
    run
        The run.
    page
        The file of the page that the button leads to.
    label
        The label of the button.
    is_primary
        Whether the button is the primary button of the page. In a deck, the button Next may be primary instead.
    has_scores
        Whether the card has the exact metrics. Without them it says on which images the network was checked.
    """
    is_primary = is_primary and session.may_have_primary_button()
    has_result = not run.is_over or bool(run.result) or application().results.awaits_evaluation(run)
    with st.container(key=KEY if has_result else WITHOUT_RESULT, horizontal=True, gap=None):
        with st.container(key="result-words", width="stretch", gap=None):
            words(run)
            with st.container(key="result-next", horizontal=True, vertical_alignment="center", gap="medium"):
                if run.result:
                    with st.container(key="to-evaluate" if is_primary else "to-evaluate-later", width="content"):
                        st.page_link(page, label=label, icon=":material/arrow_forward:", width="content")
                if page == "evaluate.py":
                    run_controls.settings_switch()
                if run.problem is None and page == "evaluate.py" and run_controls.can_resume(run):
                    run_controls.resume_button(run)
                if application().results.awaits_evaluation(run):
                    waiting.wait_for_result(run)
                _beside_button(run, has_scores=has_scores)
        with st.container(key="result-dots", width="content"):
            dots(run)
        with st.container(key="result-faces", width="stretch"):
            if run.is_over:
                _faces(run)
            else:
                run_controls.live_settings(run)


def words(run: Run) -> None:
    """Draw the headline of a run, and the verdict on its changes since the previous run.

    While the run is active, the browser updates the headline.
    """
    if not run.is_over:
        epochs = run.experiment.fit.epochs
        result.live_headline(live_url(run), of=_counted(run), epochs=epochs, state=run.state, key=f"headline-{run.id}")
        return
    results, before = application().results, previous_run(run)
    verdict, note = results.verdict(run, before), ""
    if before is not None and verdict is None and run.result and before.result:
        note = results.not_compared(run, before)
    result.headline(result_headline(results.outcome(run)), verdict, note, key=f"headline-{run.id}")


def _counted(run: Run) -> int:
    return min(COUNTED_IMAGES, run.experiment.data.num_validation)


def _beside_button(run: Run, *, has_scores: bool) -> None:
    """Draw the exact metrics, the training time and the size of a run, and the coach's advice."""
    with st.container(key="outcome", width="stretch", gap=None):
        if not has_scores:
            _checked_images(run)
        elif figures := _figures(run):  # each figure stays on a line
            st.caption(", ".join(figure.replace(" ", NO_BREAK) for figure in figures))
        warning, sentence = coach.coach_advice(run)
        if warning is not None:  # its card stands below the curves
            st.caption(f":material/sports: {alarm_title(warning.code)}: see the coach below.")
        elif sentence and not run.is_over:
            st.caption(f":material/sports: {sentence}")


def _checked_images(run: Run) -> None:
    """Draw how many of the validation images the network classifies correctly."""
    if (evaluated := application().results.evaluation(run, "validation")) is not None:
        count = int(evaluated.matrix.sum())
        right = count - evaluated.num_mistakes
        st.caption(f"{right:,} of {quantity(count, 'validation image')}, which it did not learn from.")


def _figures(run: Run) -> list[str]:
    if not run.result:
        return []
    validation, size = run.result["validation"], f"{run.result['parameters']:,} parameters"
    lines = [f"trained in {seconds_text(run.result['seconds'])}", size]
    if validation:
        lines = [
            f"validation accuracy {accuracy_text(validation['accuracy'])}",
            f"validation loss {loss_text(validation['loss'])}",
            *lines,
        ]
    if run.result["kept"]["which"] == "best":
        lines.append(f"best weights kept, of epoch {run.result['kept']['epoch']}")
    return [escape_markdown(line) for line in lines]


def dots(run: Run) -> None:
    """Draw a field of dots that shows how many validation images a run classifies correctly.

    Draw nothing without such images.
    """
    if not run.is_over:
        if of := _counted(run):
            result.dots(0, of, url=live_url(run), key=f"dots-{run.id}")
        return
    shown = result_headline(application().results.outcome(run))
    if shown.of:
        result.dots(shown.right, shown.of, key=f"dots-{run.id}")


def _faces(run: Run) -> None:
    evaluated = application().results.evaluation(run, "validation") if run.result else None
    if evaluated is None:
        return
    if shown := mistakes(evaluated, run.experiment.data.entry.classes):
        result.mistake_thumbnails(shown, key=f"faces-{run.id}")
    elif not evaluated.num_mistakes:
        st.caption("The network made no mistake on these images.")


def mistakes(evaluated: EvaluatedSet, classes: tuple[str, ...]) -> list[MistakeThumbnail]:
    """Return thumbnails of some of the worst mistakes, for the result card.

    Parameters
    ----------
    evaluated
        The set on which the mistakes were made.
    classes
        The names of the classes.
    """
    indexes = varied_mistakes(evaluated, MOST_FACES)
    if not indexes:
        return []
    pictures, answers = evaluated.pictures(), probabilities_of(evaluated, indexes)
    return [
        MistakeThumbnail(
            to_data_uri(pictures[index]),
            classes[true_label(evaluated, index)],
            classes[int(answer.argmax())],
            f"{percent(float(answer.max()))} sure",
        )
        for index, answer in zip(indexes, answers, strict=True)
    ]
