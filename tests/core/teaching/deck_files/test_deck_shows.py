"""The block `show`: what is wrong is refused with its line, and with how to repair it."""

import pytest

from core.teaching.deck_files.parse_deck import parse_deck

TEXT = """\
---
title: Steps
kind: lesson
sentence: How far a step goes.
minutes: 6
---

# How far?

Drag it.

```experiment
start: lecture
```

```show
view: ball
id: rates
do: Find a rate that
reach: [crawls, arrives]
lowest: 0.001
highest: 10
```
"""
FIRST = TEXT.count("\n", 0, TEXT.index("view: ball")) + 1  # the line of the first field of the block
VIEW, ID, DO, REACH, LOWEST, HIGHEST = (FIRST + index for index in range(6))
SECOND = TEXT[TEXT.index("```show") :].replace("id: rates", "id: again")
LONG = " ".join(["word"] * 40)
MISTAKES = [  # what is replaced, by what, the line of the message, what happened, and the repair
    ("view: ball", "view: bal", VIEW, "view of a show is 'bal'.", "Did you mean 'ball'?"),
    ("view: ball", "view: 7", VIEW, "view of a show is 7.", "Correct the value."),
    ("view: ball", "view: [ball]", VIEW, "view of a show is", "Correct the value."),
    ("view: ball\n", "", VIEW, "A show lacks view.", "Add view: ball"),
    ("id: rates\n", "", VIEW, "A show lacks id.", "Add id: a-short-name"),
    ("id: rates", "id: The Rates", ID, "The id of a show is 'The Rates'.", "Correct the id."),
    ("do: Find a rate that\n", "", VIEW, "A show lacks do.", "Add do: what to reach"),
    (
        "reach: [crawls, arrives]\n",
        "",
        VIEW,
        "A show has do, and nothing to reach.",
        "Add reach: [crawls, arrives, jumps-out]",
    ),
    ("do: Find a rate that", "do: [Find]", DO, "do of a show is", "Write do: and the words"),
    ("do: Find a rate that", "do: <b>Find it", DO, "HTML stands in the words", "Write Markdown"),
    ("reach: [crawls, arrives]", "reach: crawls", REACH, "reach of a show is 'crawls'.", "Write reach: [crawls, arrives"),
    ("reach: [crawls, arrives]", "reach: []", REACH, "reach of a show is a list of 0.", "Write reach: [crawls, arrives"),
    ("reach: [crawls, arrives]", "reach: [crawl]", REACH, "reach of a show is 'crawl'.", "Did you mean 'crawls'?"),
    ("reach: [crawls, arrives]", "reach: [3]", REACH, "reach of a show is 3.", "Correct the value."),
    ("reach: [crawls, arrives]", "reach: [crawls, crawls]", REACH, "names a goal twice.", "Remove one of them."),
    ("lowest: 0.001", "lowst: 0.001", LOWEST, "A show has the unknown field 'lowst'.", "Correct or remove it."),
    ("lowest: 0.001", "lowest: small", LOWEST, "lowest of a show is 'small'.", "Correct the value."),
    ("lowest: 0.001", "lowest: 0", LOWEST, "lowest of a show is 0.", "Correct the value."),
    ("highest: 10", "highest: 1e9", HIGHEST, "highest of a show is 1000000000.0.", "Correct the value."),
    ("highest: 10", "highest: 0.005", VIEW, "from lowest, 0.001, to highest, 0.005.", "Write highest: 1"),
    ("# How far?", "# How far? {page=compile.py}", VIEW, "in a scene of the page compile.py.", "Remove page=compile.py"),
    ("Drag it.", LONG, VIEW, "44 words stand beside the view.", "Leave out 4,"),
    (
        "start: lecture",
        "start: draft",
        VIEW,
        "No scene up to this one opens an experiment for ball",
        "Add start: lecture to",
    ),
    ("```experiment\nstart: lecture\n```\n", "", VIEW - 3, "No scene up to this one opens", "Add an experiment block"),
    ("highest: 10\n```\n", f"highest: 10\n```\n\n{SECOND}", HIGHEST + 4, "shows a second view", "Begin a scene of its own"),
    ("highest: 10\n```", "highest: 10\n", FIRST - 1, "The block show is not closed", "Add a line ``` at its end."),
    ("```show", "```shw", FIRST - 1, "A block is named 'shw'", "Correct the name."),
]


def test_block_without_mistakes_is_read() -> None:
    read = parse_deck(TEXT, "steps")
    assert read.problems == () and read.deck is not None
    show = read.deck.scenes[0].show
    assert show is not None
    assert (show.view, show.id, show.do, show.reach) == ("ball", "rates", "Find a rate that", ("crawls", "arrives"))
    assert (show.settings, show.reply, show.line) == ({"lowest": 0.001, "highest": 10}, "", FIRST)


@pytest.mark.parametrize(("old", "new", "line", "happened", "repair"), MISTAKES)
def test_mistake_is_refused_with_its_line_and_its_repair(old: str, new: str, line: int, happened: str, repair: str) -> None:
    assert old in TEXT
    read = parse_deck(TEXT.replace(old, new, 1), "steps")
    assert read.deck is None
    said = [one for one in read.problems if happened in one.problem.happened]
    assert [one.line for one in said] == [line], list(map(str, read.problems))
    assert repair in f"{said[0].problem.expected} {said[0].problem.fix}"


def test_more_than_twenty_mistakes_are_planted() -> None:
    assert len(MISTAKES) >= 20


def test_view_may_show_the_experiment_that_an_earlier_scene_opened() -> None:
    moved = TEXT.replace("```show", "# And on\n\n```show")
    assert parse_deck(moved, "steps").problems == ()
