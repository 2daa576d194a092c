"""The page Start, the first screen: a network is already chosen and drawn, and a single click trains the network."""

from collections.abc import Callable, Sequence

import streamlit as st

from core.application import application
from core.datasets.previews import read_preview
from core.experiment.model import Experiment
from core.experiment.set_sizes import images_per_set
from core.number_text import correct_count_text, quantity
from core.problems import Problem
from core.runs.run_record import Run
from core.runs.run_summaries import new_images_sentence
from core.runs.states import STATES
from pages.frame import page_layout
from pages.run_panels import result_card, run_bar
from pages.shell import waiting
from pages.shell.addresses import live_url
from pages.shell.messages import escape_markdown
from pages.shell.page_data import View, current_view
from pages.views.network.accuracy_curve import accuracy_curve
from pages.views.network.draft_network import network_state_getter, picture_of, run_of_draft
from pages.views.network.network import network
from pages.views.ways_on.ways_on import ways_on


def draw_title_or_result(view: View, run: Run | None, pixels: str) -> None:
    """Draw the title and a sentence, or the result of a finished run, and the run's accuracy curve beside the words.

    Parameters
    ----------
    view
        The view of this script run.
    run
        The run of the draft, if there is a run.
    pixels
        What the network gets, such as "64 pixels".
    """
    with st.container(key="start-head", horizontal=True, gap="large"):
        is_result = run is not None and run.is_over
        with st.container(key="start-result" if is_result else "start-words", gap=None, width="stretch"):
            if run is not None and is_result:
                result(run, pixels)
            else:
                st.title(f"Teach a network to {view.experiment.data.entry.task}")
                st.caption(
                    f"It looks at {images_words(view)}, {pixels} each, and corrects itself. At first it only guesses."
                )
        with st.container(key="start-curve", width="stretch"):
            if run is not None:
                accuracy_curve(run, key=f"start-curve-{run.id}")


def images_words(view: View) -> str:
    """Return the number of training images in words, such as "54,000 small images"."""
    in_sets = images_per_set(view.experiment.data, view.counts)
    return f"{in_sets.words(in_sets.train)} small image{'' if in_sets.train == 1 else 's'}"


def result(run: Run, pixels: str) -> None:
    """Draw how many of 100 validation images the network classifies correctly, and what the network does."""
    accuracy = run.accuracy("validation")
    if accuracy is None:
        st.title("Trained")
        st.caption("No images were set aside to check it on, so that nobody knows yet how good it is on new ones.")
        return
    data = run.experiment.data
    st.title(correct_count_text(accuracy, data.num_validation))
    st.caption(new_images_sentence(run))
    answers = quantity(data.entry.num_classes, "answer")
    st.caption(escape_markdown(f"It learned to {data.entry.task}: {pixels} in, {answers} out."))


def draw_train_row(view: View, run: Run | None) -> None:
    """Draw the Train button, between the links to other data, another network and the lessons."""
    with st.container(key="start-foot", horizontal=True, vertical_alignment="center"):
        with st.container(key="start-change", horizontal=True):
            st.page_link("load.py", label="Use other data", icon=":material/grid_view:")
            st.page_link("define.py", label="Change the network", icon=":material/layers:")
        with st.container(key="start-button", horizontal_alignment="center", gap=None):
            if run is None:
                train(view)
        with st.container(key="start-learn", horizontal=True, horizontal_alignment="right"):
            st.page_link("learn.py", label="A lesson or a lecture", icon=":material/school:")


def train(view: View) -> None:
    """Draw the Train button, the images, epochs and expected time of the run, and why the last run has no result."""
    run_bar.train_button(view, "start-train", "Train this network")
    epochs = quantity(view.experiment.fit.epochs, "epoch")
    in_sets = images_per_set(view.experiment.data, view.counts)
    images = f"{in_sets.words(in_sets.train)} image{'' if in_sets.train == 1 else 's'}"
    st.caption(f"{images}, {epochs}{run_bar.expected_time(view.experiment)}", text_alignment="center")
    if view.run is not None and view.run.is_over and view.run.experiment == view.experiment:
        st.caption(f"{view.run.title} is {STATES[view.run.state].word}; Train says more.", text_alignment="center")


def draw_next_steps(run: Run, class_pictures: Sequence[str]) -> None:
    """Draw the three ways on from a run, with the number and some images of its mistakes."""
    classes = run.experiment.data.entry.classes
    evaluated = application().results.evaluation(run, "validation") if run.result else None
    wrong = "" if evaluated is None else f"{evaluated.num_mistakes:,} of {int(evaluated.matrix.sum()):,} wrong."
    mistakes = [face.src for face in result_card.mistakes(evaluated, classes)] if evaluated is not None else []
    ways_on(wrong, class_pictures, mistakes)


def draw(view: View) -> None:
    """Draw the page Start: the network with a title or a result, and Train or the next steps."""
    run = run_of_draft(view)
    ask = network_state_getter(view, run)
    state = ask() if ask else None
    picture = picture_of(view)
    with st.container(key="start"):
        draw_title_or_result(view, run, picture.pixels)
        is_trained = run is not None and run.is_over
        drawn = state if isinstance(state, dict) else None
        network(picture, key="start-net", state=drawn, url=live_url(run) if run else "", is_trained=is_trained)
        if isinstance(state, Problem):
            st.caption(escape_markdown(state.happened))
        if run is not None and is_trained:
            draw_next_steps(run, picture.class_pictures)
        else:
            draw_train_row(view, run)
    page_layout.draw_engine_footer(ready="" if is_trained else "Works offline")
    wait(view, ask, state, run)


def wait(view: View, ask: Callable[[], object] | None, state: object, run: Run | None) -> None:
    """Rerun the page once missing data arrive: images, shapes, evaluation or the network's outputs."""
    experiment: Experiment = view.experiment
    if read_preview(experiment.data.dataset) is None:
        waiting.wait_for_preview(experiment.data.dataset)
    if view.summary is None and view.all_allowed:
        waiting.wait_for_shapes(experiment)
    if view.run is not None and view.run.experiment == experiment and application().results.awaits_evaluation(view.run):
        waiting.wait_for_result(view.run)
    if ask is not None and state is None and (run is None or run.is_over):
        waiting.wait_for(lambda: ask() is not None, "", 0)


draw(current_view())
