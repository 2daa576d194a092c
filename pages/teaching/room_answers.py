"""The answers of the people in a lecture's room, live, with a bar for each option of a question.

The right option is not marked until the answer is shown.
"""

from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace

import streamlit as st

from core.application import application
from core.teaching.checks.predictable_values import first_run_after
from core.teaching.deck import Prediction, Question
from core.teaching.progress import PREDICTION, QUESTION, Answer
from core.teaching.rooms import answers_state
from pages.components.room_watch.room_watch import room_watch
from pages.shell import session
from pages.shell.messages import escape_markdown
from pages.shell.page_data import View
from pages.teaching import room_qr_code
from pages.teaching.current_scene import CurrentScene
from pages.teaching.evidence import gather_evidence
from pages.teaching.predictions import compare_with_run, options_of
from pages.teaching.questions import keep_answer
from pages.widgets.style_numbers import style_numbers

MOST_HIGH = 4  # bars of full height that have room beside a picture


@dataclass(frozen=True)
class RoomQuestion:
    """A question to the people in a lecture's room, who answer by phone."""

    id: str
    ask: str
    options: tuple[str, ...]
    right: tuple[bool, ...] = ()  # whether each option is right, or () while this is secret
    reply: str = ""  # the words beside the right answer


def room_question(part: Question | Prediction) -> RoomQuestion:
    """Convert a question or a guess of a deck to a question for the room."""
    if isinstance(part, Prediction):
        return RoomQuestion(part.id, part.ask, options_of(part))
    right = next((option for option in part.options if option.is_right), part.options[0])
    texts = tuple(option.text for option in part.options)
    return RoomQuestion(part.id, part.ask, texts, tuple(option.is_right for option in part.options), right.reply)


def open_question(now: CurrentScene) -> Question | None:
    """Return the question of the scene whose answer is not shown yet. Return None if the scene has no such question."""
    for part in now.scene.parts:
        if isinstance(part, Question) and not _is_shown(now, part.id):
            return part
    return None


def show_answer(now: CurrentScene, question: Question) -> None:
    """Show the right answer to a question on the projector and on all phones."""
    application().rooms.show(session.visitor(), now.deck.name, question.id)


def _is_shown(now: CurrentScene, item: str) -> bool:
    return application().rooms.is_shown(session.visitor(), now.deck.name, item, now.place.begun)


def draw_room_question(part: Question | Prediction, now: CurrentScene) -> None:
    """Draw a question to the room with a bar for each option. The presenter may press an option too.

    Parameters
    ----------
    part
        The question, or the guess before a run.
    now
        The open deck and its current scene.
    """
    poll = room_question(part)
    is_shown = isinstance(part, Question) and _is_shown(now, part.id)
    _bars(poll, now, is_shown=is_shown, on_press=lambda said: _keep(part, now, said))
    if not is_shown:
        watch_answers()


def watch_answers() -> None:
    """Rerun the page whenever answers arrive from phones."""
    code = application().rooms.code(session.visitor())
    if code:
        room_watch(code, answers_state(application().rooms, code), answers=True)


@dataclass(frozen=True)
class CountedOption:
    """An option of a question to the room, with the number of answers so far."""

    text: str
    count: int
    share: float  # of all answers
    is_right: bool


def counted_options(part: Question | Prediction, now: CurrentScene) -> list[CountedOption]:
    """Return the options of a question with their numbers of answers so far, for the presenter's window.

    Parameters
    ----------
    part
        The question, or the guess before a run.
    now
        The open deck and its current scene.
    """
    poll = room_question(part)
    counts, _ = _counts(poll, now)
    total, right = max(sum(counts), 1), poll.right or (False,) * len(counts)
    options = zip(poll.options, counts, right, strict=True)
    return [CountedOption(text, count, count / total, is_right) for text, count, is_right in options]


def draw_result(prediction: Prediction, number: int, now: CurrentScene, view: View) -> None:
    """Draw the room's guesses from an earlier scene, and mark the right option once the run has ended.

    Parameters
    ----------
    prediction
        The guess.
    number
        The number of its scene, counted from 0.
    now
        The open deck and its current scene.
    view
        The view of this script run.
    """
    then, poll = replace(now, number=number), room_question(prediction)
    evidence = gather_evidence(then, view, prediction)
    right = tuple(
        compared is not None and compared.is_right
        for compared in (compare_with_run(prediction, option, then.opened, evidence) for option in poll.options)
    )
    if any(right):
        _bars(replace(poll, right=right), then, is_shown=True, on_press=_nothing)
        return
    _bars(poll, then, is_shown=False, on_press=_nothing)
    waits = first_run_after(evidence, then.opened) is None
    st.markdown("The run answers as soon as it has ended." if waits else "No option holds the answer.")


def _nothing(_said: str) -> None:
    """Do nothing when an option is pressed, since no more guesses are accepted."""


def _keep(part: Question | Prediction, now: CurrentScene, said: str) -> None:
    if isinstance(part, Question):
        keep_answer(part, now.deck.name, said)
    else:
        answer = Answer(now.deck.name, part.id, PREDICTION, said, None, 0.0)
        application().progress.answer_once(session.visitor(), answer, now.place.begun)


def _bars(poll: RoomQuestion, now: CurrentScene, *, is_shown: bool, on_press: Callable[[str], None]) -> None:
    counts, here = _counts(poll, now)
    said = sum(counts)
    with st.container(key=f"question-{now.deck.name}-{poll.id}", gap="small"):
        with st.container(key="asked-head", horizontal=True, vertical_alignment="center"):
            st.markdown(
                f"**{escape_markdown(poll.ask)}**" if poll.ask != now.scene.title else "**Your guess**", width="stretch"
            )
            st.markdown(f"**{said} of {max(here, said)}**" if here or said else "", width="content")
        _size_bars(poll, counts)
        for number, (option, count) in enumerate(zip(poll.options, counts, strict=True)):
            right = poll.right[number] if is_shown and poll.right else None
            sign = "" if right is None else " :material/check_circle:" if right else " :material/close:"
            st.button(
                f"{escape_markdown(option)}{sign} :gray[{count}]" if count or said else f"{escape_markdown(option)}{sign}",
                key=f"asked-{poll.id}-{number}" + ("-right" if right else "-wrong" if right is False else ""),
                width="stretch",
                on_click=on_press,
                args=(option,),
            )
        if is_shown and poll.reply:
            st.markdown(poll.reply)
        elif not is_shown and on_press is not _nothing:
            room_qr_code.draw_corner_qr_code()


def _size_bars(poll: RoomQuestion, counts: Sequence[int]) -> None:
    """Set the length of each bar to its share of the answers. With many options, the bars are lower."""
    total = max(sum(counts), 1)
    shares = {f"asked-{poll.id}-{n}": {"share": round(100 * count / total)} for n, count in enumerate(counts)}
    style_numbers({"": {"bar": 48 if len(counts) > MOST_HIGH else 60}, **shares})


def _counts(poll: RoomQuestion, now: CurrentScene) -> tuple[list[int], int]:
    """Return the number of answers to each option, with the presenter's own, and the number of phones in the room."""
    rooms, visitor = application().rooms, session.visitor()
    code = rooms.code(visitor)
    room = rooms.find(code) if code else None
    counts = rooms.counts(room, poll.id, now.place.begun) if room is not None else {}
    tries = application().progress.answers(visitor, now.deck.name, since=now.place.begun)
    own = next((past.value for past in reversed(tries) if past.item == poll.id and past.kind in (QUESTION, PREDICTION)), "")
    return [counts.get(option, 0) + (option == own) for option in poll.options], rooms.here(code)
