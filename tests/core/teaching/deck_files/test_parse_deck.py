"""Reading decks: what becomes of each part, and the message and the line of each mistake."""

import pytest

from core.problems import Problem
from core.teaching.deck import ExperimentChange, Notes, Prediction, Question, Task, Words
from core.teaching.deck_files.deck_experiments import experiment_after_each_change
from core.teaching.deck_files.parse_deck import MAXIMUM_BYTES, MAXIMUM_EXPERIMENTS, parse_deck

DECK = """\
---
title: The first network
kind: lesson
sentence: Train a ready network.
minutes: 8
---

# Look at the data {page=load.py}

Words with `<b>`, *stress* and 3 < 4.

- a list

```python
model.fit(x_train, y_train)
```

```experiment
start: lecture
data: {dataset: fashion_mnist, train_images: 6000}
layers: [Flatten, {Dense: {units: 128, activation: relu}}, {Dense: {units: 10, activation: softmax}}]
compile: {optimizer: {Adam: {learning_rate: 1e-3}}}
fit: {epochs: 5}
```

# Guess

```predict
id: accuracy
ask: How many will it name rightly?
figure: validation_accuracy
bands: [0.5, 0.7]
```

```task
id: stack
do: Stack three layers.
checks:
  - parameters: {equal: 101770}
  - run_finished
hints: [A small hint., A bigger hint.]
show: {fit: {epochs: 1}}
```

```question
id: why
ask: Why ten?
options:
  - {text: One for each class., reply: "Yes: one.", right: true}
  - {text: yes, reply: No.}
```

```notes
For who presents.
```
"""


def problems(text: str | bytes) -> list[tuple[int, str]]:
    """The line and the code of each problem."""
    return [(problem.line, problem.problem.code) for problem in parse_deck(text, "deck").problems]


def changed(old: str, new: str) -> str:
    assert DECK.count(old) == 1, f"{old!r} stands {DECK.count(old)} times"
    return DECK.replace(old, new)


def first(text: str) -> tuple[int, Problem]:
    found = parse_deck(text, "deck").problems
    assert len(found) == 1, found
    return found[0].line, found[0].problem


def test_whole_deck_is_read() -> None:
    deck = parse_deck(DECK, "first").deck
    assert deck is not None
    assert (deck.name, deck.title, deck.kind, deck.minutes) == ("first", "The first network", "lesson", 8)
    look, guess = deck.scenes
    assert (look.id, look.title, look.page, look.line) == ("look-at-the-data", "Look at the data", "load.py", 8)
    assert (guess.id, guess.page) == ("guess", "")
    words, experiment = look.parts
    assert isinstance(words, Words) and words.line == 10
    assert words.markdown.startswith("Words with") and words.markdown.endswith("model.fit(x_train, y_train)\n```")
    assert isinstance(experiment, ExperimentChange) and experiment.start == "lecture"
    prediction, task, question, notes = guess.parts
    assert isinstance(prediction, Prediction) and prediction.bands == (0.5, 0.7) and prediction.within is None
    assert isinstance(task, Task) and [call.name for call in task.checks] == ["parameters", "run_finished"]
    assert task.checks[0].arguments == {"equal": 101770} and task.hints == ("A small hint.", "A bigger hint.")
    assert task.show is not None and task.show.start == "draft"
    assert isinstance(question, Question) and [option.is_right for option in question.options] == [True, False]
    assert question.options[1].text == "yes"
    assert isinstance(notes, Notes) and notes.markdown == "For who presents."


def test_what_somebody_can_do_is_read() -> None:
    deck = parse_deck(changed("minutes: 8", "minutes: 8\ncan: train a ready network."), "first").deck
    assert deck is not None and deck.can == "train a ready network."
    plain = parse_deck(DECK, "first").deck
    assert plain is not None and plain.can == ""


def test_short_form_of_layers_and_optimizers_is_the_experiment() -> None:
    deck = parse_deck(DECK, "first").deck
    assert deck is not None
    (_, experiment), (_, shown) = experiment_after_each_change(deck)
    assert [(layer.name, layer.id) for layer in experiment.layers] == [
        ("Flatten", "flatten-1"),
        ("Dense", "dense-1"),
        ("Dense", "dense-2"),
    ]
    assert experiment.compile.optimizer.argument("learning_rate") == 0.001
    assert (experiment.data.train_images, experiment.fit.epochs) == (6000, 5)
    assert shown.layers == experiment.layers and shown.fit.epochs == 1


@pytest.mark.parametrize("text", [DECK.replace("\n", "\r\n"), "\ufeff" + DECK, DECK.encode()])
def test_line_ends_and_byte_order_marks_do_not_matter(text: str | bytes) -> None:
    assert parse_deck(text, "first").deck == parse_deck(DECK, "first").deck


@pytest.mark.parametrize(
    ("old", "new", "line", "code", "words"),
    [
        ("kind: lesson", "kind: leson", 3, "deck-field", "Did you mean 'lesson'?"),
        (
            "minutes: 8",
            "minutes: 8\ncan: You can train.",
            6,
            "deck-field",
            'a sentence that begins with "You can": a small letter',
        ),
        ("minutes: 8", "minutes: 8\ncan: train a network", 6, "deck-field", "Write can: compute the number of parameters"),
        ("minutes: 8", f"minutes: 8\ncan: {'train ' * 20}it.", 6, "deck-field", "Expected 1 to 100."),
        ("kind: lesson\n", "", 2, "deck-field", "The deck lacks kind."),
        ("minutes: 8", "minutes: 2026-11-27", 5, "deck-field", "a whole number from 1 to 600"),
        ("page=load.py", "page=lod.py", 8, "deck-unknown-name", "Did you mean 'load.py'?"),
        ("page=load.py", "page=../../secrets.py", 8, "deck-unknown-name", "'../../secrets.py'"),
        ("```predict", "```predcit", 28, "deck-unknown-name", "Did you mean 'predict'?"),
        ("bands: [0.5, 0.7]", "bands: [0.7, 0.5]", 32, "deck-field", "the smallest first"),
        ("bands: [0.5, 0.7]", "bands: [0.5]\nwithin: 1", 29, "deck-field", "Expected one of bands, options, within."),
        ("id: accuracy", "id: why", 46, "deck-id-twice", "stands in the block of line 29 too"),
        ("hints: [", "hint: [", 41, "deck-field", "Did you mean 'hints'?"),
        ("ask: Why ten?", "ask: Why: ten?", 47, "deck-yaml", "quotes"),
        ("reply: No.", "reply: No, not", 50, "deck-field", "Correct or remove it; where it belongs to a text with commas"),
        (", right: true", "", 49, "deck-field", "Add right: true"),
        ("{units: 128", "{unit: 128", 21, "unreadable", "Did you mean 'units'?"),
        ("1e-3", "yes", 19, "value-not-allowed", "a number above 0 up to 10"),
        ("units: 10,", "units: 9,", 19, "units-differ-from-classes", "10 classes"),
        ("fit: {epochs: 5}", "fit: {epochs: 5}\nfit: {epochs: 6}", 24, "deck-key-twice", "line 23"),
        ("fit: {epochs: 5}\n```", "fit: {epochs: 5}", 18, "deck-fence", "is not closed before line"),
        ("```task\n", "", 42, "deck-fence", "Another block begins within code."),
        ("- a list", "- a list <b>", 12, "deck-html", "'<b>'"),
        ("- a list", "> ```task\n> id: x\n> ```", 12, "deck-nested", "on its own"),
        ("For who presents.", "[x](http://a.b)", 54, "deck-link", "https://"),
        ("For who presents.", "_http://a.b/c", 54, "deck-link", "https://"),
        ("For who presents.", "1http://a.b/c", 54, "deck-link", "https://"),
        ("For who presents.", "éhttp://a.b/c", 54, "deck-link", "https://"),
    ],
)
def test_mistake_is_named_with_its_line(old: str, new: str, line: int, code: str, words: str) -> None:
    at, problem = first(changed(old, new))
    assert (at, problem.code) == (line, code), problem
    assert words in str(problem)


@pytest.mark.parametrize(
    ("check", "code", "words"),
    [
        ("parameter: {equal: 1}", "deck-unknown-name", "Did you mean 'parameters'?"),
        ("parameters: {equals: 1}", "deck-argument", "Did you mean 'equal'?"),
        ("parameters: {equal: many}", "deck-argument", "a whole number from 0"),
        ("parameters", "deck-argument", "parameters lacks equal or at_least or at_most."),
        ("pixels: {range: 0-2}", "deck-argument", "one of '0-255', '0-1', '-1-1'"),
        ("run_finished: {equal: 1}", "deck-argument", "It takes no arguments."),
        ("[parameters, 1]", "deck-field", "each check in a line of its own"),
        ("layers: {names: [Flaten]}", "deck-argument", "Expected a list"),
        ("option: {answer: acuracy, equal: [yes]}", "deck-unknown-name", "Did you mean 'accuracy'?"),
    ],
)
def test_checks_are_compared_with_those_that_there_are(check: str, code: str, words: str) -> None:
    at, problem = first(changed("parameters: {equal: 101770}", check))
    assert (at, problem.code) == (39, code), problem
    assert words in str(problem)


def test_words_stand_for_numbers_and_yes_where_a_check_asks_for_words() -> None:
    deck = parse_deck(changed("parameters: {equal: 101770}", "option: {answer: why, equal: [yes, 8, 1e-3]}"), "deck").deck
    assert deck is not None
    (task,) = [part for part in deck.scenes[1].parts if isinstance(part, Task)]
    assert task.checks[0].arguments == {"answer": "why", "equal": ("yes", "8", "1e-3")}


@pytest.mark.parametrize(
    ("figure", "words"),
    [
        ("figure: validation_acuracy", "Did you mean 'validation_accuracy'?"),
        ("figure: {output_shape: {layr: Dense}}", "Did you mean 'layer'?"),
        ("figure: overfits", "Write options in place of bands."),
        ("figure: gap", "Write 5, not 0.05."),
        ("figure: validation_accuracy  # a comment\nband: 1", "Did you mean 'bands'?"),
    ],
)
def test_figures_are_compared_with_those_that_there_are(figure: str, words: str) -> None:
    found = parse_deck(changed("figure: validation_accuracy", figure), "deck").problems
    assert any(words in str(problem) for problem in found), found


def test_recorded_run_is_named_by_no_path() -> None:
    assert problems(DECK + "\n```recorded\nrun: ../../secrets\n```\n") == [(58, "deck-field")]


def test_all_mistakes_of_a_file_are_named() -> None:
    text = (
        DECK.replace("kind: lesson", "kind: leson")
        .replace("figure: validation_accuracy\n", "")
        .replace("right: true", "wrong: true")
    )
    assert [line for line, _ in problems(text)] == [3, 29, 48, 48]


@pytest.mark.parametrize(
    "words",
    [
        "<script>alert(1)</script>",
        "a <img src=x onerror=alert(1)>",
        "<!-- hidden -->",
        "[x](javascript:alert(1))",
        "[x](&#106;avascript:alert(1))",
        "[x][1]\n\n[1]: javascript:alert(1)",
        "<javascript:alert(1)>",
        "[x](data:text/html,hello)",
        "![x](https://example.org/x.png)",
        "[x](../../etc/passwd)",
        "[x](/etc/passwd)",
        "see http://example.org",
        "see www.example.org",
        "javascript:alert(1)",
    ],
)
def test_hostile_words_are_refused_wherever_they_stand(words: str) -> None:
    for old in ("- a list", "For who presents."):
        assert problems(changed(old, words)), words
    quoted = words.replace("\n", " ").replace("'", "''")
    if "[1]:" not in words:
        assert problems(changed("ask: Why ten?", f"ask: '{quoted}'")), words


@pytest.mark.parametrize(
    "lines",
    [
        "a: &a [x, x]\nb: &b [*a, *a]\nc: [*b, *b]",
        "fit: !!python/object/apply:os.system [ls]",
        "fit: &a {epochs: 5}",
        "fit: !!binary aGVsbG8=",
        "<<: {epochs: 1}",
        "fit: " + "[" * 40 + "]" * 40,
        "fit: " + "{a: " * 4_000 + "}" * 4_000,
        "? [a, b]\n: c",
        "--- \na: 1",
    ],
)
def test_hostile_yaml_is_refused(lines: str) -> None:
    found = problems(changed("fit: {epochs: 5}", lines))
    assert found and all(18 <= line <= 27 for line, _ in found)


@pytest.mark.parametrize(
    ("content", "line"),
    [
        (b"", 1),
        (DECK.encode() + b"x" * 10_000_000, 1),
        (DECK.encode("utf-16"), 1),
        (bytes(range(256)), 2),
        (DECK.replace("Words", "\0").encode(), 10),
        (DECK.replace("Words", "\x1b[2J").encode(), 10),
        (DECK.replace("Words", "\ud800"), 10),
        (DECK + "# a\n" * 200, 1),
        (DECK + "|a" * 900 + "\n" + "|-" * 900 + "\n" + "|x\n" * 100, 1),
        (changed("- a list", "[" * 30_000), 10),
    ],
    ids=("empty", "10 MB", "UTF-16", "bytes", "null", "escape", "half a character", "scenes", "cells", "brackets"),
)
def test_what_is_no_deck_is_refused_quickly(content: str | bytes, line: int) -> None:
    assert [found for found, _ in problems(content)][:1] == [line]


def test_limit_of_a_file_is_not_in_the_way() -> None:
    assert len(DECK) * 50 < MAXIMUM_BYTES


def test_deck_opens_a_limited_number_of_experiments() -> None:
    front, _, rest = DECK.partition("# Look")
    block = "```experiment\nstart: draft\nfit: {epochs: 2}\n```\n\n"
    few = f"{front}# Again\n\n{block * (MAXIMUM_EXPERIMENTS - 2)}# Look{rest}"
    assert parse_deck(few, "deck").problems == (), "the deck itself opens one and shows one"
    (problem,) = parse_deck(few.replace("# Look", f"{block}# Look", 1), "deck").problems
    assert problem.problem.happened == "The deck opens or shows 51 experiments."
    assert problem.problem.expected == "Expected at most 50."
    assert problem.problem.fix == "Divide it into several decks."


def test_unknown_fields_of_a_block_are_reported_up_to_a_limit() -> None:
    fields = "".join(f"field{number}: 1\n" for number in range(1_000))
    found = problems(DECK.replace("id: why\n", f"id: why\n{fields}"))
    assert len(found) == 20
