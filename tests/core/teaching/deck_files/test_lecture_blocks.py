"""The blocks and the minutes of a lecture: read, and refused with the line and what could stand there."""

import pytest

from core.teaching.deck import Deck, Editor, Picture, Result
from core.teaching.deck_files.parse_deck import parse_deck

LECTURE = """---
title: Three scenes
kind: lecture
sentence: See what a lecture is.
minutes: 5
---

# Guess {minutes=1}

```experiment
start: lecture
data: {dataset: digits}
```

```predict
id: accuracy
ask: How many are right?
figure: validation_accuracy
bands: [0.5, 0.9]
```

# Look {minutes=3}

```picture
of: convolution
```

```editor
lines: 12
```

# And? {minutes=1}

```result
of: accuracy
```
"""


def read(text: str) -> Deck:
    result = parse_deck(text, "lecture")
    assert result.deck is not None, list(map(str, result.problems))
    return result.deck


def test_blocks_and_minutes_are_read() -> None:
    deck = read(LECTURE)
    assert [scene.minutes for scene in deck.scenes] == [1, 3, 1]
    picture, editor = deck.scenes[1].parts
    assert isinstance(picture, Picture) and picture.of == "convolution"
    assert isinstance(editor, Editor) and editor.lines == 12
    (result,) = deck.scenes[2].parts
    assert isinstance(result, Result) and result.of == "accuracy"


def test_a_deck_may_leave_minutes_out() -> None:
    deck = read(LECTURE.replace(" {minutes=1}", "").replace(" {minutes=3}", ""))
    assert [scene.minutes for scene in deck.scenes] == [0, 0, 0]


@pytest.mark.parametrize(
    ("old", "new", "line", "words"),
    [
        ("{minutes=3}", "{minutes=2}", 1, "The scenes take 4 minutes together, the deck 5."),
        ("{minutes=3}", "", 22, "The scene 'Look' does not say how long it takes."),
        ("{minutes=3}", "{minutes=0}", 22, "The minutes of a scene are '0'."),
        ("{minutes=3}", "{minutes=many}", 22, "The minutes of a scene are 'many'."),
        ("of: convolution", "of: convolutions", 25, "Did you mean 'convolution'?"),
        ("of: convolution", "off: convolution", 25, "Known are: of."),
        ("lines: 12", "lines: 4", 29, "Expected a whole number from 5 to 40."),
        ("of: accuracy", "of: accurracy", 35, "Did you mean 'accuracy'?"),
        ("of: accuracy", "of: loss", 35, "Known are: accuracy."),
    ],
)
def test_a_mistake_is_named_with_its_line(old: str, new: str, line: int, words: str) -> None:
    problems = parse_deck(LECTURE.replace(old, new), "lecture").problems
    assert any(problem.line == line and words in str(problem) for problem in problems), list(map(str, problems))


def test_a_result_stands_behind_its_guess() -> None:
    first, guess, rest = LECTURE.partition("# Guess {minutes=1}")
    moved = first + "# And? {minutes=1}\n\n```result\nof: accuracy\n```\n\n" + guess + rest.partition("# And?")[0]
    assert any(
        "No guess 'accuracy' stands before its result. Expected the guess in an earlier scene." in str(problem)
        for problem in parse_deck(moved, "lecture").problems
    )
