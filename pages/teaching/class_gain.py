"""The teacher's card on what a class has learned: gains by concept, variants of lessons, and a CSV of anonymous answers."""

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
from pages.shell.messages import escape_markdown
from pages.widgets.charts import LETTERS, chart

MOST_BELIEFS = 5
REFRESH_SECONDS = 15  # longer than for a room, since people rarely hand in a form
ROW = 30  # the height of a concept in the chart, in pixels
AXIS_PIXELS = 110  # pixels of the chart for its axis and legend
LINE = "#7D8790"  # stands out from both themes, as the two colours below do
BEFORE, AFTER = "#A0764A", "#8B5FBF"  # colours without another meaning, whose difference a ring and a dot repeat
TOO_FEW = f"shown from {FEWEST_LEARNERS} learners on"


@st.fragment(run_every=REFRESH_SECONDS)
def draw() -> None:
    """Draw the whole card. Draw nothing if this server has no inventory (test of knowledge) and no deck with variants."""
    decks = tuple(deck for deck in library.decks() if deck.variants)
    if not forms() and not decks:
        return
    learners, assignments = application().progress.learners(), application().assignments
    firsts, without = assignments.all_of(INVENTORY), assignments.abstaining()
    pairs = gain.pre_post_pairs(learners, firsts, without)
    with st.container(key="card-class-gain", border=True, gap="small"):
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
    gained = gain.class_gain(tuple(pairs.values()))
    if gained is None:
        missing = FEWEST_LEARNERS - len(pairs)
        st.info(
            f"Averages are {TOO_FEW}, so that nobody's own answers can be read from them: {missing} more.",
            icon=":material/group:",
        )
        return
    with st.container(key="class-gain-numbers", horizontal=True, gap="medium"):
        st.metric("Right before", percent(gained.before / 100), width="content")
        st.metric("Right after", percent(gained.after / 100), width="content")
        st.metric("Normalised gain", "none to make" if gained.gain is None else f"{gained.gain:.2f}", width="content")
        st.metric("Effect size d", "none yet" if gained.effect is None else f"{gained.effect:.2f}", width="content")
    st.markdown(_words(gained))
    chart(_figure(gained.concepts), key="concepts-chart", words=concept_words(gained.concepts))
    st.caption(concept_words(gained.concepts))
    if gained.misconceptions:
        st.subheader("Wrong, and still believed")
        st.markdown("\n".join(_belief(wrong, gained.learners) for wrong in gained.misconceptions[:MOST_BELIEFS]))


def _belief(wrong: Misconception, learners: int) -> str:
    belief, concept = escape_markdown(wrong.belief), escape_markdown(wrong.concept)
    return f"- _{belief}_ {wrong.after} of {learners} after, {wrong.before} before ({concept})"


def _words(gained: ClassGain) -> str:
    if gained.gain is None:
        words = "Everybody had everything right before, so there was nothing left to gain. "
    else:
        words = (
            f"Of what these {gained.learners} could gain, {percent(gained.gain)} was gained. In 62 courses of mechanics it "
            "was 23 % where students listened, and 48 % where they did something themselves "
            "([Hake 1998](https://doi.org/10.1119/1.18809)). "
        )
    if gained.learners < FEWEST_FOR_EFFECT:
        return words + f"An effect size is computed from {FEWEST_FOR_EFFECT} learners on."
    if gained.effect is None:
        return words + "All have the same number of right answers, so there is no effect size."
    return words + f"The effect size is the mean difference in standard deviations, of n = {gained.learners}."


def concept_words(concepts: tuple[ConceptGain, ...]) -> str:
    """Describe the chart of gains by concept in a few sentences, for screen readers and the caption.

    Parameters
    ----------
    concepts
        The concepts, in the order of the questions.
    """
    ordered = sorted(concepts, key=lambda gained: gained.after - gained.before)
    most, hardest = ordered[-1], min(concepts, key=lambda gained: gained.after)
    fewer = [f"“{gained.concept}”" for gained in ordered if gained.after < gained.before]
    words = (
        f"Share of learners who are right, for each concept. The most was gained on “{most.concept}”: "
        f"{percent(most.before)} before, {percent(most.after)} after. "
        f"After the lessons the fewest are right on “{hardest.concept}”: {percent(hardest.after)}."
    )
    return f"{words} Fewer than before are right on {', '.join(fewer)}." if fewer else words


def _figure(concepts: tuple[ConceptGain, ...]) -> go.Figure:
    """Return a chart of the share of right answers before and after the lessons, by concept.

    The first question is at the top.
    """
    names = [row.concept for row in concepts]
    figure = go.Figure()
    for row in concepts:
        line = {"color": LINE, "width": 3}
        figure.add_scatter(
            x=[row.before, row.after], y=[row.concept] * 2, mode="lines", line=line, showlegend=False, hoverinfo="skip"
        )
    for title, colour, symbol, values in (
        ("before", BEFORE, "circle-open", [row.before for row in concepts]),
        ("after", AFTER, "circle", [row.after for row in concepts]),
    ):
        marker = {"color": colour, "size": 13, "symbol": symbol, "line": {"width": 3, "color": colour}}
        figure.add_scatter(
            x=values,
            y=names,
            mode="markers",
            name=title,
            marker=marker,
            customdata=list(map(percent, values)),  # Plotly writes no space before a percent sign
            hovertemplate=f"%{{y}}<br>{title}: %{{customdata}}<extra></extra>",
            cliponaxis=False,
        )
    figure.update_layout(
        height=ROW * len(concepts) + AXIS_PIXELS,
        margin={"l": 0, "r": 28, "t": 40, "b": 0},
        legend={"orientation": "h", "y": 1, "yanchor": "bottom", "x": 0},
        font={"size": LETTERS},
    )
    ticks = (0.0, 0.5, 1.0)
    figure.update_xaxes(range=[0, 1], tickvals=ticks, ticktext=list(map(percent, ticks)), fixedrange=True)
    figure.update_yaxes(range=[len(concepts) - 0.5, -0.5], automargin=True, fixedrange=True)
    return figure


def _variants(deck: Deck, results: tuple[VariantResult, ...]) -> None:
    """Draw a table that compares learners with different variants of a deck, with a column for each variant."""
    st.subheader(f"Variants of {escape_markdown(deck.title)}")
    st.caption(
        "Chance assigns a variant at the first opening, the groups are of equal size, and nobody is told of the other."
    )
    rows = [
        ("Compared", *(result.variant for result in results)),
        ("---",) * (len(results) + 1),
        ("Learners", *(str(result.learners) for result in results)),
    ]
    for several in zip(*(result.questions for result in results), strict=True):
        ask = several[0].ask.replace("|", r"\|")  # an unescaped sign would end the cell
        rows.append((f"Right at the first try: {ask}", *map(_share_text, several)))
    rows.append(("Gain in *What do you know?*", *(_gain_text(result.gain) for result in results)))
    with st.container(key=f"variants-{deck.name}"):
        st.markdown("\n".join(f"| {' | '.join(row)} |" for row in rows))


def _share_text(question: QuestionResult) -> str:
    if question.answered < FEWEST_LEARNERS:
        return TOO_FEW
    return f"{question.right} of {question.answered} ({percent(question.right / question.answered)})"


def _gain_text(gained: ClassGain | None) -> str:
    if gained is None:
        return TOO_FEW
    return f"{'none to make' if gained.gain is None else f'{gained.gain:.2f}'} (n = {gained.learners})"


def _export(
    learners: Learners, firsts: dict[str, str], variants: dict[str, dict[str, str]], without: frozenset[str]
) -> None:
    """Draw the button that downloads all answers without names, as CSV."""
    answered = [
        visitor
        for visitor in firsts
        if visitor not in without and any(answer.kind == CHOICE for answer in learners.get(visitor, (None, (), ()))[2])
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
