"""What a class gained, concept by concept; the variants of lessons; and all answers without names as CSV."""

import plotly.graph_objects as go
import streamlit as st

from core.application import application
from core.number_text import percent, quantity
from core.teaching import library
from core.teaching.deck import INVENTORY, Deck
from core.teaching.progress import CHOICE
from core.teaching.study import gain, study_export
from core.teaching.study.gain import (
    FEWEST_FOR_EFFECT,
    FEWEST_LEARNERS,
    ClassGain,
    ConceptGain,
    Learners,
    Misconception,
    Pair,
)
from core.teaching.study.inventory import forms
from core.teaching.study.variant_results import QuestionResult, VariantResult, variant_results
from pages.shell.messages import plain
from pages.widgets.charts import LETTERS, chart

MOST_BELIEFS = 5
REFRESH_SECONDS = 15  # forms are handed in less often than scenes are turned
ROW = 30  # pixels of a concept
AROUND = 110  # pixels of the chart for its axis and legend
LINE = "#7D8790"  # stands out from both themes, as the two colours below do
BEFORE, AFTER = "#A0764A", "#8B5FBF"  # colours without another meaning; a ring and a dot say the same
TOO_FEW = f"shown from {FEWEST_LEARNERS} learners on"


@st.fragment(run_every=REFRESH_SECONDS)
def draw() -> None:
    """Draw all of it; nothing where this server has no inventory and no deck with variants."""
    decks = tuple(deck for deck in library.decks() if deck.variants)
    if not forms() and not decks:
        return
    learners, assignments = application().progress.learners(), application().assignments
    firsts, without = assignments.all_of(INVENTORY), assignments.abstaining()
    pairs = gain.matched(learners, firsts, without)
    with st.container(key="class-gain", border=True, gap="small"):
        st.header("Does it work?")
        if forms():
            _gain(learners, firsts, without, pairs)
        for deck in decks:
            _variants(deck, variant_results(deck, assignments.all_of(deck.name), learners, pairs, without))
        if forms():
            _export(learners, firsts, {deck.name: assignments.all_of(deck.name) for deck in decks}, without)


def _gain(learners: Learners, firsts: dict[str, str], without: frozenset[str], pairs: dict[str, Pair]) -> None:
    began = sum(visitor not in without for visitor in firsts)
    out = sum(visitor in without for visitor in firsts)
    left_out = f" {quantity(out, 'more learner')} chose not to take part." if out else ""
    st.markdown(f"{quantity(began, 'learner')} began the inventory on Learn, {len(pairs)} handed in both forms.{left_out}")
    found = gain.class_gain(tuple(pairs.values()))
    if found is None:
        missing = FEWEST_LEARNERS - len(pairs)
        st.info(
            f"Averages are {TOO_FEW}, so that nobody's own answers can be read from them: {missing} more.",
            icon=":material/group:",
        )
        return
    with st.container(key="class-gain-numbers", horizontal=True, gap="medium"):
        st.metric("Right before", percent(found.before / 100), width="content")
        st.metric("Right after", percent(found.after / 100), width="content")
        st.metric("Normalised gain", "none to make" if found.gain is None else f"{found.gain:.2f}", width="content")
        st.metric("Effect size d", "none yet" if found.effect is None else f"{found.effect:.2f}", width="content")
    st.markdown(_words(found))
    chart(_figure(found.concepts), key="concepts-chart", words=concept_words(found.concepts))
    st.caption(concept_words(found.concepts))
    if found.misconceptions:
        st.subheader("Wrong, and still believed")
        st.markdown("\n".join(_belief(one, found.learners) for one in found.misconceptions[:MOST_BELIEFS]))


def _belief(one: Misconception, learners: int) -> str:
    return f"- _{plain(one.belief)}_ {one.after} of {learners} after, {one.before} before ({plain(one.concept)})"


def _words(found: ClassGain) -> str:
    if found.gain is None:
        words = "Everybody had everything right before, so there was nothing left to gain. "
    else:
        words = (
            f"Of what these {found.learners} could gain, {percent(found.gain)} was gained. In 62 courses of mechanics it "
            "was 23 % where students listened, and 48 % where they did something themselves "
            "([Hake 1998](https://doi.org/10.1119/1.18809)). "
        )
    if found.learners < FEWEST_FOR_EFFECT:
        return words + f"An effect size is computed from {FEWEST_FOR_EFFECT} learners on."
    if found.effect is None:
        return words + "All have the same number of right answers, so there is no effect size."
    return words + f"The effect size is the mean difference in standard deviations, of n = {found.learners}."


def concept_words(concepts: tuple[ConceptGain, ...]) -> str:
    """What the chart of concepts shows, in a sentence.

    Parameters
    ----------
    concepts
        The concepts, in the order of the questions.
    """
    ordered = sorted(concepts, key=lambda one: one.after - one.before)
    most, hardest = ordered[-1], min(concepts, key=lambda one: one.after)
    fewer = [f"“{one.concept}”" for one in ordered if one.after < one.before]
    words = (
        f"Share of learners who are right, for each concept. The most was gained on “{most.concept}”: "
        f"{percent(most.before)} before, {percent(most.after)} after. "
        f"After the lessons the fewest are right on “{hardest.concept}”: {percent(hardest.after)}."
    )
    return f"{words} Fewer than before are right on {', '.join(fewer)}." if fewer else words


def _figure(concepts: tuple[ConceptGain, ...]) -> go.Figure:
    """Two marks on a line for each concept, the first question at the top."""
    names = [one.concept for one in concepts]
    figure = go.Figure()
    for one in concepts:
        line = {"color": LINE, "width": 3}
        figure.add_scatter(
            x=[one.before, one.after], y=[one.concept] * 2, mode="lines", line=line, showlegend=False, hoverinfo="skip"
        )
    for title, colour, symbol, values in (
        ("before", BEFORE, "circle-open", [one.before for one in concepts]),
        ("after", AFTER, "circle", [one.after for one in concepts]),
    ):
        marker = {"color": colour, "size": 13, "symbol": symbol, "line": {"width": 3, "color": colour}}
        shown = f"%{{y}}<br>{title}: %{{x:.0%}}<extra></extra>"
        figure.add_scatter(
            x=values, y=names, mode="markers", name=title, marker=marker, hovertemplate=shown, cliponaxis=False
        )
    figure.update_layout(
        height=ROW * len(concepts) + AROUND,
        margin={"l": 0, "r": 28, "t": 40, "b": 0},
        legend={"orientation": "h", "y": 1, "yanchor": "bottom", "x": 0},
        font={"size": LETTERS},
    )
    ticks = (0.0, 0.5, 1.0)
    figure.update_xaxes(range=[0, 1], tickvals=ticks, ticktext=list(map(percent, ticks)), fixedrange=True)
    figure.update_yaxes(range=[len(concepts) - 0.5, -0.5], automargin=True, fixedrange=True)
    return figure


def _variants(deck: Deck, results: tuple[VariantResult, ...]) -> None:
    """Draw what came of the variants of a deck, one row each."""
    st.subheader(f"Variants of {plain(deck.title)}")
    st.caption(
        "Chance assigns a variant at the first opening, the groups are of equal size, and nobody is told of the other."
    )
    rows = [
        ("Compared", *(one.variant for one in results)),
        ("---",) * (len(results) + 1),
        ("Learners", *(str(one.learners) for one in results)),
    ]
    for several in zip(*(one.questions for one in results), strict=True):
        ask = several[0].ask.replace("|", r"\|")  # else it would end the cell
        rows.append((f"Right at the first try: {ask}", *map(_share_text, several)))
    rows.append(("Gain in *What do you know?*", *(_gain_text(one.gain) for one in results)))
    with st.container(key=f"variants-{deck.name}"):
        st.markdown("\n".join(f"| {' | '.join(row)} |" for row in rows))


def _share_text(question: QuestionResult) -> str:
    if question.answered < FEWEST_LEARNERS:
        return TOO_FEW
    return f"{question.right} of {question.answered} ({percent(question.right / question.answered)})"


def _gain_text(found: ClassGain | None) -> str:
    if found is None:
        return TOO_FEW
    return f"{'none to make' if found.gain is None else f'{found.gain:.2f}'} (n = {found.learners})"


def _export(
    learners: Learners, firsts: dict[str, str], variants: dict[str, dict[str, str]], without: frozenset[str]
) -> None:
    """Draw the button that downloads all answers without names."""
    answered = [
        visitor
        for visitor in firsts
        if visitor not in without and any(one.kind == CHOICE for one in learners.get(visitor, (None, (), ()))[2])
    ]
    too_few = f"From {FEWEST_LEARNERS} learners on, so that nobody is known by being the only one: {len(answered)} so far."
    st.download_button(
        "All answers without names (CSV)",
        lambda: study_export.as_csv(learners, firsts, variants, without),
        "inventory.csv",
        "text/csv",
        key="inventory-csv",
        icon=":material/download:",
        disabled=len(answered) < FEWEST_LEARNERS,
        help=too_few
        if len(answered) < FEWEST_LEARNERS
        else "One row for each answer; the documentation explains its columns.",
        on_click="ignore",
    )
