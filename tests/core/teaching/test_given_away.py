"""Guesses whose answer stands on the page are named, with their line."""

import pytest

from core.teaching.deck_files.parse_deck import parse_deck
from core.teaching.given_away import answers_given_away

TEXT = """\
---
title: Shown
kind: lesson
sentence: What is in sight.
minutes: 6
---

# Guess

```experiment
start: lecture
```

```predict
id: it
ask: What is it?
figure: parameters
within: 0
```
"""


@pytest.mark.parametrize(
    ("figure", "page", "happened"),
    [
        ("parameters", "", "The guess it asks for parameters, which every page shows."),
        ("parameters", " {page=define.py}", "The guess it asks for parameters, which every page shows."),
        (
            "{output_shape: {layer: Dense}}",
            " {page=define.py}",
            "The guess it asks for output_shape, which define.py shows.",
        ),
        ("batches_per_epoch", " {page=train.py}", "The guess it asks for batches_per_epoch, which train.py shows."),
        ("batches_per_epoch", "", ""),
        ("validation_accuracy", " {page=train.py}", ""),
    ],
)
def test_answer_in_sight_is_named(figure: str, page: str, happened: str) -> None:
    text = TEXT.replace("figure: parameters", f"figure: {figure}").replace("# Guess", f"# Guess{page}")
    read = parse_deck(text, "shown")
    assert read.deck is not None, [str(one) for one in read.problems]
    found = list(answers_given_away(read.deck))
    assert [one.problem.happened for one in found] == ([happened] if happened else [])
    assert [one.line for one in found] == ([15] if happened else [])


@pytest.mark.parametrize(("held", "is_told"), [("", True), ("hold_back: [warnings]\n", False)])
def test_warning_before_a_guess_is_named_unless_the_guess_holds_it_back(held: str, is_told: bool) -> None:
    text = TEXT.replace("within: 0\n", f"bands: [0.5]\n{held}").replace("figure: parameters", "figure: validation_accuracy")
    read = parse_deck(text.replace("start: lecture", "start: lecture\ndata: {pixels: 0-255}"), "shown")
    assert read.deck is not None, [str(one) for one in read.problems]
    found = [one.problem.happened for one in answers_given_away(read.deck)]
    assert found == (["While the guess it is open, pages say: Pixels go in as 0 to 255."] if is_told else [])
