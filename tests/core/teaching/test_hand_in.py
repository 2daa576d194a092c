"""The file to hand in: what was asked, answered and seen, with everything escaped and signed."""

from dataclasses import replace
from pathlib import Path

import pytest

from core.problems import ProblemError
from core.teaching import hand_in
from core.teaching.checks.evidence import Evidence
from core.teaching.checks.task_checks import judge
from core.teaching.deck import Mark, Task
from core.teaching.hand_in import OPEN, HandedInRun, handed_in, html
from core.teaching.library import OF_BROUGHT
from core.teaching.progress import HINT, MARK, QUESTION, TASK, Answer
from core.teaching.trials import receipts
from tests.core.sample_experiments import LECTURE
from tests.core.teaching.recorded_runs import recorded
from tests.core.teaching.sample_deck import sample_deck

EARLIER_FILE = Path(__file__).with_name("handed_in_earlier.html")  # signed before files said that a deck was brought
NAME = "<script>alert(1)</script>"


def tries() -> tuple[Answer, ...]:
    return (
        Answer("epochs", "epoch", QUESTION, "One batch", 0.0, 1.0),
        Answer("epochs", "epoch", QUESTION, "All images once", 1.0, 2.0),
        Answer("epochs", "ten", HINT, "", None, 3.0),
        Answer("epochs", "ten", TASK, "10 epochs", 1.0, 4.0),
    )


def signed(nickname: str = "Ada") -> str:
    """A file with one receipt."""
    deck = sample_deck()
    task = next(part for part in deck.scenes[1].parts if isinstance(part, Task))
    judged = judge(task, Evidence(LECTURE, (recorded("lecture"),)))
    receipt = receipts.receipt_of(deck, task, judged, LECTURE, nickname="Ada before", passed=1.8e9)
    return html(deck, tries(), [], nickname, 1.8e9 + 60, [receipts.receipt_to_dict(receipt)])


def refused(text: str) -> str:
    with pytest.raises(ProblemError) as caught:
        hand_in.read(text.encode())
    assert caught.value.problem.code == "hand-in-refused"
    return caught.value.problem.happened


def test_first_answer_counts_with_its_tries_and_hints() -> None:
    think, do = handed_in(sample_deck(), tries())
    assert [(one.said, one.mark, one.tries, one.hints) for one in think.items] == [("One batch", "wrong", 2, 0)]
    assert [(one.said, one.mark, one.tries, one.hints) for one in do.items] == [("10 epochs", "done", 1, 1)]


def test_file_says_whether_the_deck_is_passed_and_what_is_open() -> None:
    assert "0 of 2 right or done. Not passed yet: 1 task and 1 question still open." in html(sample_deck(), (), [], "", 0.0)
    assert hand_in.read(html(sample_deck(), tries(), [], "", 0.0).encode()).content["state"] == "Passed."


def test_first_mark_of_an_epoch_counts() -> None:
    mark = Mark("lowest", "Where is the loss lowest?", 1, 1)
    deck = replace(sample_deck(), scenes=(replace(sample_deck().scenes[0], parts=(mark,)),))
    said = [Answer("epochs", "lowest", MARK, "9", 0.0, 1.0), Answer("epochs", "lowest", MARK, "4", 1.0, 2.0)]
    [scene] = handed_in(deck, said)
    assert [(item.said, item.mark, item.tries) for item in scene.items] == [("9", "wrong", 2)]


def test_nothing_answered_is_said_so() -> None:
    marks = [(item.said, item.mark) for scene in handed_in(sample_deck(), ()) for item in scene.items]
    assert marks == [(OPEN, "not answered"), (OPEN, "not done")]


def test_file_escapes_names_and_counts_what_is_right() -> None:
    run = HandedInRun("Run 1: " + NAME, "Digits → Dense", "finished, validation accuracy 0.91")
    text = html(sample_deck(), tries(), [run], NAME, 0.0)
    assert NAME not in text and "<script" not in text
    assert text.partition('<pre id="signed"')[0].count("&lt;script&gt;") == 3
    assert "1 of 2 right or done. Passed." in text
    assert "finished, validation accuracy 0.91" in text
    assert "default-src 'none'" in text


def test_file_says_below_its_heading_that_somebody_brought_the_deck() -> None:
    brought = replace(sample_deck(), name="deck-" + "0" * 20)
    text = html(brought, tries(), [], "Ada", 0.0)
    after_heading = text.partition("</h1>")[2].strip()
    assert after_heading.startswith(f'<p class="warning">{OF_BROUGHT} Its name is deck-00000000000000000000.</p>')
    file = hand_in.read(text.encode())
    assert file.content["brought"] is True and file.is_as_written
    assert not hand_in.read(text.replace(OF_BROUGHT, "").encode()).is_as_written
    shipped = html(sample_deck(), tries(), [], "Ada", 0.0)
    assert OF_BROUGHT not in shipped and hand_in.read(shipped.encode()).content["brought"] is False


def test_file_of_an_earlier_version_is_still_verified(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("DASHBOARD_LECTURER_TOKEN", "the secret of an old server")
    file = hand_in.read(EARLIER_FILE.read_bytes())
    assert file.is_as_written
    assert "brought" not in file.content and file.content["nickname"] == "Ada"


def test_signed_file_comes_back_with_its_receipts() -> None:
    file = hand_in.read(signed().encode())
    assert file.is_as_written
    assert (file.content["nickname"], file.content["good"], file.content["total"]) == ("Ada", 1, 2)
    (receipt,) = file.receipts
    assert (receipt.task, receipt.nickname, receipt.passed) == ("ten", "Ada before", 1.8e9)
    assert hand_in.is_hand_in(signed().encode()) and not hand_in.is_hand_in(receipts.write(receipt).encode())


def test_other_ends_of_lines_change_nothing() -> None:
    assert hand_in.read(("\ufeff" + signed().replace("\n", "\r\n")).encode()).is_as_written


@pytest.mark.parametrize(("old", "new"), [("1 of 2 right", "2 of 2 right"), (">wrong<", ">right<"), ("Ada", "Eve")])
def test_words_of_the_page_that_were_changed_are_seen(old: str, new: str) -> None:
    page, mark, rest = signed().partition('<pre id="signed"')
    assert old in page
    file = hand_in.read((page.replace(old, new) + mark + rest).encode())
    assert not file.is_as_written
    assert (file.content["nickname"], file.content["good"]) == ("Ada", 1), "what was signed stays"


@pytest.mark.parametrize(("old", "new"), [("&#34;good&#34;: 1", "&#34;good&#34;: 2"), ("Ada before", "Eve before")])
def test_signed_part_that_was_changed_is_refused(old: str, new: str) -> None:
    page, mark, rest = signed().partition('<pre id="signed"')
    assert old in rest
    assert "The file is not as this server signed it." in refused(page + mark + rest.replace(old, new))


@pytest.mark.parametrize(
    ("part", "why"),
    [
        ('<pre id="signed" hidden><style>[hidden]{display:block}</style>25 of 25 right or done.</pre>', "2 signed parts"),
        ("<b>25 of 25 right or done.</b>", "no signed part"),
    ],
)
def test_words_that_hide_in_a_signed_part_are_refused(part: str, why: str) -> None:
    page, mark, rest = signed().partition('<pre id="signed" hidden>')
    forged = page + mark + part + rest if part.startswith("<b>") else page + mark + rest.replace("</body>", f"{part}</body>")
    assert why in refused(forged)


def test_receipt_is_no_file_and_file_of_another_server_is_refused(monkeypatch: pytest.MonkeyPatch) -> None:
    text = signed()
    assert "no signed part" in refused("<html></html>")
    monkeypatch.setenv("DASHBOARD_LECTURER_TOKEN", "another server's secret")
    assert "The file is not as this server signed it." in refused(text)
