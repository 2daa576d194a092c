"""The file to hand in: what was asked, answered and seen, with everything escaped."""

from core.teaching.hand_in import OPEN, HandedInRun, handed_in, html
from core.teaching.progress import HINT, QUESTION, TASK, Answer
from tests.core.teaching.sample_deck import sample_deck

NAME = "<script>alert(1)</script>"


def tries() -> tuple[Answer, ...]:
    return (
        Answer("epochs", "epoch", QUESTION, "One batch", 0.0, 1.0),
        Answer("epochs", "epoch", QUESTION, "All images once", 1.0, 2.0),
        Answer("epochs", "ten", HINT, "", None, 3.0),
        Answer("epochs", "ten", TASK, "10 epochs", 1.0, 4.0),
    )


def test_last_answer_counts_with_its_tries_and_hints() -> None:
    think, do = handed_in(sample_deck(), tries())
    assert [(one.said, one.mark, one.tries, one.hints) for one in think.items] == [("All images once", "right", 2, 0)]
    assert [(one.said, one.mark, one.tries, one.hints) for one in do.items] == [("10 epochs", "done", 1, 1)]


def test_nothing_answered_is_said_so() -> None:
    marks = [(item.said, item.mark) for scene in handed_in(sample_deck(), ()) for item in scene.items]
    assert marks == [(OPEN, "not known"), (OPEN, "not done")]


def test_file_escapes_names_and_counts_what_is_right() -> None:
    run = HandedInRun("Run 1: " + NAME, "Digits → Dense", "finished, validation accuracy 0.91")
    text = html(sample_deck(), tries(), [run], NAME, 0.0)
    assert NAME not in text
    assert text.count("&lt;script&gt;") == 3
    assert "2 of 2 right or done" in text
    assert "finished, validation accuracy 0.91" in text
    assert "default-src 'none'" in text
