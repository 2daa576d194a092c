"""The lecturer's token: made once, kept private, and hard to guess."""

import stat
import string
from pathlib import Path

import pytest

from core.lecturer_token import SHORTEST_TOKEN, VARIABLE, is_token, token
from core.problems import ProblemError


@pytest.fixture(autouse=True)
def no_variable(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delenv(VARIABLE, raising=False)


def test_token_is_made_once_and_kept_where_only_its_owner_reads_it(data_folder: Path) -> None:
    made = token()
    assert len(made) >= 32
    assert set(made) <= {*string.ascii_letters, *string.digits, "-", "_"}, "it stands in an address"
    assert token() == made
    kept = data_folder / "lecturer-token"
    assert kept.read_text() == made
    assert stat.S_IMODE(kept.stat().st_mode) == 0o600
    assert [path.name for path in data_folder.iterdir()] == ["lecturer-token"]


def test_each_data_folder_has_a_token_of_its_own(data_folder: Path, monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    made = token()
    monkeypatch.setenv("DASHBOARD_HOME", str(tmp_path / "other"))
    assert token() != made


@pytest.mark.parametrize("text", ["", "\n", "short", "x" * (SHORTEST_TOKEN - 1), " " * 40])
def test_file_that_holds_no_token_is_replaced(data_folder: Path, text: str) -> None:
    data_folder.mkdir(parents=True)
    kept = data_folder / "lecturer-token"
    kept.write_text(text)
    kept.chmod(0o644)
    made = token()
    assert made == kept.read_text() and len(made) >= 32
    assert stat.S_IMODE(kept.stat().st_mode) == 0o600
    assert not is_token(text)


def test_file_that_is_no_text_is_replaced(data_folder: Path) -> None:
    data_folder.mkdir(parents=True)
    (data_folder / "lecturer-token").write_bytes(b"\xff" * 40)
    assert len(token()) >= 32
    assert is_token(token())


def test_token_that_was_written_by_hand_counts(data_folder: Path) -> None:
    data_folder.mkdir(parents=True)
    (data_folder / "lecturer-token").write_text("correct-horse-battery\n")
    assert token() == "correct-horse-battery"


@pytest.mark.parametrize(
    "text", ["x" * SHORTEST_TOKEN, "  correct horse battery  ", "sicher-schlüssel-äöü", "broken-\udcff-letters"]
)
def test_variable_wins_and_no_file_is_made(data_folder: Path, monkeypatch: pytest.MonkeyPatch, text: str) -> None:
    monkeypatch.setenv(VARIABLE, text)
    assert token() == text.strip()
    assert is_token(text.strip()) and not is_token(text.strip() + "x")
    assert not (data_folder / "lecturer-token").exists()


def test_variable_that_could_be_guessed_is_refused(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv(VARIABLE, "x" * (SHORTEST_TOKEN - 1))
    with pytest.raises(ProblemError) as caught:
        token()
    assert caught.value.problem.code == "lecturer-token-short"
    assert str(caught.value) == (
        "The environment variable DASHBOARD_LECTURER_TOKEN holds 15 characters. "
        "Expected at least 16, since whoever guesses the token can steer every run. "
        "Set a longer token, or unset the variable to have a token made."
    )


@pytest.mark.parametrize("text", ["", " ", "token", "ä" * 40, "\ud800", "\0", "?" * 32, "x" * 100_000])
def test_other_texts_are_no_token(text: str) -> None:
    assert not is_token(text)


def test_only_the_whole_token_is_one() -> None:
    made = token()
    assert is_token(made)
    for text in (made[:-1], made + " ", made.swapcase(), made[::-1]):
        assert not is_token(text)
