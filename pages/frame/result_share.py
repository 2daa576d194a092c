"""The part of Share about a run: a picture of its result, and a link and a QR code that follow the run on a phone."""

import streamlit as st

from core.analysis.evaluation_files import probabilities_of, true_label, worst_mistakes
from core.analysis.network_columns import DrawnColumn, drawn_columns, sized_columns
from core.application import application
from core.experiment.descriptions import layers_phrase
from core.experiment.model import Experiment
from core.export.result_card import MisclassifiedImage, ResultCard, card_description, to_svg
from core.png import to_data_uri
from core.qr_codes import qr_code_svg
from core.runs.run_record import Run
from pages.components.drawing.drawing import drawing
from pages.components.share_link.share_link import share_link
from pages.shell.addresses import base_path
from pages.shell.phone_address import phone_address
from pages.views.result_card.result_card import result_card

SHOWN_MISTAKES = 4  # the number of mistakes on the card
CODE_WIDTH = 180  # pixels, of the QR code while there is no picture
MOST_COLUMNS = 8  # of the network's drawing: with more columns the drawing is a grey field


def follow_page(run: Run) -> str:
    """Return the path and the query of the page Follow for a run, below the path of the server."""
    return f"/follow?run={run.id}"


def draw(run: Run) -> None:
    """Draw the part of Share about a run: the picture of its result, and the link to the page Follow.

    The picture has the QR code of the link. Before there is a result, the code stands alone. If no phone can connect, the
    reason stands there instead.
    """
    way = phone_address(follow_page(run))
    with st.container(key="share-result", gap="small"):
        accuracy = run.accuracy("validation")
        st.markdown(f"**Show {run.title if run.name else f'run {run.number}'}** to friends: on a phone, too.")
        if accuracy is not None:
            card = make_result_card(run, accuracy)
            result_card(to_svg(card), card_description(card), f"run-{run.number}.png", key="share-card")
        elif way.link:
            with st.container(key="share-code", width=CODE_WIDTH):
                drawing(qr_code_svg(way.link), key="share-code-picture")
        if not way.link:
            with st.container(key="share-no-phones"):
                st.markdown(way.short, help=f"{way.advice} `{way.command}`" if way.command else way.advice)
        share_link(way.link or f"{base_path()}{follow_page(run)}", key="follow-link")


def draw_stage_code(run: Run) -> None:
    """Draw the QR code of the page Follow beside an active run on the projector. If no phone can connect, draw nothing."""
    way = phone_address(follow_page(run))
    if way.link:
        with st.container(key="stage-code", width="content"):
            drawing(qr_code_svg(way.link), key="stage-code-picture")


def make_result_card(run: Run, accuracy: float) -> ResultCard:
    """Return the data for the picture of an evaluated run."""
    history = (run.result or {}).get("history") or {}
    return ResultCard(
        title=run.title,
        accuracy=accuracy,
        data=run.experiment.data.entry.title,
        network=layers_phrase(run.experiment),
        columns=tuple(column.count for column in _columns(run.experiment)[:MOST_COLUMNS]),
        training=tuple(history.get("accuracy", ())),
        validation=tuple(history.get("val_accuracy", ())),
        mistakes=_mistakes(run),
        address=phone_address(follow_page(run)).link,
    )


def _columns(experiment: Experiment) -> tuple[DrawnColumn, ...]:
    """Return the columns of a network's drawing.

    Return an empty tuple if the shapes are unknown or Keras refuses the network.
    """
    summary = application().facts.summary(experiment)
    if summary is None:
        return sized_columns(experiment)
    return () if summary.refused else drawn_columns(experiment, {row.id: row.output_shape for row in summary.rows})


def _mistakes(run: Run) -> tuple[MisclassifiedImage, ...]:
    """Return the worst mistakes of a run, among the validation images that the evaluation saved."""
    evaluated = application().results.evaluation(run, "validation")
    if evaluated is None:
        return ()
    classes, images = run.experiment.data.entry.classes, evaluated.pictures()
    few = [int(index) for index in worst_mistakes(evaluated) if int(index) in images][:SHOWN_MISTAKES]
    answers = probabilities_of(evaluated, few)
    return tuple(
        MisclassifiedImage(to_data_uri(images[index]), classes[int(answer.argmax())], classes[true_label(evaluated, index)])
        for index, answer in zip(few, answers, strict=True)
    )
