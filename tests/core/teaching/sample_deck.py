"""A small deck that several tests use."""

from core.teaching.deck import Deck
from core.teaching.deck_files.parse_deck import parse_deck

TEXT = """\
---
title: Epochs
kind: lesson
sentence: What an epoch is.
minutes: 6
---

# Think

```question
id: epoch
ask: What is an epoch?
options:
  - {text: One batch, reply: A part of it.}
  - {text: One image, reply: Far less than it.}
  - {text: All images once, reply: "Yes.", right: true}
```

# Do

```task
id: ten
do: Train for ten epochs.
checks: [{epochs: {equal: 10}}]
```
"""


def sample_deck() -> Deck:
    """A lesson of two scenes: a question, and a task."""
    read = parse_deck(TEXT, "epochs")
    assert read.deck is not None, read.problems
    return read.deck
